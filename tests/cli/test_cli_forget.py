"""`forget` and `quarantine` as people and scripts call them."""

import json
import re
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from pipelines import refresh
from pipelines.embedding.model import Embedder
from pipelines.index import Candidate
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.cli.command import SmallCompany, read, sanku

PASSWORD = "在登录页点"


@pytest.fixture(scope="module")
def ran(company: SmallCompany) -> SmallCompany:
    """The small company, published once, a withheld message of it kept encrypted."""
    text = company.sources.read_text(encoding="utf-8")
    text = text.replace("[redaction]\n", '[redaction]\nquarantine = "encrypt"\n')
    company.sources.write_text(text, encoding="utf-8")
    log = company.sources.with_name("web.jsonl")
    endless = {"conversation": "c2", "at": "2026-11-20T11:00:00", "role": "customer"}
    with log.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({**endless, "text": "密文" * 60_000}, ensure_ascii=False) + "\n")
    assert sanku("run", *company.options).exit_code == 0
    return company


def test_the_quarantine_names_place_and_reason_and_shows_no_words(ran: SmallCompany) -> None:
    rows = read(sanku("quarantine", "--json", *ran.options))
    assert [(row["tier"], row["path"], row["line"]) for row in rows] == [
        ("dialogues", "web.jsonl", 3),
        ("dialogues", "web.jsonl", 4),
    ]
    assert [row["sealed"] for row in rows] == [False, True]
    assert {row["excerpt"] for row in rows} == {""}
    shown = sanku("quarantine", "--tier", "dialogues", *ran.options)
    assert "web.jsonl:3" in shown.stdout
    assert sanku("quarantine", "--tier", "faq", *ran.options).stdout.count("\n") == 1
    assert read(sanku("quarantine", "--source", "handbook", "--json", *ran.options)) == []


def test_a_source_that_nobody_declared_is_no_clean_one(ran: SmallCompany) -> None:
    refused = sanku("quarantine", "--source", "wbe", *ran.options)
    assert refused.exit_code == 2
    assert "declares no source `wbe`" in refused.stderr
    assert "`web`" in refused.stderr


def test_a_withheld_message_is_revealed_to_who_has_the_key(ran: SmallCompany) -> None:
    rows = read(sanku("quarantine", "--reveal", "--json", *ran.options))
    assert rows[1]["excerpt"].startswith("密文密文")
    denied = sanku("quarantine", "--reveal", *ran.options, SANKU_REDACTION_KEY="cd" * 32)
    assert denied.exit_code == 5
    assert "another redaction key" in " ".join(denied.stderr.split())
    assert "`web` web.jsonl:4" in denied.stderr
    assert "web.jsonl:3" in denied.stdout, "the others are listed all the same"


@pytest.mark.parametrize(
    "arguments",
    [(), ("--customer", " "), ("--text", "密", "--yes"), ("--text", "\u200b密 ", "--yes")],
)
def test_whom_to_forget_has_to_be_said(ran: SmallCompany, arguments: tuple[str, ...]) -> None:
    assert sanku("forget", *arguments, *ran.options).exit_code == 2


def test_a_script_has_to_say_that_it_means_it(ran: SmallCompany) -> None:
    done = sanku("forget", "--conversation", "c1", *ran.options)
    assert done.exit_code == 2
    assert "`--yes`" in done.stderr
    assert read(sanku("status", "--json", *ran.options))["published"]["entries"]["dialogues"] == 1


def test_a_dry_run_shows_what_would_go_and_erases_nothing(ran: SmallCompany) -> None:
    done = sanku("forget", "--text", "王建国", "--dry-run", *ran.options)
    assert done.exit_code == 0, done.output
    assert "found: 1 conversations, 1 exchanges in 1 sources" in done.stdout
    assert "1 log files still hold it" in done.stdout
    assert "forgotten" not in done.stdout
    told = read(sanku("forget", "--text", "王建国", "--dry-run", "--json", *ran.options))
    assert (told["exchanges"], told["versions"], told["dry_run"]) == (1, {}, True)
    assert read(sanku("status", "--json", *ran.options))["published"]["entries"]["dialogues"] == 1


def test_a_person_is_shown_what_would_go_before_it_is_asked(
    ran: SmallCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = SimpleNamespace(isatty=lambda: True)
    # By its module: the package's own `forget` is the command.
    command = sys.modules["pipelines.cli.forget"]
    monkeypatch.setattr(command, "sys", SimpleNamespace(stdin=terminal))
    done = sanku("forget", "--text", "王建国", *ran.options, stdin="n\n")
    assert done.exit_code == 1
    assert "found: 1 conversations, 1 exchanges" in done.stderr
    assert "王建国" not in done.output
    assert read(sanku("status", "--json", *ran.options))["published"]["entries"]["dialogues"] == 1


def test_what_is_forgotten_is_counted_and_the_log_that_still_holds_it_named(
    ran: SmallCompany,
) -> None:
    before = read(sanku("status", "--json", *ran.options))["published"]["version"]
    done = sanku("forget", "--text", "-", "--yes", *ran.options, stdin="王建国\n\n")
    assert done.exit_code == 0, done.output
    assert "forgotten: 1 exchanges" in done.stdout
    assert "1 versions written anew" in done.stdout
    assert re.search(r"still in your log `web: /.*/web\.jsonl`", done.stdout)
    after = read(sanku("status", "--json", *ran.options))["published"]
    assert (after["entries"]["faq"], after["entries"]["dialogues"]) == (2, 0)
    assert after["version"] != before
    assert sanku("verify", *ran.options).exit_code == 0
    again = read(sanku("run", "--json", *ran.options))
    assert again["pulled"]["dialogues/web"]["records"] == 0
    assert again["blocked"] is False


def test_nobody_to_forget_is_no_error(ran: SmallCompany) -> None:
    told = read(sanku("forget", "--customer", "4242", "--yes", "--json", *ran.options))
    assert (told["exchanges"], told["versions"], told["still_in"]) == (0, {}, [])
    said = sanku("forget", "--customer", "4242", "--customer", "17", "--yes", *ran.options)
    assert said.exit_code == 0
    assert "nothing found for the 2 given" in said.stdout
    assert "4242" not in said.output


def test_a_log_that_cannot_be_searched_is_a_failure_that_names_it(ran: SmallCompany) -> None:
    log = ran.sources.with_name("web.jsonl")
    log.rename(log.with_suffix(".away"))
    try:
        done = sanku("forget", "--customer", "4242", "--yes", *ran.options)
    finally:
        log.with_suffix(".away").rename(log)
    assert done.exit_code == 5
    assert "not searched: `files` of dialogue source `web` matches no file" in done.stderr
    assert "run the same command again" in done.stderr


def test_a_run_whose_candidate_is_forgotten_under_it_does_not_say_that_it_published(
    ran: SmallCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    faq = ran.sources.with_name("faq") / "account.md"
    faq.write_text(faq.read_text(encoding="utf-8").replace("三个", "两个"), encoding="utf-8")
    build = refresh.build

    def build_and_lose(
        settings: Settings, warehouse: Warehouse, embedder: Callable[[], Embedder]
    ) -> Candidate:
        built = build(settings, warehouse, embedder)
        assert sanku("forget", "--customer", "4242", "--yes", *ran.options).exit_code == 0
        return built

    with monkeypatch.context() as patched:
        patched.setattr(refresh, "build", build_and_lose)
        done = sanku("run", *ran.options)
    assert done.exit_code == 5
    assert "removed the candidate" in done.stderr
    assert sanku("run", *ran.options).stdout.count("published: 000") == 1

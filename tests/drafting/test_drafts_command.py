"""`sanku faq drafts`: listed, accepted as drafted or in other words, dismissed, and taken back."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from pipelines.drafting.accept import FILE
from pipelines.drafts import read_drafts
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.analytics.logged import Log
from tests.cli.command import sanku
from tests.drafting.conftest import Keep

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, warehouse: Warehouse) -> Run:
    """Run the command on a company whose FAQ takes accepted drafts."""
    text = settings.sources_file.read_text(encoding="utf-8")
    accepting = text.replace('folder = "faq"\n', 'folder = "faq"\naccepts_drafts = true\n')
    settings.sources_file.write_text(accepting, encoding="utf-8")
    places = ("--sources", str(settings.sources_file), "--warehouse", str(warehouse.root))
    return lambda *arguments: sanku("faq", "drafts", *arguments, *places)


def test_what_waits_is_listed_with_how_often_it_was_asked(
    run: Run, drafted: Keep, log: Log
) -> None:
    draft = drafted("聊天记录怎么导出", "在\x1b[31m设置里。")
    drafted("会议怎么录制")
    log.refuse("聊天记录怎么导出")
    log.refuse("发票怎么开")
    shown = run()
    assert shown.exit_code == 0
    assert f"{draft.id[:8]} 2 times, last on 2026-11-20, not_found 2" in shown.stdout
    assert "quoted from one passage: does it answer the question?\n    | 在设置里。" in shown.stdout
    assert "nothing in the index answers it: please write it" in shown.stdout
    assert "-------- once" in shown.stdout
    assert "\x1b" not in shown.stdout
    told = json.loads(run("--json").stdout)
    assert [one["times"] for one in told] == [2, 1, 1]
    assert told[0]["draft"]["answer"] == "在\x1b[31m设置里。"


def test_an_accepted_draft_is_written_into_the_faq(
    run: Run, drafted: Keep, settings: Settings, warehouse: Warehouse
) -> None:
    draft = drafted("聊天记录怎么导", "在设置里。")
    done = run(draft.id[:6], "--accept", "--question", "怎么导出聊天记录？")
    assert done.exit_code == 0
    assert f"{FILE}; `sanku run` publishes it" in done.stderr
    text = (settings.beside_sources("faq") / FILE).read_text(encoding="utf-8")
    assert "## 怎么导出聊天记录？\n" in text
    assert "在设置里。" in text
    assert "no question of the last seven days waits" in run().stdout
    assert f"{draft.id[:8]} once, last on 2026-11-20, not_found 1 [accepted]" in run("--all").stdout
    back = run(draft.id, "--reopen")
    assert "what was written into the FAQ stays there" in back.stderr
    assert [one.state for one in read_drafts(warehouse)] == ["draft"]


def test_without_a_source_the_markdown_is_printed_to_copy(
    run: Run, drafted: Keep, settings: Settings
) -> None:
    draft = drafted("会议怎么录制")
    text = settings.sources_file.read_text(encoding="utf-8")
    settings.sources_file.write_text(text.replace("accepts_drafts = true\n", ""), encoding="utf-8")
    done = run(draft.id, "--accept", "--answer", "点「录制」。")
    assert done.stdout.startswith("## 会议怎么录制\n")
    assert "accepts_drafts = true" in done.stderr


def test_a_dismissed_draft_waits_no_more(run: Run, drafted: Keep, warehouse: Warehouse) -> None:
    draft = drafted("会议怎么录制")
    assert run(draft.id, "--dismiss").exit_code == 0
    assert [one.state for one in read_drafts(warehouse)] == ["dismissed"]
    assert "会议怎么录制" not in run().stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--accept",), 2, "name the ID"),
        (("--make", "--accept"), 2, "pass one of"),
        (("--answer", "x"), 2, "go with `--accept`"),
        (("00000000", "--dismiss"), 2, "names none of the 1 drafts"),
        (("--make",), 5, "nothing is published in"),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_the_way_out(
    run: Run, drafted: Keep, arguments: tuple[str, ...], status: int, said: str
) -> None:
    drafted("会议怎么录制")
    failed = run(*arguments)
    assert failed.exit_code == status
    assert said.lower() in failed.stderr.lower()


def test_an_empty_draft_is_not_accepted(run: Run, drafted: Keep) -> None:
    failed = run(drafted("会议怎么录制").id, "--accept")
    assert failed.exit_code == 5
    assert "the answer is empty" in failed.stderr

"""`search`, `ask`, `serve`, `status`, `versions` and `verify` over the published sample."""

import json
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.cli.command import CHECKOUT, COMMAND, SmallCompany, read, sanku

Company = tuple[Settings, Warehouse]

READERS = (
    ("search", "忘记密码"),
    ("ask", "忘记密码"),
    ("serve", "--port", "0"),
    ("verify",),
    ("rollback",),
)


def test_search_tells_of_each_hit_what_it_is_and_where_it_stands(
    sample_options: tuple[str, ...], sample_model: str
) -> None:
    found = read(
        sanku(
            *("search", "忘记密码", "--tier", "faq", "--limit", "3", "--json"),
            *sample_options,
            SANKU_EMBEDDING_MODEL=sample_model,
        )
    )
    assert len(found["hits"]) == 3
    assert set(found["hits"][0]) >= {"id", "tier", "title", "text", "score", "source", "path"}
    assert {hit["tier"] for hit in found["hits"]} == {"faq"}
    first = found["hits"][0]
    file = CHECKOUT / "kb_sources" / "faq" / first["source"] / first["path"]
    assert first["title"] in file.read_text(encoding="utf-8").splitlines()[first["line"] - 1]
    assert found["version"].startswith("0001-")
    assert found["timings"]["total"] > 0


def test_a_piped_search_is_one_line_a_hit(
    sample_options: tuple[str, ...], sample_model: str
) -> None:
    done = sanku(
        "search", "发票", "--limit", "2", *sample_options, SANKU_EMBEDDING_MODEL=sample_model
    )
    lines = done.stdout.splitlines()
    assert [len(line.split("\t")) for line in lines] == [5, 5, 5]
    assert lines[0].startswith("score\t")


def test_ask_gives_answer_decision_citations_version_and_timings(
    sample_options: tuple[str, ...], sample_model: str
) -> None:
    done = sanku(
        "ask", "忘记登录密码了怎么找回？", "--json", *sample_options,
        SANKU_EMBEDDING_MODEL=sample_model,
    )  # fmt: skip
    answer = read(done)
    assert set(answer) == {
        *("question", "answer", "decision", "reason", "handoff"),
        *("citations", "suggestions", "version", "timings", "left_out"),
    }
    assert "忘记密码" in answer["answer"]
    assert answer["citations"][0]["path"] == "account.md"
    assert "answering by quotation" in done.stderr


def test_ask_prints_the_same_text_that_it_gives_scripts(
    sample_options: tuple[str, ...], sample_model: str
) -> None:
    options = (*sample_options,)
    shown = sanku("ask", "转人工", *options, SANKU_EMBEDDING_MODEL=sample_model)
    told = read(sanku("ask", "转人工", "--json", *options, SANKU_EMBEDDING_MODEL=sample_model))
    assert told["handoff"] is True
    assert shown.stdout == told["answer"] + "\n"
    assert "handoff" in shown.stderr


@pytest.mark.parametrize("question", ["", "  ", "\u200b"])
def test_an_empty_question_is_wrong_usage(question: str) -> None:
    for command in ("search", "ask"):
        done = sanku(command, question)
        assert done.exit_code == 2
        assert "the question is empty" in done.stderr


def test_a_question_with_half_a_surrogate_is_answered(
    sample_options: tuple[str, ...], sample_model: str
) -> None:
    done = sanku(
        "search", "密码\udcff", "--json", *sample_options, SANKU_EMBEDDING_MODEL=sample_model
    )
    assert read(done)["hits"]


def test_a_model_other_than_the_versions_is_refused(sample_options: tuple[str, ...]) -> None:
    done = sanku("search", "密码", *sample_options)
    assert done.exit_code == 5
    assert "sanku run" in done.stderr


def test_an_unknown_tier_is_wrong_usage() -> None:
    done = sanku("search", "密码", "--tier", "L1")
    assert done.exit_code == 2
    assert "'faq', 'dialogues', 'changelog'" in done.stderr


@pytest.mark.parametrize("arguments", READERS, ids=lambda arguments: arguments[0])
def test_before_the_first_publish_every_reader_says_what_to_run(
    arguments: tuple[str, ...], tmp_path: Path, sample_sources: Path
) -> None:
    done = sanku(*arguments, "--sources", str(sample_sources), "--warehouse", str(tmp_path))
    assert done.exit_code == 5
    assert "sanku run" in done.stderr
    assert done.stdout == ""


def test_status_lists_every_source_and_what_was_refused(sample_options: tuple[str, ...]) -> None:
    told = read(sanku("status", "--json", *sample_options))
    assert told["published"]["version"].startswith("0001-")
    assert "prompt" not in told["published"]
    sources = {(row["tier"], row["source"]): row for row in told["sources"]}
    assert next(iter(sources)) == ("faq", "handbook")
    assert sources["faq", "handbook"]["pulled_at"] == "2026-11-20T23:59:59+08:00"


def test_status_of_an_empty_warehouse_is_no_mistake(tmp_path: Path, sample_sources: Path) -> None:
    options = ("--sources", str(sample_sources), "--warehouse", str(tmp_path / "new"))
    done = sanku("status", *options)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (
        0,
        "published: nothing yet; run `sanku run`",
    )
    assert read(sanku("versions", "--json", *options)) == []
    assert not (tmp_path / "new").exists()


def test_versions_marks_the_published_one(sample_options: tuple[str, ...]) -> None:
    (only,) = read(sanku("versions", "--json", *sample_options))
    assert only["published"] is True
    assert only["entries"]["faq"] > 100
    assert f"→\t{only['version']}" in sanku("versions", *sample_options).stdout


def test_verify_finds_a_changed_byte(sample: Company, tmp_path: Path) -> None:
    settings, warehouse = sample
    sources = ("--sources", str(settings.sources_file))
    assert sanku("verify", *sources, "--warehouse", str(warehouse.root)).exit_code == 0
    copy = Warehouse(tmp_path / "copy")
    shutil.copytree(warehouse.root, copy.root)
    victim = max(copy.index.rglob("*.lance"), key=lambda file: file.stat().st_size)
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 0xFF
    victim.write_bytes(data)
    done = sanku("verify", "--json", *sources, "--warehouse", str(copy.root))
    assert done.exit_code == 1
    (found,) = json.loads(done.stdout).values()
    assert found["passed"] is False


def test_verify_reports_a_version_that_cannot_be_opened(sample: Company, tmp_path: Path) -> None:
    settings, warehouse = sample
    copy = Warehouse(tmp_path / "copy")
    shutil.copytree(warehouse.root, copy.root)
    (manifest,) = copy.index.glob("*/manifest.json")
    manifest.write_text("{", encoding="utf-8")
    done = sanku("verify", "--sources", str(settings.sources_file), "--warehouse", str(copy.root))
    assert done.exit_code == 1
    assert done.stdout.startswith("DAMAGED  0001-")


def test_serve_answers_until_it_is_interrupted(
    sample_options: tuple[str, ...], sample_model: str
) -> None:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *sample_options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={
            "SANKU_EMBEDDING_MODEL": sample_model,
            "SANKU_REDACTION_KEY": "ab" * 32,
            "OLLAMA_HOST": "127.0.0.1:9",
            "PATH": "",
        },
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[2]
    health = httpx.get(f"{url}/healthz", trust_env=False).json()
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=20)
    assert health["version"].startswith("0001-")
    assert (process.returncode, complaint) == (130, "")


def test_serve_says_when_its_port_is_taken(sample_options: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = sanku("serve", "--port", port, *sample_options)
    assert done.exit_code == 5
    assert "Address already in use" in done.stderr
    assert "--port" in done.stderr


def test_serve_refuses_an_open_address_without_a_token(sample_options: tuple[str, ...]) -> None:
    done = sanku("serve", "--host", "0.0.0.0", *sample_options, SANKU_TOKEN="")  # noqa: S104
    assert done.exit_code == 5
    assert "SANKU_TOKEN" in done.stderr


def test_the_small_company_has_nothing_to_read_yet(company: SmallCompany) -> None:
    assert sanku("verify", *company.options).exit_code == 5

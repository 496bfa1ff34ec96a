"""`run` and `rollback` on a small company, from nothing to a second version."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli.publishing import lines_of
from tests.cli.command import FAQ, SmallCompany, read, sanku
from tests.conftest import CHECKOUT


@pytest.fixture(scope="module")
def first(company: SmallCompany) -> dict[str, object]:
    """What the first `sanku run --json` printed."""
    told: dict[str, object] = read(sanku("run", "--json", *company.options))
    return told


def test_a_run_tells_what_it_pulled_embedded_checked_and_published(
    first: dict[str, object],
) -> None:
    assert set(first) == {
        *("pulled", "failed", "embedded", "reused", "changes", "checks", "without_entry"),
        *("blocked", "version", "new", "in_doubt", "seconds"),
    }
    pulled = first["pulled"]
    assert isinstance(pulled, dict)
    assert list(pulled) == ["faq/handbook", "dialogues/web", "changelog/yunque"]
    assert pulled["faq/handbook"]["records"] == 2
    assert pulled["dialogues/web"]["quarantined"] == 1
    assert first["new"] is True
    assert first["blocked"] is False


def test_a_second_run_embeds_nothing_and_publishes_nothing(
    company: SmallCompany, first: dict[str, object]
) -> None:
    done = sanku("run", *company.options)
    assert done.exit_code == 0, done.output
    assert "embedded 0, reused" in done.stdout
    assert done.stdout.splitlines()[-1] == f"unchanged, still published: {first['version']}"
    (told,) = done.stderr.splitlines()
    assert told.startswith("similar questions: 0 entries asked about, 0 drafts to review; ")
    assert "does not answer at" in told


def test_a_refused_publish_returns_4_and_keeps_the_version(
    company: SmallCompany, first: dict[str, object]
) -> None:
    file = company.sources.parent / "web.jsonl"
    log = file.read_text(encoding="utf-8")
    hello = {"conversation": "c1", "at": "2026-11-20T10:00:00", "role": "customer", "text": "你好"}
    file.write_text(json.dumps(hello), encoding="utf-8")
    try:
        done = sanku("run", "--json", *company.options)
    finally:
        file.write_text(log, encoding="utf-8")
    assert done.exit_code == 4
    told = json.loads(done.stdout)
    assert (told["blocked"], told["new"], told["version"]) == (True, False, first["version"])
    assert [check["name"] for check in told["checks"] if not check["passed"]] == [
        "nothing_vanishes"
    ]
    assert "nothing_vanishes" in done.stderr


def test_a_check_that_fails_names_what_is_to_blame_and_says_how_to_see_the_rest() -> None:
    rows = [{"id": f"line {n}", "question": "甲\n\x1b[31m乙？", "place": ""} for n in range(7)]
    failed = {"name": "c", "passed": False, "summary": "7 are worse", "rows": rows}
    passed = {**failed, "name": "d", "passed": True}
    lines = list(lines_of({"embedded": 0, "reused": 0, "checks": [failed, passed]}))
    assert lines[1:] == [
        "FAILED  c: 7 are worse",
        *(f"  id: line {n}, question: 甲 乙？" for n in range(5)),
        "  and 2 more: `sanku run --json`",
        "ok  d: 7 are worse",
    ]


def test_golden_questions_whose_entry_is_not_there_are_named_in_one_line() -> None:
    told = {"embedded": 0, "reused": 0, "checks": [], "without_entry": ["line 6", "line\n9"]}
    assert list(lines_of(told))[1:] == [
        "slips in the golden file, which expects FAQ entries that are not there: line 6, line 9"
    ]


def test_an_faq_that_is_suddenly_empty_is_not_pulled_and_the_rest_goes_on(
    company: SmallCompany, first: dict[str, object]
) -> None:
    sanku("run", *company.options)
    file = company.sources.parent / "faq" / "account.md"
    file.write_text("# 账号\n", encoding="utf-8")
    try:
        done = sanku("run", "--json", *company.options)
    finally:
        file.write_text(FAQ, encoding="utf-8")
    assert done.exit_code == 4
    told = json.loads(done.stdout)
    assert (told["blocked"], told["new"]) == (False, False)
    assert "sanku faq confirm handbook" in told["failed"]["faq/handbook"]
    assert told["pulled"].keys() == {"dialogues/web", "changelog/yunque"}
    assert "1 of 3 sources were not pulled" in done.stderr


def test_rollback_goes_to_the_version_before(
    company: SmallCompany, first: dict[str, object]
) -> None:
    file = company.sources.parent / "faq" / "account.md"
    file.write_text(f"{FAQ}\n## 怎么改名？\n\n在设置里改。\n", encoding="utf-8")
    second = read(sanku("run", "--json", *company.options))
    assert second["new"] is True
    assert read(sanku("rollback", "--json", *company.options)) == {"version": first["version"]}
    assert (
        read(sanku("status", "--json", *company.options))["published"]["version"]
        == (first["version"])
    )
    named = sanku("rollback", second["version"], *company.options)
    assert named.stdout == f"published: {second['version']} (until the next publish)\n"


def test_rollback_names_no_folder_outside_the_index(company: SmallCompany, first: object) -> None:
    done = sanku("rollback", "../faq", *company.options)
    assert done.exit_code == 5
    assert "sanku versions" in done.stderr


def test_nothing_of_a_customer_reaches_the_output_or_the_warehouse(
    company: SmallCompany, first: object
) -> None:
    told = json.dumps(first, ensure_ascii=False)
    stored = b"".join(file.read_bytes() for file in company.warehouse.rglob("*") if file.is_file())
    for secret in ("13812345678", "王建国"):
        assert secret not in told
        assert secret.encode() not in stored


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = [", "is not valid TOML"),
        ('company = { name = "x" }', "`company.contact` is missing"),
        ('company = { name = "x", contact = "y" }', "lists no source"),
        ('company = { name = "x", contact = "y" }\nfaqs = []', "`faqs` is not a known key"),
    ],
)
def test_broken_sources_are_explained_and_return_5(
    text: str, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(text, encoding="utf-8")
    done = sanku("run", "--sources", str(file), "--warehouse", str(tmp_path / "w"))
    assert done.exit_code == 5
    assert complaint in done.stderr
    assert str(file) in done.stderr


def test_a_warehouse_that_cannot_be_written_is_named(company: SmallCompany, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    place = tmp_path / "file" / "warehouse"
    done = sanku("run", "--sources", str(company.sources), "--warehouse", str(place))
    assert done.exit_code == 5
    assert str(tmp_path / "file") in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_steps_back_behind_whatever_else_wants_the_processor(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from pipelines.cli.publishing import turn\n"
        "from pipelines.warehouse import Warehouse\n"
        "for _ in range(2):\n"
        "    with turn(Warehouse(Path(sys.argv[1]))):\n"
        "        print(os.nice(0))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "warehouse")]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["19", "19"]

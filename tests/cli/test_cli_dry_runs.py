"""`faq show`, `redact` and `changelog`: what they print, and that they write nothing."""

import json
from pathlib import Path

import pytest

from tests.cli.command import FAQ, SmallCompany, read, sanku


def test_faq_prints_entries_with_their_lines(company: SmallCompany) -> None:
    told = read(sanku("faq", "show", str(company.sources.parent / "faq"), "--json"))
    first, second = told["entries"]
    assert (first["question"], first["line_start"]) == ("忘记密码怎么办？", 3)
    assert second["heading_path"] == ["账号"]
    assert told["quarantined"] == []


def test_faq_reads_a_single_file_of_any_name(tmp_path: Path) -> None:
    file = tmp_path / "[draft]*.txt"
    file.write_text(FAQ, encoding="utf-8")
    done = sanku("faq", "show", str(file))
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 3
    assert "2 entries, 0 quarantined" in done.stderr


def test_faq_says_which_file_it_could_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\x00\x01")
    told = read(sanku("faq", "show", str(tmp_path), "--json"))
    assert told["entries"] == []
    assert told["quarantined"][0]["path"] == "a.md"


def test_faq_of_a_folder_without_markdown_is_a_mistake(tmp_path: Path) -> None:
    done = sanku("faq", "show", str(tmp_path), "--json")
    assert done.exit_code == 5
    assert "holds no Markdown file" in done.stderr


def test_faq_of_nothing_is_wrong_usage(tmp_path: Path) -> None:
    assert sanku("faq", "show", str(tmp_path / "none")).exit_code == 2


def test_faq_refuses_a_device() -> None:
    done = sanku("faq", "show", "/dev/null")
    assert done.exit_code == 5
    assert "no regular file" in done.stderr


def test_redact_prints_one_object_a_line_with_spans_of_the_original() -> None:
    text = "我叫王建国，电话13812345678"
    done = sanku("redact", "--json", stdin=f"{text}\r\n\n转到 400-000-2638\n")
    first, empty, last = (json.loads(line) for line in done.stdout.splitlines())
    assert set(first) == {"text", "spans", "residue"}
    found = {span["type"]: text[span["start"] : span["end"]] for span in first["spans"]}
    assert found == {"person": "王建国", "mobile": "13812345678"}
    assert first["residue"] == []
    assert empty == {"text": "", "spans": [], "residue": []}
    assert "400-000-2638" not in last["text"]


def test_redact_leaves_what_the_named_sources_allow(company: SmallCompany) -> None:
    done = sanku("redact", "--sources", str(company.sources), stdin="转到 400-000-2638\n")
    assert done.stdout == "转到 400-000-2638\n"


def test_redact_of_nothing_prints_nothing() -> None:
    done = sanku("redact")
    assert (done.exit_code, done.output) == (0, "")


@pytest.mark.parametrize("line", [b"\xff\xfe\x00abc", b"abc\xed\xa0\x80", b"\xd6\xd0\xb9\xfa"])
def test_redact_refuses_a_line_that_is_not_utf8_and_goes_on(line: bytes) -> None:
    done = sanku("redact", "--json", stdin=line + b"\nok\n")
    refused, good = (json.loads(found) for found in done.stdout.splitlines())
    assert refused == {"text": "", "spans": [], "residue": ["not_utf8"]}
    assert good["text"] == "ok"


def test_changelog_prints_entries_a_release(sample_sources: Path) -> None:
    told = read(sanku("changelog", str(sample_sources.parent / "product.bundle"), "--json"))
    tags = [changes["release"]["tag"] for changes in told]
    assert tags[0] == "v1.0.0"
    assert "v2.4.0" in tags
    entries = next(c["entries"] for c in told if c["release"]["tag"] == "v2.4.0")
    assert any("5 GB" in entry["text"] for entry in entries)
    assert {entry["kind"] for entry in entries} <= {"added", "changed", "removed"}


@pytest.mark.parametrize(
    ("more", "status", "complaint"),
    [
        (("--tags", "("), 2, "is no regular expression"),
        (("--tags", "nightly"), 5, "has no tag that matches `nightly`"),
    ],
)
def test_changelog_explains_a_wrong_pattern(
    more: tuple[str, ...], status: int, complaint: str, sample_sources: Path
) -> None:
    done = sanku("changelog", str(sample_sources.parent / "product.bundle"), *more)
    assert done.exit_code == status
    assert complaint in done.stderr
    assert "Value error" not in done.stderr


def test_changelog_of_a_folder_that_is_no_repository_is_a_mistake(tmp_path: Path) -> None:
    done = sanku("changelog", str(tmp_path))
    assert done.exit_code == 5
    assert "git repository" in done.stderr

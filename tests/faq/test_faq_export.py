"""Entries written as Markdown, CSV and JSON Lines, and read back."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import SourceError
from pipelines.faq.export import check_empty, csv_lines, jsonl_lines, write_tree
from pipelines.faq.manuscript import manuscript, manuscripts
from pipelines.faq.markdown.document import MAX_LINES, MAX_TOKENS
from pipelines.faq.markdown.entries import read_file
from pipelines.faq.spreadsheets.columns import EXPORTED
from pipelines.records import FaqEntry, Link, Review
from pipelines.sources.files import SourceFile, folder_files
from tests.faq.nasty_entries import nasty_entries, shown

PLAIN = FaqEntry(
    id="0" * 32,
    source="help",
    path="account/help.md",
    line_start=3,
    line_end=9,
    heading_path=("账号", "登录"),
    question="如何登录？",
    similar_questions=("怎么登陆", "登不上去怎么办？"),
    answer="扫码。\n\n- 也可输入手机号",
    links=(Link("登录指南", "guide/login.md"),),
    content_hash="1" * 32,
    review=Review(owner="张三", reviewed_at=date(2026, 11, 2)),
    front_matter=(("audience", "客户"),),
)


def _back(text: str, *, path: str = "account/help.md", base_url: str = "") -> list[FaqEntry]:
    read = read_file(SourceFile(path, text.encode()), source="help", base_url=base_url)
    assert read.quarantined == ()
    return list(read.entries)


def test_markdown_looks_as_if_a_person_had_written_it() -> None:
    leave = replace(PLAIN, question="如何退出？", similar_questions=(), links=(), answer="点头像。")
    draft = replace(
        leave,
        question="3. 怎么改名？",
        heading_path=("账号",),
        answer="## 如何？\n\n改。",
        review=replace(PLAIN.review, status="draft", tags=("昵称",)),
    )
    written = manuscript([PLAIN, leave, draft], path="account/help.md")
    assert written.text == (
        "---\nowner: 张三\nreviewed_at: 2026-11-02\naudience: 客户\n---\n\n"
        "# 账号\n\n## 登录\n\n### 如何登录？\n\n**相似问题**：怎么登陆；登不上去怎么办？\n\n"
        "扫码。\n\n- 也可输入手机号\n\n**关联文档**：[登录指南](guide/login.md)\n\n"
        "### 如何退出？\n\n点头像。\n\n"
        "## Q：3. 怎么改名？\n<!--\nstatus: draft\ntags:\n- 昵称\n-->\n\n"
        "<!-- answer -->\n## 如何？\n\n改。\n<!-- /answer -->\n"
    )
    assert (written.explicit, written.lost) == (1, ())


def test_an_english_entry_gets_english_labels() -> None:
    english = replace(
        PLAIN,
        question="How do I sign in?",
        similar_questions=("cannot sign in",),
        answer="Scan the code.",
        heading_path=(),
    )
    text = manuscript([english], path="help.md").text
    assert "# How do I sign in?\n\n**Similar questions**: cannot sign in\n\nScan" in text
    assert text.endswith("\n\n**Docs**: [登录指南](guide/login.md)\n")


@settings(max_examples=150, deadline=None)
@given(st.lists(nasty_entries(), min_size=1, max_size=3))
def test_every_entry_comes_back_from_markdown_as_it_was(entries: Sequence[FaqEntry]) -> None:
    written = manuscript(entries, path="account/help.md")
    assert written.lost == ()
    assert [*map(shown, _back(written.text))] == [*map(shown, entries)]


@pytest.mark.parametrize("base_url", ["", "https://docs.example.com/faq"])
def test_the_sample_comes_back_from_markdown_and_nearly_all_of_it_plain(
    sample_sources: Path, base_url: str
) -> None:
    count, explicit = _round_trip(sample_sources.parent / "faq", base_url)
    assert (count, explicit) == (104, 0)


@pytest.mark.long
@pytest.mark.parametrize(("folder", "least"), [("alicloud_ecs_md", 1_200), ("other_md", 300)])
def test_real_entries_come_back_from_markdown_and_nearly_all_of_them_plain(
    shared_data: Path, folder: str, least: int
) -> None:
    count, explicit = _round_trip(shared_data / "faq" / folder, "https://docs.example.com")
    assert count > least
    assert explicit < 0.02 * count


def _round_trip(folder: Path, base_url: str) -> tuple[int, int]:
    files, _ = folder_files(folder, "**/*.md", tier="faq", source="help")
    assert files
    count = explicit = 0
    for file in files:
        entries = read_file(file, source="help", base_url=base_url).entries
        written = manuscript(entries, path=file.path, base_url=base_url)
        assert written.lost == ()
        back = _back(written.text, path=file.path, base_url=base_url)
        assert [*map(shown, back)] == [*map(shown, entries)]
        assert [entry.anchor for entry in back] == [entry.anchor for entry in entries]
        count += len(entries)
        explicit += written.explicit
    return count, explicit


def test_an_answer_may_hold_the_markers_of_answers() -> None:
    answer = "<!-- answer -->\n**Q**：如何？\n<!-- /answer -->\n<!-- /answer 2 -->"
    written = manuscript([replace(PLAIN, answer=answer)], path="account/help.md")
    assert written.lost == ()
    assert [entry.answer for entry in _back(written.text)] == [answer]


def test_an_entry_that_no_markdown_can_say_is_named_and_stops_no_other() -> None:
    deep = replace(PLAIN, heading_path=tuple("一二三四五六七"))
    written = manuscript([deep, PLAIN], path="account/help.md")
    assert written.lost == (deep,)
    assert [entry.question for entry in _back(written.text)] == [PLAIN.question]


def test_a_file_too_long_to_be_read_back_is_lost_whole_and_says_why() -> None:
    long = replace(PLAIN, answer="行\n" * (MAX_LINES * 2 // 3) + "尾")
    written = manuscript([PLAIN, long, long], path="account/help.md")
    assert written.lost == (PLAIN, long, long)
    assert "lines; split it" in written.problem


def test_an_answer_too_long_to_be_read_at_all_is_lost_alone() -> None:
    endless = replace(PLAIN, answer="行\n" * MAX_LINES + "尾")
    assert manuscript([PLAIN, endless], path="account/help.md").lost == (endless,)


def test_many_entries_are_cut_into_files_that_can_be_read() -> None:
    prose = "\n".join(["行" * 500] * 1_600)
    entries = [replace(PLAIN, question=f"问题 {n}？", answer=f"{n} {prose}") for n in range(3)]
    cut = list(manuscripts(entries, path="help.md"))
    back = [entry for written in cut for entry in _back(written.text, path="help.md")]
    assert [*map(shown, back)] == [*map(shown, entries)]
    assert len(cut) == 2


@pytest.mark.long
def test_a_file_with_too_much_markup_for_its_length_is_cut_in_half() -> None:
    items = replace(PLAIN, answer="\n".join(["- 项"] * (MAX_TOKENS // 5 * 2 // 3)))
    cut = list(manuscripts([items, items], path="help.md"))
    assert [(written.problem, written.lost) for written in cut] == [("", ())] * 2


def test_a_tree_has_the_files_of_its_source(tmp_path: Path) -> None:
    other = replace(PLAIN, path="计费.md", question="怎么开发票？", heading_path=())
    draft = replace(other, line_start=1, question="能退款吗？", review=Review(status="draft"))
    done = write_tree([PLAIN, other, draft], tmp_path / "out", "")
    assert (done.files, done.entries, done.lost) == (2, 3, ())
    files, _ = folder_files(tmp_path / "out", "**/*.md", tier="faq", source="help")
    assert [file.path for file in files] == ["account/help.md", "计费.md"]
    entries = _back(files[1].data.decode())
    assert [(e.question, e.review.status) for e in entries] == [
        ("能退款吗？", "draft"),
        ("怎么开发票？", "approved"),
    ]


@pytest.mark.parametrize("path", ["../out.md", "/etc/x.md", "a/../../x.md", "..", "", "a\0.md"])
def test_a_path_that_leaves_the_folder_is_not_written(tmp_path: Path, path: str) -> None:
    done = write_tree([replace(PLAIN, path=path), PLAIN], tmp_path / "out", "")
    assert [entry.reason for entry in done.lost] == [
        "its file's name leads out of the folder; rename the file"
    ]
    assert done.entries == 1
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["help.md"]


def test_a_file_that_cannot_be_written_stops_no_other(tmp_path: Path) -> None:
    done = write_tree([PLAIN, replace(PLAIN, path=f"{'长' * 200}.md")], tmp_path, "")
    assert done.entries == 1
    assert "cannot be written" in done.lost[0].reason


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    check_empty(tmp_path)
    check_empty(tmp_path / "new")
    (tmp_path / "mine.md").write_text("x")
    for taken in (tmp_path, tmp_path / "mine.md"):
        with pytest.raises(SourceError, match="overwrites nothing"):
            check_empty(taken)


def test_json_lines_hold_all_that_is_known_of_an_entry() -> None:
    (line,) = jsonl_lines([PLAIN])
    told = json.loads(line)
    assert set(told) == set(FaqEntry.__slots__)
    assert told["review"]["reviewed_at"] == "2026-11-02"
    assert told["links"] == [{"text": "登录指南", "url": "guide/login.md"}]
    assert told["front_matter"] == [["audience", "客户"]]


def test_csv_opens_in_excel_with_its_chinese_and_without_a_formula() -> None:
    formula = replace(PLAIN, answer="=cmd|' /C calc'!A1", similar_questions=("'=x",))
    text = "".join(csv_lines([PLAIN, formula]))
    assert text.startswith("\ufeffquestion,answer,")
    header, plain, guarded = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert tuple(header) == EXPORTED
    row = dict(zip(header, plain, strict=True))
    assert row["similar_questions"] == "怎么登陆\n登不上去怎么办？"
    assert row["links"] == "[登录指南](guide/login.md)"
    assert (row["headings"], row["line"], row["tags"]) == ("账号\n登录", "3", "")
    assert guarded[1:3] == ["'=cmd|' /C calc'!A1", "''=x"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠", "'=", "''@"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    text = "".join(csv_lines([replace(PLAIN, answer=f"{start}1", question=f"{start}1")]))
    _, cells = csv.reader(io.StringIO(text, newline=""))
    assert all(cell[:1] not in {*"=+-@＝＋－＠\t"} for cell in cells)

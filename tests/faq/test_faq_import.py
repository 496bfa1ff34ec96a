"""Templates of other products, and Sanku's own export, read as entries."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.faq.export import csv_lines
from pipelines.faq.manuscript import manuscript
from pipelines.faq.markdown.entries import read_file
from pipelines.faq.spreadsheets.columns import EXPORTED
from pipelines.faq.spreadsheets.delimited import delimited_rows
from pipelines.faq.spreadsheets.sheet import Sheet, read_spreadsheet
from pipelines.faq.spreadsheets.template import Imported, imported
from pipelines.records import Approval, FaqEntry, Link
from pipelines.sources.files import SourceFile, folder_files
from tests.faq.nasty_entries import nasty_entries, shown
from tests.faq.spreadsheets import workbook


def _read(tmp_path: Path, content: bytes) -> list[Sheet]:
    file = tmp_path / "faq.xlsx"
    file.write_bytes(content)
    return read_spreadsheet(file)


def _rows(*rows: Sequence[str], status: Approval | None = None) -> Imported:
    return imported([Sheet("", False, tuple(map(tuple, rows)), (), ())], status=status)


def _csv(text: str) -> Imported:
    rows, unreadable = delimited_rows(text)
    return imported([Sheet("", False, tuple(rows), (), tuple(unreadable))])


def _pairs(read: Imported) -> list[tuple[str, str, tuple[str, ...]]]:
    assert read.refused == ()
    return [(entry.question, entry.answer, entry.similar_questions) for entry in read.entries]


@pytest.mark.parametrize(
    "rows",
    [
        # FastGPT: what stands beyond the header are indexes too.
        (("q", "a", "indexes"), ("如何登录？", "扫码。", "怎么登陆", "登不上")),
        # MaxKB: a problem a line; the title says what the segment is about.
        (
            ("分段标题（选填）", "分段内容（必填，问题答案）", "问题（选填，单元格内一行一个）"),
            ("", "扫码。", "如何登录？\n怎么登陆\n登不上"),
        ),
        (("title", "content", "problem_list"), ("如何登录？", "扫码。", "怎么登陆\n登不上")),
        (("问题", "答案", "相似问题"), ("1. 如何登录？", "扫码。", "怎么登陆；登不上")),
        (
            ("*标准问", "*标准答案", "相似问1", "相似问2"),
            ("如何登录？", "扫码。", "怎么登陆", "登不上"),
        ),
        (("标准问题", "标准回答", "扩展问法"), ("如何登录？", "扫码。", "怎么登陆|登不上")),
        (("Question", "Answer", "Similar Questions"), ("如何登录？", "扫码。", "怎么登陆\n登不上")),
        (
            ("说明：请勿修改表头",),
            (),
            ("问", "答", "其他问法"),
            ("如何登录？", "扫码。", "怎么登陆\n登不上"),
        ),
    ],
)  # fmt: skip
def test_templates_of_other_products_are_understood(rows: Sequence[Sequence[str]]) -> None:
    assert _pairs(_rows(*rows)) == [("如何登录？", "扫码。", ("怎么登陆", "登不上"))]


def test_annotations_of_dify_are_understood() -> None:
    assert _pairs(_rows(("question", "answer"), ("How?", "So."))) == [("How?", "So.", ())]


def test_a_title_that_asks_is_the_question_and_any_other_stands_above_it() -> None:
    header = ("分段标题", "分段内容", "问题")
    asked, alone, topic = _rows(
        header,
        ("怎么退出？", "点。", "退出"),
        ("账号", "扫码。", "如何登录？"),
        ("续费", "付。", ""),
    ).entries
    assert (asked.question, asked.similar_questions, asked.heading_path) == (
        "怎么退出？",
        ("退出",),
        (),
    )
    assert (topic.question, topic.heading_path) == ("如何登录？", ("账号",))
    assert (alone.question, alone.heading_path) == ("续费", ())


def test_categories_become_headings_and_stand_together() -> None:
    read = _rows(
        ("一级分类", "二级分类", "问题", "答案"),
        ("账号", "登录", "如何登录？", "扫码。"),
        ("计费", "", "怎么付款？", "在线。"),
        ("账号", "", "如何退出？", "点。"),
    )
    assert [(e.question, e.heading_path) for e in read.entries] == [
        ("如何登录？", ("账号", "登录")),
        ("如何退出？", ("账号",)),
        ("怎么付款？", ("计费",)),
    ]


def test_tags_links_and_dates_are_read_and_other_columns_named() -> None:
    read = _rows(
        ("问题", "答案", "标签", "相关链接", "失效日期", "负责人", "命中次数"),
        (
            "如何登录？",
            "[甲](a.md)",
            "登录，扫码",
            "https://e.x/b 与其他",
            "2026/11/2",
            "张三",
            "7",
        ),
    )
    (entry,) = read.entries
    assert entry.review.tags == ("登录", "扫码")
    assert (entry.review.valid_until, entry.review.owner) == (date(2026, 11, 2), "张三")
    assert entry.links == (Link("甲", "a.md"), Link("https://e.x/b", "https://e.x/b"))
    assert read.notes == ("the file: not used: `命中次数`",)


def test_entries_are_drafts_until_somebody_has_read_them() -> None:
    header = ("问题", "答案", "状态")
    rows = (
        ("甲？", "一", "已发布"),
        ("乙？", "二", "草稿"),
        ("丙？", "三", "上架"),
        ("丁？", "四", ""),
    )
    statuses = [entry.review.status for entry in _rows(header, *rows).entries]
    assert statuses == ["draft"] * 4
    approved = _rows(header, *rows, status="approved").entries
    assert [entry.review.status for entry in approved] == ["approved", "draft", "draft", "approved"]


def test_rows_that_can_be_no_entries_are_refused_one_by_one() -> None:
    read = _rows(
        ("问题", "答案", "失效日期"),
        ("", "没有问题", ""),
        ("没有答案？", " \n", ""),
        ("", "", ""),
        ("问" * 501, "长", ""),
        ("如何登录？", "扫码。", ""),
        ("如何登录？", "输入。", ""),
        ("何时？", "今天。", "下周"),
        ("问题", "答案", "失效日期"),
    )
    assert [(row.row, row.reason.split(";")[0]) for row in read.refused] == [
        (2, "the row has no question"),
        (3, "the question has no answer"),
        (5, "the question is over 500 characters"),
        (7, "row 6 asks the same and is answered differently"),
        (8, "`valid_until` is no date, or ends before it begins"),
    ]
    assert [entry.question for entry in read.entries] == ["如何登录？"]


def test_rows_that_say_the_same_are_one_entry_with_all_wordings() -> None:
    header = ("标准问", "答案", "相似问")
    read = _rows(header, ("如何登录？", "扫码。", "甲"), ("如何登录?", "扫码。", "乙"))
    assert _pairs(read) == [("如何登录？", "扫码。", ("甲", "乙"))]


def test_rows_that_say_the_same_are_one_entry_with_all_tags_and_counterexamples() -> None:
    header = ("问题", "答案", "标签", "不适用")
    rows = (
        ("能退吗？", "能。", "退款,售后", "能换吗？"),
        ("能退吗?", "能。", "售后,订单", "能修吗？"),
    )
    (entry,) = _rows(header, *rows).entries
    assert entry.review.tags == ("退款", "售后", "订单")
    assert entry.review.not_for == ("能换吗？", "能修吗？")


@pytest.mark.parametrize("answer", ["下载会议。", "下载云盘。"])
@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("产品", "云盘", "会议"),
        ("生效日期", "2026-01-01", "2026-07-01"),
        ("失效日期", "2026-07-01", ""),
    ],
)
def test_rows_for_other_products_or_days_are_entries_of_their_own(
    column: str, one: str, other: str, answer: str
) -> None:
    header = (column, "问题", "答案")
    read = _rows(header, (one, "怎么安装？", "下载云盘。"), (other, "怎么安装?", answer))
    assert read.refused == ()
    assert [entry.answer for entry in read.entries] == ["下载云盘。", answer]
    again = _rows(header, (one, "怎么安装？", "下载云盘。"), (one, "怎么安装?", answer))
    assert len(again.entries) == 1


def test_two_columns_without_a_header_are_questions_and_answers() -> None:
    read = _rows(("如何登录？", "扫码。"), ("如何退出？", "点。"), ("忘了", ""))
    assert [entry.question for entry in read.entries] == ["如何登录？", "如何退出？"]
    assert [row.row for row in read.refused] == [3]
    assert read.notes == ("the file has no header: read as two columns, question and answer",)
    assert _rows(("名称", "价格", "数量"), ("甲", "1", "2")).entries == ()


def test_the_authors_line_breaks_and_html_stay_in_the_answer() -> None:
    answer = "第一步\n第二步\n\n<p>看<br>图</p>\n  缩进"
    (entry,) = _rows(("问题", "答案"), ("如何登录？", f"\n{answer}\n\n")).entries
    assert entry.answer == answer
    text = manuscript([entry], path="faq.md").text
    assert [e.answer for e in _back(text)] == [answer]


def test_merged_cells_hold_in_all_their_rows_and_titles_are_skipped(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["分类", "标准问", "答案", "相似问"])
        sheet.append(["账号", "如何登录？", "扫码。", "甲"])
        sheet.append(["", "", "", "乙"])
        sheet.append([])
        sheet.append(["二、其他问题"])
        sheet.append(["其他", "如何退出？", "点。", ""])
        for cells in ("A2:A3", "B2:B3", "C2:C3", "A5:D5"):
            sheet.merge_cells(cells)

    read = imported(_read(tmp_path, workbook(fill)))
    assert _pairs(read) == [("如何登录？", "扫码。", ("甲", "乙")), ("如何退出？", "点。", ())]
    assert [entry.heading_path for entry in read.entries] == [("账号",), ("其他",)]


def test_every_sheet_with_a_known_header_is_read_but_hidden_ones(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["问题", "答案"])
        sheet.append(["甲？", "一"])
        for name, header in (("更多", "问题"), ("草稿", "问题"), ("字典", "代码")):
            other = sheet.parent.create_sheet(name)
            other.append([header, "答案"])
            other.append([f"{name}？", "二"])
        sheet.parent["草稿"].sheet_state = "hidden"

    sheets = _read(tmp_path, workbook(fill))
    read = imported(sheets)
    assert [(entry.question, entry.path) for entry in read.entries] == [
        ("甲？", "问答"),
        ("更多？", "更多"),
    ]
    assert read.refused == ()
    assert read.notes == (
        "sheet `草稿` is hidden: not read; `--sheet` reads it all the same",
        "sheet `字典` has no columns of questions and answers: not read",
    )
    assert [entry.question for entry in imported(sheets, only="草稿").entries] == ["草稿？"]


@settings(max_examples=200, deadline=None)
@given(st.lists(nasty_entries(), min_size=1, max_size=4))
def test_an_export_is_read_back_as_the_same_entries(entries: Sequence[FaqEntry]) -> None:
    read = _csv("".join(csv_lines(entries)).removeprefix("\ufeff").replace("\r\n", "\n"))
    assert (read.refused, read.notes) == ((), ())
    assert sorted(map(repr, map(shown, read.entries))) == sorted(map(repr, map(shown, entries)))


def test_an_export_that_excel_saved_again_keeps_its_dates_and_status(tmp_path: Path) -> None:
    row = [
        "如何登录？",
        "扫码。",
        "",
        "",
        "approved",
        "",
        "",
        "",
        "2026/1/5",
        "",
        "",
        "",
        "",
        "",
        "",
    ]
    text = ",".join(EXPORTED) + "\r\n" + ",".join([*row, "help", "a.md", "3", "账号"]) + "\r\n"
    (entry,) = imported(_read(tmp_path, text.encode("gb18030"))).entries
    assert (entry.review.status, entry.review.valid_from) == ("approved", date(2026, 1, 5))
    assert entry.heading_path == ("账号",)
    (draft,) = imported(_read(tmp_path, text.encode()), status="draft").entries
    assert draft.review.status == "draft"


def _back(text: str) -> list[FaqEntry]:
    return list(read_file(SourceFile("faq.md", text.encode()), source="help").entries)


def _exported(folder: Path) -> int:
    """Export, import and write anew what a folder holds; return how many entries came back."""
    files, _ = folder_files(folder, "**/*.md", tier="faq", source="help")
    entries = [e for file in files for e in read_file(file, source="help").entries]
    read = _csv("".join(csv_lines(entries)).removeprefix("\ufeff").replace("\r\n", "\n"))
    assert read.refused == ()
    assert {*map(shown, read.entries)} == {*map(shown, entries)}
    written = manuscript(read.entries, path="faq.md")
    assert written.lost == ()
    assert [*map(shown, _back(written.text))] == [*map(shown, read.entries)]
    return len(entries)


def test_the_sample_survives_export_and_import(sample_sources: Path) -> None:
    assert _exported(sample_sources.parent / "faq") == 104


@pytest.mark.long
@pytest.mark.parametrize("folder", ["alicloud_ecs_md", "other_md"])
def test_real_entries_survive_export_and_import(shared_data: Path, folder: str) -> None:
    assert _exported(shared_data / "faq" / folder) > 300

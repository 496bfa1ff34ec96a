"""Spreadsheet and CSV files as sheets of text, and what is refused of them."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.errors import SourceError
from pipelines.faq.spreadsheets.sheet import Sheet, read_spreadsheet
from pipelines.faq.spreadsheets.template import Imported, imported
from tests.faq.spreadsheets import archive, container, old_workbook, workbook


def _read(tmp_path: Path, content: bytes) -> list[Sheet]:
    file = tmp_path / "faq.xlsx"
    file.write_bytes(content)
    return read_spreadsheet(file)


def _pairs(read: Imported) -> list[tuple[str, str]]:
    assert read.refused == ()
    return [(entry.question, entry.answer) for entry in read.entries]


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    rows = (("问题", "答案"), ("如何登录？", "扫码。"), ("几天？", 7.0))
    read = imported(_read(tmp_path, old_workbook(rows)))
    assert _pairs(read) == [("如何登录？", "扫码。"), ("几天？", "7")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("问题,答案\r\n如何登录？,\"扫码\r\n或输入\"\r\n", "utf-8"),
        ("问题,答案\n如何登录？,\"扫码\n或输入\"", "utf-8-sig"),
        ("问题;答案\r\n如何登录？;\"扫码\r\n或输入\"\r\n", "gb18030"),
        ("问题\t答案\r\n如何登录？\t\"扫码\r\n或输入\"\r\n", "utf-16"),
    ],
)  # fmt: skip
def test_csv_is_read_as_excel_in_china_saves_it(tmp_path: Path, text: str, encoding: str) -> None:
    read = imported(_read(tmp_path, text.encode(encoding)))
    assert _pairs(read) == [("如何登录？", "扫码\n或输入")]


def test_an_open_quote_costs_one_row_and_swallows_no_other(tmp_path: Path) -> None:
    read = imported(
        _read(tmp_path, '问题,答案\n甲？,"一\n乙？,二\n丙？,"三"四\n丁？,"五\n六"\n'.encode())
    )
    assert [(entry.question, entry.answer) for entry in read.entries] == [
        ("乙？", "二"),
        ("丁？", "五\n六"),
    ]
    assert [row.row for row in read.refused] == [2, 4]


def test_cells_of_a_workbook_are_read_as_people_see_them(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["问题", "答案"])
        for value in (1, 2.5, 13800138000, True, date(2026, 11, 2), datetime(2026, 11, 2, 9, 30)):  # noqa: DTZ001 - a cell has no zone
            sheet.append([f"值 {sheet.max_row}？", value])
        sheet.append(["几点？", time(9, 5)])
        sheet.append(["多久？", timedelta(hours=30)])
        sheet.append([404, "页面不存在\n请检查"])

    read = imported(_read(tmp_path, workbook(fill)))
    answers = ["1", "2.5", "13800138000", "TRUE", "2026-11-02", "2026-11-02 09:30"]
    assert [entry.answer for entry in read.entries] == [
        *answers,
        "09:05:00",
        "30:00:00",
        "页面不存在\n请检查",
    ]
    assert read.entries[-1].question == "404"


def _far_cell(sheet: Worksheet) -> None:
    sheet["A1"] = "问题"
    sheet["XFD1048576"] = "x"


def _too_many_rows(sheet: Worksheet) -> None:
    sheet["B100001"] = "x"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (workbook(_far_cell), "takes over 2 GB or a minute"),
        (workbook(_too_many_rows), "100,001 rows"),
        (archive("xl/worksheets/sheet1.xml", bytes(200_000_001)), "unfolds to over 200 MB"),
        (archive("word/document.xml", b"<x/>"), "is no spreadsheet"),
        (b"PK\x03\x04 and no more", "is damaged"),
        (container("EncryptedPackage"), "is locked with a password"),
        (container("WordDocument"), "is no spreadsheet"),
        (b"<html><table><tr><td>", "is a web page"),
        (b"%PDF-1.7\n", "is a web page or document"),
        (b"\x89PNG\r\n\x1a\n\0\0", "as CSV it cannot be read"),
        (b"\xff\xfe\x00\xd8a", "as CSV it cannot be read"),
        (
            "q,a\n忘記密碼怎麼辦？,請在登入頁點選忘記密碼。\n".encode("big5"),
            "neither UTF-8 nor GB18030",
        ),
        ("q,a\n如何登录？,扫码。\n".encode()[:-3] + b"\n", "neither UTF-8 nor GB18030"),
        (b"q,a\n" * 100_001, "has 100,001 rows"),
        (b"x" * 20_000_001, "is over 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_spreadsheet_or_a_bomb_is_refused_by_name(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    with pytest.raises(SourceError, match=f"faq.xlsx` .*{complaint}"):
        _read(tmp_path, content)


def test_a_cell_longer_than_any_excel_makes_costs_its_row(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (("问题", "答案"), ("甲？", "一"), ("长？", "长"), ("乙？", "二")):
            sheet.append(row)

    source = zipfile.ZipFile(io.BytesIO(workbook(fill)))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as changed:
        for name in source.namelist():
            long = "长".encode() * 32_768
            data = source.read(name).replace("<t>长</t>".encode(), b"<t>" + long + b"</t>")
            changed.writestr(name, data)
    read = imported(_read(tmp_path, written.getvalue()))
    assert [entry.question for entry in read.entries] == ["甲？", "乙？"]
    assert [(row.sheet, row.row) for row in read.refused] == [("问答", 3)]

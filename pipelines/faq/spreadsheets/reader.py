"""The process that reads one spreadsheet: `python -m pipelines.faq.spreadsheets.reader`.

The file comes in on stdin, its sheets go out on stdout as one JSON object, or `{"problem": …}`.
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, time, timedelta

import python_calamine
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from pipelines.faq.spreadsheets.delimited import delimited_rows
from pipelines.faq.spreadsheets.sheet import MAX_CELL, MAX_SECONDS, Sheet
from pipelines.sources.files import decode

MAX_MEMORY = 2_000_000_000
MAX_UNZIPPED = 200_000_000
MAX_ROWS = 100_000
MAX_CHARACTERS = 50_000_000

MAX_CELLS = 2_000_000

# A locked XLSX is no ZIP file but an OLE container, with a stream of this name.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_IS_LOCKED = "is locked with a password. Save it without one, and import that."
_FIELDS = tuple(field.name for field in fields(Sheet))
_Value = int | float | str | bool | time | date | datetime | timedelta


class _RefusedError(Exception):
    """The file is not read; the text goes on behind its name."""


def main() -> None:
    """Read stdin, and answer."""
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    try:
        sheets = list(_sheets(sys.stdin.buffer.read()))
        answer: dict[str, object] = {
            "sheets": [{name: getattr(sheet, name) for name in _FIELDS} for sheet in sheets]
        }
    except _RefusedError as error:
        answer = {"problem": str(error)}
    json.dump(answer, sys.stdout)


def _sheets(data: bytes) -> Iterator[Sheet]:
    """Tell by its first bytes what the file is; its name is only a wish."""
    if data.startswith(b"PK\x03\x04"):
        _check_unzipped(data)
        yield from _workbook(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if _LOCKED in data:
            raise _RefusedError(_IS_LOCKED)
        yield from _workbook(data)
    elif data[:1_000].lower().lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"%pdf")):
        raise _RefusedError(
            "is a web page or document with the name of a spreadsheet. Open it in Excel or WPS, "
            "save it as XLSX, and import that."
        )
    else:
        yield _text_sheet(data)


def _check_unzipped(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    # `zipfile` raises the last for a version of ZIP that it does not know.
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _RefusedError(
            "is damaged: its ZIP directory cannot be read. Save it again as XLSX."
        ) from error
    if size > MAX_UNZIPPED:
        raise _RefusedError(
            f"unfolds to over {MAX_UNZIPPED // 1_000_000} MB. Copy its questions and answers into "
            "a new spreadsheet, and import that."
        )


def _workbook(data: bytes) -> Iterator[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            left = MAX_CHARACTERS
            for metadata in workbook.sheets_metadata:
                if metadata.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_name(metadata.name)
                read = _sheet(sheet, hidden=metadata.visible is not SheetVisibleEnum.Visible)
                left -= sum(len(cell) for row in read.rows for cell in row)
                if left < 0:
                    raise _RefusedError(f"holds over {MAX_CHARACTERS:,} characters. Split it.")
                yield read
    except PasswordError as error:
        raise _RefusedError(_IS_LOCKED) from error
    except CalamineError as error:
        raise _RefusedError(
            "is no spreadsheet, or a damaged one. Save it as XLSX or CSV, and import that."
        ) from error


def _sheet(sheet: python_calamine.CalamineSheet, *, hidden: bool) -> Sheet:
    last_row, last_column = sheet.end or (0, 0)
    if last_row >= MAX_ROWS or (last_row + 1) * (last_column + 1) > MAX_CELLS:
        raise _RefusedError(
            f"has {last_row + 1:,} rows and {last_column + 1:,} columns in a sheet; {MAX_ROWS:,} "
            f"rows and {MAX_CELLS:,} cells are read. Split it, or delete the empty rows and "
            "columns beyond the last ones."
        )
    rows = []
    unreadable = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
        cells = tuple(_without_carriage_returns(_shown(value)) for value in values)
        if reason := _unfit(cells):
            unreadable.append((number, reason))
            cells = ()
        rows.append(cells)
    merged = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    # Excel lets no cell be merged twice; a file that does is made to be slow.
    if sum(last - first + 1 for first, _, last, _ in merged) > MAX_CELLS:
        raise _RefusedError("has too many merged cells. Unmerge them, and save it again.")
    return Sheet(sheet.name, hidden, tuple(rows), merged, tuple(unreadable))


def _text_sheet(data: bytes) -> Sheet:
    try:
        # What Excel saves as "Unicode text".
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = data.decode("utf-16") if wide else decode(data)
    except ValueError as error:
        reason = "the file is not UTF-16 all through; save it as XLSX" if wide else str(error)
        raise _RefusedError(
            f"is no spreadsheet, and as CSV it cannot be read: {reason}."
        ) from error
    rows, unreadable = delimited_rows(_without_carriage_returns(text))
    if len(rows) > MAX_ROWS:
        raise _RefusedError(f"has {len(rows):,} rows, and {MAX_ROWS:,} are read. Split it.")
    return Sheet("", False, tuple(rows), (), tuple(unreadable))


def _unfit(cells: tuple[str, ...]) -> str:
    if any(len(cell) > MAX_CELL for cell in cells):
        return f"a cell holds over {MAX_CELL:,} characters; shorten it"
    if any("\0" in cell for cell in cells):
        return "a cell holds a NUL character; remove it"
    return ""


def _shown(value: _Value) -> str:
    """Return a value as Excel shows it, where it shows what it holds: `1` and not `1.0`."""
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes" if not value.second else "seconds")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)


def _without_carriage_returns(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


if __name__ == "__main__":
    main()

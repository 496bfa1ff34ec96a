"""Spreadsheet files for tests: workbooks, archives, and the containers of old ones."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet


def workbook(fill: Callable[[Worksheet], None]) -> bytes:
    """Return an XLSX file whose sheet `问答` was filled by `fill`."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "问答"
    fill(sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def archive(name: str, content: bytes) -> bytes:
    """Return a ZIP file with one member."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(name, content)
    return written.getvalue()


def container(stream: str, content: bytes = b"") -> bytes:
    """Return an OLE container with one stream of up to 4,096 bytes, by [MS-CFB]."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    numbers = (0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0, *[free] * 108)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x118I", *numbers)
    chain = [table, end, *range(3, 10), end, *[free] * 118]

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = f"{name}\0".encode("utf-16-le")
        fields = struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
        return raw.ljust(64, b"\0") + fields + bytes(36) + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, end, 0) + entry(stream, 2, free, 2, 4096) + bytes(256)
    return header + struct.pack("<128I", *chain) + folder + content.ljust(4096, b"\0")


def old_workbook(rows: Sequence[Sequence[str | float]]) -> bytes:
    """Return an XLS file with one sheet `FAQ`, by [MS-XLS]."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<4H2I", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))

    end = record(0x0A, b"")
    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                cells += record(0x204, place + text)
            else:
                cells += record(0x203, place + struct.pack("<d", value))
    name = struct.pack("<BBBB", 0, 0, 3, 0) + b"FAQ"
    start = len(begin(5)) + len(record(0x85, bytes(4) + name)) + len(end)
    book = begin(5) + record(0x85, struct.pack("<I", start) + name) + end
    return container("Workbook", book + begin(0x10) + cells + end)

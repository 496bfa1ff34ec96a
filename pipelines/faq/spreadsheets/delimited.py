"""CSV and its like: which mark delimits the cells, and the records, quoted line breaks and all."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice

from pipelines.faq.spreadsheets.columns import HEADER_WITHIN_ROWS, header_row

MAX_RECORD_LINES = 10_000
"""Lines that one record may span; past it, a quote was left open."""
_DELIMITERS = (",", "\t", ";")

Row = tuple[str, ...]


def delimited_rows(text: str) -> tuple[list[Row], list[tuple[int, str]]]:
    """Return the records of a text with LF line ends, and those that cannot be read, with reasons.

    A record that cannot be read is left as an empty row, and costs its first line only: the lines
    after it are read again, so that a quote left open swallows nothing. Rows count as Excel
    counts them.
    """
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    csv.field_size_limit(max(len(text), 1))
    delimiter = _delimiter(lines)
    rows: list[Row] = []
    unreadable: list[tuple[int, str]] = []
    for cells, problem in _records(lines, delimiter):
        rows.append(cells)
        if problem:
            unreadable.append((len(rows), problem))
    return rows, unreadable


def _delimiter(lines: Sequence[str]) -> str:
    """Return the mark under which there is a known header, or else two cells in every row."""
    for delimiter in _DELIMITERS:
        first = [cells for cells, _ in islice(_records(lines, delimiter), HEADER_WITHIN_ROWS)]
        if header_row(first) is not None:
            return delimiter
    for delimiter in _DELIMITERS:
        if all(len(cells) in (0, 2) for cells, _ in _records(lines, delimiter)):
            return delimiter
    return ","


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[Row, str]]:
    at = 0
    while at < len(lines):
        reader = csv.reader(_broken(lines, at), delimiter=delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            yield (), "a quote is left open, or stands inside a cell; double it, or close it"
            at += 1
            continue
        at += reader.line_num
        problem = "a cell holds a NUL character; remove it" if "\0" in "".join(cells) else ""
        yield (() if problem else tuple(cells)), problem


def _broken(lines: Sequence[str], at: int) -> Iterator[str]:
    """Yield lines with their breaks, as far as one record may reach."""
    for number in range(at, min(at + MAX_RECORD_LINES, len(lines))):
        yield f"{lines[number]}\n"

"""Rows of a log: lines as JSON objects, or as CSV records, whose quoted cells may span lines."""

import csv
import json
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pipelines.dialogues.lines import MAX_LINE, Line

MAX_RECORD_LINES = 1_000
"""Lines that one CSV record may span; past it, a quote was left open."""

_OPEN_QUOTE = "opens a quote that is not closed; close it"


class RefusedError(Exception):
    """A record is none that can be used; the text is the reason, without a word of the record."""


class Row(NamedTuple):
    """One record as the log has it, or why it is none."""

    line: int
    raw: bytes
    values: Mapping[str, Any]
    problem: str
    """Empty when `values` could be read; never holds a word of the record."""
    whole: bool
    """False for what may be half written: its line break, or closing quote, is still missing."""


def json_rows(lines: Iterator[Line], encoding: str) -> Iterator[Row]:
    """Yield one row per line that is not blank."""
    for line in lines:
        if line.too_long:
            yield Row(line.number, line.raw, {}, _too_long(line), True)
            continue
        try:
            text = line.text(encoding)
            if not text.strip():
                continue
            values = json.loads(text)
        except UnicodeDecodeError:
            yield Row(line.number, line.raw, {}, _not_in(encoding), line.ended)
        except (ValueError, RecursionError):  # too deep, or a number of thousands of digits
            problem = "is not valid JSON; write one object per line"
            yield Row(line.number, line.raw, {}, problem, line.ended)
        else:
            problem = "" if isinstance(values, dict) else "is no JSON object; write one per line"
            yield Row(line.number, line.raw, {} if problem else values, problem, True)


def csv_rows(lines: Iterator[Line], encoding: str) -> Iterator[Row]:
    """Yield the header as a row whose values are its names in order, then one row per record.

    A record that cannot be read costs its first line only: the lines after it are read again as
    records of their own, so that a quote left open swallows nothing.
    """
    again: deque[Line] = deque()
    header: list[str] = []
    while (first := _next(again, lines)) is not None:
        record = [first]
        cells, problem, whole = _read_record(record, again, lines, encoding, len(header))
        if not problem and not any(cell.strip() for cell in cells):
            continue
        if not problem and header and len(cells) != len(header):
            problem = (
                f"has {len(cells)} columns where the header has {len(header)}; put text that "
                "holds a comma or a quote in quotes"
            )
        if problem and whole:
            again.extendleft(reversed(record[1:]))
            del record[1:]
        raw = b"\n".join(line.raw for line in record)
        if not header and not problem:
            header = [cell.strip() for cell in cells]
            yield Row(first.number, raw, dict.fromkeys(header), "", whole)
        else:
            values = {} if problem else dict(zip(header, cells, strict=True))
            yield Row(first.number, raw, values, problem, whole)


def _read_record(
    record: list[Line], again: deque[Line], lines: Iterator[Line], encoding: str, width: int
) -> tuple[list[str], str, bool]:
    """Extend `record` to the end of its last quoted cell; return its cells, problem and `whole`."""
    size = 0
    while True:
        last = record[-1]
        size += len(last.raw)
        if record[0].too_long:
            return [], _too_long(record[0]), True
        if last.too_long or size > MAX_LINE or len(record) > MAX_RECORD_LINES:
            return [], _OPEN_QUOTE, True
        # Only a quote can end a quoted cell, so other lines of the cell need no parsing.
        if len(record) == 1 or b'"' in last.raw:
            try:
                cells = _cells("\n".join(line.text(encoding) for line in record))
            except UnicodeDecodeError:
                return [], _not_in(encoding), last.ended
            except csv.Error:
                return [], "is not valid CSV; close its quotes and double those inside", last.ended
            if cells is not None:
                return cells, "", last.ended
        following = _next(again, lines)
        if following is None:
            swallowed = any(_looks_whole(line, encoding, width) for line in record[1:])
            whole = last.ended or swallowed
            return [], _OPEN_QUOTE, whole
        record.append(following)


def _cells(text: str) -> list[str] | None:
    """Return the cells of one record, `None` when a quote is still open at its end."""
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None
        raise


def _looks_whole(line: Line, encoding: str, width: int) -> bool:
    try:
        cells = _cells(line.text(encoding))
    except (UnicodeDecodeError, csv.Error):
        return False
    return cells is not None and len(cells) == width


def _next(again: deque[Line], lines: Iterator[Line]) -> Line | None:
    return again.popleft() if again else next(lines, None)


def _too_long(line: Line) -> str:
    return f"is longer than {len(line.raw):,} bytes; split it or remove it"


def _not_in(encoding: str) -> str:
    return f"is not {encoding} text; mend the line, or set the source's `encoding`"

"""Tables written in HTML: which block of it is one, and its rows with the source of each cell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate

from pipelines.faq.markdown.block_kinds import Row
from pipelines.faq.markdown.document import Document

# The standard library's parser takes time in the square of a table whose tags never end.
_MAX_TABLE = 400_000
# What a character of a table costs, in the unit of `Document.spend`.
_TABLE_COST = 700
_MAX_ACROSS = 50
_MAX_DOWN = 10_000
_MAX_CELLS = 100_000

_BEGINS = re.compile(
    r"\s*(?:<(?:div|center|p|section|figure|article)\b[^<>]*>\s*)*(?=<table\b)", re.IGNORECASE
)
_TABLE = re.compile(r"<(?P<end>/?)table\b[^<>]*>", re.IGNORECASE)
_CELLS = ("td", "th")


def table_ends(text: str) -> Mapping[int, int]:
    """Return, of every table of a text that is closed, where it starts and where it ends."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for tag in _TABLE.finditer(text):
        if not tag["end"]:
            opened.append(tag.start())
        elif opened:
            ends[opened.pop()] = tag.end()
    return ends


def table_start(doc: Document, start: int, stop: int) -> int | None:
    """Return where the table starts that the block of HTML between two offsets begins with."""
    match = _BEGINS.match(doc.text, start, stop)
    return match.end() if match else None


def rows_in(doc: Document, start: int, stop: int) -> tuple[Row, ...]:
    """Return the rows of the table between two offsets; empty when it is too long to be read."""
    if stop - start > _MAX_TABLE:
        return ()
    doc.spend(_TABLE_COST * (stop - start))
    reader = _Reader(doc.text[start:stop])
    rows: list[Row] = []
    for begin, end, cells in _grid(reader.rows):
        sources = tuple(doc.text[start + a : start + b].strip() for a, b in cells)
        if rows:
            # As wide as the header: browsers fill a short row up, too.
            width = len(rows[0].cells)
            sources = (sources + ("",) * width)[:width]
        first, last = doc.line_at(start + begin), doc.line_at(start + max(begin, end - 1))
        rows.append(Row(first, last + 1, sources))
    if rows:
        # The header is compared as it is seen; the rest stays as written.
        rows[0] = Row(rows[0].line, rows[0].end, tuple(map(doc.plain, rows[0].cells)))
    return tuple(rows)


@dataclass(slots=True)
class _Cell:
    begin: int
    stop: int = 0
    across: int = 1
    down: int = 1


@dataclass(slots=True)
class _Row:
    begin: int
    stop: int = 0
    cells: list[_Cell] = field(default_factory=list)


class _Reader(HTMLParser):
    """Finds the rows and cells of the outermost table; offsets count characters of `text`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[_Row] = []
        self._starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
        self._depth = 0
        self._row: _Row | None = None
        self._cell: _Cell | None = None
        self.feed(text)
        self._end_row(len(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = self._at()
        if tag == "table":
            self._depth += 1
        if self._depth != 1 or tag not in ("tr", *_CELLS):
            return
        if tag == "tr":
            self._end_row(at)
        self._end_cell(at)
        if self._row is None:
            self._row = _Row(at)
            self.rows.append(self._row)
        if tag in _CELLS:
            spans = dict(attrs)
            across = _span(spans.get("colspan"), _MAX_ACROSS)
            down = _span(spans.get("rowspan"), _MAX_DOWN)
            self._cell = _Cell(at + len(self.get_starttag_text() or ""), 0, across, down)
            self._row.cells.append(self._cell)

    def handle_endtag(self, tag: str) -> None:
        at = self._at()
        if self._depth == 1 and tag in _CELLS:
            self._end_cell(at)
        elif self._depth == 1 and tag in ("tr", "table"):
            self._end_row(at)
        if tag == "table":
            self._depth -= 1

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _end_cell(self, at: int) -> None:
        if self._cell:
            self._cell.stop = at
        self._cell = None

    def _end_row(self, at: int) -> None:
        self._end_cell(at)
        if self._row:
            self._row.stop = at
        self._row = None


def _span(value: str | None, most: int) -> int:
    text = (value or "").strip()
    return max(1, min(int(text), most)) if re.fullmatch("[0-9]{1,6}", text) else 1


def _grid(rows: list[_Row]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Yield begin, end and cells of each row; a cell over several rows or columns is in each."""
    below: dict[int, tuple[int, _Cell]] = {}
    count = 0
    for row in rows:
        cells: list[_Cell] = []
        waiting = [cell for cell in row.cells for _ in range(cell.across)][::-1]
        while waiting or len(cells) in below:
            left, cell = below.pop(len(cells), (0, None))
            if cell is None:
                cell = waiting.pop()
                left = cell.down
            if left > 1:
                below[len(cells)] = (left - 1, cell)
            cells.append(cell)
            count += 1
            if count > _MAX_CELLS:
                return
        yield row.begin, row.stop, [(cell.begin, cell.stop) for cell in cells]

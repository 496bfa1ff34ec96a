"""HTML tables of a changelog as Markdown ones, as wikis export them."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from pipelines.changelog.lines import Line, verbatim

_TABLE = re.compile(r"\s*<table(?:\s[^<>]*)?>", re.IGNORECASE)
_END = re.compile(r"</table\s*>", re.IGNORECASE)
_ROW = re.compile(r"<tr(?:\s[^<>]*)?>", re.IGNORECASE)
_CELL = re.compile(r"<t[hd](?:\s[^<>]*)?>", re.IGNORECASE)
_FRAME = re.compile(
    r"</?(?:t[hdr]|tbody|thead|table|p|div|colgroup|col)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
# Cells with lists of their own say more than a row can.
_LIST = re.compile(r"<(?:ul|ol)[\s>]", re.IGNORECASE)


def with_markdown_tables(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with tables of HTML, each row in one line, as tables of Markdown."""
    if not any(_TABLE.match(line.text) for line in lines):
        return list(lines)
    fixed = verbatim(lines)
    ends = [place for place, line in enumerate(lines) if _END.search(line.text)]
    out: list[Line] = []
    position = 0
    while position < len(lines):
        end = position + 1
        nearest = bisect_left(ends, position)
        if not fixed[position] and nearest < len(ends) and _TABLE.match(lines[position].text):
            end = ends[nearest] + 1
        out += _markdown(lines[position:end]) or lines[position:end]
        position = end
    return out


def _markdown(table: Sequence[Line]) -> list[Line]:
    """Return a table's rows with a blank line around them; none where it holds lists."""
    if not _TABLE.match(table[0].text) or any(_LIST.search(line.text) for line in table):
        return []
    rows: list[tuple[Line, list[str]]] = []
    for line in table:
        before, *parts = _ROW.split(line.text)
        if rows and before.strip():
            _extend(rows[-1][1], before)
        for part in parts:
            rows.append((line, []))
            _extend(rows[-1][1], part)
    width = max((len(cells) for _, cells in rows), default=0)
    if width == 0:
        return []
    told = [line.rewritten(f"| {' | '.join(cells)} |") for line, cells in rows]
    rule = told[0].rewritten("|" + " --- |" * width)
    return [table[0].rewritten(""), told[0], rule, *told[1:], table[-1].rewritten("")]


def _extend(cells: list[str], text: str) -> None:
    """Add the cells of a part of a row to those before it."""
    before, *parts = _CELL.split(text)
    if cells and (rest := _bare(before)):
        cells[-1] = f"{cells[-1]} {rest}".strip()
    cells += map(_bare, parts)


def _bare(cell: str) -> str:
    return _FRAME.sub(" ", cell).replace("|", "\\|").strip()

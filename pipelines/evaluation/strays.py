"""Rows that Markdown takes for no row of a table, so that their questions would be left out."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from pipelines.evaluation.columns import GoldenTableError, cells_of, column_of
from pipelines.text import fold

# Blanks, and the marks of a quotation, in which a table may stand too.
_MARGIN = " \t>"
_BARS = ("|", "｜")
_DASHES = re.compile(r"[\s|:]*-[\s|:-]*")
_LANGUAGE = re.compile(r"[a-z][\w+#.-]*", re.ASCII)
# What Markdown reads no tables in -> the way out of it.
_UNREAD = {
    "fence": (
        "the row stands in a block of code, which is not read; take the fences above and below it "
        "away, or, where it is an example, close the block and let it begin with a language, as "
        "in ```text"
    ),
    "code_block": (
        "the row is indented so far that it is code, which is not read; begin it at the margin"
    ),
    "html_block": (
        "the row stands in HTML or a comment, which is not read; move it out of there, or take it "
        "out of the file"
    ),
}


def refuse_strays(tokens: Sequence[Token], lines: Sequence[str]) -> None:
    """Refuse a line that is written as a row, and that no table holds.

    Such a row begins with a bar, or has as many cells as a table above that does without bars at
    the margin. Closed code in a language but Markdown may hold what looks like one. Raises
    `GoldenTableError`.
    """
    held: dict[int, str] = {}
    unread: dict[int, str] = {}
    for token in tokens:
        span = range(*(token.map or (0, 0)))
        if token.type == "table_open":
            held |= dict.fromkeys(span, lines[span.start])
        elif token.type == "fence" and _is_code(token, lines):
            held |= dict.fromkeys(span, "")
        elif token.type in _UNREAD:
            unread |= dict.fromkeys(span, _UNREAD[token.type])
    heading = ""
    for number, line in enumerate(lines):
        if number in held:
            heading = held[number] or heading
        elif _is_row(line, heading):
            below = lines[number + 1] if number + 1 < len(lines) else ""
            raise GoldenTableError(number + 1, unread.get(number) or _reason(line, below))


def _is_code(fence: Token, lines: Sequence[str]) -> bool:
    """Tell whether a block is closed, and names a language in which nobody writes tables."""
    start, end = fence.map or (0, 0)
    last = lines[end - 1].strip(_MARGIN)
    is_closed = end - start > 1 and len(last) >= len(fence.markup) and set(last) == {last[0]}
    language = fold(fence.info)
    is_named = _LANGUAGE.fullmatch(language) and language not in ("md", "markdown")
    return is_closed and bool(is_named)


def _is_row(line: str, heading: str) -> bool:
    written = line.lstrip(_MARGIN)
    if written.startswith(_BARS):
        return True
    cells = cells_of(written)
    if len(cells) == 1:
        return False
    bare = bool(heading) and not heading.lstrip(_MARGIN).startswith("|")
    return all(map(column_of, cells)) or (bare and len(cells) == len(cells_of(heading)))


def _reason(line: str, below: str) -> str:
    written = line.lstrip(_MARGIN)
    cells = cells_of(written)
    if "question" in map(column_of, cells):
        dashes = "|" + "---|" * len(cells)
        if not _DASHES.fullmatch(below.lstrip(_MARGIN)):
            return f"the row `{dashes}` is missing right below this heading"
        return (
            f"the row of dashes below has {len(cells_of(below.lstrip(_MARGIN)))} cells, and this "
            f"heading {len(cells)}; write `{dashes}` there"
        )
    if "｜" in written:
        return "the row is parted by the full-width bar `｜`, which makes no table; write `|`"
    return (
        "the row stands outside every table, and would be left out; take away the empty line or "
        "the text that parts it from the rows above, or write a heading and `|---|` above it"
    )

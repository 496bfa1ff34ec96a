"""A changelog's Markdown as parts, each a heading and the blocks below it, through markdown-it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from textwrap import dedent
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from pipelines.changelog.items import LISTS, changes_in, end_of_block, item_text
from pipelines.changelog.lines import Line, verbatim
from pipelines.changelog.rows import rows_of
from pipelines.changelog.tags import END_OF_FOLD

BlockKind = Literal["item", "row", "prose", "attached", "end of fold"]

_HEADING = re.compile(r" ?#{1,6}(?:[ \t]|$)")
# A release is compared with the one before, and shares nearly all of its parts with it.
_CACHED = 8_192


@dataclass(frozen=True, slots=True)
class Block:
    """What stands below a heading: an item, a table's row, a paragraph.

    `attached` is code or a table that goes with the paragraph above it. Lines are numbered from 0,
    within the lines that were parsed together; `last` is the last one.
    """

    kind: BlockKind
    text: str
    first: int
    last: int
    labels: tuple[str, ...] = ()
    """What it is nested under; of a row, its category and component."""
    version: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """A heading: its level, its words, its lines, and the character that underlines it."""

    level: int
    text: str
    first: int
    last: int
    rule: str


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, or none at the top of a file, and the blocks below it up to the next one."""

    title: Title | None
    blocks: tuple[Block, ...]
    start: int
    """Where the lines begin that it was parsed with, counted from the file's first."""


def parts_of(lines: Sequence[Line]) -> list[Part]:
    """Return the parts of a changelog of Markdown lines, in file order."""
    fixed = verbatim(lines)
    starts = [
        place
        for place, line in enumerate(lines)
        if not place or (not fixed[place] and _HEADING.match(line.text))
    ]
    parts: list[Part] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = "\n".join(line.text for line in lines[start:end])
        parts += [Part(title, blocks, start) for title, blocks in _parsed(text)]
    return parts


def _markdown() -> MarkdownIt:
    # Blocks only: inline markup stays as written, and hostile brackets cost nothing.
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


_PARSER = _markdown()


@lru_cache(maxsize=_CACHED)
def _parsed(text: str) -> tuple[tuple[Title | None, tuple[Block, ...]], ...]:
    """Return the headings of a text with the blocks below each; above the first, the rest."""
    lines, tokens = text.split("\n"), _PARSER.parse(text)
    parts: list[tuple[Title | None, tuple[Block, ...]]] = []
    title: Title | None = None
    start = position = 0
    while position < len(tokens):
        end = end_of_block(tokens, position)
        if tokens[position].type == "heading_open":
            if position:
                parts.append((title, tuple(_blocks(tokens[start:position], lines))))
            title = _title(tokens[position], tokens[position + 1])
            start = end + 1
        position = end + 1
    return (*parts, (title, tuple(_blocks(tokens[start:], lines))))


def _title(opening: Token, inline: Token) -> Title:
    first, end = opening.map or (0, 1)
    return Title(int(opening.tag[1]), inline.content, first, end - 1, opening.markup[:1])


def _blocks(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Block]:
    position = 0
    # Whether the block before was prose, so that code or a table after it belongs to it.
    after_prose = False
    while position < len(tokens):
        end = end_of_block(tokens, position)
        yield from _of_token(tokens[position], tokens[position + 1 : end], lines, after_prose)
        after_prose = tokens[position].type == "paragraph_open"
        position = end + 1


def _of_token(
    token: Token, inner: Sequence[Token], lines: Sequence[str], after_prose: bool
) -> Iterator[Block]:
    first, end = token.map or (0, 1)
    if token.type in LISTS:
        for item, labels in changes_in(inner):
            at = item.map or (first, end)
            yield Block("item", item_text(lines, item), at[0], at[1] - 1, labels)
    elif token.type == "table_open" and (rows := rows_of(inner, lines)):
        for row in rows:
            labels = tuple(part for part in (row.category, row.component) if part)
            for text in row.texts or ("",):
                yield Block("row", text, row.line, row.line, labels, row.version, row.date)
    elif token.type == "hr":
        if token.markup.startswith(END_OF_FOLD):
            yield Block("end of fold", "", first, first)
    elif token.type != "front_matter":
        is_attached = after_prose and token.type in ("fence", "code_block", "table_open")
        text = dedent("\n".join(lines[first:end])).strip()
        yield Block("attached" if is_attached else "prose", text, first, end - 1)

"""The blocks of an answer as units: whole where they fit, else cut along their own structure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from pipelines.commonmark import blocks_of
from pipelines.passages.sentences import sentences
from pipelines.passages.tables import html_table, pipe_table
from pipelines.passages.unit import Frame, Unit

# A paragraph that consists of this is a sub-heading to its author, below all that are marked.
_BOLD_LINE = re.compile(r"(\*\*|__)(?! )([^*_\n]{1,60})\1[:：]?")
_BOLD_RANK = 7
_LONGEST_LEAD = 80
_QUOTE_MARK = re.compile(r"\A[ \t]{0,3}> ?")
_ITEM_MARK = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])(?:[ \t]{1,4}(?=[^ \t\n])|[ \t]?)")

_CODE_MARGIN = " " * 4


@dataclass(frozen=True, slots=True)
class _Block:
    """A child of a container; lines count from the document's first."""

    tokens: Sequence[Token]
    begin: int
    """Where it begins, or what markdown-it keeps to itself in front of the first child."""
    first: int
    last: int
    """Where its own lines begin and end."""
    end: int
    """Where the next child begins."""

    @property
    def kind(self) -> str:
        return self.tokens[0].type


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of a container without what the container puts in front of them."""

    lines: Sequence[str]
    first: int = 0
    """What line of the document they begin with."""
    margin: int = 0
    """The columns that all containers together put in front of them."""

    def between(self, begin: int, end: int) -> list[str]:
        return list(self.lines[begin - self.first : end - self.first])

    def text(self, begin: int, end: int) -> str:
        return "\n".join(self.between(begin, end)).strip("\n")

    def size(self, text: str) -> int:
        """Return how long `text` is inside of its containers."""
        return len(text) + self.margin * (text.count("\n") + 1)


def sections_of(markdown: str, limit: int) -> list[Unit]:
    """Return the units of a whole answer, each below its sub-headings.

    Raises `CostlyMarkdownError`.
    """
    lines = markdown.split("\n")
    units: list[Unit] = []
    above: list[tuple[int, str]] = []
    for block in _children(blocks_of(markdown), 0, len(lines)):
        rank, title = _heading(block)
        if rank:
            above = [(other, text) for other, text in above if other < rank]
        trail = tuple(text for _, text in above)
        for unit in _units(block, _Lines(lines), limit):
            start = "section" if rank and not unit.start else unit.start
            units.append(replace(unit, trail=trail, start=start, leads=bool(rank) or unit.leads))
        if rank:
            above.append((rank, title))
    return units or sentence_units(markdown, limit)


def sentence_units(text: str, limit: int) -> list[Unit]:
    """Return the units of a text without a structure, or with one that costs too much to find."""
    units: list[Unit] = []
    for space, sentence in sentences(text, limit):
        gap = "\n" * min(2, space.count("\n")) or " " * bool(space)
        units.append(Unit(sentence, gap if units else "\n\n"))
    return units


def _heading(block: _Block) -> tuple[int, str]:
    """Return a heading's level and its text as Markdown; (0, "") for anything else."""
    if block.kind not in ("heading_open", "paragraph_open"):
        return 0, ""
    content = block.tokens[1].content
    if block.kind == "heading_open":
        return int(block.tokens[0].tag[1]), content
    bold = _BOLD_LINE.fullmatch(content)
    return (_BOLD_RANK, bold[2]) if bold else (0, "")


def _children(tokens: Sequence[Token], begin: int, end: int) -> list[_Block]:
    """Return the children of a container whose lines reach from `begin` to `end`."""
    spans: list[Sequence[Token]] = []
    depth = opened = 0
    for index, token in enumerate(tokens):
        if depth == 0:
            opened = index
        depth += token.nesting
        if depth == 0:
            spans.append(tokens[opened : index + 1])
    mapped = [(span, span[0].map) for span in spans if span[0].map]
    blocks: list[_Block] = []
    for index, (span, (first, last)) in enumerate(mapped):
        following = mapped[index + 1][1][0] if index + 1 < len(mapped) else end
        blocks.append(_Block(span, first if blocks else begin, first, last, following))
    return blocks


def _units(block: _Block, lines: _Lines, limit: int) -> list[Unit]:
    """Return a block as one unit if it fits, else as the units that it is made of."""
    text = lines.text(block.begin, block.end)
    if lines.size(text) <= limit:
        leads = len(text) <= _LONGEST_LEAD and text.rstrip("*_ ").endswith((":", "："))
        return [Unit(text, leads=leads)] if text.strip() else []
    # Definitions of links stand before or behind a block, and belong to none.
    room = limit - lines.margin
    before = sentence_units(lines.text(block.begin, block.first), room)
    after = sentence_units(lines.text(block.last, block.end), room)
    inside = _inside(block, lines, limit)
    if inside:
        inside[0] = replace(inside[0], start="block", gap="\n\n")
    return [*before, *inside, *after]


def _inside(block: _Block, lines: _Lines, limit: int) -> list[Unit]:
    own = lines.between(block.first, block.last)
    room = limit - lines.margin
    units: list[Unit] | None = None
    match block.kind:
        case "bullet_list_open" | "ordered_list_open":
            units = list(_list(block, lines, limit))
        case "blockquote_open":
            units = _quote(block, lines, limit)
        case "fence":
            units = _fence(block.tokens[0], own, room)
        case "code_block":
            shown = [_dedented(line, len(_CODE_MARGIN)) for line in own]
            units = list(_code(shown, room, (Frame(margin=_CODE_MARGIN),)))
        case "table_open":
            units = pipe_table(own, room)
        case "html_block":
            units = html_table("\n".join(own), room)
    return units or sentence_units("\n".join(own), room)


def _list(block: _Block, lines: _Lines, limit: int) -> Iterator[Unit]:
    for item in _children(block.tokens[1:-1], block.first, block.last):
        before = lines.between(item.first - 1, item.first) if item.first > block.first else [""]
        gap = "\n" if before[0].strip() else "\n\n"
        text = lines.text(item.first, item.end)
        if lines.size(text) <= limit:
            yield Unit(text, gap)
        else:
            first, *others = _item(item, lines, limit)
            yield replace(first, gap=gap)
            yield from others


def _item(item: _Block, lines: _Lines, limit: int) -> list[Unit]:
    """Cut a list item; what does not fit beside its marker stands without the indentation."""
    own = lines.between(item.first, item.end)
    mark = _ITEM_MARK.match(own[0])
    marker = mark[0] if mark else ""
    frame = Frame(marker=marker.expandtabs(4))
    columns = len(frame.marker)
    shown = [own[0][len(marker) :], *(_dedented(line, columns) for line in own[1:])]
    units = _framed(frame, item, _Lines(shown, item.first, lines.margin + columns), limit)
    if not units:  # nested too deep for markdown-it
        return sentence_units("\n".join(own), limit - lines.margin)
    return [replace(units[0], opens=units[0].opens | {frame}), *units[1:]]


def _quote(block: _Block, lines: _Lines, limit: int) -> list[Unit]:
    frame = Frame(margin="> ")
    shown = [_QUOTE_MARK.sub("", line) for line in lines.between(block.first, block.last)]
    return _framed(frame, block, _Lines(shown, block.first, lines.margin + 2), limit)


def _framed(frame: Frame, container: _Block, inner: _Lines, limit: int) -> list[Unit]:
    end = inner.first + len(inner.lines)
    return [
        replace(unit, frames=(frame, *unit.frames))
        for child in _children(container.tokens[1:-1], container.first, end)
        for unit in _units(child, inner, limit)
    ]


def _dedented(line: str, columns: int) -> str:
    """Take up to `columns` of white space off a line; a tab reaches to the next fourth column."""
    at = 0
    for index, character in enumerate(line):
        if at >= columns or character not in " \t":
            return " " * (at - columns) + line[index:]
        at += 4 - at % 4 if character == "\t" else 1
    return ""


def _fence(token: Token, own: list[str], limit: int) -> list[Unit]:
    """Cut a code fence by its lines; every passage is fenced with the same info string."""
    opening = own[0].strip()
    closed = len(own) > 1 and own[-1].strip().startswith(token.markup)
    body = own[1:-1] if closed else own[1:]
    indent = len(own[0]) - len(own[0].lstrip(" "))
    frame = Frame(opening=opening + "\n", closing="\n" + token.markup)
    room = limit - len(frame.opening) - len(frame.closing)
    if room < limit // 2:
        return []
    return list(_code([_dedented(line, indent) for line in body], room, (frame,)))


def _code(lines: Sequence[str], room: int, frames: tuple[Frame, ...]) -> Iterator[Unit]:
    for line in lines:
        parts = [line[at : at + room] for at in range(0, len(line), room)] or [""]
        for at, part in enumerate(parts):
            yield Unit(part, "" if at else "\n", frames)

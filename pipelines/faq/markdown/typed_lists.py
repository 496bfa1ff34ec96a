"""Lists as people type them, which are none in Markdown: `1、能退吗？`, its answer below."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from pipelines.faq.markdown.block_kinds import Block
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.line_kinds import strength_of

# `1. ` and `1) ` begin a list of Markdown, which is read as one.
_NUMBERED = re.compile(r"\s{0,3}(\d{1,2})(?:[、．）]|[.)](?!\s))\s*(\S.{0,290}[?？])\s*")
_OTHERS = frozenset({"candidate", "label", "table", "verbatim"})


class _Line(NamedTuple):
    """A line that asks under a number: its place in the text, and its words."""

    number: int
    start: int
    stop: int
    text: str


def with_typed_lists(doc: Document, blocks: list[Block]) -> list[Block]:
    """Return the blocks; on a page where nothing else asks, numbered lines that ask are questions.

    There are two or more, numbered in order, each with its answer below: else they are an answer's.
    """
    if any(block.kind in _OTHERS or _asks(block) for block in blocks):
        return blocks
    lines = list(_lines(doc))
    numbers = [0, *(line.number for line in lines)]
    in_order = all(below in (1, above + 1) for above, below in pairwise(numbers))
    starts = [*(line.start for line in lines), len(doc.text)]
    answered = all(
        doc.text[line.stop : below].strip() for line, below in zip(lines, starts[1:], strict=True)
    )
    if len(lines) < 2 or not in_order or not answered:
        return blocks
    return [part for block in blocks for part in _parts(block, lines)]


def _asks(block: Block) -> bool:
    return block.kind == "heading" and block.level > 1 and strength_of(block.text) == "asked"


def _lines(doc: Document) -> Iterator[_Line]:
    """Yield the lines that ask under a number, of paragraphs that stand in nothing else."""
    for token in doc.tokens:
        if token.type == "paragraph_open" and token.level == 0 and token.map:
            for line in range(*token.map):
                if found := _NUMBERED.fullmatch(doc.lines[line].rstrip("\n")):
                    text = doc.plain(found[2])
                    yield _Line(int(found[1]), doc.offset(line), doc.offset(line + 1), text)


def _parts(block: Block, lines: Sequence[_Line]) -> Iterator[Block]:
    """Yield a block of text cut at the lines that stand in it."""
    start = block.start
    for line in lines if block.kind == "text" else ():
        if block.start <= line.start < block.stop:
            if start < line.start:
                yield replace(block, start=start, body=start, stop=line.start)
            yield Block("candidate", line.start, line.stop, line.stop, line.text, asks=True)
            start = line.stop
    if start < block.stop:
        yield block if start == block.start else replace(block, start=start, body=start)

"""Lists as people type them, which are none in Markdown: `1、能退吗？`, its answer below."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple
from unicodedata import numeric

from pipelines.faq.markdown.block_kinds import Block
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.line_kinds import CIRCLED, HAN_NUMBER, strength_of

# `1. ` and `1) ` begin a list of Markdown, which is read as one. Where a page numbers in several
# ways, the first of these in which its questions are in order counts.
_MARKS = (
    r"(?:\d{1,2}\.){1,3}(\d{1,2})[.、]?",
    r"(\d{1,2})(?:[、．）]|\.(?!\s|\d{1,2}[\s.、])|\)(?!\s))",
    rf"([{HAN_NUMBER}]{{1,3}})[、.．]",
    r"[（(](\d{1,2})[)）]",
    rf"[（(]([{HAN_NUMBER}]{{1,3}})[)）]",
    rf"([{CIRCLED}])",
)
_NUMBERED = [re.compile(rf"\s{{0,3}}{mark}\s*(\S.{{0,290}}[?？])\s*") for mark in _MARKS]
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
    asking = list(_asking_lines(doc))
    for numbered in _NUMBERED:
        lines = list(_lines(doc, asking, numbered))
        if _is_list(doc, lines):
            return [part for block in blocks for part in _parts(block, lines)]
    return blocks


def _is_list(doc: Document, lines: Sequence[_Line]) -> bool:
    """Tell two or more lines that are numbered in order, each with its answer below."""
    numbers = [0, *(line.number for line in lines)]
    in_order = all(below in (1, above + 1) for above, below in pairwise(numbers))
    starts = [*(line.start for line in lines), len(doc.text)]
    answered = all(
        doc.text[line.stop : below].strip() for line, below in zip(lines, starts[1:], strict=True)
    )
    return len(lines) > 1 and in_order and answered


def _asks(block: Block) -> bool:
    return block.kind == "heading" and block.level > 1 and strength_of(block.text) == "asked"


def _asking_lines(doc: Document) -> Iterator[int]:
    """Yield the lines that end with a question mark, of paragraphs that stand in nothing else."""
    for token in doc.tokens:
        if token.type == "paragraph_open" and token.level == 0 and token.map:
            for line in range(*token.map):
                if doc.lines[line].rstrip().endswith(("?", "？")):
                    yield line


def _lines(doc: Document, asking: Sequence[int], numbered: re.Pattern[str]) -> Iterator[_Line]:
    """Yield those of the lines that are numbered in one way."""
    for line in asking:
        if found := numbered.fullmatch(doc.lines[line]):
            text = doc.plain(found[2])
            yield _Line(_number(found[1]), doc.offset(line), doc.offset(line + 1), text)


def _number(mark: str) -> int:
    """Return the number that digits, a Chinese numeral below a hundred, or a sign stands for."""
    tens, ten, ones = mark.rpartition("十")
    if ten:
        return 10 * int(numeric(tens[-1:] or "一")) + int(numeric(ones[-1:] or "零"))
    return int(mark) if mark.isdecimal() else int(numeric(mark[-1]))


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

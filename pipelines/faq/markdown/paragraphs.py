"""Paragraphs cut where a line begins with a label or with a bold question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipelines.faq.markdown.block_kinds import Block
from pipelines.faq.markdown.document import Document, plain_text
from pipelines.faq.markdown.line_kinds import Label, label_of, said_by, strength_of

_MAX_BOLD_LINE = 1_000
_ANSWER = re.compile(
    r"(?:(?<=[?？])\s*+(?:\*\*)?(?:答|答案|回答|A|Ａ|Answer)|(?<=[。！!；;\s])(?:\*\*)?(?:答|答案|回答))"
    r"(?:\*\*)?[:：](?:\*\*)?[ \t]*+"
)
# `**能退吗？**：能。`, `**能退吗？** - 能。`; but not the sign of `-5 ℃`.
_BEHIND_BOLD = re.compile(r"^\s*+(?:[:：]|[—–]{1,2}|-{1,2}(?=\s))?\s*+")


def paragraph_blocks(doc: Document, first: int, last: int, indent: int) -> Iterator[Block]:
    """Yield the labels, bold lines and other text of the lines from `first` up to `last`."""
    begun: Block | None = None
    spoken = _spoken(doc.lines[first:last]) if not indent else {}
    for number in range(first, last):
        line = doc.lines[number]
        column = len(line) - len(line.lstrip())
        if indent and number == first:
            column = max(column, min(indent, len(line)))
        start = doc.offset(number)
        stop = doc.offset(number + 1)
        said = spoken.get(number - first)
        cut = (said[0], "", said[1]) if said else cut_of(doc, line[column:])
        if cut is not None:
            if begun is not None:
                yield begun
            label, text, width = cut
            body = start + column + width
            rest = doc.text[body:stop].strip()
            if label is None:
                yield Block(
                    "candidate",
                    start,
                    body if rest else stop,
                    stop,
                    text,
                    indent=indent,
                    alone=not rest,
                )
                begun = Block("text", body, body, stop) if rest else None
                if begun and (answer := label_of(rest)) and answer[0] == "answer":
                    at = doc.text.index(rest, body) + answer[1]
                    begun = Block("label", body, at, stop, label="answer", indent=indent)
            else:
                number_of = _number_in(line[column : column + width])
                begun = Block(
                    "label", start, body, stop, doc.plain(rest), label=label, indent=indent,
                    number=number_of, alone=bool(rest),
                )  # fmt: skip
                if label == "question" and (told := _ANSWER.search(doc.text, body, stop)):
                    # `问：能退吗？答：能。` on one line.
                    text = doc.plain(doc.text[body : told.start()].strip())
                    yield replace(begun, stop=told.start(), text=text, alone=False)
                    begun = Block(
                        "label", told.start(), told.end(), stop, label="answer", indent=indent
                    )
        elif begun is not None:
            begun = replace(begun, stop=stop, alone=False)
        else:
            begun = Block("text", start, start, stop)
    if begun is not None:
        yield begun


def _spoken(lines: Sequence[str]) -> dict[int, tuple[Label, int]]:
    """Return the lines of a paragraph that say who speaks, if a customer asks and one answers."""
    if said_by(lines[0]) is None:
        return {}
    found = {number: said for number, line in enumerate(lines) if (said := said_by(line))}
    speakers = [label for label, _ in found.values()]
    return found if speakers[0] == "question" and "answer" in speakers else {}


def _number_in(label: str) -> str:
    return "".join(character for character in label if character.isnumeric())


def cut_of(doc: Document, line: str) -> tuple[Label | None, str, int] | None:
    """Return label, text and width of what `line` begins with, or None for ordinary text.

    Without a label it is a bold line: `**如何登录？**`, alone or with its answer behind it.
    """
    label = label_of(line)
    if label is not None:
        return label[0], "", label[1]
    if not line.startswith(("**", "__")) or len(line) > _MAX_BOLD_LINE:
        return None
    tokens = [token for token in doc.inline(line) if token.type != "text" or token.content]
    if not tokens or tokens[0].type != "strong_open":
        return None
    close = next(i for i, token in enumerate(tokens) if token.level == 0 and token.nesting < 0)
    text = plain_text(tokens[:close])
    if close == len(tokens) - 1:
        return None if text.endswith((":", "：")) else (None, text, len(line))
    width = line.find(line[:2], 2) + 2
    if width == 1 or strength_of(text) != "asked":
        return None
    return None, text, len(line) - len(_BEHIND_BOLD.sub("", line[width:]))

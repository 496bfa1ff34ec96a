"""A document as a flat list of blocks: headings, labels, candidate questions, tables, the rest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from markdown_it.token import Token

from pipelines.faq.line_kinds import Label, bare_label, label_of, question_words, strength_of
from pipelines.faq.markdown import Document, plain_text

Kind = Literal["heading", "candidate", "end", "label", "table", "text", "rule", "comment", "toc"]

MAX_SETEXT = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: the 0-based line it stands on and its cells as Markdown."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the document; offsets count characters of `Document.text`.

    A `candidate` is a bold line, a `<summary>` or a list item that may be a question; whether it
    is one depends on the section. `nested` says that its answer ends at the matching `end`.
    """

    kind: Kind
    start: int
    body: int
    """Where the content behind a label or a question begins; elsewhere `start`."""
    stop: int
    text: str = ""
    level: int = 0
    label: Label | None = None
    nested: bool = False
    indent: int = 0
    """Columns that a list item sets its content in by."""
    rows: tuple[Row, ...] = ()


def blocks_of(document: Document) -> list[Block]:
    """Return the blocks of a document in order, without its front matter."""
    tokens = document.tokens
    return _confirmed_labels(list(_blocks(document, tokens, 0, indent=0)))


def _blocks(doc: Document, tokens: Sequence[Token], level: int, indent: int) -> Iterator[Block]:
    index = 0
    while index < len(tokens):
        token = tokens[index]
        last = _closing(tokens, index)
        if token.map is not None:
            yield from _block(doc, tokens[index : last + 1], level, indent)
        index = last + 1


def _block(doc: Document, tokens: Sequence[Token], level: int, indent: int) -> Iterator[Block]:
    token = tokens[0]
    first, last = token.map or (0, 0)
    start, stop = doc.offset(first), doc.offset(last)
    match token.type:
        case "front_matter":
            return
        case "heading_open":
            yield from _heading(doc, tokens, start, stop, indent)
        case "paragraph_open":
            yield from _paragraph(doc, first, last, indent)
        case "table_open" if level == 0:
            yield Block("table", start, start, stop, rows=_rows(tokens))
        case "bullet_list_open" | "ordered_list_open" if level == 0:
            yield from _list(doc, tokens, start, stop)
        case "blockquote_open" if level == 0:
            yield from _loose(doc, tokens)
        case "html_block" if level == 0:
            yield from _html(doc, token, start, stop)
        case "hr":
            yield Block("rule", start, start, stop)
        case _:
            yield Block("text", start, start, stop)


def _closing(tokens: Sequence[Token], index: int) -> int:
    """Return the index of the token that closes the one at `index`."""
    depth: int = tokens[index].nesting
    while depth > 0:
        index += 1
        depth += tokens[index].nesting
    return index


def _heading(
    doc: Document, tokens: Sequence[Token], start: int, stop: int, indent: int
) -> Iterator[Block]:
    content = tokens[1].content
    title = doc.plain(content)
    if tokens[0].markup == "-" and (
        "\n" in content
        or len(title) > MAX_SETEXT
        or title.endswith(("。", "；", "：", ".", ";", ":"))
        or label_of(content)
    ):
        # A line of dashes right under a paragraph makes it a heading; its author meant a rule.
        first, last = tokens[0].map or (0, 0)
        yield from _paragraph(doc, first, last - 1, indent)
        yield Block("rule", doc.offset(last - 1), doc.offset(last - 1), stop)
        return
    name = bare_label(title)
    if name is None and (found := label_of(content)) and found[0] != "question":
        column = doc.text.find(content, start, stop)
        if column >= 0:
            yield Block("label", start, column + found[1], stop, label=found[0])
            return
    level = int(tokens[0].tag[1])
    body = stop if name else start
    yield Block("heading", start, body, stop, text=title, level=level, label=name)


def _confirmed_labels(blocks: list[Block]) -> list[Block]:
    """Turn headings that are only a label, like `### 答案`, into labels.

    A heading `问题` is a label only where a label for its answer follows; else it is a title.
    """
    labels = [i for i, block in enumerate(blocks) if block.kind == "label" or block.label]
    following = dict(pairwise(labels))
    confirmed = []
    for index, block in enumerate(blocks):
        if block.kind == "heading" and block.label:
            after = following.get(index)
            if block.label != "question" or (after and blocks[after].label == "answer"):
                block = replace(block, kind="label", text="")
        confirmed.append(block)
    return confirmed


def _paragraph(doc: Document, first: int, last: int, indent: int) -> Iterator[Block]:
    """Cut a paragraph where a line begins with a label or with a bold question."""
    begun: Block | None = None
    for number in range(first, last):
        line = doc.lines[number]
        column = len(line) - len(line.lstrip())
        if indent and number == first:
            column = max(column, min(indent, len(line)))
        start = doc.offset(number)
        stop = doc.offset(number + 1)
        cut = _cut(doc, line[column:])
        if cut is not None:
            if begun is not None:
                yield begun
            label, text, width = cut
            body = start + column + width
            if label is None:
                rest = doc.text[body:stop].strip()
                yield Block("candidate", start, body if rest else stop, stop, text, indent=indent)
                begun = Block("text", body, body, stop) if rest else None
            else:
                rest = doc.plain(doc.text[body:stop].strip())
                begun = Block("label", start, body, stop, rest, 0, label, indent=indent)
        elif begun is not None:
            begun = replace(begun, stop=stop)
        else:
            begun = Block("text", start, start, stop)
    if begun is not None:
        yield begun


def _cut(doc: Document, line: str) -> tuple[Label | None, str, int] | None:
    """Return label, text and width of what `line` begins with, or None for ordinary text.

    Without a label it is a bold line: `**如何登录？**`, alone or with its answer behind it.
    """
    label = label_of(line)
    if label is not None:
        return label[0], "", label[1]
    if not line.startswith(("**", "__")) or len(line) > 1_000:
        return None
    tokens = [token for token in doc.inline(line) if token.type != "text" or token.content]
    if not tokens or tokens[0].type != "strong_open":
        return None
    close = next(i for i, token in enumerate(tokens) if token.level == 0 and token.nesting < 0)
    text = plain_text(tokens[:close])
    if close == len(tokens) - 1:
        return None if text.endswith((":", "：")) else (None, text, len(line))
    width = line.find(line[:2], 2) + 2
    width += len(line[width:]) - len(line[width:].lstrip())
    return (None, text, width) if strength_of(text) == "asked" and width > 2 else None


def _rows(tokens: Sequence[Token]) -> tuple[Row, ...]:
    rows: list[Row] = []
    line, cells = 0, list[str]()
    for token in tokens:
        if token.type == "inline":
            cells.append(token.content)
        elif token.type == "tr_close":
            rows.append(Row(line, tuple(cells)))
        elif token.type == "tr_open":
            line, cells = (token.map or [0])[0], []
    return tuple(rows)


def _list(doc: Document, tokens: Sequence[Token], start: int, stop: int) -> Iterator[Block]:
    """Yield a list as one block, or item by item when every item is a question with its answer."""
    if _is_toc(tokens):
        yield Block("toc", start, start, stop)
        return
    items: list[list[Block]] = []
    index = 1
    while index < len(tokens) - 1:
        last = _closing(tokens, index)
        blocks = _item(doc, tokens[index : last + 1])
        if not blocks:
            yield from _loose(doc, tokens)
            return
        items.append(blocks)
        index = last + 1
    for blocks in items:
        yield from blocks


def _loose(doc: Document, tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield a list or quote, cut where a label or bold question follows it without a blank line.

    To CommonMark such a line continues the last item; to its author it begins the next part.
    """
    at, last = tokens[0].map or (0, 0)
    for token in tokens:
        if token.type != "inline" or not token.map:
            continue
        for number in range(token.map[0] + 1, token.map[1]):
            line = doc.lines[number]
            if line[:1].strip() and _cut(doc, line):
                yield Block("text", doc.offset(at), doc.offset(at), doc.offset(number))
                yield from _paragraph(doc, number, token.map[1], 0)
                at = token.map[1]
                break
    if at < last:
        yield Block("text", doc.offset(at), doc.offset(at), doc.offset(last))


def _item(doc: Document, tokens: Sequence[Token]) -> list[Block]:
    """Return the blocks of a list item that is a question with its answer; else nothing."""
    first, last = tokens[0].map or (0, 0)
    if len(tokens) < 5 or tokens[1].type != "paragraph_open":
        return []
    line = doc.lines[first]
    marker = len(line) - len(line.lstrip()) + len(tokens[0].info) + len(tokens[0].markup)
    spaces = len(line[marker:]) - len(line[marker:].lstrip())
    indent = marker + (spaces if spaces < 5 else 1)
    blocks = list(_blocks(doc, tokens[1:-1], 1, indent))
    head = blocks[0]
    if head.kind == "label" and head.label == "question":
        return blocks if len(blocks) > 1 else []
    if head.kind == "text":
        newline = doc.text.find("\n", head.start, head.stop)
        first_line = doc.plain(tokens[2].content.split("\n")[0])
        end = newline + 1 if newline >= 0 else head.stop
        if not first_line.rstrip().endswith(("?", "？")):
            return []
        rest = [Block("text", end, end, head.stop)] if doc.text[end : head.stop].strip() else []
        blocks[:1] = [Block("candidate", head.start, end, end, first_line, indent=indent), *rest]
    elif head.kind != "candidate":
        return []
    if len(blocks) < 2:
        return []
    question = blocks[0]
    stop = doc.offset(last)
    return [
        replace(question, nested=True, indent=indent),
        *blocks[1:],
        Block("end", stop, stop, stop),
    ]


def _is_toc(tokens: Sequence[Token]) -> bool:
    """Tell a table of contents: nothing but links into this page, and names of their groups."""
    contents = [token.content for token in tokens if token.type == "inline"]
    linking = sum(content.startswith("[") and "](#" in content for content in contents)
    others = [token.type for token in tokens if token.type in ("fence", "code_block", "html_block")]
    return linking > 0 and linking * 2 >= len(contents) and not others


_SUMMARY = re.compile(r"<summary[^<>]*>")


def _html(doc: Document, token: Token, start: int, stop: int) -> Iterator[Block]:
    """Yield the parts of `<details><summary>question</summary> answer </details>`."""
    content = doc.text[start:stop].lower()
    if content.lstrip().startswith("<!--") and content.rstrip().endswith("-->"):
        yield Block("comment", start, start, stop)
        return
    at = 0
    text_from = 0
    while True:
        opening = content.find("<details", at)
        closing = content.find("</details>", at)
        if opening < 0 and closing < 0:
            break
        if opening >= 0 and (closing < 0 or opening < closing):
            summary = _SUMMARY.search(content, opening, opening + 2_000)
            end = content.find("</summary>", opening)
            if summary is None or end < summary.end():
                break
            title = doc.plain(doc.text[start + summary.end() : start + end].strip())
            body = start + end + len("</summary>")
            if doc.text[start + text_from : start + opening].strip():
                yield Block("text", start + text_from, start + text_from, start + opening)
            yield Block("candidate", start + opening, body, body, title, nested=True)
            at = text_from = end + len("</summary>")
        else:
            if doc.text[start + text_from : start + closing].strip():
                yield Block("text", start + text_from, start + text_from, start + closing)
            at = text_from = closing + len("</details>")
            yield Block("end", start + closing, start + closing, start + at)
    if doc.text[start + text_from : stop].strip():
        yield Block("text", start + text_from, start + text_from, stop)


def heading_words(block: Block) -> str:
    """Return the title of a heading as it is shown to people."""
    return question_words(block.text)[0]

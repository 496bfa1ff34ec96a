"""Questions that hold their answer inside: items of a list, definitions, boxes with a title."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from markdown_it.token import Token

from pipelines.faq.markdown.block_kinds import Block
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.line_kinds import GOES_ON, label_of, strength_of
from pipelines.faq.markdown.paragraphs import cut_of, paragraph_blocks

Within = Callable[[Sequence[Token], int], list[Block]]
"""Reads the tokens inside of something that sets them in by so many columns."""

# A longer first line of a list item is no question.
MAX_ITEM = 300
_QUOTED = re.compile(r"\s{0,3}>\s?(.*)")
_CALLOUT = re.compile(r"\s{0,3}>\s?\[!(?P<kind>\w{1,20})\][-+]?\s*(?P<title>.*)")
_BOX = 4
# `??? question "…"`, `!!! faq`: what a box may call itself that holds a question.
_ASKING_BOXES = frozenset({"question", "faq", "help", "qa"})


def list_blocks(doc: Document, tokens: Sequence[Token], within: Within) -> Iterator[Block]:
    """Yield a list as one block, or item by item when it is one of questions with their answers."""
    if _is_toc(tokens):
        first, last = tokens[0].map or (0, 0)
        start = doc.offset(first)
        yield Block("toc", start, start, doc.offset(last))
        return
    items: list[list[Block]] = []
    for group in groups(tokens[1:-1]):
        items.append(_item(doc, group, within))
        if not items[-1]:
            yield from loose_blocks(doc, tokens)
            return
    asking = sum(_asks(item[0]) for item in items)
    likely = sum(_may_ask(item[0]) for item in items)
    if asking * 2 < len(items) and likely * 4 < len(items) * 3:
        yield from loose_blocks(doc, tokens)
        return
    for question, *body in items:
        # `忘记密码了` among items that ask is a question too.
        yield replace(question, asks=True) if asking and question.plain else question
        yield from body


def _asks(item: Block) -> bool:
    return item.kind == "label" or item.strength == "asked"


def _may_ask(item: Block) -> bool:
    """Tell an item in bold, or one that names an error, from an ordinary one."""
    return not item.plain or item.strength in ("asked", "likely")


def _item(doc: Document, tokens: Sequence[Token], within: Within) -> list[Block]:
    """Return the blocks of a list item that may be a question with its answer; else nothing."""
    first, last = tokens[0].map or (0, 0)
    if len(tokens) < 5 or tokens[1].type != "paragraph_open":
        return []
    line = doc.lines[first]
    marker = len(line) - len(line.lstrip()) + len(tokens[0].info) + len(tokens[0].markup)
    spaces = len(line[marker:]) - len(line[marker:].lstrip())
    indent = marker + (spaces if spaces < 5 else 1)
    blocks = within(tokens[1:-1], indent)
    head = blocks[0]
    if head.kind == "label" and head.label == "question":
        return blocks if len(blocks) > 1 else []
    if head.kind == "text":
        newline = doc.text.find("\n", head.start, head.stop)
        first_line = doc.plain(tokens[2].content.split("\n")[0]).rstrip()
        end = newline + 1 if newline >= 0 else head.stop
        rest = [Block("text", end, end, head.stop)] if doc.text[end : head.stop].strip() else []
        asks = first_line.endswith(("?", "？"))
        if not asks and (rest or len(first_line) > MAX_ITEM or first_line.endswith(GOES_ON)):
            return []
        question = Block("candidate", head.start, end, end, first_line, indent=indent, plain=True)
        blocks[:1] = [question, *rest]
    elif head.kind != "candidate":
        return []
    if len(blocks) < 2:
        return []
    return _closed(blocks, doc.offset(last), indent)


def definitions(doc: Document, tokens: Sequence[Token], within: Within) -> Iterator[Block]:
    """Yield a list of definitions as one block, or as questions when most of its terms ask."""
    found: list[list[Block]] = []
    for group in groups(tokens[1:-1]):
        # The first token inside: the plugin lets a second definition begin with its term.
        line = (group[1].map or [0])[0]
        if group[0].type == "dt_open":
            start, stop = doc.offset(line), doc.offset(line + 1)
            title = doc.plain(group[1].content)
            found.append([Block("candidate", start, stop, stop, title, plain=True)])
        elif found:
            text = doc.lines[line]
            indent = len(text) - len(text[1:].lstrip()) if text[:1] == ":" else 0
            body = within(group[1:-1], indent)
            begin = doc.offset(line) + indent  # behind the colon
            found[-1] += [
                replace(b, start=max(b.start, begin), body=max(b.body, begin)) for b in body
            ]
    asking = sum(_may_ask(question) for question, *_ in found)
    if asking * 2 < len(found) or not all(len(blocks) > 1 for blocks in found):
        yield from loose_blocks(doc, tokens)
        return
    for blocks in found:
        yield from _closed(blocks, blocks[-1].stop, _BOX)


def titled_box(doc: Document, tokens: Sequence[Token], within: Within) -> Iterator[Block]:
    """Yield a box with a title, of MkDocs or VitePress, as a question with its answer if it asks.

    `??? question "…"` is set in by four columns, `::: details …` is not.
    """
    box = tokens[0]
    first, last = box.map or (0, 0)
    start, stop = doc.offset(first), doc.offset(last)
    kind, _, title = box.info.strip().partition(" ")
    title = doc.plain(title.strip(' "“”'))
    asks = kind in _ASKING_BOXES or strength_of(title) in ("asked", "likely")
    inner = tokens[4:-1] if box.type == "admonition_open" else tokens[1:-1]
    body = within(inner, _BOX if box.type == "admonition_open" else 0)
    if not (title and asks and body):
        yield Block("text", start, start, stop)
        return
    begin = doc.offset(first + 1)
    question = Block("candidate", start, begin, begin, title, asks=kind in _ASKING_BOXES)
    yield from _closed([question, *body], stop, _BOX if box.type == "admonition_open" else 0)


def callout(doc: Document, tokens: Sequence[Token], within: Within) -> list[Block]:
    """Return a quote like `> [!question] …` as a question with its answer; nothing for another."""
    first, last = tokens[0].map or (0, 0)
    match = _CALLOUT.fullmatch(doc.lines[first])
    if match is None or len(tokens) < 4:
        return []
    title = doc.plain(match["title"])
    asks = match["kind"].lower() in _ASKING_BOXES
    if not title or not (asks or strength_of(title) in ("asked", "likely")):
        return []
    begin, end = doc.offset(first + 1), doc.offset((tokens[1].map or (0, first + 1))[1])
    question = Block("candidate", doc.offset(first), begin, begin, title, asks=asks, quoted=True)
    body = [Block("text", begin, begin, end)] if begin < end else []
    return _closed([question, *body, *within(tokens[4:-1], 2)], doc.offset(last), 2)


def _closed(blocks: Sequence[Block], stop: int, indent: int) -> list[Block]:
    """Return a question with its blocks, and the end after which nothing belongs to it."""
    question, *body = blocks
    return [
        replace(question, nested=True, indent=indent),
        *body,
        Block("end", stop, stop, stop),
    ]


def quoted_line(doc: Document, tokens: Sequence[Token]) -> Block | None:
    """Return what a quote of one line is: a label, or a question such as `> 问：…`, `> …？`."""
    first, last = tokens[0].map or (0, 0)
    quoted = _QUOTED.fullmatch(doc.lines[first])
    if quoted is None or doc.text[doc.offset(first + 1) : doc.offset(last)].strip():
        return None
    start, stop = doc.offset(first), doc.offset(last)
    label = label_of(quoted[1])
    if label and label[0] != "question":
        return Block("label", start, start + quoted.start(1) + label[1], stop, label=label[0])
    text = doc.plain(quoted[1][label[1] if label else 0 :].strip())
    asks = label is not None or text.endswith(("?", "？"))
    if not text or not (asks or strength_of(text) == "likely"):
        return None
    return Block("candidate", start, stop, stop, text, asks=asks, alone=True)


def loose_blocks(doc: Document, tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield a list or quote, cut where a label or bold question follows it without a blank line.

    To CommonMark such a line continues the last item; to its author it begins the next part.
    """
    at, last = tokens[0].map or (0, 0)
    for token in tokens:
        if token.type != "inline" or not token.map:
            continue
        for number in range(token.map[0] + 1, token.map[1]):
            line = doc.lines[number]
            if line[:1].strip() and cut_of(doc, line):
                yield Block("text", doc.offset(at), doc.offset(at), doc.offset(number))
                yield from paragraph_blocks(doc, number, token.map[1], 0)
                at = token.map[1]
                break
    if at < last:
        yield Block("text", doc.offset(at), doc.offset(at), doc.offset(last))


def _is_toc(tokens: Sequence[Token]) -> bool:
    """Tell a table of contents: nothing but links into this page, and names of their groups."""
    contents = [token.content for token in tokens if token.type == "inline"]
    linking = sum(content.startswith("[") and "](#" in content for content in contents)
    others = [token.type for token in tokens if token.type in ("fence", "code_block", "html_block")]
    return linking > 0 and linking * 2 >= len(contents) and not others


def groups(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield each token with those up to the one that closes it."""
    index = 0
    while index < len(tokens):
        last = _closing(tokens, index)
        if tokens[index].map is not None:
            yield tokens[index : last + 1]
        index = last + 1


def _closing(tokens: Sequence[Token], index: int) -> int:
    """Return the index of the token that closes the one at `index`."""
    depth: int = tokens[index].nesting
    while depth > 0:
        index += 1
        depth += tokens[index].nesting
    return index

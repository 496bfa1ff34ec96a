"""A document as a flat list of blocks, in order, without its front matter."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from markdown_it.token import Token

from pipelines.faq.markdown.block_kinds import Block, Row, is_faq_table
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.html_parts import anchor_in, html_blocks, is_anchor, without_attributes
from pipelines.faq.markdown.html_tables import rows_in, table_ends, table_start
from pipelines.faq.markdown.line_kinds import bare_label, label_of, question_words
from pipelines.faq.markdown.nested import (
    callout,
    definitions,
    groups,
    list_blocks,
    loose_blocks,
    quoted_line,
    titled_box,
)
from pipelines.faq.markdown.page import as_laid_out
from pipelines.faq.markdown.paragraphs import paragraph_blocks

MAX_SETEXT = 80
# A line that only leads back to the top, or asks what the reader thinks of the page.
_BACK_TO_TOP = re.compile(
    r"\s*(?:(?:was|is) this (?:article|page|answer) helpful\?[^\n]{0,40}"
    r"|(?:这篇|本)(?:文章?|内容)(?:是否)?(?:对您)?有(?:没有)?帮助[^\n]{0,20}"
    r"|\[[^\[\]\n]*\]\(#[^()\s]*\)|<a href=\"#[^\"<>]*\">[^<>\n]*</a>)\s*",
    re.IGNORECASE,
)


def blocks_of(document: Document) -> list[Block]:
    """Return the blocks of a document in order, without its front matter."""
    return as_laid_out(document, _confirmed_labels(list(_outermost(document))))


def _outermost(doc: Document) -> Iterator[Block]:
    """Yield the blocks of a document, an FAQ table in HTML as one whatever stands in its cells."""
    ends = table_ends(doc.text)
    reached = 0
    for tokens in groups(doc.tokens):
        first, last = tokens[0].map or (0, 0)
        start, stop = doc.offset(first), doc.offset(last)
        if stop <= reached:
            continue
        if start < reached:
            yield from html_blocks(doc, reached, stop)
            continue
        table = _html_table(doc, start, stop, ends) if tokens[0].type == "html_block" else None
        if table is None:
            yield from _block(doc, tokens, 0, indent=0)
            continue
        yield table
        reached = table.stop
        yield from html_blocks(doc, reached, max(reached, stop))


def _html_table(doc: Document, start: int, stop: int, ends: Mapping[int, int]) -> Block | None:
    begin = table_start(doc, start, stop) if ends else None
    if begin is None or begin not in ends:
        return None
    table = Block("table", start, start, ends[begin], rows=rows_in(doc, begin, ends[begin]))
    return table if is_faq_table(table) else None


def _blocks(doc: Document, tokens: Sequence[Token], level: int, indent: int) -> Iterator[Block]:
    for group in groups(tokens):
        yield from _block(doc, group, level, indent)


def _inside(doc: Document, tokens: Sequence[Token], indent: int) -> list[Block]:
    return list(_blocks(doc, tokens, 1, indent))


def _block(doc: Document, tokens: Sequence[Token], level: int, indent: int) -> Iterator[Block]:
    token = tokens[0]
    first, last = token.map or (0, 0)
    start, stop = doc.offset(first), doc.offset(last)
    match token.type:
        case "front_matter":
            return
        case "answer_open":
            body, ends = doc.offset(first + 1), doc.offset(last - 1)
            yield Block("verbatim", start, body, stop, ends=ends)
        case "footnote_reference_open":
            name = token.meta["label"]
            body = doc.text.index(f"[^{name}]:", start) + len(f"[^{name}]:")
            yield Block("footnote", start, body, stop, name, indent=indent)
        case "heading_open":
            yield from _heading(doc, tokens, start, stop, indent)
        case "paragraph_open" if _BACK_TO_TOP.fullmatch(doc.text, start, stop):
            yield Block("toc", start, start, stop)
        case "paragraph_open" if level == 0 and is_anchor(doc.text[start:stop]):
            yield Block("anchor", start, start, stop, anchor=anchor_in(doc.text[start:stop]))
        case "paragraph_open":
            yield from paragraph_blocks(doc, first, last, indent)
        case "table_open" if level == 0:
            yield Block("table", start, start, stop, rows=_rows(tokens))
        case "bullet_list_open" | "ordered_list_open" if level == 0:
            yield from list_blocks(doc, tokens, partial(_inside, doc))
        case "dl_open" if level == 0:
            yield from definitions(doc, tokens, partial(_inside, doc))
        case "admonition_open" | "container_details_open" if level == 0:
            yield from titled_box(doc, tokens, partial(_inside, doc))
        case "blockquote_open" if level == 0 and (
            blocks := callout(doc, tokens, partial(_inside, doc))
        ):
            yield from blocks
        case "blockquote_open" if level == 0 and (line := quoted_line(doc, tokens)):
            yield line
        case "blockquote_open" if level == 0:
            yield from loose_blocks(doc, tokens)
        case "html_block" if level == 0 or token.content.lstrip().startswith("<!--"):
            yield from html_blocks(doc, start, stop)
        case "hr":
            yield Block("rule", start, start, stop)
        case _:
            yield Block("text", start, start, stop)


def _heading(
    doc: Document, tokens: Sequence[Token], start: int, stop: int, indent: int
) -> Iterator[Block]:
    content = tokens[1].content
    title = doc.plain(without_attributes(content))
    if tokens[0].markup == "-" and (
        "\n" in content
        or len(title) > MAX_SETEXT
        or title.endswith(("。", "；", "：", ".", ";", ":"))
        or label_of(content)
    ):
        # A line of dashes right under a paragraph makes it a heading; its author meant a rule.
        first, last = tokens[0].map or (0, 0)
        yield from paragraph_blocks(doc, first, last - 1, indent)
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
    anchor = anchor_in(content)
    yield Block("heading", start, body, stop, title, level, name, anchor=anchor)


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


def _rows(tokens: Sequence[Token]) -> tuple[Row, ...]:
    rows: list[Row] = []
    line, cells = 0, list[str]()
    for token in tokens:
        if token.type == "inline":
            cells.append(token.content)
        elif token.type == "tr_close":
            rows.append(Row(line, line + 1, tuple(cells)))
        elif token.type == "tr_open":
            line, cells = (token.map or [0])[0], []
    return tuple(rows)


def heading_words(block: Block) -> str:
    """Return the title of a heading as it is shown to people."""
    return question_words(block.text)[0]

"""Entries as they are found in a document: a question, and what stands below it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.faq.markdown.block_kinds import Block, Row
from pipelines.faq.markdown.bodies import Body, body_of
from pipelines.faq.markdown.comments import Metadata, metadata_in
from pipelines.faq.markdown.document import Document, footnotes_in, links_in
from pipelines.faq.markdown.front_matter import Pairs
from pipelines.faq.markdown.line_kinds import (
    Label,
    column_of,
    key_of,
    question_words,
    similar_in,
    strength_of,
)
from pipelines.faq.markdown.links import named_documents
from pipelines.faq.markdown.review import is_review_key, said_in
from pipelines.faq.markdown.sections import Asked, questions_of
from pipelines.text import fold, is_chinese

_ITALIC = re.compile(r"([*_])[^*_\n]{1,500}[?？]\1")


@dataclass(frozen=True, slots=True)
class Found:
    """A question with its body; `start` counts characters of the document."""

    question: str
    heading_path: tuple[str, ...]
    start: int
    body: Body
    anchor: str = ""
    guessed: bool = False
    """Whether it is a heading that asks nothing, and so may be none."""
    own_keys: frozenset[str] = frozenset()
    """Keys of the front matter that its question and lists were taken from."""


def found_in(doc: Document, blocks: Sequence[Block], front_matter: Pairs) -> Iterator[Found]:
    """Yield what a document asks, in order; or the file as one, when its front matter asks."""
    whole = _whole_file(doc, blocks, front_matter)
    if whole:
        yield whole
        return
    for asked in questions_of(blocks):
        if asked.question.kind == "table":
            yield from _table(doc, asked)
        else:
            yield _section(doc, asked)


def _whole_file(doc: Document, blocks: Sequence[Block], front_matter: Pairs) -> Found | None:
    keys = {key_of(key): (key, value) for key, value in front_matter}
    name, question = keys.get("question", ("", ""))
    if not question and not any(
        block.kind not in ("text", "comment", "footnote") for block in blocks
    ):
        title = next(((k, value) for k, value in front_matter if fold(k) == "title"), ("", ""))
        name, question = title if strength_of(title[1]) in ("asked", "likely") else ("", "")
    if not question or not blocks:
        return None
    body = body_of(doc, blocks, blocks[-1].stop, 0)
    similar_key, similar = keys.get("similar", ("", ""))
    links_key, links = keys.get("links", ("", ""))
    body.similar += similar_in(similar.replace(", ", "\n"))
    body.links += [(0, link) for link in named_documents(links)]
    own = frozenset({name, similar_key, links_key} - {""})
    above = range(doc.line_at(blocks[0].start))
    asked_on = (line for line in above if doc.lines[line].startswith(f"{name}:"))
    start = doc.offset(next(asked_on, above.stop))
    return Found(question, (), start, body, own_keys=own)


def _section(doc: Document, asked: Asked) -> Found:
    """Read a heading, bold line, summary, list item or label with its body."""
    block = asked.question
    question = block.text
    blocks = list(asked.body)
    if block.kind == "label":
        question, rest = _labelled_question(doc, block, blocks)
        blocks[:0] = rest
    body = body_of(doc, blocks, block.stop, block.indent, quoted=block.quoted)
    if asked.also:
        question, *others = [*(other.text for other in asked.also), question]
        body.similar[:0] = [question_words(other)[0] for other in others]
    if twin := _twin(doc, question, blocks):
        body = body_of(doc, blocks[1:], block.stop, block.indent)
        body.similar.insert(0, twin)
    body.cited[:0] = doc.cited(block.start, block.start)
    beside = _comment_beside(doc, block)
    if beside:
        body.metadata = body.metadata.over(beside) if body.metadata else beside
    guessed = block.kind == "heading" and block.strength == "plain"
    start = asked.also[0].start if asked.also else block.start
    return Found(question, asked.heading_path, start, body, block.anchor, guessed)


def _twin(doc: Document, question: str, body: Sequence[Block]) -> str:
    """Return the question in another language, in italics on a line of its own below it."""
    if len(body) < 2 or body[0].kind != "text":
        return ""
    line = doc.text[body[0].start : body[0].stop].strip()
    if not _ITALIC.fullmatch(line) or is_chinese(line) == is_chinese(question):
        return ""
    return doc.plain(line)


def _comment_beside(doc: Document, block: Block) -> Metadata | None:
    """Read `## Question <!-- status: draft -->`."""
    end = block.body if block.kind == "candidate" else block.stop
    line = doc.text[block.start : end].split("\n", 1)[0]
    begin = line.find("<!--")
    close = line.find("-->", begin + 4)
    return metadata_in(line[begin : close + 3]) if 0 <= begin < close else None


def _labelled_question(doc: Document, block: Block, body: list[Block]) -> tuple[str, list[Block]]:
    """Return the question behind a label, and what of the label's paragraph is answer."""
    text = doc.text
    if any(other.label == "answer" for other in body):
        if block.text or not body or body[0].kind != "text":
            return block.text, []
        following = body.pop(0)
        return doc.plain(text[following.start : following.stop].strip()), []
    begin = block.body
    if not text[begin : block.stop].strip() and body and body[0].kind == "text":
        following = body.pop(0)
        begin, block = following.start, following
    lines = text[begin : block.stop].lstrip("\n")
    first, _, rest = lines.partition("\n")
    at = block.stop - len(rest)
    answer = [Block("text", at, at, block.stop)] if rest.strip() else []
    return doc.plain(first.strip()), answer


def _table(doc: Document, asked: Asked) -> Iterator[Found]:
    header, *rows = asked.question.rows
    columns = [column_of(cell) for cell in header.cells]
    for row in rows:
        if any(cell.strip() for cell in row.cells):
            question = doc.plain(_cell(row, columns, "question"))
            body = _row(doc, row, columns)
            said, _ = said_in(dict(_review_cells(header, row)))
            body.metadata = Metadata(said)
            yield Found(question, asked.heading_path, doc.offset(row.line), body)


def _review_cells(header: Row, row: Row) -> Iterator[tuple[str, str]]:
    for name, cell in zip(header.cells, row.cells, strict=True):
        if column_of(name) is None and is_review_key(name) and cell.strip():
            yield name, cell.strip()


def _row(doc: Document, row: Row, columns: list[Label | None]) -> Body:
    body = Body(doc.offset(row.end), _cell(row, columns, "answer").strip())
    body.similar = similar_in(_cell(row, columns, "similar"))
    related = _cell(row, columns, "links")
    inline = doc.inline(body.answer)
    body.cited = [*footnotes_in(doc.inline(_cell(row, columns, "question"))), *footnotes_in(inline)]
    links = links_in(inline)
    links += links_in(doc.inline(related)) or named_documents(related)
    body.links = [(row.line, link) for link in links]
    return body


def _cell(row: Row, columns: list[Label | None], name: Label) -> str:
    return row.cells[columns.index(name)] if name in columns else ""

"""FAQ entries out of one file: each question with its answer, links and similar questions."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from pipelines.faq.blocks import Block, Row, blocks_of
from pipelines.faq.front_matter import Pairs, read_front_matter
from pipelines.faq.identity import with_identities
from pipelines.faq.line_kinds import Label, column_of, question_words, similar_in, strength_of
from pipelines.faq.markdown import Document, TooComplexError, links_in
from pipelines.faq.sections import Asked, questions_of
from pipelines.records import FaqEntry, Link, Quarantined
from pipelines.sources.files import SourceFile, decode, refused_file
from pipelines.text import digest, fold, one_line

MAX_QUESTION = 500

_NO_ANSWER = "the question has no answer; write one below it, or remove it"
_NO_QUESTION = "the answer has no question; write one beside it, or remove it"
_OPEN_FENCE = (
    "the code fence is never closed, and so what follows is read as code; close it with ```"
)
_LONG_QUESTION = f"the question is over {MAX_QUESTION} characters; shorten it"


@dataclass(slots=True)
class _Found:
    """An entry while its parts are collected; offsets count characters of the document."""

    question: str
    heading_path: tuple[str, ...]
    start: int
    stop: int
    answer: str = ""
    similar: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def parse_faq(
    file: SourceFile, *, source: str, base_url: str = ""
) -> tuple[list[FaqEntry], list[Quarantined]]:
    """Return the entries of a Markdown file in order, and what of it was refused.

    Drafts are returned too; `pull_faq` leaves them out. Relative links are made full with
    `base_url` when there is one. A file that is no text or costs too much is refused whole.
    """
    entries, refused = read_entries(file, source=source, base_url=base_url)
    return with_identities(entries)[0], refused


def read_entries(
    file: SourceFile, *, source: str, base_url: str
) -> tuple[list[FaqEntry], list[Quarantined]]:
    """Do what `parse_faq` does, but keep duplicates and the ids that take no notice of them."""
    try:
        document = Document(decode(file.data))
        reader = _Reader(document, file.path, source, base_url)
        return reader.entries(), reader.refused
    except (ValueError, TooComplexError) as error:
        raw = file.data.decode("latin-1")
        return [], [refused_file(file.path, str(error), tier="faq", source=source, raw=raw)]


class _Reader:
    def __init__(self, document: Document, path: str, source: str, base_url: str) -> None:
        self.document = document
        self.path = path
        self.source = source
        self.base_url = base_url
        self.refused: list[Quarantined] = []
        self.front_matter: Pairs = ()

    def entries(self) -> list[FaqEntry]:
        doc = self.document
        if doc.tokens and doc.tokens[0].type == "front_matter":
            self.front_matter, problem = read_front_matter(doc.tokens[0].content)
            if problem:
                self._refuse(1, problem, doc.tokens[0].content)
        if (fence := doc.unclosed_fence()) is not None:
            self._refuse(fence + 1, _OPEN_FENCE, doc.lines[fence])
        blocks = blocks_of(doc)
        whole = self._whole_file(blocks)
        found = [whole] if whole else self._found(blocks)
        return [entry for item in found if (entry := self._entry(item)) is not None]

    def _found(self, blocks: list[Block]) -> Iterator[_Found]:
        for asked in questions_of(blocks):
            if asked.question.kind == "table":
                yield from self._table(asked)
            else:
                yield self._section(asked)

    def _whole_file(self, blocks: list[Block]) -> _Found | None:
        """Return the file as one entry when its front matter asks the question."""
        keys = {column_of(key): value for key, value in self.front_matter}
        question = keys.get("question", "")
        if not question and not any(block.kind != "text" for block in blocks):
            title = next((value for key, value in self.front_matter if fold(key) == "title"), "")
            question = title if strength_of(title) in ("asked", "likely") else ""
        if not question or not blocks:
            return None
        found = _Found(question, (), blocks[0].start, blocks[-1].stop)
        self._body(found, blocks, 0)
        found.similar += similar_in(keys.get("similar", "").replace(", ", "\n"))
        found.links += self._related(keys.get("links", ""))
        return found

    def _section(self, asked: Asked) -> _Found:
        """Read a heading, bold line, summary, list item or label with its body."""
        block = asked.question
        found = _Found(block.text, asked.heading_path, block.start, block.stop)
        body = list(asked.body)
        if block.kind == "label":
            found.question, rest = self._labelled_question(block, body)
            body[:0] = rest
        self._body(found, body, block.indent)
        return found

    def _labelled_question(self, block: Block, body: list[Block]) -> tuple[str, list[Block]]:
        """Return the question behind a label, and what of the label's paragraph is answer."""
        text = self.document.text
        if any(other.label == "answer" for other in body):
            if block.text or not body or body[0].kind != "text":
                return block.text, []
            following = body.pop(0)
            return self.document.plain(text[following.start : following.stop].strip()), []
        begin = block.body
        if not text[begin : block.stop].strip() and body and body[0].kind == "text":
            following = body.pop(0)
            begin, block = following.start, following
        lines = text[begin : block.stop].lstrip("\n")
        first, _, rest = lines.partition("\n")
        at = block.stop - len(rest)
        answer = [Block("text", at, at, block.stop)] if rest.strip() else []
        return self.document.plain(first.strip()), answer

    def _body(self, found: _Found, body: list[Block], indent: int) -> None:
        """Sort the blocks below a question into its answer, its links and its similar questions."""
        text = self.document.text
        pieces: list[tuple[int, int, int]] = []
        part: Label = "answer"
        for index, block in enumerate(body):
            begin = block.start
            if block.kind == "label" and block.label != "question" and block.label:
                part, begin = block.label, block.body
            elif not self._continues(part, block, found):
                part = "answer"
            content = text[begin : block.stop]
            if not content.strip():
                continue
            if part == "similar":
                found.similar += similar_in(content)
            elif part == "links":
                found.links += self._links(begin, block.stop) or self._related(content)
            elif block.kind not in ("rule", "comment", "toc", "end") or pieces:
                pieces.append((index, begin, block.stop))
            if part != "answer" or block.kind not in ("rule", "comment", "toc", "end"):
                found.stop = max(found.stop, block.stop)
        while pieces and body[pieces[-1][0]].kind in ("rule", "comment", "toc", "end"):
            pieces.pop()
        found.answer = "\n\n".join(
            answer
            for begin, stop in _joined(pieces)
            if (answer := _trimmed(_dedented(text[begin:stop], indent)))
        )
        answer_links = [
            link for begin, stop in _joined(pieces) for link in self._links(begin, stop)
        ]
        found.links[:0] = answer_links

    def _table(self, asked: Asked) -> Iterator[_Found]:
        doc = self.document
        header, *rows = asked.question.rows
        columns = [column_of(cell) for cell in header.cells]
        for row in rows:
            if not any(cell.strip() for cell in row.cells):
                continue
            start, stop = doc.offset(row.line), doc.offset(row.line + 1)
            question = doc.plain(_cell(row, columns, "question"))
            found = _Found(question, asked.heading_path, start, stop)
            found.answer = _cell(row, columns, "answer").strip()
            found.similar = similar_in(_cell(row, columns, "similar"))
            related = _cell(row, columns, "links")
            found.links = self._full(links_in(doc.inline(found.answer)))
            found.links += self._full(links_in(doc.inline(related))) or self._related(related)
            yield found

    def _entry(self, found: _Found) -> FaqEntry | None:
        doc = self.document
        line_start = doc.line_at(found.start) + 1
        shown_length = len(doc.text[found.start : found.stop].rstrip())
        line_end = doc.line_at(found.start + max(0, shown_length - 1)) + 1
        question = question_words(found.question)[0]
        reason = (
            _NO_QUESTION
            if not question
            else _LONG_QUESTION
            if len(question) > MAX_QUESTION
            else _NO_ANSWER
            if not found.answer
            else ""
        )
        if reason:
            self._refuse(line_start, reason, doc.text[found.start : found.stop])
            return None
        wordings = {fold(text): text for text in (question, *found.similar)}
        similar = list(wordings.values())[1:]
        links = tuple({link.url: link for link in reversed(found.links)}.values())[::-1]
        shown = [question, found.answer, *similar, *(f"{link.text}\n{link.url}" for link in links)]
        pairs = [f"{key}\n{value}" for key, value in self.front_matter]
        return FaqEntry(
            id=digest("faq", self.source, fold(question)),
            source=self.source,
            path=self.path,
            line_start=line_start,
            line_end=line_end,
            heading_path=found.heading_path,
            question=question,
            similar_questions=tuple(similar),
            answer=found.answer,
            links=links,
            front_matter=self.front_matter,
            content_hash=digest(*shown, "front matter", *pairs),
        )

    def _refuse(self, line: int, reason: str, raw: str) -> None:
        self.refused.append(
            Quarantined("faq", self.source, self.path, line, reason, one_line(raw), digest(raw))
        )

    def _links(self, begin: int, stop: int) -> list[Link]:
        return self._full(self.document.links(begin, stop))

    def _continues(self, part: Label, block: Block, found: _Found) -> bool:
        """Tell whether `block` still belongs to the links or similar questions begun above it."""
        if part == "answer" or block.kind != "text":
            return part == "answer"
        if part == "similar":
            return not found.similar
        content = self.document.text[block.start : block.stop]
        return bool(self._links(block.start, block.stop) or self._related(content))

    def _related(self, content: str) -> list[Link]:
        """Return documents that are named without being linked, like `docs/login.md`."""
        words = content.replace("、", " ").replace("，", " ").replace(",", " ").split()
        names = [word.strip("`<>()（）") for word in words]
        documents = [n for n in names if "://" in n or n.split("#")[0].endswith((".md", ".html"))]
        return self._full(Link(name, name) for name in documents if not set(name) & set("[]"))

    def _full(self, links: Iterable[Link]) -> list[Link]:
        full = (Link(link.text, full_url(link.url, self.path, self.base_url)) for link in links)
        return [link for link in full if not link.url.startswith("#")]


def full_url(url: str, path: str, base_url: str) -> str:
    """Return a link of the file at `path` as it is reached from outside.

    Without `base_url` it stays as written. A link that climbs above the FAQ's folder ends there.
    """
    if not base_url or urlsplit(url).scheme or url.startswith("//"):
        return url
    target, mark, fragment = url.partition("#")
    if not target:
        target = "/" + path
    elif not target.startswith("/"):
        target = posixpath.join("/", posixpath.dirname(path), target)
    slash = "/" if target.endswith("/") else ""
    target = posixpath.normpath("/" + target.lstrip("/")).rstrip("/") + slash
    return base_url.rstrip("/") + quote(target + mark + fragment, safe="/%#?=&+,:;@!$'()*~")


def _cell(row: Row, columns: list[Label | None], name: Label) -> str:
    return row.cells[columns.index(name)] if name in columns else ""


def _joined(pieces: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Join pieces of neighbouring blocks, so that what stands between them stays."""
    spans: list[tuple[int, int]] = []
    previous = -2
    for index, begin, stop in pieces:
        if index == previous + 1:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((begin, stop))
        previous = index
    return spans


def _dedented(text: str, indent: int) -> str:
    """Take off the indentation that a list item adds to what it contains."""
    if not indent:
        return text
    return "\n".join(
        line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in text.split("\n")
    )


def _trimmed(text: str) -> str:
    """Drop blank lines around `text`, but not the indentation of its first line."""
    text = text.rstrip()
    blank = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, blank) + 1 :]

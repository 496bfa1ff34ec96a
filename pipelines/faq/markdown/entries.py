"""FAQ entries out of one file: each question with its answer, links and similar questions."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, islice

from pipelines.faq.markdown.block_kinds import Block
from pipelines.faq.markdown.blocks import blocks_of
from pipelines.faq.markdown.bodies import Placed
from pipelines.faq.markdown.comments import Metadata
from pipelines.faq.markdown.document import TooComplexError
from pipelines.faq.markdown.footnotes import add_footnotes
from pipelines.faq.markdown.found import Found, found_in
from pipelines.faq.markdown.front_matter import (
    FrontMatter,
    read_front_matter,
    read_toml,
    toml_end,
    with_what_was_not_read,
)
from pipelines.faq.markdown.includes import Include, Merged, merged, nothing
from pipelines.faq.markdown.line_kinds import question_words
from pipelines.faq.markdown.links import full_url
from pipelines.faq.markdown.review import held_back
from pipelines.faq.markdown.stray_comments import stray_comments
from pipelines.faq.parsed import ParsedFile, Remark, Rule
from pipelines.records import FaqEntry, Link, Quarantined, Review
from pipelines.sources.files import SourceFile, decode, refused_file
from pipelines.text import digest, fold, one_line

MAX_QUESTION = 500
MAX_ENTRIES = 10_000
MAX_REFUSED = 2_000
# What holding back one entry costs, in the unit of `Document.spend`.
_HOLDING_COST = 1_500

_NO_ANSWER = "the question has no answer; write one below it, or remove it"
_NO_QUESTION = "the answer has no question; write one beside it, or remove it"
_LONG_QUESTION = f"the question is over {MAX_QUESTION} characters; shorten it"
_OPEN_FENCE = (
    "the code fence is never closed, and so what follows is read as code; close it with ```"
)
_NOTHING_READ = (
    "the line ends with a question mark, as others of the file do, and no question was read of "
    "it; write each question as a heading, like `## 怎么退款？`"
)
_OPEN_COMMENT = "the comment is never closed, and so what follows is hidden; close it with `-->`"
_STRAY = (
    "the comment with metadata stands below no question, and what it may be meant to withhold is "
    "held back as a draft; move it right below its question"
)
_ASKS_NOTHING = (
    "the heading is read as a question although it asks nothing; word it as a question, or, if "
    "it is none, make its text part of the answer above"
)


def read_file(
    file: SourceFile, *, source: str, base_url: str = "", include: Include = nothing
) -> ParsedFile:
    """Read the entries of a Markdown file in order, what of it was refused, and remarks.

    Drafts and duplicates are returned too; ids are provisional, of source and question. Relative
    links are made full with `base_url` when there is one. `include` reads other files of the
    tree. A file that is no text or costs too much is refused whole.
    """
    try:
        text = decode(file.data)
    except ValueError as error:
        return _refused(file, source, str(error))
    try:
        return _Reader(merged(file.path, text, include), source, base_url).read()
    except TooComplexError as error:
        return _refused(file, source, str(error))


def _refused(file: SourceFile, source: str, reason: str) -> ParsedFile:
    raw = file.data.decode("latin-1")
    bad = refused_file(file.path, reason, tier="faq", source=source, raw=raw)
    return ParsedFile((), (bad,), (Remark("unreadable", bad.path, 1, reason),))


class _Reader:
    def __init__(self, file: Merged, source: str, base_url: str) -> None:
        self.file = file
        self.document = file.document
        self.source = source
        self.base_url = base_url
        self.front_matter = FrontMatter()
        self.unresolved_lines = tuple(file.unresolved)
        self.refused: list[Quarantined] = []
        self.remarks: list[Remark] = []

    def read(self) -> ParsedFile:
        doc = self.document
        toml = toml_end(doc.lines)
        if self._front_matter_end():
            self.front_matter = read_front_matter(doc.tokens[0].content)
        elif toml:
            self.front_matter = read_toml("\n".join(doc.lines[1 : toml - 1]))
        self.front_matter = with_what_was_not_read(
            self.front_matter, doc.lines, max(toml, self._front_matter_end())
        )
        for line, problem in self.front_matter.problems:
            self._refuse(line - 1, problem, doc.lines[line - 1])
        if (fence := doc.unclosed_fence()) is not None:
            self._refuse(fence, _OPEN_FENCE, doc.lines[fence])
        for line, reason in self.file.unresolved.items():
            self._remark("unresolved-include", line, reason)
        blocks = [block for block in blocks_of(doc) if block.start >= doc.offset(toml)]
        faults = self._faults(blocks)
        found = list(islice(found_in(doc, blocks, self.front_matter.pairs), MAX_ENTRIES + 1))
        if len(found) > MAX_ENTRIES:
            raise TooComplexError(f"the file has over {MAX_ENTRIES:,} questions; split it")
        if not found and not self.refused:
            self._look_for_questions()
        self._hold_back(blocks, found)
        add_footnotes(doc, blocks, found)
        entries = [
            entry
            for item in found
            if not _between(faults, item.start, item.body.stop)
            and self._is_whole(item)
            and (entry := self._entry(item)) is not None
        ]
        return ParsedFile(tuple(entries), tuple(self.refused), tuple(self.remarks))

    def _front_matter_end(self) -> int:
        """Return the line behind front matter in YAML; 0 where the file has none."""
        first = self.document.tokens[:1]
        return first[0].map[1] if first and first[0].type == "front_matter" and first[0].map else 0

    def _faults(self, blocks: Iterable[Block]) -> list[int]:
        """Report what is not closed, and return where that makes an entry unreadable."""
        doc = self.document
        faults = []
        for block in blocks:
            line, raw = doc.line_at(block.start), doc.text[block.start : block.stop]
            if block.kind == "fault":
                self._refuse(line, block.text, raw)
                faults.append(block.start)
            elif block.kind == "comment" and not raw.endswith("-->"):
                self._refuse(line, _OPEN_COMMENT, raw)
        return faults

    def _look_for_questions(self) -> None:
        """Report a file that asks, in a way that is not read; a page that asks once is no FAQ."""
        lines = [
            (token.map[0] + below, line)
            for token in self.document.tokens
            if token.type == "inline" and token.map
            for below, line in enumerate(token.content.split("\n"))
            if line.rstrip(" *_").endswith(("?", "？"))
        ]
        if len(lines) > 1:
            self._refuse(lines[0][0], _NOTHING_READ, lines[0][1])

    def _hold_back(self, blocks: Sequence[Block], found: Sequence[Found]) -> None:
        """Report metadata below no question, and hold back what it may be meant to withhold."""
        doc = self.document
        for stray in stray_comments(doc, blocks, found):
            raw = doc.text[stray.start : stray.stop]
            self._refuse(doc.line_at(stray.start), _STRAY, raw)
            if stray.metadata.said.withholds:
                doc.spend(_HOLDING_COST * len(stray.meant))
                for item in stray.meant:
                    own = item.body.metadata or Metadata()
                    item.body.metadata = replace(own, said=held_back().over(own.said))

    def _is_whole(self, found: Found) -> bool:
        """Report an entry in which a line includes what cannot be read."""
        doc, unresolved = self.document, self.file.unresolved
        first, last = doc.line_at(found.start), doc.line_at(found.body.stop - 1)
        inside = _between(self.unresolved_lines, first, last + 1)
        if inside:
            reason = unresolved[inside[0]]
            self._refuse(first, reason, doc.text[found.start : found.body.stop])
        return not inside

    def _entry(self, found: Found) -> FaqEntry | None:
        doc, body = self.document, found.body
        metadata = body.metadata or Metadata()
        line = doc.line_at(found.start)
        question = metadata.question or question_words(found.question)[0]
        reason = _refusal(question, body.answer)
        if reason:
            self._refuse(line, reason, doc.text[found.start : body.stop])
            if reason is _NO_ANSWER:
                self._remark("missing-answer", line, reason)
            return None
        if found.guessed and not metadata.question:
            self._remark("not-a-question", line, _ASKS_NOTHING)
        for _, problem in metadata.said.problems:
            self._refuse(line, problem, doc.text[found.start : body.stop])
        path, line_start = self.file.place(line)
        similar = _distinct(question, metadata.similar, body.similar)
        links = self._links([(line, link) for link in metadata.links] + body.links)
        review = metadata.said.over(self.front_matter.said).review()
        if body.not_for:
            not_for = tuple(dict.fromkeys((*review.not_for, *body.not_for)))
            review = replace(review, not_for=not_for)
        pairs = tuple(pair for pair in self.front_matter.pairs if pair[0] not in found.own_keys)
        return FaqEntry(
            id=digest("faq", self.source, fold(question)),
            source=self.source,
            path=path,
            line_start=line_start,
            line_end=self._line_end(line, found),
            heading_path=found.heading_path,
            question=question,
            similar_questions=similar,
            answer=body.answer,
            links=links,
            content_hash=_content_hash(question, similar, body.answer, links, review, pairs),
            review=review,
            front_matter=pairs,
            anchor=found.anchor,
        )

    def _line_end(self, first: int, found: Found) -> int:
        """Return the last line of an entry in the file in which it begins."""
        doc = self.document
        shown = len(doc.text[found.start : found.body.stop].rstrip())
        return self.file.last_line(first, doc.line_at(found.start + max(0, shown - 1)))

    def _links(self, links: Iterable[Placed]) -> tuple[Link, ...]:
        """Return links in order, each target once, as they are reached from outside."""
        found: dict[str, Link] = {}
        for line, link in links:
            url = full_url(link.url, self.file.place(line)[0], self.base_url)
            if not url.startswith("#"):
                found.setdefault(url, Link(link.text, url))
        return tuple(found.values())

    def _refuse(self, line: int, reason: str, raw: str) -> None:
        if len(self.refused) >= MAX_REFUSED:
            raise TooComplexError(
                f"the file has over {MAX_REFUSED:,} faults; split it, and mend what is then named"
            )
        path, number = self.file.place(line)
        self.refused.append(
            Quarantined("faq", self.source, path, number, reason, one_line(raw), digest(raw))
        )

    def _remark(self, rule: Rule, line: int, message: str) -> None:
        path, number = self.file.place(line)
        self.remarks.append(Remark(rule, path, number, message))


def _between(ordered: Sequence[int], first: int, end: int) -> Sequence[int]:
    return ordered[bisect_left(ordered, first) : bisect_left(ordered, end)]


def _refusal(question: str, answer: str) -> str:
    """Return why a question with its answer is no entry, or nothing."""
    if not question:
        return _NO_QUESTION
    if len(question) > MAX_QUESTION:
        return _LONG_QUESTION
    return "" if answer else _NO_ANSWER


def _distinct(question: str, *wordings: Iterable[str]) -> tuple[str, ...]:
    """Return wordings in order, without those that `fold` cannot tell from one before."""
    others = tuple(chain(*wordings))
    if not others:
        return ()
    found = {fold(question): question}
    for wording in others:
        found.setdefault(fold(wording), wording)
    return tuple(found.values())[1:]


def _content_hash(
    question: str,
    similar: Iterable[str],
    answer: str,
    links: Iterable[Link],
    review: Review,
    front_matter: Iterable[tuple[str, str]],
) -> str:
    """Digest what people see or decide; no part of it can pass for another."""
    lists = [*similar], [part for link in links for part in (link.text, link.url)]
    sizes = f"{len(lists[0])} {len(lists[1])}"
    return digest(question, answer, repr(review), sizes, *chain(*lists, *front_matter))

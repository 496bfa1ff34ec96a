"""Comments with metadata that no entry has taken, and the entries that they may be meant for."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, zip_longest

from markdown_it.token import Token

from pipelines.faq.markdown.block_kinds import Block
from pipelines.faq.markdown.comments import COMMENT_COST, Metadata, metadata_in
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.found import Found
from pipelines.faq.markdown.review import decides

# What looking at one entry costs that a comment may stand in, in the unit of `Document.spend`.
_ENTRY_COST = 50
_BLANK = re.compile(r"\s*+")
_ALONE = re.compile(r"[ ]{0,3}")
_BLANK_LINE = "\n\n"


@dataclass(frozen=True, slots=True)
class Stray:
    """A comment, between two offsets of the document, and all that its author may mean."""

    start: int
    stop: int
    metadata: Metadata
    meant: Sequence[Found]


@dataclass(frozen=True, slots=True)
class _Comment:
    start: int
    stop: int
    metadata: Metadata
    first: int
    last: int
    """Where the comments begin and end that it stands among."""
    above: Block | None
    """What stands right above it, or around it."""
    alone: bool = True
    """Whether it begins a line, and so may speak of what is below."""


def stray_comments(
    doc: Document, blocks: Sequence[Block], found: Sequence[Found]
) -> Iterator[Stray]:
    """Yield comments whose metadata no entry has taken, in order, with all they may be meant for.

    Beside their own blocks, comments are looked for wherever Markdown has them, so in cells, items,
    quotes and lines of text, when they seem to decide on what customers are given. On top of a
    file it is all of it, below or in a heading its section, and elsewhere the entries that the
    comment stands in and one that begins right below; else the section it introduces, or the last
    entry above.
    """
    if "<!--" not in doc.text:
        return
    places = _Places(doc, blocks, found)
    alone = list(_alone(doc, blocks))
    used = {start for entry in places.taking.values() for start in entry.body.comments}
    known = used.union(comment.start for comment in alone)
    strays = [comment for comment in alone if comment.start not in used]
    strays += (
        comment
        for comment in _inside(doc, blocks, known)
        if not any(
            id(entry) in places.taking and _has_it(entry, comment)
            for entry in places.around(comment.start)
        )
    )
    for comment in sorted(strays, key=lambda comment: comment.start):
        yield Stray(comment.start, comment.stop, comment.metadata, places.meant(comment))


def _alone(doc: Document, blocks: Sequence[Block]) -> Iterator[_Comment]:
    """Yield the comments with metadata that are blocks of their own."""
    above: Block | None = None
    for is_comment, group in groupby(blocks, key=lambda block: block.kind == "comment"):
        run = list(group)
        if not is_comment:
            above = run[-1]
            continue
        first, last = run[0].start, run[-1].stop
        for block in run:
            if block.metadata:
                start = doc.text.find("<!--", block.start)
                yield _Comment(start, block.stop, block.metadata, first, last, above)


def _inside(doc: Document, blocks: Sequence[Block], known: set[int]) -> Iterator[_Comment]:
    """Yield the other comments that seem to decide, wherever they stand outside of code."""
    starts = [block.start for block in blocks]
    at = 0
    marked = False
    for token in doc.tokens:
        if token.type in ("answer_open", "answer_close"):
            # What a marked answer holds is read byte for byte, and says nothing.
            marked = token.type == "answer_open"
        if marked or "<!--" not in token.content or not _may_hold(doc, token):
            continue
        first, end = token.map or (0, 0)
        at = max(at, doc.offset(first))
        for piece in token.content.split("<!--")[1:]:
            start = max(at, doc.text.find("<!--", at, doc.offset(end)))
            at = start + 1
            raw, closed, _ = piece.partition("-->")
            comment = f"<!--{raw if closed else raw.partition(_BLANK_LINE)[0]}{closed}"
            if start in known or not decides(comment[4:]) or _is_code(doc, token, comment):
                continue
            doc.spend(COMMENT_COST * len(comment))
            if metadata := metadata_in(comment):
                stop = start + len(comment)
                above = blocks[max(0, bisect_right(starts, start) - 1)] if blocks else None
                alone = _ALONE.fullmatch(doc.text, doc.offset(doc.line_at(start)), start)
                yield _Comment(start, stop, metadata, start, stop, above, alone is not None)


def _may_hold(doc: Document, token: Token) -> bool:
    """Tell whether comments in a token are ones: in indented code only where it looks like none."""
    if token.type != "code_block" or not token.map:
        return token.type in ("inline", "html_block")
    first = token.map[0]
    return token.content.startswith("<!--") and first > 0 and bool(doc.lines[first - 1].strip())


def _is_code(doc: Document, token: Token, comment: str) -> bool:
    """Tell whether a comment stands in inline code and nowhere else in its paragraph."""
    if token.type != "inline" or "`" not in token.content:
        return False
    words = " ".join(comment.split())
    parts = [
        part.type == "code_inline"
        for part in doc.inline(token.content)
        if words in " ".join(part.content.split())
    ]
    return bool(parts) and all(parts)


def _has_it(entry: Found, comment: _Comment) -> bool:
    """Tell whether an entry says already, by a comment beside its question, what this one does."""
    if entry.body.metadata is None:
        return False
    own = entry.body.metadata.said
    both = own.stricter(comment.metadata.said)
    return (both.fields, both.unclear) == (own.fields, own.unclear)


class _Places:
    """Which entries stand around, above and below a place of the document."""

    def __init__(self, doc: Document, blocks: Sequence[Block], found: Sequence[Found]) -> None:
        self.doc = doc
        self.ordered = sorted(found, key=lambda entry: entry.start)
        self.starts = [entry.start for entry in self.ordered]
        self.taking = {id(entry): entry for entry in self._taking()}
        self.reach = list(accumulate((entry.body.stop for entry in self.ordered), max))
        self.sections = _section_ends(blocks)
        self.headings = sorted(self.sections)

    def _taking(self) -> Iterator[Found]:
        """Yield the entries whose comments are theirs alone.

        A question without an answer may be another wording of one on the next line.
        """
        for entry, below in zip_longest(self.ordered, self.ordered[1:]):
            last = self.doc.line_at(entry.body.stop - 1)
            if entry.body.answer or below is None or self.doc.line_at(below.start) > last + 1:
                yield entry

    def around(self, place: int) -> Iterator[Found]:
        """Yield the entries that stand around a place, the innermost first."""
        at = bisect_right(self.starts, place)
        while at > 0 and self.reach[at - 1] > place:
            at -= 1
            self.doc.spend(_ENTRY_COST)
            if self.ordered[at].body.stop > place:
                yield self.ordered[at]

    def meant(self, comment: _Comment) -> Sequence[Found]:
        """Return all entries that a comment may be meant for."""
        if comment.above is None:
            return self.ordered
        at = bisect_right(self.starts, comment.first)
        above, below = self.ordered[max(0, at - 1) : at], self.ordered[at : at + 1]
        meant = list(self.around(comment.start))
        headed = comment.above.kind == "heading"
        if headed:
            meant += self._section(comment.above.start)
        elif not meant:
            meant = [e for e in above if self._is_blank(e.body.stop, comment.first)]
            meant = meant or self._near(comment.start)
        if (comment.alone and not headed) or not all(entry.body.answer for entry in meant):
            meant += (e for e in below if self._is_blank(comment.last, e.start))
        return meant

    def _near(self, place: int) -> list[Found]:
        """Return the entries of the section that a place introduces, or the last above it."""
        at = bisect_right(self.headings, place)
        section = self._section(self.headings[at - 1]) if at else self.ordered
        above = bisect_left(self.starts, place)
        if section and above and self.starts[above - 1] >= section[0].start:
            return self.ordered[above - 1 : above]
        return section

    def _section(self, heading: int) -> list[Found]:
        first = bisect_left(self.starts, heading)
        return self.ordered[first : bisect_left(self.starts, self.sections[heading])]

    def _is_blank(self, begin: int, end: int) -> bool:
        blank = _BLANK.match(self.doc.text, begin)
        return blank is not None and blank.end() >= end


def _section_ends(blocks: Sequence[Block]) -> Mapping[int, int]:
    """Return where the section of each heading ends, by where the heading starts."""
    ends: dict[int, int] = {}
    opened: list[Block] = []
    for block in blocks:
        if block.kind == "heading":
            while opened and opened[-1].level >= block.level:
                ends[opened.pop().start] = block.start
            opened.append(block)
    last = blocks[-1].stop if blocks else 0
    return ends | {block.start: last for block in opened}

"""What stands below a question, sorted into its answer, its links and the questions it lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.faq.markdown.block_kinds import SILENT, Block
from pipelines.faq.markdown.comments import COMMENT_COST, Metadata, metadata_in
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.line_kinds import Label, similar_in
from pipelines.faq.markdown.links import named_documents
from pipelines.records import Link

Placed = tuple[int, Link]
"""A link as written, with the 0-based line that it stands on."""


# What is set in by more than its list item is by so many columns, is code.
_CODE_INDENT = 4
_BLANK, _SPACES = re.compile(r"\s*+"), re.compile(r"[ \t]*+")


@dataclass(slots=True)
class Body:
    """The parts of an entry below its question; `stop` is where the last of them ends."""

    stop: int
    answer: str = ""
    similar: list[str] = field(default_factory=list)
    not_for: list[str] = field(default_factory=list)
    links: list[Placed] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    """Names of the footnotes that the question and the answer cite."""
    metadata: Metadata | None = None
    comments: list[int] = field(default_factory=list)
    """Where the `<!--` stand that `metadata` was read from."""

    def take(self, metadata: Metadata, start: int) -> None:
        """Add what a comment says, which starts at an offset."""
        self.metadata = metadata.over(self.metadata or Metadata())
        self.comments.append(start)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the answer: of the block at `index`, and read byte for byte or not."""

    index: int
    begin: int
    stop: int
    verbatim: bool = False
    closes: bool = False
    """Whether it ends what began in the answer, such as `</details>`."""


def body_of(
    doc: Document, blocks: Sequence[Block], stop: int, indent: int, *, quoted: bool = False
) -> Body:
    """Sort the blocks below a question; `indent` is what its list item sets them in by.

    `quoted` says that it is a quote, and sets them in by `>`.
    """
    found = Body(stop)
    pieces: list[_Piece] = []
    part: Label = "answer"
    opened = 0
    for index, block in enumerate(blocks):
        if block.kind == "footnote":
            continue
        begin = block.start
        if block.kind == "label" and block.label != "question" and block.label:
            part, begin = block.label, block.body
        elif block.kind == "verbatim":
            part = "answer"
            pieces.append(_Piece(index, block.body, block.ends, verbatim=True))
            found.stop = max(found.stop, block.stop)
            continue
        elif not _continues(doc, part, block, found):
            part = "answer"
        if block.metadata and not pieces:
            found.take(block.metadata, doc.text.find("<!--", block.start))
        elif block.kind in ("text", "label") and not pieces:
            begin = _behind_comments(doc, begin, block.stop, indent, found)
        closes = block.kind == "end" and opened > 0
        opened -= closes
        content = doc.text[begin : block.stop]
        if not content.strip():
            continue
        if part == "similar":
            found.similar += similar_in(content)
        elif part == "not_for":
            found.not_for += similar_in(content)
        elif part == "links" and (named := _documents(doc, begin, block.stop)):
            found.links += named
        elif block.kind not in SILENT or pieces:
            pieces.append(_Piece(index, begin, block.stop, closes=closes))
            opened += block.nested
        if part != "answer" or block.kind not in SILENT or block.metadata or closes:
            found.stop = max(found.stop, block.stop)
    while pieces and blocks[pieces[-1].index].kind in SILENT and not pieces[-1].closes:
        pieces.pop()
    spans = _joined(pieces)
    found.answer = "\n\n".join(
        answer for piece in spans if (answer := _answer_in(doc, piece, indent, quoted=quoted))
    )
    found.links[:0] = [
        link for piece in spans for link in doc.placed_links(piece.begin, piece.stop)
    ]
    found.cited = [
        name for piece in spans if not piece.verbatim for name in doc.cited(piece.begin, piece.stop)
    ]
    return found


def _behind_comments(doc: Document, begin: int, stop: int, indent: int, found: Body) -> int:
    """Take the comments with metadata that a paragraph begins with; return where they end.

    Far set in, they are code or the line of a paragraph, and no part of the question's own lines.
    """
    at = _behind(_BLANK, doc, begin, stop)
    line = doc.offset(doc.line_at(at))
    if doc.text[line:at].isspace() and at - line - indent >= _CODE_INDENT:
        return begin
    while doc.text.startswith("<!--", at) and (end := doc.text.find("-->", at + 4, stop) + 3) >= 3:
        doc.spend(COMMENT_COST * (end - at))
        if metadata := metadata_in(doc.text[at:end]):
            found.take(metadata, at)
            begin = _behind(_SPACES, doc, end, stop)
        at = _behind(_BLANK, doc, end, stop)
    return begin


def _behind(what: re.Pattern[str], doc: Document, begin: int, stop: int) -> int:
    match = what.match(doc.text, begin, stop)
    return match.end() if match else begin


def _continues(doc: Document, part: Label, block: Block, found: Body) -> bool:
    """Tell whether `block` still belongs to the links or questions begun above it."""
    if part == "answer" or block.kind != "text":
        return part == "answer"
    if part == "similar":
        return not found.similar
    if part == "not_for":
        return not found.not_for
    content = doc.text[block.start : block.stop]
    return bool(doc.links(block.start, block.stop) or named_documents(content))


def _documents(doc: Document, begin: int, stop: int) -> list[Placed]:
    """Return the links of a line, or the documents that it only names."""
    named = named_documents(doc.text[begin:stop])
    return doc.placed_links(begin, stop) or [(doc.line_at(begin), link) for link in named]


def _joined(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Join pieces of neighbouring blocks, so that what stands between them stays."""
    spans: list[_Piece] = []
    for piece in pieces:
        above = spans[-1] if spans else None
        if above and above.index == piece.index - 1 and not (above.verbatim or piece.verbatim):
            spans[-1] = _Piece(piece.index, above.begin, piece.stop)
        else:
            spans.append(piece)
    return spans


def _answer_in(doc: Document, piece: _Piece, indent: int, *, quoted: bool) -> str:
    text = doc.text[piece.begin : piece.stop]
    if piece.verbatim:
        return _without_blank_lines(text)
    return _trimmed(_QUOTE.sub("", text) if quoted else dedented(text, indent))


_QUOTE = re.compile(r"^[ ]{0,3}>[ ]?", re.MULTILINE)


def dedented(text: str, indent: int) -> str:
    """Take off the indentation that a list item adds to what it contains."""
    if not indent:
        return text
    return "\n".join(
        line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in text.split("\n")
    )


def _trimmed(text: str) -> str:
    """Drop blank lines around `text`, but not the indentation of its first line."""
    return _without_blank_lines(text.rstrip())


def _without_blank_lines(text: str) -> str:
    if not text.strip():
        return ""
    blank = len(text) - len(text.lstrip())
    text = text[text.rfind("\n", 0, blank) + 1 :]
    end = len(text.rstrip())
    newline = text.find("\n", end)
    return text if newline < 0 else text[:newline]

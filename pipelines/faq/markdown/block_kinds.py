"""The blocks that a document is cut into: headings, labels, candidate questions, the rest."""

from dataclasses import dataclass
from typing import Literal

from pipelines.faq.markdown.comments import Metadata
from pipelines.faq.markdown.line_kinds import Label, Strength, column_of, strength_of

Kind = Literal[
    "heading",
    "candidate",
    "end",
    "label",
    "table",
    "text",
    "verbatim",
    "rule",
    "comment",
    "fault",
    "anchor",
    "toc",
    "footnote",
]

SILENT: frozenset[Kind] = frozenset({"rule", "comment", "anchor", "toc", "end", "footnote"})
"""Kinds that are no text of an answer by themselves."""


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: its 0-based lines, the last one not included, and its cells."""

    line: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the document; offsets count characters of `Document.text`.

    A `candidate` is a bold line, a `<summary>` or a list item that may be a question; whether it
    is one depends on the section. `nested` says that its answer ends at the matching `end`. A
    `fault` is what no answer may show; its text is the reason. The text of a
    `footnote` is its name.
    """

    kind: Kind
    start: int
    body: int
    """Where the content behind a label or a question, or between markers, begins; else `start`."""
    stop: int
    text: str = ""
    level: int = 0
    label: Label | None = None
    nested: bool = False
    indent: int = 0
    """Columns that a list item sets its content in by."""
    rows: tuple[Row, ...] = ()
    ends: int = 0
    """Where the content between the markers of a `verbatim` answer ends."""
    asks: bool = False
    """Whether its author says outright that it is a question: by what stands directly below."""
    plain: bool = False
    """Whether a candidate is an item of a list that nothing sets off, such as bold."""
    quoted: bool = False
    """Whether its answer stands in a quote, so that each line begins with `>`."""
    number: str = ""
    """What a question label is numbered with, such as `1`."""
    alone: bool = False
    """Whether a question fills one line, and its paragraph holds no answer to it."""
    anchor: str = ""
    """The name that its author gave it as a place to link to."""
    metadata: Metadata | None = None
    """What a comment says of the question above it."""

    @property
    def strength(self) -> Strength:
        """How outright the wording asks."""
        return "asked" if self.asks else strength_of(self.text)


def is_faq_table(block: Block) -> bool:
    """Tell a table with a column of questions and one of answers."""
    columns = {column_of(cell) for cell in block.rows[0].cells} if block.rows else set()
    return {"question", "answer"} <= columns

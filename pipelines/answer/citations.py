"""The sources of an answer, as they are numbered in its text and listed below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pipelines.commonmark import CostlyMarkdownError, blocks_of
from pipelines.records import Tier
from pipelines.search import Hit


@dataclass(frozen=True, slots=True)
class Citation:
    """A source of an answer, as numbered in its text."""

    number: int
    chunk_id: str
    tier: Tier
    title: str
    url: str
    """Where the record links to, if it does; links come from the sources alone."""
    path: str
    line: int
    version: str
    """The release of a change; empty for other tiers."""


def citations_of(hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """Return hits as citations, numbered in their order."""
    return tuple(
        Citation(
            number=number,
            chunk_id=hit.chunk.id,
            tier=hit.chunk.tier,
            title=hit.chunk.title,
            url=hit.url,
            path=hit.chunk.path,
            line=hit.chunk.line_start,
            version=hit.chunk.version,
        )
        for number, hit in enumerate(hits, 1)
    )


def numbered(text: str, number: int) -> str:
    """Return a text with the number of its source behind it.

    Behind the last word of a paragraph it goes on with the line. A fence that it stood behind would
    not close, and a table would swallow it: there it is a paragraph of its own.
    """
    return f"{text} [{number}]" if _ends_a_paragraph(text) else f"{text}\n\n[{number}]"


def _ends_a_paragraph(text: str) -> bool:
    try:
        blocks = blocks_of(text)
    except CostlyMarkdownError:
        return False
    last = text.rstrip().count("\n") + 1
    return any(
        block.type == "paragraph_open" and block.map and block.map[1] == last for block in blocks
    )


def source_list(cited: Sequence[Hit], heading: str) -> str:
    """Return the list that stands at the end of an answer, with an empty line above it."""
    lines = []
    # Ten changes of one release come from one place.
    for place, group in groupby(citations_of(cited), lambda one: f"{one.title} {one.url}"):
        first, *rest = (citation.number for citation in group)
        marks = f"[{first}]–[{rest[-1]}]" if rest else f"[{first}]"
        lines.append(f"{marks} {place}".rstrip())
    return "\n\n" + "\n".join([heading, *lines])

"""Footnotes: what a file says below its answers stands behind each answer that cites it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from pipelines.faq.markdown.block_kinds import Block
from pipelines.faq.markdown.bodies import dedented
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.found import Found

# Columns that Markdown sets the further lines of a footnote in by.
_INDENT = 4
# What a character costs, in the unit of `Document.spend`: thousands of answers may cite a long one.
_COST = 15


def add_footnotes(doc: Document, blocks: Sequence[Block], found: Sequence[Found]) -> None:
    """Add the texts of the footnotes that answers cite, each behind its mark: `[^1] 含周末。`.

    Without the colon: with it, other readers of Markdown take the text for the target of a link.
    """
    defined: defaultdict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.kind == "footnote":
            defined[block.text].append(block)
    for item in found:
        names = list(item.body.cited) if item.body.answer else []
        told: dict[str, str] = {}
        for name in names:
            if name in told or name not in defined:
                continue
            note = _meant(defined[name], item.start)
            doc.spend(_COST * (note.stop - note.body))
            text = dedented(doc.text[note.body : note.stop], note.indent + _INDENT).strip()
            told[name] = f"[^{name}] {text}"
            item.body.links += doc.placed_links(note.start, note.stop)
            names += doc.cited(note.start, note.stop)
        item.body.answer = "\n\n".join((item.body.answer, *told.values()))


def _meant(notes: Sequence[Block], start: int) -> Block:
    """Return the first of the footnotes of one name below an offset, else the last above it.

    A page put together of several, or its sections, may count from one again.
    """
    below = bisect_left(notes, start, key=lambda note: note.start)
    return notes[min(below, len(notes) - 1)]

"""Comments with metadata that stand below no question, and the entries they may be meant for."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from pipelines.faq.markdown.block_kinds import Block
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.found import Found


def stray_comments(
    doc: Document, blocks: Sequence[Block], found: Sequence[Found]
) -> Iterator[tuple[Block, Sequence[Found]]]:
    """Yield comments whose metadata no entry has taken, with all that their authors may mean.

    On top of a file that is all of it, below a heading its section, and elsewhere the entry that
    the comment stands in and one that begins right below.
    """
    used = {start for entry in found for start in entry.body.comments}
    ordered = sorted(found, key=lambda entry: entry.start)
    starts = [entry.start for entry in ordered]
    ends = _section_ends(blocks)
    above: Block | None = None
    for is_comment, group in groupby(blocks, key=lambda block: block.kind == "comment"):
        run = list(group)
        if not is_comment:
            above = run[-1]
            continue
        stray = [block for block in run if block.metadata and block.start not in used]
        if not stray:
            continue
        if above is None:
            meant: Sequence[Found] = ordered
        elif above.kind == "heading":
            first, last = bisect_left(starts, above.start), bisect_left(starts, ends[above.start])
            meant = ordered[first:last]
        else:
            at = bisect_right(starts, run[0].start)
            meant = [
                *(e for e in ordered[max(0, at - 1) : at] if _reaches(doc, e.body.stop, run[0])),
                *(e for e in ordered[at : at + 1] if not doc.text[run[-1].stop : e.start].strip()),
            ]
        for block in stray:
            yield block, meant


def _reaches(doc: Document, stop: int, comment: Block) -> bool:
    return stop > comment.start or not doc.text[stop : comment.start].strip()


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

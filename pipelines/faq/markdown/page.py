"""What the layout of a page says of its blocks: what asks by its place, and what is no answer."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipelines.faq.markdown.block_kinds import SILENT, Block
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.line_kinds import GOES_ON, strength_of
from pipelines.faq.markdown.typed_lists import with_typed_lists

# A longer line on its own is a paragraph, and no title.
MAX_TITLE = 80
MIN_RULES = 3
# What a page says below its last rule: who to call, when it was written.
MAX_FOOTER, MAX_FOOTER_BLOCKS = 300, 3
# A page of one question has a rule in its answer rather than a footer.
MIN_PARTS = 3
_CHAPTER = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]\s*[^\s。，；：！？.,;:!?]{1,24}|【[^【】\n]{1,16}】"
)


def as_laid_out(doc: Document, blocks: list[Block]) -> list[Block]:
    """Return the blocks of a document as the page that they make reads."""
    blocks = _above_answers(doc, _with_what_surrounds(blocks))
    blocks = with_typed_lists(doc, _between_rules(doc, blocks))
    return _without_footer(_without_chapters(doc, blocks))


def _above_answers(doc: Document, blocks: list[Block]) -> list[Block]:
    """Return the blocks; a line right above `答：` is the question, where no label says another."""
    found: list[Block] = []
    answered = True  # whether the label above, if any, is of an answer
    for block in blocks:
        if block.kind == "label" and block.label == "answer":
            title = _title(doc, found)
            if answered and title:
                found[-1] = replace(found[-1], kind="candidate", text=title, asks=True, alone=True)
            answered = True
        elif block.kind in ("heading", "table"):
            answered = True
        elif block.kind in ("label", "candidate"):
            answered = block.label in ("links", "similar", "not_for")
        found.append(block)
    return found


def _title(doc: Document, blocks: Sequence[Block]) -> str:
    """Return the last block as a title, if it is one line of text that could be one."""
    if not blocks or blocks[-1].kind != "text":
        return ""
    text = doc.text[blocks[-1].start : blocks[-1].stop].strip()
    if "\n" in text or len(text) > MAX_TITLE or text.endswith(GOES_ON):
        return ""
    return doc.plain(text)


def _without_chapters(doc: Document, blocks: list[Block]) -> list[Block]:
    """Return the blocks; `二、记账与报税` on a line of its own above a question is in no answer."""
    found = list(blocks)
    for index, (block, below) in enumerate(pairwise(blocks)):
        asks = below.kind == "candidate" or (below.kind == "label" and below.label == "question")
        if block.kind == "text" and (asks or below.kind == "heading"):
            text = doc.text[block.start : block.stop].strip()
            if _CHAPTER.fullmatch(text):
                found[index] = replace(block, kind="toc")
    return found


def _with_what_surrounds(blocks: list[Block]) -> list[Block]:
    """Return the blocks; questions with what the lines around them say of them.

    Above what its author marked as an answer, or gave a wording by a comment, stands a question.
    The name of a place to link to may stand on a line of its own above a heading.
    """
    marked = False
    found = []
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if block.kind in ("heading", "candidate"):
            above = blocks[index - 1] if index and blocks[index - 1].kind == "anchor" else block
            if marked or above is not block:
                block = replace(
                    block, asks=block.asks or marked, anchor=block.anchor or above.anchor
                )
        if block.kind == "comment":
            marked = marked or bool(block.metadata and block.metadata.question)
        else:
            marked = block.kind == "verbatim"
        found.append(block)
    return found[::-1]


def _between_rules(doc: Document, blocks: list[Block]) -> list[Block]:
    """Return the blocks; of a page that only rules divide, each part begins with its question."""
    rules = [index for index, block in enumerate(blocks) if block.kind == "rule"]
    if len(rules) < MIN_RULES or any(b.kind == "heading" and b.level > 1 for b in blocks):
        return blocks
    title = max((i for i in range(rules[0]) if blocks[i].kind == "heading"), default=-1)
    heads = {}
    for above, below in pairwise([title, *rules, len(blocks)]):
        part = [index for index in range(above + 1, below) if blocks[index].kind not in SILENT]
        text = doc.text[blocks[part[0]].start : blocks[part[0]].stop].strip() if part else ""
        if len(part) > 1 and blocks[part[0]].kind == "text" and "\n" not in text:
            line = doc.plain(text)
            # What stands above the first rule may be an introduction.
            fits = above in rules or (_may_ask(line) and not line.endswith(("。", ".", "！", "!")))
            if fits and len(line) <= MAX_TITLE and not line.endswith(GOES_ON):
                heads[part[0]] = replace(
                    blocks[part[0]], kind="candidate", text=line, asks=True, alone=True
                )
    asking = [head for head in heads.values() if _may_ask(head.text)]
    if len(asking) < MIN_RULES or len(asking) * 2 < len(heads):
        return blocks
    return [heads.get(index, block) for index, block in enumerate(blocks)]


def _may_ask(line: str) -> bool:
    return strength_of(line) in ("asked", "likely")


def _without_footer(blocks: list[Block]) -> list[Block]:
    """Return the blocks; what stands below the last rule of a page is no part of an answer."""
    rules = [index for index, block in enumerate(blocks) if block.kind == "rule"]
    below = blocks[rules[-1] + 1 :] if rules else []
    text = [block for block in below if block.kind not in SILENT]
    short = sum(block.stop - block.start for block in text) <= MAX_FOOTER
    parts = sum(block.kind in ("heading", "candidate", "label", "table") for block in blocks)
    if not text or not short or len(text) > MAX_FOOTER_BLOCKS or parts < MIN_PARTS:
        return blocks
    if any(block.kind != "text" for block in text):
        return blocks
    footer = (b if b.kind == "footnote" else replace(b, kind="toc") for b in below)
    return [*blocks[: rules[-1] + 1], *footer]

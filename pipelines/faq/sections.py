"""Which blocks ask and which belong to an answer: the questions of a document with their bodies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.faq.blocks import Block, heading_words
from pipelines.faq.line_kinds import Strength, column_of, strength_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the blocks that follow it up to the next; a table asks once per row."""

    question: Block
    body: tuple[Block, ...]
    heading_path: tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Section:
    heading: Block | None
    direct: list[Block] = field(default_factory=list)
    children: list["_Section"] = field(default_factory=list)

    @property
    def strength(self) -> Strength:
        return strength_of(self.heading.text) if self.heading else "container"

    @property
    def level(self) -> int:
        return self.heading.level if self.heading else 0

    def blocks(self) -> list[Block]:
        """Return heading, text and sub-sections in order."""
        found = [self.heading] if self.heading else []
        found += self.direct
        for child in self.children:
            found += child.blocks()
        return found


def questions_of(blocks: Sequence[Block]) -> Iterator[Asked]:
    """Find the questions among the blocks of a document, in order.

    A heading asks when its words do, or when it is a leaf that has a text and neither names a
    container (`常见问题`) nor a part of an answer (`操作步骤`). Headings below a question belong to
    its answer unless they ask outright. Bold lines, summaries, list items, labels and tables ask
    only outside the answer to a heading.
    """
    yield from _walk(_tree(blocks), ())


def _tree(blocks: Sequence[Block]) -> _Section:
    root = _Section(None)
    open_sections = [root]
    for block in blocks:
        if block.kind != "heading":
            open_sections[-1].direct.append(block)
            continue
        while open_sections[-1].level >= block.level:
            open_sections.pop()
        section = _Section(block)
        open_sections[-1].children.append(section)
        open_sections.append(section)
    return root


def _walk(section: _Section, path: tuple[str, ...]) -> Iterator[Asked]:
    heading = section.heading
    inner = (*path, heading_words(heading)) if heading else path
    intro, items = _items(section)
    asking = [child for child in section.children if _asks(child)]
    if heading and section.strength in ("asked", "likely") and not _is_title(section, items):
        if items:
            if _has_text(intro):
                yield Asked(heading, tuple(intro), path)
            yield from _item_sections(section, items, inner)
        else:
            yield from _question(section, heading, intro, asking, path)
    elif items or asking:
        yield from _item_sections(section, items, inner)
    else:
        yield from _plain(section, intro, path, inner)


def _question(
    section: _Section,
    heading: Block,
    intro: list[Block],
    asking: list[_Section],
    path: tuple[str, ...],
) -> Iterator[Asked]:
    """Yield a heading that asks with its answer, then the questions of their own below it."""
    if _has_text(intro):
        apart = {child for child in asking if _splits(child)}
    elif asking:
        # Without a text of its own it only stands over its sub-sections: even one that does not
        # ask is a question by its place, unless its title names a part of an answer.
        apart = {child for child in section.children if child.strength != "structure"}
    else:
        apart = set()
    own = [block for child in section.children if child not in apart for block in child.blocks()]
    if not apart or _has_text(intro) or own:
        yield Asked(heading, (*intro, *own), path)
    for child in section.children:
        if child in apart:
            yield from _walk(child, (*path, heading_words(heading)))


def _plain(
    section: _Section, intro: list[Block], path: tuple[str, ...], inner: tuple[str, ...]
) -> Iterator[Asked]:
    """Read a section in which nothing asks by its wording."""
    heading = section.heading
    strength = section.strength
    if heading is None or strength == "container":
        yield from _children(section, inner)
    elif strength == "structure":
        return
    elif not section.children:
        if _has_text(intro):
            yield Asked(heading, tuple(intro), path)
    elif any(child.strength == "structure" for child in section.children) or (
        section.level > 1 and _has_text(intro)
    ):
        # An article: its title is what it answers.
        yield Asked(heading, tuple(section.blocks()[1:]), path)
    else:
        yield from _children(section, inner)


def _children(section: _Section, inner: tuple[str, ...]) -> Iterator[Asked]:
    for child in section.children:
        yield from _walk(child, inner)


def _item_sections(
    section: _Section, items: list[tuple[Block, list[Block]]], inner: tuple[str, ...]
) -> Iterator[Asked]:
    """Yield the items of a section, then what its sub-sections ask."""
    children = section.children
    if items and items[-1][0].kind == "label":
        # `**A**：` above a sub-heading that asks nothing: the answer goes on below it.
        items[-1][1].extend(b for child in children if not _asks(child) for b in child.blocks())
        children = [child for child in children if _asks(child)]
    for question, body in items:
        yield Asked(question, tuple(body), inner)
    for child in children:
        yield from _walk(child, inner)


def _is_title(section: _Section, items: list[tuple[Block, list[Block]]]) -> bool:
    """Tell a document's title that only sounds like a question from one-question files."""
    asking = [child for child in section.children if _asks(child)]
    return section.level == 1 and bool(items or len(asking) > 1 or any(map(_splits, asking)))


def _asks(section: _Section) -> bool:
    return section.strength in ("asked", "likely") or _holds_questions(section)


def _splits(section: _Section) -> bool:
    """Tell whether a sub-section is a question of its own even inside an answer."""
    return section.strength == "asked" or _holds_questions(section)


def _holds_questions(section: _Section) -> bool:
    return bool(_items(section)[1]) or any(
        child.strength == "asked" or _holds_questions(child) for child in section.children
    )


def _has_text(blocks: Sequence[Block]) -> bool:
    return any(block.kind not in ("rule", "comment", "toc", "end") for block in blocks)


def _items(section: _Section) -> tuple[list[Block], list[tuple[Block, list[Block]]]]:
    """Split a section's own text into what stands before its first item, and its items."""
    blocks = section.direct
    in_answer = section.strength in ("asked", "likely")
    accepted = _accepted(blocks, section.strength)
    intro: list[Block] = []
    items: list[tuple[Block, list[Block]]] = []
    body = intro
    depth = 0
    for index, block in enumerate(blocks):
        asks = depth == 0 and (
            _is_asking_label(blocks, index, in_answer)
            or (block.kind == "candidate" and not in_answer and strength_of(block.text) in accepted)
            or (block.kind == "table" and not in_answer and is_faq_table(block))
        )
        if asks:
            body = []
            items.append((block, body))
            depth = int(block.nested)
            if block.kind == "table":
                body = []
            continue
        if depth:
            depth += (block.kind == "candidate" and block.nested) - (block.kind == "end")
            if depth == 0:
                # What follows a closed `<details>` or list belongs to none of them.
                body = []
                continue
        body.append(block)
    return intro, items


def _accepted(blocks: Sequence[Block], strength: Strength) -> tuple[Strength, ...]:
    """Return how outright a bold line of this section must ask to be taken for a question."""
    asked = {strength_of(block.text) for block in blocks if block.kind == "candidate"}
    if "asked" in asked:
        return ("asked", "likely")
    if strength == "container":
        return ("likely", "plain")
    return ()


def _is_asking_label(blocks: Sequence[Block], index: int, in_answer: bool) -> bool:
    """Tell a question label; inside an answer `问题：` may just begin a sentence."""
    block = blocks[index]
    if block.kind != "label" or block.label != "question":
        return False
    if not in_answer or strength_of(block.text) == "asked":
        return True
    for at in range(index + 1, len(blocks)):
        other = blocks[at]
        if other.kind == "label" and other.label in ("question", "answer"):
            return other.label == "answer"
    return False


def is_faq_table(block: Block) -> bool:
    """Tell a table with a column of questions and one of answers."""
    columns = {column_of(cell) for cell in block.rows[0].cells} if block.rows else set()
    return {"question", "answer"} <= columns

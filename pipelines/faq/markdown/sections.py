"""Which blocks ask and which belong to an answer: the questions of a document with their bodies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.faq.markdown.block_kinds import SILENT, Block, is_faq_table
from pipelines.faq.markdown.blocks import heading_words
from pipelines.faq.markdown.line_kinds import Strength, question_words
from pipelines.text import is_chinese


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the blocks that follow it up to the next; a table asks once per row."""

    question: Block
    body: tuple[Block, ...]
    heading_path: tuple[str, ...]
    also: tuple[Block, ...] = ()
    """Other wordings of the question, on the lines right above it."""


@dataclass(slots=True)
class _Item:
    """A question that is no heading, while its body is collected."""

    question: Block
    body: list[Block] = field(default_factory=list)
    also: list[Block] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Section:
    heading: Block | None
    direct: list[Block] = field(default_factory=list)
    children: list["_Section"] = field(default_factory=list)
    also: list[Block] = field(default_factory=list)
    """The same question in another language, as headings right above."""

    @property
    def strength(self) -> Strength:
        return self.heading.strength if self.heading else "container"

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
        above = open_sections[-1]
        also = [*above.also, above.heading] if above.heading and _is_twin(above, block) else []
        while open_sections[-1].level >= block.level:
            open_sections.pop()
        if also:
            open_sections[-1].children.pop()
        section = _Section(block, also=also)
        open_sections[-1].children.append(section)
        open_sections.append(section)
    return root


def _is_twin(above: _Section, block: Block) -> bool:
    """Tell `### 支持退款吗？` from `### Can I get a refund?` on the next line, its translation."""
    heading = above.heading
    return (
        heading is not None
        and (heading.stop, heading.level) == (block.start, block.level)
        and heading.strength == block.strength == "asked"
        and is_chinese(heading.text) != is_chinese(block.text)
    )


def _walk(section: _Section, path: tuple[str, ...]) -> Iterator[Asked]:
    heading = section.heading
    inner = (*path, heading_words(heading)) if heading else path
    intro, items = _items(section)
    asking = [child for child in section.children if _asks(child)]
    if heading and section.strength in ("asked", "likely") and not _is_title(section, items):
        if items:
            if _has_text(intro):
                yield Asked(heading, tuple(intro), path, tuple(section.also))
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
    parts = [child for child in section.children if child.strength == "structure"]
    if _has_text(intro) or len(parts) > 1:
        apart = {child for child in asking if _splits(child)}
        if len(apart) == 1 and len(parts) > 1:
            apart = set()  # `如何确认？` between 原因 and 解决方法 is a step of the answer
    elif asking:
        # Without a text of its own it only stands over its sub-sections: even one that does not
        # ask is a question by its place, unless its title names a part of an answer.
        apart = {child for child in section.children if child.strength != "structure"}
    else:
        apart = set()
    own = [block for child in section.children if child not in apart for block in child.blocks()]
    if not apart or _has_text(intro) or own:
        yield Asked(heading, (*intro, *own), path, tuple(section.also))
    for child in section.children:
        if child in apart:
            yield from _walk(child, (*path, heading_words(heading)))


def _plain(
    section: _Section, intro: list[Block], path: tuple[str, ...], inner: tuple[str, ...]
) -> Iterator[Asked]:
    """Read a section in which nothing asks by its wording."""
    heading = section.heading
    strength = section.strength
    if heading is None or strength in ("container", "structure", "guide", "elsewhere"):
        yield from _children(section, section.children, inner)
    elif not section.children:
        if _has_text(intro):
            yield Asked(heading, tuple(intro), path, tuple(section.also))
    elif any(child.strength == "structure" for child in section.children) or (
        section.level > 1 and _has_text(intro)
    ):
        # An article: its title is what it answers.
        yield Asked(heading, tuple(section.blocks()[1:]), path, tuple(section.also))
    else:
        yield from _children(section, section.children, inner)


def _children(
    section: _Section, children: Sequence[_Section], inner: tuple[str, ...]
) -> Iterator[Asked]:
    """Walk sub-sections; where something else is told, only an FAQ in it and what asks outright.

    That is on pages and parts that say so, and on one that has a section for its FAQ.
    """
    other = section.level == 1 and section.strength not in ("container", "asked", "likely")
    has_faq = any(child.strength == "container" and _asking(child) for child in section.children)
    strict = section.strength in ("structure", "elsewhere") or (other and has_faq)
    for child in children:
        asks = _splits(child) if strict else _asks(child)
        if asks or child.strength == "container" or not (strict or section.strength == "guide"):
            yield from _walk(child, inner)


def _asking(section: _Section) -> bool:
    return bool(section.children or _items(section)[1])


def _item_sections(
    section: _Section, items: list[_Item], inner: tuple[str, ...]
) -> Iterator[Asked]:
    """Yield the items of a section, then what its sub-sections ask."""
    children = section.children
    if items and items[-1].question.kind == "label":
        # `**A**：` above a sub-heading that asks nothing: the answer goes on below it.
        items[-1].body.extend(b for child in children if not _asks(child) for b in child.blocks())
        children = [child for child in children if _asks(child)]
    for item in items:
        yield Asked(item.question, tuple(item.body), inner, tuple(item.also))
    yield from _children(section, children, inner)


def _is_title(section: _Section, items: list[_Item]) -> bool:
    """Tell a document's title that only sounds like a question from one-question files."""
    if section.level != 1:
        return False
    asking = [child for child in section.children if _asks(child)]
    if section.strength == "likely":
        # `Delivery errors` above groups of errors; only its own sections tell how one is solved.
        groups = [child for child in section.children if child.strength == "plain"]
        asking += [inner for child in groups for inner in child.children if _asks(inner)]
    return bool(items or len(asking) > 1 or any(map(_splits, asking)))


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
    return any(block.kind not in SILENT for block in blocks)


def _items(section: _Section) -> tuple[list[Block], list[_Item]]:
    """Split a section's own text into what stands before its first item, and its items."""
    blocks = section.direct
    in_answer = section.strength in ("asked", "likely") and not _lists_errors(section)
    accepted = _accepted(section)
    intro: list[Block] = []
    items: list[_Item] = []
    body = intro
    depth = 0
    for index, block in enumerate(blocks):
        asks = depth == 0 and (
            _is_asking_label(blocks, index, in_answer)
            or (block.kind == "candidate" and block.strength in accepted and not in_answer)
            or (block.kind == "candidate" and in_answer and question_words(block.text)[1])
            or (block.kind == "table" and not in_answer and is_faq_table(block))
        )
        if asks:
            items.append(_item_of(block, items))
            body = [] if block.kind == "table" else items[-1].body
            depth = int(block.nested)
            continue
        if depth:
            depth += (block.kind == "candidate" and block.nested) - (block.kind == "end")
            if depth == 0:
                # What follows a closed `<details>` or list belongs to none of them.
                body = []
                continue
        body.append(block)
    return intro, items


def _item_of(question: Block, items: list[_Item]) -> _Item:
    """Return a new item; it takes in the one above when that is only another wording of it.

    So it is where both stand on consecutive lines. Across a blank line, or under a number of its
    own, it rather is a question whose answer was forgotten.
    """
    item = _Item(question)
    if items and not items[-1].body and items[-1].question.stop == question.start:
        above = items[-1].question
        if above.alone and above.kind == question.kind and above.number == question.number:
            item.also = [*items.pop().also, above]
    return item


def _accepted(section: _Section) -> tuple[Strength, ...]:
    """Return how outright a bold line or an item of this section must ask to be a question."""
    candidates = [block for block in section.direct if block.kind == "candidate"]
    if any(block.strength == "asked" for block in candidates):
        return ("asked", "likely")
    if section.strength == "container":
        return ("likely", "plain")
    return ("likely",) if _lists_errors(section) else ()


def _lists_errors(section: _Section) -> bool:
    """Tell a page like `报错速查` whose title only names what its list of errors is about."""
    named = [block for block in section.direct if block.kind == "candidate" and block.plain]
    return section.level == 1 and section.strength == "likely" and len(named) > 1


def _is_asking_label(blocks: Sequence[Block], index: int, in_answer: bool) -> bool:
    """Tell a question label; inside an answer `问题：` may just begin a sentence."""
    block = blocks[index]
    if block.kind != "label" or block.label != "question":
        return False
    if not in_answer or block.strength == "asked":
        return True
    for at in range(index + 1, len(blocks)):
        other = blocks[at]
        if other.kind == "label" and other.label in ("question", "answer"):
            return other.label == "answer"
    return False

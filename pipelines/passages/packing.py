"""Units put together into passages of about one size."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipelines.commonmark import CostlyMarkdownError, plain
from pipelines.faq.markdown.line_kinds import question_words
from pipelines.passages.structure import sections_of, sentence_units
from pipelines.passages.unit import Unit, joined
from pipelines.text import one_line

# Over the limit by so much, where a remainder would else stand alone.
SLACK = 1.3
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an answer, Markdown that stands by itself, and the sub-headings above it."""

    text: str
    trail: tuple[str, ...] = ()
    """Outermost first, as plain text; without those that `text` holds."""


def passages_of(markdown: str, limit: int) -> list[Passage]:
    """Cut Markdown into passages of about `limit` characters, and of 1.3 times that at most.

    They begin at sub-headings, else with blocks, else inside of a block that is longer: with rows,
    items, lines, sentences. A passage repeats the header of its table and the fence of its code.
    """
    text = markdown.replace("\r\n", "\n").replace("\r", "\n")
    try:
        units = sections_of(text, limit)
    except CostlyMarkdownError:
        units = sentence_units(text, limit)
    whole = joined(units)
    if len(whole) <= limit:
        return [Passage(whole)] if whole.strip() else []
    groups = _without_crumbs(_packed(units, limit), limit)
    return [Passage(joined(group), _titles(group[0].trail)) for group in groups]


def _packed(units: Sequence[Unit], limit: int) -> list[list[Unit]]:
    groups: list[list[Unit]] = []
    size = 0
    for unit in units:
        group = groups[-1] if groups else []
        added = unit.size_after(group[-1] if group else None)
        if group and size + added <= limit and not _begins(unit, size, limit):
            group.append(unit)
            size += len(unit.gap) + added
            continue
        # A heading, or a line like `as follows:`, goes where what it leads in goes.
        leading = _leading(group)
        if group and len(leading) == len(group) and size + added + len(unit.gap) <= SLACK * limit:
            group.append(unit)
            size += len(unit.gap) + added
            continue
        if leading and _size([*leading, unit]) <= SLACK * limit:
            del group[-len(leading) :]
            if not group:
                groups.pop()
        else:
            leading = []
        groups.append([*leading, unit])
        size = _size(groups[-1])
    return groups


def _begins(unit: Unit, size: int, limit: int) -> bool:
    """Tell whether `unit` begins a passage although it would still fit into one of `size`."""
    return (unit.start == "section" and size >= limit // 4) or (
        unit.start == "block" and size >= limit // 2
    )


def _leading(group: Sequence[Unit]) -> list[Unit]:
    at = len(group)
    while at and group[at - 1].leads:
        at -= 1
    return list(group[at:])


def _size(group: Sequence[Unit]) -> int:
    size = group[0].size_after(None)
    for before, unit in pairwise(group):
        size += len(unit.gap) + unit.size_after(before)
    return size


def _without_crumbs(groups: Sequence[list[Unit]], limit: int) -> list[list[Unit]]:
    """Put groups that are too small to stand alone to a neighbour that can take them."""
    kept: list[list[Unit]] = []
    waiting: list[Unit] = []
    for index, found in enumerate(groups):
        group = waiting + found
        waiting = []
        following = groups[index + 1] if index + 1 < len(groups) else None
        before = kept[-1] if kept else None
        if _size(group) < limit // 4:
            forward = following and _size(group + following) <= SLACK * limit
            backward = before and _size(before + group) <= SLACK * limit
            if forward and (not backward or _goes_on(group, following or [])):
                waiting = group
                continue
            if backward:
                kept[-1] = kept[-1] + group
                continue
        kept.append(group)
    return kept


def _goes_on(group: Sequence[Unit], following: Sequence[Unit]) -> bool:
    """Tell whether `following` belongs to what `group` leads in or is the beginning of."""
    return group[-1].leads or (group[0].start != "" and following[0].start == "")


def _titles(trail: Sequence[str]) -> tuple[str, ...]:
    return tuple(title for text in trail if (title := _title(text)))


@lru_cache(maxsize=256)
def _title(markdown: str) -> str:
    """Return a heading as people read it, without numbering and attributes."""
    return one_line(question_words(plain(one_line(markdown, 200)))[0], _LONGEST_TITLE)

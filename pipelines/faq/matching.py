"""Which entry of the last pull is which entry of this one, however it moved or was reworded."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from pipelines.records import FaqEntry
from pipelines.text import fold

# Of 100. An entry is the same when its question and its answer are both like the old ones, or one
# is very like and the other not wholly different. Set by hand: two questions of one FAQ that differ
# in a word (增值税专用发票, 增值税普通发票) reach 90 with each other, so that only what is left by
# all exact matches is compared, and each old entry is given away once, to the nearest.
_LIKE, _VERY_LIKE, _UNLIKE = 60, 80, 30
# Where an answer tells little and is another, the question has to tell nearly all.
_ALMOST = 90
# The same answer but for a word tells an entry under whatever question.
_SAME = 92
# `可以。` answers many questions and tells none of them.
_TELLING_ANSWER = 12
_COMPARED = 2_000
# Of how much of each answer, and of how many old entries for each new one, the best are looked for.
_GLANCE, _BEST = 120, 6
# Comparing each with each at a glance takes two seconds above this; a rewrite that large is matched
# file by file.
_MOST_PAIRS = 9_000_000
_END_MARKS = " ?？。.!！"


@dataclass(slots=True)
class _Matching:
    """What is still to be matched on both sides, and what was."""

    old: dict[int, FaqEntry]
    new: dict[int, FaqEntry]
    pairs: dict[int, FaqEntry] = field(default_factory=dict)

    def take(self, new: int, old: int) -> None:
        self.pairs[new] = self.old.pop(old)
        del self.new[new]

    def alike(self, key: Callable[[FaqEntry], Hashable]) -> None:
        """Match what has the same key, where only one on each side has it; None is no key."""
        old, new = _by_key(self.old, key), _by_key(self.new, key)
        for shared in old.keys() & new.keys():
            if len(old[shared]) == len(new[shared]) == 1:
                self.take(new[shared][0], old[shared][0])


def match_entries(
    current: Sequence[FaqEntry], previous: Sequence[FaqEntry]
) -> Mapping[int, FaqEntry]:
    """Return position in `current` -> the entry of `previous` that it was; not there: it is new.

    Each entry of `previous` is given away once at most. In this order: the same question, told
    apart where several ask it by answer, then place; the anchor that its author gave it; the same
    answer; and what is most alike of the rest.
    """
    if not previous:
        return {}
    left = _Matching(dict(enumerate(previous)), dict(enumerate(current)))
    for key in (
        lambda entry: (fold(entry.question), entry.answer, entry.heading_path, entry.path),
        lambda entry: (fold(entry.question), entry.answer),
        lambda entry: (fold(entry.question), entry.heading_path, entry.path),
        lambda entry: (fold(entry.question), entry.heading_path),
        lambda entry: (fold(entry.question), entry.path),
        lambda entry: fold(entry.question),
        lambda entry: fold(entry.question).rstrip(_END_MARKS) or None,
    ):
        left.alike(key)
    for new, old in _anchored(left):
        left.take(new, old)
    left.alike(lambda entry: entry.answer if len(entry.answer) >= _TELLING_ANSWER else None)
    for new, old in _nearest(left):
        left.take(new, old)
    return left.pairs


def _by_key(
    entries: Mapping[int, FaqEntry], key: Callable[[FaqEntry], Hashable]
) -> dict[Hashable, list[int]]:
    found: defaultdict[Hashable, list[int]] = defaultdict(list)
    for position, entry in entries.items():
        if (value := key(entry)) is not None:
            found[value].append(position)
    return found


def _anchored(left: _Matching) -> list[tuple[int, int]]:
    """Return pairs with the same anchor that are not wholly different.

    A team that numbers its anchors (`{#q3}`) gives an old name to a new question.
    """
    old = _by_key(left.old, lambda entry: entry.anchor or None)
    new = _by_key(left.new, lambda entry: entry.anchor or None)
    pairs = (
        (new[name][0], old[name][0])
        for name in old.keys() & new.keys()
        if len(old[name]) == len(new[name]) == 1
    )
    return [(n, o) for n, o in pairs if not _unlike(left.new[n], left.old[o])]


def _nearest(left: _Matching) -> Iterator[tuple[int, int]]:
    """Yield the most alike pairs, best first, each side of a pair once."""
    scored = []
    for new, old in _glanced(left):
        if likeness := _same(left.new[new], left.old[old]):
            same_place = left.new[new].path == left.old[old].path
            scored.append((-likeness, not same_place, new, old))
    taken_new, taken_old = set[int](), set[int]()
    for _, _, new, old in sorted(scored):
        if new not in taken_new and old not in taken_old:
            taken_new.add(new)
            taken_old.add(old)
            yield new, old


def _glanced(left: _Matching) -> Iterator[tuple[int, int]]:
    """Yield for each new entry the old ones that may be it, at a glance."""
    if len(left.new) * len(left.old) <= _MOST_PAIRS:
        yield from _best(left, list(left.new), list(left.old))
        return
    old = _by_key(left.old, lambda entry: entry.path)
    for path, new in _by_key(left.new, lambda entry: entry.path).items():
        there = old.get(path, [])
        if len(new) * len(there) <= _MOST_PAIRS:
            yield from _best(left, new, there)


def _best(left: _Matching, new: list[int], old: list[int]) -> Iterator[tuple[int, int]]:
    if not new or not old:
        return
    asked = _each_with_each(
        [fold(left.new[position].question) for position in new],
        [fold(left.old[position].question) for position in old],
    )
    told = _each_with_each(
        [left.new[position].answer[:_GLANCE] for position in new],
        [left.old[position].answer[:_GLANCE] for position in old],
    )
    likeness = asked + told
    count = min(_BEST, len(old))
    for row, columns in enumerate(np.argpartition(-likeness, count - 1, axis=1)[:, :count]):
        yield from ((new[row], old[column]) for column in columns)


def _each_with_each(new: list[str], old: list[str]) -> npt.NDArray[np.int16]:
    scores = process.cdist(new, old, scorer=fuzz.ratio, dtype=np.uint8)
    return scores.astype(np.int16)


def _same(new: FaqEntry, old: FaqEntry) -> float:
    """Return how alike two entries are, of 200; 0 where they are two."""
    asked = fuzz.ratio(fold(new.question), fold(old.question))
    told = fuzz.ratio(new.answer[:_COMPARED], old.answer[:_COMPARED])
    telling = min(len(new.answer), len(old.answer)) >= _TELLING_ANSWER
    same = (
        (asked >= (_VERY_LIKE if telling or told == 100 else _ALMOST) and told >= _UNLIKE)
        or (telling and asked >= _LIKE and told >= _LIKE)
        or (telling and asked >= _UNLIKE and told >= _VERY_LIKE)
        or (telling and told >= _SAME)
    )
    return asked + told if same else 0.0


def _unlike(new: FaqEntry, old: FaqEntry) -> bool:
    asked = fuzz.ratio(fold(new.question), fold(old.question))
    return asked < _UNLIKE or fuzz.ratio(new.answer, old.answer) < _UNLIKE

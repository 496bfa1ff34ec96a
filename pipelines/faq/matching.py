"""Which entry of the last pull is which entry of this one, however it moved or was reworded."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz, process

from pipelines.records import FaqEntry
from pipelines.text import fold

# Of 100. An entry is the same when both its question and its answer are like the old ones, or one
# is and the other not wholly different. Set by hand: two questions of one FAQ that differ in a word
# (增值税专用发票, 增值税普通发票) reach 90 with each other, so that only what is left over by all
# exact matches is compared, and each old entry is given away once, to the nearest.
_LIKE, _VERY_LIKE, _UNLIKE = 60, 85, 30
# `可以。` answers many questions and tells none of them.
_TELLING_ANSWER = 12
_COMPARED = 2_000
_PUNCTUATION = re.compile(r"[\W_]+")
# Comparing each with each takes a second above this; a rewrite that large is matched file by file.
_MOST_PAIRS = 4_000_000


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
        lambda entry: _PUNCTUATION.sub("", fold(entry.question)) or None,
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
    return [(n, o) for n, o in pairs if _likeness(left.new[n], left.old[o], _UNLIKE, _UNLIKE)]


def _nearest(left: _Matching) -> Iterator[tuple[int, int]]:
    """Yield the most alike pairs, best first, each side of a pair once."""
    scored = []
    for new, old in _compared(left):
        likeness = _likeness(left.new[new], left.old[old], _VERY_LIKE, _UNLIKE) or _likeness(
            left.new[new], left.old[old], _UNLIKE, _VERY_LIKE
        )
        likeness = likeness or _likeness(left.new[new], left.old[old], _LIKE, _LIKE)
        if likeness:
            same_place = left.new[new].path == left.old[old].path
            scored.append((-likeness, not same_place, new, old))
    taken_new, taken_old = set[int](), set[int]()
    for _, _, new, old in sorted(scored):
        if new not in taken_new and old not in taken_old:
            taken_new.add(new)
            taken_old.add(old)
            yield new, old


def _compared(left: _Matching) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose questions are not wholly different."""
    if len(left.new) * len(left.old) <= _MOST_PAIRS:
        yield from _similar(left, list(left.new), list(left.old))
        return
    old = _by_key(left.old, lambda entry: entry.path)
    for path, new in _by_key(left.new, lambda entry: entry.path).items():
        there = old.get(path, [])
        if len(new) * len(there) <= _MOST_PAIRS:
            yield from _similar(left, new, there)


def _similar(left: _Matching, new: list[int], old: list[int]) -> Iterable[tuple[int, int]]:
    scores = process.cdist(
        [fold(left.new[position].question) for position in new],
        [fold(left.old[position].question) for position in old],
        scorer=fuzz.ratio,
        score_cutoff=_UNLIKE,
        dtype=np.uint8,
    )
    return [(new[row], old[column]) for row, column in zip(*np.nonzero(scores), strict=True)]


def _likeness(new: FaqEntry, old: FaqEntry, question: float, answer: float) -> float:
    """Return how alike two entries are, of 200; 0 where question or answer is less than asked."""
    asked = fuzz.ratio(fold(new.question), fold(old.question), score_cutoff=question)
    if not asked:
        return 0.0
    told = fuzz.ratio(new.answer[:_COMPARED], old.answer[:_COMPARED], score_cutoff=answer)
    return asked + told if told else 0.0

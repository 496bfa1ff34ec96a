"""Which changes an older record is closest to, by the words that few changes share."""

import heapq
import math
from collections import defaultdict
from collections.abc import Sequence

from pipelines.records import ChangeEntry
from pipelines.stale.bullets import plain_bullet
from pipelines.stale.older import Older
from pipelines.stale.subjects import terms

# Of 192 answers that a release made wrong, three in four have its change among these many.
CLOSEST = 3


class Closest:
    """Changes that may end something, by their content words."""

    def __init__(self, changes: Sequence[ChangeEntry]) -> None:
        self._words: list[frozenset[str]] = []
        self._postings: dict[str, list[int]] = defaultdict(list)
        for place, change in enumerate(changes):
            bullet = plain_bullet(change)
            repairs = bullet.is_internal or bullet.kind == "fixed"
            about = terms(f"{bullet.scope} {bullet.heading} {bullet.text}")
            self._words.append(frozenset() if repairs else about)
            for term in self._words[-1]:
                self._postings[term].append(place)
        self._rarity = {
            term: math.log(1 + len(changes) / len(places))
            for term, places in self._postings.items()
        }
        self._lengths = [
            math.sqrt(1 + sum(self._rarity[term] for term in words)) for words in self._words
        ]

    def to(self, record: Older) -> tuple[int, ...]:
        """Return the places of the closest changes, the closest first; none share no word.

        A word of the question counts twice: it says what the record is about.
        """
        asked = terms(record.question)
        scores: dict[int, float] = defaultdict(float)
        for term in sorted(record.terms):
            for place in self._postings.get(term, ()):
                scores[place] += self._rarity[term] * (2 if term in asked else 1)
        ranked = heapq.nlargest(
            CLOSEST, scores, key=lambda place: (scores[place] / self._lengths[place], -place)
        )
        return tuple(ranked)

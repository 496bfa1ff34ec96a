"""Rules of the ranking: what is told first, and what may not crowd out the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from pipelines.records import PERSONAL_TIERS
from pipelines.search.hits import Hit
from pipelines.text import fold

# Dialogues are many and say the same: of the places in a list, they may take this share.
DIALOGUE_SHARE = 0.4
# Days after which a change or a conversation counts half as recent.
HALF_LIFE_DAYS = 90.0


def recency(at: datetime, newest: datetime) -> float:
    """Return how recent `at` is against the newest of its tier: 1, and a half-life before, .5."""
    days = max(0.0, (newest - at).total_seconds() / 86_400)
    return float(0.5 ** (days / HALF_LIFE_DAYS))


def without_flood(hits: Iterable[Hit], limit: int) -> Iterator[Hit]:
    """Yield the first `limit` of ranked hits in which no log and no repeated question crowds.

    A question that hundreds asked counts once, by the record that fits best; dialogues of one
    source take at most `DIALOGUE_SHARE` of the places while there is anything else.
    """
    most = max(1, int(limit * DIALOGUE_SHARE))
    taken: Counter[str] = Counter()
    asked: set[str] = set()
    waiting: list[Hit] = []
    given = 0
    for hit in hits:
        if hit.chunk.tier in PERSONAL_TIERS:
            title = fold(hit.chunk.title)
            if title in asked:
                continue
            asked.add(title)
            if taken[hit.chunk.source] == most:
                waiting.append(hit)
                continue
            taken[hit.chunk.source] += 1
        given += 1
        yield hit
        if given == limit:  # before the next one is read
            return
    yield from waiting[: limit - given]

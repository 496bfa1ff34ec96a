"""Reading: the first FAQ entries, read together with the question, in the order that shows.

Vectors and words find what speaks of the same thing; of three such entries, two answer another
question about it. What a cross-encoder makes of question and entry tells them apart.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from statistics import fmean
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipelines.embedding.cross_encoder import Pair, log_odds
from pipelines.search.evidence import WEIGHTS, relevance
from pipelines.search.hits import Hit

# Measured with 1,166 real entries and three companies in sixes that are easily mixed up: to read
# twenty orders no better, to read three loses two of the companies' questions in a hundred. Each
# costs 18 to 36 ms of one core, by the processor, so that no more are read than may change the
# order: two at a time, one for each core; three on average, where all eight were four.
READ, AT_ONCE = 8, 2
REACH = 3.0
"""Totals of evidence, as far as an entry that is read may stand behind the first."""
WELL = 4.2
"""Log-odds; of all that is read, less than a fifth reads better. Chosen among six values."""


class Reader(Protocol):
    """What reads a question and an entry together."""

    def encode_pairs(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float32]:
        """Return one unit vector per pair."""
        ...


class ReadOnce:
    """Reads no pair twice: a second question is searched for alone and in full, and much of what
    is found is the same.
    """

    def __init__(self, reader: Reader) -> None:
        """Read with `reader`, and keep all that it made."""
        self._reader = reader
        self._made: dict[Pair, npt.NDArray[np.float32]] = {}

    def encode_pairs(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float32]:
        """Return one unit vector per pair."""
        if missing := [pair for pair in dict.fromkeys(pairs) if pair not in self._made]:
            made = self._reader.encode_pairs(missing)
            self._made.update(zip(missing, made, strict=True))
        return np.stack([self._made[pair] for pair in pairs])


Odds = Callable[[Hit, Sequence[float]], float]
"""A hit, and how it reads with each way of telling the question -> how it reads at all."""


def read_closely(
    questions: Sequence[str], hits: Sequence[Hit], reader: Reader, odds_of: Odds | None = None
) -> tuple[Hit, ...]:
    """Return ranked hits in a new order: the first FAQ entries by what reading shows too.

    Of `READ` entries two are always read: how well the second reads tells how sure the first is.
    It ends where no other would come first even if it read `WELL`. A question that is told in
    several ways is read in each, and `odds_of` makes one of them; else the first counts. An entry
    that is found by a customer's words is read by both those and its own, and the mean counts: a
    question of much the same words reads well, whatever was answered. What is not read stays behind
    what is. The best read keeps its total, so that the FAQ stands among the other tiers as before.
    """
    entries = [hit for hit in hits if hit.chunk.tier == "faq"][:READ]
    if not entries:
        return tuple(hits)
    read: dict[str, float] = {}
    best = -math.inf
    for start in range(0, len(entries), AT_ONCE):
        few = entries[start : start + AT_ONCE]
        least = max(entries[0].evidence.total - REACH, best - WEIGHTS["behind"] * WELL)
        first = [hit for hit in few if not read or hit.evidence.total > least]
        if not first:
            break
        for hit, odds in zip(first, _odds(questions, first, reader, odds_of), strict=True):
            read[hit.chunk.entry_id] = odds
            best = max(best, hit.evidence.total + WEIGHTS["behind"] * odds)
    ordered = [_with_reading(hit, read) if hit.chunk.tier == "faq" else hit for hit in hits]
    return tuple(sorted(ordered, key=lambda hit: (-hit.evidence.total, hit.chunk.entry_id)))


def _odds(
    questions: Sequence[str], hits: Sequence[Hit], reader: Reader, odds_of: Odds | None
) -> Iterator[float]:
    pairs = [
        Pair(told, asks, hit.chunk.text) for hit in hits for told in questions for asks in hit.asks
    ]
    odds = iter(log_odds(reader.encode_pairs(pairs)))
    for hit in hits:
        told = [fmean(islice(odds, len(hit.asks))) for _ in questions]
        yield odds_of(hit, told) if odds_of else told[0]


def _with_reading(hit: Hit, read: Mapping[str, float]) -> Hit:
    reading = read.get(hit.chunk.entry_id)
    behind = (min(read.values()) if reading is None else reading) - max(read.values())
    evidence = replace(hit.evidence, reading=reading or 0.0, behind=behind)
    return replace(hit, evidence=evidence, score=relevance(evidence))

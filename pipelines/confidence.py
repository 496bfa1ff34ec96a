"""How sure a match is, and the thresholds at which it may be given, used, or not used."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.search import Hit
from pipelines.settings import Answering
from pipelines.text import fold

# Logistic regression on 370 questions (315 answerable, 55 not) against 1,166 FAQ entries: is the
# first hit the right one? In ten-fold cross-validation .91 answers 56 % of paraphrases directly at
# 98 % precision, and 1.8 % of what has no answer. `benchmarks/retrieval.py` fits and prints it.
_QUESTION, _LEAD, _COVERAGE, _CONSTANT = 0.42, 1.5, 0.86, -2.64

DIRECT = 0.91
SUPPORT = 0.2
PASSAGE = 0.05
# A change supports an answer when it lies this far above unrelated texts and shares these words.
CHANGE_CLOSENESS = 1.0
CHANGE_COVERAGE = 0.5


def confidence(hit: Hit, lead: float) -> float:
    """Return the probability that the first FAQ hit answers the question; `lead`: see below."""
    evidence = hit.evidence
    total = _QUESTION * evidence.question + _LEAD * lead + _COVERAGE * evidence.coverage + _CONSTANT
    return 1 / (1 + math.exp(-total))


def lead_over_next(hits: Sequence[Hit]) -> float:
    """Return how far the first hit is ahead of the next one with a *different* answer.

    Twins of one entry in several files answer alike; they are no competition.
    """
    if not hits:
        return 0.0
    best = fold(hits[0].answer)
    other = next((hit for hit in hits if fold(hit.answer) != best), None)
    if other is None:
        return 3.0  # nothing else is near: as clear as the clearest measured leads
    return hits[0].evidence.total - other.evidence.total


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of one version; its manifest holds them."""

    direct: float
    """Least confidence for a verbatim FAQ answer."""
    support: float
    """Least confidence of the first hit for any FAQ passage to be used."""
    passage: float
    """Least score of a single passage."""

    @classmethod
    def from_settings(cls, answering: Answering) -> "Thresholds":
        """Return the configured thresholds, or the measured defaults."""
        return cls(
            direct=answering.direct or DIRECT,
            support=answering.support or SUPPORT,
            passage=answering.passage or PASSAGE,
        )

    @classmethod
    def from_manifest(cls, answering: Mapping[str, float]) -> "Thresholds":
        """Return the thresholds that a version was built with."""
        return cls(answering["direct"], answering["support"], answering["passage"])

    def change_supports(self, hit: Hit, question: str) -> bool:
        """Tell whether a change may be used: close and sharing words, or its version is named."""
        evidence = hit.evidence
        if hit.chunk.version and hit.chunk.version in question:
            return True
        return evidence.passage >= CHANGE_CLOSENESS and evidence.coverage >= CHANGE_COVERAGE

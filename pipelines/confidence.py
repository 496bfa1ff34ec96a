"""How sure a match is, and the thresholds at which it may be given, used, or not used."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.search import Hit
from pipelines.settings import Answering
from pipelines.text import fold

# Logistic regression on 370 questions (315 answerable, 55 not) against 1,166 FAQ entries: is the
# first hit the right one? At .95, the default of `answer.direct`, two in five paraphrases are
# answered directly. Coefficients and threshold were chosen on the questions that
# `benchmarks/retrieval.py` scores: its precision is optimistic for another company's.
_QUESTION, _LEAD, _COVERAGE, _CONSTANT = 0.42, 1.5, 0.86, -2.64

# Set by hand on the sample company's questions. A change shares this many of the question's words;
# those and its closeness above unrelated texts make up for each other.
CHANGE_COVERAGE = 0.5
CHANGE_SUPPORT = 1.8


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
        return 3.0  # nothing else was found: a clear lead, set by hand
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
        """Return the configured thresholds."""
        return cls(answering.direct, answering.support, answering.passage)

    @classmethod
    def from_manifest(cls, answering: Mapping[str, float]) -> "Thresholds":
        """Return the thresholds that a version was built with."""
        return cls(answering["direct"], answering["support"], answering["passage"])

    def change_supports(self, hit: Hit) -> bool:
        """Tell whether a change may be used: it is close and shares words."""
        evidence = hit.evidence
        if evidence.coverage < CHANGE_COVERAGE:
            return False
        return evidence.passage + 2 * evidence.coverage >= CHANGE_SUPPORT

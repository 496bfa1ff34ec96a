"""Evidence: what speaks for a record, in figures that people can read, and their measured sum."""

import math
from dataclasses import dataclass

# The first three are fitted by `benchmarks/fit_fusion.py` on the 315 questions of `golden_dev` with
# 1,166 real entries: a softmax over each question's candidates (conditional logit). With the query
# tower of now it finds 0.80, 1.40 and 5.03, which order no better. `behind` was chosen among eight.
# Set by hand: recency, which no FAQ tells anything about, to order what is as good as equal; and
# `code`, to outweigh all closeness: entries on other errors read alike, and answer another one.
WEIGHTS = {
    "question": 0.72, "passage": 1.46, "words": 4.9, "recency": 0.3, "code": 8.0, "behind": 0.9
}  # fmt: skip
# Set by hand to spread the total over 0 to 1 for people.
SCORE_SLOPE, SCORE_MIDDLE = 0.7, 5.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of a record for a question; `Hit.score` is their weighted sum."""

    question: float = 0.0
    """Closeness of its closest question, in deviations above unrelated ones; a customer's wording
    that an agent answered with this record counts as one."""
    passage: float = 0.0
    """The same for its closest passage."""
    words: float = 0.0
    """BM25 of its best row, as a share of a row that were the question itself; 0 to 1."""
    coverage: float = 0.0
    """Share of the question's own terms that the record holds, 0 to 1."""
    wording: float = 0.0
    """Closeness of the closest customer's wording among the dialogues; 0 where there is none."""
    recency: float = 0.0
    """1 for the newest release and the last day of dialogues, less before; 0 for an FAQ entry."""
    code: float = 0.0
    """1 where it holds all codes that the question names, such as `ERR-5208`; 0 if none does."""

    reading: float = 0.0
    """Log-odds that it answers, by reading question and entry together; 0 where it was not read."""
    behind: float = 0.0
    """By how much another entry reads better: 0 for the best, and below 0 for all others."""

    def parts(self) -> dict[str, float]:
        """Return what each feature adds to the total."""
        return {name: weight * getattr(self, name) for name, weight in WEIGHTS.items()}

    @property
    def total(self) -> float:
        """The weighted sum that records are ranked by."""
        return sum(self.parts().values())


def relevance(evidence: Evidence) -> float:
    """Return the total between 0 and 1, for people: an order, and no probability."""
    return 1 / (1 + math.exp(SCORE_SLOPE * (SCORE_MIDDLE - evidence.total)))

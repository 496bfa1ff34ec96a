"""May the difference between two runs over the same questions be chance? By scipy's exact tests."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LIKELY_REAL = 0.05
"""Below this, a difference is taken for real: chance would make one as large once in 20 times."""
_TINY = 0.001
_RESAMPLES = 9_999
_SEED = 20_261_120


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another, and how likely chance alone would change as much."""

    better: int
    worse: int
    difference: float
    """Mean of the second run less that of the first."""
    p: float
    test: str

    @property
    def is_real(self) -> bool:
        """Whether chance is an unlikely explanation."""
        return self.p < LIKELY_REAL

    def __str__(self) -> str:
        if not self.better and not self.worse:
            return "no question differs"
        changed = f"{self.better} better, {self.worse} worse, {self.difference:+.3f} on average"
        p = f"p = {self.p:.3f}" if self.p >= _TINY else f"p < {_TINY}"
        chance = f"{self.test}: {p}"
        if self.is_real:
            return f"{changed}; a real difference, chance rarely makes one as large ({chance})"
        return f"{changed}; may be chance, too few questions differ to tell ({chance})"


def compare_shares(before: Sequence[bool], after: Sequence[bool]) -> Comparison:
    """Compare right and wrong, question by question, by McNemar's exact test.

    Of the questions that changed sides, chance sends as many one way as the other.
    """
    from scipy import stats

    better = sum(now and not was for was, now in zip(before, after, strict=True))
    worse = sum(was and not now for was, now in zip(before, after, strict=True))
    changed = better + worse
    p = float(stats.binomtest(better, changed).pvalue) if changed else 1.0
    difference = (better - worse) / max(1, len(before))
    return Comparison(better, worse, difference, p, "McNemar's exact test")


def compare_values(before: Sequence[float], after: Sequence[float]) -> Comparison:
    """Compare a measure, question by question, by a paired permutation test of the mean.

    Chance would swap the two runs of any question as often as not.
    """
    from scipy import stats

    was, now = np.asarray(before, np.float64), np.asarray(after, np.float64)
    better, worse = int((now > was).sum()), int((now < was).sum())
    difference = float((now - was).mean()) if len(was) else 0.0
    p = 1.0
    if better + worse > 1:  # of a single pair, chance swaps every second
        # Pairs without a difference say nothing; without them all swaps can often be counted.
        differs = now != was
        p = float(
            stats.permutation_test(
                (now[differs], was[differs]),
                lambda x, y, axis: (x - y).mean(axis=axis),
                permutation_type="samples",
                n_resamples=_RESAMPLES,
                vectorized=True,
                rng=_SEED,
            ).pvalue
        )
    return Comparison(better, worse, difference, p, "paired permutation test")

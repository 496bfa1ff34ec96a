"""Means with the range in which they may lie, and percentiles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95
RESAMPLES = 2_000
_SEED = 20_261_120  # the same figures give the same interval


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and the 95 % confidence interval of it."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.2f}-{self.high:.2f})"


def interval(values: Sequence[float]) -> Interval | None:
    """Return the mean of `values` with its 95 % confidence interval; None for no values.

    Shares, whose values are all 0 or 1, get Wilson's interval: a bootstrap of 20 right out of 20
    would say that nothing can go wrong. Other values get a percentile bootstrap. Both by scipy.
    """
    from scipy import stats  # a second, which only an evaluation should pay

    if not values:
        return None
    data = np.asarray(values, np.float64)
    centre = float(data.mean())
    if np.isin(data, (0.0, 1.0)).all():
        trial = stats.binomtest(int(data.sum()), len(data))
        around = trial.proportion_ci(CONFIDENCE, method="wilson")
    elif np.ptp(data) == 0:
        return Interval(centre, centre, centre)
    else:
        around = stats.bootstrap(
            (data,),
            np.mean,
            confidence_level=CONFIDENCE,
            n_resamples=RESAMPLES,
            method="percentile",
            rng=_SEED,
        ).confidence_interval
    return Interval(centre, float(around.low), float(around.high))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of `values` do not exceed (nearest rank); 0 for none."""
    if not values:
        return 0.0
    return float(np.quantile(values, share, method="inverted_cdf"))

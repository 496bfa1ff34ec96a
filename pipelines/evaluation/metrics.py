"""Ranks of expected records -> recall, MRR and nDCG, by trec_eval through ir-measures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ir_measures import ScoredDoc

Measure = Literal["R@1", "R@5", "R@10", "RR", "nDCG@10"]
MEASURES: tuple[Measure, ...] = ("R@1", "R@5", "R@10", "RR", "nDCG@10")
"""Recall within a rank, reciprocal rank, and nDCG, as ir-measures names them."""

_EXPECTED = "expected"


def per_question(ranks: Sequence[int], measure: str) -> tuple[float, ...]:
    """Return a measure of each question, 0 to 1, in the order of `ranks`.

    A rank is that of the one record that answers, from 1; 0 stands for not found. `measure` is
    any of ir-measures' names, such as those in `MEASURES`; raises `ValueError` for another.
    """
    import ir_measures  # half a second, which only an evaluation should pay

    if not ranks:
        return ()
    names = [str(number) for number in range(len(ranks))]
    judged = [ir_measures.Qrel(name, _EXPECTED, 1) for name in names]
    run = [one for name, rank in zip(names, ranks, strict=True) for one in _listed(name, rank)]
    try:
        parsed = ir_measures.parse_measure(measure)
    except (NameError, ValueError) as error:
        raise ValueError(f"`{measure}` is no measure; take one of {', '.join(MEASURES)}") from error
    values = {one.query_id: one.value for one in ir_measures.iter_calc([parsed], judged, run)}
    return tuple(float(values[name]) for name in names)


def recall_at(ranks: Sequence[int], cutoff: int) -> float:
    """Return the share of questions whose record stands at `cutoff` or better; 1 for none."""
    return mean(per_question(ranks, f"R@{cutoff}"))


def mrr(ranks: Sequence[int]) -> float:
    """Return the mean of one over the rank, where a record not found counts 0; 1 for none."""
    return mean(per_question(ranks, "RR"))


def ndcg(ranks: Sequence[int], cutoff: int = 10) -> float:
    """Return the mean normalised discounted gain within `cutoff`; 1 for none."""
    return mean(per_question(ranks, f"nDCG@{cutoff}"))


def mean(values: Sequence[float]) -> float:
    """Return the mean; 1 for no values, because where nothing was asked, nothing went wrong."""
    return sum(values) / len(values) if values else 1.0


def _listed(name: str, rank: int) -> "list[ScoredDoc]":
    """Return the list in which a question's record stands at `rank`, below others."""
    from ir_measures import ScoredDoc

    if not rank:
        return []
    others = [ScoredDoc(name, f"other {place}", 1 / place) for place in range(1, rank)]
    return [*others, ScoredDoc(name, _EXPECTED, 1 / rank)]

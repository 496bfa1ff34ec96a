"""Ranks and outcomes -> figures, their intervals, and what may be chance."""

import pytest

from pipelines.evaluation.answering import Answered
from pipelines.evaluation.figures import by_language, check_counts, groups, quality
from pipelines.evaluation.intervals import interval, percentile
from pipelines.evaluation.metrics import MEASURES, mrr, ndcg, per_question, recall_at
from pipelines.evaluation.significance import compare_shares, compare_values

# Worked by hand: found first, third, not at all, and twelfth.
RANKS = [1, 3, 0, 12]


def test_measures_are_those_worked_by_hand() -> None:
    assert recall_at(RANKS, 1) == 0.25
    assert recall_at(RANKS, 5) == 0.5
    assert recall_at(RANKS, 12) == 0.75
    assert mrr(RANKS) == pytest.approx((1 + 1 / 3 + 0 + 1 / 12) / 4)
    assert ndcg(RANKS) == pytest.approx((1 + 1 / 2 + 0 + 0) / 4)  # log2(1 + 1) / log2(1 + 3)


def test_measures_keep_the_order_of_the_questions() -> None:
    ranks = [0, *range(1, 15)]
    for measure in MEASURES:
        values = per_question(ranks, measure)
        assert values[0] == 0.0
        assert list(values[1:]) == sorted(values[1:], reverse=True)


def test_where_nothing_was_asked_nothing_went_wrong() -> None:
    assert recall_at([], 5) == mrr([]) == ndcg([]) == 1.0
    assert interval([]) is None


def test_an_unknown_measure_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="`R@@` is no measure"):
        per_question([1], "R@@")


def test_a_share_gets_wilsons_interval_which_doubts_even_twenty_of_twenty() -> None:
    # Wilson, 8 of 10: (.8 + z²/20 ± z √(.16/10 + z²/400)) / (1 + z²/10), z = 1.96.
    eight = interval([1.0] * 8 + [0.0] * 2)
    assert eight is not None
    assert (eight.mean, eight.low, eight.high) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)
    all_right = interval([1.0] * 20)
    assert all_right is not None
    assert all_right.low == pytest.approx(0.839, abs=1e-3)
    assert all_right.high == 1.0


def test_other_means_get_a_bootstrap_interval_that_does_not_change_from_run_to_run() -> None:
    values = [1.0, 0.5, 0.33, 0.2, 1.0, 0.5, 0.25, 1.0]
    first = interval(values)
    assert first is not None
    assert first == interval(values)
    assert min(values) < first.low < first.mean < first.high < max(values)
    same = interval([0.5, 0.5])
    assert same is not None
    assert (same.low, same.high) == (0.5, 0.5)


def test_percentiles_are_values_that_occurred() -> None:
    assert percentile([5.0, 1.0, 3.0], 0.5) == 3.0
    assert percentile([5.0, 1.0, 3.0], 0.95) == 5.0
    assert percentile([], 0.95) == 0.0


@pytest.mark.parametrize(
    ("better", "worse", "p", "is_real"),
    [(0, 0, 1.0, False), (1, 2, 1.0, False), (0, 5, 0.0625, False), (0, 6, 0.03125, True)],
)
def test_a_change_of_sides_is_real_when_a_coin_would_rarely_make_it(
    better: int, worse: int, p: float, is_real: bool
) -> None:
    """McNemar's exact p is that of a fair coin: six of six one way, 2 / 2⁶."""
    before = [False] * better + [True] * worse + [True] * 20
    after = [True] * better + [False] * worse + [True] * 20
    compared = compare_shares(before, after)
    assert (compared.better, compared.worse) == (better, worse)
    assert compared.p == pytest.approx(p)
    assert compared.is_real == is_real
    assert compared.difference == pytest.approx((better - worse) / len(before))


def test_a_measure_is_compared_by_swapping_pairs() -> None:
    # All six differences point one way: 2 of the 2⁶ swaps are as extreme.
    lower = compare_values([1.0] * 6 + [0.5], [0.5, 0.33, 0.25, 0.2, 0.5, 0.33, 0.5])
    assert lower.p == pytest.approx(2 / 64)
    assert (lower.better, lower.worse) == (0, 6)
    assert "0 better, 6 worse" in str(lower)
    assert "a real difference" in str(lower)
    assert compare_values([1.0], [0.5]).p == 1.0
    assert str(compare_values([1.0], [1.0])) == "no question differs"


def answered(
    question: str, decision: str, *, is_answerable: bool = True, right: bool = True
) -> Answered:
    return Answered("1", "k", question, is_answerable, decision, "", {"source": right}, 1.0)


def test_direct_answers_and_refusals_are_measured_apart() -> None:
    outcomes = [
        answered("甲", "direct"),
        answered("乙", "direct", right=False),
        answered("丙", "grounded"),
        answered("丁", "refuse", right=False),
        answered("none", "refuse", is_answerable=False),
        answered("nothing", "handoff", is_answerable=False),
        answered("no", "direct", is_answerable=False, right=False),
    ]
    good = quality(outcomes)
    figures = {
        "accuracy": good.accuracy,
        "direct_share": good.direct_share,  # 2 of the 4 that have an answer
        "direct_precision": good.direct_precision,  # 1 of 3 given
        "refusal_precision": good.refusal_precision,  # 2 of 3 refusals were due
        "refusal_recall": good.refusal_recall,  # 2 of 3 that were due were given
    }
    means = {name: round(value.mean, 3) for name, value in figures.items() if value}
    assert means == {
        "accuracy": 0.571,
        "direct_share": 0.5,
        "direct_precision": 0.333,
        "refusal_precision": 0.667,
        "refusal_recall": 0.667,
    }
    assert quality(outcomes[:1]).refusal_precision is None
    assert check_counts(outcomes) == {"source": (4, 7)}
    assert [len(items) for items in by_language(outcomes).values()] == [4, 3]
    assert [name for name, _ in groups(outcomes)] == ["all", "k", "in Chinese", "in English"]

"""What scores say: means, intervals, wins, and whether chance may explain them."""

import pytest
from scipy import stats

from pipelines.experiment.figures import Rated, agreement, rows, wins
from pipelines.experiment.scores import Scored
from pipelines.experiment.sheet import Filled, scored
from tests.experiment.answered import SETUP, pair


def one(name: str, grounded: float, alone: float, kind: str = "常见") -> Scored:
    """Return a question of which only accuracy was scored."""
    return Scored(name, kind, f"{name}？", {"accuracy": grounded}, {"accuracy": alone})


def full(name: str, grounded: int, alone: int, kind: str = "常见") -> Scored:
    dimensions = ("accuracy", "relevance", "tone")
    return Scored(
        name,
        kind,
        f"{name}？",
        dict.fromkeys(dimensions, grounded),
        dict.fromkeys(dimensions, alone),
    )


def test_means_and_their_difference_are_worked_out_question_by_question() -> None:
    row = rows([one("a", 5, 2), one("b", 4, 4), one("c", 3, 1), one("d", 5, 1)])["accuracy"]
    assert row.questions == 4
    assert (row.grounded.mean, row.alone.mean) == (pytest.approx(4.25), pytest.approx(2.0))
    assert row.difference.mean == pytest.approx(2.25)
    assert row.difference.low < 2.25 < row.difference.high
    assert row.good_grounded is not None
    assert row.good_grounded.mean == 0.75


def test_all_ones_stay_on_the_scale() -> None:
    row = rows([one(name, 1, 1) for name in "abcd"])["accuracy"]
    assert (row.grounded.low, row.grounded.high) == (1.0, 1.0)
    assert (row.difference.low, row.difference.high) == (0.0, 0.0)


def test_a_dimension_that_nobody_scored_is_left_out_and_overall_needs_them_all() -> None:
    assert list(rows([one("a", 5, 2)])) == ["accuracy"]
    assert rows([one("a", 5, 2), full("b", 4, 3)])["overall"].questions == 1


def test_only_what_both_answers_have_is_compared() -> None:
    half = Scored("a", "k", "?", {"accuracy": 5, "tone": 1}, {"accuracy": 4})
    assert half.lead == 1
    assert Scored("b", "k", "?", {"accuracy": 5}, {"tone": 4}).lead is None
    assert wins([Scored("b", "k", "?", {"accuracy": 5}, {"tone": 4})]).ties == 0


def test_wins_are_tested_by_the_sign_test() -> None:
    won = wins([*(one(str(n), 5, 1) for n in range(9)), one("x", 1, 2), one("y", 3, 3)])
    assert (won.wins, won.ties, won.losses) == (9, 1, 1)
    assert won.p == pytest.approx(stats.binomtest(9, 10).pvalue)
    assert "a real difference" in str(won)
    assert "may be chance" in str(wins([one("a", 5, 1)]))
    assert str(wins([one("a", 3, 3)])) == "better 0, equal 1, worse 0"


def test_figures_are_told_of_each_kind_and_language() -> None:
    items = (full("甲", 5, 1, "常见"), full("乙", 4, 2, "冷门"), full("how", 3, 3, "常见"))
    told = Rated("answers.csv", items).as_dict()
    assert list(told["groups"]) == ["all", "常见", "冷门", "in Chinese", "in English"]
    assert told["groups"]["冷门"]["scores"]["overall"]["difference"]["mean"] == 2
    assert [one["lead"] for one in told["questions"]] == [4, 2, 0]


def test_raters_agree_where_they_prefer_the_same_answer() -> None:
    mine = Rated("a", (one("1", 5, 1), one("2", 1, 5), one("3", 3, 3), one("4", 2, 1)))
    theirs = Rated("b", (one("1", 3, 2), one("2", 4, 1), one("3", 2, 2)))
    assert agreement(mine, theirs) == (2, 3)


def test_swapping_what_is_scored_swaps_who_wins() -> None:
    pairs = tuple(pair(str(number)) for number in range(8))
    columns = [f"{name}_{side}" for side in "AB" for name in ("accuracy", "relevance", "tone")]
    a_is_good = {
        one.id: Filled(dict(zip(columns, (5, 5, 5, 1, 1, 1), strict=True))) for one in pairs
    }
    b_is_good = {
        one.id: Filled(dict(zip(columns, (1, 1, 1, 5, 5, 5), strict=True))) for one in pairs
    }
    told, turned = (wins(scored(pairs, SETUP.seed, one)) for one in (a_is_good, b_is_good))
    assert (told.wins, told.losses) == (turned.losses, turned.wins)
    assert told.wins + told.losses == 8

"""Two measurements, question by question."""

import pytest

from pipelines.evaluation.comparison import compare
from tests.evaluation.measured import report


def test_what_got_better_and_what_got_worse_is_named() -> None:
    before = report({"甲": 1, "乙": 3, "丙": 0, "丁": 2})
    after = report({"甲": 2, "乙": 1, "丙": 9, "丁": 2})
    compared = compare(before, after)
    assert [one.question for one in compared.better] == ["乙", "丙"]
    assert [one.as_dict()["after"] for one in compared.better] == ["rank 1", "rank 9"]
    assert [one.as_dict()["before"] for one in compared.better] == ["rank 3", "not found"]
    assert [one.question for one in compared.worse] == ["甲"]
    first = compared.tests["record found first"]
    assert (first.better, first.worse) == (1, 1)
    assert compared.tests["record found within rank 5"].difference == 0


def test_a_right_answer_counts_before_a_higher_rank() -> None:
    before = report({"甲": 1, "乙": 3}, {"甲": False, "乙": True, "无": True})
    after = report({"甲": 5, "乙": 1}, {"甲": True, "乙": False, "无": True})
    compared = compare(before, after)
    assert [one.question for one in compared.better] == ["甲"]
    assert [one.question for one in compared.worse] == ["乙"]
    assert str(compared.worse[0].before) == "rank 3, right (direct)"
    answers = compared.tests["answer right"]
    assert (answers.better, answers.worse, answers.is_real) == (1, 1, False)
    assert "may be chance" in compared.as_dict()["tests"]["answer right"]["plainly"]


def test_a_direct_answer_that_is_lost_is_named_counted_and_tested_though_it_is_right_still() -> (
    None
):
    ranks = {"甲": 1, "乙": 1, "丙": 1, "无": 0}
    right = dict.fromkeys(ranks, True)
    before = report(ranks, right, decisions={"无": "refuse"})
    after = report(ranks, right, decisions={"甲": "degraded", "乙": "refuse"})
    compared = compare(before, after)
    assert compared.worse == compared.better == ()
    assert [
        (one.question, one.before.decision, one.after.decision) for one in compared.decided
    ] == [
        ("甲", "direct", "degraded"),
        ("乙", "direct", "refuse"),
        ("无", "refuse", "direct"),
    ]
    figures = {name: (was[:5], now[:5]) for name, was, now in compared.figures}
    assert figures["direct"] == ("1.000", "0.333")
    assert figures["refused"] == ("1.000", "0.000")
    assert figures["R@1"] == ("0.750", "0.750")
    assert figures["answer p95"] == ("20 ms", "20 ms")
    tests = {name: (one.better, one.worse) for name, one in compared.tests.items()}
    assert tests["answered directly"] == (0, 2)
    assert tests["refused when due"] == (0, 1)
    assert tests["not refused when answerable"] == (0, 1)
    assert [one["after"] for one in compared.as_dict()["decided"]] == [
        "rank 1, right (degraded)",
        "rank 1, right (refuse)",
        "not found, right (direct)",
    ]


def test_measurements_of_other_questions_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different golden questions"):
        compare(report({"甲": 1}), report({"甲": 1}, golden="other"))

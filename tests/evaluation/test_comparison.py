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


def test_measurements_of_other_questions_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different golden questions"):
        compare(report({"甲": 1}), report({"甲": 1}, golden="other"))

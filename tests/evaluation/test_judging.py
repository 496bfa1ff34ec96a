"""Whether an answer is right, by every check of its golden question."""

from pathlib import Path

import pytest

from pipelines.answer import Answer, Citation
from pipelines.evaluation.answering import shortfalls
from pipelines.evaluation.golden import GoldenQuestion, read_golden


def answer(text: str, decision: str = "direct", *citations: Citation) -> Answer:
    return Answer("q", text, decision, "", False, citations, "0001-x", {})


def cited(title: str, tier: str = "faq", version: str = "", path: str = "p") -> Citation:
    return Citation(1, "c", tier, title, "", path, 1, version)


def golden(checks: dict[str, list[str]] | None = None, **expect: str) -> GoldenQuestion:
    asked = {"id": "1", "question": "q", "kind": "k", "expect": expect}
    return GoldenQuestion.model_validate(asked | (checks or {"must_contain": ["5 GB"]}))


def is_right(item: GoldenQuestion, given: Answer) -> bool:
    return not any(shortfalls(item, given).values())


def test_an_answer_is_right_when_it_cites_the_entry_and_says_what_it_must() -> None:
    item = golden(tier="faq", question="多大？")
    assert is_right(item, answer("最大 5 GB", "direct", cited("多大?")))
    assert not is_right(item, answer("最大 2 GB", "direct", cited("多大？")))
    assert not is_right(item, answer("最大 5 GB", "direct", cited("多久？")))
    assert not is_right(item, answer("最大 5 GB", "refuse", cited("多大？")))


def test_a_change_is_judged_by_its_release() -> None:
    item = golden(tier="changelog", version="2.4.0", contains="5 gb")
    assert is_right(
        item, answer("提高到 5 GB", "direct", cited("2.4.0 变更", "changelog", "2.4.0"))
    )
    assert not is_right(item, answer("5 GB", "direct", cited("2.3.0 变更", "changelog", "2.3.0")))


def test_a_refusal_is_right_only_where_one_is_expected() -> None:
    said = {"must_contain": ["抱歉"]}
    assert is_right(golden(said, decision="refuse"), answer("抱歉", "refuse"))
    assert not is_right(golden(said, decision="handoff"), answer("抱歉", "refuse"))
    assert not is_right(golden(said, decision="refuse"), answer("抱歉", "direct"))


def test_an_expected_decision_is_asked_of_answers_too() -> None:
    item = golden(tier="faq", decision="direct")
    assert is_right(item, answer("5 GB", "direct", cited("多大？")))
    assert not is_right(item, answer("5 GB", "grounded", cited("多大？")))


def test_words_that_must_not_be_said_make_an_answer_wrong() -> None:
    item = golden({"must_not_contain": ["２ gb", "3 GB"]}, tier="faq")
    assert shortfalls(item, answer("最大 5 GB", "direct", cited("a")))["must_not_contain"] == ()
    said = shortfalls(item, answer("最大 2 GB", "direct", cited("a")))
    assert said["must_not_contain"] == ("２ gb",)


@pytest.mark.parametrize(
    ("written", "said", "is_said"),
    [
        ("运行 `pip install yunque` 即可", "运行 `pip install yunque` 即可，约一分钟。[1]", True),
        ("运行 `pip install yunque` 即可", "运行 pip install yunque 即可", True),
        ("运行 pip install yunque 即可", "运行 `pip install yunque` 即可", True),
        ("`` a`b ``", "输入 `` a`b `` 后回车", True),
        ("`pip install yunque`", "运行 `pip install sanku` 即可", False),
        ("```", "```\npip\n```", True),
        ("```", "运行 pip", False),
    ],
)
def test_words_are_found_marked_as_code_or_not(
    tmp_path: Path, written: str, said: str, is_said: bool
) -> None:
    """In JSON Lines, and in a table, whose cells are read without the marks."""
    file = tmp_path / "golden.md"
    file.write_text(f"| 问题 | 必须包含 |\n|---|---|\n| 怎么装？ | {written} |\n", encoding="utf-8")
    (row,) = read_golden(file)
    for must in (written, *row.must_contain):
        checks = {"must_contain": [must], "must_not_contain": [must]}
        missed = shortfalls(golden(checks, tier="faq"), answer(said, "direct", cited("a")))
        assert missed["must_contain"] == (() if is_said else (must,))
        assert missed["must_not_contain"] == ((must,) if is_said else ())


def test_every_source_that_must_be_cited_is_asked_for_by_title_file_or_release() -> None:
    item = golden({"must_cite": ["多大?", "faq/limits.md", "V2.4.0"]}, tier="faq")
    title, file = cited("多大？"), cited("其他", path="faq/limits.md")
    release = cited("2.4.0 变更", "changelog", "2.4.0")
    assert not shortfalls(item, answer("a", "grounded", title, file, release))["must_cite"]
    for left_out, missed in (
        ((title, file), "V2.4.0"),
        ((title, release), "faq/limits.md"),
        ((file, release), "多大?"),
    ):
        assert shortfalls(item, answer("a", "grounded", *left_out))["must_cite"] == (missed,)


def test_only_what_a_question_asks_for_is_checked() -> None:
    assert shortfalls(golden(decision="refuse"), answer("x", "refuse")) == {
        "decision": (),
        "must_contain": ("5 GB",),
    }

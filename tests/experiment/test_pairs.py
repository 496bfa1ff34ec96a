"""Which answer is which, what would give it away, and which questions are asked."""

from collections import Counter

import pytest

from pipelines.answer import Answer, Citation
from pipelines.evaluation.golden import GoldenQuestion
from pipelines.experiment.pairs import shown_blind, without_sources
from pipelines.experiment.questions import NO_ANSWER, chosen, references
from pipelines.settings import Settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse


def cited(number: int) -> Citation:
    return Citation(number, "c", "faq", "怎么开发票？", "", "billing.md", 1, "")


def answer(text: str, citations: int, question: str = "怎么开发票？") -> Answer:
    numbers = tuple(cited(number + 1) for number in range(citations))
    return Answer(question, text, "grounded", "passages", False, numbers, "0001-x", {})


def golden(name: str, kind: str = "常见", **more: object) -> GoldenQuestion:
    asked = {"id": name, "question": f"{name}？", "kind": kind, "expect": {"tier": "faq"}}
    return GoldenQuestion.model_validate(asked | more)


def test_source_numbers_and_their_list_are_taken_off() -> None:
    text = "在费用中心申请。 [1][2]\n要三天。[2]\n\n参考资料：\n[1] 怎么开发票？\n[2] 多久？"
    assert without_sources(answer(text, 2)) == "在费用中心申请。\n要三天。"
    english = "Ask for it. [1]\n\nSources:\n[1] Invoices"
    assert "[1]" not in without_sources(answer(english, 1, "How?"))


def test_brackets_that_cite_nothing_stay() -> None:
    assert without_sources(answer("取 a[3] 的值。 [1]", 1)) == "取 a[3] 的值。"
    assert without_sources(answer("a[1] 没有来源。", 0)) == "a[1] 没有来源。"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("在费用中心申请[1]。要三天。【2】", "在费用中心申请。要三天。"),
        ("Ask for it[1]. It takes a day [2][3] or so [1, 2].", "Ask for it. It takes a day or so."),
        ("三天。\n\n**参考资料：**\n[1] 发票说明\n[2] 手册", "三天。"),
        ("Three days.\n\nReferences:\n\n1. Manual\n2. https://example.com", "Three days."),
        ("步骤如下：\n\n[1] 打开\n[2] 点击", "步骤如下：\n\n打开\n点击"),
        ("取 `rows_of[1]`、a[1] 和 m[1][2]，见 [2024] 年。", None),
        ("```\nx [1]\n```", None),
    ],
)
def test_what_a_model_makes_up_as_sources_is_taken_off_both_answers(
    text: str, shown: str | None
) -> None:
    assert shown_blind(text) == (shown or text)
    assert without_sources(answer(text, 0)) == (shown or text)


def test_every_kind_is_asked_about_as_often_and_more_questions_keep_the_fewer() -> None:
    items = [golden(f"{kind}{n}", kind) for kind in ("甲", "乙", "丙") for n in range(10)]
    six = chosen(items, 6, seed=3)
    assert Counter(item.kind for item in six) == {"甲": 2, "乙": 2, "丙": 2}
    assert [item for item in items if item in six] == list(six)
    assert set(six) < set(chosen(items, 9, seed=3))
    assert chosen(items, 6, seed=4) != six
    assert chosen(items, 99, seed=3) == tuple(items)


def test_what_is_known_to_be_right_is_the_record_that_is_expected(
    sample: tuple[Settings, Warehouse],
) -> None:
    asked = (
        golden(
            "a",
            expect={"tier": "faq", "question": "忘记登录密码了怎么找回？"},
            must_contain=["10 分钟"],
        ),
        golden("b", expect={"decision": "refuse"}),
        golden("c", expect={"tier": "dialogues"}),
        golden("d", expect={}, must_contain=["8 人"]),
    )
    known = references(published(sample[1]), asked)
    assert known["a"].startswith("忘记登录密码了怎么找回？\n")
    assert known["a"].endswith("「10 分钟」")
    assert known["b"] == NO_ANSWER
    assert known["c"] == ""  # a customer's words stay in the warehouse
    assert known["d"] == "「8 人」"

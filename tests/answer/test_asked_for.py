"""What kind of thing a question asks for."""

import pytest

from pipelines.asked_for import kinds_asked_for, likeness


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("为什么不能退款？", "reason"),
        ("Why was I charged twice?", "reason"),
        ("怎么开发票", "way"),
        ("怎麼開發票", "way"),
        ("多長時間到賬", "time"),
        ("Where do I find my invoices?", "way"),
        ("支持导出吗", "yes or no"),
        ("能不能多人一起用", "yes or no"),
        ("Can I change the plan?", "yes or no"),
        ("团队版和企业版有什么区别？", "difference"),
        ("How does Pro differ from Team?", "difference"),
        ("一个月多少钱", "price"),
        ("退款多久到账", "time"),
        ("最多能加几个人", "amount"),
        ("支持哪些格式", "choice"),
        ("什么是空间？", "meaning"),
        ("What is a workspace?", "meaning"),
    ],
)
def test_the_wording_of_a_question_tells_what_it_asks_for(question: str, kind: str) -> None:
    assert kind in kinds_asked_for(question)


def test_a_title_tells_nothing() -> None:
    assert not kinds_asked_for("发票抬头")
    assert not kinds_asked_for("Invoices")


def test_two_things_may_be_asked_at_once() -> None:
    assert kinds_asked_for("怎么退款，多久到账？") == {"way", "time"}


def test_width_and_case_make_no_difference() -> None:
    assert kinds_asked_for("ＷＨＹ？") == kinds_asked_for("why?")


def test_titles_are_like_a_question_unlike_it_or_tell_nothing() -> None:
    assert likeness("怎么退款", "如何申请退款？") == 1
    assert likeness("退款多久到账", "如何申请退款？") == -1
    assert likeness("怎么退款", "退款") == 0


def test_that_both_ask_for_yes_or_no_tells_nothing() -> None:
    assert likeness("支持导出吗", "支持导入吗？") == 0


def test_a_way_tells_whether_it_can_be_done_and_not_the_other_way_round() -> None:
    assert likeness("支持单点登录吗？", "单点登录怎么配置？") == 0
    assert likeness("单点登录怎么配置？", "支持单点登录吗？") == -1

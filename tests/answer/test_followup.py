"""Which questions lean on the one before."""

import pytest

from pipelines.followup import Turn, standalone

BEFORE = (Turn("user", "外链可以分享给客户吗？"), Turn("assistant", "可以。"))


@pytest.mark.parametrize(
    "question",
    [
        "那多久失效？",
        "能加密码吗，多久失效？",
        "它支持多少人？",
        "what about the desktop app?",
        "why?",
    ],
)
def test_a_question_that_points_back_is_led_by_the_one_before(question: str) -> None:
    assert standalone(question, BEFORE) == f"外链可以分享给客户吗？ {question}"


@pytest.mark.parametrize(
    "question",
    ["企业版一年的价格是多少，包含哪些功能？", "How do I rotate an API key for a service account?"],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert standalone(question, BEFORE) == question


def test_without_history_nothing_is_added() -> None:
    assert standalone("那多久失效？", ()) == "那多久失效？"


def test_what_the_assistant_said_is_never_searched_for() -> None:
    assert standalone("那多久失效？", (Turn("assistant", "30 天"),)) == "那多久失效？"

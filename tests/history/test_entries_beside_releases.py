"""FAQ entries on what a question about releases may as well ask for."""

import asyncio

import pytest

from pipelines.answer import Answerer
from tests.history.conftest import MakeAnswerer, Told

CHANGES: list[Told] = [
    ("1.0.0", "新增", "新增甘特视图"),
    ("1.9.0", "新增", "新增离线模式"),
    ("2.4.0", "变更", "网页版登录更快"),
]
QUESTIONS = [
    "升级到 2.0 有哪些注意事项？",
    "蓝牙 5.0 和 4.2 有什么区别？",
    "USB 2.0 和 3.0 的区别是什么？",
    "10.1 放假安排有什么变化？",
    "套餐 2.0 和 1.0 有什么不同？",
    "What is the difference between Bluetooth 4.2 and 5.0?",
    "最新版本是多少？",
]


@pytest.fixture
def answerer(answering: MakeAnswerer) -> Answerer:
    faq = [(question, f"说明书第 {page} 页。") for page, question in enumerate(QUESTIONS, 1)]
    return answering(CHANGES, faq=[*faq, ("怎么开发票？", "在费用中心。")])


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_entrys_own_question_is_answered_with_it_though_it_sounds_like_one_of_releases(
    answerer: Answerer, question: str
) -> None:
    answer = asyncio.run(answerer.answer(question))

    assert answer.reason == "faq_match"
    assert [citation.title for citation in answer.citations] == [question]


def test_an_entry_that_surely_answers_is_given_where_no_change_tells_of_it(
    answerer: Answerer,
) -> None:
    assert asyncio.run(answerer.answer("USB 2.0 和 3.0 区别")).reason == "faq_match"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("最新版本是哪个", "latest_version"),
        ("2.4 更新了什么", "changes_of_version"),
        ("登录在 2.4 有什么变化", "changes_of_version"),
        ("3.7 更新了什么", "not_found"),
    ],
)
def test_what_the_changes_tell_stands_before_an_entry_that_is_only_near(
    answerer: Answerer, question: str, reason: str
) -> None:
    assert asyncio.run(answerer.answer(question)).reason == reason

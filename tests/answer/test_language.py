"""The language in which Sanku speaks for itself."""

import pytest

from pipelines.answer import wording_for
from pipelines.followup import Turn
from pipelines.settings import Company, Settings

CHINESE = (Turn("user", "怎么退款？"), Turn("assistant", "You may."))
ENGLISH = (Turn("user", "How do I pay?"), Turn("assistant", "可以。"))


def speaks_chinese(settings: Settings, question: str, history: tuple[Turn, ...] = ()) -> bool:
    return wording_for(settings, question, history).sources == "参考资料："


@pytest.fixture
def settings(company: tuple[Settings, object]) -> Settings:
    return company[0]


@pytest.mark.parametrize("history", [(), CHINESE, ENGLISH])
def test_a_question_is_answered_in_its_own_language(
    settings: Settings, history: tuple[Turn, ...]
) -> None:
    assert speaks_chinese(settings, "怎么退款", history)
    assert speaks_chinese(settings, "SLA 是多少", history)
    assert not speaks_chinese(settings, "How do I pay", history)


def test_the_name_of_a_thing_leaves_a_conversation_in_its_language(settings: Settings) -> None:
    assert speaks_chinese(settings, "iPhone 15 Pro Max", CHINESE)
    assert not speaks_chinese(settings, "iPhone 15 Pro Max", ENGLISH)


def test_one_english_word_is_english_unless_the_conversation_is_not(settings: Settings) -> None:
    assert not speaks_chinese(settings, "invoice")
    assert not speaks_chinese(settings, "Refund?")
    assert speaks_chinese(settings, "invoice", CHINESE)


@pytest.mark.parametrize(
    "question",
    ["How do I reset my password", "refund please", "Reset password", "See docs/api, it fails."],
)
def test_two_english_words_are_english_whatever_the_conversation_is(
    settings: Settings, question: str
) -> None:
    assert not speaks_chinese(settings, question, CHINESE)


@pytest.mark.parametrize(
    "question",
    [
        "？",
        "SLA",
        "ERR-4013",
        "👍",
        "2FA",
        "ERR_CONNECTION_TIMED_OUT",
        "DEVICE_NOT_FOUND",
        "AKDF-QWER-ZXCV",
        "kefu@yunque.cn",
        "https://docs.yunque.cn/api?lang=zh&next=home",
        "report-final.xlsx",
    ],
)
def test_what_tells_no_language_is_answered_in_that_of_the_conversation_or_the_company(
    settings: Settings, question: str
) -> None:
    assert speaks_chinese(settings, question, CHINESE)
    assert not speaks_chinese(settings, question, ENGLISH)
    assert speaks_chinese(settings, question)
    abroad = settings.model_copy(update={"company": Company(name="Example Ltd", contact="x")})
    assert not speaks_chinese(abroad, question)

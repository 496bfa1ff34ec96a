"""What a person should hear instead, and what asks nothing."""

import pytest

from pipelines.handoff import signal_of


@pytest.mark.parametrize(
    "question",
    [
        "转人工",
        "人工客服",
        "我要人工！",
        "帮我转一下人工",
        "能找个真人聊吗",
        "talk to a human please",
    ],
)
def test_asking_for_a_person_is_heard(question: str) -> None:
    assert signal_of(question) == "asks_for_person"


@pytest.mark.parametrize(
    "question", ["再这样我要投诉了", "什么破软件，退钱！", "This is ridiculous, total scam"]
)
def test_anger_is_heard(question: str) -> None:
    assert signal_of(question) == "angry"


@pytest.mark.parametrize("question", ["你好", "在吗？", "谢谢啦~", "Hello!", "好的，谢谢", "ＨＩ"])
def test_a_greeting_asks_nothing(question: str) -> None:
    assert signal_of(question) in ("greeting", None)
    assert signal_of(question.rstrip("啦~")) == "greeting"


@pytest.mark.parametrize(
    "question",
    [
        "人工客服的联系方式和服务时间？",
        "你好，怎么重置密码",
        "审批流程怎么设置",
        "人工智能助手怎么开",
        "thanks to the update my files are gone",
        "",
    ],
)
def test_an_ordinary_question_is_searched_for(question: str) -> None:
    assert signal_of(question) is None

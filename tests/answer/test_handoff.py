"""What a person should hear instead, and what asks nothing."""

import json
import time
from pathlib import Path

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
        "怎么还不转人工",
        "要不要转人工？",
        "不要机器人，转人工",
    ],
)
def test_asking_for_a_person_is_heard(question: str) -> None:
    assert signal_of(question) == "asks_for_person"


@pytest.mark.parametrize(
    "question", ["再这样我要投诉了", "什么破软件，退钱！", "This is ridiculous, total scam"]
)
def test_anger_is_heard(question: str) -> None:
    assert signal_of(question) == "angry"


@pytest.mark.parametrize("question", ["你好", "在吗？", "Hello!", "ＨＩ", "？"])
def test_a_greeting_asks_nothing(question: str) -> None:
    assert signal_of(question) == "greeting"


@pytest.mark.parametrize(
    "question",
    [
        "谢谢啦~",
        "好的，谢谢",
        "知道了",
        "好的明白了",
        "没事了",
        "算了",
        "收到",
        "👍🏻",
        "ok got it",
        "Okay, thanks a lot!",
        "that's all, bye",
        "我已经解决了，谢谢",
    ],
)
def test_who_says_that_all_is_said_asks_nothing(question: str) -> None:
    assert signal_of(question) == "closing"


@pytest.mark.parametrize(
    "question",
    [
        "不要转人工，告诉我怎么退款",
        "不想找人工，怎么开发票",
        "别转人工！怎么续费",
        "I don't want to talk to a human, how do I pay?",
        "谢谢，那怎么退款",
        "好的，怎么导出？",
    ],
)
def test_a_question_behind_courtesies_or_without_a_person_is_searched_for(question: str) -> None:
    assert signal_of(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "人工客服的联系方式和服务时间？",
        "你好，怎么重置密码",
        "审批流程怎么设置",
        "人工智能助手怎么开",
        "thanks to the update my files are gone",
        "怎么联系人工客服？",
        "怎么回滚到上一个版本？",
        "垃圾邮件怎么过滤？",
        "广告曝光量在哪里看",
        "真人认证失败",
        "AI 客服转人工的规则怎么设置？",
        "human-readable errors",
        "骗子加我好友怎么办",
        "去投诉的流程是什么",
        "群里有骗子怎么举报",
        "",
    ],
)
def test_an_ordinary_question_is_searched_for(question: str) -> None:
    assert signal_of(question) is None


def test_no_faq_title_is_taken_for_a_wish_or_a_feeling(shared_data: Path) -> None:
    lines = (shared_data / "faq" / "entries_zh.jsonl").read_text(encoding="utf-8").splitlines()
    titles = [json.loads(line)["question"] for line in lines]
    assert [title for title in titles if signal_of(title)] == []


def test_a_long_row_of_interjections_costs_nothing() -> None:
    started = time.perf_counter()
    for text in ("哦" * 39 + "x", "嗯" * 39 + "，明白了", "哈" * 5000):
        signal_of(text)
    assert time.perf_counter() - started < 0.1

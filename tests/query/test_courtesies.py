"""Courtesies around a question, which is searched for without them."""

import time

import pytest

from pipelines.query.aliases import Aliases
from pipelines.query.courtesies import courtesy_edits
from pipelines.query.rewrites import edited
from pipelines.query.understanding import understand
from pipelines.query.vocabulary import Vocabulary


def without(text: str) -> str:
    return edited(text, courtesy_edits(text))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("你好，怎么退款", "怎么退款"),
        ("您好！我想问一下怎么退款，谢谢", "怎么退款"),
        ("在吗 请问下怎么退款呀~", "怎么退款~"),
        ("谢谢，那怎么退款", "那怎么退款"),
        ("急！怎么退款，在线等", "怎么退款"),
        ("怎么退款？谢谢！", "怎么退款？"),
        ("不要转人工，告诉我怎么退款", "怎么退款"),
        ("我想问问可以退款吗", "可以退款吗"),
        ("咨询一下，可以退款吗", "可以退款吗"),
        ("问个问题：可以退款吗", "可以退款吗"),
        ("对了，怎么退款", "怎么退款"),
        ("哦对了，顺便问下怎么退款", "怎么退款"),
        ("顺便问一下，怎么退款", "怎么退款"),
        ("另外，怎么退款", "怎么退款"),
        ("还有，怎么退款", "怎么退款"),
        ("另外问一下，忘记密码怎么办", "忘记密码怎么办"),
        ("另外想问一下怎么退款", "怎么退款"),
        ("还有个问题，怎么退款", "怎么退款"),
        ("还有一个问题想问，怎么添加成员", "怎么添加成员"),
        ("另外还有件事情想请教您：怎么退款", "怎么退款"),
        ("最后一个问题，怎么退款", "怎么退款"),
        ("Also, how do I export?", "how do I export?"),
        ("ok, one more thing: how do I export?", "how do I export?"),
        ("I have another question, how do I export?", "how do I export?"),
        ("hi, how do I get a refund?", "how do I get a refund?"),
        ("Hello there, I have a question: how do I export?", "how do I export?"),
        ("ok, how do I export my data, thanks", "how do I export my data"),
        ("亲，晚上好，想咨询点事情，怎么退款", "怎么退款"),
        ("早上好呀☀️，怎么退款，谢谢小哥哥", "怎么退款"),
        ("hey there, how do I export? cheers", "how do I export?"),
        ("不用转人工，你就告诉我退款要多久", "退款要多久"),
        ("别给我转客服了。我就想知道退款几天到账", "退款几天到账"),
        ("你好小云，怎么退款，五星好评", "怎么退款"),
        ("No need to put me through to an agent, just tell me how long it is", "how long it is"),
    ],
)
def test_what_is_said_around_a_question_is_left_out(said: str, asked: str) -> None:
    assert without(said) == asked


@pytest.mark.parametrize(
    "question",
    [
        "怎么退款",
        "你好",
        "请问",
        "客服电话多少",
        "问题反馈在哪里提交",
        "咨询电话多少",
        "我要问卷调查的入口",
        "问答社区怎么进",
        "早上打卡几点",
        "谢谢参与活动怎么领",
        "请求失败怎么办",
        "可以了解一下企业版吗",
        "这次可以了吗",
        "怎么设置自动回复“你好，请问有什么可以帮您”",
        "thank you page redirect",
        "群设置 机器人",
        "反查正常 退信 HELO",
        "告诉我的同事怎么加群",
        "直接告诉我的领导",
        "我想知道怎么退款",
        "tell me about exports",
        "人工客服怎么联系",
        "原来是人满了怎么加席位",
        "另外的套餐怎么买",
        "还有问题没解决怎么办",
        "还有几天到期",
        "怎么退款，另外，怎么开票",
        "商品有个问题，怎么退款",
        "Hi-Res, 怎么开",
        "我们家好多人，怎么共享",
    ],
)
def test_a_question_without_courtesies_stays_as_it_is(question: str) -> None:
    assert without(question) == question


def test_what_was_left_out_is_shown() -> None:
    query = understand("你好，怎么退款，谢谢", Vocabulary({}, {}), Aliases())
    assert query.text == "怎么退款"
    assert [(one.kind, one.before, one.after) for one in query.rewrites] == [
        ("courtesy", "你好，", ""),
        ("courtesy", "，谢谢", ""),
    ]


def test_a_long_row_of_courtesies_takes_no_time() -> None:
    started = time.perf_counter()
    for text in ("你好，" * 1_300, "谢谢 " * 1_300 + "怎么退款", "请问" * 2_000, "a b " * 1_000):
        without(text)
    assert time.perf_counter() - started < 0.5

"""What one message of a chat is for, by rules and by what others wrote."""

import json
from pathlib import Path

import numpy as np
import pytest
from kind_lessons import known_grams, lessons_digest
from safetensors import safe_open
from safetensors.numpy import load_file
from train_remarks import agent_lessons, customer_lessons, taught, written_remarks

from pipelines.dialogues.automatic import is_automatic
from pipelines.dialogues.heard import (
    AGENT_KINDS,
    AGENT_LEARNED,
    CUSTOMER_KINDS,
    CUSTOMER_LEARNED,
    LONGEST,
    as_told,
    asks_back,
    heard_of_agent,
    heard_of_customer,
)
from pipelines.dialogues.remarks import (
    asks_nothing,
    asks_the_customer,
    is_courteous,
    is_filler,
    is_of_one_customer,
    says_something,
    tells,
)
from pipelines.kinds.features import grams

QUESTIONS = Path(__file__).resolve().parents[2] / "benchmarks" / "questions"


@pytest.mark.parametrize(
    "text",
    [
        "我翻一下您的记录哈，给我几分钟",
        "Bear with me while I pull that up",
        "理解您的心情，换我也会着急",
        "I completely get how annoying this must be",
        "把机身背面贴纸上的型号拍给我看看",
        "Could you send over a photo of the label?",
        "这块不归我管，我问问后台的同事再说",
        "Honestly no idea, let me pass it to the billing folks",
    ],
)
def test_what_an_agent_says_without_an_answer_is_none(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "不支持的",
        "可以的，随时能退",
        "稍等哈，您先把网线拔了再插上试试",
        "抱歉让您久等，发票要到次月才能开",
        "设置里点导出，能看到吗？",
        "亲，满两百包邮的哦",
        "Nope, annual plans only.",
        "Sorry about that! You need to clear the cache first.",
        "Click Export. Do you see the button?",
    ],
)
def test_an_answer_stays_one_among_courtesies_and_questions_back(text: str) -> None:
    assert says_something(text)
    assert not is_filler(text)


@pytest.mark.parametrize(
    "text",
    [
        "当前咨询人数较多，您前面还有 3 位，请耐心等待",
        "【自动回复】您好，客服现在不在线，工作时间为9:00-18:00，请留言",
        "您好，当前为非工作时间，我们的工作时间是9:00-18:00，请您留言",
        "当前排队人数：5",
        "亲，当前咨询量较大。请耐心等待，客服会按顺序回复您",
        "您好，由于您5分钟内没有发言，会话将自动结束",
        "会话超时，系统自动结束",
        "我现在有事不在，一会再和您联系",
        "不知道",
        "不知道呢亲",
        "Thanks for contacting us! We'll get back to you within 24 hours.",
        "You are now chatting with Amy.",
        "All our agents are currently busy. You are number 3 in the queue.",
        "This is an automated reply: we are out of office.",
    ],
)
def test_what_a_help_desk_says_by_itself_answers_nothing(text: str) -> None:
    assert not says_something(text)
    assert is_filler(text)


@pytest.mark.parametrize(
    "text",
    [
        "在后台点“排队”就能看到排队人数",
        "自动回复在设置里打开",
        "【自动回复】在设置里打开",
        "排队人数较多的时候会自动溢出到其他组",
        "当前咨询人数较多。退款在订单页申请就行",
        "会话超时时间默认30分钟",
        "会话结束后30天内可以评价",
        "由于您没有开通企业版，看不到这个入口",
        "现在不在工作时间也能退款",
        "客服不在线时机器人会接待",
        "不知道您说的是哪个，在设置里点导出",
        "Thanks for reaching out! You can export in Settings. We'll get back to you if it fails.",
        "Thanks for contacting us! Refunds take 5 days.",
    ],
)
def test_an_answer_about_queues_and_closing_times_stays_one(text: str) -> None:
    assert says_something(text)


def test_a_long_text_of_greetings_and_queues_is_judged_at_once() -> None:
    assert not is_automatic("您好 " * 20_000 + "当前排队人数：" + "5" * 20_000 + "退款")


def test_an_apology_is_no_answer_and_is_kept_beside_one_for_its_tone() -> None:
    text = "真的太过意不去了，让您白跑一趟"
    assert heard_of_agent(text) == "apology"
    assert not says_something(text)
    assert not is_filler(text)


@pytest.mark.parametrize(
    "text",
    [
        "可以的",
        "支持",
        "不支持",
        "设置里点导出",
        "非常抱歉给您带来不便",
        "v2.5",
        "请提供一下日志，先重启试试",
        "先重启试试，可以吗？",
        "请联系云雀客服",
    ],
)
def test_answers_are_not_taken_for_courtesy(text: str) -> None:
    assert not is_filler(text)


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("这个没有查到资料，我帮您反馈", True),
        ("Not sure, 我转给专人处理", True),
        ("没有查到的话，在设置里重新登录", False),
        ("非常抱歉，我转给二线工程师", False),
        ("把文件转给同事就可以在那边打开", False),
    ],
)
def test_an_agent_who_knows_nothing_is_recognised(text: str, nothing: bool) -> None:
    assert is_filler(text) is nothing


def test_what_is_true_of_one_customer_is_told_from_what_is_true_of_all() -> None:
    assert is_of_one_customer("给您那笔操作退款了，原卡收")
    assert not is_of_one_customer("退款原路返回，三到五天到账")


@pytest.mark.parametrize(
    "text", ["麻烦您啦 回头再聊", "cheers, appreciate it", "有空再聊哈", "在不在呀"]
)
def test_a_courtesy_in_words_that_no_rule_lists_asks_nothing(text: str) -> None:
    assert is_courteous(text)
    assert asks_nothing(text)


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("好了，是显卡的问题", True),
        ("语音的收到了", True),
        ("没事，点错了", True),
        ("验证码没收到", False),
        ("客户端不正常了", False),
        ("好了吗", False),
        ("收到了还是报错", False),
    ],
)
def test_a_customer_who_says_that_it_is_over_is_recognised(text: str, over: bool) -> None:
    assert asks_nothing(text) is over


@pytest.mark.parametrize(
    "text",
    [
        "可以了吗",
        "那怎么打印",
        "还是不行啊",
        "您好，帮我找个离车站近的旅馆呗",
        "订单 20391123 到现在没动静",
        "ok but it still says error 500",
    ],
)
def test_a_question_among_courtesies_and_details_stays_one(text: str) -> None:
    assert not asks_nothing(text)
    assert not tells(text, "好的，请稍等")


def test_a_customers_reply_belongs_to_what_the_agent_asked() -> None:
    assert tells("用的安卓，小米的", "您手机是什么系统")
    assert asks_the_customer("您手机是什么系统")


def test_what_is_told_at_length_holds_an_answer_and_a_question() -> None:
    assert heard_of_agent("请稍等。" * LONGEST) == "answer"
    assert heard_of_customer("谢谢。" * LONGEST) == "question"


def test_a_full_stop_does_not_make_an_answer_of_a_courtesy() -> None:
    assert heard_of_agent("您好，请稍等。") == heard_of_agent("您好，请稍等") == "courtesy"


@pytest.mark.parametrize("text", ["支持", "有", "会", "永久", "No", "Not yet", "99元", "暂时没有"])
def test_a_word_answers_too(text: str) -> None:
    assert heard_of_agent(text) == "answer"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("您手机是什么系统", True),
        ("可以退的，您的订单号发我一下", True),
        ("先重启一下路由器", False),
        ("退款原路返回，三到五天到账", False),
        ("退款原路返回。" * 5_000, False),
    ],
)
def test_what_an_agent_asks_back_is_heard_beside_an_answer(text: str, asks: bool) -> None:
    assert asks_back(text) is asks


def test_personal_data_and_long_numbers_are_heard_alike() -> None:
    assert as_told("〈人名1〉 〈电话12〉 单号 20391123，第 2 件") == "〈〉 〈〉 单号 #，第 2 件"


def test_what_was_learned_is_of_the_written_messages() -> None:
    remarks = written_remarks()
    for lessons, kinds, learned in (
        (agent_lessons(remarks), AGENT_KINDS, AGENT_LEARNED),
        (customer_lessons(remarks), CUSTOMER_KINDS, CUSTOMER_LEARNED),
    ):
        told = taught(lessons, kinds[0])
        with safe_open(learned, framework="numpy") as file:
            assert file.metadata() == {"lessons": lessons_digest(told)}
        known, _ = known_grams([grams(as_told(text)) for text, _ in lessons])
        assert np.array_equal(known, load_file(learned)["grams"])


def test_no_message_that_is_measured_by_was_learned_from() -> None:
    learned = {one["text"] for one in written_remarks() if len(one["text"]) > 12}
    for language in ("zh", "en"):
        lines = (QUESTIONS / f"chats_{language}.jsonl").read_text(encoding="utf-8").splitlines()
        assert not learned & {json.loads(line)["text"] for line in lines}

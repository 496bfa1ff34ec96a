"""What teaches is kept, what does not is dropped, and every turn of a customer is accounted for."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from pipelines.dialogues.courtesy import is_customer_courtesy
from pipelines.dialogues.exchanges import Said, exchanges_of
from pipelines.records import Exchange, Outcome, Role

START = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
ROLES: dict[str, Role] = {"客": "customer", "服": "agent", "机": "other"}


def say(*script: str, outcome: Outcome = "unknown", withheld: str = "") -> list[Said]:
    """Return messages a minute apart from lines like `客 怎么导出`."""
    said = []
    for at, line in enumerate(script):
        role, _, text = line.partition(" ")
        hidden = bool(withheld) and withheld in text
        said.append(
            Said(
                START + timedelta(minutes=at),
                ROLES[role],
                "c1" if role == "客" else "",
                "" if hidden else text,
                text.count("〈"),
                hidden,
                outcome,
                "a.jsonl",
                at + 1,
            )
        )
    return said


def pairs(said: Sequence[Said]) -> tuple[list[Exchange], dict[str, int]]:
    found, reasons = exchanges_of(said, source="chat", conversation="k1", day=date(2026, 3, 1))
    return found, dict(reasons)


def test_messages_in_a_row_are_one_question_and_one_answer() -> None:
    found, reasons = pairs(
        say("客 导出的报表打不开", "客 版本是 v2.4", "服 请升级到 v2.5", "服 再重新导出一次")
    )
    (exchange,) = found
    assert exchange.question == "导出的报表打不开\n版本是 v2.4"
    assert exchange.answer == "请升级到 v2.5\n再重新导出一次"
    assert (exchange.at, exchange.path, exchange.line) == (START, "a.jsonl", 1)
    assert reasons == {"kept": 1}


def test_a_bot_neither_answers_nor_interrupts() -> None:
    found, _ = pairs(
        say("客 怎么导出报表", "机 猜您想问:退款", "客 是管理员账号", "服 设置里点导出")
    )
    assert [(one.question, one.answer) for one in found] == [
        ("怎么导出报表\n是管理员账号", "设置里点导出")
    ]


def test_greetings_around_a_question_are_left_out_of_it() -> None:
    found, reasons = pairs(
        say("客 你好，在吗？", "服 您好，请问有什么可以帮您", "客 怎么导出报表", "服 设置里点导出")
    )
    assert [(one.question, one.answer) for one in found] == [("怎么导出报表", "设置里点导出")]
    assert reasons == {"kept": 1}


def test_please_wait_is_no_answer_and_ok_no_new_question() -> None:
    found, reasons = pairs(
        say("客 怎么导出报表", "服 请稍等，我帮您查一下", "客 好的", "服 设置里点导出")
    )
    assert [(one.question, one.answer) for one in found] == [("怎么导出报表", "设置里点导出")]
    assert reasons == {"kept": 1}


def test_an_apology_is_kept_for_its_tone_but_is_no_answer() -> None:
    found, reasons = pairs(
        say("客 怎么导出报表", "服 抱歉给您添麻烦了，我看一下。", "客 好的", "服 设置里点导出")
    )
    assert [one.answer for one in found] == ["抱歉给您添麻烦了，我看一下。\n设置里点导出"]
    assert reasons == {"kept": 1}


def test_a_request_for_details_and_the_details_stand_between_question_and_answer() -> None:
    found, reasons = pairs(
        say(
            "客 怎么导出报表",
            "服 麻烦留个邮箱，我把说明文档发您。",
            "客 〈邮箱1〉，谢谢",
            "服 已发送，在设置里点导出",
        )
    )
    assert [(one.question, one.answer) for one in found] == [
        ("怎么导出报表", "已发送，在设置里点导出")
    ]
    assert reasons == {"kept": 1}


def test_what_an_agent_asks_back_is_no_answer_and_the_reply_no_question() -> None:
    found, reasons = pairs(
        say("客 消息不弹通知", "服 请问您用的是什么手机？", "客 是小米手机", "服 打开自启动")
    )
    assert [(one.question, one.answer) for one in found] == [
        ("消息不弹通知\n是小米手机", "打开自启动")
    ]
    assert reasons == {"kept": 1}


def test_an_answer_goes_on_after_the_details_it_asked_for() -> None:
    found, reasons = pairs(
        say(
            "客 来访停车要登记吗",
            "服 要提前登记，请提供一下来访信息",
            "客 明天过去，车牌〈车牌1〉，〈人名1〉",
            "服 登记完成，前台会带您上楼",
        )
    )
    assert [(one.question, one.answer) for one in found] == [
        ("来访停车要登记吗", "要提前登记，请提供一下来访信息\n登记完成，前台会带您上楼")
    ]
    assert reasons == {"kept": 1}


def test_a_new_question_after_an_agent_asked_back_stays_a_question() -> None:
    found, _ = pairs(
        say("客 怎么导出报表", "服 设置里点导出，能看到吗？", "客 那怎么打印", "服 按 Ctrl P")
    )
    assert [one.question for one in found] == ["怎么导出报表", "那怎么打印"]


def test_details_before_any_answer_are_left_out_of_the_question() -> None:
    found, _ = pairs(say("客 登录一直转圈", "客 我叫〈人名1〉，电话〈电话1〉", "服 清一下缓存"))
    assert [one.question for one in found] == ["登录一直转圈"]


def test_a_question_about_details_is_a_question() -> None:
    found, _ = pairs(say("客 身份证号〈身份证1〉，发这儿不行吗", "服 请填在申请表里"))
    assert [one.question for one in found] == ["身份证号〈身份证1〉，发这儿不行吗"]


def test_details_without_personal_data_belong_to_the_question() -> None:
    found, _ = pairs(
        say("客 导出报表失败", "服 请提供一下版本信息", "客 版本是 v2.4", "服 请升级到 v2.5")
    )
    assert [one.question for one in found] == ["导出报表失败\n版本是 v2.4"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (["客 在吗", "服 请升级到 v2.5"], "courtesy"),
        (["客 退款", "服 设置里点退款"], "too_short"),
        (["客 〈客户1〉 〈电话1〉", "服 已登记到工单"], "courtesy"),
        (["客 怎么导出报表"], "unanswered"),
        (["客 怎么导出报表", "机 请看帮助中心"], "unanswered"),
        (["客 怎么导出报表", "服 好的，请稍等"], "only_acknowledged"),
        (["客 怎么导出报表", "服 请问怎么称呼您？我登记一下。"], "only_acknowledged"),
        (["客 怎么导出报表", "服 非常抱歉给您带来不便"], "only_acknowledged"),
        (["客 怎么导出报表", "服 您好，云雀客服，请问有什么可以帮您？"], "only_acknowledged"),
        (["客 怎么导出报表", "服 方便把报错的界面截个图发我吗？"], "only_acknowledged"),
        (["客 怎么导出报表", "服 您这边具体多少行？我帮您问下再回复您。"], "only_acknowledged"),
        (
            ["客 能导出吗", "服 这个没有查到资料，我反馈给产品同事，有结果联系您"],
            "only_acknowledged",
        ),
        (
            ["客 能导出吗", "服 抱歉，这块我不太确定，先给您转到产品经理那边确认一下"],
            "only_acknowledged",
        ),
        (["客 还是报错 4013", "服 好的，我转给二线工程师看一下，请稍等"], "only_acknowledged"),
        (["客 怎么导出报表", "服 [图片]"], "only_acknowledged"),
        (["客 怎么导出报表", "服 [文件] 操作手册.pdf"], "only_acknowledged"),
        (["客 怎么导出报表", "服 该消息已撤回"], "unanswered"),
        (["客 怎么导出报表", "服 对方撤回了一条消息"], "unanswered"),
        (
            ["客 怎么导出报表", "服 请您对本次服务进行评价：1.满意 2.一般 3.不满意"],
            "unanswered",
        ),
        (["客 户名〈人名1〉，卡号〈银行卡1〉", "服 已经提交退款"], "courtesy"),
        (["客 好了，是显卡的问题", "服 顺便更新一下驱动"], "courtesy"),
        (["客 算了我自己看看", "服 不客气，麻烦给个评价哈"], "courtesy"),
    ],
)
def test_what_does_not_teach_is_dropped_and_counted(script: list[str], reason: str) -> None:
    assert pairs(say(*script)) == ([], {reason: 1})


def test_pictures_and_notices_of_the_help_desk_stand_in_no_exchange() -> None:
    found, _ = pairs(
        say(
            "客 怎么导出报表",
            "客 客户撤回了一条消息",
            "客 [图片]",
            "服 [图片]",
            "服 设置里点导出，见下图 [图片]",
            "服 Tom recalled a message",
        )
    )
    assert [one.question for one in found] == ["怎么导出报表"]
    assert [one.answer for one in found] == ["设置里点导出，见下图 [图片]"]


def test_a_queue_told_in_an_agents_name_does_not_take_the_place_of_the_answer() -> None:
    found, reasons = pairs(
        say(
            "客 怎么导出报表",
            "服 当前咨询人数较多，您前面还有 3 位，请耐心等待",
            "客 在吗",
            "服 设置里点导出",
            "服 由于您5分钟内没有发言，会话将自动结束",
        )
    )
    assert [(one.question, one.answer) for one in found] == [("怎么导出报表", "设置里点导出")]
    assert reasons == {"kept": 1}


def test_questions_and_answers_about_pictures_and_recalled_messages_are_kept() -> None:
    found, _ = pairs(
        say("客 为什么对方撤回了一条消息我还能看到", "服 设置里点消息，关闭撤回提示即可")
    )
    assert [one.question for one in found] == ["为什么对方撤回了一条消息我还能看到"]


def test_an_agent_who_speaks_first_answers_nothing() -> None:
    assert pairs(say("服 本周六凌晨停机维护")) == ([], {})


def test_a_withheld_message_drops_its_exchange_and_no_other() -> None:
    found, reasons = pairs(
        say("客 怎么导出报表", "服 秘密在此", "客 怎么改密码呢", "服 设置里改", withheld="秘密")
    )
    assert [one.question for one in found] == ["怎么改密码呢"]
    assert reasons == {"residue": 1, "kept": 1}


def test_an_exchange_said_twice_in_a_conversation_is_kept_once() -> None:
    found, reasons = pairs(say(*["客 怎么导出报表", "服 设置里点导出"] * 2))
    assert len(found) == 1
    assert reasons == {"kept": 1, "repeated": 1}


def test_an_exchange_keeps_its_id_when_it_moves_and_changes_it_with_its_words() -> None:
    (here,), _ = pairs(say("客 怎么导出报表", "服 设置里点导出"))
    (there,), _ = pairs(say("客 你好", "机 欢迎", "客 怎么导出报表", "服 设置里点导出"))
    (other,), _ = pairs(say("客 怎么导出报表", "服 首页点导出"))
    assert here.id == there.id
    assert here.at != there.at
    assert here.id != other.id


def test_redactions_of_question_and_answer_are_added_up() -> None:
    (exchange,), _ = pairs(say("客 我是〈客户1〉，电话〈电话1〉，怎么导出", "服 〈客户1〉您点导出"))
    assert exchange.redactions == 3


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "您好！",
        "在吗？？",
        "hello~",
        "Hi there",
        "谢谢您",
        "好的，谢谢啦",
        "嗯嗯",
        "OK",
        "？",
        "😊",
        "ｈｅｌｌｏ",
    ],
)
def test_courtesy_of_customers_is_recognised(text: str) -> None:
    assert is_customer_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        "你好，怎么退款",
        "在线文档打不开",
        "history 在哪",
        "好慢",
        "谢谢，但还是不行",
        "API",
        "早上登录失败",
        "404",
    ],
)
def test_questions_are_not_taken_for_courtesy(text: str) -> None:
    assert not is_customer_courtesy(text)


def test_a_long_text_of_courtesies_is_judged_at_once() -> None:
    assert not is_customer_courtesy("你好您好在吗好的" * 20_000 + "退")

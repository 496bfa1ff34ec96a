"""How a conversation ended, by its words and by what the log says."""

import pytest

from pipelines.dialogues.exchanges import outcome_of
from tests.dialogues.test_exchanges import say


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (["客 怎么导出报表", "服 设置里点导出", "客 谢谢"], "resolved"),
        (["客 怎么导出报表", "服 设置里点导出", "客 可以了，谢谢", "服 不客气"], "resolved"),
        (["客 how to export", "服 Settings, Export", "客 Got it, thanks!"], "resolved"),
        (["客 怎么导出报表", "服 设置里点导出", "客 好的"], "unknown"),
        (["客 怎么导出报表", "服 设置里点导出"], "unknown"),
        (["客 怎么导出报表", "服 设置里点导出", "客 谢谢，但还是不行"], "abandoned"),
        (["客 怎么导出报表", "服 设置里点导出", "客 谢谢，那怎么打印？"], "abandoned"),
        (["客 怎么导出报表", "服 设置里点导出", "客 手机上没有这个按钮"], "abandoned"),
        (["客 怎么导出报表"], "abandoned"),
        (["客 我要投诉你们", "服 我帮您转接专员", "客 谢谢"], "handed_off"),
        (["客 一直报错 E1024", "服 已升级给技术专家组的工程师处理"], "handed_off"),
        (["客 怎么用新功能", "服 升级到 v2.5 就能用"], "unknown"),
        (["客 我要转人工", "服 请问您遇到什么故障"], "abandoned"),
    ],
)
def test_words_show_how_a_conversation_ended(script: list[str], outcome: str) -> None:
    assert outcome_of(say(*script)) == outcome


@pytest.mark.parametrize(
    "text",
    [
        "没搞定",
        "我没弄好",
        "不明白",
        "我不知道了",
        "还没好了",
        "没好，谢谢",
        "解决不了，谢谢",
        "搞不定，谢谢",
        "重启了，没有用啊，谢谢",
        "还是登不上，谢谢",
        "问题没有得到解决，谢谢",
        "谢谢你，问题依旧",
        "试过了没效果，算了谢谢",
        "不好了，找不到",
        "又不可以了",
        "现在好不了，谢谢",
        "现在可以了，谢谢，但是打不开",
        "Not solved",
        "It's not solved yet",
        "Thanks, same error",
        "Thanks but it failed again",
        "Thanks, but it won't open",
        "Thanks, but it isn’t working",
        "I never got it",
    ],
)
def test_who_says_that_it_did_not_help_leaves_it_open(text: str) -> None:
    said = say("客 怎么导出报表", "服 设置里点导出", f"客 {text}")
    assert outcome_of(said) in ("abandoned", "unknown")


@pytest.mark.parametrize(
    "text",
    [
        "谢谢，没问题了",
        "好了，没事了",
        "不错，谢谢",
        "还是不错的，谢谢",
        "没有别的问题了",
        "现在可以了",
        "刚才登不上，现在可以了，谢谢",
        "想不到这么快，谢谢",
        "少不了您帮忙，谢谢",
        "不了，谢谢",
        "不好意思麻烦您了，谢谢",
        "Got it, thanks",
        "no problem, thanks",
        "Thanks, I can't thank you enough",
    ],
)
def test_who_says_that_it_helped_settles_it(text: str) -> None:
    said = say("客 怎么导出报表", "服 设置里点导出", f"客 {text}")
    assert outcome_of(said) == "resolved"


def test_what_the_log_says_of_the_ending_wins() -> None:
    said = say("客 怎么导出报表", "服 设置里点导出", "客 谢谢", outcome="handed_off")
    assert outcome_of(said) == "handed_off"


@pytest.mark.parametrize(
    "text",
    [
        "我帮您转接专员",
        "好的，我转给二线工程师看一下",
        "正在为您转接，请稍候",
        "已为您转接至财务同事",
        "转接中，请稍等",
        "我马上升级给主管",
        "晚点给您转给技术",
        "这个设置问题我帮您转给技术",
        "3 点前给您转人工",
        "您的投诉已升级处理",
        "I'm transferring you to billing.",
        "I've escalated this to our engineers.",
        "Let me transfer you to a specialist.",
        "Your case has been escalated to tier 2.",
        "Transferring you now",
        "We will go ahead and escalate this.",
    ],
)
def test_an_agent_who_passes_the_conversation_on_hands_it_off(text: str) -> None:
    assert outcome_of(say("客 我要投诉你们", f"服 {text}", "客 谢谢")) == "handed_off"


@pytest.mark.parametrize(
    "text",
    [
        "点击会话右上角的转接按钮，选择同事即可",
        "这边点击转接按钮就可以",
        "我们的呼叫转接在设置里打开",
        "已转接的会话在列表里查看",
        "呼叫转接在设置里打开",
        "在流程里点转给下一个审批人",
        "在对话框输入“转人工”就可以转接人工客服",
        "把文件转给同事就可以在那边打开",
        "这个不用我帮您转接，自己就能改",
        "Open the ticket and click Escalate in the menu.",
        "You can transfer your data in Settings.",
        "We recommend that you escalate it from the ticket menu.",
    ],
)
def test_an_agent_who_tells_how_to_pass_on_hands_nothing_off(text: str) -> None:
    assert outcome_of(say("客 怎么转接", f"服 {text}", "客 谢谢")) != "handed_off"

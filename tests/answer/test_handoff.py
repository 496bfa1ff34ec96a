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


def each(text: str) -> list[str]:
    return [said.strip() for said in text.replace("\n", "|").split("|") if said.strip()]


SOMEBODY = """
麻烦帮我接一下你们财务的同事，谢谢 | 那给我接个能解决问题的人 | get me your manager NOW
third time I'm asking and every reply is useless garbage. get me your manager NOW | 叫你们领导来
我要跟你们经理谈 | 让你们技术联系我 | 请你们销售给我打个电话 | 麻烦安排你们的技术人员联系我一下
换个人跟我说 | 换个客服 | 给我找个活人 | 来个活人行不行 | 有没有活人啊
能不能给我转个懂技术的人 | 找个管事的来 | 找个能做主的人 | 帮我转一下客服 | 我要找客服 | 转客服
直接转接人工客服 | 帮我联系一下你们财务 | 可以帮我转一下你们售后吗 | 给我转接到你们技术支持
有没有人管啊 | 帮我找个技术来 | 请转财务部的同事 | 我想和你们销售聊一下 | 给我叫个负责人
I want to speak to your manager | let me talk to a real person
can I pls talk to an actual human | put me through to an agent please | transfer me to a human
connect me with someone from billing | can you get me a person | I need a human
I want a real person | I'd like to speak with someone | where is your manager
have someone call me | can I speak to your supervisor? | is there a human here
are there any real people here? | talk to the billing team | I need to talk to your sales team
escalate this to a manager | get a human on the line | human please | 怎么还不给我接你们的技术
让你们经理给我回电话 | 我不想跟机器人说话，找个人来 | 你解决不了就换个人 | 麻烦转一下售后
我要求和你们主管通话 | 可以让技术人员联系我吗 | 有没有能管事的人 | 接线员呢，给我接人工
I'd rather talk to a human being | Can someone from your team call me?
please connect me to support | let me speak with a supervisor | I demand to talk to a manager
forward me to the billing department please | is there someone I can talk to?
跟你说不清楚，让你们主管接电话 | 太慢了等不了，帮我转客服手动解 | 叫你们老板出来 | 让管事的来
叫个主管过来 | 我要和你们负责人通电话 | 人呢？叫个活人出来
把你们经理叫过来 | 你们领导呢？ | 我要见你们老板 | 请你们主管出面解决 | 让你们技术帮我查一下
给我转客服查一下 | 麻烦让你们经理给个说法 | 我要跟你们领导反映
you're not helping. real person, now | human. now | agent please | I need a rep on the line
I don't want a bot and I don't want a phone call, I want an agent in this chat | I'd like an agent
real person please | I don't want a bot, give me a human | pass me to your colleague
"""
NOBODY = """
怎么把财务同事拉进群 | manager 权限怎么设置 | how do I message my manager | 解决问题的人是谁
联系你们销售的电话是多少 | 你们财务的邮箱是什么 | 怎么联系你们财务 | 怎么找客服
如何和你们技术对接 | 审批人离职了，换个人审批怎么设置 | 怎么把审批转给财务同事
能把这个群转给别的负责人吗 | 帮我换个负责人的手机号 | 怎么换客服头像 | 客服 | 机器人 | 群机器人
how do I transfer the group to my manager
How can I connect to a person outside my organisation
how do I talk to someone outside the company | how do I give a manager access
can I get a manager role | anyone can join a group? | 没有人收到消息 | 有人被踢出群了
你好，我们公司昨天刚注册，怎么邀请同事 | 行政怎么加人 | 中秋放假客服上班吗 | 在线客服怎么设置
人工客服几点下班 | 能不能请你们客服告诉我当初自动生成的口令 | 地库进水了，赶紧来人 | 找人代审批
找个人中心 | 给个人加权限 | 接个人电话 | 转个人版怎么弄 | 我要来个人认证 | 有没有人数限制
有人数上限吗 | 别给我转客服了，我就想知道对公转账几天能开通 | 不用接你们财务，告诉我税号
pls don't transfer me to anybody, I only want to know whether we can get a special VAT invoice
No need to put me through to an agent, just tell me how long I have
instead of transferring me to an agent tell me how | do I need a manager | who is my manager
I want to add a person | i need someone's number | where can I see your manager role docs
你们有没有人脸识别 | 你们技术支持几点上班 | 你们的客服电话 | 请假找主管审批
审批转给你们部门主管 | 我要找群主 | 要换主管怎么办 | 转交给同事 | 能转给同事吗
能不能转给其他负责人 | 可以叫同事来处理审批吗 | 可以接第三方客服吗 | 能接客服系统吗
是否可以找客服退款 | 请问有人离职了怎么交接 | 转一个群给同事 | 怎么让同事联系我
can a manager see my messages | how do I add someone to the group | let someone edit my doc
let anyone email me | get a manager's approval | find a person in the directory
find someone in the org chart | call someone on the app
give me a person with admin rights example | I need a manager role for Tom
transfer me to another department in the org chart | can someone call me on the app
connect me to sales force integration | is there a person limit | 让同事联系我的客户怎么设置
麻烦老师联系我们学校 | 让你们主管审批怎么设置 | 让主管接电话的设置 | 怎么让你们技术来
叫同事过来审批 | 找主管来审批 | 客服过来的会话怎么分配 | 找个人过来审批的流程
转客服系统 | 接客服机器人 | 我要联系你们销售的电话 | do I need an agent | I need an agent license
agent | agent now supports linux
"""


@pytest.mark.parametrize("question", each(SOMEBODY))
def test_asking_for_one_of_the_company_or_for_anybody_is_heard(question: str) -> None:
    assert signal_of(question) == "asks_for_person"


@pytest.mark.parametrize("question", each(NOBODY))
def test_a_question_about_people_or_how_to_reach_them_is_searched_for(question: str) -> None:
    assert signal_of(question) is None


@pytest.mark.parametrize(
    "question", ["再这样我要投诉了", "什么破软件，退钱！", "This is ridiculous, total scam"]
)
def test_anger_is_heard(question: str) -> None:
    assert signal_of(question) == "angry"


@pytest.mark.parametrize("question", ["你好", "在吗？", "Hello!", "ＨＩ"])
def test_a_greeting_asks_nothing(question: str) -> None:
    assert signal_of(question) == "greeting"


@pytest.mark.parametrize("question", ["？", "?!?!", "[图片]"])
def test_signs_and_placeholders_hold_no_words(question: str) -> None:
    assert signal_of(question) == "no_words"


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


def test_a_long_row_of_people_costs_little() -> None:
    started = time.perf_counter()
    for text in ("怎么找你们财务", "给我找个能", "let me talk to a real human ", "do not get me "):
        signal_of(text * (4000 // len(text)))
    assert time.perf_counter() - started < 0.5

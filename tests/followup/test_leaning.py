"""Which questions lean on what was said before: a table of decisions, and how often they are right.

What a question finds by itself is not asked here: it only makes a question stand alone.
"""

import pytest

from pipelines.followup.leaning import LEANS, STANDS_ALONE, leaning
from pipelines.query import Vocabulary
from tests.followup.conftest import RECORDS

LEANING = [
    "那带显卡的呢",
    "多久？",
    "怎么弄",
    "另一种什么时候合适",
    "那个也能用吗",
    "它支持退吗",
    "这个要多少钱",
    "Windows 的",
    "改好了，还是连不上",
    "可我这里没有那个选项",
    "如果是 Linux 呢",
    "反过来呢",
    "嗯，那在哪里看",
    "要是到期了呢？",
    "然后呢",
    "还有别的办法吗",
    "另外，那电子的呢",
    "还有个问题，多久？",
    "also, how long does it take?",
    "不是，我说的是电子的",
    "这样会丢吗",
    "第二个",
    "這個要多少錢",
    "不夠用怎麼辦",
    "and on linux?",
    "what about windows",
    "how long does it take",
    "that one too?",
    "does it expire?",
    "then how do I undo that",
    "but I can't find it",
]
STANDING = [
    "怎么重置密码？",
    "支持单点登录吗？",
    "申请发票后多久能收到？",
    "如何创建快照？",
    "抢占式实例什么时候会被回收",
    "节省计划支持哪些付费方式",
    "服务器实例无法启动怎么办",
    "请问怎么开启两步验证",
    "CDN 怎么配置 HTTPS 证书",
    "那些错误码 E-1042 的实例怎么升级到 v2.4.0",
    "电子发票和纸质发票有什么区别",
    "为什么远程连接 Windows 实例要输入账号密码",
    "怎么用快照回滚云盘",
    "管理员怎么登录控制台",
    "另外，怎么重置密码？",
    "好的，谢谢。还有一个问题想问，如何创建快照？",
    "另外问一下，支持单点登录吗？",
    "還有一個問題想問，如何創建快照？",
    "one more thing: how can I export the audit log",
    "How do I reset my password?",
    "When will the invoice arrive?",
    "Does single sign-on work on Windows?",
    "how can I export the audit log",
    "Can I sign in to the console with single sign-on?",
]


def test_questions_are_told_apart_as_the_table_says(vocabulary: Vocabulary) -> None:
    said = {
        question: leaning(question, vocabulary, RECORDS).probability >= LEANS
        for question in (*LEANING, *STANDING)
    }
    right = [question for question in LEANING if said[question]]
    wrong = [question for question in STANDING if said[question]]

    assert len(right) / len(LEANING) >= 0.95, sorted(set(LEANING) - set(right))
    assert len(right) / (len(right) + len(wrong)) >= 0.95, wrong


@pytest.mark.parametrize("question", LEANING)
def test_no_question_that_leans_is_searched_for_alone(
    vocabulary: Vocabulary, question: str
) -> None:
    assert leaning(question, vocabulary, RECORDS).probability >= STANDS_ALONE


def test_what_points_back_is_told(vocabulary: Vocabulary) -> None:
    assert leaning("那它多久到期？", vocabulary, RECORDS).signs == ("opens_midway", "points_back")
    assert leaning("改好了，还是不行", vocabulary, RECORDS).signs == ("reports_back",)
    plain = leaning("怎么重置密码？", vocabulary, RECORDS)
    assert plain.signs == ()
    for opening in ("对了，", "哦对了 ", "顺便问下"):
        told = leaning(f"{opening}怎么重置密码？", vocabulary, RECORDS)
        assert told.signs == ()
        assert told.probability == pytest.approx(plain.probability, abs=0.1)


def test_a_question_names_more_the_rarer_its_words_are(vocabulary: Vocabulary) -> None:
    rare = leaning("抢占式实例的保护期", vocabulary, RECORDS)
    usual = leaning("实例的账号", vocabulary, RECORDS)
    nothing = leaning("这样可以吗", vocabulary, RECORDS)

    assert rare.topic > usual.topic > nothing.topic == 0
    assert rare.probability < usual.probability < nothing.probability

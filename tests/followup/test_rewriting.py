"""What a question says in full, by rules."""

import pytest

from pipelines.followup import Turn
from pipelines.followup.rewriting import LONGEST_CONTEXT, Rewriting, rewriting
from pipelines.query import Vocabulary
from tests.followup.conftest import RECORDS

INVOICE = (Turn("user", "申请发票后多久能收到？"), Turn("assistant", "3 个工作日内。"))
WHICH = (
    Turn("user", "怎么远程连接实例"),
    Turn("assistant", "请问您的实例是 Windows 还是 Linux？"),
)
LIST = (
    Turn("user", "节省计划支持哪些付费方式"),
    Turn("assistant", "有三种：\n1. 全预付\n2. 部分预付\n3. 0预付"),
)


@pytest.fixture
def rewrite(vocabulary: Vocabulary):  # type: ignore[no-untyped-def]
    def of(question: str, *history: Turn) -> Rewriting:
        return rewriting(question, history, vocabulary, RECORDS)

    return of


@pytest.mark.parametrize(
    ("question", "history", "together", "rules"),
    [
        ("那电子的呢", INVOICE, "申请发票后多久能收到？ 那电子的呢", ()),
        ("多久？", INVOICE, "申请发票后多久能收到？ 多久？", ()),
        ("不是，我说的是电子发票", INVOICE, "申请发票后多久能收到？ 电子发票", ("correction",)),
        ("我问的是纸质的", INVOICE, "申请发票后多久能收到？ 纸质的", ("correction",)),
        ("No, I meant the invoice", INVOICE, "申请发票后多久能收到？ the invoice", ("correction",)),
        ("不對，我問的是電子發票", INVOICE, "申请发票后多久能收到？ 电子发票", ("correction",)),
        ("那電子的呢", INVOICE, "申请发票后多久能收到？ 那電子的呢", ()),
        ("Windows 的", WHICH, "怎么远程连接实例 Windows 的", ("answer",)),
        ("第二個", LIST, "节省计划支持哪些付费方式 部分预付", ("choice",)),
        ("第二个", LIST, "节省计划支持哪些付费方式 部分预付", ("choice",)),
        ("那第3种呢", LIST, "节省计划支持哪些付费方式 0预付", ("choice",)),
        ("2", LIST, "节省计划支持哪些付费方式 部分预付", ("choice",)),
        ("the second one", LIST, "节省计划支持哪些付费方式 部分预付", ("choice",)),
        ("嗯，第二个，谢谢", LIST, "节省计划支持哪些付费方式 部分预付", ("choice",)),
        ("最后一个", LIST, "节省计划支持哪些付费方式 0预付", ("choice",)),
        ("第九个", LIST, "节省计划支持哪些付费方式 第九个", ()),
        ("怎么重置密码？", (), "怎么重置密码？", ()),
    ],
)
def test_a_question_is_put_in_full(  # type: ignore[no-untyped-def]
    rewrite, question: str, history: tuple[Turn, ...], together: str, rules: tuple[str, ...]
) -> None:
    told = rewrite(question, *history)

    assert told.together == together
    assert told.rules == rules


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("换个问题，怎么重置密码", "怎么重置密码"),
        ("換個問題，怎麼重置密碼", "怎么重置密码"),
        ("好的。换个话题：那些云盘怎么回滚", "那些云盘怎么回滚"),
        ("OK. Different topic: how long do those take?", "how long do those take?"),
        ("unrelated, but how do I pay?", "but how do I pay?"),
        ("算了不弄这个了，怎么换头像", "怎么换头像"),
        ("那我问个别的，怎么退款", "怎么退款"),
        ("forget that. can I change my username?", "can I change my username?"),
    ],
)
def test_who_says_that_the_subject_is_another_leans_on_nothing(  # type: ignore[no-untyped-def]
    rewrite, question: str, asked: str
) -> None:
    told = rewrite(question, *INVOICE)

    assert (told.asked, told.context, told.answered) == (asked, "", "")


@pytest.mark.parametrize(
    "question", ["还有一个问题，多久？", "能换个问题吗", "different topics?", "换个问题", "算了"]
)
def test_what_only_sounds_like_another_subject_leans(rewrite, question: str) -> None:  # type: ignore[no-untyped-def]
    assert rewrite(question, *INVOICE).context


@pytest.mark.parametrize(
    "reply",
    [
        "好的，不客气。如果还有其他问题，请随时告诉我。",
        "You are welcome. If there is anything else, just ask.",
        "您好，请告诉我您遇到的问题，我会为您查找答案。",
        "还有什么可以帮您？",
        "Hello. Tell me what you need, and I will look it up.",
    ],
)
def test_who_offers_help_has_asked_nothing_that_is_answered_then(  # type: ignore[no-untyped-def]
    rewrite, reply: str
) -> None:
    history = (INVOICE[0], Turn("assistant", reply))

    assert rewrite("那电子的呢", *history).rules == ()
    assert rewrite("Windows 的", WHICH[0], Turn("assistant", reply)).rules == ()


def test_who_says_yes_says_what_was_asked(rewrite) -> None:  # type: ignore[no-untyped-def]
    asked = Turn("assistant", "好的。您是想用快照回滚云盘吗？")

    for yes in ("是的", "對"):
        told = rewrite(yes, Turn("user", "服务器实例出问题了"), asked)

        assert told.rules == ("assent",)
        assert "快照" in told.context
        assert "回滚" in told.context


def test_what_the_assistant_said_is_searched_for_only_where_it_is_answered(  # type: ignore[no-untyped-def]
    rewrite,
) -> None:
    history = (*INVOICE[:1], Turn("assistant", "电子发票 3 个工作日，快照除外。"))

    assert rewrite("那多久？", *history).together == "申请发票后多久能收到？ 那多久？"
    assert rewrite("那多久？", Turn("assistant", "发票 3 天。")).context == ""


def test_the_context_reaches_back_to_the_turn_that_stood_alone(rewrite) -> None:  # type: ignore[no-untyped-def]
    history = (
        Turn("user", "怎么重置密码？"), Turn("assistant", "在登录页。"),
        Turn("user", "申请发票后多久能收到？"), Turn("assistant", "3 天。"),
        Turn("user", "那电子的呢"), Turn("assistant", "当天。"),
        Turn("user", "谢谢"), Turn("assistant", "不客气。"),
    )  # fmt: skip

    assert rewrite("那纸质的呢", *history).context == "申请发票后多久能收到？ 那电子的呢"


def test_a_pasted_log_does_not_push_the_question_out(rewrite) -> None:  # type: ignore[no-untyped-def]
    told = rewrite("那怎么办", Turn("user", "ERROR 实例 " * 4_000))

    assert len(told.context) <= LONGEST_CONTEXT
    assert told.together.endswith("那怎么办")


def test_only_an_answered_turn_counts_as_answered(rewrite) -> None:  # type: ignore[no-untyped-def]
    assert rewrite("那电子的呢", *INVOICE).answered == INVOICE[0].text
    assert rewrite("那电子的呢", INVOICE[0]).answered == ""
    assert rewrite("Windows 的", *WHICH).answered == ""
    assert rewrite("没看懂，再说一遍", *INVOICE).answered == ""
    assert rewrite("看不懂，再說一遍", *INVOICE).answered == ""

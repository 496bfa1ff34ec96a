"""Whether something was brought, ended or cured: a question is told by what happened to it."""

import asyncio

import pytest

from pipelines.version_questions import version_question
from tests.history.conftest import MakeAnswerer, Told


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("in which version did you switch off the v1 API", "v1 API"),
        ("which release switched the v1 API off", "v1 API"),
        ("when did you turn off offline mode", "offline mode"),
        ("which version shut down the old push address", "old push address"),
        ("when was the v1 api phased out", "v1 api"),
        ("when did the v1 api stop working", "v1 api"),
        ("which version took away the offline mode", "offline mode"),
        ("when did you stop offering the offline mode", "offline mode"),
        ("v1接口哪个版本停的", "v1接口"),
        ("v1接口什么时候关的", "v1接口"),
        ("离线模式哪个版本撤掉的", "离线模式"),
    ],
)
def test_what_was_switched_off_has_ended(question: str, subject: str) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.subject) == ("removed_in", subject)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("in which version did you switch on the v1 API", "since"),
        ("which version turned on gantt view", "since"),
        ("which release opened up the v2 API", "since"),
        ("v2 接口哪个版本开放的", "since"),
        ("which version turned telemetry off by default", "changed_in"),
        ("which version switched to the new editor", "changed_in"),
        ("which version stopped crashing on startup", "fixed_in"),
        ("how do i switch off automatic renewal", None),
        ("when is it switched off at night", None),
    ],
)
def test_what_was_switched_on_or_otherwise_has_not_ended(question: str, kind: str | None) -> None:
    found = version_question(question)

    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        (
            "ipad分屏的时候键盘老挡住打字的地方，这毛病修了没",
            "ipad分屏的时候键盘老挡住打字的地方",
        ),
        ("安卓收不到推送的bug解决了没有", "安卓收不到推送"),
        ("PDF 表格跨页断行修没修", "PDF 表格跨页断行"),
        ("大群@所有人不提醒，这个有没有修复", "大群@所有人不提醒"),
        ("Is the white screen on Windows fixed yet?", "white screen on Windows"),
        ("did you fix the OIDC avatar bug", "OIDC avatar"),
        ("the SSO loop in Firefox, is that fixed?", "SSO loop in Firefox"),
    ],
)
def test_who_asks_whether_a_bug_is_cured_asks_for_its_fix(question: str, subject: str) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.subject, found.asks_whether) == ("fixed_in", subject, True)
    assert not found.is_sure


@pytest.mark.parametrize(
    "question",
    [
        "我的订单问题解决了吗",
        "问题解决了吗",
        "怎么修复文档",
        "审批单能不能修改",
        "修改密码了吗",
        "可以帮我解决吗",
        "这个问题你能解决吗",
        "我自己解决了",
        "is my ticket resolved",
        "is the price fixed",
        "can you fix my account",
        "did you fix my invoice",
    ],
)
def test_who_asks_for_help_asks_for_no_fix(question: str) -> None:
    assert version_question(question) is None


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Does the app still run on iOS 14?", "iOS 14"),
        ("will your software still work on iOS 14", "iOS 14"),
        ("can I still install it on Windows 7", "Windows 7"),
        ("can I keep using it on iOS 14", "iOS 14"),
        ("App 还能在 iOS 14 上跑吗", "iOS 14"),
        ("你们软件还支持 Windows 7 吗", "Windows 7"),
    ],
)
def test_the_product_itself_is_no_part_of_the_subject(question: str, subject: str) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.subject.removeprefix("on ")) == ("still", subject)


API: list[Told] = [
    ("1.3.0", "新增", "开放平台：应用、API Key 与 v1 接口"),
    ("1.4.0", "弃用", "开放平台 v1 接口进入弃用期，请迁移到 v2"),
    ("1.5.0", "修复", "修复导出 PDF 时表格跨页断行的问题"),
    ("2.1.0", "移除", "关闭开放平台 v1 接口，调用返回 HTTP 410"),
    ("2.4.0", "修复", "修复 iPad 分屏时键盘遮挡输入框的问题"),
]


@pytest.mark.parametrize(
    ("question", "reason", "first"),
    [
        ("in which version did you switch off the v1 API", "removed_in_version", "2.1.0"),
        ("v1接口是哪个版本停的", "removed_in_version", "2.1.0"),
        ("in which version did you switch on the v1 API", "since_version", "1.3.0"),
        ("iPad 分屏时键盘挡住输入框，修了没", "fixed_in_version", "2.4.0"),
    ],
)
def test_the_change_of_the_direction_asked_is_told(
    answering: MakeAnswerer, question: str, reason: str, first: str
) -> None:
    answer = asyncio.run(answering(API).answer(question))

    assert (answer.reason, answer.citations[0].version) == (reason, first)


def test_the_cure_of_another_bug_near_it_is_no_yes(answering: MakeAnswerer) -> None:
    answer = asyncio.run(answering(API).answer("导出 PDF 乱码修了吗"))

    assert answer.reason != "fixed_in_version"

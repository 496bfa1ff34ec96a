"""Two questions on one release in one message: which it is, or of when, and what it changed."""

import asyncio

import pytest

from pipelines.version_questions import version_question
from tests.history.conftest import MakeAnswerer, Told


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("最新版是多少，都更新了啥", None),
        ("最新版是多少都更新了啥", None),
        ("你好，最新版是多少，更新了啥", None),
        ("你们现在出到几了，都改了什么", None),
        ("最新版是什么时候出的，更新了啥", None),
        ("最新版是多少，什么时候出的，更新了啥", None),
        ("都更新了啥，最新版是几", None),
        ("最新版本是几，有什么新功能", "added"),
        ("现在最新版本是多少？修了哪些bug", "fixed"),
        ("最新版本号是多少？这个版本修复了哪些问题？", "fixed"),
        ("What's the latest version and what's new in it?", None),
        ("which version is the latest, and what changed?", None),
        ("What is the current version? What changed in it?", None),
        ("tell me the latest version and what's new", None),
        ("what's the newest version & what did it add", "added"),
    ],
)
def test_who_asks_which_is_newest_and_what_is_new_gets_its_list(
    question: str, asked: str | None
) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.versions, found.parts, found.asked) == ("what", (), (), asked)
    assert found.is_sure
    assert found.asks_which


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("2.4.0什么时候发布的，更新了什么", None),
        ("2.4.0是哪天发布的？都有哪些新功能", "added"),
        ("when was 2.4.0 released and what's new in it", None),
        ("When did 2.4.0 come out and what did it change?", None),
    ],
)
def test_who_asks_when_a_release_came_and_what_it_has_gets_its_list(
    question: str, asked: str | None
) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.versions, found.parts, found.asked) == ("what", ("2.4.0",), (), asked)


@pytest.mark.parametrize("question", ["最新版本和更新内容", "Latest version and changelog?"])
def test_the_newest_and_its_changes_may_be_named_without_a_question(question: str) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.versions, found.parts) == ("what", (), ())


@pytest.mark.parametrize(
    "question",
    ["最新版本是多少，什么时候发布的", "what's the latest version and when was it released"],
)
def test_the_number_and_the_day_of_the_newest_are_told_together(question: str) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.parts, found.is_sure) == ("latest", (), True)


@pytest.mark.parametrize(
    "question",
    [
        "最新版本多少，怎么升级",
        "最新版是多少，支持Linux吗",
        "最新版是多少，我的发票改了什么",
        "最新版本是多少，会员有什么优惠",
        "最新版是多少，审批有什么变化",
        "最新版本是多少，手机上有哪些限制",
        "最新版是多少，改密码要什么条件",
        "最新版是多少，下载包有多大",
        "Chrome最新版是多少，更新了啥",
        "最新版是多少，2.4.0更新了什么",
        "what's the latest version and what changed on my invoice",
        "what's the latest version and how do I update",
        "what is the latest version and what are the prices",
    ],
)
def test_a_second_question_on_something_else_asks_for_no_list_of_the_newest(question: str) -> None:
    found = version_question(question)

    assert found is None or not found.asks_which
    assert found is None or found.parts


TOLD: list[Told] = [
    ("2.3.0", "安全", "外链的访问密码改为加盐存储"),
    ("2.4.0", "新增", "文档支持脚注"),
    ("2.4.0", "移除", "移除 iOS 14 的支持"),
]


@pytest.mark.parametrize(
    ("question", "number", "change"),
    [
        ("最新版是多少，都更新了啥", "最新版本是 2.4.0", "文档支持脚注"),
        ("what is the latest version and what was removed", "latest version is 2.4.0", "iOS 14"),
    ],
)
def test_both_questions_are_answered(
    answering: MakeAnswerer, question: str, number: str, change: str
) -> None:
    answer = asyncio.run(answering(TOLD).answer(question))

    assert answer.reason == "changes_of_version"
    assert number in answer.text
    assert change in answer.text
    assert "加盐" not in answer.text

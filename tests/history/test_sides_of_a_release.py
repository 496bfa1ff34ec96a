"""Changes of one kind or side in a release: `安全方面的改动`, `security-wise`."""

import asyncio

import pytest

from pipelines.version_questions import version_question
from pipelines.version_questions.dates import ReleaseDay
from tests.history.conftest import MakeAnswerer, Told


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("2026年8月那次更新有什么安全方面的改动", ReleaseDay(8, 2026)),
        ("2026年8月的更新有哪些安全方面的修复", ReleaseDay(8, 2026)),
        ("8月那版在安全上改了什么", ReleaseDay(8)),
        ("8月那次更新安全上有改动吗", ReleaseDay(8)),
        ("8月那次更新，安全方面动了什么", ReleaseDay(8)),
        ("8月那次更新有没有涉及安全的", ReleaseDay(8)),
        ("8月那次更新里跟安全有关的有哪些", ReleaseDay(8)),
        ("8月更新的安全补丁有哪些", ReleaseDay(8)),
        ("2026年8月发布了什么安全补丁", ReleaseDay(8, 2026)),
        ("any security-related changes in the August 2026 release?", ReleaseDay(8, 2026)),
        ("what did the August 2026 update change in terms of security", ReleaseDay(8, 2026)),
        ("What was changed with regard to security in August 2026?", ReleaseDay(8, 2026)),
        ("anything security related in August's update", ReleaseDay(8)),
        ("2.3.0 有什么安全方面的改动", None),
        ("2.3.0 有什么安全相关的更新", None),
        ("2.3.0 的安全类更新", None),
        ("what changed security-wise in 2.3.0", None),
        ("what changed on the security side in the 2.3.0 release", None),
    ],
)
def test_the_side_that_is_asked_about_is_no_subject(question: str, day: ReleaseDay | None) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.asked, found.parts, found.day) == ("what", "security", (), day)


@pytest.mark.parametrize(
    ("question", "asked", "parts"),
    [
        ("2.4.0在性能这块有什么优化", "performance", ()),
        ("what did you fix in the August update", "fixed", ()),
        ("2.3.0 审批方面有什么改动", None, ("审批",)),
        ("2.3.0 上传方面改了什么", None, ("上传",)),
        ("2.3.0 安全上传有什么改动", "security", ("上传",)),
        ("2.3.0 兼容性有什么变化", None, ("兼容性",)),
        ("8月那次更新在移动端动了什么", None, ("移动端",)),
        ("what's new in 2.3.0 regarding webhooks", None, ("webhooks",)),
        ("what changed in 2.3.0 when it comes to approvals", None, ("approvals",)),
    ],
)
def test_the_thing_that_is_asked_about_stays(
    question: str, asked: str | None, parts: tuple[str, ...]
) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.asked, found.parts) == ("what", asked, parts)


@pytest.mark.parametrize(
    "question",
    [
        "8月有什么安全方面的培训",
        "8月的安全培训内容有什么变化",
        "8月份的账号安全方面有什么更新",
        "去年8月那次更新有什么安全方面的改动",
        "安全方面有什么要求",
        "数据安全方面你们怎么做的",
        "what do you do in terms of security",
        "is it security related",
    ],
)
def test_a_side_of_something_else_asks_for_no_release(question: str) -> None:
    assert version_question(question) is None


TOLD: list[Told] = [
    ("2.3.0", "新增", "消息可以引用"),
    ("2.3.0", "安全", "外链的访问密码改为加盐存储"),
]


def test_only_changes_of_that_side_are_listed(answering: MakeAnswerer) -> None:
    told = answering(TOLD)
    answer = asyncio.run(told.answer("2026年1月那次更新有什么安全方面的改动"))
    none = asyncio.run(told.answer("2026年9月那次更新有什么安全方面的改动"))

    assert "加盐" in answer.text
    assert "引用" not in answer.text
    assert none.decision == "refuse"

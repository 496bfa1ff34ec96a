"""Releases that are named by their day, or as the one before or after another."""

from datetime import date

import pytest

from pipelines.version_answers.asked import changes_asked
from pipelines.version_answers.releases import Change
from pipelines.version_questions import VersionQuestion, version_question, version_question_after
from pipelines.version_questions.dates import ReleaseDay
from tests.history.conftest import MakeAnswerer
from tests.history.test_version_answers import ask


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("26年8月那次更新有啥新东西", ReleaseDay(8, 2026)),
        ("2026年8月更新了什么", ReleaseDay(8, 2026)),
        ("26年八月的版本修了哪些bug", ReleaseDay(8, 2026)),
        ("8月11号那版改了啥", ReleaseDay(8, None, 11)),
        ("8月份的更新都有什么", ReleaseDay(8)),
        ("十一月那次升级改了什么", ReleaseDay(11)),
        ("2026-08-11 发布的版本有哪些变化", ReleaseDay(8, 2026, 11)),
        ("哪个版本是26年8月发布的", ReleaseDay(8, 2026)),
        ("what's new in the August 2026 update?", ReleaseDay(8, 2026)),
        ("What did you release in November 2026?", ReleaseDay(11, 2026)),
        ("what changed in the release of 11 August 2026", ReleaseDay(8, 2026, 11)),
        ("what was fixed in the May release", ReleaseDay(5)),
        ("which version came out in March 2026?", ReleaseDay(3, 2026)),
        ("changelog for august '26", ReleaseDay(8, 2026)),
    ],
)
def test_a_release_is_named_by_its_day(question: str, day: ReleaseDay) -> None:
    found = version_question(question)

    assert found is not None
    assert (found.kind, found.day, found.versions, found.parts) == ("what", day, (), ())


@pytest.mark.parametrize(
    "question",
    [
        "8月有什么优惠活动",
        "8月的账单有变化吗",
        "去年8月那次更新有啥",
        "3个月更新一次吗",
        "近3月更新了什么",
        "8月份的发票什么时候更新",
        "8月请假修改了哪些",
        "每月更新几次",
        "may I ask what changed in the billing",
        "what changed on my March invoice",
        "will you release it in August?",
        "last August's release, what was new",
    ],
)
def test_a_month_of_something_else_names_no_release(question: str) -> None:
    found = version_question(question)

    assert found is None or found.day is None


@pytest.mark.parametrize(
    ("before", "question", "steps"),
    [
        ("2.4.0更新了什么", "再上一个版本呢", -1),
        ("2.4.0更新了什么", "上一版呢", -1),
        ("2.4.0更新了什么", "那之前那个版本呢", -1),
        ("2.4.0更新了什么", "再往前一个呢", -1),
        ("2.4.0更新了什么", "上一个呢", -1),
        ("2.4.0更新了什么", "上上个版本呢", -2),
        ("2.4.0更新了什么", "上一个版本更新了什么", -1),
        ("2.4.0更新了什么", "下一个版本呢", 1),
        ("2.4.0更新了什么", "那后面那个版本呢", 1),
        ("what's new in 2.4.0", "and the one before?", -1),
        ("what's new in 2.4.0", "what was fixed in the version before that", -1),
        ("what's new in 2.4.0", "and the next one", 1),
        ("最新版本是多少", "上一个版本呢", -1),
        ("26年8月那次更新有啥", "再上一次更新呢", -1),
    ],
)
def test_the_release_beside_the_one_spoken_of_is_asked_for(
    before: str, question: str, steps: int
) -> None:
    found, leant_on = version_question_after(question, [before]), version_question(before)

    assert found is not None
    assert leant_on is not None
    assert (found.kind, found.steps, found.versions, found.day) == (
        "what",
        steps,
        leant_on.versions,
        leant_on.day,
    )


@pytest.mark.parametrize(
    "question",
    [
        "上一个订单呢",
        "下一步呢",
        "再说一遍",
        "之前的聊天记录呢",
        "上传的上限呢",
        "怎么退回上一个版本",
        "下一个版本什么时候出",
        "and my previous invoice?",
        "how do I go back to the previous version",
        "when is the next release",
    ],
)
def test_what_comes_before_or_after_something_else_is_no_release(question: str) -> None:
    found = version_question_after(question, ["2.4.0更新了什么"])

    assert found is None or not found.steps


def test_steps_add_up_and_without_a_release_before_them_there_are_none() -> None:
    twice = version_question_after("再上一个呢", ["2.4.0更新了什么", "上一个版本呢"])

    assert twice is not None
    assert twice.steps == -2
    assert version_question_after("上一个呢", ["怎么开发票"]) is None


def test_another_month_is_asked_for_in_the_same_words() -> None:
    found = version_question_after("那11月呢", ["26年8月那次更新有啥新东西"])

    assert found is not None
    assert found.day == ReleaseDay(11)


def change(version: str, day: str) -> Change:
    return Change(version, "app", version, "added", "", "", "", "", date.fromisoformat(day), 1)


OWN = [
    change("2.3.0", "2025-08-11"),
    change("2.4.0", "2026-08-05"),
    change("2.4.1", "2026-08-20"),
    change("2.5.0-rc.1", "2026-09-01"),
    change("2.5.0", "2026-09-09"),
]


@pytest.mark.parametrize(
    ("question", "versions"),
    [
        (VersionQuestion("what", day=ReleaseDay(8)), ["2.4.0", "2.4.1"]),
        (VersionQuestion("what", day=ReleaseDay(8, 2025)), ["2.3.0"]),
        (VersionQuestion("what", day=ReleaseDay(8, None, 20)), ["2.4.1"]),
        (VersionQuestion("what", day=ReleaseDay(1)), []),
        (VersionQuestion("what", versions=("2.4",), steps=-1), ["2.3.0"]),
        (VersionQuestion("what", versions=("2.4",), steps=1), ["2.5.0"]),
        (VersionQuestion("what", steps=-1), ["2.4.1"]),
        (VersionQuestion("what", steps=1), []),
        (VersionQuestion("what", versions=("2.3.0",), steps=-1), []),
        (VersionQuestion("what", versions=("2.5.0-rc.1",), steps=-1), ["2.4.1"]),
        (VersionQuestion("what", versions=("7.0",), steps=-1), []),
    ],
)
def test_the_releases_of_a_day_or_beside_another_are_found(
    question: VersionQuestion, versions: list[str]
) -> None:
    found = changes_asked(question, OWN, {"app": "2.5.0"})

    assert [each.version for each in found] == versions


def test_a_range_is_of_the_product_that_had_its_first_release(answering: MakeAnswerer) -> None:
    changes = {
        "desk": [("2.3.0", "Added", "Add recording"), ("2.4.0", "Added", "Add a calendar")],
        "cloud": [("1.1.0", "Added", "Add webhooks"), ("1.2.0", "Added", "Add an audit log")],
    }

    answer = ask(answering(changes), "what changed since 1.1")

    assert [each.version for each in answer.citations] == ["1.2.0"]
    assert "1.2.0" in answer.text
    assert "2.4.0" not in answer.text

"""Whether a feature has ended: by its own removal, and not by that of a part of it."""

import asyncio

import pytest

from pipelines.answer import Answer, Answerer
from pipelines.chunking import Overtaken
from tests.history.conftest import MakeAnswerer, Told

OLD_VERSIONS: list[Told] = [
    ("1.0.0", "新增", "新增甘特视图"),
    ("2.0.0", "变更", "不再支持 Windows 7"),
    ("2.0.0", "Removed", "Remove Android 6 support"),
    ("2.0.0", "Removed", "Drop support for Node versions below 14"),
    ("2.1.0", "移除", "不再支持 Linux"),
]


def ask(answerer: Answerer, question: str) -> Answer:
    return asyncio.run(answerer.answer(question))


@pytest.mark.parametrize(
    "question",
    [
        "还支持 Windows 吗",
        "Is Windows still supported?",
        "安卓还支持吗",
        "is Android still supported?",
        "is Node still supported?",
    ],
)
def test_the_end_of_an_old_version_is_not_that_of_all_versions(
    answering: MakeAnswerer, question: str
) -> None:
    assert ask(answering(OLD_VERSIONS), question).reason == "not_found"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Windows 7 还支持吗", "no_longer_supported"),
        ("is Android 6 still supported?", "no_longer_supported"),
        ("还支持 Linux 吗", "no_longer_supported"),
        ("哪个版本不再支持 Windows 7", "removed_in_version"),
        ("which version dropped Android?", "removed_in_version"),
    ],
)
def test_the_end_of_what_is_asked_about_is_told(
    answering: MakeAnswerer, question: str, reason: str
) -> None:
    assert ask(answering(OLD_VERSIONS), question).reason == reason


def test_an_entry_on_all_versions_answers_where_but_an_old_one_ended(
    answering: MakeAnswerer,
) -> None:
    faq = [("支持 Windows 吗？", "支持 Windows 10 及以上。"), ("怎么开发票？", "在费用中心。")]
    answer = ask(answering(OLD_VERSIONS, faq=faq), "还支持 Windows 吗")

    assert answer.reason == "faq_match"


PLANS: list[Told] = [
    ("1.0.0", "新增", "开放 API 调用"),
    ("2.0.0", "移除", "免费版不再支持 API 调用"),
    ("2.1.0", "移除", "企业版移除水印设置"),
    ("2.2.0", "移除", "移除水印设置"),
]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("API 还能用吗", "still_supported"),
        ("API 调用还支持吗", "still_supported"),
        ("免费版 API 调用还支持吗", "no_longer_supported"),
        ("水印设置还能用吗", "no_longer_supported"),
    ],
)
def test_what_one_plan_lost_has_not_ended_for_all(
    answering: MakeAnswerer, question: str, reason: str
) -> None:
    assert ask(answering(PLANS), question).reason == reason


def test_what_the_free_plan_lost_is_not_denied_to_who_names_none(answering: MakeAnswerer) -> None:
    changes = [
        ("1.0.0", "Added", "Add API access"),
        ("2.0.0", "Removed", "Removed API access from the free plan"),
    ]
    answer = ask(answering(changes), "Is API access still available?")

    assert answer.reason == "still_supported"
    assert "Removed API access from the free plan" in answer.text


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("微信登录还能用吗", "still_supported"),
        ("2.4.1 支持微信登录吗", "in_version"),
        ("does 2.4.1 have dark mode?", "in_version"),
        ("2.4.0 有离线模式吗", "not_in_version"),
    ],
)
def test_what_a_repair_brings_back_is_there_again(
    answering: MakeAnswerer, question: str, reason: str
) -> None:
    changes = [
        ("2.0.0", "新增", "新增微信登录"),
        ("2.0.0", "Added", "Add dark mode"),
        ("2.0.0", "新增", "新增离线模式"),
        ("2.4.0", "移除", "移除微信登录"),
        ("2.4.0", "移除", "移除离线模式"),
        ("2.4.0", "Removed", "Remove dark mode"),
        ("2.4.1", "修复", "恢复微信登录"),
        ("2.4.1", "修复", "修复离线模式移除后的报错"),
        ("2.4.1", "Fixed", "Restore dark mode"),
    ]
    assert ask(answering(changes), question).reason == reason


GONE_AND_BACK: list[Told] = [
    ("1.9.0", "新增", "新增微信登录"),
    ("2.1.0", "移除", "移除微信登录"),
    ("2.2.0", "新增", "重新支持微信登录"),
    ("1.0.0", "Added", "Add CSV export"),
    ("1.2.0", "Removed", "Remove CSV export"),
    ("1.3.0", "Added", "Bring back CSV export"),
]
# As a person may still have accepted it before the feature came back.
ENDED = {
    "新增微信登录": Overtaken("2.1.0", ("移除微信登录",)),
    "Add CSV export": Overtaken("1.2.0", ("Remove CSV export",)),
}


@pytest.mark.parametrize("overtaken", [{}, ENDED])
@pytest.mark.parametrize(
    ("question", "reason", "versions"),
    [
        ("微信登录还支持吗", "still_supported", ["2.2.0"]),
        ("is CSV export still supported?", "still_supported", ["1.3.0"]),
        ("2.2 支持微信登录吗", "in_version", ["2.2.0"]),
        ("2.1 支持微信登录吗", "not_in_version", ["1.9.0", "2.1.0"]),
        ("does 1.2 have CSV export?", "not_in_version", ["1.0.0", "1.2.0"]),
        ("1.9 支持微信登录吗", "in_version", ["1.9.0"]),
        ("微信登录是哪个版本移除的", "removed_in_version", ["2.1.0"]),
    ],
)
def test_what_a_release_brought_back_is_there_since_then(
    answering: MakeAnswerer,
    question: str,
    reason: str,
    versions: list[str],
    overtaken: dict[str, Overtaken],
) -> None:
    answer = ask(answering(GONE_AND_BACK, overtaken=overtaken), question)

    assert answer.reason == reason
    assert [each.version for each in answer.citations][: len(versions)] == versions

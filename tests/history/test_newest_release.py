"""Which release is told as the newest one."""

import pytest

from tests.history.conftest import MakeAnswerer
from tests.history.test_version_answers import ask, told


def test_a_pre_release_is_the_latest_only_where_there_is_nothing_else(
    answering: MakeAnswerer,
) -> None:
    changes = [("1.0.0", "新增", "新增导出"), ("1.1.0-rc.1", "新增", "新增导入")]

    assert told(ask(answering(changes), "最新版本是多少"))[1] == ["1.0.0"]
    assert told(ask(answering(changes[1:]), "最新版本是多少"))[1] == ["1.1.0-rc.1"]


def test_a_withdrawn_release_is_not_the_newest_and_is_told_of_as_such(
    answering: MakeAnswerer,
) -> None:
    changes = [
        ("1.0.0", "新增", "新增导出"),
        ("1.1.0", "新增", "新增导入"),
        ("1.1.0", "[YANKED]", "[1.1.0] - 2026-01-03 [YANKED]"),
    ]
    answerer = answering(changes)

    assert told(ask(answerer, "最新版本是多少"))[1] == ["1.0.0"]
    assert told(ask(answerer, "what's the latest version?"))[1] == ["1.0.0"]
    listed = ask(answerer, "1.1.0 更新了什么").text
    assert listed.index("已撤回的版本") < listed.index("新增导入")
    assert told(ask(answering(changes[1:]), "最新版本是多少")) == ("not_found", [])


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("最新版支持安卓8吗", "not_found"),
        ("最新版本支持甘特图吗", "not_found"),
        ("最新版本要钱吗", "not_found"),
        ("头像更新了没", "not_found"),
        ("软件更新了没", "latest_version"),
        ("今儿更新了没", "latest_version"),
        ("新版本有吗", "latest_version"),
    ],
)
def test_what_the_newest_release_can_do_is_not_answered_with_its_number(
    answering: MakeAnswerer, question: str, reason: str
) -> None:
    changes = [("1.0.0", "新增", "新增甘特图"), ("1.1.0", "新增", "新增导入")]

    assert ask(answering(changes), question).reason == reason

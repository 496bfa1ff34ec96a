"""Questions about releases that no rule hears are told by what others wrote; none is sure."""

import json
from pathlib import Path

import pytest
from kind_lessons import known_grams, lessons_digest
from safetensors import safe_open
from safetensors.numpy import load_file
from train_release_kinds import lessons

from pipelines.kinds.features import grams
from pipelines.text import fold
from pipelines.version_questions import version_question, version_question_after
from pipelines.version_questions.dates import ReleaseDay
from pipelines.version_questions.heard import KINDS, LEARNED, LONGEST, as_told, heard

QUESTIONS = Path(__file__).resolve().parents[2] / "benchmarks" / "questions"


@pytest.mark.parametrize(
    ("text", "kind", "versions"),
    [
        ("你们家软件更到几点几了", "latest", ()),
        ("Could you tell me the current stable release number, please.", "latest", ()),
        ("我们公司还在评估，能不能把2.2.0的发版说明发我一份", "what", ("2.2.0",)),
        ("1.1.1 fix 了什么问题", "what", ("1.1.1",)),
        ("我现在2.1，直接上2.4能多出哪些功能？", "between", ("2.1", "2.4")),
        ("公司电脑还停在1.4.1，跟最新的差了多少东西啊", "between", ("1.4.1",)),
        ("ipad分屏键盘挡住输入框这毛病治好了没", "fixed_in", ()),
        ("iOS 14 你们现在还管不管了", "still", ()),
        ("1.2.0 有回收站 对吧", "in_version", ("1.2.0",)),
    ],
)
def test_what_no_rule_hears_is_heard_by_what_others_wrote(
    text: str, kind: str, versions: tuple[str, ...]
) -> None:
    assert version_question(text) is None
    found = version_question_after(text, ())
    assert found is not None
    assert (found.kind, found.versions) == (kind, versions)
    assert found.is_heard
    assert not found.is_sure


@pytest.mark.parametrize(
    "text",
    [
        "",
        "怎么升级到 3.2",
        "升级到3.2后打不开了怎么办",
        "团队版有哪些功能",
        "退款什么时候到账",
        "我的优惠券还能用吗",
        "how do I install 3.2",
        "my card stopped working yesterday",
        "谢谢",
    ],
)
def test_what_asks_for_no_release_is_not_heard(text: str) -> None:
    assert heard(text) is None


def test_what_a_rule_hears_is_not_asked_again() -> None:
    found = version_question_after("2.3 修复了什么？", ())
    assert found is not None
    assert found == version_question("2.3 修复了什么？")
    assert not found.is_heard


def test_a_release_named_by_its_month_is_heard_by_it() -> None:
    found = heard("8月份那一版有什么变化")
    assert found is not None
    assert (found.kind, found.day, found.parts) == ("what", ReleaseDay(8), ())


@pytest.mark.parametrize(
    "text",
    [
        "上个月那次更新具体更了些什么内容",
        "last month's update, whats in it",
        "Tell me about 3.13.0",
    ],
)
def test_a_release_named_in_a_way_that_is_not_read_is_not_taken_for_the_newest(text: str) -> None:
    assert heard(text) is None


def test_whether_a_release_is_still_there_is_not_asked_of_its_changes() -> None:
    assert heard("1.5.0 这个老版本官方还维护吗") is None


def test_single_characters_left_of_words_that_ask_are_no_subject() -> None:
    found = heard("2.0.1 干嘛用的")
    assert found is not None
    assert found.parts == ()


def test_a_story_is_not_heard() -> None:
    text = "你们家软件更到几点几了"
    assert heard(text) is not None
    assert heard(text + "。" * LONGEST) is None


def test_it_learned_from_the_messages_that_lie_there() -> None:
    with safe_open(LEARNED, framework="numpy") as file:
        assert file.metadata() == {"lessons": lessons_digest(lessons())}


def test_it_reads_messages_as_it_learned_them() -> None:
    known, _ = known_grams([grams(as_told(text)) for text, _ in lessons()])
    assert known.tolist() == load_file(LEARNED)["grams"].tolist()


def test_it_learned_every_kind_and_from_no_message_by_which_it_is_measured() -> None:
    told = lessons()
    assert {kind for _, kind in told} == set(KINDS)
    learned = {fold(text) for text, _ in told}
    for file in QUESTIONS.glob("releases_*.jsonl"):
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        assert not [row["text"] for row in rows if fold(row["text"]) in learned]

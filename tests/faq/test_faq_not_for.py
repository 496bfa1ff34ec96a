"""Counterexamples: questions that an FAQ entry must not be given for."""

import pytest

from pipelines.faq.identity import with_identities
from pipelines.faq.manuscript import manuscript
from pipelines.faq.table import entries_in, entry_table
from tests.faq.conftest import Parse, Read


@pytest.mark.parametrize(
    "written",
    [
        "**反例**：怎么关闭？；为什么扣费\n\n在控制台开启。",
        "**反例**\n\n- 怎么关闭？\n- 为什么扣费\n\n在控制台开启。",
        "【不适用问题】怎么关闭？；为什么扣费\n\n在控制台开启。",
        "**不适用**：怎么关闭？；为什么扣费\n\n在控制台开启。",
        "在控制台开启。\n\n**Must not match**: 怎么关闭？; 为什么扣费",
        "<!-- not_for: [怎么关闭？, 为什么扣费] -->\n在控制台开启。",
        "<!-- 反例: 怎么关闭？；为什么扣费 -->\n在控制台开启。",
        "<!-- not_for: 怎么关闭？ -->\n**反例**：为什么扣费\n\n在控制台开启。",
    ],
)
def test_a_label_or_a_comment_lists_them(read: Read, written: str) -> None:
    ((entry,), refused) = read(f"## 如何开启自动续费？\n\n{written}\n")
    assert entry.review.not_for == ("怎么关闭？", "为什么扣费")
    assert entry.answer == "在控制台开启。"
    assert refused == []


@pytest.mark.parametrize(
    "part",
    ["**不适用**：包年包月实例", "不适用：包年包月实例", "反例：如 1.5", "**Not for**: trials"],
)
def test_what_an_answer_does_not_hold_for_stays_in_it(read: Read, part: str) -> None:
    ((entry,), _) = read(f"## 如何开启自动续费？\n\n在控制台开启。\n\n{part}\n")
    assert part in entry.answer
    assert entry.review.not_for == ()


def test_a_table_has_a_column_of_them(read: Read) -> None:
    table = "|问题|答案|反例|\n|---|---|---|\n|如何开启？|点开关。|怎么关闭？<br>为什么扣费|\n"
    ((entry,), _) = read(f"# 常见问题\n\n{table}")
    assert entry.review.not_for == ("怎么关闭？", "为什么扣费")


def test_they_come_back_from_parquet_and_from_a_manuscript(parse: Parse) -> None:
    read = parse("## 如何开启？\n\n**反例**：怎么关闭？；为什么；真的？\n\n点开关。\n").entries
    assert entries_in(entry_table(read)) == list(read)
    written = manuscript(read, path="help.md")
    assert written.lost == ()
    assert parse(written.text).entries[0].review == read[0].review


def test_adding_one_changes_the_entry_and_twins_keep_those_of_both(parse: Parse) -> None:
    plain = "## 如何开启？\n\n点开关。\n"
    one = parse("## 如何开启？\n\n**反例**：怎么关闭？\n\n点开关。\n").entries
    other = parse("## 如何开启？\n\n**反例**：为什么扣费？\n\n点开关。\n", path="other.md").entries
    assert parse(plain).entries[0].content_hash != one[0].content_hash
    (joined,) = with_identities((*one, *other)).entries
    assert joined.review.not_for == ("怎么关闭？", "为什么扣费？")

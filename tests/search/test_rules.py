"""Rules of the ranking: recency, and what may not crowd out the rest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.records import Tier
from pipelines.search import Evidence, Hit
from pipelines.search.rules import DIALOGUE_SHARE, HALF_LIFE_DAYS, recency, without_flood
from tests.small_index import NOW, chunk


def hit(name: str, tier: Tier, source: str = "web") -> Hit:
    made = replace(chunk(name, f"{name} 的回答。", tier=tier), source=source, title=name)
    return Hit(made, made.text, 0.5, Evidence())


def test_the_newest_is_most_recent_and_half_as_much_after_a_half_life() -> None:
    assert recency(NOW, NOW) == 1
    assert recency(NOW - timedelta(days=HALF_LIFE_DAYS), NOW) == pytest.approx(0.5)
    assert recency(NOW + timedelta(days=1), NOW) == 1


def test_one_log_does_not_crowd_out_the_rest() -> None:
    flood = [hit(f"聊天{number}", "dialogues") for number in range(50)]
    others = [hit("规则", "faq"), hit("新版", "changelog"), hit("别处", "dialogues", "wecom")]
    first = list(without_flood([*flood, *others], 5))
    assert len(first) == 5
    assert sum(one in flood for one in first) == int(5 * DIALOGUE_SHARE)
    assert {one.chunk.title for one in first} >= {"规则", "新版", "别处"}


def test_where_there_is_nothing_else_a_log_fills_the_list() -> None:
    flood = [hit(f"聊天{number}", "dialogues") for number in range(50)]
    assert len(list(without_flood(flood, 10))) == 10


def test_what_hundreds_asked_counts_once() -> None:
    asked = [replace(hit("退款", "dialogues"), score=1 - n / 100) for n in range(9)]
    first = list(without_flood([*asked, hit("发票", "dialogues")], 5))
    assert [one.chunk.title for one in first] == ["退款", "发票"]
    assert first[0].score == 1


def test_entries_and_changes_are_never_left_out() -> None:
    entries = [hit("退款", "faq", f"help-{number}") for number in range(4)]
    assert list(without_flood(entries, 4)) == entries

"""The first FAQ entries, read together with the question, in the order that shows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.embedding.cross_encoder import ORDER, Pair, Task, log_odds
from pipelines.records import Tier
from pipelines.search import Evidence, Hit, ReadOnce, read_closely
from pipelines.search.evidence import WEIGHTS, relevance
from pipelines.search.reading import REACH, READ, WELL
from tests.small_index import chunk


class Reads:
    """Reads entries well or badly, by what they ask."""

    def __init__(self, odds: Mapping[str, float]) -> None:
        self._odds = odds
        self.pairs: list[Pair] = []

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> NDArray[np.float32]:
        self.pairs += pairs
        return np.stack([_one_more_than_none() * self._odds.get(pair.asks, 0.0) for pair in pairs])


def _one_more_than_none() -> NDArray[np.float32]:
    """Return the vector whose log-odds are by one above those of zeros."""
    unit = np.eye(384, dtype=np.float32)
    head = np.array(log_odds(unit), np.float32) - np.float32(log_odds(np.zeros_like(unit))[0])
    return head / (head @ head)


def hit(name: str, passage: float, tier: Tier = "faq") -> Hit:
    evidence = Evidence(passage=passage)
    record = replace(chunk(name, f"{name}的答案", tier=tier), text=f"{name}的答案")
    return Hit(record, record.text, relevance(evidence), evidence, asks=(name,))


def names(hits: Sequence[Hit]) -> list[str]:
    return ["".join(one.asks) for one in hits]


def test_the_entry_that_reads_best_comes_first() -> None:
    reader = Reads({"甲": -6.0, "乙": 3.0, "丙": 1.0})
    read = read_closely(["问"], [hit("甲", 6.0), hit("乙", 5.5), hit("丙", 5.0)], reader)
    assert names(read) == ["乙", "丙", "甲"]
    assert read[0].evidence.behind == 0.0
    assert read[0].evidence.total == WEIGHTS["passage"] * 5.5
    assert all(one.evidence.behind < 0 for one in read[1:])


def test_reading_weighs_against_closeness_and_does_not_decide_alone() -> None:
    reader = Reads({"甲": 0.0, "乙": 1.0})
    assert names(read_closely(["问"], [hit("甲", 9.0), hit("乙", 3.0)], reader)) == ["甲", "乙"]


def test_only_the_first_entries_are_read_and_none_passes_them() -> None:
    told = "甲乙丙丁戊己庚辛壬癸"
    entries = [hit(name, 6.0 - place / 100) for place, name in enumerate(told)]
    reader = Reads(dict.fromkeys(told, -9.0) | {"乙": 3.0, told[READ]: 9.0})
    read = read_closely(["问"], entries, reader)
    assert [pair.asks for pair in reader.pairs] == list(told[:READ])
    assert names(read) == ["乙", *told.replace("乙", "")]


def test_what_is_read_is_the_closest_question_and_the_passage_that_is_shown() -> None:
    reader = Reads({})
    read_closely(["问"], [hit("甲", 6.0)], reader)
    assert reader.pairs == [Pair("问", "甲", "甲的答案")]


def test_other_tiers_keep_their_totals_and_the_best_entry_its_place_among_them() -> None:
    change, dialogue = hit("改", 5.8, "changelog"), hit("谈", 5.9, "dialogues")
    reader = Reads({"甲": -3.0, "乙": 4.0})
    read = read_closely(["问"], [hit("甲", 6.0), dialogue, change, hit("乙", 5.0)], reader)
    assert change in read
    assert dialogue in read
    assert names(read) == ["谈", "改", "乙", "甲"]


def test_without_an_entry_nothing_is_read() -> None:
    reader = Reads({})
    hits = [hit("改", 5.8, "changelog")]
    assert read_closely(["问"], hits, reader) == tuple(hits)
    assert read_closely(["问"], [], reader) == ()
    assert not reader.pairs


def test_a_third_entry_far_behind_is_not_read_and_the_second_always_is() -> None:
    # How the next entry reads tells how sure the first is.
    far = 6.0 - REACH / WEIGHTS["passage"] - 0.1
    near = far + 0.2
    for third, expected in ((far, "甲乙"), (near, "甲乙丙")):
        reader = Reads({})
        read = read_closely(
            ["问"], [hit("甲", 6.0), hit("乙", far + 0.5), hit("丙", third)], reader
        )
        assert {pair.asks for pair in reader.pairs} == set(expected)
        assert len(read) == 3


def test_no_more_are_read_once_one_reads_so_well_that_none_would_pass_it() -> None:
    told = "甲乙丙丁戊"
    entries = [hit(name, 6.0 - place / 10) for place, name in enumerate(told)]
    none = log_odds(np.zeros((1, 384), np.float32))[0]
    passes = WELL - none - 0.2 * WEIGHTS["passage"] / WEIGHTS["behind"]
    for odds, expected in ((passes + 0.1, "甲乙"), (passes - 0.1, "甲乙丙"), (0.0, told)):
        reader = Reads({"甲": odds} | dict.fromkeys("乙丙丁戊", -9.0))
        read = read_closely(["问"], entries, reader)
        assert [pair.asks for pair in reader.pairs] == list(expected)
        assert len(read) == len(told)


def test_an_entry_found_by_a_customers_words_is_read_by_them_too() -> None:
    # Words that repeat the question read well, whatever an agent answered.
    reader = Reads({"甲": -2.0, "客": 6.0, "乙": 1.5})
    found = replace(hit("甲", 6.0), asks=("甲", "客"))
    read = read_closely(["问"], [found, hit("乙", 5.5)], reader)
    assert [pair.asks for pair in reader.pairs] == ["甲", "客", "乙"]
    none = log_odds(np.zeros((1, 384), np.float32))[0]
    assert [round(one.evidence.reading - none, 3) for one in read] == [2.0, 1.5]


def test_a_question_told_in_two_ways_is_read_in_both() -> None:
    reader = Reads({"甲": 2.0})
    read_closely(["多久？", "发票多久？"], [hit("甲", 6.0)], reader)
    assert [pair.question for pair in reader.pairs] == ["多久？", "发票多久？"]


def test_a_pair_that_two_searches_find_is_read_once() -> None:
    reader = Reads({"甲": 1.0, "乙": 2.0, "丙": 3.0})
    once = ReadOnce(reader)
    first, second, third = hit("甲", 6.0), hit("乙", 5.0), hit("丙", 6.0)
    assert names(read_closely(["问"], [first, second], once)) == ["甲", "乙"]
    read = read_closely(["问", "再问"], [third, second], once)
    assert [(pair.question, pair.asks) for pair in reader.pairs] == [
        ("问", "甲"), ("问", "乙"), ("问", "丙"), ("再问", "丙"), ("再问", "乙"),
    ]  # fmt: skip
    assert [one.evidence.reading for one in read] == pytest.approx([3.0, 2.0], abs=0.1)

"""Questions kept: embedded once, and erased when nobody asks them any more."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.embedding.builtin_model import BUILTIN_DIM
from pipelines.embedding.cross_encoder import CHECK, ORDER, Pair, Task
from pipelines.embedding.identity import EmbedderIdentity
from pipelines.embedding.kept_questions import KeptQuestions

IDENTITY = EmbedderIdentity("test/1", 4)


class Counting:
    """Makes vectors of one, and notes for what."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.eye(4, dtype=np.float32)[: len(texts)]

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> NDArray[np.float32]:
        self.asked += pairs
        return np.eye(BUILTIN_DIM, dtype=np.float32)[: len(pairs)]


def pair(question: str) -> Pair:
    return Pair(question, "怎么退款？", "在订单页申请。")


def test_what_was_read_before_is_not_read_again(tmp_path: Path) -> None:
    reader = Counting()
    with KeptQuestions(tmp_path, IDENTITY, lambda: reader) as kept:
        first = kept.encode_queries(["甲", "乙"])
        read = kept.encode_pairs([pair("甲")])
    with KeptQuestions(tmp_path, IDENTITY, lambda: reader) as kept:
        assert np.array_equal(kept.encode_queries(["乙", "甲"]), first[::-1])
        assert np.array_equal(kept.encode_pairs([pair("甲"), pair("甲")])[1], read[0])
    assert reader.asked == ["甲", "乙", pair("甲")]


def test_nothing_is_loaded_where_all_is_kept(tmp_path: Path) -> None:
    with KeptQuestions(tmp_path, IDENTITY, Counting) as kept:
        kept.encode_queries(["甲"])

    def load() -> Counting:
        pytest.fail("all of it is kept")

    with KeptQuestions(tmp_path, IDENTITY, load) as kept:
        kept.encode_queries(["甲"])


def test_what_nobody_asked_since_is_erased(tmp_path: Path) -> None:
    reader = Counting()
    with KeptQuestions(tmp_path, IDENTITY, lambda: reader) as kept:
        kept.encode_queries(["甲", "乙"])
        kept.encode_pairs([pair("甲"), pair("乙")])
    with KeptQuestions(tmp_path, IDENTITY, lambda: reader) as kept:
        kept.encode_queries(["甲"])
        kept.encode_pairs([pair("乙")])
        kept.forget_unused()
        reader.asked.clear()
        kept.encode_queries(["甲", "乙"])
        kept.encode_pairs([pair("甲"), pair("乙")])
    assert reader.asked == ["乙", pair("甲")]


def test_the_same_words_in_other_places_are_another_pair(tmp_path: Path) -> None:
    reader = Counting()
    with KeptQuestions(tmp_path, IDENTITY, lambda: reader) as kept:
        kept.encode_pairs([Pair("甲", "乙", "丙"), Pair("甲", "丙", "乙")])
    assert len(reader.asked) == 2


def test_a_pair_is_kept_for_each_task_and_erased_with_it(tmp_path: Path) -> None:
    reader = Counting()
    with KeptQuestions(tmp_path, IDENTITY, lambda: reader) as kept:
        kept.encode_pairs([pair("甲")])
        kept.encode_pairs([pair("甲")], CHECK)
        assert reader.asked == [pair("甲"), pair("甲")]
    with KeptQuestions(tmp_path, IDENTITY, lambda: reader) as kept:
        kept.encode_pairs([pair("甲")])
        kept.forget_unused()
        kept.encode_pairs([pair("甲")], CHECK)
    assert reader.asked == [pair("甲")] * 3

"""What the classifier learned, and from what."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from kind_lessons import known_grams, lessons_digest
from safetensors import safe_open
from safetensors.numpy import load_file
from train_intent import compositions, grams_of, lessons

from pipelines.intent import KINDS, LEARNED
from pipelines.kinds import Classifier
from pipelines.kinds.classifier import shares_of
from pipelines.kinds.features import grams
from pipelines.text import fold

QUESTIONS = Path(__file__).resolve().parents[2] / "benchmarks" / "questions"


def test_it_learned_from_the_messages_that_lie_there_and_what_is_composed_of_them() -> None:
    with safe_open(LEARNED, framework="numpy") as file:
        assert file.metadata() == {"lessons": lessons_digest(lessons() + compositions())}


def test_it_knows_the_n_grams_of_several_messages() -> None:
    known, rarity = known_grams([grams_of(text) for text, _ in lessons()])
    learned = load_file(LEARNED)
    assert np.array_equal(known, learned["grams"])
    assert np.array_equal(rarity.astype(np.float16), learned["rarity"])


def test_it_learned_from_no_message_by_which_it_is_measured() -> None:
    learned = {fold(text) for text, _ in lessons()}
    for file in QUESTIONS.glob("intents_*.jsonl"):
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        assert not [row["text"] for row in rows if fold(row["text"]) in learned]


@pytest.mark.parametrize("message", ["怎么退款", "thanks", "𠀀", "", "\U0001f600" * 50])
def test_all_kinds_together_are_certain(message: str) -> None:
    likely = Classifier(LEARNED, KINDS).probabilities(message)
    assert list(likely) == list(KINDS)
    assert sum(likely.values()) == pytest.approx(1)


def test_an_n_gram_that_nobody_wrote_before_changes_nothing() -> None:
    known = np.array([3, 7, 9], np.uint32)
    rarity = np.array([1, 2, 2], np.float16)
    places, shares = shares_of(np.array([1, 3, 7, 8, 4_000_000_000], np.uint32), known, rarity)
    assert places.tolist() == [0, 1]
    assert shares.tolist() == pytest.approx([1 / 5**0.5, 2 / 5**0.5])


def test_nothing_known_weighs_nothing() -> None:
    places, shares = shares_of(
        np.array([5], np.uint32), np.array([3], np.uint32), np.array([1], np.float16)
    )
    assert places.size == shares.size == 0


def test_n_grams_are_different_and_ascending() -> None:
    found = grams("哈哈哈哈 ha ha ha")
    assert np.all(np.diff(found.astype(np.int64)) > 0)
    assert found.dtype == np.uint32


def test_of_a_long_message_the_begin_is_read() -> None:
    assert np.array_equal(grams("a" * 1_000), grams("a" * 50_000))


def test_what_a_message_is_for_is_told_in_a_fraction_of_a_millisecond() -> None:
    classifier = Classifier(LEARNED, KINDS)
    classifier.probabilities("怎么退款")
    started = time.perf_counter()
    for _ in range(200):
        classifier.probabilities("怎么退款，我上周买的会员还没到账")
    assert time.perf_counter() - started < 0.6

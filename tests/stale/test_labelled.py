"""The labelled pairs: an answer that a release made wrong is found, and a near miss is not."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.stale import FLOORS, HISTORIES, Measured, changes_of_history, load_pairs, measure

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def measured(shared_data: Path) -> Measured:
    pairs = load_pairs()
    return measure(
        pairs,
        {
            history: changes_of_history(history, {p.version for p in pairs if p.history == history})
            for history in HISTORIES
        },
    )


@pytest.mark.parametrize("split", FLOORS)
def test_the_floors_of_precision_and_recall_are_kept(split: str, measured: Measured) -> None:
    precision, recall = FLOORS[split]
    score = measured.scores[split]

    assert score.precision >= precision, score
    assert score.recall >= recall, score


def test_nearly_every_bullet_is_found_again(measured: Measured) -> None:
    assert len(measured.unresolved) <= 6


def test_answers_held_against_a_whole_history_are_found_for_what_made_them_wrong(
    measured: Measured,
) -> None:
    assert measured.labelled["sure: stale"] >= 55
    assert measured.labelled["sure: near miss"] == 0
    assert measured.labelled["sure: unlabelled"] <= 2


def test_a_person_is_asked_to_look_at_few_answers_more(measured: Measured) -> None:
    found = {
        certainty: sum(n for label, n in measured.labelled.items() if label.startswith(certainty))
        for certainty in ("sure", "possible")
    }

    assert found["possible"] <= 0.4 * found["sure"]


def test_there_are_as_many_pairs_as_the_benchmark_claims() -> None:
    pairs = load_pairs()

    assert sum(pair.stale for pair in pairs) >= 60
    assert sum(not pair.stale for pair in pairs) >= 200
    assert {pair.split for pair in pairs} == {"dev", "heldout", "second"}
    assert all(pair.wrong in pair.answer for pair in pairs)
    assert not [one for one, count in Counter(pair.id for pair in pairs).items() if count > 1]

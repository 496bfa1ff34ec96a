"""Short answers against short bullets, as a small company writes both: the cases tried first."""

import pytest

from benchmarks.stale import FLOORS, Measured, plain_pairs
from pipelines.changelog.history import Statement
from pipelines.stale.find import find


@pytest.fixture(scope="module")
def judged() -> Measured:
    measured = Measured()
    for pair, bullet in plain_pairs():
        measured.judge(pair, bullet)
    return measured


def test_plain_cases_are_found_and_plain_near_misses_are_not(judged: Measured) -> None:
    precision, recall = FLOORS["plain"]
    score = judged.scores["plain"]

    assert score.right + score.missed >= 80
    assert score.wrong + score.silent >= 80
    assert score.precision >= precision, score
    assert score.recall >= recall, score


@pytest.mark.parametrize("kind", ["limit", "default", "removed", "renamed", "supported"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_kind_and_no_language_is_left_behind(kind: str, lang: str) -> None:
    judged = Measured()
    for pair, bullet in plain_pairs():
        if (pair.kind, pair.lang) == (kind, lang):
            judged.judge(pair, bullet)

    assert judged.scores["plain"].recall >= 0.8, judged.scores["plain"]
    assert judged.scores["plain"].wrong <= 1, judged.scores["plain"]


def test_of_one_company_with_all_these_answers_hardly_another_one_is_found() -> None:
    pairs = list(plain_pairs())
    entries = {pair.entry.id: pair.entry for pair, _ in pairs}
    bullets = {bullet.id: Statement(bullet) for _, bullet in pairs}
    stale = {(pair.entry.id, bullet.id) for pair, bullet in pairs if pair.stale}

    found = find(list(entries.values()), list(bullets.values()), lambda _: {})

    sure = {(one.record, one.change) for one in found if one.tier == "faq"}
    assert len(sure & stale) >= 0.95 * len(stale)
    assert len(sure - stale) <= 6

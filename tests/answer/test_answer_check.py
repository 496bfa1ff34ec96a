"""The answer check: an entry that would be given is read once more."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.answer_check import MOST, USUAL, checked, may_reach
from pipelines.calibration import NEVER
from pipelines.chunks import make_chunk
from pipelines.embedding.cross_encoder import CHECK, ORDER, Pair, Task
from pipelines.embedding.model import Embedder
from pipelines.search import Evidence, Hit
from tests.small_index import NOW, read_as

TWO_STEPS = (
    "如何开启两步验证？",
    "在「账号与安全」里打开「两步验证」，用验证器扫码，输入 6 位动态码即可。"
    "开启时会给出 8 个备用码，手机不在身边时用其中一个登录。",
)
EXPORT = (
    "How do I export a report?",
    "Open the report and choose Export > Excel. Up to 50,000 rows are written to one file; "
    "only owners and editors can export, viewers ask one of them.",
)


class Checker:
    """An embedder by which all pairs have the same log-odds; keeps what it was asked."""

    id = "checker"

    def __init__(self, odds: float) -> None:
        self._odds = odds
        self.asked: list[tuple[Pair, Task]] = []

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError("nothing is embedded for it")

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> NDArray[np.float32]:
        self.asked += [(pair, task) for pair in pairs]
        return read_as(self._odds, pairs, task)


def hit(entry: tuple[str, str]) -> Hit:
    """Return a hit of an entry of whose long answer one passage was found."""
    chunk = make_chunk(
        tier="faq",
        source="help",
        entry_id="one",
        title=entry[0],
        text=entry[1],
        search_text=entry[1],
        path="help.md",
        line_start=1,
        line_end=2,
        at=NOW,
    )
    return Hit(chunk, entry[1], 1.0, Evidence())


def test_a_match_is_more_likely_where_the_check_is_surer_than_usual() -> None:
    by_odds = [
        checked(0.9, "两步验证在哪开", hit(TWO_STEPS), Checker(odds))
        for odds in (USUAL - 2, USUAL, USUAL + 2)
    ]
    assert by_odds == sorted(by_odds)
    assert by_odds[1] == pytest.approx(0.9, abs=1e-3)
    # e to the power of 1, by the odds: 9 to 1 are 24.5 to 1.
    assert by_odds[2] == pytest.approx(24.46 / 25.46, abs=1e-3)


def test_the_passage_that_was_found_is_read_with_the_entrys_question() -> None:
    checker = Checker(0)
    checked(0.9, "两步验证在哪开", hit(TWO_STEPS), checker)
    assert checker.asked == [(Pair("两步验证在哪开", *TWO_STEPS), CHECK)]


def test_what_is_beyond_any_doubt_is_told_no_more_of() -> None:
    entry = hit(TWO_STEPS)
    assert checked(0.9, "q", entry, Checker(50)) == pytest.approx(
        checked(0.9, "q", entry, Checker(MOST)), abs=1e-3
    )


@pytest.mark.parametrize("sure", [0.0, 1.0])
def test_a_match_that_is_quite_impossible_or_certain_can_be_checked(sure: float) -> None:
    assert checked(sure, "q", hit(TWO_STEPS), Checker(MOST)) == pytest.approx(sure, abs=1e-4)


@pytest.mark.parametrize(
    ("sure", "least", "reached"),
    [(0.94, 0.95, True), (0.8, 0.95, True), (0.5, 0.95, False), (0.0, 0.2, False)],
)
def test_only_what_the_check_may_make_likely_enough_is_worth_it(
    sure: float, least: float, reached: bool
) -> None:
    assert may_reach(sure, least) is reached


def test_no_check_reaches_a_confidence_that_no_match_has() -> None:
    assert not may_reach(1.0, NEVER)


@pytest.mark.parametrize(
    ("entry", "answered", "left_out"),
    [
        (TWO_STEPS, "手机没带 动态码看不到 还能登录不", "备用码能发给我同事用吗，他会不会被封号"),
        (TWO_STEPS, "两步验证在哪打开呀", "每次登录都要动态码，能不能改成一个月验证一次"),
        (EXPORT, "as a viewer, can i export it myself", "can the export run every monday"),
        (EXPORT, "how do i get this report into excel", "how do i export it as a pdf"),
    ],
)
def test_what_an_entry_tells_is_surer_than_what_it_leaves_out(
    embedder: Embedder, entry: tuple[str, str], answered: str, left_out: str
) -> None:
    found = hit(entry)
    assert checked(0.9, answered, found, embedder) > checked(0.9, left_out, found, embedder)

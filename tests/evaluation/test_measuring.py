"""One version measured: what loads first belongs to no question."""

import asyncio
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.embedding.cross_encoder import ORDER, Pair, Task
from pipelines.evaluation.golden import GoldenQuestion
from pipelines.evaluation.report import evaluate, retrieve
from pipelines.search import Searcher
from pipelines.versions import published
from pipelines.warehouse import Warehouse
from tests.small_gate import NoModel, write_company
from tests.small_index import faq, release

LOADING_SECONDS = 2.0
ASKED = {"id": "1", "kind": "k", "question": "问题0怎么办", "expect": {"question": "问题0怎么办"}}


class LoadsSlowly(NoModel):
    """An embedder that loads each of its two models at the first use."""

    def __init__(self) -> None:
        self.loaded: set[str] = set()

    def load(self, model: str) -> None:
        if model not in self.loaded:
            self.loaded.add(model)
            time.sleep(LOADING_SECONDS)

    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        self.load("questions")
        return super().encode_queries(texts)

    def encode_pairs(self, pairs: list[Pair], task: Task = ORDER) -> NDArray[np.float32]:
        self.load("pairs")
        return super().encode_pairs(pairs, task)


def test_what_the_first_question_loads_is_in_no_figure(tmp_path: Path) -> None:
    settings = write_company(tmp_path)
    warehouse = Warehouse(settings.warehouse)
    release(warehouse, faq())
    golden = (GoldenQuestion.model_validate(ASKED),)
    slow = LoadsSlowly(), LoadsSlowly()
    version = published(warehouse)
    searched = retrieve(settings, Searcher(version, lambda: slow[0]), golden)
    answered = asyncio.run(evaluate(settings, Searcher(version, lambda: slow[1]), golden, None))
    assert [one.loaded for one in slow] == [{"questions", "pairs"}] * 2
    for item in (*searched.found, *answered.found, *answered.answered):
        assert item.milliseconds < LOADING_SECONDS * 1000


def test_without_questions_nothing_is_loaded(tmp_path: Path) -> None:
    settings = write_company(tmp_path)
    warehouse = Warehouse(settings.warehouse)
    release(warehouse, faq())
    slow = LoadsSlowly()
    assert retrieve(settings, Searcher(published(warehouse), lambda: slow), ()).found == ()
    assert slow.loaded == set()

"""What is read of a version before customers ask it, and what those wait for who ask meanwhile."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.answer import plans
from pipelines.answer.plans import Planner
from pipelines.embedding.cross_encoder import CHECK, ORDER, Task
from pipelines.errors import WarehouseError
from pipelines.search import Searcher
from pipelines.versions import Version, published
from pipelines.warehouse import Warehouse
from tests.gateway.served import settings_for
from tests.small_index import RECIPE, ReadsAlike, Vectors, faq, release


class Counting(ReadsAlike):
    """An embedder that counts what it is asked to read for, and how often to embed."""

    id = RECIPE.embedder_id

    def __init__(self) -> None:
        self.embedded = 0
        self.read: list[Task] = []

    def encode_queries(self, texts: list[str]) -> Any:
        self.embedded += 1
        vectors = Vectors()(texts)
        return [vectors[text] for text in texts]

    def encode_pairs(self, pairs: Any, task: Task = ORDER) -> Any:
        self.read.append(task)
        return super().encode_pairs(pairs, task)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(plans, "time", type("Clock", (), {"sleep": taken.append}))
    return taken


@pytest.fixture
def embedder() -> Counting:
    return Counting()


@pytest.fixture
def version(tmp_path: Path) -> Version:
    warehouse = Warehouse(tmp_path)
    release(warehouse, faq())
    return published(warehouse)


@pytest.fixture
def planner(version: Version, embedder: Counting) -> Planner:
    return Planner(settings_for(), Searcher(version, lambda: embedder))


def test_the_first_version_is_made_ready_with_the_models_and_without_a_pause(
    planner: Planner, version: Version, embedder: Counting, pauses: list[float]
) -> None:
    planner.make_ready(version)
    assert set(embedder.read) == {ORDER, CHECK}
    assert pauses == []


def test_a_later_version_leaves_the_cores_to_those_who_ask_the_one_before(
    planner: Planner, version: Version, embedder: Counting, pauses: list[float]
) -> None:
    planner.make_ready(version)
    before, read = embedder.embedded, [*embedder.read]
    planner.make_ready(Version(version.folder))
    # It is searched, and the models, which are ready by then, need read nothing for it.
    assert embedder.embedded == before + 1
    assert embedder.read == read
    assert pauses == [plans.PAUSE_SECONDS] * 5


def test_a_version_that_could_not_be_read_leaves_the_models_to_the_next_one(
    planner: Planner,
    version: Version,
    embedder: Counting,
    pauses: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise WarehouseError("damaged")

    with monkeypatch.context() as patch:
        patch.setattr(planner, "plan", fail)
        with pytest.raises(WarehouseError, match="damaged"):
            planner.make_ready(version)
    planner.make_ready(version)
    assert set(embedder.read) == {ORDER, CHECK}
    assert pauses == []

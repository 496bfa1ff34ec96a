"""The gateway goes over to a new version once that is ready, and not a question waits for it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from pipelines.answer import Answerer
from pipelines.calibration import fitted, with_calibration
from pipelines.errors import WarehouseError
from pipelines.gateway.app import create_app
from pipelines.gateway.operations.following import LOOK_SECONDS
from pipelines.publish import publish, rollback
from pipelines.search import Searcher
from pipelines.versions import PublishedVersion, Version
from pipelines.warehouse import Warehouse
from tests.gateway.served import serving, settings_for
from tests.small_index import (
    NOW,
    RECIPE,
    ReadsAlike,
    Vectors,
    build,
    faq,
    pass_checks,
    release,
)

Ready = Callable[[Version], None]


class AnyQuestion(ReadsAlike):
    """An embedder to which questions mean what their text hash does."""

    id = RECIPE.embedder_id

    def encode_queries(self, texts: list[str]) -> object:
        vectors = Vectors()(texts)
        return [vectors[text] for text in texts]


class Reading(Answerer):
    """An answerer whose reading of a version the test holds up, or makes fail."""

    ready: Ready | None = None

    def make_ready(self, version: Version) -> None:
        if self.ready:
            self.ready(version)
        super().make_ready(version)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    warehouse = Warehouse(tmp_path / "warehouse")
    release(warehouse, faq())
    return warehouse


@pytest.fixture
def answerer(warehouse: Warehouse) -> Reading:
    return Reading(settings_for(), Searcher(PublishedVersion(warehouse), AnyQuestion))


@pytest.fixture
def url(answerer: Reading) -> Iterator[str]:
    app = create_app(settings_for(), answerer, answerer._searcher, environ={})
    with serving(app) as url:
        yield url


def asked(url: str) -> str:
    """Return the version that answers."""
    body = {"model": "sanku", "stream": False, "messages": [{"role": "user", "content": "问题3"}]}
    answer = httpx.post(f"{url}/api/chat", json=body, trust_env=False).json()
    return str(answer["sanku"]["version"])


def until(version: str, url: str) -> None:
    """Wait until a version answers."""
    for _ in range(100):
        if asked(url).startswith(version):
            return
        time.sleep(0.1)
    pytest.fail(f"{version} does not answer")


def test_the_version_before_answers_until_the_new_one_is_ready(
    url: str, answerer: Reading, warehouse: Warehouse
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(version: Version) -> None:
        begun.set()
        go_on.wait(10)

    answerer.ready = slowly
    release(warehouse, faq(7))
    assert begun.wait(10)
    assert asked(url).startswith("0001-")
    go_on.set()
    until("0002-", url)


def test_a_rollback_is_followed_without_a_question(
    url: str, answerer: Reading, warehouse: Warehouse
) -> None:
    release(warehouse, faq(7))
    until("0002-", url)
    read = threading.Event()
    answerer.ready = lambda version: read.set()
    rollback(warehouse, None, now=NOW)
    assert read.wait(10)
    until("0001-", url)


def test_a_version_that_cannot_be_read_ahead_is_answered_from_all_the_same(
    url: str, answerer: Reading, warehouse: Warehouse
) -> None:
    def fail(version: Version) -> None:
        raise WarehouseError("a file is damaged")

    answerer.ready = fail
    release(warehouse, faq(7))
    until("0002-", url)


def of_another_model(warehouse: Warehouse) -> None:
    """Publish a version as `sanku run` does once `embedding.model` is another."""
    built = build(warehouse, faq(8), recipe=replace(RECIPE, embedder_id="test/2"))
    pass_checks(built)
    with warehouse.writing():
        publish(warehouse, keep=5, now=NOW)


def of_another_sanku(warehouse: Warehouse) -> None:
    """Publish a version whose confidence is worked out by another formula."""
    built = build(warehouse, faq(8))
    made = fitted((), wanted=0.98, embedder_id=RECIPE.embedder_id)
    with_calibration(built.version, made.model_copy(update={"formula": "another"}))
    pass_checks(built)
    with warehouse.writing():
        publish(warehouse, keep=5, now=NOW)


def index_state(url: str) -> tuple[str, str]:
    """Return what `/readyz` says of the index: state and reason."""
    index = httpx.get(f"{url}/readyz", trust_env=False).json()["parts"]["index"]
    return index["state"], index["reason"]


@pytest.mark.parametrize("publish_another", [of_another_model, of_another_sanku])
def test_a_version_that_this_gateway_cannot_answer_from_waits_for_a_reload(
    url: str, warehouse: Warehouse, publish_another: Callable[[Warehouse], None]
) -> None:
    publish_another(warehouse)
    time.sleep(3 * LOOK_SECONDS)
    assert asked(url).startswith("0001-")
    state, reason = index_state(url)
    assert state == "degraded"
    assert "reload the gateway" in reason
    release(warehouse, faq(7))
    until("0003-", url)
    assert index_state(url) == ("ok", "")


@pytest.mark.parametrize(
    ("publish_another", "mend"),
    [(of_another_model, "reload the gateway"), (of_another_sanku, "restart the gateway")],
)
def test_a_gateway_that_can_answer_from_no_version_is_not_ready(
    tmp_path: Path, publish_another: Callable[[Warehouse], None], mend: str
) -> None:
    warehouse = Warehouse(tmp_path / "another")
    publish_another(warehouse)
    searcher = Searcher(PublishedVersion(warehouse), AnyQuestion)
    app = create_app(settings_for(), Answerer(settings_for(), searcher), searcher, environ={})
    with serving(app) as url:
        state, reason = index_state(url)
    assert state == "failed"
    assert mend in reason


def test_the_first_question_finds_its_version_read(answerer: Reading) -> None:
    read: list[str] = []
    answerer.ready = lambda version: read.append(version.name)
    app = create_app(settings_for(), answerer, answerer._searcher, environ={})
    with serving(app) as url:
        assert [name[:5] for name in read] == ["0001-"]
        assert asked(url) == read[0]


def test_a_gateway_starts_before_anything_is_published(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "empty")
    searcher = Searcher(PublishedVersion(warehouse), AnyQuestion)
    app = create_app(settings_for(), Answerer(settings_for(), searcher), searcher, environ={})
    with serving(app) as url:
        release(warehouse, faq())
        until("0001-", url)

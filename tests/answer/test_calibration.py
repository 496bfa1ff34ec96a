"""Confidence calibrated for the embedding model and the FAQ at hand, and refused for another."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from pipelines.calibration import (
    NEVER,
    Example,
    Known,
    calibrate,
    calibration_of,
    confidence,
    fitted,
    with_calibration,
)
from pipelines.confidence import FORMULA
from pipelines.embedding.builtin_model import BUILTIN_DIM
from pipelines.embedding.cache import EmbeddingCache
from pipelines.embedding.cross_encoder import ORDER, Pair, Task
from pipelines.embedding.kept_questions import QUERIES
from pipelines.embedding.model import load_embedder
from pipelines.errors import WarehouseError
from pipelines.search import Searcher
from pipelines.versions import Calibration, Version, published
from pipelines.warehouse import Warehouse
from tests.answer.conftest import MakeHit
from tests.conftest import Company
from tests.search.test_candidates import vector_of
from tests.search.test_customer_wordings import SAID, asking, index
from tests.small_index import RECIPE, build, faq


def fit(*examples: Example, wanted: float = 0.98) -> Calibration:
    return fitted(examples, wanted=wanted, embedder_id="test/1")


def test_without_examples_the_general_coefficients_hold() -> None:
    made = fit()
    assert made.slope == pytest.approx(1, abs=0.1)
    assert made.offset == pytest.approx(0, abs=0.15)
    assert made.examples == 0


def test_few_examples_move_it_little_and_many_move_it_far() -> None:
    wrong = Example(3.0, 0.0)
    none, few, many = fit(), fit(*[wrong] * 3), fit(*[wrong] * 150)

    def sure(made: Calibration) -> float:
        return float(1 / (1 + np.exp(-made.slope * 3.0 - made.offset)))

    assert sure(none) > sure(few) > sure(none) - 0.1
    assert sure(many) < sure(none) - 0.3


def test_an_faq_in_which_wrong_matches_look_right_asks_for_more_confidence_or_gives_none() -> None:
    usual = fit(*[Example(-2.0, 0.0, left_out=True)] * 60)
    close = fit(*[Example(2.5, 0.0, left_out=True)] * 60)
    at = 2.5
    assert close.slope * at + close.offset < usual.slope * at + usual.offset


def test_the_threshold_falls_with_the_precision_that_is_wanted() -> None:
    assert fit(wanted=0.9).direct < fit(wanted=0.97).direct
    assert fit(wanted=1.0).direct == NEVER


def test_no_hit_has_no_confidence(make_hit: MakeHit) -> None:
    assert confidence([], fit()) == 0.0
    assert 0 < confidence([make_hit()], fit()) < 1


@pytest.fixture
def version(tmp_path: Path) -> Version:
    return build(Warehouse(tmp_path), faq()).version


@pytest.mark.parametrize("other", [{"embedder_id": "test/2"}, {"formula": "of another release"}])
def test_a_calibration_for_something_else_is_refused(version: Version, other: dict) -> None:
    made = fitted((), wanted=0.98, embedder_id=version.manifest.embedder_id)
    assert calibration_of(with_calibration(version, made)) == made
    with pytest.raises(WarehouseError, match="`sanku run`"):
        calibration_of(with_calibration(version, made.model_copy(update=other)))


def test_a_version_that_was_never_calibrated_is_read_by_the_general_coefficients(
    version: Version,
) -> None:
    assert version.manifest.calibration is None
    assert calibration_of(version).examples == 0


class Counted:
    """The vectors of another embedder, and which texts it was asked for."""

    def __init__(self, company: Company) -> None:
        self._model = load_embedder(company[0])
        self.id = self._model.id
        self.asked: list[str] = []
        self.read: list[Pair] = []

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += texts
        return self._model.encode_queries(texts)

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> npt.NDArray[np.float32]:
        self.read += pairs
        return self._model.encode_pairs(pairs, task)


def test_a_published_version_is_calibrated_on_its_own_faq(sample: Company) -> None:
    made = published(sample[1]).manifest.calibration
    assert made is not None
    assert made.examples > 20
    assert made.formula == FORMULA
    assert (made.slope, made.offset) != (1.0, 0.0)


def test_an_unchanged_faq_is_asked_nothing_again(sample: Company, tmp_path: Path) -> None:
    version = published(sample[1])
    before = version.manifest.calibration
    assert before is not None

    def model() -> Counted:
        pytest.fail("nothing changed")

    kept = calibrate(version, (), before.golden, tmp_path, model, before)
    assert kept is before


@pytest.mark.long
def test_questions_are_embedded_once_and_forgotten_when_no_longer_asked(
    sample: Company, tmp_path: Path
) -> None:
    version, model = published(sample[1]), Counted(sample)
    known = (Known("怎么开发票？", lambda hit: "发票" in hit.chunk.title),)
    first = calibrate(version, known, "one", tmp_path, lambda: model)
    assert "怎么开发票？" in model.asked
    assert len(model.asked) == len(set(model.asked))
    asked = len(model.asked)
    assert calibrate(version, known, "one", tmp_path, lambda: model) == first
    assert len(model.asked) == asked
    without = calibrate(version, (), "two", tmp_path, lambda: model, first)
    assert without.examples == first.examples - 1
    with EmbeddingCache(tmp_path, f"{model.id}{QUERIES}", version.manifest.dim) as kept:
        assert len(kept) < asked


@pytest.mark.long
def test_known_questions_are_told_right_from_wrong(sample: Company, tmp_path: Path) -> None:
    version, model = published(sample[1]), Counted(sample)
    titles = version.rows("title", "tier").to_pylist()
    questions = sorted({row["title"] for row in titles if row["tier"] == "faq"})
    right, wrong = (
        calibrate(
            version,
            [Known(text, lambda hit, told=told: told) for text in questions],
            str(told),
            tmp_path,
            lambda: model,
        )
        for told in (True, False)
    )
    assert right.direct < wrong.direct


class Noting:
    """Embeds by text, and notes what it reads."""

    id = RECIPE.embedder_id

    def __init__(self) -> None:
        self.read: list[Pair] = []

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.stack([vector_of(text) for text in texts])

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> npt.NDArray[np.float32]:
        self.read += pairs
        return np.tile(vector_of("alike", BUILTIN_DIM), (len(pairs), 1))


def test_what_it_reads_and_keeps_holds_no_customers_words(tmp_path: Path) -> None:
    question = "如何申请退款"
    said = asking("talk", SAID, "dialogues", ("refund",))
    version = index(tmp_path / "index", [asking("refund", question), said], far=[question])
    model = Noting()
    found = Searcher(version, lambda: model).search(SAID, tier="faq")
    assert SAID in found.hits[0].asks, "an answer is read with them"
    known = (Known(SAID, lambda hit: True),)
    calibrate(version, known, "one", tmp_path / "kept", lambda: model)
    assert {pair.asks for pair in model.read} == {question}

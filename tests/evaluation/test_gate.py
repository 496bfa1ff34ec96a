"""The gate's golden questions: what got worse is named, and too much of it blocks."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.calibration import fitted, with_calibration
from pipelines.checks import (
    Gate,
    golden_questions_are_found,
    must_refuse_questions_are_refused,
)
from pipelines.chunks import to_table
from pipelines.embedding.model import load_embedder
from pipelines.errors import SettingsError
from pipelines.evaluation.golden import load_golden
from pipelines.evaluation.models import with_embedding
from pipelines.evaluation.ranking import find
from pipelines.publish import publish
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse
from tests.gateway.served import UNSURE
from tests.small_gate import NoModel, gate, knowing, publishing, write_company
from tests.small_index import NOW, RECIPE, build, chunk, faq, pass_checks, release


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return write_company(tmp_path)


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    return Warehouse(settings.warehouse)


def golden(settings: Settings, *questions: str) -> None:
    lines = [
        f'{{"id": "{n}", "question": "{q}怎么办", "kind": "direct",'
        f' "expect": {{"tier": "faq", "question": "{q}怎么办"}}}}'
        for n, q in enumerate(questions)
    ]
    settings.beside_sources("golden.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_losing_golden_questions_blocks_and_names_them(
    settings: Settings, warehouse: Warehouse
) -> None:
    golden(settings, "问题0", "问题1")
    entries = faq(12)
    release(warehouse, entries)
    before = published(warehouse)
    candidate, model = build(warehouse, entries[1:]).version, knowing(entries)
    result = golden_questions_are_found(Gate(settings, candidate, before, model))
    assert not result.passed
    assert "recall@5 0.500" in result.summary
    assert "published 1.000" in result.summary
    (row,) = result.rows
    told = {name: row[name] for name in ("id", "question", "expected", "was rank", "is")}
    assert told == {
        "id": "0",
        "question": "问题0怎么办",
        "expected": "问题0怎么办",
        "was rank": "1",
        "is": "not in the FAQ",
    }
    assert row["first now"] in {one.title for one in entries[1:]}
    assert "1 of them because no FAQ entry asks what they expect any more" in result.summary
    assert "in `golden.jsonl`. Mend the entries, or raise `publish.max_recall_loss`" in (
        result.summary
    )
    allowed = publishing(settings, max_recall_loss=0.5)
    assert golden_questions_are_found(Gate(allowed, candidate, before, model)).passed


def test_an_entry_that_is_there_and_stands_lower_is_no_slip_of_the_golden_file(
    settings: Settings, warehouse: Warehouse
) -> None:
    golden(settings, "问题0")
    entries = faq(12)
    release(warehouse, entries)
    before = published(warehouse)
    hashes = {one.title: one.text_hash for one in entries}
    swapped = dict(zip(hashes, reversed(hashes.values()), strict=True))

    class Confused(NoModel):
        def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
            return super().encode_queries([swapped.get(text, text) for text in texts])

    others = [chunk(f"问题0怎么办，第 {n} 种", f"第 {n} 种办法。") for n in range(12)]
    candidate = build(warehouse, [*entries, *others]).version
    strict = publishing(settings, max_recall_loss=0.0)
    result = golden_questions_are_found(Gate(strict, candidate, before, knowing(entries)))
    assert result.passed, "the entry is still found by its own question"
    result = golden_questions_are_found(Gate(strict, candidate, before, Confused))
    (row,) = result.rows
    assert row["is"] not in ("1", "not in the FAQ")
    assert "no FAQ entry asks" not in result.summary


def test_a_customers_words_are_not_told_where_they_stand_first(
    settings: Settings, warehouse: Warehouse
) -> None:
    line = {"id": "1", "kind": "k", "question": "问题0怎么办", "expect": {"tier": "dialogues"}}
    settings.beside_sources("golden.jsonl").write_text(json.dumps(line), encoding="utf-8")
    said = [chunk("我叫王建国，问题0", "好的，马上处理。", tier="dialogues")]
    release(warehouse, [*faq(), *said])
    candidate = published(warehouse)
    (found,) = find(Searcher(candidate, NoModel), load_golden(settings))
    assert (found.rank, found.first) == (1, "a dialogue")


def test_a_golden_file_with_a_bad_line_names_it(settings: Settings, warehouse: Warehouse) -> None:
    settings.beside_sources("golden.jsonl").write_text('\n{"id": 1}\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"golden\.jsonl` line 2 is no golden question"):
        golden_questions_are_found(gate(settings, build(warehouse, faq()).version))


def test_a_published_version_of_another_model_is_not_compared(
    settings: Settings, warehouse: Warehouse
) -> None:
    golden(settings, "问题0")
    release(warehouse, faq())
    before = published(warehouse)
    recipe = dataclasses.replace(RECIPE, embedder_id="test/2")
    built = build(warehouse, faq(), recipe=recipe)

    class Other(NoModel):
        id = "test/2"

    result = golden_questions_are_found(Gate(settings, built.version, before, Other))
    assert result.passed
    assert result.summary.endswith("nothing to compare with")


def test_losing_exactly_what_is_allowed_passes(settings: Settings, warehouse: Warehouse) -> None:
    """In floating point, 1 - .9 is more than .1."""
    golden(settings, *(f"问题{number}" for number in range(10)))
    entries = faq(10)
    release(warehouse, entries)
    before = published(warehouse)
    candidate = build(warehouse, entries[1:]).version
    allowed = publishing(settings, max_recall_loss=0.1)
    at = Gate(allowed, candidate, before, knowing(entries))
    result = golden_questions_are_found(at)
    assert result.passed
    assert "1 questions got worse" in result.summary


@pytest.mark.parametrize(
    "former",
    [
        {"schema_version": "0"},
        # Its confidence cannot be read any more; who upgrades could publish nothing else.
        {"calibration": UNSURE.model_copy(update={"formula": "of another release"})},
    ],
)
def test_a_published_version_of_another_release_of_sanku_is_not_compared(
    settings: Settings, warehouse: Warehouse, former: dict[str, object]
) -> None:
    golden(settings, "问题0")
    release(warehouse, faq())
    before = published(warehouse)
    before.manifest = before.manifest.model_copy(update=former)
    built = build(warehouse, faq()[1:])
    result = golden_questions_are_found(gate(settings, built.version, before))
    assert result.passed
    assert "nothing to compare with" in result.summary


def must_refuse(settings: Settings, question: str, decision: str = "refuse") -> None:
    line = {"id": "1", "kind": "none", "question": question, "expect": {"decision": decision}}
    settings.beside_sources("golden.jsonl").write_text(
        json.dumps(line, ensure_ascii=False), encoding="utf-8"
    )


@pytest.mark.parametrize("decision", ["refuse", "handoff"])
def test_a_candidate_that_answers_what_must_be_refused_or_handed_over_blocks(
    settings: Settings, warehouse: Warehouse, decision: str
) -> None:
    must_refuse(settings, "问题0怎么办", decision)
    candidate = build(warehouse, faq()).version
    result = must_refuse_questions_are_refused(Gate(settings, candidate, None, knowing(faq())))
    assert not result.passed
    assert result.summary.startswith("1 of 1 answered directly")
    assert result.summary.endswith("no threshold helps")
    assert result.rows == (
        {
            "id": "1",
            "question": "问题0怎么办",
            "kind": "none",
            "answered by": "问题0怎么办",
            "place": "help.md:1",
            "because": "it asks this very question",
        },
    )


def test_a_higher_threshold_is_advised_only_where_a_match_answers(
    settings: Settings, warehouse: Warehouse
) -> None:
    must_refuse(settings, "问题0该怎么办呢")
    candidate = build(warehouse, faq()).version
    made = fitted((), wanted=0.9, embedder_id=candidate.manifest.embedder_id)
    lax = with_calibration(candidate, made.model_copy(update={"direct": 0.0}))
    result = must_refuse_questions_are_refused(gate(settings, lax))
    assert "raise `answer.direct` where its confidence is told" in result.summary
    assert [row["answered by"][:2] for row in result.rows] == ["问题"]
    assert result.rows[0]["because"].startswith("confidence 0.")


@pytest.mark.parametrize(("question", "decision"), [("你好呀", "refuse"), ("转人工", "handoff")])
def test_a_candidate_that_refuses_what_it_must_passes(
    settings: Settings, warehouse: Warehouse, question: str, decision: str
) -> None:
    must_refuse(settings, question, decision)
    candidate = build(warehouse, faq()).version
    assert must_refuse_questions_are_refused(gate(settings, candidate)).passed


def test_a_published_version_of_a_former_model_is_searched_with_that_one(
    settings: Settings, warehouse: Warehouse, character_model: Path
) -> None:
    former = with_embedding(settings, str(character_model))
    embedder = load_embedder(former)
    chunks = to_table(faq())
    texts = dict(
        zip(chunks["text_hash"].to_pylist(), chunks["search_text"].to_pylist(), strict=True)
    )

    def vectors(hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        made = embedder.encode_documents([texts[key] for key in hashes])
        return dict(zip(hashes, made, strict=True))

    golden(settings, "问题0")
    recipe = dataclasses.replace(RECIPE, embedder_id=embedder.id, dim=embedder.dim)
    built = build(warehouse, faq(), vectors, recipe)
    pass_checks(built)
    with warehouse.writing():
        publish(warehouse, keep=5, now=NOW)
    candidate = build(warehouse, faq()[1:]).version
    result = golden_questions_are_found(gate(former, candidate, published(warehouse)))
    assert not result.passed
    assert "published 1.000" in result.summary

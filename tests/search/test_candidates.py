"""Candidates: every tier has its own, words and vectors are those of whole records."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.chunks import Chunk, View, make_chunk
from pipelines.errors import WarehouseError
from pipelines.index import Recipe
from pipelines.records import TIERS, Tier
from pipelines.search.candidates import SHORTLIST, Candidate, candidates
from pipelines.search.opened import read_rows
from pipelines.versions import ROWS_WORTH_A_VECTOR_INDEX, Version
from pipelines.warehouse import Warehouse
from tests.small_index import RECIPE, build, release

Vector = NDArray[np.float32]


def vector_of(text: str, dim: int = RECIPE.dim) -> Vector:
    """Return a unit vector, the same for the same text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).normal(size=dim).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def a_chunk(
    entry: str, search_text: str, *, tier: Tier = "faq", part: int = 0, view: View = "passage"
) -> Chunk:
    return make_chunk(
        tier=tier,
        source="help",
        entry_id=entry,
        part=part,
        view=view,
        title=entry,
        text=f"text of {entry}",
        search_text=search_text,
        path="help.md",
        line_start=1,
        line_end=2,
    )


def index(folder: Path, chunks: Sequence[Chunk]) -> Version:
    texts = {chunk.text_hash: chunk.search_text for chunk in chunks}

    def vectors(hashes: Sequence[str]) -> Mapping[str, Vector]:
        return {key: vector_of(texts[key]) for key in hashes}

    return build(Warehouse(folder), chunks, vectors).version  # type: ignore[arg-type]


def found(
    version: Version, terms: str, *, text: str = "?", tiers: Sequence[Tier] = TIERS
) -> dict[str, Candidate]:
    weighed = dict.fromkeys(terms.split(), 1.0)
    return {one.entry_id: one for one in candidates(version, vector_of(text), weighed, tiers)}


def dialogues(count: int, text: str = "退款 多久") -> list[Chunk]:
    return [a_chunk(f"talk{n}", f"{text} {n}", tier="dialogues") for n in range(count)]


def test_an_entry_is_found_beside_hundreds_of_dialogues_that_say_the_same(tmp_path: Path) -> None:
    version = index(tmp_path, [*dialogues(300), a_chunk("entry", "退款 多久 到账 以及 更多 的 话")])
    ones = found(version, "退款 多久")
    assert ones["entry"].words > 0
    assert sum(one.tier == "dialogues" for one in ones.values()) == SHORTLIST // len(TIERS)


def test_one_tier_alone_gets_all_places(tmp_path: Path) -> None:
    version = index(tmp_path, dialogues(300))
    ones = found(version, "退款", tiers=["dialogues"])
    assert SHORTLIST // len(TIERS) < len(ones) <= SHORTLIST
    assert not found(version, "退款", tiers=["faq"])


def test_words_weigh_what_they_weigh_in_their_own_tier(tmp_path: Path) -> None:
    entries = [a_chunk(f"entry{n}", f"问题 {n}") for n in range(5)]
    entries.append(a_chunk("refund", "退款 说明"))
    alone = found(index(tmp_path / "a", entries), "退款")["refund"].words
    beside = found(index(tmp_path / "b", [*entries, *dialogues(200)]), "退款")["refund"].words
    assert beside == pytest.approx(alone)


def test_a_term_of_half_weight_counts_half(tmp_path: Path) -> None:
    version = index(tmp_path, [a_chunk("a", "退款 说明"), a_chunk("b", "发票 说明")])
    terms = {"退款": 1.0, "发票": 0.5}
    ones = {one.entry_id: one for one in candidates(version, vector_of("?"), terms, ["faq"])}
    assert ones["b"].words == pytest.approx(ones["a"].words / 2)
    whole = found(version, "退款")["a"].words
    assert ones["a"].words == pytest.approx(whole)


def test_a_record_is_told_by_all_its_rows(tmp_path: Path) -> None:
    parts = [
        a_chunk("entry", "退款 多久", part=0, view="question"),
        a_chunk("entry", "几天 到账", part=1, view="question"),
        a_chunk("entry", "三天 之内", part=2),
        a_chunk("entry", "节假日 顺延", part=3),
    ]
    version = index(tmp_path, [*parts, *(a_chunk(f"other{n}", f"其他 {n}") for n in range(80))])
    one = found(version, "退款 顺延 发票", text="退款 多久")["entry"]
    cosines = [float(vector_of(part.search_text) @ vector_of("退款 多久")) for part in parts]
    assert one.question == pytest.approx(max(cosines[:2]), abs=1e-4) == pytest.approx(1)
    assert one.passage == pytest.approx(max(cosines[2:]), abs=1e-4)
    assert one.generated is None
    rows = read_rows(version, one.rows)
    assert [rows[row].chunk for row in one.rows] == parts
    assert rows[one.rows[2]].terms >= {"三天", "之内"}
    assert rows[one.best].chunk == parts[2 + int(np.argmax(cosines[2:]))]


def test_what_a_later_version_adds_and_changes_is_found(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    old = [a_chunk(f"entry{n}", f"问题 {n}") for n in range(30)]
    release(warehouse, old)
    new = [*old[1:], a_chunk("entry0", "发票 抬头"), a_chunk("entry0", "开票", part=1)]
    version = build(warehouse, [*new, a_chunk("added", "发票 寄送")]).version
    assert len(list(version.folder.glob("chunks.lance/data/*"))) > 1  # merged, not built anew
    ones = found(version, "发票")
    assert {entry for entry, one in ones.items() if one.words} == {"entry0", "added"}
    rows = read_rows(version, ones["entry0"].rows)
    said = [rows[row].chunk.search_text for row in ones["entry0"].rows]
    assert said == ["发票 抬头", "开票"]


def test_of_a_pasted_log_the_weightiest_terms_are_searched_for(tmp_path: Path) -> None:
    version = index(tmp_path, [a_chunk("entry", "退款 说明"), a_chunk("other", "发票 说明")])
    terms = {f"noise{n}": 0.5 for n in range(5_000)} | {"退款": 1.0}
    ones = {one.entry_id: one for one in candidates(version, vector_of("?"), terms, ["faq"])}
    assert ones["entry"].words > ones["other"].words == 0


def test_a_question_without_terms_is_searched_for_by_meaning(tmp_path: Path) -> None:
    version = index(tmp_path, [a_chunk("entry", "退款 说明"), a_chunk("other", "发票 说明")])
    ones = found(version, "", text="退款 说明")
    assert ones["entry"].passage == pytest.approx(1, abs=1e-3)
    assert not ones["entry"].words


def test_files_that_are_gone_are_told_with_the_way_out(tmp_path: Path) -> None:
    version = index(tmp_path, [a_chunk("entry", "退款 说明")])
    assert found(version, "退款")
    shutil.rmtree(version.folder / "chunks.lance" / "data")
    with pytest.raises(WarehouseError, match="sanku verify"):
        read_rows(version, [0])


def test_a_version_of_another_schema_is_refused_with_the_way_out(tmp_path: Path) -> None:
    version = index(tmp_path, [a_chunk("entry", "退款 说明")])
    version.manifest = version.manifest.model_copy(update={"schema_version": "1"})
    with pytest.raises(WarehouseError, match="sanku run"):
        found(version, "退款")


@pytest.mark.long
def test_the_vector_index_finds_what_an_exact_scan_does(tmp_path: Path) -> None:
    dim, count, asked = 64, ROWS_WORTH_A_VECTOR_INDEX, 20
    chance = np.random.default_rng(3)
    topics = chance.normal(size=(200, dim))
    matrix = topics[chance.integers(0, 200, count)] + chance.normal(size=(count, dim))
    matrix = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
    chunks = [a_chunk(f"entry{n}", f"{n}") for n in range(count)]
    place = {chunk.text_hash: number for number, chunk in enumerate(chunks)}
    version = build(
        Warehouse(tmp_path),
        chunks,
        lambda hashes: {key: matrix[place[key]] for key in hashes},  # type: ignore[arg-type]
        Recipe("test/64", dim, "", RECIPE.answering),
    ).version
    assert "vector" in {index.columns[0] for index in version.table.list_indices()}
    hits = 0
    for question in matrix[:asked] + 0.05 * chance.normal(size=(asked, dim)).astype(np.float32):
        exact = {f"entry{n}" for n in np.argsort(-(matrix @ question))[:10]}
        ones = sorted(candidates(version, question, {}, ["faq"]), key=_passage)
        hits += len(exact & {one.entry_id for one in ones[:10]})
    # Noise without topics of its own is the hardest case; `search_speed.py` measures a likely one.
    assert hits / (10 * asked) >= 0.93


def _passage(one: Candidate) -> float:
    return -(one.passage or 0.0)

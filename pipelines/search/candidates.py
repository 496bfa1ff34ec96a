"""Candidates: the records of each tier that fit a question by meaning or by words, and how well.

LanceDB is asked everything at once: a dense and a full-text query per tier that return row ids and
scores and nothing else. Then what is near, and the few records that either side ranks high with all
their rows, are compared by their vectors, which are in memory. All other columns are read of the
hits alone.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.records import Tier
from pipelines.search.catalogue import Catalogue, Numbers
from pipelines.search.opened import Opened, Vectors, opened, read_vectors, row_ids_of, wait_for
from pipelines.versions import Version

# Each side hands over this many rows per tier.
FOUND_ROWS = 60
# So many records are scored, shared among the tiers that are searched.
SHORTLIST = 90
# 1 / (RANK_OFFSET + rank), summed over both sides, draws the shortlist. With LanceDB's usual 60,
# any record low in both lists would go before the first of one.
RANK_OFFSET = 10
# The index knows roughly which rows are near: so many times `FOUND_ROWS` are put in order by their
# vectors. Without, recall@10 is .57 of 1,000,000 rows; with 2, .998 of those and .987 of vectors of
# 64 dimensions without topics, which 3 makes .997.
PROBES, REFINE = 40, 3
# A pasted log holds thousands of words; 90 in 100 questions have less than 18.
MAX_TERMS = 64
# LanceDB's BooleanQuery takes ten times as long as a plain one, which counts a repeated term
# twice: weights are rounded to halves.
STEPS = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may answer, and all that is needed to score it."""

    entry_id: str
    tier: Tier
    source: str
    at: datetime
    version: str
    until: str
    words: float
    """BM25 of its best row among those of its tier; 0 where full text did not find it."""
    question: float | None
    """Cosine of its closest question view that a person wrote."""
    generated: float | None
    """Cosine of its closest question view that a model wrote."""
    passage: float | None
    """Cosine of its closest passage."""
    wording: float | None
    """Cosine of the closest question among the dialogues that an agent answered with it."""
    rows: tuple[int, ...]
    """Its rows, for `read_rows`, in the order of its parts."""
    questions: tuple[int, ...]
    """Those of its question views that a person wrote."""
    best: int
    """Row of its closest passage, or of its first part where it has none."""
    asks: tuple[int, ...]
    """Row of its closest question view, or of its first part where it has none; and that of the
    question among the dialogues, where it is closer."""


def candidates(
    version: Version,
    vector: Vectors,
    terms: Mapping[str, float],
    tiers: Sequence[Tier],
) -> tuple[Candidate, ...]:
    """Return the records of `tiers` that are worth scoring, tier by tier, in no order of merit.

    `vector` is the question's, of unit length; `terms` are what full text looks for, each with its
    weight, 1 for a word as it was asked. Raises `WarehouseError` where the files of the version
    are damaged or gone.
    """
    reading = opened(version)
    catalogue = reading.catalogue
    searched: Sequence[Tier] = tiers
    if "faq" in tiers and "dialogues" not in tiers and catalogue.answers:
        searched = (*tiers, "dialogues")
    sought, scale = _repeated(terms)
    asking = [_dense(reading, vector, tier) for tier in searched]
    if sought:
        asking += [_full_text(reading, sought, tier) for tier in searched]
    answers = wait_for(version, _all(asking))
    nearest, matching = answers[: len(searched)], answers[len(searched) :]
    near = [catalogue.rows_found(row_ids_of(found)) for found in nearest]
    cosines = read_vectors(version, np.concatenate(near)) @ vector
    lexical: dict[int, float] = {}
    words: dict[int, float] = {}
    for number, rows in enumerate(near):
        dense = _ranked(catalogue, rows, cosines[: len(rows)])
        cosines = cosines[len(rows) :]
        if sought:
            scores = matching[number]["_score"].to_numpy() / scale
            lexical = _ranked(catalogue, catalogue.rows_found(row_ids_of(matching[number])), scores)
        for record in _shortlist(dense, lexical, SHORTLIST // len(searched)):
            words[record] = lexical.get(record, 0.0)
    wordings = _wordings(catalogue, words) if "faq" in tiers else {}
    for record in wordings:
        words.setdefault(record, 0.0)
    scored = _scored(version, vector, words, wordings)
    return tuple(one for one in scored if one.tier in tiers)


async def _all(asking: Sequence[Coroutine[Any, Any, pa.Table]]) -> list[pa.Table]:
    return await asyncio.gather(*asking)


async def _dense(reading: Opened, vector: Vectors, tier: Tier) -> pa.Table:
    from lancedb.expr import col, lit

    query = reading.table.query().nearest_to(vector).column("vector").distance_type("cosine")
    limit = FOUND_ROWS
    if reading.has_vector_index:
        query, limit = query.nprobes(PROBES), FOUND_ROWS * REFINE
    query = query.where(col("tier") == lit(tier)).select(["_distance"])
    return await query.limit(limit).with_row_id().to_arrow()


async def _full_text(reading: Opened, terms: str, tier: Tier) -> pa.Table:
    from lancedb.query import MatchQuery

    sought = MatchQuery(terms, f"terms_{tier}")  # type: ignore[call-arg]  # untyped defaults
    query = reading.table.query().nearest_to_text(sought).select(["_score"])
    return await query.limit(FOUND_ROWS).with_row_id().to_arrow()


def _repeated(terms: Mapping[str, float]) -> tuple[str, int]:
    """Return the weightiest terms, each as often as its weight says, and how often 1 says."""
    weightiest = sorted(terms.items(), key=lambda term: -term[1])[:MAX_TERMS]
    times = {word: max(1, round(STEPS * weight)) for word, weight in weightiest}
    if set(times.values()) == {STEPS}:  # as most are asked; a third cheaper
        return " ".join(times), 1
    return " ".join(word for word, count in times.items() for _ in range(count)), STEPS


def _ranked(
    catalogue: Catalogue, rows: Numbers, scores: npt.NDArray[np.floating]
) -> dict[int, float]:
    """Return record -> score of its best row, best first, of the `FOUND_ROWS` that score best."""
    order = np.argsort(-scores, kind="stable")[:FOUND_ROWS]
    best: dict[int, float] = {}
    for record, value in zip(
        catalogue.record_of[rows[order]].tolist(), scores[order].tolist(), strict=True
    ):
        best.setdefault(record, value)
    return best


def _shortlist(dense: Mapping[int, float], lexical: Mapping[int, float], size: int) -> list[int]:
    """Return the records that stand highest in both rankings together."""
    merit: dict[int, float] = {}
    for ranking in (dense, lexical):
        for rank, record in enumerate(ranking, 1):
            merit[record] = merit.get(record, 0.0) + 1 / (RANK_OFFSET + rank)
    return sorted(merit, key=lambda record: -merit[record])[:size]


def _wordings(catalogue: Catalogue, found: Iterable[int]) -> dict[int, list[int]]:
    """Return FAQ record -> dialogues of `found` that an agent answered with it."""
    wordings: dict[int, list[int]] = {}
    for record in found:
        for answer in catalogue.answers.get(record, ()):
            wordings.setdefault(answer, []).append(record)
    return wordings


def _scored(
    version: Version,
    vector: Vectors,
    words: Mapping[int, float],
    wordings: Mapping[int, Sequence[int]],
) -> Iterator[Candidate]:
    """Yield the records of `words` with the cosines of all their rows."""
    if not words:
        return
    catalogue, records = opened(version).catalogue, list(words)
    owned = [catalogue.rows_of(record) for record in records]
    rows = np.concatenate(owned)
    cosines = read_vectors(version, rows) @ vector
    at = dict(zip(records, _closest(catalogue, owned, rows, cosines), strict=True))
    row_ids = catalogue.row_ids[rows].tolist()
    written = (catalogue.asks[rows] & ~catalogue.generated[rows]).tolist()
    start = 0
    for record, known, own in zip(records, catalogue.known(records), owned, strict=True):
        end = start + len(own)
        passage, question, generated = at[record]
        first = _Near(float(cosines[start]), row_ids[start])
        asks = max(question, generated, key=_cosine) or first
        told = (max(at[one][1:], key=_cosine) for one in wordings.get(record, ()))
        said = max(told, key=_cosine, default=None)
        is_closer = said is not None and said.cosine > asks.cosine
        yield Candidate(
            **known,
            words=words[record],
            question=question and question.cosine,
            generated=generated and generated.cosine,
            passage=passage and passage.cosine,
            wording=said and said.cosine,
            rows=tuple(row_ids[start:end]),
            questions=tuple(compress(row_ids[start:end], written[start:end])),
            best=(passage or first).row,
            asks=(asks.row, said.row) if said and is_closer else (asks.row,),
        )
        start = end


class _Near(NamedTuple):
    """A row by its id, and how close it is."""

    cosine: float
    row: int


def _cosine(near: _Near | None) -> float:
    return near.cosine if near else -np.inf


def _closest(
    catalogue: Catalogue,
    owned: Sequence[npt.NDArray[np.int32]],
    rows: npt.NDArray[np.int32],
    cosines: Vectors,
) -> Iterator[list[_Near | None]]:
    """Yield of each record its closest passage, question, and question that a model wrote."""
    owner = np.repeat(np.arange(len(owned)), [len(own) for own in owned])
    asking = np.where(catalogue.generated[rows], 2, 1)
    place = 3 * owner + np.where(catalogue.asks[rows], asking, 0)
    order = np.lexsort((-cosines, place))
    places, firsts = np.unique(place[order], return_index=True)
    closest = order[firsts]
    nearest = map(_Near, cosines[closest].tolist(), catalogue.row_ids[rows[closest]].tolist())
    found = dict(zip(places.tolist(), nearest, strict=True))
    for number in range(0, 3 * len(owned), 3):
        yield [found.get(number + view) for view in range(3)]

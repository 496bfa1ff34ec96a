"""Candidates: the records of each tier that fit a question by meaning or by words, and how well.

LanceDB is asked twice: first everything at once, a dense and a full-text query per tier that
return row ids and scores and nothing else; then the vectors and terms of the few records that
either side ranks high. All other columns are read of the hits alone, by `read_rows`.
"""

import asyncio
from collections.abc import Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.chunks import CHUNK_SCHEMA
from pipelines.errors import WarehouseError
from pipelines.records import Tier
from pipelines.search.catalogue import Catalogue, read_catalogue
from pipelines.search.row_cache import RowCache
from pipelines.versions import ROWS_WORTH_A_VECTOR_INDEX, TABLE, OncePerVersion, Version

Result = TypeVar("Result")

# Each side hands over this many rows per tier.
FOUND_ROWS = 60
# So many records are scored, shared among the tiers that are searched.
SHORTLIST = 90
# 1 / (RANK_OFFSET + rank), summed over both sides, draws the shortlist. With LanceDB's usual 60,
# any record low in both lists would go before the first of one.
RANK_OFFSET = 10
# Without refining, recall@10 is .57 of 1,000,000 rows; with 2, .998 of those and .987 of vectors of
# 64 dimensions without topics, which 3 makes .997.
PROBES, REFINE = 40, 3
# A pasted log holds thousands of words; 90 in 100 questions have less than 18.
MAX_TERMS = 64
# LanceDB's BooleanQuery takes ten times as long as a plain one, which counts a repeated term
# twice: weights are rounded to halves.
STEPS = 2
# Rows kept in memory, 30 and 60 MB: a question reads about 80 and 200.
MOST_WHOLE, MOST_SCORING = 4_096, 16_384


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
    held: frozenset[str]
    """The terms asked for that any of its rows holds."""
    question: float | None
    """Cosine of its closest question view that a person wrote."""
    generated: float | None
    """Cosine of its closest question view that a model wrote."""
    passage: float | None
    """Cosine of its closest passage."""
    wording: float | None
    """Cosine of the closest question among the dialogues that an agent answered with it."""
    first: int
    """Row of its first part, for `read_rows`."""
    best: int
    """Row of its closest passage, or of its first part where it has none."""
    asks: tuple[int, ...]
    """Row of its closest question view, or of its first part where it has none; and that of the
    question among the dialogues, where it is closer."""


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """A version made ready for search."""

    table: Any
    catalogue: Catalogue
    has_vector_index: bool
    whole: RowCache[dict[str, Any]]
    """Rows as `read_rows` returns them."""
    scoring: RowCache[tuple[npt.NDArray[np.float32], frozenset[str]]]
    """Vector and terms."""


def candidates(
    version: Version,
    vector: npt.NDArray[np.float32],
    terms: Mapping[str, float],
    tiers: Sequence[Tier],
) -> tuple[Candidate, ...]:
    """Return the records of `tiers` that are worth scoring, tier by tier, in no order of merit.

    `vector` is the question's, of unit length; `terms` are what full text looks for, each with its
    weight, 1 for a word as it was asked. Raises `WarehouseError` where the files of the version
    are damaged or gone.
    """
    opened = _OPENED.of(version)
    catalogue = opened.catalogue
    searched: Sequence[Tier] = tiers
    if "faq" in tiers and "dialogues" not in tiers and catalogue.answers:
        searched = (*tiers, "dialogues")
    sought, scale = _repeated(terms)
    asking = [_dense(opened, vector, tier) for tier in searched]
    if sought:
        asking += [_full_text(opened, sought, tier) for tier in searched]
    answers = _run(version, _all(asking))
    words: dict[int, float] = {}
    nearest, matching = answers[: len(searched)], answers[len(searched) :]
    for number in range(len(searched)):
        dense = _ranked(catalogue, nearest[number], "_distance", -1.0)
        lexical = _ranked(catalogue, matching[number], "_score", 1 / scale) if sought else {}
        for record in _shortlist(dense, lexical, SHORTLIST // len(searched)):
            words[record] = lexical.get(record, 0.0)
    wordings = _wordings(catalogue, words) if "faq" in tiers else {}
    for record in wordings:
        words.setdefault(record, 0.0)
    scored = _scored(version, vector, frozenset(terms), words, wordings)
    return tuple(one for one in scored if one.tier in tiers)


def read_rows(version: Version, rows: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return rows of a version with all columns of `CHUNK_SCHEMA`, by `Candidate.first` or `best`.

    To be asked once, for what is shown: most of the time is spent per column, not per row.
    """

    def read(missing: Collection[int]) -> dict[int, dict[str, Any]]:
        table = read_columns(version, sorted(missing), CHUNK_SCHEMA.names)
        whole = table.drop_columns("_rowid").to_pylist()
        return dict(zip(table["_rowid"].to_pylist(), whole, strict=True))

    return _OPENED.of(version).whole.rows(frozenset(rows), read)


def read_columns(version: Version, row_ids: Sequence[int], columns: Sequence[str]) -> pa.Table:
    """Return columns of rows, in ascending order of LanceDB's row ids, which become `_rowid`."""
    return _run(version, _taken(_OPENED.of(version), row_ids, columns))


def catalogue_of(version: Version) -> Catalogue:
    """Return the catalogue of a version, read once."""
    return _OPENED.of(version).catalogue


def _open(version: Version) -> _Opened:
    """Open a version for search; the first search of it waits for its catalogue."""
    _check_schema(version)
    catalogue = read_catalogue(version)
    return _Opened(
        table=_run(version, _async_table(version)),
        catalogue=catalogue,
        has_vector_index=len(catalogue.row_ids) >= ROWS_WORTH_A_VECTOR_INDEX,
        whole=RowCache(MOST_WHOLE),
        scoring=RowCache(MOST_SCORING),
    )


_OPENED = OncePerVersion(_open)


def _check_schema(version: Version) -> None:
    now = (CHUNK_SCHEMA.metadata or {})[b"schema_version"].decode()
    if version.manifest.schema_version != now:
        raise WarehouseError(
            f"version `{version.name}` was built by another Sanku, with chunks of schema "
            f"{version.manifest.schema_version} where this one reads {now}. "
            "`sanku run` builds a new one."
        )


async def _async_table(version: Version) -> Any:
    import lancedb

    # A relative path that begins with `db` is taken for one of LanceDB's cloud.
    database = await lancedb.connect_async(version.folder.resolve())
    return await database.open_table(TABLE)


def _run(version: Version, asking: Coroutine[Any, Any, Result]) -> Result:
    """Wait for LanceDB's answer, on the loop on which it runs its own blocking calls."""
    from lancedb.background_loop import LOOP

    try:
        return LOOP.run(asking)  # type: ignore[no-any-return, no-untyped-call]
    except (RuntimeError, OSError) as error:
        raise WarehouseError(
            f"the rows of version `{version.name}` cannot be read: `sanku verify` names the "
            "damaged files, `sanku rollback` goes back to a version that is whole, and "
            "`sanku run` builds a new one."
        ) from error


async def _all(asking: Sequence[Coroutine[Any, Any, pa.Table]]) -> list[pa.Table]:
    return await asyncio.gather(*asking)


async def _taken(opened: _Opened, row_ids: Sequence[int], columns: Sequence[str]) -> pa.Table:
    """Return rows in ascending order of their ids."""
    query = opened.table.take_row_ids(list(row_ids)).select(list(columns)).with_row_id()
    return await query.to_arrow()


async def _dense(opened: _Opened, vector: npt.NDArray[np.float32], tier: Tier) -> pa.Table:
    from lancedb.expr import col, lit

    query = opened.table.query().nearest_to(vector).column("vector").distance_type("cosine")
    if opened.has_vector_index:
        query = query.nprobes(PROBES).refine_factor(REFINE)
    query = query.where(col("tier") == lit(tier)).select(["_distance"])
    return await query.limit(FOUND_ROWS).with_row_id().to_arrow()


async def _full_text(opened: _Opened, terms: str, tier: Tier) -> pa.Table:
    from lancedb.query import MatchQuery

    sought = MatchQuery(terms, f"terms_{tier}")  # type: ignore[call-arg]  # untyped defaults
    query = opened.table.query().nearest_to_text(sought).select(["_score"])
    return await query.limit(FOUND_ROWS).with_row_id().to_arrow()


def _repeated(terms: Mapping[str, float]) -> tuple[str, int]:
    """Return the weightiest terms, each as often as its weight says, and how often 1 says."""
    weightiest = sorted(terms.items(), key=lambda term: -term[1])[:MAX_TERMS]
    times = {word: max(1, round(STEPS * weight)) for word, weight in weightiest}
    if set(times.values()) == {STEPS}:  # as most are asked; a third cheaper
        return " ".join(times), 1
    return " ".join(word for word, count in times.items() for _ in range(count)), STEPS


def _ranked(catalogue: Catalogue, found: pa.Table, score: str, scale: float) -> dict[int, float]:
    """Return record -> score of its best row, best first; `scale` makes higher better."""
    scores = found[score].to_numpy() * scale
    order = np.argsort(-scores, kind="stable")
    rows = catalogue.rows_found(found["_rowid"].to_numpy().astype(np.int64))
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
    vector: npt.NDArray[np.float32],
    asked: frozenset[str],
    words: Mapping[int, float],
    wordings: Mapping[int, Sequence[int]],
) -> Iterator[Candidate]:
    """Yield the records of `words` with the cosines of all their rows."""
    if not words:
        return
    catalogue = catalogue_of(version)
    rows = np.sort(np.concatenate([catalogue.rows_of(record) for record in words]))
    row_ids = catalogue.row_ids[rows].tolist()
    read = _OPENED.of(version).scoring.rows(row_ids, lambda missing: _scoring(version, missing))
    vectors = np.stack([read[row_id][0] for row_id in row_ids])
    cosines = dict(zip(rows.tolist(), (vectors @ vector).tolist(), strict=True))
    held = {
        row: asked & read[row_id][1] for row, row_id in zip(rows.tolist(), row_ids, strict=True)
    }
    for record, known in zip(words, catalogue.known(list(words)), strict=True):
        own = catalogue.rows_of(record).tolist()
        closest = _closest(catalogue, own, cosines)
        cosine = {view: cosines[row] for view, row in closest.items()}
        told = (row for one in wordings.get(record, ()) for row in catalogue.rows_of(one).tolist())
        said = max(filter(catalogue.asks.__getitem__, told), key=cosines.__getitem__, default=None)
        asks = [_closest_asking(closest, cosines, own[0])]
        if said is not None and cosines[said] > cosines[asks[0]]:
            asks.append(said)
        yield Candidate(
            **known,
            words=words[record],
            held=frozenset().union(*(held[row] for row in own)),
            question=cosine.get("question"),
            generated=cosine.get("generated"),
            passage=cosine.get("passage"),
            wording=None if said is None else cosines[said],
            first=int(catalogue.row_ids[own[0]]),
            best=int(catalogue.row_ids[closest.get("passage", own[0])]),
            asks=tuple(catalogue.row_ids[asks].tolist()),
        )


def _closest_asking(
    closest: Mapping[str, int], cosines: Mapping[int, float], otherwise: int
) -> int:
    """Return the row of the closest question, whoever wrote it."""
    rows = [row for view, row in closest.items() if view != "passage"]
    return max(rows, key=lambda row: cosines[row], default=otherwise)


def _scoring(
    version: Version, row_ids: Collection[int]
) -> dict[int, tuple[npt.NDArray[np.float32], frozenset[str]]]:
    """Return vector and terms of rows, by row id."""
    read = read_columns(version, sorted(row_ids), ["terms", "vector"])
    matrix = read["vector"].combine_chunks().flatten().to_numpy().reshape(len(read), -1)
    terms = (frozenset(text.split()) for text in read["terms"].to_pylist())
    return {
        row_id: (vector.copy(), held)
        for row_id, vector, held in zip(read["_rowid"].to_pylist(), matrix, terms, strict=True)
    }


def _closest(
    catalogue: Catalogue, rows: Sequence[int], cosines: Mapping[int, float]
) -> dict[str, int]:
    """Return view -> closest row: `passage`, `question`, or `generated` for a model's question."""
    closest: dict[str, int] = {}
    for row in rows:
        asks = "generated" if catalogue.generated[row] else "question"
        view = asks if catalogue.asks[row] else "passage"
        if view not in closest or cosines[row] > cosines[closest[view]]:
            closest[view] = row
    return closest

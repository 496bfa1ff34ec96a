"""Candidates: the records of each tier that fit a question by meaning or by words, and how well.

LanceDB is asked everything at once: a dense and a full-text query per tier that return row ids and
scores and nothing else. Then the vectors of what is near, and of the few records that either side
ranks high, are read, as far as they were not lately. All other columns are read of the hits alone,
by `read_rows` and `read_words`.
"""

import asyncio
from collections.abc import Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.chunks import CHUNK_SCHEMA
from pipelines.errors import WarehouseError
from pipelines.records import Tier
from pipelines.search.catalogue import Catalogue, read_catalogue
from pipelines.search.kept_vectors import KeptVectors, Numbers, Vectors
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
# The index knows roughly which rows are near: so many times `FOUND_ROWS` are put in order by their
# vectors. Without, recall@10 is .57 of 1,000,000 rows; with 2, .998 of those and .987 of vectors of
# 64 dimensions without topics, which 3 makes .997.
PROBES, REFINE = 40, 3
# A pasted log holds thousands of words; 90 in 100 questions have less than 18.
MAX_TERMS = 64
# LanceDB's BooleanQuery takes ten times as long as a plain one, which counts a repeated term
# twice: weights are rounded to halves.
STEPS = 2
# Rows kept in memory, up to 30, 20 and 50 MB: a question reads about 20, 50 and 600.
MOST_WHOLE, MOST_WORDS, MOST_VECTORS = 4_096, 8_192, 32_768


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
    """Its rows, for `read_words`, in the order of its parts."""
    questions: tuple[int, ...]
    """Those of its question views that a person wrote."""
    best: int
    """Row of its closest passage, or of its first part where it has none, for `read_rows`."""
    asks: tuple[int, ...]
    """Row of its closest question view, or of its first part where it has none; and that of the
    question among the dialogues, where it is closer."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a row says."""

    text: str
    search_text: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """A version made ready for search."""

    table: Any
    catalogue: Catalogue
    has_vector_index: bool
    whole: RowCache[dict[str, Any]]
    """Rows as `read_rows` returns them."""
    words: RowCache[Words]
    """Rows as `read_words` returns them."""
    vectors: KeptVectors
    """Vectors by the numbers of their rows."""


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
    nearest, matching = answers[: len(searched)], answers[len(searched) :]
    near = [catalogue.rows_found(_row_ids(found)) for found in nearest]
    cosines = _vectors(version, np.concatenate(near)) @ vector
    lexical: dict[int, float] = {}
    words: dict[int, float] = {}
    for number, rows in enumerate(near):
        dense = _ranked(catalogue, rows, cosines[: len(rows)])
        cosines = cosines[len(rows) :]
        if sought:
            scores = matching[number]["_score"].to_numpy() / scale
            lexical = _ranked(catalogue, catalogue.rows_found(_row_ids(matching[number])), scores)
        for record in _shortlist(dense, lexical, SHORTLIST // len(searched)):
            words[record] = lexical.get(record, 0.0)
    wordings = _wordings(catalogue, words) if "faq" in tiers else {}
    for record in wordings:
        words.setdefault(record, 0.0)
    scored = _scored(version, vector, words, wordings)
    return tuple(one for one in scored if one.tier in tiers)


def read_rows(version: Version, rows: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return rows of a version with all columns of `CHUNK_SCHEMA`, by `Candidate.best`.

    To be asked once, for what is shown: most of the time is spent per column, not per row.
    """

    def read(missing: Collection[int]) -> dict[int, dict[str, Any]]:
        table = read_columns(version, sorted(missing), CHUNK_SCHEMA.names)
        whole = table.drop_columns("_rowid").to_pylist()
        return dict(zip(table["_rowid"].to_pylist(), whole, strict=True))

    return _OPENED.of(version).whole.rows(frozenset(rows), read)


def read_words(version: Version, rows: Collection[int]) -> dict[int, Words]:
    """Return what rows of a version say, by `Candidate.rows` or `asks`."""

    def read(missing: Collection[int]) -> dict[int, Words]:
        table = read_columns(version, sorted(missing), ["text", "search_text", "terms"])
        names = ("_rowid", "text", "search_text", "terms")
        told = zip(*(table[name].to_pylist() for name in names), strict=True)
        return {row: Words(text, search, frozenset(has.split())) for row, text, search, has in told}

    return _OPENED.of(version).words.rows(frozenset(rows), read)


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
    rows = len(catalogue.row_ids)
    vectors = KeptVectors(rows, version.manifest.dim, MOST_VECTORS)
    if rows <= MOST_VECTORS:  # 20,000 in order take 25 ms of processor time, 600 here and there 8
        vectors = KeptVectors.of_all(_all_vectors(version))
    return _Opened(
        table=_run(version, _async_table(version)),
        catalogue=catalogue,
        has_vector_index=rows >= ROWS_WORTH_A_VECTOR_INDEX,
        whole=RowCache(MOST_WHOLE),
        words=RowCache(MOST_WORDS),
        vectors=vectors,
    )


def _all_vectors(version: Version) -> Vectors:
    """Return the vectors of all rows in the order of their ids, float32 [n, dim]."""
    query = version.table.search().select(["vector"]).with_row_id(True)
    table = version.read(query.limit(max(1, version.table.count_rows())))
    numbers = table["vector"].combine_chunks().flatten().to_numpy()
    matrix = np.asarray(numbers.reshape(-1, version.manifest.dim), np.float32)
    ids = _row_ids(table)  # in order as a rule: 30 MB are not copied for nothing
    return matrix if (ids[1:] > ids[:-1]).all() else matrix[np.argsort(ids)]


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


async def _dense(opened: _Opened, vector: Vectors, tier: Tier) -> pa.Table:
    from lancedb.expr import col, lit

    query = opened.table.query().nearest_to(vector).column("vector").distance_type("cosine")
    limit = FOUND_ROWS
    if opened.has_vector_index:
        query, limit = query.nprobes(PROBES), FOUND_ROWS * REFINE
    query = query.where(col("tier") == lit(tier)).select(["_distance"])
    return await query.limit(limit).with_row_id().to_arrow()


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


def _row_ids(found: pa.Table) -> Numbers:
    return np.asarray(found["_rowid"].to_numpy(), np.int64)


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


def _vectors(version: Version, rows: Numbers) -> Vectors:
    """Return the vectors of rows by number, float32 [n, dim]."""
    opened = _OPENED.of(version)

    def read(missing: Numbers) -> Vectors:
        order = np.argsort(missing)
        told = read_columns(version, opened.catalogue.row_ids[missing[order]].tolist(), ["vector"])
        matrix = np.empty((len(missing), version.manifest.dim), np.float32)
        matrix[order] = told["vector"].combine_chunks().flatten().to_numpy().reshape(matrix.shape)
        return matrix

    return opened.vectors.of(rows, read)


def _scored(
    version: Version,
    vector: Vectors,
    words: Mapping[int, float],
    wordings: Mapping[int, Sequence[int]],
) -> Iterator[Candidate]:
    """Yield the records of `words` with the cosines of all their rows."""
    if not words:
        return
    catalogue, records = catalogue_of(version), list(words)
    owned = [catalogue.rows_of(record) for record in records]
    rows = np.concatenate(owned)
    cosines = _vectors(version, rows) @ vector
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

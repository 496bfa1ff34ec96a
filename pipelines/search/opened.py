"""A version opened for search: its catalogue, and the rows and vectors that were read lately.

What LanceDB finds are row ids and scores. All else is read here, of few rows, and kept: customers
ask for the same entries all day, and of the next version for those that they asked for before.
"""

from collections.abc import Collection, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.chunks import CHUNK_SCHEMA
from pipelines.errors import WarehouseError
from pipelines.search.catalogue import Catalogue, read_catalogue
from pipelines.search.kept_vectors import KeptVectors, Numbers, Vectors
from pipelines.search.row_cache import RowCache
from pipelines.versions import ROWS_WORTH_A_VECTOR_INDEX, TABLE, OncePerVersion, Version

Result = TypeVar("Result")

# Rows kept in memory, up to 30, 20 and 50 MB: a question reads about 20, 50 and 600.
MOST_WHOLE, MOST_WORDS, MOST_VECTORS = 4_096, 8_192, 32_768
# So many rows of a new version are read at once, while the one before is asked.
PORTION = 256


@dataclass(frozen=True, slots=True)
class Words:
    """What a row says."""

    text: str
    search_text: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A version ready for search."""

    table: Any
    """LanceDB's asynchronous table."""
    catalogue: Catalogue
    has_vector_index: bool
    whole: RowCache[dict[str, Any]]
    """Rows as `read_rows` returns them."""
    words: RowCache[Words]
    """Rows as `read_words` returns them."""
    vectors: KeptVectors
    """Vectors by the numbers of their rows."""


def opened(version: Version) -> Opened:
    """Return a version opened for search; whoever asks first waits for its catalogue.

    Raises `WarehouseError` where its files are damaged or gone.
    """
    return _OPENED.of(version)


def read_ahead(version: Version, before: Version) -> Iterator[None]:
    """Read of a version the rows that were lately read of the one before, and yield now and then.

    Raises `WarehouseError` as `opened` does.
    """
    now, former = opened(version), opened(before)
    for read, kept in ((read_rows, former.whole), (read_words, former.words)):
        rows = now.catalogue.rows_alike(former.catalogue, kept.ids())
        for start in range(0, len(rows), PORTION):
            read(version, rows[start : start + PORTION])
            yield


def read_rows(version: Version, rows: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return rows of a version with all columns of `CHUNK_SCHEMA`, by `Candidate.best`.

    To be asked once, for what is shown: most of the time is spent per column, not per row.
    """

    def read(missing: Collection[int]) -> dict[int, dict[str, Any]]:
        table = read_columns(version, sorted(missing), CHUNK_SCHEMA.names)
        whole = table.drop_columns("_rowid").to_pylist()
        return dict(zip(table["_rowid"].to_pylist(), whole, strict=True))

    return opened(version).whole.rows(frozenset(rows), read)


def read_words(version: Version, rows: Collection[int]) -> dict[int, Words]:
    """Return what rows of a version say, by `Candidate.rows` or `asks`."""

    def read(missing: Collection[int]) -> dict[int, Words]:
        table = read_columns(version, sorted(missing), ["text", "search_text", "terms"])
        names = ("_rowid", "text", "search_text", "terms")
        told = zip(*(table[name].to_pylist() for name in names), strict=True)
        return {row: Words(text, search, frozenset(has.split())) for row, text, search, has in told}

    return opened(version).words.rows(frozenset(rows), read)


def read_vectors(version: Version, rows: Numbers) -> Vectors:
    """Return the vectors of rows by number, float32 [n, dim]."""
    catalogue, kept = opened(version).catalogue, opened(version).vectors

    def read(missing: Numbers) -> Vectors:
        order = np.argsort(missing)
        told = read_columns(version, catalogue.row_ids[missing[order]].tolist(), ["vector"])
        matrix = np.empty((len(missing), version.manifest.dim), np.float32)
        matrix[order] = told["vector"].combine_chunks().flatten().to_numpy().reshape(matrix.shape)
        return matrix

    return kept.of(rows, read)


def read_columns(version: Version, row_ids: Sequence[int], columns: Sequence[str]) -> pa.Table:
    """Return columns of rows, in ascending order of LanceDB's row ids, which become `_rowid`."""

    async def taken() -> pa.Table:
        query = opened(version).table.take_row_ids(list(row_ids)).select(list(columns))
        return await query.with_row_id().to_arrow()

    return wait_for(version, taken())


def wait_for(version: Version, asking: Coroutine[Any, Any, Result]) -> Result:
    """Wait for LanceDB's answer, on the loop on which it runs its own blocking calls.

    Raises `WarehouseError` where the files of the version are damaged or gone.
    """
    from lancedb.background_loop import LOOP

    try:
        return LOOP.run(asking)  # type: ignore[no-any-return, no-untyped-call]
    except (RuntimeError, OSError) as error:
        raise WarehouseError(
            f"the rows of version `{version.name}` cannot be read: `sanku verify` names the "
            "damaged files, `sanku rollback` goes back to a version that is whole, and "
            "`sanku run` builds a new one."
        ) from error


def row_ids_of(found: pa.Table) -> npt.NDArray[np.int64]:
    """Return LanceDB's row ids of what it found, int64 [n]."""
    return np.asarray(found["_rowid"].to_numpy(), np.int64)


def _open(version: Version) -> Opened:
    _check_schema(version)
    catalogue = read_catalogue(version)
    rows = len(catalogue.row_ids)
    vectors = KeptVectors(rows, version.manifest.dim, MOST_VECTORS)
    if rows <= MOST_VECTORS:  # 20,000 in order take 25 ms of processor time, 600 here and there 8
        vectors = KeptVectors.of_all(_all_vectors(version))
    return Opened(
        table=wait_for(version, _async_table(version)),
        catalogue=catalogue,
        has_vector_index=rows >= ROWS_WORTH_A_VECTOR_INDEX,
        whole=RowCache(MOST_WHOLE),
        words=RowCache(MOST_WORDS),
        vectors=vectors,
    )


_OPENED = OncePerVersion(_open)


def _all_vectors(version: Version) -> Vectors:
    """Return the vectors of all rows in the order of their ids, float32 [n, dim]."""
    query = version.table.search().select(["vector"]).with_row_id(True)
    table = version.read(query.limit(max(1, version.table.count_rows())))
    numbers = table["vector"].combine_chunks().flatten().to_numpy()
    matrix = np.asarray(numbers.reshape(-1, version.manifest.dim), np.float32)
    ids = row_ids_of(table)  # in order as a rule: 30 MB are not copied for nothing
    return matrix if (ids[1:] > ids[:-1]).all() else matrix[np.argsort(ids)]


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

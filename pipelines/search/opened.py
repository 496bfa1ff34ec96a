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

from pipelines.chunks import Chunk, from_json
from pipelines.search.catalogue import Catalogue, Numbers, read_catalogue
from pipelines.search.row_cache import RowCache
from pipelines.versions import ROWS_WORTH_A_VECTOR_INDEX, TABLE, OncePerVersion, Version

Result = TypeVar("Result")
Vectors = npt.NDArray[np.float32]

# Rows kept in memory, up to 60 MB: a question reads about 50.
MOST_ROWS = 8_192
# So many rows of a new version are read at once, while the one before is asked.
PORTION = 256


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a version."""

    chunk: Chunk
    terms: frozenset[str]
    """The terms that full text knows it by."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A version ready for search."""

    table: Any
    """LanceDB's asynchronous table."""
    catalogue: Catalogue
    has_vector_index: bool
    rows: RowCache[Row]
    """Rows that were read lately."""
    vectors: npt.NDArray[np.float16]
    """Vectors of all rows by number, [n, dim]: a question compares 600, which to read of 1,000,000
    rows took LanceDB 13 ms. Halves cost no more than the fifth digit of a cosine."""


def opened(version: Version) -> Opened:
    """Return a version opened for search; whoever asks first waits for its catalogue.

    Raises `WarehouseError` where its files are damaged or gone.
    """
    return _OPENED.of(version)


def read_ahead(version: Version, before: Version) -> Iterator[None]:
    """Read of a version the rows that were lately read of the one before, and yield now and then.

    Raises `WarehouseError` as `opened` does.
    """
    former = opened(before)
    rows = opened(version).catalogue.rows_alike(former.catalogue, former.rows.ids())
    for start in range(0, len(rows), PORTION):
        read_rows(version, rows[start : start + PORTION])
        yield


def read_rows(version: Version, rows: Collection[int]) -> dict[int, Row]:
    """Return rows of a version by LanceDB's row ids, as `Candidate` names them.

    To be asked once, for what is shown: LanceDB takes its time per column, not per row.
    """

    def read(missing: Collection[int]) -> dict[int, Row]:
        table = read_columns(version, sorted(missing), ["chunk", "terms"])
        return {
            row["_rowid"]: Row(from_json(row["chunk"]), frozenset(row["terms"].split()))
            for row in table.to_pylist()
        }

    return opened(version).rows.of(frozenset(rows), read)


def read_vectors(version: Version, rows: npt.NDArray[np.signedinteger[Any]]) -> Vectors:
    """Return the vectors of rows by number, float32 [n, dim]."""
    return np.asarray(opened(version).vectors[rows], np.float32)


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

    with version.reading():
        return LOOP.run(asking)  # type: ignore[no-any-return, no-untyped-call]


def row_ids_of(found: pa.Table | pa.RecordBatch) -> Numbers:
    """Return LanceDB's row ids of what it found, int64 [n]."""
    return np.asarray(found["_rowid"].to_numpy(), np.int64)


def _open(version: Version) -> Opened:
    version.check_schema()
    catalogue = read_catalogue(version)
    return Opened(
        table=wait_for(version, _async_table(version)),
        catalogue=catalogue,
        has_vector_index=len(catalogue.row_ids) >= ROWS_WORTH_A_VECTOR_INDEX,
        rows=RowCache(MOST_ROWS),
        vectors=_all_vectors(version, catalogue.row_ids),
    )


_OPENED = OncePerVersion(_open)


def _all_vectors(version: Version, row_ids: Numbers) -> npt.NDArray[np.float16]:
    """Return the vectors of rows by LanceDB's row ids, float16 [n, dim], read bit by bit."""
    query = version.table.search().select(["vector"]).with_row_id(True)
    matrix = np.empty((len(row_ids), version.manifest.dim), np.float16)
    for batch in version.batches(query.limit(max(1, len(row_ids)))):
        vectors = batch["vector"].flatten().to_numpy().reshape(len(batch), -1)
        matrix[np.searchsorted(row_ids, row_ids_of(batch))] = vectors
    return matrix


async def _async_table(version: Version) -> Any:
    import lancedb

    # A relative path that begins with `db` is taken for one of LanceDB's cloud.
    database = await lancedb.connect_async(version.folder.resolve())
    return await database.open_table(TABLE)

"""The embedding cache: vectors by text hash, so that unchanged text is never embedded twice."""

import shlex
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipelines.embedding.model import Embedder, Vectors, by_cost
from pipelines.errors import WarehouseError
from pipelines.text import digest

_STORED = np.dtype("<f4")
_BUSY_SECONDS = 60.0
# Fewer than SQLite's limit of variables in one statement.
_AT_ONCE = 500
# Texts embedded between two writes: what a killed run loses at most, some ten seconds of work.
_SLICE = 512


class EmbeddingCache:
    """The vectors of one embedder, in one SQLite file; a context manager.

    Several processes may use it at once, and one that is killed leaves it whole. The rollback
    journal is used rather than a write-ahead log, which would keep erased vectors on disk for a
    while. Every method raises `WarehouseError` for a file that is damaged or stays locked.
    """

    def __init__(self, folder: Path, embedder_id: str, dim: int) -> None:
        """Open or create the cache of `embedder_id`, whose vectors have `dim` numbers."""
        self.file = folder / f"{digest(embedder_id)}.sqlite3"
        self.embedder_id = embedder_id
        self._dim = dim
        with self._explained():
            folder.mkdir(parents=True, exist_ok=True)
            # Transactions are begun by hand, so that a writer takes its lock at the start.
            self._database = sqlite3.connect(self.file, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            self._prepare()
        except WarehouseError:
            self.close()
            raise

    def _prepare(self) -> None:
        with self._explained():
            # Erased bytes are overwritten with zeros: a vector can give away its text.
            self._database.execute("PRAGMA secure_delete = ON")
            self._database.execute("PRAGMA synchronous = FULL")
        with self._transaction():
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS embedder (id TEXT PRIMARY KEY, dim INTEGER NOT NULL)"
            )
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS vectors"
                " (text_hash TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
            )
            self._database.execute(
                "INSERT OR IGNORE INTO embedder VALUES (?, ?)", (self.embedder_id, self._dim)
            )
            owners = self._database.execute("SELECT id, dim FROM embedder").fetchall()
        if owners != [(self.embedder_id, self._dim)]:
            raise self._damaged(f"belongs to {owners}, not to `{self.embedder_id}` of {self._dim}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the cache cannot be used afterwards."""
        self._database.close()

    def __len__(self) -> int:
        with self._explained():
            (count,) = self._database.execute("SELECT count(*) FROM vectors").fetchone()
        return int(count)

    def hashes(self) -> set[str]:
        """Return the text hashes that are cached."""
        with self._explained():
            rows = self._database.execute("SELECT text_hash FROM vectors").fetchall()
        return {key for (key,) in rows}

    def get_many(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """Return text hash -> unit vector, float32 [dim], for those of `hashes` that are cached."""
        found: dict[str, Vectors] = {}
        for start in range(0, len(hashes), _AT_ONCE):
            wanted = hashes[start : start + _AT_ONCE]
            marks = ",".join("?" * len(wanted))
            with self._explained():
                rows = self._database.execute(
                    f"SELECT text_hash, vector FROM vectors WHERE text_hash IN ({marks})",  # noqa: S608 (only `?`)
                    wanted,
                ).fetchall()
            found.update((key, self._vector(key, blob)) for key, blob in rows)
        return found

    def put_many(self, hashes: Sequence[str], matrix: NDArray[np.float32]) -> None:
        """Store row i of `matrix`, float32 [n, dim], under `hashes[i]`: all of them or none.

        A hash that is stored already keeps its vector, so that an index never moves without cause.
        """
        if matrix.shape != (len(hashes), self._dim):
            raise ValueError(f"{len(hashes)} hashes need [n, {self._dim}], got {matrix.shape}")
        blobs = (row.tobytes() for row in np.ascontiguousarray(matrix, _STORED))
        with self._transaction():
            self._database.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?)", zip(hashes, blobs, strict=True)
            )

    def forget(self, hashes: Sequence[str]) -> None:
        """Erase the vectors of `hashes` from the bytes of the file, and shrink it."""
        with self._transaction():
            self._database.executemany(
                "DELETE FROM vectors WHERE text_hash = ?", ((key,) for key in hashes)
            )
        with self._explained():
            self._database.execute("VACUUM")

    def _vector(self, key: str, blob: bytes) -> Vectors:
        if not isinstance(blob, bytes) or len(blob) != self._dim * _STORED.itemsize:
            raise self._damaged(f"holds something other than {self._dim} numbers for `{key}`")
        vector = np.frombuffer(blob, _STORED).astype(np.float32)
        if not abs(float(vector @ vector) - 1.0) < 1e-3:
            raise self._damaged(f"holds a vector for `{key}` that is not of unit length")
        return vector

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained():
            # IMMEDIATE: a reader that turns writer halfway would meet a lock it cannot wait for.
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                # A full disk has rolled back already.
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors into ours, with the way out."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise WarehouseError(
                f"`{self.file}` cannot be used: {error}. Wait for the other run that holds it to "
                "end, or make room and give yourself the right to write there; then run again."
            ) from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(f"is damaged ({error})") from error

    def _damaged(self, what: str) -> WarehouseError:
        return WarehouseError(
            f"`{self.file}` {what}. It is only a cache: remove it with "
            f"`rm {shlex.quote(str(self.file))}`, and the next run embeds everything again."
        )


def every_cache(folder: Path) -> Iterator[EmbeddingCache]:
    """Yield the caches of all embedders that ever wrote into `folder`, opened.

    A damaged one is removed: it is only a cache, and what has to be erased could not be found in
    it. Raises `WarehouseError` where one stays locked.
    """
    for file in sorted(folder.glob("*.sqlite3")):
        owner = _owner(file)
        if owner is not None:
            yield EmbeddingCache(folder, *owner)


def _owner(file: Path) -> tuple[str, int] | None:
    """Return id and dimension of the embedder of a cache; None where it holds nothing of ours."""
    try:
        with closing(sqlite3.connect(file, timeout=_BUSY_SECONDS)) as database:
            owners = database.execute("SELECT id, dim FROM embedder").fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table: just being created
            return None
        raise WarehouseError(
            f"`{file}` cannot be used: {error}. Wait for the other run that holds it to end; then "
            "run again."
        ) from error
    except sqlite3.DatabaseError:
        file.unlink(missing_ok=True)
        return None
    return owners[0] if owners and file.stem == digest(owners[0][0]) else None


@dataclass(frozen=True, slots=True)
class EmbeddingStats:
    """What a run embedded, and what the cache spared it."""

    embedded: int
    reused: int
    seconds: float


def embed_missing(
    texts: Mapping[str, str],
    cache: EmbeddingCache,
    embedder_factory: Callable[[], Embedder],
    advance: Callable[[int], None],
) -> EmbeddingStats:
    """Embed those of `texts` (text hash -> text) that `cache` lacks, and store them.

    The factory is called only when something is missing, so that a run over unchanged text never
    loads a model. Vectors are stored in slices: a killed run goes on where it was. `advance` gets
    the number of texts done, the cached ones at once. Raises `ValueError` for an embedder that is
    not the cache's, and what embedder and cache raise.
    """
    begun = time.monotonic()
    cached = cache.get_many(list(texts))
    missing = [key for key in texts if key not in cached]
    reused = len(texts) - len(missing)
    if reused:
        advance(reused)
    if missing:
        embedder = embedder_factory()
        if embedder.id != cache.embedder_id:
            raise ValueError(f"a cache of `{cache.embedder_id}` was given to `{embedder.id}`")
        # Sorted here once for all slices; a slice would only sort its own.
        missing = [missing[position] for position in by_cost([texts[key] for key in missing])]
        for start in range(0, len(missing), _SLICE):
            keys = missing[start : start + _SLICE]
            cache.put_many(keys, embedder.encode_documents([texts[key] for key in keys], advance))
    return EmbeddingStats(len(missing), reused, time.monotonic() - begun)

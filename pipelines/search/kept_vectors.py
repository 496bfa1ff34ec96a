"""Vectors of rows that were read lately, so that what is near is put in order without the disk."""

from collections.abc import Callable
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.signedinteger[Any]]


class KeptVectors:
    """The vectors of a version that were read last, by the numbers of their rows.

    A question reads hundreds: they are looked up and copied all at once, and those that came first
    go first.
    """

    def __init__(self, rows: int, dim: int, most: int) -> None:
        """Keep up to `most` of so many `rows`; memory is taken as it fills."""
        most = max(1, min(rows, most))
        self._kept = np.empty((most, dim), np.float32)
        self._row_at = np.full(most, -1, np.int64)
        self._place_of = np.full(rows, -1, np.int32)
        self._next = 0
        self._turn = Lock()

    @classmethod
    def of_all(cls, vectors: Vectors) -> "KeptVectors":
        """Keep the vectors of all rows, float32 [rows, dim]: none is ever read again."""
        kept = cls(0, 0, 0)
        kept._kept = vectors
        kept._row_at = np.arange(len(vectors), dtype=np.int64)
        kept._place_of = np.arange(len(vectors), dtype=np.int32)
        return kept

    def of(self, rows: Numbers, read: Callable[[Numbers], Vectors]) -> Vectors:
        """Return the vectors of `rows`, float32 [n, dim]; `read` those that are not kept, at once.

        Raises what `read` raises.
        """
        with self._turn:
            places = self._place_of[rows]
            made = self._kept[places]
        missing = np.flatnonzero(places < 0)
        if len(missing):
            fresh = read(rows[missing])
            made[missing] = fresh
            with self._turn:
                self._keep(rows[missing], fresh)
        return made

    def _keep(self, rows: Numbers, vectors: Vectors) -> None:
        rows, vectors = rows[: len(self._kept)], vectors[: len(self._kept)]
        places = (self._next + np.arange(len(rows))) % len(self._kept)
        former = self._row_at[places]
        # A row that two threads read at once has two places, and only the later one is its own.
        gone = (former >= 0) & (self._place_of[former] == places)
        self._place_of[former[gone]] = -1
        self._kept[places] = vectors
        self._row_at[places] = rows
        self._place_of[rows] = places
        self._next = int(places[-1] + 1) % len(self._kept) if len(places) else self._next

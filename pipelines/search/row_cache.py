"""Rows that were read lately: customers ask for the same entries all day."""

from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Row = TypeVar("Row")


class RowCache(Generic[Row]):
    """The rows of a version that were read last, by LanceDB's row id."""

    def __init__(self, most: int) -> None:
        """Keep up to `most` rows."""
        self._kept: LRUCache[int, Row] = LRUCache(most)
        self._turn = Lock()

    def ids(self) -> list[int]:
        """Return the ids of the rows that are kept."""
        with self._turn:
            return list(self._kept)

    def of(
        self, wanted: Collection[int], read: Callable[[Collection[int]], Mapping[int, Row]]
    ) -> dict[int, Row]:
        """Return rows by id; those that are not kept are read, all at once.

        Raises what `read` raises.
        """
        with self._turn:
            found = {row: self._kept[row] for row in wanted if row in self._kept}
        if missing := [row for row in wanted if row not in found]:
            fresh = read(missing)
            with self._turn:
                self._kept.update(fresh)
            found.update(fresh)
        return found

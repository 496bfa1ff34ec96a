"""Rows that were read lately are not read again."""

import threading
from collections.abc import Collection

import pytest

from pipelines.errors import WarehouseError
from pipelines.search.row_cache import RowCache


class Table:
    """Squares of row ids, and what was read of them."""

    def __init__(self) -> None:
        self.read: list[list[int]] = []

    def __call__(self, rows: Collection[int]) -> dict[int, int]:
        self.read.append(sorted(rows))
        return {row: row * row for row in rows}


def test_rows_are_read_once_and_all_that_are_missing_at_once() -> None:
    cache, table = RowCache[int](10), Table()
    assert cache.of([1, 2], table) == {1: 1, 2: 4}
    assert cache.of([2, 3, 4], table) == {2: 4, 3: 9, 4: 16}
    assert cache.of([1, 4], table) == {1: 1, 4: 16}
    assert table.read == [[1, 2], [3, 4]]


def test_the_row_that_was_longest_not_asked_for_goes_first() -> None:
    cache, table = RowCache[int](2), Table()
    for rows in ([1], [2], [1], [3], [1], [2]):
        cache.of(rows, table)
    assert table.read == [[1], [2], [3], [2]]


def test_more_rows_than_are_kept_come_back_all_the_same() -> None:
    cache, table = RowCache[int](2), Table()
    assert cache.of(range(5), table) == {row: row * row for row in range(5)}


def test_rows_that_could_not_be_read_are_read_again() -> None:
    cache, table = RowCache[int](10), Table()

    def fail(rows: Collection[int]) -> dict[int, int]:
        raise WarehouseError("damaged")

    with pytest.raises(WarehouseError):
        cache.of([1], fail)
    assert cache.of([1], table) == {1: 1}


def test_threads_that_ask_at_once_get_their_own_rows() -> None:
    cache, table = RowCache[int](8), Table()
    wrong: list[int] = []

    def ask(first: int) -> None:
        for start in range(first, first + 200):
            rows = range(start % 40, start % 40 + 5)
            if cache.of(rows, table) != {row: row * row for row in rows}:
                wrong.append(start)

    threads = [threading.Thread(target=ask, args=(first,)) for first in range(0, 60, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []

"""Vectors that were read lately are not read again, and are always those of their rows."""

import threading

import numpy as np
import pytest

from pipelines.errors import WarehouseError
from pipelines.search.kept_vectors import KeptVectors, Numbers, Vectors

ROWS, DIM = 100, 4


def vectors_of(rows: Numbers) -> Vectors:
    return np.tile(rows.astype(np.float32)[:, None], DIM)


class Table:
    """Vectors that tell their row, and which were read."""

    def __init__(self) -> None:
        self.read: list[list[int]] = []

    def __call__(self, rows: Numbers) -> Vectors:
        self.read.append(rows.tolist())
        return vectors_of(rows)


def ask(kept: KeptVectors, table: Table, *rows: int) -> None:
    asked = np.array(rows, np.int64)
    assert (kept.of(asked, table) == vectors_of(asked)).all()


def test_vectors_are_read_once_and_all_that_are_missing_at_once() -> None:
    kept, table = KeptVectors(ROWS, DIM, 10), Table()
    ask(kept, table, 3, 1)
    ask(kept, table, 1, 7, 3, 9)
    ask(kept, table, 9, 3)
    assert table.read == [[3, 1], [7, 9]]


def test_those_that_came_first_go_first() -> None:
    kept, table = KeptVectors(ROWS, DIM, 3), Table()
    ask(kept, table, 1, 2)
    ask(kept, table, 3, 4)
    ask(kept, table, 2, 3, 4)
    ask(kept, table, 1)
    assert table.read == [[1, 2], [3, 4], [1]]


def test_more_than_are_kept_come_back_all_the_same() -> None:
    kept, table = KeptVectors(ROWS, DIM, 3), Table()
    ask(kept, table, *range(20))
    ask(kept, table, 0, 1, 2)
    assert table.read == [list(range(20))]


def test_none_are_asked_for_without_harm() -> None:
    kept, table = KeptVectors(ROWS, DIM, 3), Table()
    assert kept.of(np.array([], np.int64), table).shape == (0, DIM)
    assert KeptVectors(0, DIM, 3).of(np.array([], np.int64), table).shape == (0, DIM)
    assert table.read == []


def test_vectors_that_could_not_be_read_are_read_again() -> None:
    kept, table = KeptVectors(ROWS, DIM, 3), Table()

    def fail(rows: Numbers) -> Vectors:
        raise WarehouseError("damaged")

    with pytest.raises(WarehouseError):
        kept.of(np.array([1]), fail)
    ask(kept, table, 1)


def test_a_row_that_two_read_at_once_stays_when_its_first_place_is_taken() -> None:
    kept, table = KeptVectors(ROWS, DIM, 3), Table()

    def read_while_another_does(rows: Numbers) -> Vectors:
        ask(kept, table, 1)
        return vectors_of(rows)

    kept.of(np.array([1]), read_while_another_does)
    ask(kept, table, 2, 3)
    ask(kept, table, 1, 2, 3)
    assert table.read == [[1], [2, 3]]


def test_threads_that_ask_at_once_get_their_own_vectors() -> None:
    kept, wrong = KeptVectors(ROWS, DIM, 16), []

    def ask_often(seed: int) -> None:
        chance = np.random.default_rng(seed)
        for _ in range(500):
            rows = chance.choice(ROWS, 8, replace=False)
            if (kept.of(rows, vectors_of) != vectors_of(rows)).any():
                wrong.append(rows)

    threads = [threading.Thread(target=ask_often, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_is_given_whole_is_never_read() -> None:
    kept, table = KeptVectors.of_all(vectors_of(np.arange(ROWS))), Table()
    ask(kept, table, 3, 99, 0)
    ask(kept, table, *range(ROWS))
    assert table.read == []

"""A version opened for search: what was asked of the one before is read ahead, and nothing else."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.chunks import Chunk
from pipelines.search import opened as module
from pipelines.search.opened import opened, read_ahead, read_rows
from pipelines.versions import Version, published
from pipelines.warehouse import Warehouse
from tests.small_index import chunk, faq, release, texts


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


def published_with(warehouse: Warehouse, chunks: list[Chunk]) -> Version:
    release(warehouse, chunks)
    return published(warehouse)


def rows_of(version: Version, entries: Collection[str]) -> list[int]:
    catalogue = opened(version).catalogue
    numbers = [catalogue.entries.to_pylist().index(entry) for entry in entries]
    return [int(catalogue.row_ids[row]) for one in numbers for row in catalogue.rows_of(one)]


def kept(version: Version) -> set[str]:
    """Return the texts of the rows that are kept."""
    rows = read_rows(version, opened(version).rows.ids())
    return {row.chunk.text for row in rows.values()}


def test_what_was_read_of_the_version_before_is_read_ahead_as_it_says_now(
    warehouse: Warehouse,
) -> None:
    before = published_with(warehouse, faq())
    read_rows(before, rows_of(before, ["问题1", "问题4"]))
    changed = [chunk("新的", "别的"), chunk("问题1", "改过的答案"), *faq()[2:]]
    now = published_with(warehouse, changed)

    list(read_ahead(now, before))

    says = texts(now)
    assert says["问题1"] == "改过的答案"
    assert kept(now) == {says["问题1"], says["问题4"]}


def test_a_record_that_is_gone_or_shorter_is_not_read_ahead(warehouse: Warehouse) -> None:
    long = [chunk("长", "一"), replace(chunk("长", "二"), id="second", part=1)]
    before = published_with(warehouse, [*long, *faq()])
    read_rows(before, rows_of(before, ["长", "问题0", "问题3"]))
    now = published_with(warehouse, [long[0], *faq()[1:]])

    list(read_ahead(now, before))

    assert kept(now) == {"一", texts(now)["问题3"]}


def test_nothing_is_read_ahead_where_nothing_was_asked(warehouse: Warehouse) -> None:
    before = published_with(warehouse, faq())
    now = published_with(warehouse, faq(3))
    assert list(read_ahead(now, before)) == []
    assert kept(now) == set()


def test_many_rows_are_read_ahead_in_portions(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PORTION", 2)
    before = published_with(warehouse, faq())
    read_rows(before, rows_of(before, [f"问题{number}" for number in range(5)]))
    now = published_with(warehouse, faq(5))
    assert len(list(read_ahead(now, before))) == 3
    assert kept(now) == set(texts(now).values())

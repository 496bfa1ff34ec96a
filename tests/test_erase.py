"""Erasing from kept versions: rows, tone, leftovers, damage, and the readers of what goes."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import publish as publishing
from pipelines.chunks import Chunk
from pipelines.errors import WarehouseError
from pipelines.publish import erase, rollback
from pipelines.versions import FILES, POINTER, Tone, published, whole_published
from pipelines.warehouse import Warehouse
from tests.small_index import (
    NOW,
    RECIPE,
    as_of_another_sanku,
    build,
    chunk,
    faq,
    pass_checks,
    release,
    texts,
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it would have slept; nothing waits."""
    seconds: list[float] = []
    monkeypatch.setattr(publishing.time, "sleep", seconds.append)
    return seconds


def said(*names: str) -> list[Chunk]:
    """An FAQ, and an exchange of each name."""
    return [*faq(3), *(chunk(name, f"{name}的原话", tier="dialogues") for name in names)]


def folders(warehouse: Warehouse) -> list[str]:
    return sorted(path.name for path in warehouse.index.iterdir())


def flipped(warehouse: Warehouse, seconds_ago: float) -> None:
    """Make the pointer's last flip so long ago."""
    then = time.time() - seconds_ago
    os.utime(warehouse.root / POINTER, (then, then))


def damage(warehouse: Warehouse, name: str) -> None:
    """Change a byte of a version that no query reads."""
    file = next((warehouse.index / name).rglob("*.lance/_versions/*"))
    file.with_name("more").write_bytes(b"not published")


# --- what goes ----------------------------------------------------------------------------------


def test_a_sentence_that_shows_the_tone_goes_though_its_exchange_is_not_indexed(
    warehouse: Warehouse, slept: list[float]
) -> None:
    tone = tuple(Tone(kind="apology", text=f"抱歉{one}", exchange=one) for one in ("甲", "乙"))
    pass_checks(build(warehouse, said("丙"), recipe=replace(RECIPE, tone=tone, company="橙果")))
    with warehouse.writing():
        publishing.publish(warehouse, keep=5, now=NOW)
    with warehouse.writing():
        renamed = erase(warehouse, "dialogues", {"乙", "丙"})
    assert list(renamed) != []
    version = published(warehouse)
    assert [one.exchange for one in version.manifest.tone] == ["乙"]
    assert version.manifest.company == "橙果"
    assert "丙" in texts(version)
    assert not [
        file
        for file in warehouse.index.rglob("*")
        if file.is_file() and "抱歉甲".encode() in file.read_bytes()
    ]


def test_what_a_killed_run_left_is_removed_though_nothing_is_to_be_erased(
    warehouse: Warehouse, slept: list[float]
) -> None:
    name = release(warehouse, said("甲")).manifest.version
    for left in ("erasing", "0001-99999999"):
        (warehouse.index / left).mkdir()
        (warehouse.index / left / "chunks.parquet").write_bytes(b"what was said")
    with warehouse.writing():
        assert erase(warehouse, "dialogues", {"甲"}) == {}
    assert folders(warehouse) == [name]


def test_before_the_first_publish_nothing_of_a_killed_one_stays(
    warehouse: Warehouse, slept: list[float]
) -> None:
    (warehouse.index / "0001-99999999").mkdir(parents=True)
    with warehouse.writing():
        assert erase(warehouse, "dialogues", set()) == {}
    assert folders(warehouse) == []


def test_a_version_of_dialogues_only_may_lose_all_of_them(
    warehouse: Warehouse, slept: list[float]
) -> None:
    release(warehouse, [chunk("甲", "原话", tier="dialogues")])
    with warehouse.writing():
        erase(warehouse, "dialogues", set())
    assert texts(published(warehouse)) == {}
    assert published(warehouse).damaged_files() == []


# --- readers ------------------------------------------------------------------------------------


def test_the_version_published_before_is_removed_only_when_its_readers_have_followed(
    warehouse: Warehouse, slept: list[float]
) -> None:
    release(warehouse, said("甲", "乙"))
    release(warehouse, said("乙"))
    flipped(warehouse, 0.25)
    with warehouse.writing():
        (renamed,) = erase(warehouse, "dialogues", {"乙"}).values()
    assert renamed.startswith("0001-")
    assert len(slept) == 1
    assert 0.3 < slept[0] <= 0.75, "from the flip that readers follow, not from this one"


def test_nobody_waits_for_readers_that_followed_long_ago(
    warehouse: Warehouse, slept: list[float]
) -> None:
    release(warehouse, said("甲", "乙"))
    release(warehouse, said("乙"))
    flipped(warehouse, 60.0)
    with warehouse.writing():
        erase(warehouse, "dialogues", {"乙"})
    assert sum(slept) == 0.0


def test_readers_of_the_published_version_follow_to_its_new_name(
    warehouse: Warehouse, slept: list[float]
) -> None:
    release(warehouse, said("甲"))
    flipped(warehouse, 60.0)
    with warehouse.writing():
        erase(warehouse, "dialogues", set())
    assert len(slept) == 1
    assert 0.5 < slept[0] <= 1.0


def test_where_nothing_is_removed_nobody_waits(warehouse: Warehouse, slept: list[float]) -> None:
    release(warehouse, said("甲"))
    with warehouse.writing():
        erase(warehouse, "dialogues", {"甲"})
    assert slept == []


# --- damage -------------------------------------------------------------------------------------


def test_a_damaged_version_is_dropped_rather_than_written_anew_as_whole(
    warehouse: Warehouse, slept: list[float]
) -> None:
    first = release(warehouse, said("甲", "乙")).manifest.version
    second = release(warehouse, said("乙")).manifest.version
    damage(warehouse, first)
    with warehouse.writing():
        assert erase(warehouse, "dialogues", {"乙"}) == {first: ""}
    assert folders(warehouse) == [second]


def test_the_published_version_loses_it_damaged_or_not_and_stays_damaged(
    warehouse: Warehouse, slept: list[float]
) -> None:
    release(warehouse, said("甲", "乙"))
    damage(warehouse, published(warehouse).name)
    with warehouse.writing():
        erase(warehouse, "dialogues", {"乙"})
    assert "甲" not in texts(published(warehouse))
    assert published(warehouse).damaged_files() != []
    assert whole_published(warehouse) is None
    with warehouse.writing():
        erase(warehouse, "dialogues", set())
    assert published(warehouse).damaged_files() != [], "however often it is written anew"
    assert release(warehouse, said("乙")).new, "the next run builds on nothing of it"


def test_without_its_list_of_files_the_published_version_stays_damaged_too(
    warehouse: Warehouse, slept: list[float]
) -> None:
    release(warehouse, said("甲"))
    (published(warehouse).folder / FILES).unlink()
    with warehouse.writing():
        erase(warehouse, "dialogues", set())
    assert published(warehouse).damaged_files() == [FILES]


def test_a_version_of_before_an_upgrade_is_dropped_for_nobody_can_open_it(
    warehouse: Warehouse, slept: list[float]
) -> None:
    first = release(warehouse, said("甲", "乙")).manifest.version
    as_of_another_sanku(warehouse.index / first)
    second = release(warehouse, said("乙")).manifest.version
    with warehouse.writing():
        assert erase(warehouse, "dialogues", {"甲", "乙"}) == {}, "while all of it stands"
        assert erase(warehouse, "dialogues", {"乙"}) == {first: ""}
    assert folders(warehouse) == [second]


def test_a_published_version_of_before_an_upgrade_is_named(
    warehouse: Warehouse, slept: list[float]
) -> None:
    last = release(warehouse, said("甲", "乙")).manifest.version
    as_of_another_sanku(warehouse.index / last)
    with warehouse.writing(), pytest.raises(WarehouseError, match="built by another Sanku"):
        erase(warehouse, "dialogues", {"乙"})
    assert published(warehouse).name == last


def test_a_published_version_that_cannot_be_read_stops_nothing_else(
    warehouse: Warehouse, slept: list[float]
) -> None:
    release(warehouse, said("甲", "乙"))
    last = release(warehouse, said("乙")).manifest.version
    (warehouse.index / last / "manifest.json").write_text("{", encoding="utf-8")
    with warehouse.writing(), pytest.raises(WarehouseError, match=r"manifest\.json` is damaged"):
        erase(warehouse, "dialogues", {"乙"})
    rollback(warehouse, None, now=NOW)
    assert "甲" not in texts(published(warehouse))

"""The candidate: built beside the published version, from what changed, and never upon damage."""

import dataclasses
import shutil
from pathlib import Path
from shutil import rmtree

import pytest

from pipelines.checks import CheckResult, record_check
from pipelines.chunks import CHUNK_SCHEMA, from_json, from_row, to_table
from pipelines.errors import WarehouseError
from pipelines.index import CANDIDATE, MAX_COMMITS, build_candidate, discard_candidate
from pipelines.versions import FILES, Version, published
from pipelines.warehouse import Warehouse
from tests.small_index import (
    NOW,
    RECIPE,
    Vectors,
    build,
    chunk,
    faq,
    file_bytes,
    release,
    texts,
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def test_the_first_candidate_holds_every_chunk_and_counts_it(warehouse: Warehouse) -> None:
    built = build(warehouse, faq(6))
    assert not built.unchanged
    assert built.version.name.startswith("0001-")
    assert built.version.manifest.chunks == {"faq": 6, "dialogues": 0, "changelog": 0}
    assert built.changes["faq"].added == 6
    assert len(texts(built.version)) == 6


def test_the_same_chunks_make_no_new_version_and_ask_for_no_vector(warehouse: Warehouse) -> None:
    first = release(warehouse, faq())
    before = file_bytes(warehouse.index)
    vectors = Vectors()
    built = build(warehouse, reversed(faq()), vectors)
    assert built.unchanged
    assert vectors.asked == []
    assert built.version.manifest.digest == first.manifest.digest
    assert file_bytes(warehouse.index) == before
    assert not release(warehouse, faq()).new


@pytest.mark.parametrize("size", [6, 600])
def test_one_changed_entry_costs_one_vector_and_one_row_at_any_size(
    warehouse: Warehouse, size: int
) -> None:
    release(warehouse, faq(size))
    changed = [*faq(size)[:-1], chunk(f"问题{size - 1}", "改过的答案。")]
    vectors = Vectors()
    built = build(warehouse, changed, vectors)
    assert vectors.asked == [changed[-1].text_hash]
    assert built.changes["faq"] == dataclasses.replace(built.changes["faq"], changed=1, added=0)
    fragments = built.version.table.stats()["fragment_stats"]
    assert fragments["num_fragments"] == 2, "the new row stands in a fragment of its own"
    assert texts(built.version)[f"问题{size - 1}"] == "改过的答案。"
    assert built.version.table.count_rows() == size


def test_building_a_candidate_changes_no_byte_of_the_published_version(
    warehouse: Warehouse,
) -> None:
    release(warehouse, faq())
    folder = published(warehouse).folder
    before = file_bytes(folder)
    build(warehouse, [*faq()[1:], chunk("问题9", "新的答案")])
    shared = {file.stat().st_ino for file in folder.rglob("*.lance")}
    linked = {file.stat().st_ino for file in (warehouse.index / CANDIDATE).rglob("*.lance")}
    assert shared & linked, "the candidate starts from hard links"
    assert not [file for file in (warehouse.index / CANDIDATE).rglob("*") if file.is_symlink()]
    assert file_bytes(folder) == before
    assert published(warehouse).damaged_files() == []


def test_added_changed_and_removed_chunks_are_merged_in_one_commit(warehouse: Warehouse) -> None:
    release(warehouse, faq(6))
    before = published(warehouse).table.version
    built = build(warehouse, [*faq(6)[2:], chunk("问题1", "改了"), chunk("新", "新的")])
    change = built.changes["faq"]
    assert (change.added, change.changed, change.removed) == (1, 1, 1)
    assert set(texts(built.version)) == {f"问题{n}" for n in range(1, 6)} | {"新"}
    assert built.version.table.version == before + 1


def test_removing_alone_leaves_the_rest(warehouse: Warehouse) -> None:
    release(warehouse, faq(4))
    built = build(warehouse, faq(3))
    assert set(texts(built.version)) == {"问题0", "问题1", "问题2"}


@pytest.mark.parametrize("how", ["expired", "reworded"])
def test_dialogue_text_that_goes_is_in_no_byte_of_the_new_version(
    warehouse: Warehouse, how: str
) -> None:
    secret = "PURPLE-ELEPHANT-7731"
    old = chunk("对话1", f"我的口令是 {secret}", tier="dialogues", days_ago=30)
    release(warehouse, [*faq(), old, chunk("对话2", "留下的", tier="dialogues")])
    was = b"".join(file_bytes(published(warehouse).folder).values())
    assert secret.encode() in was, "stored readably, so that its absence can be seen"
    rest = [*faq(), chunk("对话2", "留下的", tier="dialogues")]
    if how == "reworded":
        rest.append(chunk("对话1", "我的口令是 [密码]", tier="dialogues"))
    built = build(warehouse, rest)
    data = b"".join(file_bytes(built.version.folder).values())
    assert secret.encode() not in data
    assert secret.lower().encode() not in data
    assert texts(built.version)["对话2"] == "留下的"


def test_a_dialogue_that_comes_is_merged_and_nothing_is_built_anew(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    vectors = Vectors()
    build(warehouse, [*faq(), chunk("对话1", "新的对话", tier="dialogues")], vectors)
    assert len(vectors.asked) == 1


@pytest.mark.parametrize("changes", [{"embedder_id": "test/2"}, {"dim": 4}])
def test_another_embedding_model_is_built_anew(
    warehouse: Warehouse, changes: dict[str, object]
) -> None:
    release(warehouse, faq())
    recipe = dataclasses.replace(RECIPE, **changes)

    class Cut(Vectors):
        def __call__(self, hashes):
            return {key: row[: recipe.dim] for key, row in super().__call__(hashes).items()}

    vectors = Cut()
    built = build(warehouse, faq(), vectors, recipe)
    assert not built.unchanged
    assert len(vectors.asked) == 6
    assert built.version.table.schema.field("vector").type.list_size == recipe.dim
    assert built.version.manifest.embedder_id == recipe.embedder_id


def test_another_threshold_is_a_new_version_of_the_same_files(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    vectors = Vectors()
    recipe = dataclasses.replace(RECIPE, answering={**RECIPE.answering, "direct": 0.95})
    built = build(warehouse, faq(), vectors, recipe)
    assert not built.unchanged
    assert vectors.asked == []
    assert built.version.manifest.answering["direct"] == 0.95


def test_an_entry_that_changes_daily_does_not_pile_up_files(warehouse: Warehouse) -> None:
    counts = []
    for number in range(MAX_COMMITS + 4):
        release(warehouse, [*faq(3), chunk("变", f"第 {number} 个答案")], keep=2)
        counts.append(len(file_bytes(published(warehouse).folder / "chunks.lance")))
    assert counts[2] > counts[1], "a merge adds files"
    assert counts[-1] < max(counts), "and one build in a while starts over"
    assert published(warehouse).table.version < MAX_COMMITS
    assert published(warehouse).table.count_rows() == 4


def test_a_chunk_that_stands_in_two_logs_is_indexed_once_the_newer_one(
    warehouse: Warehouse,
) -> None:
    old = chunk("对话1", "旧的", tier="dialogues", days_ago=3)
    new = chunk("对话1", "新的", tier="dialogues", days_ago=1)
    built = build(warehouse, [old, new, *faq()])
    assert texts(built.version)["对话1"] == "新的"
    assert built.version.table.count_rows() == 7


def test_a_chunk_without_a_vector_is_refused_and_readers_keep_their_version(
    warehouse: Warehouse,
) -> None:
    release(warehouse, faq())
    with pytest.raises(WarehouseError, match="1 chunks have no embedding"), warehouse.writing():
        build_candidate(
            warehouse,
            to_table([*faq(), chunk("新", "没有向量")]),
            lambda hashes: {},
            RECIPE,
            pulled_at={},
            built_at=NOW,
        )
    assert len(texts(published(warehouse))) == 6


@pytest.mark.parametrize(
    ("is_anew", "writes"),
    [
        (True, "lancedb.db.LanceDBConnection.create_table"),
        (True, "lancedb.table.LanceTable.create_index"),
        (False, "lancedb.merge.LanceMergeInsertBuilder.execute"),
    ],
)
def test_a_full_disk_is_told_with_the_way_out_and_readers_keep_their_version(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, is_anew: bool, writes: str
) -> None:
    release(warehouse, faq())

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("lance error: LanceError(IO): No space left\non device, object.rs:9")

    name = published(warehouse).name
    if is_anew:
        (published(warehouse).folder / FILES).unlink()
    monkeypatch.setattr(writes, fail)
    with pytest.raises(WarehouseError, match=r"No space left on device.*Make room"):
        build(warehouse, faq(8))
    assert published(warehouse).name == name


def test_a_candidate_that_a_killed_run_left_is_replaced(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    left = warehouse.index / CANDIDATE / "chunks.lance" / "data"
    left.mkdir(parents=True)
    (left / "half.lance").write_bytes(b"half")
    (warehouse.index / CANDIDATE / "checks").mkdir()
    built = build(warehouse, faq(7))
    assert len(texts(built.version)) == 7
    assert not (left / "half.lance").exists()
    assert not (warehouse.index / CANDIDATE / "checks").exists()


def test_a_check_recorded_while_its_candidate_goes_finds_none(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build(warehouse, faq())
    refused: list[str] = []

    def remove(folder: Path) -> None:
        with pytest.raises(WarehouseError, match="is gone: another run") as error:
            record_check(built.version, CheckResult("golden", passed=True, summary="late"))
        refused.append(str(error.value))
        rmtree(folder)

    monkeypatch.setattr(shutil, "rmtree", remove)
    discard_candidate(warehouse)
    assert len(refused) == 1
    assert list(warehouse.index.iterdir()) == []


def test_a_candidate_that_a_killed_run_had_set_aside_is_removed(warehouse: Warehouse) -> None:
    build(warehouse, faq())
    (warehouse.index / CANDIDATE).rename(warehouse.index / "discarded")
    discard_candidate(warehouse)
    assert list(warehouse.index.iterdir()) == []


@pytest.mark.parametrize("damage", ["flip", "cut", "remove", "manifest"])
def test_a_damaged_published_version_is_replaced_and_not_built_upon(
    warehouse: Warehouse, damage: str
) -> None:
    release(warehouse, faq())
    folder = published(warehouse).folder
    file = folder / "manifest.json" if damage == "manifest" else next(folder.rglob("data/*.lance"))
    data = bytearray(file.read_bytes())
    if damage == "remove":
        file.unlink()
    elif damage == "flip":
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    else:
        file.write_bytes(data[: len(data) // 2])
    done = release(warehouse, faq())
    assert done.new, "unchanged sources, but what is published is not what was"
    assert published(warehouse).damaged_files() == []
    assert len(texts(published(warehouse))) == 6


def test_names_go_on_counting_past_9999_and_past_foreign_folders(warehouse: Warehouse) -> None:
    (warehouse.index / "12345-0badcafe").mkdir(parents=True)
    (warehouse.index / "1st-attempt").mkdir()
    assert build(warehouse, faq()).version.name.startswith("12346-")


def test_what_search_reads_of_a_row_is_what_its_columns_say(warehouse: Warehouse) -> None:
    version = build(warehouse, faq(6)).version
    rows = version.rows(*CHUNK_SCHEMA.names, "chunk").to_pylist()
    assert [from_json(row["chunk"]) for row in rows] == [from_row(row) for row in rows]


def test_an_index_of_nothing_can_be_built_and_read(warehouse: Warehouse) -> None:
    built = build(warehouse, [])
    assert isinstance(built.version, Version)
    assert built.version.rows("id").num_rows == 0

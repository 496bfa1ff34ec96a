"""The warehouse: partitions replaced whole, stamped, and never outside their folder."""

import os
import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.changelog.table import CHANGE_SCHEMA, change_table
from pipelines.drafts import read_drafts
from pipelines.enrichment.reviews import read_reviews as read_of_similar
from pipelines.errors import WarehouseError
from pipelines.records import ChangeEntry, Quarantined
from pipelines.stale.reviews import read_reviews as read_of_stale
from pipelines.versions import published, read_pointer
from pipelines.warehouse import PartitionChange, Warehouse, replace_durably, write_parquet
from tests.small_index import NOW

REFUSED = Quarantined(
    "changelog", "product", "a.md", 3, "has no answer; write one", "怎么", "d" * 32
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def change(key: str, text: str) -> ChangeEntry:
    return ChangeEntry(
        id=key, source="product", tag="v1", version="1", previous_tag="", released=date(2026, 1, 1),
        category="新增", component="", kind="added", text=text, previous_text="", commit="c" * 40,
        path="CHANGELOG.md", line=3,
    )  # fmt: skip


def write(
    warehouse: Warehouse, partition: str, *changes: ChangeEntry, revision: str = "r", **more: Any
) -> PartitionChange:
    more = {"revision": revision} | more
    return warehouse.write_partition(
        "changelog", "product", partition, change_table(changes), [REFUSED], **more
    )


def ids(table: pa.Table) -> list[str]:
    return list(table["id"].to_pylist())


def test_a_partition_is_read_as_it_was_written(warehouse: Warehouse) -> None:
    write(warehouse, "all", change("一", "x"))
    table = warehouse.read_partition("changelog", "product", "all")
    assert table.equals(change_table([change("一", "x")]))
    assert table.schema.equals(CHANGE_SCHEMA)
    assert warehouse.read_partition("changelog", "product", "other").num_rows == 0


def test_a_write_tells_what_changed_in_records(warehouse: Warehouse) -> None:
    write(warehouse, "all", change("一", "x"), change("二", "x"), change("三", "x"))
    told = write(warehouse, "all", change("一", "x"), change("二", "y"), change("四", "x"))
    assert told == PartitionChange(records=3, added=1, changed=1, removed=1, quarantined=1)
    again = write(warehouse, "all", change("一", "x"), change("二", "y"), change("四", "x"))
    assert again == PartitionChange(records=3, added=0, changed=0, removed=0, quarantined=1)


def test_quarantined_rows_survive_and_are_replaced_with_their_partition(
    warehouse: Warehouse,
) -> None:
    write(warehouse, "all", change("一", "x"))
    write(warehouse, "more", change("二", "x"))
    rows = warehouse.quarantine().to_pylist()
    assert [row["reason"] for row in rows] == ["has no answer; write one"] * 2
    assert rows[0]["line"] == 3
    warehouse.write_partition(
        "changelog", "product", "all", change_table([change("一", "x")]), [], revision="r"
    )
    assert warehouse.quarantine().num_rows == 1


@pytest.mark.parametrize(
    "name",
    [
        "pkg/sub@1.0",
        "..",
        ".",
        "../../up",
        "/etc/passwd",
        "a\\b",
        "v1.0%2F",
        "发布-1",
        "a b\n",
        "a\0b",
    ],
)
def test_a_tag_never_leads_out_of_its_folder(warehouse: Warehouse, name: str) -> None:
    write(warehouse, name, change("一", "x"))
    assert ids(warehouse.read_partition("changelog", "product", name)) == ["一"]
    written = [file for file in warehouse.root.rglob("*") if file.is_file()]
    assert {file.parent for file in written} == {
        warehouse.root / "changelog" / "product",
        warehouse.root / "quarantine" / "changelog" / "product",
    }
    assert [path.name for path in warehouse.root.parent.iterdir()] == ["warehouse"]
    assert warehouse.drop_partitions("changelog", "product", [name]) == []
    assert len(warehouse.drop_partitions("changelog", "product", [])) == 1


def test_tags_that_look_alike_are_different_files(warehouse: Warehouse) -> None:
    names = ["a/b", "a%2Fb", "a_b", "a.b"]
    for name in names:
        write(warehouse, name, change(name, "x"))
    assert [ids(warehouse.read_partition("changelog", "product", n)) for n in names] == [
        [n] for n in names
    ]


def test_partitions_that_are_not_kept_go_with_their_quarantine(warehouse: Warehouse) -> None:
    for name in ("v1", "v2"):
        write(warehouse, name, change(name, "x"))
    assert warehouse.drop_partitions("changelog", "product", ["v2"]) == ["v1"]
    assert warehouse.read_partition("changelog", "product", "v1").num_rows == 0
    assert warehouse.read_partition("changelog", "product", "v2").num_rows == 1
    assert warehouse.quarantine().num_rows == 1


def test_a_revision_is_that_of_the_last_write(warehouse: Warehouse) -> None:
    assert warehouse.revision_of("changelog", "product", "all") is None
    write(warehouse, "all", revision="r1")
    write(warehouse, "more", revision="r2")
    assert warehouse.revision_of("changelog", "product", "all") == "r1"
    assert warehouse.revision_of("changelog", "product", "more") == "r2"


def test_a_pull_is_the_last_look_whether_or_not_anything_was_written(warehouse: Warehouse) -> None:
    assert warehouse.pulled_at("changelog", "product") is None
    for days in (0, 1):
        warehouse.mark_pulled("changelog", "product", NOW + timedelta(days=days))
    assert warehouse.pulled_at("changelog", "product") == NOW + timedelta(days=1)
    (warehouse.root / "changelog" / "product" / "pulled_at").write_text("gestern")
    with pytest.raises(WarehouseError, match="is damaged"):
        warehouse.pulled_at("changelog", "product")


def test_the_partitions_of_a_source_are_read_in_their_order_whatever_their_names(
    warehouse: Warehouse,
) -> None:
    write(warehouse, "v9", change("二", "x"), change("一", "x"), order="2026-01")
    write(warehouse, "v10", change("三", "x"), order="2026-02")
    write(warehouse, "v2", change("零", "x"), order="2025-01")
    assert ids(warehouse.read_source("changelog", "product")) == ["零", "二", "一", "三"]
    assert warehouse.read_source("changelog", "other").num_rows == 0


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_a_damaged_partition_is_named_by_whatever_reads_it(
    warehouse: Warehouse, content: bytes
) -> None:
    write(warehouse, "all", change("一", "x"))
    file = warehouse.partition_file("changelog", "product", "all")
    file.write_bytes(content)
    for read in (
        lambda: warehouse.read_partition("changelog", "product", "all"),
        lambda: warehouse.read_source("changelog", "product"),
        lambda: warehouse.revision_of("changelog", "product", "all"),
    ):
        with pytest.raises(WarehouseError, match=r"all\.parquet` is damaged\. Remove it and run"):
            read()
    refused = warehouse.root / "quarantine" / "changelog" / "product" / "all.parquet"
    refused.write_bytes(content)
    with pytest.raises(WarehouseError, match="is damaged"):
        warehouse.quarantine()


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    write_parquet(file, change_table([change("一", "x")]))
    before = file.read_bytes()
    (tmp_path / "b.parquet").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_parquet(tmp_path / "b.parquet", change_table([]))
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "b.parquet"]


def test_drafts_of_killed_runs_are_swept_and_those_of_running_ones_are_not(tmp_path: Path) -> None:
    old, new = tmp_path / ".a.parquet.123.4", tmp_path / ".a.parquet.125.6"
    for draft in (old, new):
        draft.write_bytes(b"expired dialogue")
    os.utime(old, (time.time() - 7200,) * 2)
    write_parquet(tmp_path / "b.parquet", change_table([]))
    assert not old.exists()
    assert new.exists()


def test_a_draft_is_no_partition(warehouse: Warehouse) -> None:
    write(warehouse, "all", change("一", "x"))
    folder = warehouse.root / "changelog" / "product"
    (folder / ".all.parquet.1.2").write_bytes(b"half")
    assert warehouse.read_source("changelog", "product").num_rows == 1


def test_a_replaced_file_has_one_content_or_the_other(tmp_path: Path) -> None:
    final, draft = tmp_path / "final", tmp_path / "draft"
    final.write_text("old")
    draft.write_text("new")
    replace_durably(draft, final)
    assert (final.read_text(), draft.exists()) == ("new", False)


def test_the_pointer_lock_is_not_the_writers_lock(warehouse: Warehouse) -> None:
    with warehouse.writing(), warehouse.pointing():
        pass


def test_a_partition_of_another_version_of_sanku_is_told_from_a_damaged_one(
    warehouse: Warehouse,
) -> None:
    write_parquet(warehouse.partition_file("changelog", "product", "all"), pa.table({"id": ["1"]}))
    with pytest.raises(WarehouseError, match="was written by another version of Sanku"):
        warehouse.read_partition("changelog", "product", "all")


@pytest.mark.parametrize(
    "read",
    [
        read_pointer,
        published,
        lambda warehouse: read_of_stale(warehouse.reviews),
        lambda warehouse: read_of_similar(warehouse.similar_reviews),
        read_drafts,
        lambda warehouse: warehouse.pulled_at("faq", "help"),
        lambda warehouse: warehouse.read_source("faq", "help"),
    ],
)
def test_a_file_that_this_user_may_not_read_is_not_called_damaged(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, read: Callable[[Warehouse], object]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = warehouse.partition_file("faq", "help", "all")
    file.parent.mkdir(parents=True)
    file.touch()
    monkeypatch.setattr(Path, "read_text", refuse)
    monkeypatch.setattr(pq, "read_schema", refuse)
    with pytest.raises(WarehouseError, match="the right to read it") as raised:
        read(warehouse)
    assert not re.search("damaged|Remove|rollback", str(raised.value))

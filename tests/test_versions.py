"""Versions and the pointer: what is damaged is named, with the way out."""

import json
import shutil
import threading
from pathlib import Path

import pytest

from pipelines.errors import NotPublishedError, WarehouseError
from pipelines.publish import erase
from pipelines.versions import (
    POINTER,
    OncePerVersion,
    PublishedVersion,
    Version,
    published,
    read_pointer,
    version_folder,
    whole_published,
    write_pointer,
)
from pipelines.warehouse import Warehouse
from tests.small_index import build, chunk, faq, release


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def test_before_the_first_publish_there_is_no_version_and_the_message_says_so(
    warehouse: Warehouse,
) -> None:
    assert read_pointer(warehouse) is None
    assert whole_published(warehouse) is None
    for ask in (lambda: published(warehouse), PublishedVersion(warehouse).current):
        with pytest.raises(NotPublishedError, match=r"nothing is published .* Run `sanku run`"):
            ask()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is damaged. Write the name of a folder"),
        ('{"version": "0001-', "is damaged"),
        ("\udcff", "is damaged"),
        ("[]", "names no `version`. Remove it"),
        ('{"version": 1}', "names no `version`"),
        ('{"version": "0001-a", "kept": "0001-a"}', "`kept` of .* is no list"),
        ('{"version": "0001-a", "kept": [1]}', "`kept` of .* is no list"),
    ],
)
def test_a_damaged_pointer_is_named(warehouse: Warehouse, text: str, message: str) -> None:
    release(warehouse, faq())
    (warehouse.root / POINTER).write_bytes(text.encode("utf-8", "surrogateescape"))
    for ask in (lambda: published(warehouse), PublishedVersion(warehouse).current):
        with pytest.raises(WarehouseError, match=message) as raised:
            ask()
        assert POINTER in str(raised.value)


def test_a_pointer_written_by_hand_needs_only_the_version(warehouse: Warehouse) -> None:
    name = release(warehouse, faq()).manifest.version
    (warehouse.root / POINTER).write_text(json.dumps({"version": name}))
    assert read_pointer(warehouse) == {"version": name, "kept": [name]}
    assert release(warehouse, faq(7)).new


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc", "../index"])
def test_a_version_name_never_leads_out_of_the_folder(warehouse: Warehouse, name: str) -> None:
    with pytest.raises(NotPublishedError, match="is no version name"):
        version_folder(warehouse, name)


def test_a_pointer_to_a_version_that_is_gone_is_named_and_mended_by_a_run(
    warehouse: Warehouse,
) -> None:
    release(warehouse, faq())
    write_pointer(warehouse, {"version": "0009-00000000", "kept": ["0009-00000000"]})
    with pytest.raises(NotPublishedError, match="`0009-00000000` is not kept"):
        published(warehouse)
    assert release(warehouse, faq()).new
    assert published(warehouse).damaged_files() == []


def test_a_damaged_manifest_is_named(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    folder = published(warehouse).folder
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(WarehouseError, match=r"manifest\.json` is damaged. `sanku rollback`"):
        Version(folder)


def test_rows_that_cannot_be_opened_are_named(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    folder = published(warehouse).folder
    (folder / "chunks.lance").rename(folder / "elsewhere")
    with pytest.raises(WarehouseError, match=r"rows of version .* cannot be opened"):
        _ = published(warehouse).table


def test_a_column_that_is_not_there_is_told_as_rows_that_cannot_be_read(
    warehouse: Warehouse,
) -> None:
    release(warehouse, faq(1))
    with pytest.raises(WarehouseError, match="cannot be read"):
        published(warehouse).rows("another_column")


def test_every_file_is_accounted_for(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    folder = published(warehouse).folder
    data = next(folder.rglob("data/*.lance"))
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.name == "files.json":
            continue
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert published_damage(folder) == [file.relative_to(folder).as_posix()]
        file.write_bytes(content)
    (folder / "extra").write_text("x")
    data.unlink()
    assert published_damage(folder) == [data.relative_to(folder).as_posix(), "extra"]
    (folder / "files.json").unlink()
    assert published_damage(folder) == ["files.json"]


def published_damage(folder: Path) -> list[str]:
    """`damaged_files` without the manifest, which the test damages as well."""
    version = Version.__new__(Version)
    version.folder = folder
    return version.damaged_files()


def test_a_damaged_list_of_chunks_is_named(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    (published(warehouse).folder / "chunks.parquet").write_bytes(b"PAR1")
    with pytest.raises(WarehouseError, match=r"chunks\.parquet` is damaged"):
        published(warehouse).expected()


def test_reading_leaves_no_trace_in_a_version(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    version = published(warehouse)
    version.chunks()
    version.full_text("答案").limit(3).to_arrow()
    version.table.search([0.0] * 8).limit(2).to_arrow()
    assert version.damaged_files() == []


def test_a_reader_opens_a_version_once_and_follows_the_pointer(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    reader = PublishedVersion(warehouse)
    first = reader.current()
    assert reader.current() is first
    release(warehouse, faq(7))
    assert reader.current().name.startswith("0002-")


def test_a_reader_that_looks_ahead_keeps_its_version_until_it_takes_the_next(
    warehouse: Warehouse,
) -> None:
    release(warehouse, faq())
    reader = PublishedVersion(warehouse)
    first = reader.current()
    with reader.ahead():
        assert reader.newer() is None
        release(warehouse, faq(7))
        newer = reader.newer()
        assert newer is not None
        version, take = newer
        assert reader.current() is first
        take()
        assert reader.current() is version
        assert version.name.startswith("0002-")
        assert reader.newer() is None


def test_a_publish_while_a_version_is_made_ready_is_found_by_the_next_look(
    warehouse: Warehouse,
) -> None:
    release(warehouse, faq())
    reader = PublishedVersion(warehouse)
    reader.current()
    with reader.ahead():
        release(warehouse, faq(7))
        newer = reader.newer()
        assert newer is not None
        release(warehouse, faq(8))
        newer[1]()
        again = reader.newer()
        assert again is not None
        assert again[0].name.startswith("0003-")


def test_nobody_looks_ahead_any_more_and_the_pointer_is_followed_at_once(
    warehouse: Warehouse,
) -> None:
    release(warehouse, faq())
    reader = PublishedVersion(warehouse)
    reader.current()
    with reader.ahead():
        release(warehouse, faq(7))
    assert reader.current().name.startswith("0002-")


def test_what_was_erased_is_not_read_again_though_nothing_else_is_ready(
    warehouse: Warehouse,
) -> None:
    release(warehouse, [*faq(), chunk("谈话", "我叫张三", tier="dialogues")])
    reader = PublishedVersion(warehouse)
    before = reader.current()
    with reader.ahead():
        with warehouse.writing():
            (renamed,) = erase(warehouse, "dialogues", set()).items()
        assert reader.current().name == renamed[1] != before.name


@pytest.mark.parametrize("how", ["is kept no longer", "was removed"])
def test_a_version_that_may_go_at_any_time_is_left_at_once(warehouse: Warehouse, how: str) -> None:
    release(warehouse, faq())
    reader = PublishedVersion(warehouse)
    before = reader.current()
    with reader.ahead():
        release(warehouse, faq(7), keep=1 if how == "is kept no longer" else 5)
        if how == "was removed":
            shutil.rmtree(before.folder)
        assert reader.current().name.startswith("0002-")


def test_what_is_read_once_per_version_is_read_once_though_many_ask(warehouse: Warehouse) -> None:
    version = build(warehouse, faq()).version
    reads: list[str] = []
    go_on = threading.Event()

    def read(version: Version) -> str:
        reads.append(version.name)
        go_on.wait(5)
        return version.name

    kept = OncePerVersion(read)
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(kept.of(version))) for _ in range(4)]
    for thread in threads:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert (reads, answers) == ([version.name], [version.name] * 4)


def test_a_version_that_was_read_does_not_wait_for_one_that_is_being_read(
    warehouse: Warehouse,
) -> None:
    one, other = (build(warehouse, faq()).version for _ in range(2))
    begun, go_on = threading.Event(), threading.Event()

    def read(version: Version) -> str:
        if version is other:
            begun.set()
            go_on.wait(5)
        return version.name

    kept = OncePerVersion(read)
    kept.of(one)
    waiting = threading.Thread(target=kept.of, args=(other,))
    waiting.start()
    try:
        assert begun.wait(5)
        assert kept.of(one) == one.name
        assert waiting.is_alive()
    finally:
        go_on.set()
        waiting.join()


def test_what_could_not_be_read_is_read_again(warehouse: Warehouse) -> None:
    version = build(warehouse, faq()).version
    tries: list[str] = []

    def read(version: Version) -> int:
        tries.append(version.name)
        if len(tries) == 1:
            raise WarehouseError("damaged")
        return len(tries)

    kept = OncePerVersion(read)
    with pytest.raises(WarehouseError):
        kept.of(version)
    assert (kept.of(version), kept.of(version)) == (2, 2)

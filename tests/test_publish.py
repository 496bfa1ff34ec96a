"""Publishing: one pointer flips, whatever happens to the writer."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipelines.calibration import fitted, with_calibration
from pipelines.checks import CHECKS
from pipelines.chunks import Chunk
from pipelines.errors import BusyError, NotPublishedError, PublishBlockedError, WarehouseError
from pipelines.index import CANDIDATE
from pipelines.publish import kept_versions, publish, rollback
from pipelines.versions import POINTER, PublishedVersion, published, read_pointer
from pipelines.warehouse import Warehouse
from tests.crashing import Crashed, crashing_at
from tests.small_index import NOW, build, chunk, faq, file_bytes, pass_checks, release, texts

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def folders(warehouse: Warehouse) -> list[str]:
    return sorted(path.name for path in warehouse.index.iterdir())


def state(number: int) -> list[Chunk]:
    """The `number`-th state of the sources, told apart by one text."""
    return [*faq(3), chunk("版本", f"第 {number} 版")]


def test_a_candidate_that_passed_everything_is_what_readers_see(warehouse: Warehouse) -> None:
    done = release(warehouse, state(1))
    assert done.new
    assert texts(published(warehouse))["版本"] == "第 1 版"
    assert [record.passed for record in published(warehouse).manifest.checks] == [True] * len(
        CHECKS
    )
    assert folders(warehouse) == [done.manifest.version], "no candidate is left"
    assert published(warehouse).damaged_files() == []


def test_a_failed_check_leaves_the_pointer_where_it_is(warehouse: Warehouse) -> None:
    release(warehouse, state(1))
    pointer = (warehouse.root / POINTER).read_bytes()
    pass_checks(build(warehouse, state(2)), but="no_personal_data")
    with pytest.raises(PublishBlockedError, match="`no_personal_data` \\(recorded"):
        publish(warehouse, keep=5, now=NOW)
    assert (warehouse.root / POINTER).read_bytes() == pointer
    assert texts(published(warehouse))["版本"] == "第 1 版"


def test_a_check_that_was_not_run_blocks(warehouse: Warehouse) -> None:
    built = build(warehouse, state(1))
    pass_checks(built)
    (built.version.folder / "checks" / "reconciles.json").unlink()
    with pytest.raises(PublishBlockedError, match="`reconciles` \\(not run\\)"):
        publish(warehouse, keep=5, now=NOW)
    assert read_pointer(warehouse) is None


def test_checks_of_a_candidate_that_was_built_again_meanwhile_do_not_count(
    warehouse: Warehouse,
) -> None:
    checked = build(warehouse, state(1))
    build(warehouse, state(2))
    pass_checks(checked)  # lands in the same folder, for another content
    with pytest.raises(PublishBlockedError, match="not run"):
        publish(warehouse, keep=5, now=NOW)


def test_a_damaged_check_file_is_named(warehouse: Warehouse) -> None:
    built = build(warehouse, state(1))
    pass_checks(built)
    (built.version.folder / "checks" / "reconciles.json").write_text('{"name"')
    with pytest.raises(WarehouseError, match=r"reconciles\.json` is damaged"):
        publish(warehouse, keep=5, now=NOW)


def test_without_a_candidate_the_published_version_is_told_again(warehouse: Warehouse) -> None:
    first = release(warehouse, state(1))
    again = publish(warehouse, keep=5, now=NOW)
    assert not again.new
    assert again.manifest.version == first.manifest.version


def test_with_nothing_published_and_nothing_built_the_way_out_is_named(
    warehouse: Warehouse,
) -> None:
    for ask in (
        lambda: publish(warehouse, keep=5, now=NOW),
        lambda: rollback(warehouse, None, now=NOW),
    ):
        with pytest.raises(NotPublishedError, match="Run `sanku run`"):
            ask()


def test_rollback_flips_back_and_forth_and_a_reader_follows(warehouse: Warehouse) -> None:
    names = [release(warehouse, state(number)).manifest.version for number in (1, 2, 3)]
    reader = PublishedVersion(warehouse)
    seen = []
    for to in (None, None, names[2], names[0]):
        rollback(warehouse, to, now=NOW)
        seen.append(texts(reader.current())["版本"])
    assert seen == ["第 2 版", "第 1 版", "第 3 版", "第 1 版"]
    with pytest.raises(NotPublishedError, match="oldest version kept"):
        rollback(warehouse, None, now=NOW)


@pytest.mark.parametrize("name", ["0009-00000000", "../index", "", ".", CANDIDATE])
def test_rollback_to_what_was_never_published_is_refused(warehouse: Warehouse, name: str) -> None:
    release(warehouse, state(1))
    release(warehouse, state(2))
    build(warehouse, state(3))
    before = (warehouse.root / POINTER).read_bytes()
    if name:
        with pytest.raises(NotPublishedError):
            rollback(warehouse, name, now=NOW)
        assert (warehouse.root / POINTER).read_bytes() == before
    else:
        assert rollback(warehouse, name, now=NOW).version.startswith("0001-")


def test_rollback_to_a_version_that_another_sanku_built_is_refused(warehouse: Warehouse) -> None:
    older, newer = (release(warehouse, state(number)).manifest.version for number in (1, 2))
    file = warehouse.index / older / "manifest.json"
    file.write_text(file.read_text().replace('"schema_version": "', '"schema_version": "0'))
    with pytest.raises(WarehouseError, match=f"`{older}` was built by another Sanku"):
        rollback(warehouse, None, now=NOW)
    assert published(warehouse).name == newer


def test_rollback_to_a_version_of_another_formula_of_confidence_is_refused(
    warehouse: Warehouse,
) -> None:
    built = build(warehouse, state(1))
    made = fitted((), wanted=0.98, embedder_id=built.version.manifest.embedder_id)
    older = with_calibration(built.version, made.model_copy(update={"formula": "another"}))
    pass_checks(built)
    with warehouse.writing():
        publish(warehouse, keep=5, now=NOW)
    newer = release(warehouse, state(2)).manifest.version
    with pytest.raises(WarehouseError, match=f"confidence of version `{older.name}`"):
        rollback(warehouse, None, now=NOW)
    assert published(warehouse).name == newer


def test_rollback_works_while_a_writer_holds_its_lock(warehouse: Warehouse) -> None:
    release(warehouse, state(1))
    release(warehouse, state(2))
    with warehouse.writing():
        rollback(warehouse, None, now=NOW)
    assert texts(published(warehouse))["版本"] == "第 1 版"


def test_publishing_after_a_rollback_builds_the_newest_state_again(warehouse: Warehouse) -> None:
    release(warehouse, state(1))
    second = release(warehouse, state(2))
    rollback(warehouse, None, now=NOW)
    third = release(warehouse, state(2))
    assert third.new
    assert third.manifest.digest == second.manifest.digest
    assert texts(published(warehouse))["版本"] == "第 2 版"


def test_only_the_last_versions_are_kept(warehouse: Warehouse) -> None:
    names = [release(warehouse, state(n), keep=3).manifest.version for n in range(5)]
    assert folders(warehouse) == names[2:]
    assert [version.name for version in kept_versions(warehouse)] == names[2:]
    for version in kept_versions(warehouse):
        assert version.damaged_files() == []
        assert len(texts(version)) == 4


def test_a_version_that_readers_were_rolled_back_to_survives_the_next_publish(
    warehouse: Warehouse,
) -> None:
    names = [release(warehouse, state(n), keep=3).manifest.version for n in range(3)]
    rollback(warehouse, names[0], now=NOW)
    newest = release(warehouse, state(3), keep=3).manifest.version
    assert folders(warehouse) == [names[0], names[2], newest]


def test_a_version_is_readable_while_it_is_superseded_under_the_reader(
    warehouse: Warehouse,
) -> None:
    release(warehouse, state(1), keep=2)
    reader = PublishedVersion(warehouse)
    held = reader.current()
    release(warehouse, state(2), keep=2)
    assert texts(held)["版本"] == "第 1 版"
    assert texts(reader.current())["版本"] == "第 2 版"


# --- crashes ------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_crash_before_any_step_leaves_a_whole_version_and_the_next_run_converges(
    tmp_path: Path,
) -> None:
    template = Warehouse(tmp_path / "template")
    release(template, state(0), keep=2)
    release(template, state(1), keep=2)
    for step in range(1, 500):
        warehouse = Warehouse(tmp_path / str(step))
        shutil.copytree(template.root, warehouse.root)
        try:
            with crashing_at(step):
                release(warehouse, state(2), keep=2)
        except Crashed:
            version = published(warehouse)
            assert version.damaged_files() == [], step
            assert texts(version)["版本"] in ("第 1 版", "第 2 版"), step
        else:
            break
        release(warehouse, state(2), keep=2)
        assert texts(published(warehouse))["版本"] == "第 2 版"
        pointer = read_pointer(warehouse)
        assert pointer is not None
        assert len(pointer["kept"]) == 2
        assert set(pointer["kept"]) <= set(folders(warehouse)), step
        assert CANDIDATE not in folders(warehouse)
        if len(folders(warehouse)) > 2:
            release(warehouse, state(3), keep=2)
        assert len(folders(warehouse)) == 2, "what the crash left behind is gone"
    assert step > 20, "links, manifest, list of files, rename, pointer, removal"


KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines import publish, versions
from pipelines.warehouse import Warehouse
from tests.small_index import release
from tests.test_publish import state

def killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "rename":
    publish.seal = killed
elif sys.argv[2] == "pointer":
    publish.write_pointer = killed
else:
    versions.replace_durably = killed  # the pointer's draft is written, and stays one
release(Warehouse(Path(sys.argv[1])), state(2))
"""


@pytest.mark.long
@pytest.mark.parametrize("before", ["rename", "pointer", "flip"])
def test_a_killed_process_leaves_the_published_version_and_no_lock(
    warehouse: Warehouse, before: str
) -> None:
    release(warehouse, state(1))
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(warehouse.root), before],
        cwd=CHECKOUT,
        env=os.environ | {"LANCEDB_LOG": "error"},
        timeout=120,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    left = folders(warehouse)
    assert len(left) == 2, left
    assert (warehouse.root / f".{POINTER}").exists() == (before == "flip")
    assert texts(published(warehouse))["版本"] == "第 1 版"
    assert published(warehouse).damaged_files() == []
    done = release(warehouse, state(2))
    assert texts(published(warehouse))["版本"] == "第 2 版"
    assert folders(warehouse) == [left[0], done.manifest.version]


def test_a_half_written_pointer_draft_is_no_pointer(warehouse: Warehouse) -> None:
    release(warehouse, state(1))
    (warehouse.root / f".{POINTER}").write_text('{"version": "00')
    assert texts(published(warehouse))["版本"] == "第 1 版"
    release(warehouse, state(2))
    assert json.loads((warehouse.root / POINTER).read_text())["version"].startswith("0002-")


def test_two_writers_at_once_publish_one_after_the_other(warehouse: Warehouse) -> None:
    release(warehouse, state(0))
    others: list[BaseException] = []

    def write(number: int) -> None:
        try:
            release(warehouse, state(number))
        except PublishBlockedError:
            pass  # another writer built the candidate anew, and this one's checks are not its own
        except BaseException as error:  # noqa: BLE001 - a thread has no other way to tell
            others.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # A writer whose candidate is built anew before all its checks are kept is told so.
    assert [one for one in others if "is gone: another run" not in str(one)] == []
    assert published(warehouse).damaged_files() == []
    assert len(texts(published(warehouse))) == 4
    # The last to build has no one to take its candidate away.
    assert texts(published(warehouse))["版本"] != "第 0 版"
    release(warehouse, state(9))
    assert texts(published(warehouse))["版本"] == "第 9 版"


def test_a_writer_that_waits_too_long_says_who_holds_the_lock(warehouse: Warehouse) -> None:
    with (
        warehouse.writing(),
        pytest.raises(BusyError, match=r"writer\.lock` is held by another run"),
        warehouse.writing(seconds=0.05),
    ):
        pass


def test_publishing_changes_no_byte_of_the_versions_before(warehouse: Warehouse) -> None:
    release(warehouse, state(1))
    folder = published(warehouse).folder
    before = file_bytes(folder)
    for number in (2, 3):
        release(warehouse, state(number))
    assert file_bytes(folder) == before


def test_a_rollback_goes_back_to_what_was_read_before_not_to_what_was_left(
    warehouse: Warehouse,
) -> None:
    names = [release(warehouse, faq(count)).manifest.version for count in (3, 4, 5)]
    rollback(warehouse, names[0], now=NOW)
    release(warehouse, faq(6))
    assert rollback(warehouse, None, now=NOW).version == names[0]

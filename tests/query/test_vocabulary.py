"""The vocabulary: built from the rows of a version, kept beside them, read once."""

from pathlib import Path

import pytest

from pipelines.errors import WarehouseError
from pipelines.query.vocabulary import (
    VOCABULARY,
    from_table,
    vocabulary_of,
    vocabulary_table,
    write_vocabulary,
)
from pipelines.versions import Version
from pipelines.warehouse import Warehouse
from tests.pace import timed
from tests.query.conftest import rows_of
from tests.small_index import build, chunk


@pytest.fixture
def version(tmp_path: Path) -> Version:
    """A version of one FAQ entry in two chunks, a change, and a dialogue."""
    chunks = [
        chunk("快照", "快照回滚"),
        chunk("v2.4.0", "修复 E-1042", tier="changelog"),
        chunk("王小明", "我住在拉萨", tier="dialogues"),
    ]
    return build(Warehouse(tmp_path), chunks).version


def test_a_term_is_counted_once_a_record_and_a_character_is_no_word() -> None:
    told = from_table(vocabulary_table(rows_of(["快照，快照和镜像", "快照"])))

    assert told.records["快照"] == 2
    assert told.records["镜像"] == 1
    assert "快" not in told
    assert told.readings["快照"] == "kuai4 zhao4"
    assert told.holds(["快照", "镜像"])
    assert not told.holds(["快照", "备案"])
    assert not told.holds([])


def test_nothing_published_is_an_empty_vocabulary() -> None:
    assert from_table(vocabulary_table(rows_of([]))).records == {}


def test_a_version_keeps_the_vocabulary_of_what_is_not_personal(version: Version) -> None:
    write_vocabulary(version.folder, version.table)

    told = vocabulary_of(version)

    assert {"快照", "回滚", "ver:2.4.0", "e-1042"} <= told.records.keys()
    assert not {"王小明", "小明", "拉萨", "住"} & told.records.keys()
    assert vocabulary_of(version) is told


@pytest.mark.parametrize("content", [None, b"PAR1"])
def test_a_version_without_a_whole_vocabulary_is_refused(
    version: Version, content: bytes | None
) -> None:
    file = version.folder / VOCABULARY
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(WarehouseError, match="`sanku run` builds a new version"):
        vocabulary_of(version)


def test_ten_thousand_entries_take_a_second() -> None:
    rows = rows_of(
        [f"第 {n} 个问题：如何创建快照并回滚？错误 E-{n}，联系客服。" for n in range(10_000)]
    )

    table, seconds = timed(lambda: vocabulary_table(rows))

    assert table.num_rows > 10_000
    assert seconds < 2

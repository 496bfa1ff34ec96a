"""`sanku analytics`: figures for people, for scripts, and as a file."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.analytics import DAYS_SCHEMA
from pipelines.redaction import Redactor
from pipelines.settings import Settings
from tests.analytics.logged import KEY, Log, settings_over
from tests.cli.command import read, sanku

SOURCES = """
as_of = 2026-11-20
company = { name = "云雀协作", contact = "400-000-2638" }
[[faq]]
name = "help"
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A company whose log holds an answer, a refusal, and a customer who asked for a person."""
    settings = settings_over(tmp_path_factory.mktemp("analytics"))
    settings.sources_file.write_text(SOURCES, "utf-8")
    log = Log(settings, Redactor(KEY))
    log.add("我叫王建国，怎么导出？", conversation="c1", milliseconds=20.4)
    log.hand_off("转人工", conversation="c1", milliseconds=20.4)
    log.refuse("附近有\x1b[31m餐厅吗", conversation="c2", milliseconds=20.4)
    return settings


@pytest.fixture(scope="module")
def options(settings: Settings) -> tuple[str, ...]:
    return ("--sources", str(settings.sources_file), "--warehouse", str(settings.warehouse))


def test_days_and_open_questions_are_listed(options: tuple[str, ...]) -> None:
    result = sanku("analytics", "--days", "7", *options)
    assert result.exit_code == 0
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    today = ["2026-11-20", "3", "0", "1 (33%)", "0", "1 (33%)", "1 (33%)", "0", "0", *["20"] * 3]
    assert rows[1] == today
    assert rows[2] == ["all", *today[1:]]
    assert ["1", "1", "2026-11-20", "not_found 1", "附近有餐厅吗"] in rows
    assert rows[-1] == ["1", "1", "2026-11-20", "asks_for_person 1", "我叫〈人名1〉，怎么导出？"]
    assert "questions from 2026-11-14 to 2026-11-20" in result.stderr


def test_a_script_gets_the_figures_as_json(options: tuple[str, ...]) -> None:
    told = read(sanku("analytics", "--days", "2", "--json", *options))
    assert [day["questions"] for day in told["days"]] == [0, 3]
    assert told["total"]["outcomes"]["handed_off"]["count"] == 1


def test_the_figures_by_day_are_written_as_parquet(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "days.parquet"
    assert sanku("analytics", "--days", "2", "--parquet", str(file), *options).exit_code == 0
    table = pq.read_table(file)
    assert table.schema.equals(DAYS_SCHEMA)
    assert table["questions"].to_pylist() == [0, 3]


def test_a_file_that_cannot_be_written_is_named(options: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "days.parquet"
    result = sanku("analytics", "--parquet", str(file), *options)
    assert result.exit_code == 5
    assert str(file) in result.stderr


def test_a_span_of_no_day_is_wrong_usage(options: tuple[str, ...]) -> None:
    result = sanku("analytics", "--days", "0", *options)
    assert result.exit_code == 2
    assert "1<=x<=366" in result.stderr


def test_where_nobody_asked_this_is_said(options: tuple[str, ...], tmp_path: Path) -> None:
    result = sanku("analytics", *options[:2], "--warehouse", str(tmp_path))
    assert result.exit_code == 0
    assert "nothing was asked from 2026-10-22 to 2026-11-20" in result.stdout

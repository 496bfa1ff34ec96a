"""The weekly and the daily schedule: when they run, and what they ask for."""

import json
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from assets.automation import release_sensor, schedules
from pipelines import pull
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.assets.small_company import company, resource


def days_asked(
    settings: Settings, loaded: Settings | None = None
) -> list[tuple[str, str]] | str | None:
    """Return first and last day of each range that the nightly schedule asks for, or why none.

    The code location was loaded with the settings `loaded`, where they are not the present ones.
    """
    daily = next(one for one in schedules(loaded or settings) if one.name == "dialogues_daily")
    with dg.build_schedule_context(resources=resource(settings)) as context:
        requested = daily.evaluate_tick(context)
    if requested.skip_message:
        return requested.skip_message
    spans = []
    for request in requested.run_requests or ():
        span = request.partition_key_range
        assert span
        assert request.run_key == f"2026-11-19:{span.start}"
        spans.append((span.start, span.end))
    return spans


def test_the_daily_run_reads_the_whole_window_first_and_then_yesterday(tmp_path: Path) -> None:
    settings = company(tmp_path, as_of="as_of = 2026-11-20")
    (tmp_path / "web.jsonl").touch()
    assert days_asked(settings) == [("2026-11-16", "2026-11-19")]

    warehouse, source = Warehouse(settings.warehouse), settings.dialogues[0]
    pull.dialogues(settings, warehouse, source, settings.window_days())

    assert days_asked(settings) == [("2026-11-19", "2026-11-19")]


def test_days_before_those_that_dagster_has_loaded_wait_for_its_reload(tmp_path: Path) -> None:
    settings = company(tmp_path, as_of="as_of = 2026-11-20")
    (tmp_path / "web.jsonl").touch()
    window = settings.window.model_copy(update={"first_day": date(2026, 11, 18)})

    loaded = settings.model_copy(update={"window": window})

    assert days_asked(settings, loaded) == [("2026-11-18", "2026-11-19")]
    assert days_asked(settings) == [("2026-11-16", "2026-11-19")]


def test_a_message_that_comes_late_has_its_day_read_again(tmp_path: Path) -> None:
    settings = company(tmp_path, as_of="as_of = 2026-11-20")
    log = tmp_path / "web.jsonl"
    log.touch()
    warehouse, source = Warehouse(settings.warehouse), settings.dialogues[0]
    pull.dialogues(settings, warehouse, source, settings.window_days())
    late = {"conversation": "c", "at": "2026-11-17T10:00:00", "role": "user", "text": "怎么导出"}
    log.write_text(json.dumps(late) + "\n", encoding="utf-8")

    assert days_asked(settings) == [("2026-11-17", "2026-11-17"), ("2026-11-19", "2026-11-19")]

    pull.dialogues(settings, warehouse, source, settings.window_days(), only_changed=True)
    assert days_asked(settings) == [("2026-11-19", "2026-11-19")]


def test_a_log_that_is_gone_is_left_to_the_run_to_report(tmp_path: Path) -> None:
    settings = company(tmp_path, as_of="as_of = 2026-11-20")
    assert days_asked(settings) == [("2026-11-19", "2026-11-19")]


def test_days_missed_while_the_machine_was_off_are_read_with_yesterday(tmp_path: Path) -> None:
    settings = company(tmp_path, as_of="as_of = 2026-11-20")
    (tmp_path / "web.jsonl").touch()
    days = [date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 19)]
    pull.dialogues(settings, Warehouse(settings.warehouse), settings.dialogues[0], days)

    assert days_asked(settings) == [("2026-11-16", "2026-11-16"), ("2026-11-19", "2026-11-19")]


def test_before_a_day_has_ended_the_daily_run_is_skipped(tmp_path: Path) -> None:
    assert "no day has ended" in str(days_asked(company(tmp_path, as_of="as_of = 2026-11-01")))


@pytest.mark.parametrize(
    ("as_of", "status"),
    [("", "RUNNING"), ("as_of = 2026-11-20", "STOPPED")],
    ids=["clock-runs", "clock-pinned"],
)
def test_schedules_follow_the_settings_and_stand_still_while_the_clock_is_pinned(
    tmp_path: Path, as_of: str, status: str
) -> None:
    settings = company(tmp_path, "product", as_of=as_of)

    weekly, daily = schedules(settings)

    assert weekly.cron_schedule == "5 9 * * 1"
    assert daily.cron_schedule == settings.schedule.dialogues
    assert {one.execution_timezone for one in (weekly, daily)} == {"Asia/Shanghai"}
    assert {one.default_status.value for one in (weekly, daily)} == {status}
    sensor = release_sensor(settings)
    assert sensor.default_status.value == status
    assert sensor.minimum_interval_seconds == settings.schedule.changelog_seconds

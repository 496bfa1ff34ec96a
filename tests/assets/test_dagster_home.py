"""Dagster's home, as `dagster.yaml` of the checkout makes it."""

import logging
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._daemon.monitoring import run_monitoring

from assets.definitions import build_definitions
from assets.demo import instance_of
from pipelines.sources_toml import load_settings


@pytest.mark.parametrize(
    ("hours", "ends"),
    [(5.9, dg.DagsterRunStatus.STARTED), (6.1, dg.DagsterRunStatus.FAILURE)],
    ids=["at-work", "died-with-its-machine"],
)
def test_a_run_that_tells_of_no_end_is_given_up_after_six_hours(
    sample_sources: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hours: float,
    ends: dg.DagsterRunStatus,
) -> None:
    settings = load_settings(sample_sources, tmp_path / "warehouse", environ={})
    job = build_definitions(settings).resolve_job_def("publish_job")
    with instance_of(settings) as home:
        run = home.create_run_for_job(job)
        started = dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, job.name)
        home.report_dagster_event(started, run.run_id)
        then = time.time() + hours * 3600
        monkeypatch.setattr(run_monitoring, "get_current_timestamp", lambda: then)

        (record,) = home.get_run_records()
        limit = float(home.run_monitoring_max_runtime_seconds)
        run_monitoring.check_run_timeout(home, record, logging.getLogger("monitor"), limit)

        (record,) = home.get_run_records()
        assert record.dagster_run.status == ends

"""When what runs: the FAQ weekly, dialogues daily, a release when its tag appears."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from assets.company import Company
from assets.partitions import release_key, releases
from pipelines.refresh import release_tags
from pipelines.settings import Settings

# A tier's job pulls the tier and then embeds, builds, checks and publishes all three.
faq_job = dg.define_asset_job("faq_job", dg.AssetSelection.assets("faq").downstream())
dialogues_job = dg.define_asset_job(
    "dialogues_job", dg.AssetSelection.assets("dialogues").downstream()
)
changelog_job = dg.define_asset_job(
    "changelog_job", dg.AssetSelection.assets("changelog").downstream()
)
publish_job = dg.define_asset_job(
    "publish_job", dg.AssetSelection.assets("embeddings").downstream()
)
JOBS = (faq_job, dialogues_job, changelog_job, publish_job)


def schedules(settings: Settings) -> Sequence[dg.ScheduleDefinition]:
    """Return the weekly and daily schedules, running unless the clock is pinned."""
    running = settings.as_of is None
    status = dg.DefaultScheduleStatus.RUNNING if running else dg.DefaultScheduleStatus.STOPPED

    faq_weekly = dg.ScheduleDefinition(
        name="faq_weekly",
        job=faq_job,
        cron_schedule=settings.schedule.faq,
        execution_timezone=settings.timezone,
        default_status=status,
    )

    @dg.schedule(
        job=dialogues_job,
        cron_schedule=settings.schedule.dialogues,
        execution_timezone=settings.timezone,
        default_status=status,
    )
    def dialogues_daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Ingest the day that has just ended."""
        now = context.scheduled_execution_time.astimezone(ZoneInfo(settings.timezone))
        yesterday = (now.date() - timedelta(days=1)).isoformat()
        return dg.RunRequest(run_key=yesterday, partition_key=yesterday)

    return faq_weekly, dialogues_daily


def release_sensor(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that starts a run for each release tag it has not seen."""
    running = settings.as_of is None
    status = dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED

    @dg.sensor(
        job=changelog_job,
        minimum_interval_seconds=settings.schedule.changelog_seconds,
        default_status=status,
    )
    def release_tags_sensor(
        context: dg.SensorEvaluationContext, company: Company
    ) -> dg.SensorResult | dg.SkipReason:
        """Look for release tags; each new one becomes a partition and a run."""
        settings, warehouse = company.settings(), company.warehouse()
        keys = [
            release_key(source, tag)
            for source in settings.changelog
            for tag in release_tags(settings, warehouse, source)
        ]
        known = set(releases.get_partition_keys(dynamic_partitions_store=context.instance))
        new = [key for key in keys if key not in known]
        if not new:
            return dg.SkipReason(f"no release tag is new; {len(keys)} are known")
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key=key, partition_key=key) for key in new],
            dynamic_partitions_requests=[releases.build_add_request(new)],
        )

    return release_tags_sensor

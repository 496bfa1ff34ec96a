"""When what runs: the FAQ weekly, dialogues daily, a release when its tag appears."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from assets.company import Company
from assets.partitions import range_tags, ranges, release_key, releases
from pipelines import pull
from pipelines.dagster_server import ASKED, JOB
from pipelines.errors import SankuError, SourceError
from pipelines.settings import Settings
from pipelines.text import digest
from pipelines.warehouse import Warehouse

# A tier's job pulls the tier and then embeds, builds, checks and publishes all three.
faq_job = dg.define_asset_job("faq_job", dg.AssetSelection.assets("faq").downstream())
dialogues_job = dg.define_asset_job(
    "dialogues_job", dg.AssetSelection.assets("dialogues").downstream()
)
# Who releases waits for the end of the run, and need not wait for what the model writes.
changelog_job = dg.define_asset_job(
    JOB,
    dg.AssetSelection.assets("changelog").downstream()
    - dg.AssetSelection.assets("similar_questions"),
)
publish_job = dg.define_asset_job(
    "publish_job", dg.AssetSelection.assets("embeddings").downstream()
)
JOBS = (faq_job, dialogues_job, changelog_job, publish_job)

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def schedules(settings: Settings) -> Sequence[dg.ScheduleDefinition]:
    """Return the weekly and daily schedules, running unless the clock is pinned."""
    running = settings.as_of is None
    status = dg.DefaultScheduleStatus.RUNNING if running else dg.DefaultScheduleStatus.STOPPED

    # The partitions begin with it until the code location is reloaded, whatever the file says now.
    first_day = settings.window.first_day

    faq_weekly = dg.ScheduleDefinition(
        name="faq_weekly",
        description="Pulls the FAQ after its weekly review.",
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
    def dialogues_daily(company: Company) -> Sequence[dg.RunRequest] | dg.SkipReason:
        """Ingest the day that has just ended, and days before it that were missed or reopened."""
        settings, warehouse = company.settings(), company.warehouse()
        days = [day for day in settings.window_days()[:-1] if day >= first_day]
        ended = [day.isoformat() for day in days]
        if not ended:
            return dg.SkipReason("no day has ended since `window.first_day`")
        due = ranges(ended, {ended[-1], *_days_changed(settings, warehouse)})
        # The night is part of the key: a day may be reopened twice, and no key starts twice.
        return [
            dg.RunRequest(run_key=f"{ended[-1]}:{span[0]}", tags=range_tags(span)) for span in due
        ]

    return faq_weekly, dialogues_daily


def _days_changed(settings: Settings, warehouse: Warehouse) -> Iterator[str]:
    """Yield the ended days of which a log says something new: missed, or a message came late."""
    ended = settings.window_days()[:-1]
    for source in settings.dialogues:
        try:
            changed = pull.changed_days(settings, warehouse, source, ended)
        except SankuError:
            # A run of yesterday fails with the same error, where people and alerts look.
            continue
        yield from (day.isoformat() for day in changed)


def release_sensor(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that has new and moved release tags read, and forgets removed ones."""
    running = settings.as_of is None
    status = dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED

    @dg.sensor(
        jobs=[changelog_job, publish_job],
        minimum_interval_seconds=settings.schedule.changelog_seconds,
        default_status=status,
    )
    def release_tags_sensor(
        context: dg.SensorEvaluationContext, company: Company
    ) -> dg.SensorResult | dg.SkipReason:
        """Look for release tags that are not in the warehouse as they are now."""
        at_work = dg.RunsFilter(job_name=changelog_job.name, statuses=_UNFINISHED)
        if context.instance.get_runs_count(at_work):
            return dg.SkipReason("a run is reading releases")
        known = releases.get_partition_keys(dynamic_partitions_store=context.instance)
        seen = _look(company.settings(), company.warehouse(), known)
        new = [key for key in seen.keys if key not in known]
        if new or seen.due or seen.gone:
            for unread in seen.unread:
                context.log.error(unread)
            # What `sanku run` has read is new here, and needs no run.
            return dg.SensorResult(
                run_requests=list(_requests(seen, known, context.instance)),
                dynamic_partitions_requests=[
                    releases.build_add_request(new),
                    releases.build_delete_request(seen.gone),
                ],
            )
        if seen.unread:
            raise SourceError(" ".join(seen.unread))
        if again := _unpublished(context.instance):
            return dg.SensorResult(run_requests=[again])
        return dg.SkipReason(f"no release tag is new; {len(seen.keys)} are known")

    return release_tags_sensor


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look at the product repositories found, as partition keys, oldest release first."""

    keys: Sequence[str]
    due: Mapping[str, str]
    """Keys of releases to read, and the revision to read."""
    gone: Sequence[str]
    """Keys that were known and whose tag, or whose source, is no longer there."""
    unread: Sequence[str]
    """Why a repository could not be read; nothing is said of its releases."""


def _look(settings: Settings, warehouse: Warehouse, known: Sequence[str]) -> _Seen:
    keys: list[str] = []
    due: dict[str, str] = {}
    gone = set(known)
    unread = []
    for source in settings.changelog:
        try:
            states = pull.release_states(settings, warehouse, source)
        except SankuError as error:
            unread.append(f"`{source.name}` cannot be read: {error}")
            gone -= {key for key in known if key.startswith(release_key(source, ""))}
            continue
        found = {release_key(source, state.tag): state for state in states}
        keys += found
        gone -= found.keys()
        due |= {key: state.revision for key, state in found.items() if not state.is_read}
        held = warehouse.partitions("changelog", source.name)
        removed = {release_key(source, tag) for tag in held} - found.keys()
        if found and removed:
            # Reading any release drops those whose tag was removed; the newest one is cheapest.
            newest = list(found)[-1]
            due.setdefault(newest, digest(found[newest].revision, *sorted(removed)))
    return _Seen(keys, due, sorted(gone), unread)


def _requests(
    seen: _Seen, known: Sequence[str], instance: dg.DagsterInstance
) -> Iterator[dg.RunRequest]:
    """Yield one run for each range of due releases; each run publishes once, at its end."""
    in_order = [key for key in known if key not in seen.gone]
    in_order += [key for key in seen.keys if key not in known]
    for keys in ranges(in_order, seen.due):
        # The key names the commits, so that a release is asked for again when its tag moves.
        revision = digest(*(seen.due[key] for key in keys))[:12]
        asked = {ASKED: f"{keys[0]}..{keys[-1]}:{revision}"}
        # Dagster never starts a run key twice. Counting the runs there were, none of them still at
        # work, asks again for what failed, and for a tag that is back at a commit once read.
        run_key = f"{asked[ASKED]}:{instance.get_runs_count(dg.RunsFilter(tags=asked))}"
        if len(keys) == 1:
            yield dg.RunRequest(run_key, job_name=JOB, partition_key=keys[0], tags=asked)
        else:
            yield dg.RunRequest(run_key, job_name=JOB, tags={**range_tags(keys), **asked})


def _unpublished(instance: dg.DagsterInstance) -> dg.RunRequest | None:
    """Return a run that publishes what the last one read, where that one failed behind reading.

    Once: what a check blocks then waits for a person, as after any other run.
    """
    last = next(iter(instance.get_runs(dg.RunsFilter(job_name=JOB), limit=1)), None)
    if last is None or last.status is not dg.DagsterRunStatus.FAILURE:
        return None
    return dg.RunRequest(f"publish:{last.run_id}", job_name=publish_job.name)

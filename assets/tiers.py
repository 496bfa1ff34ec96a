"""The three tiers as assets: FAQ, dialogues by day, changelog by release."""

import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

import dagster as dg

from assets.company import Company, Logged
from assets.metadata import (
    change_metadata,
    columns_of,
    day_metadata,
    entry_metadata,
    pull_metadata,
)
from assets.partitions import days, release_key, release_of, releases
from pipelines import pull
from pipelines.errors import MassChangeError, SankuError
from pipelines.records import Tier
from pipelines.settings import Settings
from pipelines.warehouse import SCHEMAS


def tier_assets(settings: Settings) -> Sequence[dg.AssetsDefinition]:
    """Return the tiers' assets; the settings decide on days, freshness and retries."""
    with warnings.catch_warnings():
        # A backfill in one run reads each log or repository once. The parameter is called beta.
        warnings.filterwarnings("ignore", ".*`backfill_policy`", dg.BetaWarning)
        return _faq(settings), _dialogues(settings), _changelog(settings)


def _faq(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        group_name="L1_faq",
        kinds={"markdown", "parquet"},
        owners=["team:support"],
        tags={"tier": "L1"},
        code_version="1",
        metadata=_stored(settings, "faq"),
        freshness_policy=_freshness(settings, "faq"),
        retry_policy=_retries(source.git or source.bucket or "" for source in settings.faq),
    )
    def faq(company: Company) -> dg.MaterializeResult[None]:
        """L1: the FAQ's questions with their standard answers, pulled from its Markdown."""
        settings, warehouse, started = company.settings(), company.take_turn(), time.monotonic()
        pulls, failed = pull.each(settings.faq, lambda one: pull.faq(settings, warehouse, one))
        changes = (pulled.total for pulled in pulls.values())
        found = change_metadata(changes, warehouse.quarantine("faq"))
        found |= entry_metadata(pulls.values()) | pull_metadata(pulls, time.monotonic() - started)
        if failed:
            raise _failure(failed, found)
        return dg.MaterializeResult(metadata=found)

    return faq


def _dialogues(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        group_name="L2_dialogues",
        kinds={"chat", "parquet"},
        owners=["team:support"],
        tags={"tier": "L2"},
        code_version="1",
        metadata=_stored(settings, "dialogues"),
        partitions_def=days(settings),
        backfill_policy=dg.BackfillPolicy.single_run(),
        freshness_policy=_freshness(settings, "dialogues"),
    )
    def dialogues(
        context: dg.AssetExecutionContext, company: Company
    ) -> dg.MaterializeResult[None]:
        """L2: a day's conversations as redacted question-and-answer exchanges."""
        settings, warehouse, started = company.settings(), company.take_turn(), time.monotonic()
        asked = [date.fromisoformat(key) for key in context.partition_keys]
        log = Logged(context, "messages redacted")
        read = partial(pull.dialogues, settings, warehouse, days=asked, advance=log)
        pulls, failed = pull.each(settings.dialogues, partial(read, expect=log.expect))
        run = pull_metadata(pulls, time.monotonic() - started)
        for key in context.partition_keys:
            changes = (pulled.partitions[key] for pulled in pulls.values())
            found = change_metadata(changes, warehouse.quarantine("dialogues", key))
            found |= day_metadata([p.days[key] for p in pulls.values() if key in p.days])
            context.add_asset_metadata(found | run, partition_key=key)
        if failed:
            raise _failure(failed, run)
        return dg.MaterializeResult()

    return dialogues


def _changelog(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        group_name="L3_changelog",
        kinds={"git", "parquet"},
        owners=["team:release"],
        tags={"tier": "L3"},
        code_version="1",
        metadata=_stored(settings, "changelog"),
        partitions_def=releases,
        backfill_policy=dg.BackfillPolicy.single_run(),
        # No freshness policy: it would count releases, and the gate counts looks for new ones.
        retry_policy=_retries(source.repo for source in settings.changelog),
    )
    def changelog(
        context: dg.AssetExecutionContext, company: Company
    ) -> dg.MaterializeResult[None]:
        """L3: what a release added to, changed in and removed from the product's CHANGELOG."""
        settings, warehouse, started = company.settings(), company.take_turn(), time.monotonic()
        asked = [release_of(settings, key) for key in context.partition_keys]
        pulls = {}
        for source in settings.changelog:
            if tags := [tag for of, tag in asked if of == source]:
                pulls[source.name] = pull.changelog(settings, warehouse, source, tags)
        run = pull_metadata(pulls, time.monotonic() - started)
        for source, tag in asked:
            # Two products may release the same tag, so that a partition's quarantine is by source.
            refused = warehouse.quarantine("changelog", tag, source.name)
            found = change_metadata([pulls[source.name].partitions[tag]], refused)
            context.add_asset_metadata(found | run, partition_key=release_key(source, tag))
        return dg.MaterializeResult()

    return changelog


def _stored(settings: Settings, tier: Tier) -> dict[str, dg.MetadataValue]:
    return {
        "dagster/column_schema": dg.MetadataValue.table_schema(columns_of(SCHEMAS[tier])),
        "folder": dg.MetadataValue.path(settings.warehouse / tier),
    }


def _failure(
    failed: Mapping[str, SankuError], pulled: Mapping[str, dg.MetadataValue]
) -> dg.Failure:
    """Return the failure of a pull of which only some sources came; what came stays pulled.

    A source that lost too much waits for a person; to ask again would not help.
    """
    why = "\n".join(str(error) for error in failed.values())
    waits = all(isinstance(error, MassChangeError) for error in failed.values())
    return dg.Failure(description=why, metadata=dict(pulled), allow_retries=not waits)


def _freshness(settings: Settings, tier: Tier) -> dg.FreshnessPolicy | None:
    """Return the policy of `publish.stale_after_days`; the gate refuses what it calls failed."""
    days_allowed = settings.publish.stale_after_days.get(tier)
    if not days_allowed or not getattr(settings, tier):
        return None
    limit = timedelta(days=days_allowed)
    return dg.FreshnessPolicy.time_window(fail_window=limit, warn_window=limit * 0.75)


def _retries(locations: Iterable[str]) -> dg.RetryPolicy | None:
    """Return a policy where a source is fetched over the network; a file fails for good."""
    remote = any("://" in location or "@" in location for location in locations)
    return dg.RetryPolicy(max_retries=2, delay=30) if remote else None

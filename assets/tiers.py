"""The three tiers as assets: FAQ, dialogues by day, changelog by release."""

from collections.abc import Sequence
from datetime import date

import dagster as dg

from assets.company import Company, logged
from assets.metadata import pull_metadata
from assets.partitions import days, release_of, releases
from pipelines import refresh
from pipelines.settings import Settings


def tier_assets(settings: Settings) -> Sequence[dg.AssetsDefinition]:
    """Return the tiers' assets; the settings decide which days there are."""

    @dg.asset(
        group_name="L1_faq",
        kinds={"markdown", "parquet"},
        owners=["team:support"],
        code_version="1",
        retry_policy=dg.RetryPolicy(max_retries=2, delay=30),
    )
    def faq(company: Company) -> dg.MaterializeResult[None]:
        """L1: the FAQ's questions with their standard answers, pulled from its Markdown."""
        settings, warehouse = company.settings(), company.warehouse()
        pulls = {
            source.name: refresh.refresh_faq(settings, warehouse, source) for source in settings.faq
        }
        return dg.MaterializeResult(metadata=pull_metadata(pulls, "faq", warehouse))

    @dg.asset(
        group_name="L2_dialogues",
        kinds={"python", "parquet"},
        owners=["team:support"],
        code_version="1",
        partitions_def=days(settings),
        backfill_policy=dg.BackfillPolicy.single_run(),
        retry_policy=dg.RetryPolicy(max_retries=2, delay=30),
    )
    def dialogues(
        context: dg.AssetExecutionContext, company: Company
    ) -> dg.MaterializeResult[None]:
        """L2: a day's conversations as redacted question-and-answer exchanges."""
        settings, warehouse = company.settings(), company.warehouse()
        asked = [date.fromisoformat(key) for key in context.partition_keys]
        advance = logged(context, "messages redacted", 0)
        pulls = {
            source.name: refresh.refresh_dialogues(settings, warehouse, source, asked, advance)
            for source in settings.dialogues
        }
        return dg.MaterializeResult(metadata=pull_metadata(pulls, "dialogues", warehouse))

    @dg.asset(
        group_name="L3_changelog",
        kinds={"git", "parquet"},
        owners=["team:release"],
        code_version="1",
        partitions_def=releases,
        backfill_policy=dg.BackfillPolicy.single_run(),
        retry_policy=dg.RetryPolicy(max_retries=2, delay=30),
    )
    def changelog(
        context: dg.AssetExecutionContext, company: Company
    ) -> dg.MaterializeResult[None]:
        """L3: what a release added to, changed in and removed from the product's CHANGELOG."""
        settings, warehouse = company.settings(), company.warehouse()
        tags: dict[str, list[str]] = {}
        for key in context.partition_keys:
            source, tag = release_of(settings, key)
            tags.setdefault(source.name, []).append(tag)
        pulls = {
            source.name: refresh.refresh_changelog(settings, warehouse, source, tags[source.name])
            for source in settings.changelog
            if source.name in tags
        }
        return dg.MaterializeResult(metadata=pull_metadata(pulls, "changelog", warehouse))

    return faq, dialogues, changelog

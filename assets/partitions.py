"""Partitions: a day of dialogues, and a release of a product."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from itertools import groupby

import dagster as dg

from pipelines.dagster_server import PARTITIONS, partition_key
from pipelines.errors import SettingsError
from pipelines.settings import ChangelogSource, Settings

releases = dg.DynamicPartitionsDefinition(name=PARTITIONS)


def days(settings: Settings) -> dg.DailyPartitionsDefinition:
    """Return the days that can be ingested; a pinned clock ends them at its own day."""
    end = settings.as_of + timedelta(days=1) if settings.as_of else None
    return dg.DailyPartitionsDefinition(
        start_date=settings.window.first_day.isoformat(),
        end_date=end.isoformat() if end else None,
        timezone=settings.timezone,
        end_offset=0 if end else 1,
    )


def release_key(source: ChangelogSource, tag: str) -> str:
    """Return the partition key of a release, for example `yunque@v2.4.0`."""
    return partition_key(source.name, tag)


def release_of(settings: Settings, key: str) -> tuple[ChangelogSource, str]:
    """Return source and tag of a partition key; raises `SettingsError` for an unknown source."""
    name, _, tag = key.partition("@")
    for source in settings.changelog:
        if source.name == name:
            return source, tag
    raise SettingsError(
        f"partition `{key}` is of no changelog source in `{settings.sources_file}`. Add a "
        f"`[[changelog]]` named `{name}`, or delete the partition."
    )


def ranges(keys: Sequence[str], wanted: Collection[str]) -> Iterator[Sequence[str]]:
    """Yield the runs of neighbours among `keys` that are all `wanted`."""
    for is_wanted, neighbours in groupby(keys, lambda key: key in wanted):
        if is_wanted:
            yield tuple(neighbours)


def range_tags(keys: Sequence[str]) -> dict[str, str]:
    """Return the tags that make one run of a range of partitions, given in their order."""
    return {
        "dagster/asset_partition_range_start": keys[0],
        "dagster/asset_partition_range_end": keys[-1],
    }

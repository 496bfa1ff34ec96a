"""`sanku analytics`: what was asked, how it was answered, and what was not."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import as_json, company, print_json, print_table

if TYPE_CHECKING:
    from pipelines.analytics import Counts, Figures, Topic
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse

# The same as `pipelines.analytics` has, whose import takes a second that `--help` does without.
_MOST_DAYS = 366


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1, _MOST_DAYS),
    default=30,
    show_default=True,
    help="How many days, today the last of them.",
)
@click.option(
    "--parquet",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures by day to this file as well.",
)
@as_json
@company
def analytics(
    settings: "Settings", warehouse: "Warehouse", days: int, parquet: Path | None, as_json: bool
) -> None:
    """Tell what the conversation log holds: questions by day, latency, and what is unresolved."""
    from pipelines.analytics import figures

    told = figures(settings, days)
    if parquet is not None:
        _write(told, parquet)
    if as_json:
        print_json(told.as_dict())
        return
    if not told.total.questions:
        click.echo(
            f"nothing was asked from {told.since} to {told.until}; the gateway logs what it answers"
        )
        return
    _print_days(told)
    _print_topics("unresolved: refused, handed off or only quoted", told.unresolved)
    _print_topics("asked before a person was asked for", told.handoffs)


def _write(told: "Figures", file: Path) -> None:
    import pyarrow.parquet as pq

    from pipelines.analytics import day_table

    pq.write_table(day_table(told), file, compression="zstd")


def _print_days(told: "Figures") -> None:
    from pipelines.analytics import OUTCOMES

    named = [(day.isoformat(), counts) for day, counts in told.days.items() if counts.questions]
    columns = ("day", "questions", "customers", *OUTCOMES, "p50 ms", "p95 ms", "p99 ms")
    rows = [_row(name, counts) for name, counts in (*named, ("all", told.total))]
    print_table(f"questions from {told.since} to {told.until}", columns, rows)


def _row(name: str, counts: "Counts") -> tuple[object, ...]:
    whole = counts.whole
    times = ("" if one is None else f"{one:.0f}" for one in (whole.p50, whole.p95, whole.p99))
    shares = (
        f"{count} ({count / counts.questions:.0%})" if count else "0"
        for count in counts.outcomes.values()
    )
    return (name, counts.questions, counts.customers, *shares, *times)


def _print_topics(title: str, topics: "tuple[Topic, ...]") -> None:
    if not topics:
        return
    rows = [
        (
            topic.count,
            topic.days,
            topic.last.isoformat(),
            ", ".join(f"{reason} {count}" for reason, count in topic.reasons.items()),
            topic.example,
        )
        for topic in topics
    ]
    print_table(title, ("times", "days", "last", "why", "question"), rows)

"""What every command takes, and how each one prints."""

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from pipelines.settings import load_settings
from pipelines.warehouse import Warehouse

_SOURCES = click.option(
    "--sources",
    type=click.Path(dir_okay=False),
    help="The `sources.toml` to use; else SANKU_SOURCES, else this checkout's sample.",
)
_WAREHOUSE = click.option(
    "--warehouse",
    type=click.Path(file_okay=False),
    help="Folder of all output; else SANKU_WAREHOUSE, else this checkout's.",
)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


def company(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--sources` and `--warehouse`, and pass it settings and warehouse."""

    @functools.wraps(command)
    def with_company(*, sources: str | None, warehouse: str | None, **rest: Any) -> None:
        settings = load_settings(sources, warehouse)
        command(settings, Warehouse(settings.warehouse), **rest)

    return _SOURCES(_WAREHOUSE(with_company))


def no_company(command: Callable[..., None]) -> Callable[..., None]:
    """Accept `--sources` and `--warehouse` in a dry run, which reads and writes neither."""

    @functools.wraps(command)
    def without_company(*, sources: str | None, warehouse: str | None, **rest: Any) -> None:
        del sources, warehouse
        command(**rest)

    return _SOURCES(_WAREHOUSE(without_company))


def print_json(value: object) -> None:
    """Print one JSON document; times as ISO 8601."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table for people; text from outside is shown, never interpreted."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console().print(table)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show rows, rate and time left on stderr while the block runs; yields `advance`."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda done: shown.advance(task, done)

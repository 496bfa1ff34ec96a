"""What every command takes, and how each one prints."""

import functools
import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import SettingsError
from pipelines.text import clean, one_line

if TYPE_CHECKING:
    from pipelines.settings import FaqSource, Settings

_LONGEST_CELL = 400
# Narrower columns than this are read more easily as plain lines.
_NARROWEST_COLUMN = 12

sources = click.option(
    "--sources",
    type=click.Path(dir_okay=False),
    help="The `sources.toml` to use; else SANKU_SOURCES, else this checkout's sample.",
)
_warehouse = click.option(
    "--warehouse",
    type=click.Path(file_okay=False),
    help="Folder of all output; else SANKU_WAREHOUSE, else this checkout's.",
)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


def company(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--sources` and `--warehouse`, and pass it settings and warehouse."""

    @functools.wraps(command)
    def with_company(*, sources: str | None, warehouse: str | None, **rest: Any) -> None:
        # Half a second of pydantic and Arrow, which `sanku --help` does without.
        from pipelines.sources_toml import load_settings
        from pipelines.warehouse import Warehouse

        settings = load_settings(sources, warehouse)
        command(settings, Warehouse(settings.warehouse), **rest)

    return sources(_warehouse(with_company))


def no_warehouse(command: Callable[..., None]) -> Callable[..., None]:
    """Accept `--sources` and `--warehouse`, as every command does; a dry run writes to neither."""

    @functools.wraps(command)
    def without_warehouse(*, warehouse: str | None, **rest: Any) -> None:
        del warehouse
        command(**rest)

    return sources(_warehouse(without_warehouse))


def faq_sources(settings: "Settings", name: str | None) -> "Sequence[FaqSource]":
    """Return the FAQ source of that name, or all of them; raises `SettingsError` for none."""
    wanted = [source for source in settings.faq if name in (None, source.name)]
    if not wanted:
        names = ", ".join(f"`{source.name}`" for source in settings.faq) or "none"
        wrong = "faq" if name is None else one_line(name)
        raise SettingsError(
            f"`{wrong}` is no FAQ source; `{settings.sources_file}` declares {names}. Name one of "
            "them, or add a `[[faq]]` table."
        )
    return wanted


def question_of(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Return the question as text that can be searched; a click callback.

    Raises `click.BadParameter` when nothing is asked.
    """
    question = clean(value).strip()
    if not question:
        raise click.BadParameter("the question is empty", context, parameter)
    return question


def print_json(value: object) -> None:
    """Print one JSON document; times as ISO 8601."""
    click.echo(to_json(value, indent=1))


def to_json(value: object, indent: int | None = None) -> str:
    """Return JSON that the terminal's encoding can hold."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "").replace("_", "")
    return json.dumps(
        value, ensure_ascii=not encoding.startswith("utf"), indent=indent, default=_plain
    )


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"`{type(value).__name__}` has no JSON form")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table at a terminal, and as lines of tab-separated cells into a pipe.

    A pipe gets no title, which goes to stderr, and so does a terminal too narrow for a table.
    Text from outside is shown, never interpreted: neither as markup nor as terminal controls.
    """
    cells = [[one_line(str(cell), _LONGEST_CELL) for cell in row] for row in rows]
    width = shutil.get_terminal_size().columns
    if not sys.stdout.isatty() or width < _NARROWEST_COLUMN * len(columns):
        click.echo(title, err=True)
        click.echo("\n".join("\t".join(row) for row in [list(columns), *cells]))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    drawn = io.StringIO()
    Console(file=drawn, force_terminal=True, width=width).print(table)
    # Through click, and not straight from rich, which ends the process when the reader leaves.
    click.echo(drawn.getvalue(), nl=False)


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar: `advance` counts rows, `expect` says how many there will be."""

    advance: Callable[[int], None]
    expect: Callable[[int], None]


@contextmanager
def progress(what: str) -> Iterator[Bar]:
    """Show rows, rate and time left on stderr while the block runs.

    Shows nothing where stderr is no terminal.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    class Rate(TextColumn):
        def render(self, task: Task) -> Any:
            speed = task.finished_speed or task.speed
            return f"{speed:,.0f}/s" if speed else ""

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bar(lambda done: None, lambda total: None)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(""),
        TimeElapsedColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield Bar(
            lambda done: shown.advance(task, done), lambda total: shown.update(task, total=total)
        )

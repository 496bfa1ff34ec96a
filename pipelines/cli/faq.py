"""`sanku faq`: read, review, confirm, lint, export and import the FAQ."""

import io
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.drafts import drafts
from pipelines.cli.faq_files import export_, import_
from pipelines.cli.faq_lint import lint
from pipelines.cli.faq_review import review
from pipelines.cli.options import (
    as_json,
    company,
    faq_sources,
    no_warehouse,
    print_json,
    print_table,
)
from pipelines.cli.similar import similar
from pipelines.errors import SankuError, SourceError
from pipelines.text import clean, one_line

if TYPE_CHECKING:
    from pipelines.faq.changes import Difference, EntryChange
    from pipelines.faq.parsed import ParsedFile
    from pipelines.records import FaqEntry
    from pipelines.settings import FaqSource, Settings
    from pipelines.warehouse import Warehouse

_DRY_RUN = "dry_run"
_SIGNS = {"added": "+", "changed": "~", "removed": "-"}


@click.group()
def faq() -> None:
    """Read, review, check, export and import the FAQ (L1)."""


faq.add_command(lint)
faq.add_command(export_)
faq.add_command(import_)
faq.add_command(review)
faq.add_command(similar)
faq.add_command(drafts)


@faq.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@as_json
@no_warehouse
def show(path: Path, sources: str | None, as_json: bool) -> None:
    """Show the entries that a Markdown file or a folder of them is read as."""
    del sources
    from pipelines.faq.identity import with_identities

    files = _read(path)
    quarantined = [bad for file in files for bad in file.quarantined]
    entries = with_identities(entry for file in files for entry in file.entries).entries
    if as_json:
        print_json(
            {
                "entries": [asdict(entry) for entry in entries],
                "quarantined": [asdict(row) for row in quarantined],
            }
        )
        return
    rows = [
        (
            f"{e.path}:{e.line_start}-{e.line_end}",
            f"{'(draft) ' if e.review.status == 'draft' else ''}{one_line(e.question, 50)}",
            one_line(e.answer, 60),
        )
        for e in entries
    ]
    title = f"{len(entries)} entries, {len(quarantined)} quarantined"
    print_table(title, ("lines", "question", "answer"), rows)
    for bad in quarantined:
        click.echo(f"quarantined {bad.path}:{bad.line}: {bad.reason}", err=True)


def _read(path: Path) -> "list[ParsedFile]":
    from pipelines.faq.markdown.entries import read_file
    from pipelines.faq.pull import read_tree
    from pipelines.sources.files import SourceFile, read_below
    from pipelines.sources.folder import FolderTree

    root = path if path.is_dir() else path.parent
    tree = FolderTree(root, "**/*.md", source=_DRY_RUN)
    if not path.is_dir():
        data = read_below(path.resolve().parent, path, path.name)
        if isinstance(data, str):
            raise SourceError(f"`{path}`: {data}.")
        return [read_file(SourceFile(path.name, data), source=_DRY_RUN, include=tree.read)]
    files = read_tree(tree, source=_DRY_RUN)
    if not files:
        raise SourceError(
            f"`{path}` holds no Markdown file (`**/*.md`). Name another folder, or one file."
        )
    return files


@faq.command()
@click.option("--source", help="Of one source only.")
@click.option(
    "--last", is_flag=True, help="What the last pull changed, and not what the next will."
)
@as_json
@company
def diff(
    settings: "Settings", warehouse: "Warehouse", source: str | None, last: bool, as_json: bool
) -> None:
    """Show what the next pull would add, change and remove, word by word.

    Reads the sources as they are now, and changes nothing. Conflicting are entries that ask the
    same and answer differently.
    """
    from pipelines.faq.changes import change_row, conflicts_among

    told: dict[str, dict[str, Any]] = {}
    failed: list[SankuError] = []
    for one in faq_sources(settings, source):
        try:
            shown = _shown(settings, warehouse, one, last=last)
        except SankuError as error:
            failed.append(error)
            click.echo(f"{one.name}: not read: {error}", err=True)
            continue
        changes, entries, blocked = shown
        conflicts = conflicts_among(entries, settings.now().date())
        rows = [change_row(change) for change in changes]
        told[one.name] = {"changes": rows, "conflicts": conflicts, "blocked": blocked}
        if not as_json:
            _print_changes(one.name, changes, len(entries))
            for row in conflicts:
                click.echo(f"! {row['places']} {row['question']} (answered differently)")
            if blocked:
                click.echo(f"blocked: {blocked}", err=True)
    if as_json:
        print_json(told)
    if failed:
        raise type(failed[0])(f"{len(failed)} sources were not read; the lines above say why.")


def _shown(
    settings: "Settings", warehouse: "Warehouse", source: "FaqSource", *, last: bool
) -> "tuple[Sequence[EntryChange], Sequence[FaqEntry], str]":
    """Return what changed or would change, the entries then, and why a pull would be refused."""
    from pipelines import pull

    if last:
        entries = pull.pulled_entries(warehouse, source)
        return pull.last_changes(warehouse, source), entries, ""
    news = pull.whats_new(settings, warehouse, source)
    return news.changes, news.pull.entries, news.blocked


def _print_changes(name: str, changes: "Sequence[EntryChange]", entries: int) -> None:
    from pipelines.faq.changes import differences

    kinds = [change.kind for change in changes]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("added", "changed", "removed"))
    click.echo(f"{name}: {counts}; {entries} entries")
    for change in changes:
        entry = change.entry
        draft = " (draft)" if entry.review.status == "draft" else ""
        place = f"{entry.path}:{entry.line_start}"
        click.echo(f"{_SIGNS[change.kind]} {clean(place)} {one_line(entry.question)}{draft}")
        for difference in differences(change):
            _print_words(difference)


def _print_words(difference: "Difference") -> None:
    """Print how a part changed: in colours at a terminal, in the notation of git in a pipe."""
    from rich.console import Console

    from pipelines.faq.word_diff import coloured, shown

    if sys.stdout.isatty():
        drawn = io.StringIO()
        console = Console(file=drawn, force_terminal=True, soft_wrap=True)
        console.print(coloured(difference.pieces), end="")
        text = drawn.getvalue()
    else:
        text = shown(difference.pieces)
    click.echo(f"    {difference.part}: {text}".replace("\n", "\n      "), color=True)


@faq.command()
@click.argument("source")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@company
def confirm(
    settings: "Settings", warehouse: "Warehouse", source: str, yes: bool, as_json: bool
) -> None:
    """Pull SOURCE however many of its entries go, and let the next publish go without them.

    SOURCE may also be one that `sources.toml` no longer declares.
    """
    from pipelines import pull
    from pipelines.versions import whole_published

    declared = next((one for one in settings.faq if one.name == source), None)
    version = whole_published(warehouse)
    if declared is None and not (version and pull.published_of(version, source)):
        faq_sources(settings, source)
    gone = pull.whats_new(settings, warehouse, declared).gone if declared else ()
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("pass `--yes` in a script; `sanku faq diff` shows what goes")
        for entry in gone:
            click.echo(f"- {clean(entry.path)}:{entry.line_start} {one_line(entry.question)}")
        click.confirm(f"Let {len(gone)} entries of {one_line(source)} go?", abort=True, err=True)
    done = pull.confirm(settings, warehouse, source).total
    if as_json:
        print_json(asdict(done) | {"gone": len(gone)})
    else:
        click.echo(f"{source}: {done.records} records, {len(gone)} go; `sanku run` publishes")

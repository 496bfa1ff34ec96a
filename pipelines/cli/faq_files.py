"""`sanku faq export` and `sanku faq import`: the FAQ as files, and spreadsheets as an FAQ."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from pipelines.cli.options import as_json, company, faq_sources, no_warehouse, print_json, progress
from pipelines.errors import SourceError
from pipelines.text import clean, one_line, shown_path

if TYPE_CHECKING:
    from pipelines.faq.export import LostEntry
    from pipelines.faq.spreadsheets.template import Imported, RefusedRow
    from pipelines.records import Approval, FaqEntry
    from pipelines.settings import FaqSource, Settings
    from pipelines.warehouse import Warehouse

_NEVER_PULLED = "Nothing was pulled of {names} yet. `sanku run` pulls, and then there is an FAQ."


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "csv", "jsonl"]),
    required=True,
    help="`md`: a folder of Markdown to edit on; `csv`: for Excel and WPS; `jsonl`: for scripts.",
)
@click.option("--source", metavar="NAME", help="One FAQ source only.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="A file that does not exist yet, else stdout; for `md` a new or empty folder.",
)
@company
def export_(
    settings: "Settings",
    warehouse: "Warehouse",
    form: str,
    source: str | None,
    output: Path | None,
) -> None:
    """Write what was last pulled of the FAQ, drafts too.

    `md` writes the tree of files that a source has, in a folder of its own for each source unless
    `--source` names one; it reads back as the same entries. `csv` and `jsonl` go to stdout or to
    `--output`. `sanku faq import` reads the CSV again.
    """
    from pipelines.faq.export import csv_lines, jsonl_lines
    from pipelines.faq.spreadsheets.sheet import MAX_CELL

    if form == "md" and output is None:
        raise click.UsageError("`--format md` writes a folder; name it with `--output`")
    pulled = _pulled(settings, warehouse, source)
    entries = [entry for _, held in pulled for entry in held]
    if form == "md" and output is not None:
        _export_trees(pulled, output, apart=source is None)
        return
    lines = (csv_lines if form == "csv" else jsonl_lines)(entries)
    with _writing(output) as write:
        for line in lines:
            write(line)
    place = f" into `{output}`" if output else ""
    click.echo(f"exported {len(entries)} entries of {len(pulled)} sources{place}", err=True)
    cut = [entry for entry in entries if len(entry.answer) > MAX_CELL]
    if form == "csv" and cut:
        places = ", ".join(one_line(f"`{entry.path}:{entry.line_start}`") for entry in cut[:10])
        click.echo(
            f"{len(cut)} answers are over {MAX_CELL:,} characters, which Excel cuts off when it "
            f"saves the file again: {places}",
            err=True,
        )


def _pulled(
    settings: "Settings", warehouse: "Warehouse", name: str | None
) -> list[tuple["FaqSource", list["FaqEntry"]]]:
    """Return each source wanted with its entries, as its files have them."""
    from pipelines.pull import pulled_entries

    pulled = []
    for source in faq_sources(settings, name):
        entries = pulled_entries(warehouse, source)
        pulled.append((source, sorted(entries, key=lambda e: (e.path, e.line_start))))
    if not any(entries for _, entries in pulled):
        raise SourceError(_NEVER_PULLED.format(names=", ".join(f"`{s.name}`" for s, _ in pulled)))
    return pulled


def _export_trees(
    pulled: Sequence[tuple["FaqSource", list["FaqEntry"]]], output: Path, *, apart: bool
) -> None:
    """Write Markdown; raises `SourceError` when it is done where an entry could not be written."""
    from pipelines.faq.export import check_empty, write_tree

    check_empty(output)
    lost: list[LostEntry] = []
    for source, entries in pulled:
        folder = output / source.name if apart else output
        done = write_tree(entries, folder, source.base_url)
        click.echo(
            f"{source.name}: {done.entries} entries in {done.files} files of "
            f"`{folder}`; {done.explicit} marked to read back the same",
            err=True,
        )
        lost += done.lost
    for entry in lost:
        click.echo(f"not exported {entry.place}: {entry.reason}", err=True)
    if lost:
        raise SourceError(
            f"{len(lost)} entries are not in `{output}`, and all others are. The lines above say "
            "which, and why."
        )


@contextmanager
def _writing(output: Path | None) -> Iterator[Callable[[str], object]]:
    """Yield what writes text to a new file, or to stdout: as UTF-8, whatever the terminal's."""
    if output is not None:
        with _new_file(output) as file:
            yield file.write
    elif sys.stdout.isatty():
        yield lambda text: click.echo(clean(text), nl=False)
    else:
        yield lambda text: sys.stdout.buffer.write(text.encode("utf-8"))


def _new_file(path: Path) -> IO[str]:
    try:
        return path.open("x", encoding="utf-8", newline="")
    except FileExistsError as error:
        raise SourceError(_exists(path)) from error


def _exists(path: Path) -> str:
    return (
        f"`{shown_path(path)}` exists, and nothing is overwritten. Name another file, or remove it."
    )


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The Markdown file to write; one that does not exist yet.",
)
@click.option(
    "--status",
    type=click.Choice(["draft", "approved"]),
    help="Of all entries. Else they are drafts; rows of Sanku's own export keep their status.",
)
@click.option("--sheet", metavar="NAME", default="", help="One sheet only, even a hidden one.")
@as_json
@no_warehouse
def import_(
    file: Path,
    sources: str | None,
    output: Path,
    status: "Approval | None",
    sheet: str,
    as_json: bool,
) -> None:
    """Turn a spreadsheet (XLSX, XLS, CSV, TSV) into a Markdown file of drafts, for review.

    Columns are found by their headers: those of Sanku's own export, of FastGPT, MaxKB and Dify,
    and what support teams call them (问题, 答案, 相似问法, 分类, 标签 ...). Two columns without a
    header are questions and answers. Rows that cannot be entries are listed, and the exit status
    is 5 then; the others are written all the same.
    """
    del sources
    from pipelines.faq.spreadsheets.sheet import read_spreadsheet
    from pipelines.faq.spreadsheets.template import imported

    if output.name == "-":
        raise click.UsageError("`--output` takes the name of a file, not `-`")
    if output.exists():
        raise SourceError(_exists(output))
    sheets = read_spreadsheet(file)
    if sheet and sheet not in (names := [one.name for one in sheets]):
        there = ", ".join(f"`{one_line(name)}`" for name in names if name)
        raise SourceError(
            f"`{shown_path(file)}` has no sheet `{one_line(sheet)}`"
            + (f", but {there}. Name one of them." if there else ". Leave out `--sheet`.")
        )
    read = imported(sheets, only=sheet, status=status)
    if not read.entries and not read.refused:
        raise SourceError(
            f"`{shown_path(file)}` has no questions with answers. Give its columns the headers "
            "`问题` and `答案`, or `question` and `answer`."
        )
    written = _write_pages(read, output)
    refused = [*read.refused, *written.refused]
    if as_json:
        print_json({**asdict(written), "refused": list(map(asdict, refused)), "notes": read.notes})
    else:
        for note in read.notes:
            click.echo(note, err=True)
        click.echo(
            f"imported {written.entries} entries ({written.drafts} drafts) into "
            f"{', '.join(f'`{path}`' for path in written.files) or 'no file'}"
        )
    for row in refused:
        place = f"{one_line(row.sheet)}:{row.row}" if row.sheet else f"row {row.row}"
        click.echo(f"not imported {place}: {row.reason}", err=True)
    if refused:
        raise SourceError(
            f"{len(refused)} rows of `{shown_path(file)}` were not imported, and "
            f"{written.entries} entries were. Mend those rows, and import them again into another "
            "file."
        )


@dataclass(frozen=True, slots=True)
class _Written:
    """What was written of a spreadsheet."""

    files: tuple[Path, ...]
    entries: int
    drafts: int
    explicit: int
    """Entries of which a part had to be marked to read back the same."""
    refused: "tuple[RefusedRow, ...]"


def _write_pages(read: "Imported", output: Path) -> _Written:
    """Write entries as one Markdown file, or as several where one would be too long to be read."""
    from pipelines.faq.manuscript import manuscripts
    from pipelines.faq.spreadsheets.template import RefusedRow

    files: list[Path] = []
    refused: list[RefusedRow] = []
    lost: list[FaqEntry] = []
    explicit = 0
    with progress(f"writing {output.name}") as bar:
        bar.expect(len(read.entries))
        for written in manuscripts(read.entries, path=output.name):
            reason = written.problem or "no Markdown reads back as this row; simplify it"
            refused += [RefusedRow(entry.path, entry.line_start, reason) for entry in written.lost]
            lost += written.lost
            explicit += written.explicit
            bar.advance(written.entries + len(written.lost))
            if not written.entries:
                continue
            file = output.with_stem(f"{output.stem}-{len(files) + 1}") if files else output
            with _new_file(file) as stream:
                stream.write(written.text)
            files.append(file)
    entries = len(read.entries) - len(lost)
    return _Written(
        tuple(files), entries, _drafts(read.entries) - _drafts(lost), explicit, tuple(refused)
    )


def _drafts(entries: "Sequence[FaqEntry]") -> int:
    return sum(entry.review.status == "draft" for entry in entries)

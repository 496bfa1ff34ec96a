"""`sanku experiment report`: the scores, no longer blind."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import as_json, no_warehouse, print_json, print_table
from pipelines.errors import SourceError
from pipelines.text import shown_path

if TYPE_CHECKING:
    from pipelines.experiment.figures import Rated
    from pipelines.experiment.folder import Folder, Setup
    from pipelines.experiment.pairs import Pair


@click.command()
@click.argument("path", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--scores",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV that was scored elsewhere, such as the page's; several for several people.",
)
@as_json
@no_warehouse
def report(path: Path, files: Sequence[Path], sources: str | None, as_json: bool) -> None:
    """Tell which answers of the experiment in FOLDER are better, and write `report.html` there."""
    del sources
    from pipelines.experiment.folder import Folder
    from pipelines.experiment.page import report_page
    from pipelines.warehouse import write_text

    folder = Folder(path)
    setup, pairs = folder.setup(), folder.pairs()
    if setup is None:
        raise SourceError(
            f"there is no experiment in `{shown_path(path)}`. Run `sanku experiment run --to "
            "FOLDER` first."
        )
    rated = _rated(folder, setup, pairs, files)
    if as_json:
        print_json({**setup.model_dump(), "raters": [one.as_dict() for one in rated]})
    else:
        for one in rated:
            _print(one)
    write_text(folder.report, report_page(setup, pairs, rated))
    click.echo(f"wrote {folder.report}", err=True)


def _rated(
    folder: "Folder", setup: "Setup", pairs: "Sequence[Pair]", files: Sequence[Path]
) -> "Sequence[Rated]":
    """Return what people scored in the folder's sheet and in `files`, and what judges said."""
    from pipelines.experiment.figures import Rated, judged
    from pipelines.experiment.sheet import filled_in, scored

    verdicts = folder.verdicts()
    own = (folder.sheet,) if folder.sheet.exists() else ()
    people = [
        Rated(shown_path(file), scored(pairs, setup.seed, filled_in(file, pairs)))
        for file in (*own, *files)
    ]
    judges = dict.fromkeys(one.judge for one in verdicts)
    rated = [*people, *(judged(verdicts, pairs, name) for name in judges)]
    if not any(one.scored for one in rated):
        raise SourceError(
            f"nothing is scored yet. Fill in `{folder.sheet}`, or score in `{folder.page}` and "
            "name its CSV with `--scores`, or run `sanku experiment run` with `--judge`."
        )
    return [one for one in rated if one.scored]


def _print(rated: "Rated") -> None:
    from pipelines.experiment.figures import rows, wins

    print_table(
        f"scored by {rated.rater}",
        ("kind", "score", "asked", "with", "without", "difference", "p"),
        [
            (
                kind,
                name,
                row.questions,
                row.grounded,
                row.alone,
                row.difference,
                f"{row.test.p:.3f}",
            )
            for kind, items in rated.groups
            for name, row in rows(items).items()
        ],
    )
    click.echo(f"with the knowledge base: {wins(rated.scored)}")
    if rated.orders:
        click.echo(f"{rated.orders}")

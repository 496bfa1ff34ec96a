"""`sanku eval`: the golden questions, measured, compared and shown."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pipelines.cli.evaluate_report import print_compared, print_report
from pipelines.cli.options import as_json, company, print_json, progress
from pipelines.errors import SettingsError
from pipelines.text import shown_path

if TYPE_CHECKING:
    from pipelines.evaluation.golden import GoldenQuestion
    from pipelines.evaluation.report import Report
    from pipelines.search import Searcher
    from pipelines.settings import Settings
    from pipelines.versions import Version
    from pipelines.warehouse import Warehouse


# How answers are made: not at all, by quotation, by the configured model where it is there, or by
# a model that was asked for.
_How = Literal["search", "quote", "configured", "named"]


@dataclass(frozen=True, slots=True)
class _Run:
    """One measurement to take: of what, and how."""

    title: str
    settings: "Settings"
    searcher: "Searcher"
    how: _How


@click.command("eval")
@click.option(
    "--golden",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Golden questions, JSON Lines or Markdown; else `publish.golden`.",
)
@click.option("--version", "name", help="Version to measure; else the published one.")
@click.option("--retrieval-only", is_flag=True, help="Only search; answer nothing.")
@click.option("--compare", "earlier", metavar="VERSION", help="Compare with this version.")
@click.option("--embedding", metavar="MODEL", help="Compare with this embedding model.")
@click.option(
    "--ollama-model",
    "models",
    metavar="MODEL",
    multiple=True,
    help="Answer with this model; given twice, compare the first with the second.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report with charts to this file as well.",
)
@as_json
@company
def evaluate(
    settings: "Settings",
    warehouse: "Warehouse",
    golden: Path | None,
    name: str | None,
    retrieval_only: bool,
    earlier: str | None,
    embedding: str | None,
    models: tuple[str, ...],
    html: Path | None,
    as_json: bool,
) -> None:
    """Measure the published version on the golden questions, and compare it.

    Better and worse tell of the measured version against the one that `--compare` names, of the
    model that `--embedding` names against the version's own, of the second `--ollama-model`
    against the first.
    """
    from pipelines.evaluation.comparison import compare
    from pipelines.evaluation.history import history, remember
    from pipelines.evaluation.models import settings_of, with_embedding

    _refuse_mixed(earlier, embedding, models, retrieval_only)
    if html:
        _refuse_nowhere(html)
    questions = _questions(settings, golden)
    version = _version(warehouse, name)
    with ExitStack() as opened:
        if embedding:
            questions = _without_dialogues(questions)
            own = settings_of(settings, version)
            runs = [
                _trial(each, version, opened) for each in (own, with_embedding(settings, embedding))
            ]
        else:
            versions = [_version(warehouse, earlier), version] if earlier else [version]
            how: _How = "search" if retrieval_only else "configured"
            runs = [
                _run(settings, one, model, how) for one in versions for model in models or ("",)
            ]
        _refuse_missing(runs)
        reports = [_measure(run, questions) for run in runs]
    report = reports[-1]
    compared = compare(*reports) if len(reports) > 1 else None
    if as_json:
        print_json((compared or report).as_dict())
    else:
        print_report(report)
        if compared:
            print_compared(compared, runs[0].title)
    current = _version(warehouse, None).name
    for each in () if embedding else reports:
        if each.version == current:
            remember(warehouse, each, "sanku eval")
    if html:
        from pipelines.evaluation.page import page

        shown = page(report, compared=compared, before=runs[0].title, past=history(warehouse))
        html.write_text(shown, encoding="utf-8")
        click.echo(f"wrote `{html}`", err=True)


def _refuse_mixed(
    earlier: str | None, embedding: str | None, models: Sequence[str], retrieval_only: bool
) -> None:
    """Refuse two comparisons at once; raises `click.UsageError`."""
    ways = [bool(earlier), bool(embedding), len(models) > 1]
    if sum(ways) > 1 or len(models) > 2:
        raise click.UsageError(
            "one comparison at a time: `--compare`, `--embedding`, or `--ollama-model` twice"
        )
    if models and (retrieval_only or embedding):
        raise click.UsageError(
            "no language model is asked with `--retrieval-only` or `--embedding`; leave out "
            "`--ollama-model`"
        )


def _refuse_nowhere(html: Path) -> None:
    """Refuse a report that cannot be written, before minutes of measuring are spent on it."""
    folder = html.absolute().parent
    if not folder.is_dir():
        raise SettingsError(
            f"there is no folder `{shown_path(folder)}` to write `--html` into. Make it, or name "
            "another file."
        )
    if not os.access(html if html.exists() else folder, os.W_OK):
        raise SettingsError(
            f"`{shown_path(html)}` cannot be written: no permission. Give `--html` a file that can."
        )


def _refuse_missing(runs: Sequence[_Run]) -> None:
    """Refuse a named model that is not there, before the other one is measured for minutes."""
    from pipelines.evaluation.report import require_model

    for run in runs:
        if run.how == "named":
            asyncio.run(require_model(run.settings))


def _questions(settings: "Settings", file: Path | None) -> "Sequence[GoldenQuestion]":
    from pipelines.evaluation.golden import load_golden, read_golden

    questions = read_golden(file) if file else load_golden(settings)
    if not questions:
        raise SettingsError(
            "there are no golden questions. Write some (`docs/evaluation.md` shows how) and name "
            "the file with `--golden`, or in `publish.golden`."
        )
    click.echo(f"{len(questions)} golden questions read", err=True)
    return questions


def _version(warehouse: "Warehouse", name: str | None) -> "Version":
    from pipelines.versions import Version, published, version_folder

    return Version(version_folder(warehouse, name)) if name else published(warehouse)


def _run(settings: "Settings", version: "Version", model: str, how: _How) -> _Run:
    """Return the measurement of a version, answered by `model` where one is named."""
    from pipelines.embedding.model import load_embedder
    from pipelines.evaluation.models import settings_of
    from pipelines.search import Searcher

    own = settings_of(settings, version)
    searcher = Searcher(version, lambda: load_embedder(own, _notice))
    if not model:
        return _Run(f"version {version.name}", own, searcher, how)
    ollama = own.ollama.model_copy(update={"model": model})
    named = own.model_copy(update={"ollama": ollama})
    return _Run(f"{model} on version {version.name}", named, searcher, "named")


def _without_dialogues(questions: "Sequence[GoldenQuestion]") -> "Sequence[GoldenQuestion]":
    """Leave out what expects a dialogue: those stay out of an index that is thrown away."""
    asked = [item for item in questions if item.expect.tier != "dialogues"]
    if left_out := len(questions) - len(asked):
        click.echo(f"{left_out} questions that expect a dialogue are left out", err=True)
    return asked


def _trial(settings: "Settings", version: "Version", opened: ExitStack) -> _Run:
    """Return the measurement of a version's chunks under the embedding model of `settings`.

    No language model is asked: its moods are not those of an embedding.
    """
    from pipelines.embedding.model import Embedder, load_embedder
    from pipelines.evaluation.trial import trial
    from pipelines.search import Searcher

    @cache
    def embedder() -> Embedder:
        return load_embedder(settings, _notice)

    with progress("embedding") as bar:
        built = opened.enter_context(trial(settings, version, embedder, bar.advance, bar.expect))
    title = f"{settings.embedding.model} on version {version.name}"
    return _Run(title, settings, Searcher(built, embedder), "quote")


def _measure(run: _Run, questions: "Sequence[GoldenQuestion]") -> "Report":
    from pipelines.evaluation import report

    searches = sum(item.expect.is_record for item in questions)
    with progress(run.title) as bar:
        bar.expect(searches + (0 if run.how == "search" else len(questions)))
        where = (run.settings, run.searcher, questions)
        if run.how == "search":
            return report.retrieve(*where, bar.advance)
        if run.how == "quote":
            return asyncio.run(report.evaluate(*where, None, bar.advance))
        required = run.how == "named"
        return asyncio.run(report.evaluate_through_ollama(*where, bar.advance, required=required))


def _notice(line: str) -> None:
    click.echo(line, err=True)

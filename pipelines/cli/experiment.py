"""`sanku experiment`: the golden questions answered with and without the knowledge base."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.experiment_report import report
from pipelines.cli.options import as_json, company, print_json, progress
from pipelines.errors import ModelError, SettingsError
from pipelines.text import one_line, shown_path

if TYPE_CHECKING:
    from pipelines.evaluation.golden import GoldenQuestion
    from pipelines.experiment.answering import Missed
    from pipelines.experiment.folder import Folder, Setup, Verdict
    from pipelines.experiment.pairs import Pair
    from pipelines.ollama import Ollama
    from pipelines.settings import Settings
    from pipelines.versions import Version
    from pipelines.warehouse import Warehouse

_SHOWN = 5


@click.group()
def experiment() -> None:
    """Answer the golden questions with and without the knowledge base, and have both scored."""


experiment.add_command(report)


@experiment.command()
@click.option(
    "--to",
    "path",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the experiment; one that was begun goes on.",
)
@click.option(
    "--golden",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Golden questions, JSON Lines or Markdown; else `publish.golden`.",
)
@click.option(
    "--questions",
    "count",
    type=click.IntRange(min=1),
    help="Ask so many, of every kind about as many; else all.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Chooses the questions and A and B.")
@click.option("--judge", metavar="MODEL", help="Have this Ollama model score the answers too.")
@as_json
@company
def run(
    settings: "Settings",
    warehouse: "Warehouse",
    path: Path,
    golden: Path | None,
    count: int | None,
    seed: int | None,
    judge: str | None,
    as_json: bool,
) -> None:
    """Answer each golden question from the published version, and by the model alone.

    Answers are kept as they come: the same command goes on where it was stopped.
    """
    from pipelines.experiment.folder import Folder
    from pipelines.experiment.questions import chosen

    folder = Folder(path)
    setup = _setup(settings, warehouse, folder, seed)
    golden_questions = _golden(settings, golden)
    asked = chosen(golden_questions, count or len(golden_questions), setup.seed)
    _refuse_others(folder, golden_questions)
    missed = asyncio.run(_answer(settings, warehouse, folder, setup, asked))
    _write_blind(folder, setup)
    if judge:
        missed += asyncio.run(_judge(settings, folder, judge))
    for one in missed[:_SHOWN]:
        click.echo(f"left for the next run: {one_line(one.question)} ({one.reason})", err=True)
    questions = len(folder.pairs())
    judged = sum(one.judge == judge for one in folder.verdicts())
    if as_json:
        counts = {"questions": questions, "judged": judged, "missed": len(missed)}
        print_json({"folder": path, **setup.model_dump(), **counts})
        return
    click.echo(f"{questions} questions answered twice, {judged} judged")
    click.echo(f"score them in {folder.page} or {folder.sheet}")
    click.echo(f"then run: sanku experiment report {path}")


def _golden(settings: "Settings", file: Path | None) -> "Sequence[GoldenQuestion]":
    from pipelines.evaluation.golden import load_golden, read_golden

    questions = read_golden(file) if file else load_golden(settings)
    if not questions:
        raise SettingsError(
            "there are no golden questions to ask. Write some (`docs/evaluation.md` shows how) and "
            "name the file with `--golden`, or in `publish.golden`."
        )
    return questions


def _setup(
    settings: "Settings", warehouse: "Warehouse", folder: "Folder", seed: int | None
) -> "Setup":
    """Return what is compared: what the folder says where it was begun, else what holds now."""
    from pipelines.experiment.folder import Setup
    from pipelines.versions import published

    begun = folder.setup()
    if begun is None:
        return Setup(
            company=settings.company.name,
            version=published(warehouse).name,
            model=settings.ollama.model,
            seed=secrets.randbelow(1_000_000) if seed is None else seed,
        )
    if (settings.ollama.model, begun.seed if seed is None else seed) != (begun.model, begun.seed):
        raise SettingsError(
            f"`{folder.path}` was begun with the model `{begun.model}` and the seed {begun.seed}. "
            "Go on with these, or name another folder with `--to`."
        )
    return begun


def _begun_with(warehouse: "Warehouse", name: str) -> "Version":
    """Open the version of an experiment, as it is since dialogues were erased from it."""
    from pipelines.versions import Version, read_pointer, version_folder

    number = name.partition("-")[0]
    kept = (read_pointer(warehouse) or {"kept": ()})["kept"]
    # Erasing gives a version another name, and leaves it its number.
    now = next((one for one in kept if one.partition("-")[0] == number), name)
    return Version(version_folder(warehouse, now))


async def _answer(
    settings: "Settings",
    warehouse: "Warehouse",
    folder: "Folder",
    setup: "Setup",
    asked: "Sequence[GoldenQuestion]",
) -> "tuple[Missed, ...]":
    """Answer what the folder has no answers to yet, keeping each pair at once."""
    from pipelines.answer import Answerer
    from pipelines.embedding.model import load_embedder
    from pipelines.evaluation.models import settings_of
    from pipelines.experiment.answering import answer_both
    from pipelines.experiment.questions import references
    from pipelines.search import Searcher

    pairs = {pair.id: pair for pair in folder.pairs()}
    waiting = [item for item in asked if item.id not in pairs]
    if not waiting:
        return ()
    version = _begun_with(warehouse, setup.version)
    own = settings_of(settings, version)

    def keep(pair: "Pair") -> None:
        pairs[pair.id] = pair
        folder.keep_pairs(list(pairs.values()))

    async with _model(settings, setup.model) as model:
        folder.begin(setup)
        searcher = Searcher(
            version, lambda: load_embedder(own, lambda line: click.echo(line, err=True))
        )
        searcher.embedder()
        answerer = Answerer(own, searcher, model)
        with progress("answering twice") as bar:
            bar.expect(len(waiting))
            known = references(version, waiting)
            return await answer_both(
                setup.company, answerer, model, waiting, known, keep, bar.advance
            )


def _refuse_others(folder: "Folder", golden: "Sequence[GoldenQuestion]") -> None:
    """Refuse to go on where what was answered is not asked, or something else under its id.

    Golden questions may have come, and not have gone: what a folder holds is of one file.
    """
    asked = {item.id: item for item in golden}
    for pair in folder.pairs():
        item = asked.get(pair.id)
        if item is None:
            raise SettingsError(
                f"`{shown_path(folder.path)}` holds answers to `{one_line(pair.question)}`, which "
                "is none of these golden questions. Go on with the file that it was begun with, or "
                "name another folder with `--to`."
            )
        if (pair.question, pair.history) != (item.question, item.turns):
            raise SettingsError(
                f"the golden question `{one_line(item.id)}` was another one when it was answered. "
                "Name another folder with `--to`, or give the question another id."
            )


def _write_blind(folder: "Folder", setup: "Setup") -> None:
    """Write the sheet and the page; what was scored in the sheet already stays in it."""
    from pipelines.experiment.page import score_page
    from pipelines.experiment.sheet import filled_in, sheet_of
    from pipelines.warehouse import write_text

    pairs = folder.pairs()
    filled = filled_in(folder.sheet, pairs) if folder.sheet.exists() else {}
    write_text(folder.sheet, sheet_of(pairs, setup.seed, filled))
    write_text(folder.page, score_page(setup, pairs))


async def _judge(settings: "Settings", folder: "Folder", name: str) -> "tuple[Missed, ...]":
    """Have the model judge what it has not judged yet, keeping each verdict at once."""
    from pipelines.experiment.judging import judge

    verdicts = list(folder.verdicts())
    judged = {one.id for one in verdicts if one.judge == name}
    waiting = [pair for pair in folder.pairs() if pair.id not in judged]
    if not waiting:
        return ()

    def keep(verdict: "Verdict") -> None:
        verdicts.append(verdict)
        folder.keep_verdicts(verdicts)

    async with _model(settings, name) as model:
        with progress("judging") as bar:
            bar.expect(len(waiting))
            return await judge(model, waiting, keep, bar.advance)


@asynccontextmanager
async def _model(settings: "Settings", name: str) -> "AsyncIterator[Ollama]":
    """Yield an Ollama model; raises `ModelError` where it is not there."""
    from pipelines.ollama import Ollama

    config = settings.ollama.model_copy(update={"model": name})
    async with aclosing(Ollama(config)) as model:
        if not await model.available():
            raise ModelError(
                "missing_model",
                f"there is no `{name}` at `{config.url}`, and an experiment needs it. Start "
                f"Ollama, and run `ollama pull {name}`.",
            )
        yield model

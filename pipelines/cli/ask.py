"""`sanku search` and `ask`: the published version, read."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, get_args

import click

from pipelines.cli.options import as_json, company, print_json, print_table, question_of
from pipelines.records import Tier
from pipelines.text import clean, one_line

if TYPE_CHECKING:
    from pipelines.answer import Answer
    from pipelines.search import Searcher
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@click.argument("question", callback=question_of)
@click.option("--tier", type=click.Choice(get_args(Tier)), help="Search one tier only.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True)
@as_json
@company
def search(
    settings: "Settings",
    warehouse: "Warehouse",
    question: str,
    tier: Tier | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show what the published version holds on QUESTION, best first, and why."""
    result = _loaded(settings, warehouse).search(question, limit=limit, tier=tier)
    if as_json:
        print_json(result.as_dict())
        return
    rows = [
        (
            f"{hit.score:.2f}",
            hit.chunk.tier,
            one_line(hit.chunk.title, 48),
            one_line(hit.chunk.text, 60),
            f"{hit.chunk.path}:{hit.chunk.line_start}",
        )
        for hit in result.hits
    ]
    print_table(f"version {result.version}", ("score", "tier", "title", "text", "source"), rows)


@click.command()
@click.argument("question", callback=question_of)
@as_json
@company
def ask(settings: "Settings", warehouse: "Warehouse", question: str, as_json: bool) -> None:
    """Answer QUESTION from the published version, as the gateway would."""
    from pipelines.answer import summary

    if as_json:
        answer = asyncio.run(_ask(settings, warehouse, question, lambda piece: None))
        print_json(answer.as_dict())
        return
    answer = asyncio.run(
        # Text from outside is shown, never interpreted by the terminal.
        _ask(settings, warehouse, question, lambda piece: click.echo(clean(piece), nl=False))
    )
    click.echo()
    click.echo(summary(answer.about()), err=True)


async def _ask(
    settings: "Settings", warehouse: "Warehouse", question: str, show: Callable[[str], None]
) -> "Answer":
    """Answer `question`, showing each piece of the text as it is written."""
    from pipelines.answer import Answer, Answerer
    from pipelines.ollama import Ollama

    searcher = _loaded(settings, warehouse)
    model = Ollama(settings.ollama)
    try:
        reachable = await model.available()
        if not reachable:
            click.echo(
                f"no `{settings.ollama.model}` at `{settings.ollama.url}`: answering by quotation",
                err=True,
            )
        answerer = Answerer(settings, searcher, model if reachable else None)
        async with aclosing(answerer.stream(question)) as items:
            async for item in items:
                if isinstance(item, Answer):
                    return item
                show(item)
    finally:
        await model.aclose()
    raise AssertionError("a stream of answers ends with an answer")


def _loaded(settings: "Settings", warehouse: "Warehouse") -> "Searcher":
    """Return a searcher that is ready, so that its timings are those of the running gateway."""
    from pipelines.search import published_searcher

    searcher = published_searcher(settings, warehouse, lambda line: click.echo(line, err=True))
    searcher.version()  # nothing published: say so before seconds go into loading a model
    searcher.embedder()
    return searcher

"""`sanku search` and `ask`: the published version, read."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, get_args

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
        hits = [
            {
                "id": hit.chunk.id,
                "tier": hit.chunk.tier,
                "title": hit.chunk.title,
                "text": hit.chunk.text,
                "answer": hit.answer,
                "score": round(hit.score, 4),
                "evidence": asdict(hit.evidence),
                "source": hit.chunk.source,
                "path": hit.chunk.path,
                "line": hit.chunk.line_start,
                "version": hit.chunk.version,
            }
            for hit in result.hits
        ]
        print_json(
            {
                "question": result.question,
                "version": result.version,
                "hits": hits,
                "timings": _rounded(result.milliseconds),
            }
        )
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
    if as_json:
        answer = asyncio.run(_ask(settings, warehouse, question, lambda piece: None))
        print_json(
            {
                "question": answer.question,
                "answer": answer.text,
                "decision": answer.decision,
                "reason": answer.reason,
                "handoff": answer.handoff,
                "citations": [asdict(citation) for citation in answer.citations],
                "version": answer.version,
                "timings": _rounded(answer.milliseconds),
            }
        )
        return
    answer = asyncio.run(
        # Text from outside is shown, never interpreted by the terminal.
        _ask(settings, warehouse, question, lambda piece: click.echo(clean(piece), nl=False))
    )
    click.echo()
    handed = ", hand-off" if answer.handoff else ""
    click.echo(
        f"— {answer.decision} ({answer.reason}{handed}), version {answer.version}, "
        f"{answer.milliseconds['total']:.0f} ms",
        err=True,
    )


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


def open_searcher(settings: "Settings", warehouse: "Warehouse") -> "Searcher":
    """Return a searcher over the published version; its model is loaded by the first search."""
    from pipelines.embedding.model import load_embedder
    from pipelines.search import Searcher
    from pipelines.versions import PublishedVersion

    def embedder() -> Any:
        return load_embedder(settings, lambda line: click.echo(line, err=True))

    return Searcher(PublishedVersion(warehouse), embedder)


def _loaded(settings: "Settings", warehouse: "Warehouse") -> "Searcher":
    """Return a searcher that is ready, so that its timings are those of the running gateway."""
    searcher = open_searcher(settings, warehouse)
    searcher.version()  # nothing published: say so before seconds go into loading a model
    searcher.embedder()
    return searcher


def _rounded(milliseconds: Mapping[str, float]) -> dict[str, float]:
    return {name: round(spent, 1) for name, spent in milliseconds.items()}

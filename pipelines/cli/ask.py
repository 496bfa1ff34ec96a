"""`sanku search`, `ask` and `serve`: the published version, read."""

import asyncio
from dataclasses import asdict
from typing import Any, get_args

import click

from pipelines.cli.options import as_json, company, print_json, print_table
from pipelines.records import Tier
from pipelines.settings import Settings
from pipelines.text import one_line
from pipelines.warehouse import Warehouse


@click.command()
@click.argument("question")
@click.option("--tier", type=click.Choice(get_args(Tier)), help="Search one tier only.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True)
@as_json
@company
def search(
    settings: Settings,
    warehouse: Warehouse,
    question: str,
    tier: Tier | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show what the published version holds on QUESTION, best first, and why."""
    result = _searcher(settings, warehouse).search(question, limit=limit, tier=tier)
    if as_json:
        hits = [
            {
                "id": hit.chunk.id,
                "tier": hit.chunk.tier,
                "title": hit.chunk.title,
                "text": hit.chunk.text,
                "score": round(hit.score, 4),
                "evidence": asdict(hit.evidence),
                "source": hit.chunk.source,
                "path": hit.chunk.path,
                "line": hit.chunk.line_start,
                "version": hit.chunk.version,
            }
            for hit in result.hits
        ]
        print_json({"version": result.version, "hits": hits, "milliseconds": result.milliseconds})
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
@click.argument("question")
@as_json
@company
def ask(settings: Settings, warehouse: Warehouse, question: str, as_json: bool) -> None:
    """Answer QUESTION from the published version, as the gateway would."""
    answer = asyncio.run(_ask(settings, warehouse, question))
    if as_json:
        print_json(answer.as_dict())
        return
    click.echo(answer.text)
    milliseconds = answer.milliseconds["total"]
    handed = ", hand-off" if answer.handoff else ""
    click.echo(
        f"— {answer.decision} ({answer.reason}{handed}), version {answer.version}, "
        f"{milliseconds:.0f} ms",
        err=True,
    )


@click.command()
@click.option("--host", help="Address to bind; any but loopback needs SANKU_TOKEN.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to bind.")
@company
def serve(settings: Settings, warehouse: Warehouse, host: str | None, port: int | None) -> None:
    """Serve chat front ends: the Ollama and OpenAI protocols over the published version."""
    import uvicorn

    from pipelines.answer import Answerer
    from pipelines.gateway.app import create_app
    from pipelines.ollama import Ollama

    gateway = settings.gateway.model_copy(
        update={key: value for key, value in (("host", host), ("port", port)) if value is not None}
    )
    settings = settings.model_copy(update={"gateway": gateway})
    searcher = _searcher(settings, warehouse)
    searcher.version()  # nothing published: say so before binding a port
    app = create_app(settings, Answerer(settings, searcher, Ollama(settings.ollama)), searcher)
    click.echo(f"sanku serves http://{gateway.host}:{gateway.port} (Ollama and OpenAI protocols)")
    uvicorn.run(
        app,
        host=gateway.host,
        port=gateway.port,
        log_level="warning",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=10,
    )


async def _ask(settings: Settings, warehouse: Warehouse, question: str) -> Any:
    from pipelines.answer import Answerer
    from pipelines.ollama import Ollama

    model = Ollama(settings.ollama)
    try:
        if not await model.available():
            click.echo(
                f"no `{settings.ollama.model}` at `{settings.ollama.url}`: answering by quotation",
                err=True,
            )
            return await Answerer(settings, _searcher(settings, warehouse)).answer(question)
        return await Answerer(settings, _searcher(settings, warehouse), model).answer(question)
    finally:
        await model.aclose()


def _searcher(settings: Settings, warehouse: Warehouse) -> Any:
    from pipelines.embedding.model import load_embedder
    from pipelines.search import Searcher
    from pipelines.versions import PublishedVersion

    def embedder() -> Any:
        return load_embedder(settings, lambda line: click.echo(line, err=True))

    return Searcher(PublishedVersion(warehouse), embedder)

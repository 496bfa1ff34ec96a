"""`sanku mcp`: the published version for an assistant that starts its tools itself."""

import asyncio
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import company

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@company
def mcp(settings: "Settings", warehouse: "Warehouse") -> None:
    """Serve an assistant on this machine over MCP; stdin and stdout are the protocol."""
    asyncio.run(_serve(settings, warehouse))


async def _serve(settings: "Settings", warehouse: "Warehouse") -> None:
    from datetime import UTC, datetime

    from pipelines.answer import Answerer
    from pipelines.gateway.context import Context
    from pipelines.gateway.operations.health import Health
    from pipelines.gateway.protocols.mcp_server import serve_stdio
    from pipelines.ollama import Ollama
    from pipelines.search import published_searcher

    searcher = published_searcher(settings, warehouse, lambda line: click.echo(line, err=True))
    # What cannot work is said at once: nothing published.
    searcher.version()
    model = Ollama(settings.ollama)
    # The assistant lists the tools meanwhile; loading takes seconds, which no question should wait.
    loading = asyncio.create_task(asyncio.to_thread(searcher.embedder))
    try:
        await serve_stdio(
            Context(
                settings,
                Answerer(settings, searcher, model),
                searcher,
                Health(settings, searcher, model, None),
                datetime.now(UTC),
            )
        )
    finally:
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
        await model.aclose()

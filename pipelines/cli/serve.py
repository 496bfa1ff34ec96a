"""`sanku serve`: the gateway over the published version, until it is stopped."""

from typing import TYPE_CHECKING

import click

from pipelines.cli.options import company

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@click.option("--host", help="Address to bind; any but loopback needs SANKU_TOKEN.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to bind; 0 takes a free one.")
@company
def serve(settings: "Settings", warehouse: "Warehouse", host: str | None, port: int | None) -> None:
    """Serve chat front ends: the Ollama and OpenAI protocols over the published version."""
    from pipelines.gateway.server import bind, gateway_over, serve_until_stopped, url_of
    from pipelines.search import published_searcher

    gateway = settings.gateway.model_copy(
        update={key: value for key, value in (("host", host), ("port", port)) if value is not None}
    )
    settings = settings.model_copy(update={"gateway": gateway})
    searcher = published_searcher(settings, warehouse, lambda line: click.echo(line, err=True))
    app = gateway_over(settings, searcher)
    # What cannot work is said before a port is bound: nothing published, no model.
    searcher.version()
    with bind(gateway.host, gateway.port) as listening:
        searcher.embedder()
        told = f"sanku serves {url_of(listening)} (Ollama and OpenAI protocols); Ctrl-C ends it"
        serve_until_stopped(app, listening, lambda: click.echo(told))

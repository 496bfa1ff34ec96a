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
    """Serve chat front ends and the console: Ollama, OpenAI and MCP over what is published."""
    from pipelines.gateway.operations.journal import keep_journal
    from pipelines.gateway.server import bind, reloading_gateway, serve_until_stopped, url_of
    from pipelines.search import published_searcher
    from pipelines.sources_toml import load_settings

    given = {key: value for key, value in (("host", host), ("port", port)) if value is not None}

    def to_serve(settings: "Settings") -> "Settings":
        gateway = settings.gateway.model_copy(update=given)
        return settings.model_copy(update={"gateway": gateway})

    def again() -> "Settings":
        return to_serve(load_settings(settings.sources_file, settings.warehouse))

    served = to_serve(settings)
    searcher = published_searcher(
        served, warehouse, lambda line: click.echo(line, err=True), shared=True
    )
    app = reloading_gateway(served, searcher, again)
    # What cannot work is said before a port is bound: nothing published, no model.
    searcher.version()
    with bind(served.gateway.host, served.gateway.port) as listening:
        searcher.embedder()
        told = (
            f"sanku serves {url_of(listening)} (Ollama, OpenAI and MCP; in a browser the console); "
            "Ctrl-C ends it"
        )
        keep_journal(served.gateway.log_format)
        serve_until_stopped(app, listening, lambda: click.echo(told))

"""`sanku serve`: the gateway over the published version, until it is stopped."""

import os
import socket
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.ask import open_searcher
from pipelines.cli.options import company
from pipelines.errors import SettingsError

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@click.option("--host", help="Address to bind; any but loopback needs SANKU_TOKEN.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to bind; 0 takes a free one.")
@company
def serve(settings: "Settings", warehouse: "Warehouse", host: str | None, port: int | None) -> None:
    """Serve chat front ends: the Ollama and OpenAI protocols over the published version."""
    import uvicorn

    from pipelines.answer import Answerer
    from pipelines.gateway.app import create_app
    from pipelines.ollama import Ollama

    gateway = settings.gateway.model_copy(
        update={key: value for key, value in (("host", host), ("port", port)) if value is not None}
    )
    settings = settings.model_copy(update={"gateway": gateway})
    searcher = open_searcher(settings, warehouse)
    answerer = Answerer(settings, searcher, Ollama(settings.ollama))
    app = create_app(settings, answerer, searcher)
    # What cannot work is said before a port is bound: nothing published, no model.
    searcher.version()
    with _bind(gateway.host, gateway.port) as listening:
        searcher.embedder()
        name = f"[{gateway.host}]" if ":" in gateway.host else gateway.host
        url = f"http://{name}:{listening.getsockname()[1]}"

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets=sockets)
                click.echo(f"sanku serves {url} (Ollama and OpenAI protocols); Ctrl-C ends it")

        config = uvicorn.Config(
            app,
            log_level="warning",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        Server(config).run(sockets=[listening])


def _bind(host: str, port: int) -> Any:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise SettingsError(
            f"`{host}:{port}` cannot be bound: {reason}. Choose another with `--host` or "
            "`--port`, or stop what listens there."
        ) from error

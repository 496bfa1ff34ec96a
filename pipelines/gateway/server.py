"""The gateway on a port: bound at once, then run in the foreground or beside other work."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from pipelines.answer import Answerer
from pipelines.errors import SettingsError
from pipelines.gateway.app import create_app
from pipelines.gateway.recorder import DRAIN_SECONDS, Recorder
from pipelines.ollama import Ollama
from pipelines.search import Searcher
from pipelines.settings import Settings

_START_SECONDS = 60.0
# How long answers that are being written may go on once the server is told to end.
_FINISH_SECONDS = 10


def gateway_over(settings: Settings, searcher: Searcher) -> Starlette:
    """Return the gateway that answers from `searcher` through the configured model.

    Raises `SettingsError` when it would be reachable from elsewhere without `SANKU_TOKEN`.
    """
    answerer = Answerer(settings, searcher, Ollama(settings.ollama))
    recorder = Recorder(settings) if settings.gateway.log else None
    return create_app(settings, answerer, searcher, recorder=recorder)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`, 0 for any free port; the caller closes it.

    Raises `SettingsError` when the address is taken or is none of this machine.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Apart, as `create_server` leaves a socket open where a host is no text for a name.
        address = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)[0][4]
        return socket.create_server(address, family=family)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"`{host}:{port}` cannot be bound: {_reason(error)}. Choose another address with "
            "`SANKU_PORT`, or with `--host` and `--port` of `sanku serve`, or stop what listens "
            "there."
        ) from error


def url_of(listening: socket.socket) -> str:
    """Return the base URL of what is served on a bound socket."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve_until_stopped(
    app: Starlette, listening: socket.socket, announce: Callable[[], None]
) -> None:
    """Serve `app` in the foreground until a signal ends it; calls `announce` once it answers."""
    _Server(app, announce).run(sockets=[listening])


@contextmanager
def serving(app: Starlette, listening: socket.socket) -> Iterator[str]:
    """Serve `app` in a thread while the block runs; yields its base URL.

    Raises `SettingsError` when it does not start.
    """
    url = url_of(listening)
    settled = threading.Event()
    server = _Server(app, settled.set)

    def run() -> None:
        try:
            server.run(sockets=[listening])
        finally:
            settled.set()  # also where it ended before it answered

    thread = threading.Thread(target=run, name="gateway", daemon=True)
    thread.start()
    try:
        settled.wait(_START_SECONDS)
        if not server.started:
            raise SettingsError(f"the gateway did not start on `{url}`. Its error is above.")
        yield url
    finally:
        server.should_exit = True
        thread.join(_FINISH_SECONDS + DRAIN_SECONDS)


class _Server(uvicorn.Server):
    """Uvicorn as the gateway needs it, telling when it answers."""

    def __init__(self, app: Starlette, announce: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                ws="none",
                server_header=False,
                timeout_graceful_shutdown=_FINISH_SECONDS,
            )
        )
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._announce()


def _reason(error: OSError | ValueError) -> str:
    """Return why an address was refused, without the address that Python adds to it."""
    if isinstance(error, OSError) and error.errno:
        # A name that cannot be resolved has a negative number, which is none of the system's.
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return str(error)

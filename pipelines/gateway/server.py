"""The gateway on a port: bound at once, then run in the foreground or beside other work."""

import asyncio
import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from pipelines.answer import Answerer
from pipelines.errors import SettingsError
from pipelines.gateway.access.connections import MOST_CONNECTIONS, MOST_HEADER_BYTES, Connection
from pipelines.gateway.app import create_app
from pipelines.gateway.conversation.recorder import DRAIN_SECONDS, Recorder
from pipelines.gateway.operations.breaker import Breaker
from pipelines.gateway.operations.metrics import Metrics
from pipelines.gateway.operations.reload import Reloading
from pipelines.handoff_webhook import webhook_for
from pipelines.search import Searcher, published_searcher
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

_LOG = logging.getLogger("sanku.gateway")
_START_SECONDS = 60.0
IDLE_SECONDS = 20
"""How long a connection stays open between two requests. Longer than clients keep one (httpx: 5 s),
so that none sends its request into a connection that is just being closed."""
NOTICE_SECONDS = 1.0
"""Between SIGTERM and the end of the port: what is on its way to it still arrives."""
FINISH_SECONDS = 10
"""How long answers that are being written may go on once the port is closed."""


def gateway_over(
    settings: Settings, searcher: Searcher, metrics: Metrics | None = None
) -> Starlette:
    """Return the gateway that answers from `searcher` through the configured model.

    Raises `SettingsError` for a token that is missing, short or shared, when the gateway would be
    reachable from elsewhere without one, and for a variable of `[handoff]` that is not set.
    """
    answerer = Answerer(settings, searcher, Breaker(settings.ollama))
    webhook = webhook_for(settings.handoff)
    recorder = Recorder(settings, webhook=webhook) if settings.gateway.log else None
    return create_app(settings, answerer, searcher, recorder=recorder, metrics=metrics)


def reloading_gateway(
    settings: Settings, searcher: Searcher, again: Callable[[], Settings]
) -> Reloading:
    """Return the gateway that reads its settings `again` when it is told to reload.

    The embedding model stays loaded where its settings do.
    """
    metrics = Metrics()

    def make() -> Starlette:
        fresh = again()
        if (fresh.gateway.host, fresh.gateway.port) != (
            settings.gateway.host,
            settings.gateway.port,
        ):
            _LOG.warning("`gateway.host` and `gateway.port` change with the next start only")
        if fresh.embedding == settings.embedding:
            return gateway_over(fresh, searcher, metrics)
        own = published_searcher(fresh, Warehouse(fresh.warehouse), shared=True)
        return gateway_over(fresh, own, metrics)

    first = gateway_over(settings, searcher, metrics)
    return Reloading(first, make, patience_seconds=FINISH_SECONDS)


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
    app: Reloading, listening: socket.socket, announce: Callable[[], None]
) -> None:
    """Serve `app` in the foreground until a signal ends it; calls `announce` once it answers.

    SIGHUP reloads it. SIGTERM ends it: `/readyz` says so for a moment before the port closes, and
    what was accepted is answered.
    """
    _Foreground(app, announce).run(sockets=[listening])


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
        thread.join(FINISH_SECONDS + DRAIN_SECONDS)


class _Server(uvicorn.Server):
    """Uvicorn as the gateway needs it, telling when it answers."""

    def __init__(self, app: ASGIApp, announce: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Connection,
                log_config=None,
                log_level="warning",
                access_log=False,
                ws="none",
                server_header=False,
                h11_max_incomplete_event_size=MOST_HEADER_BYTES,
                limit_concurrency=MOST_CONNECTIONS,
                timeout_graceful_shutdown=FINISH_SECONDS,
                timeout_keep_alive=IDLE_SECONDS,
            )
        )
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._announce()


class _Foreground(_Server):
    """A server of its own process, which the signals of a service manager are meant for."""

    def __init__(self, app: Reloading, announce: Callable[[], None]) -> None:
        super().__init__(app, announce)
        self._reloading_app = app
        self._reloads: set[asyncio.Task[None]] = set()
        self._was_terminated = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload)
        await super().startup(sockets=sockets)
        # Nobody is answered while Python looks for garbage: .15 s among half a million objects, in
        # the midst of a question. What is there now stays, and need not be looked at again.
        gc.collect()
        gc.freeze()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._was_terminated = sig == signal.SIGTERM
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._reloading_app.tell_end()
        if self._was_terminated:
            # Clients that are about to connect are answered, and a proxy sees that others should.
            await asyncio.sleep(NOTICE_SECONDS)
        await super().shutdown(sockets=sockets)

    def _reload(self) -> None:
        task = asyncio.create_task(self._reloading_app.reload())
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)


def _reason(error: OSError | ValueError) -> str:
    """Return why an address was refused, without the address that Python adds to it."""
    if isinstance(error, OSError) and error.errno:
        # A name that cannot be resolved has a negative number, which is none of the system's.
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return str(error)

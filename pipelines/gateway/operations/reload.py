"""The gateway made anew while it serves: new settings, and no accepted request lost."""

import asyncio
import logging
import traceback
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from pipelines.errors import SankuError
from pipelines.gateway.context import Context

_LOG = logging.getLogger("sanku.gateway")
# What the server gave up waiting for is cancelled by then, and has only to notice.
_LAST_SECONDS = 1.0


class _Running:
    """One application between its start and its end, and how many requests it has in hand."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.in_hand = 0
        self._leave = asyncio.Event()
        self._idle = asyncio.Event()
        self._started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # What begins in a lifespan must end in the same task.
        self._task = asyncio.create_task(self._live())

    async def start(self) -> None:
        """Wait until it can answer; raises what kept it from that."""
        await asyncio.wait({self._task, self._started}, return_when=asyncio.FIRST_COMPLETED)
        if not self._started.done():
            await self._task

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        self.in_hand += 1
        self._idle.clear()
        try:
            await self.app(scope, receive, send)
        finally:
            self.in_hand -= 1
            if not self.in_hand:
                self._idle.set()

    async def end(self, patience_seconds: float) -> None:
        """End it once its last request is answered, or after `patience_seconds`."""
        if self.in_hand:
            try:
                async with asyncio.timeout(patience_seconds):
                    await self._idle.wait()
            except TimeoutError:
                _LOG.warning("%d requests outlast the settings they began with", self.in_hand)
        self._leave.set()
        await self._task

    async def _live(self) -> None:
        async with self.app.router.lifespan_context(self.app):
            self._started.set_result(None)
            await self._leave.wait()


class Reloading:
    """An ASGI application that hands each request to the newest one that `make` has made.

    Requests that the former one has in hand are finished by it.
    """

    def __init__(
        self, first: Starlette, make: Callable[[], Starlette], *, patience_seconds: float
    ) -> None:
        self._first = first
        self._make = make
        self._patience_seconds = patience_seconds
        self._running: _Running | None = None
        self._reloading = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or begin and end with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._running is not None:
            await self._running.serve(scope, receive, send)

    async def reload(self) -> None:
        """Make a new application and serve with it; keep the present one where that fails."""
        async with self._reloading:
            try:
                running = _Running(await run_in_threadpool(self._make))
                await running.start()
            except Exception as error:  # noqa: BLE001 - any: the former one goes on whatever it is
                told = str(error) if isinstance(error, SankuError) else type(error).__name__
                _LOG.error("not reloaded, the former settings hold: %s", told)
                return
            former, self._running = self._running, running
            _LOG.info("reloaded")
        if former is not None:
            task = asyncio.create_task(former.end(self._patience_seconds))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    def tell_end(self) -> None:
        """Let `/readyz` say that the gateway ends."""
        if self._running is not None:
            context: Context = self._running.app.state.context
            context.health.is_ending = True

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self._running = _Running(self._first)
            await self._running.start()
        except BaseException:
            told = traceback.format_exc()
            await send({"type": "lifespan.startup.failed", "message": told})
            raise
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.gather(self._running.end(_LAST_SECONDS), *self._retiring)
        await send({"type": "lifespan.shutdown.complete"})

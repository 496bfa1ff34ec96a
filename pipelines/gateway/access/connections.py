"""A connection to the gateway, ended when its other side is too slow to be a client."""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_HEADER_BYTES = 32_768
MOST_CONNECTIONS = 512
REQUEST_SECONDS = 10.0
"""For a request's headers to arrive, from the connection's or their own first byte on."""
TAKE_SECONDS = 30.0
"""For a client to take what was sent, once the buffers between are full."""


class Connection(H11Protocol):
    """Uvicorn's own, with the two bounds in time that it lacks.

    Uvicorn ends a connection that is idle after a response, and no other: one that sends nothing,
    or a header a minute, or takes nothing of its answer, would hold its place for ever.
    """

    request_seconds = REQUEST_SECONDS
    take_seconds = TAKE_SECONDS

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._request_timer = _Timer(self.loop)
        self._take_timer = _Timer(self.loop)

    # Uvicorn narrows the type of asyncio's own method in the same way.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._expect_request()

    def data_received(self, data: bytes) -> None:
        """Take what arrives; the wait for a request ends with its headers, not with each byte."""
        self._expect_request()
        super().data_received(data)
        if self._is_serving:
            self._request_timer.stop()

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what was sent."""
        super().pause_writing()
        self._take_timer.start(self.take_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on sending."""
        self._take_timer.stop()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """End every wait."""
        self._request_timer.stop()
        self._take_timer.stop()
        super().connection_lost(exc)

    @property
    def _is_serving(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect_request(self) -> None:
        if not self._is_serving:
            self._request_timer.start(self.request_seconds, self._give_up)

    def _give_up(self) -> None:
        if not self._is_serving:
            self.timeout_keep_alive_handler()


class _Timer:
    """Calls once, unless it is stopped before; starting it while it runs changes nothing."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handle: asyncio.TimerHandle | None = None

    def start(self, seconds: float, call: Callable[[], None]) -> None:
        if self._handle is None:
            self._handle = self._loop.call_later(seconds, call)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

"""Whose turn it is to embed texts for a client, so that questions find the model free."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pipelines.gateway.refusals import RefusalError

_MOST_WAITING = 4
_RETRY_AFTER_SECONDS = 5


class EmbeddingQueue:
    """Lets one request embed at a time and a few wait; more than those are refused."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold the turn while the block runs; raises `RefusalError` (503) where too many wait."""
        if self._waiting >= _MOST_WAITING:
            raise RefusalError(
                503,
                "too many texts wait to be embedded; send them again later",
                retry_after=_RETRY_AFTER_SECONDS,
            )
        self._waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._lock.release()

"""One answer for a question that a client asks again, because it believes that it failed.

OpenClaw asks up to eight times in a minute and a half. Each of them follows the one answer that is
being written, or gets the one that was given; the model is asked once.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from pipelines.answer import Answer

REPEAT_SECONDS = 120.0
_MOST_KEPT = 512
# How far the writing goes on ahead of who reads most quickly.
_PIECES_AHEAD = 64

Pieces = AsyncGenerator[str | Answer, None]


class Repeats:
    """Keeps what was answered under a key; belongs to the event loop that serves.

    A degraded answer, and one that failed, is for those alone who were waiting for it.
    """

    def __init__(self, seconds: float = REPEAT_SECONDS) -> None:
        self._seconds = seconds
        self._kept: dict[str, _Shared] = {}

    async def follow(self, key: str, begin: Callable[[], Pieces]) -> Pieces:
        """Yield the answer under `key` from its first piece on; `begin` is called if there is none.

        Raises what the answer raises. Closed by the last one who reads, it is broken off.
        """
        self._forget()
        shared = self._kept.get(key)
        if shared is None:
            shared = self._kept[key] = _Shared(begin())
        try:
            async with aclosing(shared.read()) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            if not shared.may_repeat() and self._kept.get(key) is shared:
                del self._kept[key]
            await shared.leave()

    def _forget(self) -> None:
        """Drop what is too old, and the oldest of too many."""
        too_old = time.monotonic() - self._seconds
        for key, shared in list(self._kept.items()):
            if shared.began > too_old and len(self._kept) <= _MOST_KEPT:
                break
            del self._kept[key]


class _Shared:
    """An answer that is written once, in a task of its own, and read by any number."""

    def __init__(self, source: Pieces) -> None:
        self.began = time.monotonic()
        self._pieces: list[str | Answer] = []
        self._error: Exception | None = None
        self._readers = 0
        self._read = 0
        self._moved = asyncio.Event()
        # What writes an answer may hold on to its task.
        self._task = asyncio.create_task(self._write(source))

    def may_repeat(self) -> bool:
        """Tell whether it can be read again: others read it still, or it is whole and sound."""
        if self._readers:
            return True
        last = self._pieces[-1] if self._pieces and self._task.done() else None
        return isinstance(last, Answer) and last.decision != "degraded" and self._error is None

    async def read(self) -> Pieces:
        """Yield every piece, as soon as it is written."""
        self._readers += 1
        at = 0
        try:
            while True:
                while at < len(self._pieces):
                    at += 1
                    self._read = max(self._read, at)
                    self._move()
                    yield self._pieces[at - 1]
                if self._task.done():
                    break
                await self._moved.wait()
            if self._error is not None:
                raise self._error
        finally:
            self._readers -= 1

    async def leave(self) -> None:
        """Break the writing off if nobody reads any more."""
        if not self._readers and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _write(self, source: Pieces) -> None:
        try:
            async with aclosing(source) as pieces:
                async for piece in pieces:
                    self._pieces.append(piece)
                    self._move()
                    while len(self._pieces) - self._read > _PIECES_AHEAD:
                        await self._moved.wait()
        except Exception as error:  # noqa: BLE001 - any: raised again to everyone who reads
            self._error = error
        finally:
            asyncio.get_running_loop().call_soon(self._move)

    def _move(self) -> None:
        """Wake everyone who waits for a change."""
        self._moved.set()
        self._moved = asyncio.Event()

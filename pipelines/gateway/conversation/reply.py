"""Turns a request into pieces of safe text and an ending, the same for every protocol."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pipelines.answer import Answer
from pipelines.gateway.context import Context
from pipelines.gateway.conversation.background import background_reply
from pipelines.gateway.conversation.question import Asked
from pipelines.gateway.conversation.recorder import Recording
from pipelines.gateway.operations.observation import answered
from pipelines.gateway.protocols.messages import Message
from pipelines.gateway.refusals import RefusalError, as_refusal
from pipelines.gateway.safety.safe_answer import safe_answer
from pipelines.text import digest

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known once an answer is complete."""

    about: dict[str, object] | None
    """Decision, reason, handoff, citations, version and timings; None in a background call."""
    prompt_tokens: int
    answer_tokens: int
    """Both estimated: a direct answer passes no tokenizer."""


async def reply(
    context: Context,
    asked: Asked,
    messages: Sequence[Message],
    wanted_tokens: int | None,
    recording: Recording,
) -> AsyncGenerator[str | Ending, None]:
    """Yield the reply in pieces that no front end executes, then one `Ending`; never no text.

    By the ending the pieces were taken, and `recording` is complete.
    """
    said = ""
    about: dict[str, object] | None = None
    if asked.background:
        model = context.answerer.model
        said = await background_reply(asked.background, messages, model, wanted_tokens)
        yield said
    else:
        key = _key(context, asked, recording)
        answers = context.repeats.follow(key, lambda: safe_answer(context, asked))
        async with aclosing(answers) as pieces:
            async for piece in pieces:
                if isinstance(piece, Answer):
                    about = piece.about()
                    answered(about)
                else:
                    said += piece
                    recording.begin()
                    yield piece
    recording.complete(said, about or {})
    yield Ending(about, sum(_tokens(m.text) for m in messages), _tokens(said))


def _key(context: Context, asked: Asked, recording: Recording) -> str:
    """Return what a question has in common with its repetition alone."""
    turns = [part for turn in asked.history for part in (turn.role, turn.text)]
    version = context.searcher.version().name
    return digest(recording.client, recording.conversation, version, asked.question, *turns)


async def whole(pieces: AsyncGenerator[str | Ending, None]) -> tuple[str, Ending]:
    """Return all text of a reply and its ending."""
    text, ending = "", Ending(None, 0, 0)
    async with aclosing(pieces) as stream:
        async for piece in stream:
            if isinstance(piece, Ending):
                ending = piece
            else:
                text += piece
    return text, ending


async def while_connected(receive: Receive, work: Coroutine[Any, Any, _T]) -> _T | None:
    """Return what `work` returns, or None when the client hangs up first, which cancels it.

    `work` runs in one task from beginning to end: what it awaits may hold on to its task.
    """
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_hang_up(receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await task if task.done() else None
    finally:
        task.cancel()
        gone.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class LineResponse(Response):
    """Sends lines as they are made.

    An error in front of the first line becomes a response of its own; a later one the last line.
    `recording` is handed on when all is sent, or when a client goes with its answer complete.
    """

    def __init__(
        self,
        lines: AsyncGenerator[str, None],
        *,
        media_type: str,
        error_line: Callable[[RefusalError], str],
        recording: Recording,
    ) -> None:
        self._lines = lines
        self._error_line = error_line
        self._recording = recording
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        # Proxies such as nginx would otherwise hold back what streams.
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the lines until they end or the client hangs up."""
        try:
            await while_connected(receive, self._send(send))
        finally:
            await self._recording.hand_on()

    async def _send(self, send: Send) -> None:
        started = False

        async def send_line(line: str, *, more: bool) -> None:
            nonlocal started
            if not started:
                started = True
                start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
                await send(start)
            body = line.encode()
            await send({"type": "http.response.body", "body": body, "more_body": more})

        async with aclosing(self._lines) as lines:
            try:
                async for line in lines:
                    await send_line(line, more=True)
                    # A fast source would not let the loop see that the client hung up.
                    await asyncio.sleep(0)
            except Exception as error:  # any: the client is told, and it is raised again
                if started:
                    await send_line(self._error_line(as_refusal(error)), more=False)
                raise
        await send_line("", more=False)


def _tokens(text: str) -> int:
    """Estimate tokens: about four bytes of UTF-8 each, in Chinese as in English."""
    return len(text.encode("utf-8", "replace")) // 4 + 1

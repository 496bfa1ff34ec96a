"""Ollama's HTTP interface, as far as a chat front end asks through it."""

import json
import re
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipelines.gateway.access.session import client_of
from pipelines.gateway.context import context_of, read_body
from pipelines.gateway.conversation.question import find_question
from pipelines.gateway.conversation.recorder import Recording
from pipelines.gateway.conversation.reply import Ending, LineResponse, reply, while_connected, whole
from pipelines.gateway.json_route import JsonRoute
from pipelines.gateway.protocols.messages import Message
from pipelines.gateway.protocols.model_api import iso
from pipelines.gateway.refusals import RefusalError
from pipelines.search import MAX_QUESTION

# The Ollama release whose protocol this is; Open WebUI wants dotted integers.
PROTOCOL_VERSION = "0.12.6"

_NO_TIME = re.compile(r"[-+]?0+(?:\.0*)?[a-zµ]*")

Say = Callable[[str], dict[str, Any]]
"""Returns what a line holds of a text: Ollama's `chat` and `generate` differ in it alone."""


class _Options(BaseModel):
    num_predict: int | None = None


class _AskBody(BaseModel):
    """What both ways to ask have in common; other fields are accepted and change nothing."""

    model: str
    stream: bool | None = True
    options: _Options | None = None
    format: Any = None
    keep_alive: Any = None

    @property
    def unloads(self) -> bool:
        """Whether a request without a question asks to free the model's memory."""
        return bool(_NO_TIME.fullmatch(str(self.keep_alive)))


class _ChatBody(_AskBody):
    messages: list[Message] | None = None


class _GenerateBody(_AskBody):
    prompt: str | None = None
    system: str | None = None
    images: list[Any] | None = None
    suffix: str | None = None
    raw: bool | None = False


async def version(request: Request) -> Response:
    """Return the protocol's version."""
    return JSONResponse({"version": PROTOCOL_VERSION})


async def chat(request: Request) -> Response:
    """Answer the conversation's last question, streamed unless `stream` is false."""
    body = await read_body(request, _ChatBody)
    return await _answer(request, body, body.messages or [], _as_message)


async def generate(request: Request) -> Response:
    """Answer the question in `prompt`, streamed unless `stream` is false.

    Raises `RefusalError` (400) for what only a language model could do with it.
    """
    body = await read_body(request, _GenerateBody)
    if body.suffix:
        raise RefusalError(
            400, "`suffix` is not offered: Sanku answers questions and completes no text"
        )
    if body.raw:
        raise RefusalError(
            400, "`raw` is not offered: Sanku has no template; send the question as it is"
        )
    asked = Message(role="user", content=body.prompt, images=body.images)
    rules = [Message(role="system", content=body.system)] if body.system else []
    asks = body.prompt or body.images
    return await _answer(request, body, [*rules, asked] if asks else [], _as_response)


async def _answer(request: Request, body: _AskBody, messages: list[Message], say: Say) -> Response:
    started = time.perf_counter_ns()
    context = context_of(request)
    context.check_model(body.model)
    if not messages:
        # How a client asks to load a model ahead of time, or to let go of it.
        reason = "unload" if body.unloads else "load"
        return JSONResponse(_line(body.model, say(""), done=True, done_reason=reason))
    if body.format:
        raise RefusalError(
            400,
            "`format` is not offered: an answer is text with its sources; ask without it, and "
            "read decision, citations and hand-off in the field `sanku`",
        )
    streamed = body.stream is not False
    asked = find_question(messages, longest=MAX_QUESTION, streamed=streamed)
    recording = Recording(
        context.recorder,
        request.headers,
        messages,
        asked,
        client=client_of(request).name,
        protocol="ollama",
    )
    wanted = body.options.num_predict if body.options else None
    pieces = reply(context, asked, messages, wanted, recording)
    if streamed:
        return LineResponse(
            _lines(pieces, body.model, say, started),
            media_type="application/x-ndjson",
            error_line=lambda refusal: json.dumps(refusal.body("/api/chat")) + "\n",
            recording=recording,
        )
    answer = await while_connected(request.receive, whole(pieces))
    if answer is None:
        return Response(status_code=499)
    text, ending = answer
    line = _line(body.model, say(text), done=True, **_ending(ending, started))
    return JSONResponse(line, background=BackgroundTask(recording.hand_on))


async def _lines(
    reply_pieces: AsyncGenerator[str | Ending, None], model: str, say: Say, started: int
) -> AsyncGenerator[str, None]:
    async with aclosing(reply_pieces) as pieces:
        async for piece in pieces:
            if isinstance(piece, Ending):
                line = _line(model, say(""), done=True, **_ending(piece, started))
            else:
                line = _line(model, say(piece), done=False)
            yield json.dumps(line, ensure_ascii=False) + "\n"


def _as_message(text: str) -> dict[str, Any]:
    return {"message": {"role": "assistant", "content": text}}


def _as_response(text: str) -> dict[str, Any]:
    return {"response": text}


def _line(model: str, said: dict[str, Any], *, done: bool, **more: Any) -> dict[str, Any]:
    created = iso(datetime.now(UTC))
    return {"model": model, "created_at": created, **said, "done": done, **more}


def _ending(ending: Ending, started: int) -> dict[str, Any]:
    elapsed = time.perf_counter_ns() - started
    fields: dict[str, Any] = {
        "done_reason": "stop",
        "total_duration": elapsed,
        "load_duration": 0,
        "prompt_eval_count": ending.prompt_tokens,
        "prompt_eval_duration": 0,
        "eval_count": ending.answer_tokens,
        "eval_duration": elapsed,
    }
    return fields | ({"sanku": ending.about} if ending.about else {})


ROUTES = (
    Route("/api/version", version, methods=["GET"]),
    JsonRoute("/api/chat", chat, body=_ChatBody),
    JsonRoute("/api/generate", generate, body=_GenerateBody),
)

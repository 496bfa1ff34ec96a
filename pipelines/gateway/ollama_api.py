"""Ollama's HTTP interface, as far as a chat front end uses it."""

import hashlib
import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AliasChoices, BaseModel, Field
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from pipelines.gateway.context import Context, context_of, read_body
from pipelines.gateway.messages import Message
from pipelines.gateway.question import Asked, find_question
from pipelines.gateway.recorder import Recording
from pipelines.gateway.refusals import RefusalError
from pipelines.gateway.reply import Ending, LineResponse, reply, while_connected, whole
from pipelines.ollama import full_name
from pipelines.search import MAX_QUESTION

# The Ollama release whose protocol this is; Open WebUI wants dotted integers.
PROTOCOL_VERSION = "0.12.6"
# What a front end may send. Its own prompt never reaches the model, so this is not `num_ctx`, and
# a small figure would make OpenClaw compact or refuse conversations for nothing.
_CONTEXT_LENGTH = 131_072


class _Options(BaseModel):
    num_predict: int | None = None


class _ChatBody(BaseModel):
    model: str
    messages: list[Message] = []
    stream: bool | None = True
    options: _Options | None = None


class _ShowBody(BaseModel):
    model: str = Field(validation_alias=AliasChoices("model", "name"))


async def root(request: Request) -> Response:
    """Say what Ollama says, which is how clients tell that it is there."""
    return PlainTextResponse("Ollama is running")


async def version(request: Request) -> Response:
    """Return the protocol's version."""
    return JSONResponse({"version": PROTOCOL_VERSION})


async def tags(request: Request) -> Response:
    """List the one model."""
    return JSONResponse({"models": [_card(context_of(request))]})


async def running(request: Request) -> Response:
    """List the one model as loaded."""
    expires = datetime.now(UTC) + timedelta(hours=1)
    loaded = {"expires_at": _iso(expires), "size_vram": 0, "context_length": _CONTEXT_LENGTH}
    return JSONResponse({"models": [_card(context_of(request)) | loaded]})


async def show(request: Request) -> Response:
    """Describe the model: it completes, and uses no tools.

    Without `tools` among its capabilities OpenClaw sends none and executes none.
    """
    context = context_of(request)
    context.check_model((await read_body(request, _ShowBody)).model)
    card = _card(context)
    return JSONResponse(
        {
            "modelfile": "",
            "parameters": "",
            "template": "{{ .Prompt }}",
            "details": card["details"],
            "model_info": {
                "general.architecture": "sanku",
                "general.basename": context.settings.gateway.model,
                "sanku.context_length": _CONTEXT_LENGTH,
            },
            "capabilities": ["completion"],
            "modified_at": card["modified_at"],
        }
    )


async def chat(request: Request) -> Response:
    """Answer the conversation's last question, streamed unless `stream` is false."""
    started = time.perf_counter_ns()
    context = context_of(request)
    body = await read_body(request, _ChatBody)
    context.check_model(body.model)
    if not body.messages:
        # How a client asks to load a model ahead of time.
        return JSONResponse(_line(body.model, "", done=True, done_reason="load"))
    asked = find_question(body.messages, longest=MAX_QUESTION)
    recording = Recording(context.recorder, request.headers, body.messages, asked)
    pieces = _pieces(context, body, asked, recording)
    if body.stream is not False:
        return LineResponse(
            _lines(pieces, body.model, started),
            media_type="application/x-ndjson",
            error_line=lambda refusal: json.dumps(refusal.body("/api/chat")) + "\n",
            recording=recording,
        )
    answer = await while_connected(request.receive, whole(pieces))
    if answer is None:
        return Response(status_code=499)
    text, ending = answer
    line = _line(body.model, text, done=True, **_ending(ending, started))
    return JSONResponse(line, background=BackgroundTask(recording.hand_on))


async def refuse_management(request: Request) -> Response:
    """Refuse to pull, create, copy, push or delete models: Sanku's is the published index."""
    raise RefusalError(
        403, f"`{request.url.path}` is not offered: Sanku serves one model and manages none"
    )


def _pieces(
    context: Context, body: _ChatBody, asked: Asked, recording: Recording
) -> AsyncGenerator[str | Ending, None]:
    wanted = body.options.num_predict if body.options else None
    return reply(context, asked, body.messages, wanted, recording)


async def _lines(
    reply_pieces: AsyncGenerator[str | Ending, None], model: str, started: int
) -> AsyncGenerator[str, None]:
    async with aclosing(reply_pieces) as pieces:
        async for piece in pieces:
            if isinstance(piece, Ending):
                line = _line(model, "", done=True, **_ending(piece, started))
            else:
                line = _line(model, piece, done=False)
            yield json.dumps(line, ensure_ascii=False) + "\n"


def _line(model: str, text: str, *, done: bool, **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    created = _iso(datetime.now(UTC))
    return {"model": model, "created_at": created, "message": message, "done": done, **more}


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


def _card(context: Context) -> dict[str, Any]:
    name = full_name(context.settings.gateway.model)
    return {
        "name": name,
        "model": name,
        "modified_at": _iso(context.started),
        "size": 0,
        "digest": hashlib.sha256(name.encode()).hexdigest(),
        "details": {
            "parent_model": "",
            "format": "sanku",
            "family": "sanku",
            "families": ["sanku"],
            "parameter_size": "",
            "quantization_level": "",
        },
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

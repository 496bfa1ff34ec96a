"""OpenAI's chat-completions interface, as far as a chat front end uses it."""

import json
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipelines.gateway.access.session import client_of
from pipelines.gateway.context import Context, context_of, read_body
from pipelines.gateway.conversation.question import find_question
from pipelines.gateway.conversation.recorder import Recording
from pipelines.gateway.conversation.reply import Ending, LineResponse, reply, while_connected, whole
from pipelines.gateway.json_route import JsonRoute
from pipelines.gateway.protocols.messages import Message
from pipelines.gateway.refusals import RefusalError
from pipelines.search import MAX_QUESTION


class _StreamOptions(BaseModel):
    include_usage: bool | None = False


class _ResponseFormat(BaseModel):
    type: str = "text"


class _CompletionBody(BaseModel):
    """What is read of a request; `stop`, `tools` and other fields are accepted, change nothing."""

    model: str
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = False
    stream_options: _StreamOptions | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    n: int | None = 1
    response_format: _ResponseFormat | None = None
    user: Any = None
    """Whom the front end asks for; of another type than text it is nobody."""


async def models(request: Request) -> Response:
    """List the one model."""
    return JSONResponse({"object": "list", "data": [_model(context_of(request))]})


async def model(request: Request) -> Response:
    """Describe the one model."""
    context = context_of(request)
    context.check_model(request.path_params["model"])
    return JSONResponse(_model(context))


async def completions(request: Request) -> Response:
    """Answer the conversation's last question, as server-sent events when `stream` is true."""
    context = context_of(request)
    body = await read_body(request, _CompletionBody)
    context.check_model(body.model)
    _check_offered(body)
    asked = find_question(body.messages, longest=MAX_QUESTION, streamed=bool(body.stream))
    user = body.user if isinstance(body.user, str) else ""
    recording = Recording(
        context.recorder,
        request.headers,
        body.messages,
        asked,
        user,
        client=client_of(request).name,
        protocol="openai",
    )
    wanted = body.max_completion_tokens or body.max_tokens
    pieces = reply(context, asked, body.messages, wanted, recording)
    if body.stream:
        return LineResponse(
            _events(pieces, body),
            media_type="text/event-stream",
            error_line=_error_event,
            recording=recording,
        )
    answer = await while_connected(request.receive, whole(pieces))
    if answer is None:
        return Response(status_code=499)
    text, ending = answer
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text, "refusal": None},
        "logprobs": None,
        "finish_reason": "stop",
    }
    completion = _frame("chat.completion", body.model, [choice]) | {"usage": _usage(ending)}
    return JSONResponse(
        completion | ({"sanku": ending.about} if ending.about else {}),
        background=BackgroundTask(recording.hand_on),
    )


async def refuse_other(request: Request) -> Response:
    """Refuse what OpenAI offers beside chat, pointing to what Sanku answers."""
    raise RefusalError(
        404,
        f"`{request.url.path}` is not offered: ask `/v1/chat/completions`, or take vectors from "
        "`/v1/embeddings`",
        code="unknown_url",
    )


def _check_offered(body: _CompletionBody) -> None:
    """Raise `RefusalError` for what a client would wait for in vain."""
    if body.n not in (None, 1):
        raise RefusalError(
            400, f"`n` is {body.n}: Sanku has one answer to a question; leave `n` out"
        )
    if body.response_format and body.response_format.type != "text":
        raise RefusalError(
            400,
            f"`response_format` `{body.response_format.type[:40]}` is not offered: an answer is "
            "text with its sources; leave it out, and read decision, citations and hand-off in "
            "the field `sanku`",
        )


async def _events(
    reply_pieces: AsyncGenerator[str | Ending, None], body: _CompletionBody
) -> AsyncGenerator[str, None]:
    frame = _frame("chat.completion.chunk", body.model, [])
    with_usage = body.stream_options is not None and body.stream_options.include_usage is True
    delta: dict[str, str] = {"role": "assistant"}
    async with aclosing(reply_pieces) as pieces:
        async for piece in pieces:
            if not isinstance(piece, Ending):
                yield _event(frame | {"choices": [_choice(delta | {"content": piece}, None)]})
                delta = {}
                continue
            last = frame | {"choices": [_choice({}, "stop")]}
            yield _event(last | ({"sanku": piece.about} if piece.about else {}))
            if with_usage:
                yield _event(frame | {"usage": _usage(piece)})
    yield "data: [DONE]\n\n"


def _choice(delta: dict[str, str], finish_reason: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _error_event(refusal: RefusalError) -> str:
    return _event(refusal.body("/v1"))


def _frame(kind: str, name: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    created = int(time.time())
    ident = f"chatcmpl-{uuid.uuid4().hex}"
    return {"id": ident, "object": kind, "created": created, "model": name, "choices": choices}


def _usage(ending: Ending) -> dict[str, int]:
    return {
        "prompt_tokens": ending.prompt_tokens,
        "completion_tokens": ending.answer_tokens,
        "total_tokens": ending.prompt_tokens + ending.answer_tokens,
    }


def _model(context: Context) -> dict[str, Any]:
    created = int(context.started.timestamp())
    name = context.settings.gateway.model
    return {"id": name, "object": "model", "created": created, "owned_by": "sanku"}


ROUTES = (
    Route("/v1/models", models, methods=["GET"]),
    Route("/v1/models/{model:path}", model, methods=["GET"]),
    JsonRoute("/v1/chat/completions", completions, body=_CompletionBody),
    # Clawdbot with a base URL that lacks `/v1` asks here.
    JsonRoute("/chat/completions", completions, body=_CompletionBody),
    Route("/v1/completions", refuse_other, methods=["POST"]),
    Route("/v1/responses", refuse_other, methods=["POST"]),
)

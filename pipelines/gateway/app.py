"""The gateway as an ASGI application."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.answer import Answerer
from pipelines.errors import SankuError
from pipelines.gateway import ollama_api, openai_api, search_api
from pipelines.gateway.access import Access, Limits, read_token
from pipelines.gateway.context import Context
from pipelines.gateway.health import Health
from pipelines.gateway.recorder import Recorder
from pipelines.gateway.refusals import refuse
from pipelines.ollama import Ollama
from pipelines.search import Searcher
from pipelines.settings import Settings

ROUTES = (
    Route("/", ollama_api.root, methods=["GET", "HEAD"]),
    Route("/api/version", ollama_api.version, methods=["GET"]),
    Route("/api/tags", ollama_api.tags, methods=["GET"]),
    Route("/api/ps", ollama_api.running, methods=["GET"]),
    Route("/api/show", ollama_api.show, methods=["POST"]),
    Route("/api/chat", ollama_api.chat, methods=["POST"]),
    Route("/api/pull", ollama_api.refuse_management, methods=["POST"]),
    Route("/api/push", ollama_api.refuse_management, methods=["POST"]),
    Route("/api/create", ollama_api.refuse_management, methods=["POST"]),
    Route("/api/copy", ollama_api.refuse_management, methods=["POST"]),
    Route("/api/delete", ollama_api.refuse_management, methods=["DELETE", "POST"]),
    Route("/v1/models", openai_api.models, methods=["GET"]),
    Route("/v1/models/{model:path}", openai_api.model, methods=["GET"]),
    Route("/v1/chat/completions", openai_api.completions, methods=["POST"]),
    # Clawdbot with a base URL that lacks `/v1` asks here.
    Route("/chat/completions", openai_api.completions, methods=["POST"]),
    Route("/api/search", search_api.search, methods=["POST"]),
    Route("/healthz", search_api.health, methods=["GET"]),
)


def create_app(
    settings: Settings,
    answerer: Answerer,
    searcher: Searcher,
    *,
    environ: Mapping[str, str] = os.environ,
    limits: Limits | None = None,
    recorder: Recorder | None = None,
) -> Starlette:
    """Return the gateway over `answerer` and `searcher`, which logs what `recorder` is given.

    Raises `SettingsError` when it would be reachable from elsewhere without `SANKU_TOKEN`.
    """
    token = read_token(settings.gateway, environ)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # Loading the embedding model takes seconds, which the first customer should not wait.
        await run_in_threadpool(searcher.embedder)
        # After that model: the redactor's own loading hides torch from its thread.
        async with recorder.running() if recorder else nullcontext():
            yield

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[
            Middleware(Access, gateway=settings.gateway, token=token, limits=limits or Limits())
        ],
        exception_handlers={
            HTTPException: refuse,
            SankuError: refuse,
            ClientDisconnect: _left,
            Exception: refuse,
        },
    )
    model = answerer.model if isinstance(answerer.model, Ollama) else None
    app.state.context = Context(
        settings, answerer, searcher, Health(searcher, model), datetime.now(UTC), recorder
    )
    return app


async def _left(request: Request, error: Exception) -> Response:
    """Answer a client that hung up while it was still sending; nobody reads this."""
    return Response(status_code=499)

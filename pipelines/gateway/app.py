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
from starlette.routing import BaseRoute

from pipelines.answer import Answerer
from pipelines.errors import SankuError
from pipelines.gateway import analytics_api, console, openapi_api, search_api
from pipelines.gateway.access.middleware import Access, Limits, callers
from pipelines.gateway.access.session import Sessions
from pipelines.gateway.console.failure import refuse_anyone
from pipelines.gateway.context import Context
from pipelines.gateway.conversation.recorder import Recorder
from pipelines.gateway.operations import health_api
from pipelines.gateway.operations.following import following
from pipelines.gateway.operations.health import Health
from pipelines.gateway.operations.metrics import Metrics
from pipelines.gateway.operations.watch import Watch
from pipelines.gateway.protocols import embeddings_api, mcp_api, model_api, ollama_api, openai_api
from pipelines.ollama import Ollama
from pipelines.search import Searcher
from pipelines.settings import Settings

ROUTES: tuple[BaseRoute, ...] = (
    *ollama_api.ROUTES,
    *model_api.ROUTES,
    *embeddings_api.ROUTES,
    *openai_api.ROUTES,
    *mcp_api.ROUTES,
    *search_api.ROUTES,
    *analytics_api.ROUTES,
    *health_api.ROUTES,
    *openapi_api.ROUTES,
    *console.ROUTES,
)


def create_app(
    settings: Settings,
    answerer: Answerer,
    searcher: Searcher,
    *,
    environ: Mapping[str, str] = os.environ,
    limits: Limits | None = None,
    recorder: Recorder | None = None,
    metrics: Metrics | None = None,
) -> Starlette:
    """Return the gateway over `answerer` and `searcher`, which logs what `recorder` is given.

    `metrics` go on counting what an application before this one has counted.

    Raises `SettingsError` for a token that is missing, short or shared, and when the gateway would
    be reachable from elsewhere without one.
    """
    sessions = Sessions(callers(settings, environ))
    metrics = metrics or Metrics()
    model = answerer.model if isinstance(answerer.model, Ollama) else None
    health = Health(settings, searcher, model, recorder)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # Loading the embedding model takes seconds, which the first customer should not wait.
        await run_in_threadpool(searcher.embedder)
        # After that model: the redactor's own loading hides torch from its thread.
        async with (
            recorder.running() if recorder else nullcontext(),
            following(searcher, answerer.make_ready),
        ):
            yield
        if model:
            await model.aclose()

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[
            Middleware(Watch, routes=ROUTES, metrics=metrics, health=health),
            Middleware(
                Access,
                routes=ROUTES,
                gateway=settings.gateway,
                sessions=sessions,
                limits=limits or Limits(),
            ),
        ],
        exception_handlers={
            HTTPException: refuse_anyone,
            SankuError: refuse_anyone,
            ClientDisconnect: _left,
            Exception: refuse_anyone,
        },
    )
    app.state.sessions = sessions
    app.state.metrics = metrics
    app.state.context = Context(settings, answerer, searcher, health, datetime.now(UTC), recorder)
    return app


async def _left(request: Request, error: Exception) -> Response:
    """Answer a client that hung up while it was still sending; nobody reads this."""
    return Response(status_code=499)

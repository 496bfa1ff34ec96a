"""Whether the gateway lives, can answer, and what it counts, for whoever watches it."""

from dataclasses import asdict
from typing import cast

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipelines.gateway.context import context_of
from pipelines.gateway.operations.metrics import Metrics


async def health(request: Request) -> Response:
    """Return what is published, whether the model can be reached, and how the log fares.

    Always 200 while alive.
    """
    context = context_of(request)
    report = asdict(await context.health.report())
    log = {"log": context.recorder.report()} if context.recorder else {}
    return JSONResponse(report | log)


async def ready(request: Request) -> Response:
    """Return each part that answers depend on, with its state, the reason, and since when.

    503 where questions cannot be answered; what only makes answers worse is `degraded`, and 200.
    """
    readiness = await context_of(request).health.readiness()
    parts = {
        name: {"state": part.state, "reason": part.reason, "since": part.since.isoformat()}
        for name, part in readiness.parts.items()
    }
    status = 503 if readiness.status == "unready" else 200
    return JSONResponse({"status": readiness.status, "parts": parts}, status)


async def metrics(request: Request) -> Response:
    """Return what the gateway counts, in the text format of Prometheus."""
    context = context_of(request)
    counted = cast(Metrics, request.app.state.metrics)
    readiness = await context.health.readiness()
    text = await run_in_threadpool(counted.text, context, readiness)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


ROUTES = (
    Route("/healthz", health, methods=["GET"]),
    Route("/readyz", ready, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
)

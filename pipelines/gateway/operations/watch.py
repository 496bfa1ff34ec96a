"""Every request measured and told in one line of the log, without a word of a customer."""

import logging
import re
import secrets
import time
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.gateway.operations.health import Health
from pipelines.gateway.operations.metrics import Metrics
from pipelines.gateway.operations.observation import Observation, observe

UNKNOWN_ROUTE = "unknown"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_DONE, _LEFT, _FAILED = 200, 499, 500
# Asked every few seconds by whoever watches.
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})

_LOG = logging.getLogger("sanku.gateway.requests")
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{7,63}")
# https://www.w3.org/TR/trace-context/#traceparent-header
_TRACE_PARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class Watch:
    """ASGI middleware in front of all others, access among them."""

    def __init__(
        self, app: ASGIApp, *, routes: Sequence[BaseRoute], metrics: Metrics, health: Health
    ) -> None:
        self._app = app
        self._routes = routes
        self._metrics = metrics
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, and tell of it when its answer is sent or given up."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, ident = observe(), _id_of(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = ident

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = ident
                if self._health.is_ending:
                    headers["Connection"] = "close"
            elif message.get("body") and not request.first:
                request.first = time.perf_counter()
            await send(message)

        failure = ""
        try:
            await self._app(scope, receive, watched)
        except BaseException as error:
            failure = type(error).__name__
            request.status = request.status or (_FAILED if isinstance(error, Exception) else _LEFT)
            raise
        finally:
            self._tell(scope, request, failure)

    def _tell(self, scope: Scope, request: Observation, failure: str) -> None:
        now, about = time.perf_counter(), request.about
        client = scope["state"].get("client")
        told = {
            "id": scope["state"]["request_id"],
            "method": scope["method"] if scope["method"] in _METHODS else "other",
            "route": self._route_of(scope),
            "status": request.status or _LEFT,
            "client": client.name if client else "",
            "ms": round((now - request.started) * 1000, 1),
        }
        if request.first:
            told["first_ms"] = round((request.first - request.started) * 1000, 1)
        told |= {name: about[name] for name in ("decision", "reason", "version") if name in about}
        if failure:
            told["failure"] = failure
        is_routine = told["route"] in _PROBES and told["status"] == _DONE
        _LOG.log(logging.DEBUG if is_routine else logging.INFO, "request", extra=told)
        self._metrics.count(told, about)

    def _route_of(self, scope: Scope) -> str:
        """Return the route's template, of which there are few; a path may hold anything."""
        for route in self._routes:
            if route.matches(scope)[0] is not Match.NONE:
                return str(getattr(route, "path", UNKNOWN_ROUTE))
        return UNKNOWN_ROUTE


def _id_of(headers: Headers) -> str:
    """Return the request's id as its client gave it, else a new one."""
    if trace := _TRACE_PARENT.fullmatch(headers.get("traceparent", "")):
        return trace[1]
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)

"""What customers asked, how they were answered, and what nobody could answer."""

from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.analytics import CHARTS, MOST_DAYS, OUTCOMES, ChartName, Theme, chart, figures
from pipelines.gateway.console.page import page
from pipelines.gateway.console.preferences import preferences_of
from pipelines.gateway.context import context_of
from pipelines.gateway.refusals import RefusalError

_SPANS = (7, 30, 90)
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # Opened by itself, the file may style itself and nothing else.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


def analytics(request: Request) -> Response:
    """Show the figures of the last days."""
    settings, days = context_of(request).settings, _days(request)
    return page(
        request, "analytics", "analytics",
        told=figures(settings, days), days=days, spans=_SPANS, charts=CHARTS, outcomes=OUTCOMES,
        is_logged=settings.gateway.log,
    )  # fmt: skip


def drawn(request: Request) -> Response:
    """Return one chart as an image, in the page's language and colours."""
    name, theme = request.path_params["name"], request.query_params.get("theme")
    if name not in CHARTS or theme not in ("light", "dark"):
        raise RefusalError(404, "there is no such chart")
    told = figures(context_of(request).settings, _days(request))
    language = preferences_of(request.headers).language
    image = chart(told, cast(ChartName, name), language, cast(Theme, theme))
    return Response(image, media_type="image/svg+xml", headers=_HEADERS)


def _days(request: Request) -> int:
    asked = request.query_params.get("days", "30")
    if not (asked.isascii() and asked.isdecimal()) or not 1 <= int(asked[:5]) <= MOST_DAYS:
        raise RefusalError(400, f"`days` is a number from 1 to {MOST_DAYS}")
    return int(asked)


ROUTES = (
    Route("/console/analytics", analytics, methods=["GET"]),
    Route("/console/analytics/{name}.svg", drawn, methods=["GET"]),
)

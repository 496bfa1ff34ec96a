"""Pages of the console: templates rendered for a browser, with the headers that keep them safe."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse

from pipelines.gateway.console.language import LANGUAGES, words
from pipelines.gateway.console.messages import told
from pipelines.gateway.console.preferences import THEMES, preferences_of
from pipelines.gateway.console.records import heading
from pipelines.gateway.console.static import url_of
from pipelines.records import TIERS
from pipelines.settings import Settings
from pipelines.text import clean

# Of the navigation: section -> its first page.
SECTIONS: Mapping[str, str] = {
    "ask": "/",
    "entries": "/console/entries",
    "freshness": "/console/freshness",
    "versions": "/console/versions",
    "quarantine": "/console/quarantine",
    "stale": "/console/stale",
    "similar": "/console/similar",
    "drafts": "/console/drafts",
    "analytics": "/console/analytics",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with the console's own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: its section of the navigation, and its own address."""

    section: str
    path: str
    query: Mapping[str, str]

    def with_query(self, **changed: object) -> str:
        """Return the page's address with some of its query changed; an empty value goes."""
        kept = {**self.query, **{name: str(value) for name, value in changed.items()}}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{self.path}?{query}" if query else self.path

    @property
    def here(self) -> str:
        """The page's address."""
        return self.with_query()


def page(
    request: Request, template: str, section: str = "", *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return the page of a template; `values` are what it shows."""
    return HTMLResponse(
        rendered(request, f"{template}.html.jinja", section, **values), status, HEADERS
    )


def rendered(request: Request, template: str, section: str = "", **values: Any) -> str:
    """Return a template or a part of a page as HTML, in the words that the browser prefers."""
    settings: Settings = request.app.state.context.settings
    preferences = preferences_of(Headers(scope=request.scope))
    client = request.scope.get("state", {}).get("client")
    # A form was posted there: its address shows another page, or none.
    path = request.url.path if request.method == "GET" else SECTIONS.get(section, "/")
    return (
        templates()
        .get_template(template)
        .render(
            say=words(preferences.language),
            language=preferences.language,
            languages=LANGUAGES,
            theme=preferences.theme,
            themes=THEMES,
            sections=SECTIONS,
            place=Place(section, path, dict(request.query_params)),
            company=settings.company.name,
            client=client,
            zone=ZoneInfo(settings.timezone),
            tiers=TIERS,
            **values,
        )
    )


@cache
def templates() -> Environment:
    """Return the templates, in which all that is not `Markup` is text."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.globals["asset"] = url_of
    environment.filters |= {
        "heading": heading,
        "told": told,
        "when": _when,
        "with_code": _with_code,
        "day": _day,
        "thousands": _thousands,
    }
    return environment


def _shown(value: object) -> object:
    """Take out of outside text what no page may hold: controls, and marks that turn it round."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _with_code(text: str) -> Markup:
    """Return a sentence with what stands between backticks as code, and all of it as text."""
    parts = clean(text).split("`")
    if len(parts) % 2 == 0:
        return escape(clean(text))
    code = Markup("<code>{}</code>")
    return Markup().join(
        code.format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d")


def _thousands(number: float) -> str:
    return f"{number:,.0f}"

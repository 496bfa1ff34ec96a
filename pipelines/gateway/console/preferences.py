"""In which language and colours a browser wants the console: its cookies, else its headers."""

from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipelines.gateway.console.form import read_form
from pipelines.gateway.console.language import LANGUAGES, Language, preferred

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
_LANGUAGE_COOKIE, _THEME_COOKIE = "sanku_language", "sanku_theme"
_YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a page is rendered for."""

    language: Language
    theme: Theme


def preferences_of(headers: Headers) -> Preferences:
    """Return the preferences that a request's headers tell."""
    cookies = cookie_parser(headers.get("cookie", ""))
    chosen, colours = cookies.get(_LANGUAGE_COOKIE), cookies.get(_THEME_COOKIE)
    language = next((one for one in LANGUAGES if one == chosen), None)
    theme: Theme = next((one for one in THEMES if one == colours), "auto")
    return Preferences(language or preferred(headers.get("accept-language", "")), theme)


async def choose(request: Request) -> Response:
    """Keep the language or the colours that a form chose, and go back to its page."""
    form = await read_form(request)
    response = RedirectResponse(place_within(form.get("back", "")), status_code=303)
    kept = (
        (_LANGUAGE_COOKIE, form.get("language"), LANGUAGES),
        (_THEME_COOKIE, form.get("theme"), THEMES),
    )
    for name, value, allowed in kept:
        if value is not None and value in allowed:
            response.set_cookie(name, value, max_age=_YEAR, httponly=True, samesite="strict")
    return response


def place_within(url: str) -> str:
    """Return `url` where it is a page of this console, else the first page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    inside = parts.path == "/" or parts.path.startswith("/console/")
    if parts.scheme or parts.netloc or not inside or "\\" in url or not url.isprintable():
        return "/"
    return url


ROUTES = (Route("/console/preferences", choose, methods=["POST"]),)

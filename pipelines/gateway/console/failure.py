"""What went wrong, as a page with a way out: a browser is never shown JSON."""

from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from pipelines.gateway.access.rights import is_console
from pipelines.gateway.console.page import SECTIONS, page
from pipelines.gateway.refusals import RefusalError, as_refusal, refuse

# Whoever opens a protocol's own address in a browser wants to see the protocol.
_PROTOCOLS = ("/api/", "/v1", "/chat/")
# Statuses that the page has words of its own for.
_EXPLAINED = frozenset({400, 401, 403, 404, 405, 408, 409, 413, 429, 500, 503})


def wants_page(scope: Scope) -> bool:
    """Tell whether a request comes from a browser that would show the response."""
    accepts = Headers(scope=scope).get("accept", "")
    return "text/html" in accepts and not scope["path"].startswith(_PROTOCOLS)


async def refuse_anyone(request: Request, error: Exception) -> Response:
    """Answer a request whose handling raised `error`, by a page or in its protocol's words."""
    response = await refuse(request, error)
    if not wants_page(request.scope):
        return response
    page_of_it = failure_page(request.scope, as_refusal(error))
    for name in {"allow", "connection"} & set(response.headers):
        page_of_it.headers[name] = response.headers[name]
    return page_of_it


def response_to(scope: Scope, refusal: RefusalError) -> Response:
    """Return a refusal as whoever asked can read it."""
    return failure_page(scope, refusal) if wants_page(scope) else refusal.response(scope["path"])


def failure_page(scope: Scope, refusal: RefusalError) -> Response:
    """Return a refusal as a page; a page asked for without a token leads to the login."""
    request = Request(scope)
    if refusal.status == 401 and request.method == "GET" and is_console(scope["path"]):
        back = urlencode({"next": f"{request.url.path}?{request.url.query}".rstrip("?")})
        return RedirectResponse(f"/console/login?{back}", status_code=303)
    path = scope["path"]
    response = page(
        request,
        "failure",
        _section_of(path),
        status=refusal.status,
        words_of=_words_of(refusal.status, path),
        unpublished=refusal.code == "no_index",
        message=refusal.message,
    )
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _section_of(path: str) -> str:
    """Return the section that a path is of; empty for none."""
    return next((one for one, first in SECTIONS.items() if f"{path}/".startswith(f"{first}/")), "")


def _words_of(status: int, path: str) -> str:
    """Return which words explain a status."""
    if status in (401, 403) and not is_console(path):
        return "401"  # no page of the console, or one of none at all
    if status == 401:
        return "login"
    if status in _EXPLAINED:
        return str(status)
    return "500" if status >= 500 else "400"

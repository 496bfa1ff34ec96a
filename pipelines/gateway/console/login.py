"""Logging in with a token, and out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipelines.gateway.access.session import end_session, log_in, session_cookie, sessions_of
from pipelines.gateway.console.form import read_form
from pipelines.gateway.console.page import page
from pipelines.gateway.console.preferences import place_within
from pipelines.gateway.context import context_of
from pipelines.gateway.refusals import RefusalError


async def show(request: Request) -> Response:
    """Show the form, or what to do where no token is configured."""
    return _form(request, place_within(request.query_params.get("next", "")))


async def enter(request: Request) -> Response:
    """Log in with the token of a form, and go on to the page that asked for it."""
    form = await read_form(request)
    back = place_within(form.get("next"))
    try:
        client = log_in(request, form.get("token"))
    except RefusalError as refusal:
        return _form(request, back, refusal)
    response = RedirectResponse(back, 303)
    session_cookie(request, response, client)
    return response


async def leave(request: Request) -> Response:
    """Log out."""
    response = RedirectResponse("/console/login", 303)
    end_session(response)
    return response


def _form(request: Request, back: str, refusal: RefusalError | None = None) -> Response:
    return page(
        request, "login", status=refusal.status if refusal else 200,
        back=back, refused=refusal.status if refusal else 0,
        configured=bool(sessions_of(request).clients),
        port=context_of(request).settings.gateway.port,
    )  # fmt: skip


ROUTES = (
    Route("/console/login", show, methods=["GET"]),
    Route("/console/login", enter, methods=["POST"]),
    Route("/console/logout", leave, methods=["POST"]),
)

"""The console's login, whose cookie opens the console and nothing else."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pipelines.client_settings import RIGHTS
from pipelines.errors import SankuError
from pipelines.gateway.access.clients import Client, Clients
from pipelines.gateway.access.middleware import Access, Limits
from pipelines.gateway.access.session import (
    COOKIE,
    SESSION_SECONDS,
    Sessions,
    client_of,
    end_session,
    log_in,
    require,
    session_cookie,
)
from pipelines.gateway.refusals import refuse
from pipelines.settings import Gateway
from tests.gateway.served import serving

TOKEN, OTHER = "0123456789abcdef", "fedcba9876543210"
COMPANY = Client("company", RIGHTS)
CLIENTS = Clients([(COMPANY, TOKEN), (Client("shop", frozenset({"ask"})), OTHER)])


async def login(request: Request) -> Response:
    client = log_in(request, (await request.body()).decode())
    response = PlainTextResponse(client.name)
    session_cookie(request, response, client)
    return response


async def logout(request: Request) -> Response:
    response = PlainTextResponse("")
    end_session(response)
    return response


async def page(request: Request) -> Response:
    return PlainTextResponse(client_of(request).name)


async def change(request: Request) -> Response:
    return PlainTextResponse(require(request, "manage").name)


def console(clients: Clients) -> Starlette:
    """An application with the pages of a console, behind the access of the gateway."""
    sessions = Sessions(clients)
    routes = [
        Route("/", page),
        Route("/console/login", login, methods=["POST"]),
        Route("/console/logout", logout, methods=["POST"]),
        Route("/console/page", page),
        Route("/console/change", change, methods=["POST"]),
        Route("/api/tags", page),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Access, routes=routes, gateway=Gateway(), sessions=sessions, limits=Limits())
        ],
        exception_handlers={SankuError: refuse},
    )
    app.state.sessions = sessions
    return app


@pytest.fixture
def url() -> Iterator[str]:
    with serving(console(CLIENTS)) as base:
        yield base


def client_for(url: str, **more: Any) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False, headers={"Origin": url}, **more)


def test_a_right_token_opens_the_console_and_nothing_else(url: str) -> None:
    with client_for(url) as browser:
        assert browser.get("/console/page").status_code == 401
        logged_in = browser.post("/console/login", content=TOKEN)
        assert logged_in.text == "company"
        said = logged_in.headers["set-cookie"]
        assert TOKEN not in said
        assert {"HttpOnly", "SameSite=strict", "Path=/", f"Max-Age={SESSION_SECONDS}"} <= set(
            said.split("; ")
        )
        assert "Secure" not in said
        assert browser.get("/").text == browser.get("/console/page").text == "company"
        assert browser.post("/console/change").text == "company"
        assert browser.get("/api/tags").status_code == 401
        browser.post("/console/logout")
        assert browser.get("/console/page").status_code == 401


def test_behind_https_the_cookie_is_for_https_alone(url: str) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    with client_for(url) as browser:
        logged_in = browser.post("/console/login", content=TOKEN, headers=headers)
    assert "; Secure" in logged_in.headers["set-cookie"]


def test_a_form_is_believed_only_with_the_origin_of_the_gateway(url: str) -> None:
    cookie = {"Cookie": f"{COOKIE}={Sessions(CLIENTS).cookie(COMPANY)}"}
    for headers, status in (
        ({}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": url}, 200),
    ):
        response = httpx.post(f"{url}/console/change", headers=cookie | headers)
        assert response.status_code == status, headers
    assert httpx.get(f"{url}/console/page", headers=cookie).status_code == 200


def test_a_page_is_sent_to_the_login_and_a_program_is_told(url: str) -> None:
    for path in ("/", "/console/page"):
        shown = httpx.get(url + path, headers={"Accept": "text/html,*/*;q=0.8"})
        assert shown.status_code == 303
        assert shown.headers["location"] == f"/console/login?{urlencode({'next': path})}"
    for path, accept in (("/", "*/*"), ("/api/tags", "text/html")):
        assert httpx.get(url + path, headers={"Accept": accept}).status_code == 401


def test_a_token_that_is_wrong_or_may_not_look_is_refused(url: str) -> None:
    for token, status in (("wrong", 401), ("", 401), ("三库" * 8, 401), (OTHER, 403)):
        response = httpx.post(f"{url}/console/login", content=token)
        assert response.status_code == status
        assert "set-cookie" not in response.headers


def test_attempts_to_log_in_are_few(url: str) -> None:
    tried = [httpx.post(f"{url}/console/login", content=f"guess {n}") for n in range(11)]
    assert [response.status_code for response in tried] == [401] * 10 + [429]
    assert int(tried[-1].headers["retry-after"]) > 0
    assert httpx.post(f"{url}/console/login", content=TOKEN).status_code == 429


def test_a_cookie_is_forged_aged_or_altered_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(CLIENTS)
    cookie = sessions.cookie(COMPANY)
    until, name, mac = cookie.split(".")
    assert sessions.client(cookie) == COMPANY
    for forged in (
        "",
        "..",
        f"{int(until) + 1}.{name}.{mac}",
        f"{until}.shop.{mac}",
        f"{until}.{name}.{mac[:-1]}",
        f"{until}.{name}.",
        f"٣{until}.{name}.{mac}",
        f"-{until}.{name}.{mac}",
        f"{until}.{name}.三{mac}",
    ):
        assert sessions.client(forged) is None, forged
    assert Sessions(Clients([(COMPANY, OTHER)])).client(cookie) is None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + SESSION_SECONDS + 1)
    assert sessions.client(cookie) is None


def test_without_a_token_this_machine_looks_and_changes_nothing() -> None:
    with serving(console(Clients())) as url:
        assert httpx.get(f"{url}/console/page").text == "local"
        refused = httpx.post(f"{url}/console/change", headers={"Origin": url})
        assert refused.status_code == 403
        assert "set `SANKU_TOKEN`" in refused.json()["error"]
        assert httpx.post(f"{url}/console/login", content="").status_code == 401

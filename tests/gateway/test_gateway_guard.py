"""Each route against each reason to refuse: a new route is tried by being there."""

import re
import socket
from collections.abc import Iterator, Set
from itertools import chain, combinations

import httpx
import pytest
from starlette.routing import Match, Route

from pipelines.client_settings import RIGHTS
from pipelines.gateway.access.rights import is_console, is_open, needed_for
from pipelines.gateway.app import ROUTES
from tests.gateway.served import ANSWER, ScriptedAnswerer, app_for, serving, settings_for

MOST_BYTES = 1_000_000
CALLS = sorted(
    {
        (method, re.sub(r"\{[^}]+\}", "sanku", route.path))
        for route in ROUTES
        if isinstance(route, Route)
        for method in route.methods or ()
    }
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}


def name_of(may: Set[str]) -> str:
    return "_".join(sorted(may))


def token_of(may: Set[str]) -> str:
    return f"the-token-of-{name_of(may)}-and-nobody-else"


def with_rights(may: Set[str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(may)}"}


EVERYTHING = with_rights(RIGHTS)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a gateway that knows a caller for each set of rights."""
    every = chain.from_iterable(combinations(sorted(RIGHTS), count) for count in range(1, 5))
    sets = [frozenset(may) for may in every]
    tables = [
        {"name": name_of(may), "token_env": f"TOKEN_{name_of(may)}", "may": may} for may in sets
    ]
    environ = {f"TOKEN_{name_of(may)}": token_of(may) for may in sets}
    # Some of these calls write: not into the checkout's own warehouse.
    settings = settings_for(client=tables, warehouse=tmp_path_factory.mktemp("warehouse"))
    app = app_for(ScriptedAnswerer(ANSWER), settings=settings, environ=environ)
    with serving(app) as url, httpx.Client(base_url=url, trust_env=False, timeout=10) as client:
        yield client


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_token_is_needed_and_the_right_one(client: httpx.Client, method: str, path: str) -> None:
    wrong: list[dict[str, str]] = [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {token_of(RIGHTS)}"},
    ]
    statuses = {client.request(method, path, headers=headers).status_code for headers in wrong}
    if is_open(path):
        assert 401 not in statuses
    else:
        assert statuses == {401}
    assert client.request(method, path, headers=EVERYTHING).status_code != 401


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_client_needs_each_right_of_a_route_and_no_other(
    client: httpx.Client, method: str, path: str
) -> None:
    needed = needed_for(path)
    assert needed != RIGHTS, "nobody has said in `rights.py` what this route needs"
    for right in needed:
        refused = client.request(method, path, headers=with_rights(RIGHTS - {right}))
        assert refused.status_code == 403
        assert method == "HEAD" or f"may not `{right}`" in refused.text
    # A page shows what a form on it then needs more rights to change.
    changes = {"manage"} if (method, is_console(path)) == ("POST", True) else set()
    enough = with_rights(needed | changes or {"search"})
    allowed = client.request(method, path, headers=enough)
    assert allowed.status_code != 401
    assert "may not" not in allowed.text


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {f"X-Many-{number}": "x" for number in range(101)},
    ],
    ids=["host", "origin", "no origin", "headers"],
)
def test_a_request_from_elsewhere_or_with_too_many_headers_is_refused(
    client: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    response = client.request(method, path, headers=EVERYTHING | headers)
    assert response.status_code == (431 if len(headers) > 1 else 403)
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_body_that_is_too_large_is_refused_before_it_is_sent(
    client: httpx.Client, method: str, path: str
) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), 5) as sent:
        lines = (
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1\r\nAuthorization: {EVERYTHING['Authorization']}",
            f"Content-Length: {MOST_BYTES + 1}\r\n\r\n",
        )
        sent.sendall("\r\n".join(lines).encode())
        assert b" 413 " in sent.recv(100)


@pytest.mark.parametrize("path", sorted({path for method, path in CALLS if method == "POST"}))
def test_a_body_without_a_length_is_not_read_beyond_the_limit(
    client: httpx.Client, path: str
) -> None:
    pieces = iter([b" " * 50_000] * (MOST_BYTES // 50_000 + 1))
    kind = "application/x-www-form-urlencoded" if is_console(path) else "application/json"
    response = client.post(path, headers=EVERYTHING | {"Content-Type": kind}, content=pieces)
    # Those two take nothing, and so read nothing.
    if path not in {"/console/logout", "/console/drafts/make"}:
        # 403 and 404: what is refused whatever it says is not read either.
        assert response.status_code in {403, 404, 413}


@pytest.mark.parametrize("path", sorted({path for _, path in CALLS}))
def test_a_method_that_a_route_lacks_is_told(client: httpx.Client, path: str) -> None:
    for method in METHODS - methods_of(path):
        response = client.request(method, path, headers=EVERYTHING)
        assert response.status_code == 405, (method, path)
        assert response.headers["Allow"]


def methods_of(path: str) -> set[str]:
    """Return the methods of all routes that match `path`, of which one may be another's page."""
    scopes = {method: {"type": "http", "path": path, "method": method} for method in METHODS}
    return {
        method
        for method, scope in scopes.items()
        if any(route.matches(scope)[0] is Match.FULL for route in ROUTES)
    }

"""Who may call: every route, every header, every limit."""

import asyncio
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from pipelines.client_settings import RIGHTS
from pipelines.errors import SettingsError
from pipelines.gateway.access.clients import Client, Clients
from pipelines.gateway.access.middleware import Access, Limits, is_loopback
from pipelines.gateway.access.session import Sessions
from pipelines.gateway.app import ROUTES
from pipelines.settings import Gateway
from tests.gateway.served import ANSWER, ScriptedAnswerer, app_for, serving, settings_for

TOKEN = "a-long-random-text"
EVERYWHERE = str(ipaddress.IPv4Address(0))
OPEN = {
    "/healthz",
    "/readyz",
    "/console/login",
    "/console/preferences",
    "/console/static/{name}",
}
GUARDED = {
    "/api/generate",
    "/api/embed",
    "/api/embeddings",
    "/api/blobs/{digest}",
    "/v1/embeddings",
    "/v1/completions",
    "/v1/responses",
    "/mcp",
    "/",
    "/metrics",
    "/openapi.json",
    "/api/version",
    "/api/tags",
    "/api/ps",
    "/api/show",
    "/api/chat",
    "/api/pull",
    "/api/push",
    "/api/create",
    "/api/copy",
    "/api/delete",
    "/api/search",
    "/api/analytics",
    "/console/ask",
    "/console/entries",
    "/console/entries/{id}",
    "/console/freshness",
    "/console/versions",
    "/console/versions/compare",
    "/console/versions/rollback",
    "/console/versions/{name}",
    "/console/quarantine",
    "/console/stale",
    "/console/similar",
    "/console/drafts",
    "/console/drafts/make",
    "/console/analytics",
    "/console/analytics/{name}.svg",
    "/console/logout",
    "/v1/models",
    "/v1/models/{model:path}",
    "/v1/chat/completions",
    "/chat/completions",
}
CHAT = {"model": "sanku", "stream": False, "messages": [{"role": "user", "content": "你好"}]}


@pytest.fixture(scope="module")
def guarded_url() -> Iterator[str]:
    with serving(app_for(ScriptedAnswerer(ANSWER), token=TOKEN)) as base:
        yield base


async def _nothing() -> Message:
    """Receive what no test sends."""
    return {"type": "http.disconnect"}


def routes() -> list[Route]:
    app = app_for(ScriptedAnswerer(ANSWER))
    assert all(isinstance(route, Route) for route in app.routes)
    return [route for route in app.routes if isinstance(route, Route)]


def test_every_route_is_listed_here_as_open_or_guarded() -> None:
    assert {route.path for route in routes()} == OPEN | GUARDED


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {TOKEN}"}],
    ids=["no token", "wrong token", "token"],
)
@pytest.mark.parametrize(
    "path",
    ["/nothing", "/api", "/api/nothing", "/v1", "/v1/nothing", "/mcp/nothing", "/console/nothing"],
)
def test_a_path_of_no_route_is_not_found_whoever_asks(
    guarded_url: str, path: str, headers: dict[str, str]
) -> None:
    for method in ("GET", "POST", "DELETE"):
        response = httpx.request(method, guarded_url + path, headers=headers)
        assert response.status_code == 404, method
        error = response.json()["error"]
        assert isinstance(error, dict) == path.startswith("/v1")


def test_the_slash_behind_a_path_opens_nothing(guarded_url: str) -> None:
    assert httpx.get(f"{guarded_url}/v1/models/").status_code == 401
    assert httpx.get(f"{guarded_url}/console/quarantine/").status_code == 401


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN.upper()}",
        f"Bearer Bearer {TOKEN}",
        f"Token {TOKEN}",
        TOKEN,
        "Bearer ollama-local",
    ],
)
def test_a_token_is_right_or_wrong_as_a_whole(guarded_url: str, value: str) -> None:
    response = httpx.get(f"{guarded_url}/v1/models", headers={"Authorization": value})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["error"]["code"] == "invalid_api_key"


def test_two_tokens_or_a_token_in_strange_letters_are_refused(guarded_url: str) -> None:
    twice = [("Authorization", f"Bearer {TOKEN}"), ("Authorization", "Bearer other")]
    assert httpx.get(f"{guarded_url}/api/tags", headers=twice).status_code == 401
    strange = [(b"Authorization", b"Bearer \xe4\xb8\x89")]
    assert httpx.get(f"{guarded_url}/api/tags", headers=strange).status_code == 401


def test_without_a_token_any_key_of_a_client_is_accepted(url: str) -> None:
    headers = {"Authorization": "Bearer ollama-local"}
    assert httpx.get(f"{url}/api/tags", headers=headers).status_code == 200


@pytest.mark.parametrize("host", [EVERYWHERE, "192.168.1.5", "::", "sanku.example.com"])
def test_no_other_address_than_loopback_without_a_token(host: str) -> None:
    open_to_others = settings_for(gateway={"host": host})
    with pytest.raises(SettingsError, match="SANKU_TOKEN"):
        app_for(ScriptedAnswerer(ANSWER), settings=open_to_others, token="  ")
    app_for(ScriptedAnswerer(ANSWER), settings=open_to_others, token=TOKEN)


def test_what_counts_as_loopback() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"]))
    others = [
        EVERYWHERE,
        "::",
        "10.0.0.1",
        "127.1",
        "2130706433",
        "localhost.",
        "",
        "::ffff:7f00:1",
    ]
    assert not any(map(is_loopback, others))


def statuses_for(url: str, header: str, value: str) -> set[int]:
    headers = {header: value}
    return {
        httpx.get(f"{url}/healthz", headers=headers).status_code,
        httpx.get(f"{url}/api/tags", headers=headers).status_code,
        httpx.post(f"{url}/api/chat", headers=headers, json=CHAT).status_code,
    }


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:11435", "localhost:80", "LocalHost", "[::1]", "[::1]:11435"]
)
def test_a_host_of_this_machine_is_served(url: str, host: str) -> None:
    assert statuses_for(url, "Host", host) == {200}


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:11435",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost.",
        "127.0.0.1.:80",
        "127.1",
        "0x7f000001",
        "2130706433",
        EVERYWHERE,
        "[::]",
        "[fe80::1]:80",
        "[::ffff:10.0.0.1]",
        "::1",
        "[::1",
        "::1]:80",
        "user@localhost",
        "localhost:80:80",
        "localhost/evil",
        "localhost evil",
        "",
    ],
)
def test_a_host_that_may_be_rebound_is_refused(url: str, host: str) -> None:
    assert statuses_for(url, "Host", host) <= {400, 403}


def test_a_request_without_a_host_or_with_two_is_refused(url: str) -> None:
    address = urlsplit(url)
    for hosts in ("", "Host: localhost\r\nHost: evil.example\r\n"):
        with socket.create_connection((address.hostname, address.port), 5) as connection:
            connection.sendall(
                f"GET /api/tags HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode()
            )
            assert b" 400 " in connection.recv(100)


def test_a_request_line_with_a_foreign_address_reaches_no_route(url: str) -> None:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), 5) as connection:
        line = "GET http://evil.example/api/tags HTTP/1.1"
        connection.sendall(f"{line}\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
        assert b" 403 " in connection.recv(100)


def test_the_page_of_another_site_is_refused_and_our_own_is_not(url: str) -> None:
    host = urlsplit(url).netloc
    for origin in (
        "http://evil.example",
        "null",
        "http://localhost:1",
        f"http://{host}.evil.example",
        f"http://{host}@evil.example",
        "file://",
        "",
    ):
        assert statuses_for(url, "Origin", origin) == {403}, origin
    assert statuses_for(url, "Origin", f"http://{host}") == {200}


def test_no_answer_invites_another_site(url: str) -> None:
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    refused = httpx.options(f"{url}/api/chat", headers=headers)
    assert refused.status_code == 403
    for response in (refused, httpx.get(f"{url}/api/tags")):
        assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_gateway_on_another_address_takes_any_name_with_the_token() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        served.append(scope)

    async def send(message: Message) -> None:
        sent.append(message)

    served: list[Scope] = []
    sent: list[Message] = []
    sessions = Sessions(Clients([(Client("company", RIGHTS), TOKEN)]))
    gateway = Gateway(host=EVERYWHERE)
    access = Access(app, routes=ROUTES, gateway=gateway, sessions=sessions, limits=Limits())
    for token, expected in ((TOKEN, 1), ("wrong", 0)):
        served.clear()
        headers = [(b"host", b"sanku.lan:11435"), (b"authorization", f"Bearer {token}".encode())]
        scope = {"type": "http", "path": "/api/tags", "headers": headers, "method": "GET"}
        asyncio.run(access(scope, _nothing, send))
        assert len(served) == expected


def test_a_websocket_is_closed() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    app = app_for(ScriptedAnswerer(ANSWER))
    scope = {"type": "websocket", "path": "/api/chat", "headers": []}
    asyncio.run(app(scope, _nothing, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_a_body_is_bounded_with_and_without_its_length() -> None:
    small = Limits(body_bytes=2_000)
    with serving(app_for(ScriptedAnswerer(ANSWER), limits=small)) as url:
        assert httpx.post(f"{url}/api/chat", json=CHAT).status_code == 200
        assert httpx.post(f"{url}/api/chat", content=b"x" * 2_001).status_code == 413
        assert httpx.post(f"{url}/v1/models", content=b"x" * 2_001).status_code == 413
        pieces = iter([b" " * 500] * 5)
        response = httpx.post(f"{url}/v1/chat/completions", content=pieces)
        assert response.status_code == 413
        assert response.json()["error"]["code"] == "request_too_large"
        assert "pictures are not read" in response.json()["error"]["message"]


def test_a_body_that_never_arrives_is_given_up() -> None:
    hasty = Limits(body_seconds=0.3)
    with serving(app_for(ScriptedAnswerer(ANSWER), limits=hasty)) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port), 5) as connection:
            head = b"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{"
            connection.sendall(head)
            assert b" 408 " in connection.recv(100)


def test_overload_is_said_at_once_and_what_was_accepted_is_answered() -> None:
    go_on = threading.Event()
    slow = ScriptedAnswerer(["第一句。\n", go_on, "第二句。"])
    with serving(app_for(slow, limits=Limits(in_flight=2))) as url, ThreadPoolExecutor(2) as pool:

        def ask(question: str) -> httpx.Response:
            body = CHAT | {"messages": [{"role": "user", "content": question}]}
            return httpx.post(f"{url}/api/chat", json=body, timeout=10)

        accepted = [pool.submit(ask, "怎么退款？"), pool.submit(ask, "怎么开票？")]
        while len(slow.asked) < 2:
            time.sleep(0.01)
        started = time.monotonic()
        refused = httpx.post(f"{url}/v1/chat/completions", json=CHAT)
        assert time.monotonic() - started < 1
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["error"]["type"] == "server_error"
        assert httpx.get(f"{url}/healthz").status_code == 200
        go_on.set()
        assert [future.result().status_code for future in accepted] == [200, 200]
        assert ask("怎么退款？").status_code == 200

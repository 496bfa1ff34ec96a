"""Connections that are slow on purpose end; those of real clients do not."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from pipelines.gateway.access.connections import MOST_HEADER_BYTES, Connection
from tests.gateway.served import ANSWER, MESSAGES, ScriptedAnswerer, app_for, serving

SECONDS = 0.4
CHAT = {"model": "sanku", "messages": MESSAGES}


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """Where a gateway listens that waits for no more than `SECONDS`."""
    monkeypatch.setattr(Connection, "request_seconds", SECONDS)
    monkeypatch.setattr(Connection, "take_seconds", SECONDS)
    with serving(app_for(ScriptedAnswerer(ANSWER))) as url:
        place = urlsplit(url)
        yield place.hostname or "", place.port or 0


def ends_within(connection: socket.socket, seconds: float) -> bool:
    """Tell whether the other side closes in time, whatever it still says."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True
    return True


@pytest.mark.parametrize("sent", [b"", b"GET /api/tags HTTP/1.1\r\nHost: localhost\r\nX: "])
def test_a_connection_without_a_whole_request_ends(address: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(address, 5) as connection:
        connection.sendall(sent)
        assert ends_within(connection, 5)


def test_a_byte_now_and_then_does_not_keep_a_connection(address: tuple[str, int]) -> None:
    with socket.create_connection(address, 5) as connection:
        started = time.monotonic()
        connection.sendall(b"GET /api/tags HTTP/1.1\r\nX: ")
        with suppress(OSError):  # a pipe or a reset, as the system likes
            while time.monotonic() - started < 5:
                connection.sendall(b"x")
                time.sleep(SECONDS / 8)
        assert SECONDS <= time.monotonic() - started < 3


def test_a_second_request_has_as_long_as_the_first(address: tuple[str, int]) -> None:
    whole = b"GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(address, 5) as connection:
        connection.sendall(whole)
        assert b" 200 " in connection.recv(1000)
        connection.sendall(whole[:20])
        assert ends_within(connection, 5)


def test_a_kept_connection_serves_as_long_as_requests_come(address: tuple[str, int]) -> None:
    base = f"http://{address[0]}:{address[1]}"
    with httpx.Client(base_url=base, trust_env=False) as client:
        for _ in range(6):
            assert client.get("/api/version").status_code == 200
            time.sleep(SECONDS / 3)


def test_an_idle_connection_outlives_those_that_httpx_keeps(address: tuple[str, int]) -> None:
    request = b"GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(address, 5) as connection:
        connection.sendall(request)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        time.sleep(httpx.Limits().keepalive_expiry + 0.5)
        connection.sendall(request)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")


def test_an_answer_takes_longer_than_a_request_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "request_seconds", SECONDS)
    go_on = threading.Event()
    with serving(app_for(ScriptedAnswerer(["第一句。\n", go_on, "第二句。"]))) as url:
        threading.Timer(SECONDS * 2, go_on.set).start()
        assert "第二句" in httpx.post(f"{url}/api/chat", json=CHAT, timeout=10).text


def test_a_client_that_takes_nothing_loses_its_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Connection, "take_seconds", SECONDS)
    given_up = threading.Event()

    async def endless(request: Request) -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 100_000
                    await asyncio.sleep(0)
            finally:
                given_up.set()

        return StreamingResponse(pieces())

    with serving(Starlette(routes=[Route("/", endless)])) as url:
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port), 5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert given_up.wait(10)


def test_headers_are_bounded_in_bytes(address: tuple[str, int]) -> None:
    with socket.create_connection(address, 5) as connection:
        connection.sendall(b"GET /api/tags HTTP/1.1\r\nHost: localhost\r\nX: ")
        connection.sendall(b"x" * MOST_HEADER_BYTES)
        assert b" 400 " in connection.recv(100)

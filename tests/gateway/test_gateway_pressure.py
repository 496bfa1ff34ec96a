"""Clients that leave in the middle, and more of them than can be served."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from pipelines import settings as configured
from pipelines.answer import Answer
from pipelines.followup import Turn
from pipelines.gateway.access.middleware import Limits
from pipelines.ollama import Ollama
from tests.fake_ollama import FakeOllama
from tests.gateway.served import ScriptedAnswerer, app_for, serving

DISCONNECTS, AT_ONCE = 200, 20


class RelayingAnswerer(ScriptedAnswerer):
    """Passes on what the model says, and remembers the loop in which it does."""

    loop: asyncio.AbstractEventLoop | None = None

    async def stream(
        self, question: str, history: Sequence[Turn] = ()
    ) -> AsyncIterator[str | Answer]:
        self.loop = asyncio.get_running_loop()
        assert self.model is not None
        async for piece in self.model.chat([{"role": "user", "content": question}], num_predict=64):
            yield piece


def send(url: str, question: str) -> socket.socket:
    """Ask on a connection of its own; the answer streams."""
    address = urlsplit(url)
    messages = [{"role": "user", "content": question}]
    body = json.dumps({"model": "sanku", "messages": messages, "stream": True}).encode()
    connection = socket.create_connection((str(address.hostname), int(address.port or 0)), 20)
    head = f"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)
    return connection


def read_until(connection: socket.socket, wanted: bytes) -> bytes:
    read = b""
    while wanted not in read:
        more = connection.recv(65_536)
        assert more, read
        read += more
    return read


def wait_for(is_so: object, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_two_hundred_clients_who_leave_in_the_middle_leave_nothing_behind() -> None:
    with FakeOllama(["第一句。\n", "第二句。\n", "第三句。\n", "第四句。\n"]) as fake:
        fake.behave("hang_midway")
        # All share one process: where the machine gives it no time for two seconds, the usual limit
        # on connecting passes although the fake has accepted.
        model = Ollama(configured.Ollama(url=fake.url, model=fake.model, connect_seconds=30))
        answerer = RelayingAnswerer([], model)
        with serving(app_for(answerer, limits=Limits(in_flight=AT_ONCE))) as url:

            def leave(number: int) -> None:
                with send(url, f"问题 {number}") as connection:
                    read_until(connection, "第一句".encode())

            leave(-1)
            wait_for(lambda: fake.abandoned == 1)
            assert answerer.loop is not None
            before = len(asyncio.all_tasks(answerer.loop))
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for first in range(0, DISCONNECTS, AT_ONCE):
                    # Each wave needs every place, so that one that stays taken is a refusal.
                    list(pool.map(leave, range(first, first + AT_ONCE)))
                    wait_for(lambda first=first: fake.abandoned == first + AT_ONCE + 1)
            wait_for(lambda: len(asyncio.all_tasks(answerer.loop)) <= before)
            assert len(fake.chats) == DISCONNECTS + 1
            wait_for(lambda: not fake._connections)


def test_too_many_are_refused_at_once_and_those_accepted_stay_fast() -> None:
    gate = threading.Event()
    answerer = ScriptedAnswerer(["第一句。\n", gate, "第二句。\n"])
    with serving(app_for(answerer, limits=Limits(in_flight=8))) as url:
        accepted = [send(url, f"问题 {number}") for number in range(8)]
        for connection in accepted:
            read_until(connection, "第一句".encode())
        waits = []
        for number in range(60):
            started = time.perf_counter()
            with send(url, f"多出来的问题 {number}") as refused:
                response = read_until(refused, b"\r\n\r\n").lower()
            waits.append(time.perf_counter() - started)
            assert response.startswith(b"http/1.1 503")
            assert b"\r\nretry-after: " in response
        assert sorted(waits)[int(0.9 * len(waits))] < 0.1
        started = time.perf_counter()
        gate.set()
        for connection in accepted:
            with connection:
                read_until(connection, b'"done": true')
        assert time.perf_counter() - started < 1

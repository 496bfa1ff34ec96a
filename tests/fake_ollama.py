"""A server that speaks Ollama's protocol and can be told to misbehave in the ways Ollama does.

with FakeOllama("答案是 42。") as ollama:
    ...                                  # ollama.url, ollama.model
    ollama.behave("hang")                # from the next request on
    assert ollama.chats[-1]["think"] is False
"""

import asyncio
import hashlib
import json
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

Messages = list[dict[str, Any]]
AnswerWith = str | list[str] | Callable[[Messages], str | list[str]]

Behaviour = Literal[
    "answer",
    "refuse",  # nothing listens on the port
    "hang",  # accepts the request and sends nothing, ever
    "hang_midway",  # half an answer, then silence
    "server_error",  # 500
    "busy",  # 503
    "missing_model",  # 404, and not listed
    "too_long",  # 400, as for a prompt longer than the context with `truncate: false`
    "garbage",  # a line that is no JSON
    "length",  # half an answer, because that is all `num_predict` allows
    "cut",  # the connection breaks mid-stream
    "no_done",  # the stream ends without `done`
    "error_midway",  # `{"error": …}` after half an answer, status 200
    "empty",  # `done` without a word
    "empty_length",  # the same because thinking used up `num_predict`
    "think_block",  # `<think>…</think>` in front of the answer, in its text
    "think_spill",  # the same without the opening tag
    "drip",  # one byte of the response a second
    "many_requests",  # 429
    "out_of_memory",  # 500, as when the model does not fit
    "endless",  # an answer that never ends
    "endless_line",  # a line that never ends
    "silent_truncation",  # drops what does not fit and answers 200
]

_THOUGHT = "好的，用户在问这个问题。我先看看资料里怎么说。"
_TOO_LONG = (
    "the prompt is longer than the context length currently available to the model; shorten the "
    "prompt, adjust the context length in settings, or use a model with a longer context length"
)


@dataclass(frozen=True)
class Recorded:
    """One request as it arrived; `body` is None when it carried none."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any] | None


class FakeOllama:
    """Ollama on a free loopback port, in a thread of its own; a context manager."""

    def __init__(
        self,
        answer: AnswerWith = "您好，请在「设置」里操作。[1]",
        *,
        model: str = "qwen3:32b",
        first_token_seconds: float = 0.0,
    ) -> None:
        self.model = model
        self.requests: list[Recorded] = []
        self.abandoned = 0
        """How many chats the client left before their end."""
        self._answer = answer
        self._first_token_seconds = first_token_seconds
        self._behaviour: Behaviour = "answer"
        self._port = 0
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens; the same before, during and after `refuse`."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The bodies of the `/api/chat` requests so far."""
        return [r.body for r in self.requests if r.path == "/api/chat" and r.body is not None]

    def behave(
        self,
        behaviour: Behaviour = "answer",
        *,
        answer: AnswerWith | None = None,
        first_token_seconds: float | None = None,
    ) -> None:
        """Change how the next requests are answered; what is not named stays."""
        self._answer = self._answer if answer is None else answer
        if first_token_seconds is not None:
            self._first_token_seconds = first_token_seconds
        self._behaviour = behaviour
        self._run(self._close_listener() if behaviour == "refuse" else self._listen())

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._shut_down())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def _close_listener(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _shut_down(self) -> None:
        await self._close_listener()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            pass  # shutting down; asyncio would print the cancellation of its own handler
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read_request(reader)
        self.requests.append(request)
        if request.path != "/api/chat":
            await _send_json(writer, *self._describe(request))
            return
        work = asyncio.ensure_future(self._chat(request.body or {}, writer))
        # After the whole request a client sends nothing more, so an end of input is a hang-up.
        gone = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                self.abandoned += 1
            elif error := work.exception():
                raise error
        finally:
            work.cancel()
            gone.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)

    def _describe(self, request: Recorded) -> tuple[int, Any]:
        match request.path:
            case "/api/version":
                return 200, {"version": "0.12.6"}
            case "/api/tags" | "/api/ps":
                return 200, {"models": [] if self._behaviour == "missing_model" else [self._card()]}
            case "/api/show":
                return 200, {"details": {}, "model_info": {}, "capabilities": ["completion"]}
            case _:
                return 404, {"error": "404 page not found"}

    def _card(self) -> dict[str, Any]:
        return {
            "name": self.model,
            "model": self.model,
            "modified_at": "2026-11-01T08:00:00Z",
            "size": 20_201_253_588,
            "digest": hashlib.sha256(self.model.encode()).hexdigest(),
            "details": {"format": "gguf", "family": "qwen3", "parameter_size": "32.8B"},
        }

    async def _chat(self, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        if refusal := self._refusal(body):
            await _send_json(writer, *refusal)
            return
        if self._behaviour == "hang":
            await asyncio.Event().wait()
        await asyncio.sleep(self._first_token_seconds)
        writer.write(_head(200, "application/x-ndjson", chunked=True))
        async for line in self._lines(body):
            data = f"{len(line):x}\r\n".encode() + line + b"\r\n"
            if self._behaviour == "drip":
                for byte in data:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(1)
            writer.write(data)
            await writer.drain()
        if self._behaviour == "cut":
            transport = writer.transport
            transport.abort()
            return
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    def _refusal(self, body: dict[str, Any]) -> tuple[int, Any] | None:
        asked = str(body.get("model", ""))
        if self._behaviour == "missing_model" or asked.removesuffix(
            ":latest"
        ) != self.model.removesuffix(":latest"):
            return 404, {"error": f"model '{asked}' not found"}
        if self._behaviour == "server_error":
            return 500, {"error": "llama runner process has terminated: exit status 2"}
        if self._behaviour == "many_requests":
            return 429, {"error": "too many requests"}
        if self._behaviour == "out_of_memory":
            needed = "model requires more system memory (19.8 GiB) than is available (3.1 GiB)"
            return 500, {"error": needed}
        if self._behaviour == "busy":
            return 503, {
                "error": "server busy, please try again. maximum pending requests exceeded"
            }
        fits = _tokens(body) <= _num_ctx(body)
        cuts = body.get("truncate", True) or self._behaviour == "silent_truncation"
        if self._behaviour == "too_long" or not (fits or cuts):
            return 400, {"error": _TOO_LONG}
        return None

    async def _lines(self, body: dict[str, Any]) -> AsyncIterator[bytes]:
        answer = self._answer(body["messages"]) if callable(self._answer) else self._answer
        pieces = (
            [answer[i : i + 4] for i in range(0, len(answer), 4)]
            if isinstance(answer, str)
            else answer
        )
        reason = "stop"
        match self._behaviour:
            case "empty" | "empty_length":
                pieces, reason = [], "length" if self._behaviour == "empty_length" else "stop"
            case "think_block":
                pieces = ["<thi", "nk>", _THOUGHT, "</th", "ink>", "\n\n", *pieces]
            case "think_spill":
                pieces = [*_THOUGHT, "</th", "ink>", "\n\n", *pieces]
            case "endless_line":
                while True:
                    yield b"x" * 65_536
            case "hang_midway" | "length" | "cut" | "no_done" | "error_midway" | "garbage":
                pieces = pieces[: max(1, len(pieces) // 2)]
                reason = "length"  # which the others do not come to tell
        for piece in pieces:
            yield self._line({"role": "assistant", "content": piece})
        match self._behaviour:
            case "endless":
                while True:
                    yield self._line({"role": "assistant", "content": "再来一遍，" * 50})
            case "hang_midway":
                await asyncio.Event().wait()
            case "error_midway":
                yield b'{"error":"an error was encountered while running the model"}\n'
            case "garbage":
                yield b"<html>502 Bad Gateway</html>\n"
            case "cut" | "no_done":
                return
        count = min(_tokens(body), _num_ctx(body))
        if self._behaviour == "silent_truncation":
            count = _num_ctx(body)
        yield self._line(
            {"role": "assistant", "content": ""},
            done=True,
            done_reason=reason,
            total_duration=1_000_000,
            load_duration=100_000,
            prompt_eval_count=count,
            prompt_eval_duration=500_000,
            eval_count=len(pieces),
            eval_duration=400_000,
        )

    def _line(self, message: dict[str, str], *, done: bool = False, **more: Any) -> bytes:
        line = {"model": self.model, "created_at": "2026-11-23T08:00:00.000000Z"}
        return json.dumps({**line, "message": message, "done": done, **more}).encode() + b"\n"


def _tokens(body: dict[str, Any]) -> int:
    """Count a token per four bytes: enough to tell a prompt that fits from one that does not."""
    return sum(len(message["content"].encode()) for message in body["messages"]) // 4


def _num_ctx(body: dict[str, Any]) -> int:
    return int((body.get("options") or {}).get("num_ctx", 4096))


async def _read_request(reader: asyncio.StreamReader) -> Recorded:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    length = int(headers.get("content-length", 0))
    raw = await reader.readexactly(length)
    return Recorded(method, path.partition("?")[0], headers, json.loads(raw) if raw else None)


def _head(status: int, media_type: str, *, chunked: bool = False, length: int = 0) -> bytes:
    size = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}"
    return (
        f"HTTP/1.1 {status} Fake\r\nContent-Type: {media_type}\r\n{size}\r\n"
        "Connection: close\r\n\r\n"
    ).encode()


async def _send_json(writer: asyncio.StreamWriter, status: int, body: Any) -> None:
    data = json.dumps(body).encode()
    writer.write(_head(status, "application/json; charset=utf-8", length=len(data)) + data)
    await writer.drain()

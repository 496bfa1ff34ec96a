"""Ollama's chat protocol as Sanku speaks it: streamed, bounded in time, never silently cut.

The official client cannot send `truncate` and `shift`, without which Ollama drops passages from a
long prompt and still answers 200; hence a client of our own.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import httpx

from pipelines import settings
from pipelines.errors import ModelError
from pipelines.text import one_line
from pipelines.tokens import TokenCount

_TEMPERATURE = 0.1
_LONGEST_LINE = 4_000_000
# Far more than tokens have, so that only an answer that ignores its limit is endless.
_MOST_CHARACTERS_PER_TOKEN = 64
# A tokenizer may add a few tokens of its own after Ollama has cut a prompt to the context length.
_CONTEXT_SLACK = 8

_THINK_OPEN, _THINK_CLOSE = "<think>", "</think>"
# How Qwen3 begins to think. With `think: false` some builds leave out `<think>` (ollama#12736),
# so a thought can only be told by its first words until `</think>` arrives.
_LIKE_A_THOUGHT = re.compile(
    r"\s*(?:okay|alright|hmm|let me|let's|we need|the user|wait,|嗯[,，]|让我|我需要|"
    r"(?:(?:好的|首先)[,，])?(?:现在)?用户)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[。！？!?\n]|\.\s")
_LONGEST_HOLD = 200


def full_name(model: str) -> str:
    """Return `model` with its tag; Ollama reads a name without one as `:latest`."""
    return model if ":" in model.rsplit("/", 1)[-1] else f"{model}:latest"


class Ollama:
    """A chat model behind Ollama's HTTP interface; safe to share between tasks and event loops."""

    def __init__(self, config: settings.Ollama) -> None:
        self.config = config
        self.tokens = TokenCount()
        self._spills = False
        self._client = httpx.AsyncClient(
            base_url=config.url,
            # HTTP_PROXY must not capture a loopback address.
            trust_env=False,
            timeout=httpx.Timeout(None, connect=config.connect_seconds),
            # An idle connection belongs to the event loop that opened it, and callers come and go
            # with theirs; a new loopback connection costs a fraction of a millisecond.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def available(self) -> bool:
        """Tell whether Ollama answers within `connect_seconds` and has the model."""
        try:
            async with asyncio.timeout(self.config.connect_seconds):
                response = await self._client.get("/api/tags")
            models = response.json()["models"]
            names = {full_name(model.get("model") or model["name"]) for model in models}
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return False
        except (ValueError, KeyError, TypeError, AttributeError):
            # Something listens there, but it does not speak Ollama's protocol.
            return False
        return full_name(self.config.model) in names

    async def chat(
        self,
        messages: Sequence[dict[str, str]],
        *,
        num_predict: int,
        schema: Mapping[str, Any] | None = None,
        patient: bool = False,
        whole: bool = False,
    ) -> AsyncGenerator[str, None]:
        """Yield the answer to `messages` in pieces, without the model's thoughts.

        With a JSON `schema` the answer is text of that shape, unless it is cut at `num_predict`.
        `patient` waits `answer_seconds` for it to begin, which loading a model may take. `whole`
        takes an answer that is cut so for a failure.

        Raises `ModelError` with one of the codes `refused`, `timeout`, `missing_model`,
        `bad_request`, `server`, `garbage`, `empty`, `truncated`, `cut`, `length`. Pieces may have
        been yielded by then. Closing the iterator ends the generation in Ollama.
        """
        thoughts = _Thoughts(hold=self._spills)
        said_something = is_cut = False
        characters = 0
        body = self._body(messages, num_predict, schema)
        silence = self.config.answer_seconds if patient else self.config.first_piece_seconds
        async with aclosing(self._lines(body, silence)) as lines:
            async for line in lines:
                characters += len(line.text)
                if characters > num_predict * _MOST_CHARACTERS_PER_TOKEN:
                    raise self._error("garbage", "does not end its answer where it was told to")
                self._refuse_truncated(line)
                text = thoughts.feed(line.text)
                if line.done:
                    text += thoughts.close()
                self._spills = self._spills or thoughts.spilled
                if thoughts.too_late:
                    raise self._error("garbage", "showed its thoughts as part of the answer")
                text = text if said_something else text.lstrip()
                if text:
                    said_something = True
                    yield text
                if line.done:
                    self._learn_length(messages, line)
                    is_cut = line.is_cut
                    break
        if not said_something:
            raise self._error("empty", "answered nothing")
        if whole and is_cut:
            raise self._error("length", f"was not done with its answer after {num_predict} tokens")

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def _body(
        self,
        messages: Sequence[dict[str, str]],
        num_predict: int,
        schema: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        return {
            **({"format": dict(schema)} if schema else {}),
            "model": self.config.model,
            "messages": list(messages),
            "stream": True,
            "think": False,
            "truncate": False,
            "shift": False,
            "keep_alive": self.config.keep_alive,
            "options": {
                "num_ctx": self.config.num_ctx,
                "num_predict": num_predict,
                "temperature": _TEMPERATURE,
            },
        }

    async def _lines(self, body: dict[str, Any], silence: float) -> AsyncGenerator["_Line", None]:
        """Yield Ollama's lines up to the one that says `done`.

        All waits end at one deadline, and that for the next whole line after `silence` seconds.
        """
        now = asyncio.get_running_loop().time
        deadline = now() + self.config.answer_seconds
        next_line = now() + silence
        request = self._client.build_request("POST", "/api/chat", json=body)
        response: httpx.Response | None = None
        try:
            async with asyncio.timeout_at(min(deadline, next_line)):
                response = await self._client.send(request, stream=True)
                if response.status_code != httpx.codes.OK:
                    raise self._refusal(response.status_code, await response.aread())
            chunks = response.aiter_bytes()
            pending = b""
            while True:
                # The deadline is set around each read, not around the loop: between two reads
                # the consumer runs, perhaps in another task, and must not be cancelled by it.
                async with asyncio.timeout_at(min(deadline, next_line)):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    raise self._error("cut", "broke off before the end of its answer")
                *complete, pending = (pending + chunk).split(b"\n")
                if len(pending) > _LONGEST_LINE:
                    raise self._error("garbage", "sent an endless line")
                for raw in filter(bytes.strip, complete):
                    line = self._parse(raw)
                    yield line
                    if line.done:
                        return
                    # What the consumer took its time for is not the model's silence.
                    next_line = now() + silence
        except TimeoutError as error:
            reason = f"said nothing for {silence:g} s"
            if now() >= deadline:
                reason = f"did not finish within {self.config.answer_seconds:g} s"
            raise self._error("timeout", reason) from error
        except httpx.ConnectTimeout as error:
            limit = self.config.connect_seconds
            raise self._error("timeout", f"accepted no connection within {limit:g} s") from error
        except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise self._error("refused", f"cannot be reached ({error})") from error
        except httpx.HTTPError as error:
            raise self._error("cut", f"broke off ({error or type(error).__name__})") from error
        finally:
            if response is not None:
                await response.aclose()

    def _parse(self, raw: bytes) -> "_Line":
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise self._error("garbage", f"sent a line that is no JSON: {_shown(raw)}") from error
        if isinstance(line, dict) and isinstance(line.get("error"), str):
            raise self._error("server", f"failed: {one_line(line['error'], 200)}")
        message = line.get("message") if isinstance(line, dict) else None
        content = message.get("content", "") if isinstance(message, dict) else None
        if not isinstance(content, str):
            raise self._error("garbage", f"sent a line without a message: {_shown(raw)}")
        count = line.get("prompt_eval_count")
        return _Line(
            content,
            line.get("done") is True,
            line.get("done_reason") == "length",
            count if isinstance(count, int) else 0,
        )

    def _learn_length(self, messages: Sequence[dict[str, str]], line: "_Line") -> None:
        self.tokens.learn("".join(one["content"] for one in messages), line.prompt_tokens)

    def _refuse_truncated(self, line: "_Line") -> None:
        if line.prompt_tokens >= self.config.num_ctx - _CONTEXT_SLACK:
            raise self._error(
                "truncated",
                f"filled its context with the prompt ({line.prompt_tokens} of "
                f"{self.config.num_ctx} tokens), so passages were dropped; raise `ollama.num_ctx`",
            )

    def _refusal(self, status: int, body: bytes) -> ModelError:
        reason = f"answered {status}: {_shown(body)}"
        match status:
            case 404:
                return self._error("missing_model", f"{reason}. Run `ollama pull` for it")
            case 429:
                return self._error("server", reason)
            case _ if 400 <= status < 500:
                return self._error("bad_request", reason)
            case _:
                return self._error("server", reason)

    def _error(self, code: str, reason: str) -> ModelError:
        return ModelError(code, f"`{self.config.model}` at `{self.config.url}` {reason}.")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    done: bool
    is_cut: bool
    """Whether the answer ends because it may be no longer."""
    prompt_tokens: int


def _shown(raw: bytes) -> str:
    return one_line(raw[:400].decode("utf-8", "replace"))


class _Thoughts:
    """Takes thoughts out of a stream: `<think>…</think>`, and a beginning that only closes.

    The first sentence is held back until it ends, and a beginning that looks like a thought until
    `</think>` or the end of the answer, because what has been yielded cannot be taken back.
    """

    def __init__(self, *, hold: bool) -> None:
        self._held = ""
        self._thinking = False
        self._hold_all = hold
        self._released = False
        self.spilled = False
        self.too_late = False

    def feed(self, text: str) -> str:
        """Return what is known to be answer."""
        self._held += text
        out = ""
        while self._held:
            if self._thinking:
                _, closing, rest = self._held.partition(_THINK_CLOSE)
                if not closing:
                    self._held = self._held[-len(_THINK_CLOSE) + 1 :]
                    break
                self._thinking, self._held = False, rest.lstrip()
                continue
            opening, closing_at = self._held.find(_THINK_OPEN), self._held.find(_THINK_CLOSE)
            if closing_at >= 0 and (opening < 0 or closing_at < opening):
                self.spilled = True
                self.too_late = self._released or bool(out.strip())
                self._held = self._held[closing_at + len(_THINK_CLOSE) :].lstrip()
                # What follows the thoughts is the answer.
                self._hold_all = False
                self._released = True
                continue
            if opening >= 0:
                out += self._held[:opening]
                self._thinking, self._held = True, self._held[opening + len(_THINK_OPEN) :]
                continue
            if not self._released and not self._may_release():
                break
            safe = len(self._held) - _unfinished_tag(self._held)
            out, self._held = out + self._held[:safe], self._held[safe:]
            self._released = True
            break
        return out

    def close(self) -> str:
        """Return what was held back; a thought that never ended is dropped."""
        held, self._held = self._held, ""
        return "" if self._thinking else held

    def _may_release(self) -> bool:
        if self._hold_all or _LIKE_A_THOUGHT.match(self._held):
            return False
        held = self._held.lstrip()
        return len(held) > _LONGEST_HOLD or _SENTENCE_END.search(held) is not None


def _unfinished_tag(text: str) -> int:
    """Return how many characters at the end of `text` may begin a `<think>` or `</think>`."""
    for length in range(min(len(_THINK_CLOSE) - 1, len(text)), 0, -1):
        tail = text[-length:]
        if _THINK_OPEN.startswith(tail) or _THINK_CLOSE.startswith(tail):
            return length
    return 0

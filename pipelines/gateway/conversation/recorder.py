"""Puts answered questions into the conversation log, beside the answers and never in their way."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from datetime import date
from functools import partial
from itertools import accumulate
from typing import Literal, TypeVar

from pipelines.conversation_log import Answered, ConversationLog, conversation_hash
from pipelines.errors import SankuError
from pipelines.gateway.conversation.identity import identify
from pipelines.gateway.conversation.question import Asked
from pipelines.gateway.protocols.messages import Message
from pipelines.handoff_webhook import HandedOff, HandoffWebhook
from pipelines.redaction import Redactor, load_key, open_redactor
from pipelines.settings import Settings
from pipelines.text import digest
from pipelines.warehouse import Warehouse

DRAIN_SECONDS = 5.0
"""How long the end of the gateway waits for what is still to be written."""

_LOG = logging.getLogger("sanku.gateway")
_QUEUED = 256
_PATIENCE_SECONDS = 10.0
# A client repeats what it believes to have failed; OpenClaw does so for a minute and a half.
_RETRY_SECONDS = 120.0
# Of the history no more than this is redacted with an answer: half a second at the most.
_LONGEST_HISTORY, _MOST_TURNS = 50_000, 200

State = Literal["loading", "ready", "failed"]
Protocol = Literal["ollama", "openai", "mcp"]
Load = Callable[[Settings], AbstractContextManager[tuple[Redactor, bytes]]]
_T = TypeVar("_T")


@contextmanager
def load_redactor(settings: Settings) -> Iterator[tuple[Redactor, bytes]]:
    """Yield the company's redactor and its key.

    To redact an answer takes 20 ms of a core, for which no question should wait: it is done in
    another process, which steps back.
    """
    key = load_key(settings)
    with open_redactor(settings, key, apart=True) as redactor:
        yield redactor, key


class Recorder:
    """Redacts and writes in one thread of its own what is handed to it while it is `running`.

    Nothing is dropped silently. A full queue is waited for, in the background; what still finds no
    room, what cannot be redacted or written, and all that follows a redactor that does not load,
    is counted as lost, which `/healthz` shows, and the first of it is told in the process's log.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        load: Load = load_redactor,
        webhook: HandoffWebhook | None = None,
        queued: int = _QUEUED,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        self.settings = settings
        self._load = load
        self._webhook = webhook
        self._log = ConversationLog(Warehouse(settings.warehouse).conversations)
        self._queued = queued
        self._patience_seconds = patience_seconds
        self._queue: asyncio.Queue[Answered] = asyncio.Queue(queued)
        self._waiting: set[asyncio.Task[None]] = set()
        self._seen: dict[str, float] = {}
        self._state: State = "loading"
        self._lost = 0
        self._is_failing = False
        self._swept: date | None = None

    def report(self) -> dict[str, object]:
        """Return what `/healthz` shows: the redactor's state, and how many wait and were lost."""
        waiting = self._queue.qsize() + len(self._waiting)
        handoffs = {"handoffs": self._webhook.report()} if self._webhook else {}
        return {"state": self._state, "waiting": waiting, "lost": self._lost, **handoffs}

    def record(self, answered: Answered) -> None:
        """Take an answered question, unless a client only asked it again; never waits.

        What hands over is dropped only where it is known whose it is: `转人工` is what many write
        first, and rather is one told of twice than another one not at all.
        """
        name, now = _name(answered), time.monotonic()
        # The oldest stand first, as none is put in again while it is there.
        while self._seen and next(iter(self._seen.values())) < now:
            del self._seen[next(iter(self._seen))]
        if name in self._seen and (answered.is_named or answered.decision != "handoff"):
            return
        self._seen[name] = now + _RETRY_SECONDS
        if not self._queue.full():
            self._queue.put_nowait(answered)
        elif len(self._waiting) < self._queued:
            task = asyncio.create_task(self._wait_for_room(answered))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)
        else:
            self._lose(answered, "too many wait for it")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Load the redactor in the background and write what is recorded; at the end, the rest."""
        # A queue belongs to the loop that serves.
        self._queue = asyncio.Queue(self._queued)
        telling = self._webhook.running() if self._webhook else nullcontext()
        async with telling, self._writing():
            yield

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        thread = ThreadPoolExecutor(1, "conversation-log")
        with ExitStack() as loaded:
            work = asyncio.create_task(self._work(thread, loaded))
            try:
                yield
            finally:
                await self._drain()
                for task in (work, *self._waiting):
                    task.cancel()
                await asyncio.gather(work, *self._waiting, return_exceptions=True)
                thread.shutdown(wait=False, cancel_futures=True)

    async def _drain(self) -> None:
        """Wait a while for what is still to be written; tell what is not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                if self._waiting:
                    await asyncio.wait(self._waiting)
                await self._queue.join()
        if unwritten := self._queue.qsize() + len(self._waiting):
            _LOG.error("%d answers are not logged: the gateway had to end", unwritten)

    async def _work(self, thread: ThreadPoolExecutor, loaded: ExitStack) -> None:
        """Write one after the other, as long as the gateway runs."""
        load = self._load
        tools = await self._attempt(thread, lambda: loaded.enter_context(load(self.settings)))
        is_ready = await self._attempt(thread, partial(_prepare, tools[0])) if tools else None
        self._state = "ready" if is_ready else "failed"
        await self._attempt(thread, self._sweep)
        while True:
            answered = await self._queue.get()
            await self._attempt(thread, self._sweep)
            write = partial(self._write, answered, *tools) if tools else None
            written = await self._attempt(thread, write) if write is not None else None
            if written is not None:
                self._state, self._is_failing = "ready", False
            else:
                self._lose(answered)
            if self._webhook and answered.decision == "handoff":
                self._webhook.tell(written or _handed_off(answered))
            self._queue.task_done()

    def _write(self, answered: Answered, redactor: Redactor, key: bytes) -> HandedOff:
        question = self._log.record(answered, redactor, key)
        is_sent_along = self._webhook is not None and self._webhook.wants_question
        text = question.text if is_sent_along and not question.residue else ""
        return _handed_off(answered, conversation_hash(key, answered.conversation), text)

    def _sweep(self) -> None:
        """Remove what has left the window of the dialogues; tried once a day."""
        today = self.settings.now().date()
        if today != self._swept:
            self._swept = today
            for oldest in self.settings.window_days()[:1]:
                self._log.drop_before(oldest)

    async def _wait_for_room(self, answered: Answered) -> None:
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._queue.put(answered)
        except TimeoutError:
            self._lose(answered, "the queue stayed full")

    async def _attempt(self, thread: ThreadPoolExecutor, work: Callable[[], _T]) -> _T | None:
        """Return what `work` returns in the thread; None when it fails, which is told."""
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, work)
        except Exception as error:  # noqa: BLE001 - any: whatever fails here, answers go on
            self._complain(_reason(error))
            return None

    def _lose(self, answered: Answered, reason: str = "") -> None:
        self._lost += 1
        # What the client asks again may find room.
        self._seen.pop(_name(answered), None)
        if reason:
            self._complain(reason)

    def _complain(self, reason: str) -> None:
        """Tell of a failure once, until something was written again."""
        if not self._is_failing:
            _LOG.error("conversations are not logged: %s", reason)
        self._is_failing = True


class Recording:
    """One question on its way to the log: completed with its answer, handed on once that is sent.

    Does nothing without a recorder, and for a front end's own calls. Made when the request is read,
    as its times begin there.
    """

    def __init__(
        self,
        recorder: Recorder | None,
        headers: Mapping[str, str],
        messages: Sequence[Message],
        asked: Asked,
        user: str = "",
        *,
        client: str,
        protocol: Protocol,
    ) -> None:
        self._recorder = None if asked.background else recorder
        self._answered: Answered | None = None
        self._asked = asked
        self.client, self._protocol = client, protocol
        self._began = time.perf_counter()
        self._first_piece: float | None = None
        if self._recorder is not None:
            self._asked_at = self._recorder.settings.now()
            day = self._asked_at.date()
            self._identity = identify(headers, messages, asked, user, day)

    @property
    def conversation(self) -> str:
        """What the conversation is known by; empty where nothing is logged."""
        return "" if self._recorder is None else self._identity.conversation

    def begin(self) -> None:
        """Note that the first words of the answer are there; later calls change nothing."""
        if self._first_piece is None:
            self._first_piece = self._milliseconds()

    def complete(self, answer: str, about: Mapping[str, object]) -> None:
        """Take the answer as it was sent, and what is known about it."""
        if self._recorder is None:
            return
        cited = _cited(about)
        milliseconds = self._milliseconds()
        self._answered = Answered(
            conversation=self._identity.conversation,
            customer=self._identity.customer,
            is_named=self._identity.is_named,
            history=_latest([turn.text for turn in self._asked.history]),
            question=self._asked.question,
            asked_at=self._asked_at,
            answer=answer,
            answered_at=self._recorder.settings.now(),
            decision=str(about.get("decision", "")),
            reason=str(about.get("reason", "")),
            handoff=about.get("handoff") is True,
            version=str(about.get("version", "")),
            tiers=tuple(dict.fromkeys(tier for tier, _ in cited)),
            records=tuple(record for _, record in cited),
            client=self.client,
            protocol=self._protocol,
            milliseconds=milliseconds,
            first_piece=milliseconds if self._first_piece is None else self._first_piece,
        )

    async def hand_on(self) -> None:
        """Record the question if its answer was completed; never waits."""
        if self._recorder is not None and self._answered is not None:
            self._recorder.record(self._answered)
            self._answered = None

    def _milliseconds(self) -> float:
        return (time.perf_counter() - self._began) * 1000


def _prepare(redactor: Redactor) -> Literal[True]:
    redactor.prepare()
    return True


def _cited(about: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return tier and id of what an answer cites, in the order of its numbers."""
    citations = about.get("citations")
    if not isinstance(citations, list):
        return []
    return [(str(one["tier"]), str(one["chunk_id"])) for one in citations]


def _latest(history: Sequence[str]) -> tuple[str, ...]:
    """Return the end of a history, bounded in turns and characters."""
    latest = history[-_MOST_TURNS:]
    lengths = accumulate(len(text) for text in reversed(latest))
    count = sum(length <= _LONGEST_HISTORY for length in lengths)
    return tuple(latest[len(latest) - count :])


def _handed_off(answered: Answered, conversation: str = "", question: str = "") -> HandedOff:
    """Return what a help desk is told; a question only as redacted."""
    at = answered.asked_at.isoformat()
    return HandedOff(at, answered.reason, answered.version, conversation, question)


def _name(answered: Answered) -> str:
    """Return what an exchange has in common with its repetition by a client."""
    asked = (answered.question, *answered.history)
    return digest(answered.conversation, answered.decision, *asked)


def _reason(error: Exception) -> str:
    """Return why something failed, in words that cannot quote a customer."""
    match error:
        case SankuError():
            return str(error)
        case OSError():
            return f"{type(error).__name__}: {error.strerror}"
        case _:
            return type(error).__name__

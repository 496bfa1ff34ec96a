"""Redaction in several processes, where there is enough to do to pay for their start."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import pipelines
from pipelines.errors import SankuError
from pipelines.redaction.redactor import Conversations, Redacted, Redactor, groups
from pipelines.redaction.wire import Answer, read_line, unpack, write_line
from pipelines.settings import Settings

# A worker needs two seconds to start, in which one process redacts five thousand messages.
_PAYS_FROM = 20_000
_GROUP_MESSAGES = 1_000
_GROUP_CHARACTERS = 100_000


@contextmanager
def open_redactor(
    settings: Settings, key: bytes, *, apart: bool = False
) -> Iterator["SharedRedactor"]:
    """Yield the redactor that `settings.redaction` asks for; its processes end with the block.

    One that works `apart` is a single process, started at once, that steps back behind all others
    when it is prepared.

    Raises `SettingsError` for a recognizer that cannot be used.
    """
    redactor = company_redactor(settings, key, workers=settings.redaction.workers, apart=apart)
    try:
        if apart:
            redactor.start()
        yield redactor
    finally:
        redactor.close()


def company_redactor(
    settings: Settings, key: bytes, *, workers: int = 1, apart: bool = False
) -> "SharedRedactor":
    """Return the redactor that `settings.redaction` asks for; with one worker it is this process.

    Raises `SettingsError` for a recognizer that cannot be used.
    """
    redaction = settings.redaction
    return SharedRedactor(
        key,
        allow=redaction.allow,
        replace_orders=redaction.order_numbers == "replace",
        recognizers=[settings.beside_sources(file) for file in redaction.recognizers],
        workers=workers,
        apart=apart,
    )


class SharedRedactor(Redactor):
    """A redactor that shares conversations out to processes; what comes back is the same.

    With `workers` 0 there is one for each core, from the 20,000th message on; with 1 there is none.
    `apart` is one process in any case, which the system lets wait where others want its time.
    """

    def __init__(
        self,
        key: bytes,
        *,
        allow: Sequence[str] = (),
        replace_orders: bool = False,
        recognizers: Sequence[Path] = (),
        workers: int = 0,
        apart: bool = False,
    ) -> None:
        super().__init__(key, allow=allow, replace_orders=replace_orders, recognizers=recognizers)
        self._options = {
            "key": key.hex(),
            "allow": list(allow),
            "replace_orders": replace_orders,
            "recognizers": [str(file.absolute()) for file in recognizers],
            "steps_back": apart,
        }
        self._is_apart = apart
        self._pays_from = 0 if workers else _PAYS_FROM
        self._count = 1 if apart else workers or _cores()
        self._seen = 0
        self._pool: _Pool | None = None

    def redact_conversations(
        self, conversations: Conversations, advance: Callable[[int], None]
    ) -> dict[str, list[Redacted]]:
        """Return each conversation's messages redacted, in order, as `Redactor` does.

        Raises `SankuError` when a process ends before its work does.
        """
        self._seen += sum(map(len, conversations.values()))
        if not self._is_apart and (self._count == 1 or self._seen <= self._pays_from):
            return super().redact_conversations(conversations, advance)
        redacted: Answer = {}
        try:
            parts = groups(conversations, _GROUP_MESSAGES, _GROUP_CHARACTERS)
            for answer in self._running().map(parts):
                redacted.update(answer)
                advance(sum(map(len, answer.values())))
        except BaseException:
            # Ctrl-C too: a group that nobody waits for must not hold the process back.
            self.close()
            raise
        return redacted

    def prepare(self) -> None:
        """Load what the first message needs, where it will be redacted.

        Raises `SankuError` when a process ends before it has.
        """
        if self._is_apart:
            self.redact_conversations({"": ("您好",)}, lambda _: None)
        else:
            super().prepare()

    def start(self) -> None:
        """Start the processes that are not there yet; waits for nothing."""
        self._running()

    def _running(self) -> "_Pool":
        if self._pool is None:
            self._pool = _Pool(self._count, self._options)
        return self._pool

    def close(self) -> None:
        """End the processes; a later call starts them again."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None


class _Pool:
    """Worker processes, each with a thread that waits for it."""

    def __init__(self, count: int, options: dict[str, Any]) -> None:
        self._count = count
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._workers = [_Worker(options) for _ in range(count)]
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="redaction")

    def map(self, parts: Iterator[Conversations]) -> Iterator[Answer]:
        """Yield the answer to each of `parts`, in order; few of them are under way at a time."""
        waiting: deque[Future[Answer]] = deque()
        for part in parts:
            waiting.append(self._threads.submit(self._ask, part))
            if len(waiting) > 2 * self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _ask(self, part: Conversations) -> Answer:
        worker = self._idle.get()
        try:
            return worker.ask(part)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes at once, whatever they do."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.end()
        self._threads.shutdown()


class _Worker:
    """One process, and the pipes to it. A process of its own program, not of `multiprocessing`:
    that one would import the parent's main module again, which may be Dagster's, and outlive a
    parent that was killed.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        home = str(Path(pipelines.__file__).parent.parent)
        path = os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            # -P: a folder called `pipelines` where the command was run is not this one.
            [sys.executable, "-P", "-m", "pipelines.redaction.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
            # Ctrl-C is for the parent, which ends its workers. In a session of its own a process
            # would step back behind nobody: Linux shares time out to sessions first.
            process_group=0,
        )
        # A process that ended already says why when it is asked.
        with suppress(BrokenPipeError):
            write_line(self._streams()[0], options)

    def ask(self, conversations: Conversations) -> Answer:
        """Return `conversations` redacted; raises `SankuError` where that failed."""
        stdin, stdout = self._streams()
        try:
            # A process that ended has said why, if it could.
            with suppress(BrokenPipeError):
                write_line(stdin, {name: list(texts) for name, texts in conversations.items()})
            answer = read_line(stdout)
        except (EOFError, OSError, ValueError) as error:
            raise SankuError(self._obituary()) from error
        if "error" in answer:
            raise SankuError(answer["error"])
        return unpack(answer["done"])

    def _streams(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the pipes were asked for")
        return self._process.stdin, self._process.stdout

    def _obituary(self) -> str:
        try:
            status: int | None = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            status = None
        how = f"was killed by signal {-status}" if status and status < 0 else f"ended ({status})"
        return (
            f"A redaction process {how} before its work was done, most often for lack of memory "
            "(300 MB each). Nothing unfinished was stored; leave it more, or run it again with "
            "fewer `redaction.workers`."
        )

    def end(self) -> None:
        """Kill the process, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                # What was still to be flushed has no reader any more.
                with suppress(BrokenPipeError):
                    pipe.close()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

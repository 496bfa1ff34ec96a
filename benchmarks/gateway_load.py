"""The gateway under load: `python benchmarks/gateway_load.py` runs `sanku serve` over 20,000 chunks
and asks it at a fixed rate, whether or not it keeps up.

The index is the sample company's, padded with shuffled copies of its records, each with a vector
of its own. The language model is a server of ours whose first token takes 500 ms and which then
quotes the first passage: what is measured is Sanku's share. Everything, the questions included,
runs on the same two cores, so that the gateway has less than both.

`--seconds` is how long each phase lasts, `--soak` how long memory is watched at the end.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from paced_model import FIRST_TOKEN, WHOLE, PacedModel, model
from padded_index import Padded, publish_padded

from pipelines.versions import published
from pipelines.warehouse import Warehouse

CHECKOUT = Path(__file__).resolve().parent.parent
PADDING = Path(__file__).with_name("padded_index.py")
SANKU = Path(sys.executable).with_name("sanku")
CORES = 2
RATE, STREAMS, DISCONNECTS = 10.0, 20, 200
DIRECT_P95, OVERHEAD_P95, PUBLISHING = 300.0, 150.0, 2.0
GROWTH = 0.05
BUSY = "turned away"


@dataclass(slots=True)
class Taken:
    """What a phase measured: milliseconds of each answer, and what went wrong."""

    milliseconds: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    otherwise: int = 0
    """Answers that another version decides otherwise, which measure something else: in one that was
    published meanwhile, another shuffled copy may stand close."""

    def p(self, percent: float) -> float:
        """Return a percentile, in milliseconds."""
        return float(np.percentile(self.milliseconds, percent)) if self.milliseconds else np.inf

    def told(self) -> str:
        """Return it as a line."""
        wrong = ", ".join(f"{count} {what}" for what, count in self.wrong.items()) or "no errors"
        shares = "  ".join(f"p{percent} {self.p(percent):6.0f} ms" for percent in (50, 95, 99))
        otherwise = f", {self.otherwise} more decided otherwise" if self.otherwise else ""
        return f"{len(self.milliseconds):6} answers  {shares}  {wrong}{otherwise}"

    def take(self, milliseconds: float, decision: str, wanted: str) -> None:
        """Count an answer; one that the model should have written and did not is an error."""
        if decision == "degraded":
            self.wrong[decision] += 1
        if decision in (wanted, "degraded"):
            self.milliseconds.append(milliseconds)
        else:
            self.otherwise += 1


def _told(response: httpx.Response) -> str:
    is_busy = response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    return BUSY if is_busy else str(response.status_code)


@dataclass(frozen=True, slots=True)
class Goal:
    """What has to be reached."""

    name: str
    is_met: bool
    sure: bool = False
    """Whether a busy machine must reach it too; time on a clock tells more of the machine."""


class Load:
    """Asks a gateway; each question is a conversation of its own, so that no answer is a repeat."""

    def __init__(self, client: httpx.AsyncClient, questions: Mapping[str, Sequence[str]]) -> None:
        self._client = client
        self._questions = questions
        self._number = itertools.count()

    def _request(self, decision: str, *, stream: bool) -> httpx.Request:
        number = next(self._number)
        asked = self._questions[decision]
        message = {"role": "user", "content": asked[number % len(asked)]}
        return self._client.build_request(
            "POST",
            "/api/chat",
            json={"model": "sanku", "messages": [message], "stream": stream},
            headers={"X-OpenWebUI-Chat-Id": f"load-{number}"},
        )

    async def direct(self, seconds: float, rate: float = RATE) -> Taken:
        """Ask questions with a direct answer `rate` times a second, whatever is still waiting."""
        taken = Taken()
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for number in range(int(seconds * rate)):
                due = begun + number / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                tasks.create_task(self._ask(taken, due))
        return taken

    async def _ask(self, taken: Taken, due: float) -> None:
        """Ask once; time counts from when the question was due."""
        try:
            response = await self._client.send(self._request("direct", stream=False))
        except httpx.HTTPError as error:
            taken.wrong[type(error).__name__] += 1
            return
        if response.status_code != httpx.codes.OK:
            taken.wrong[_told(response)] += 1
            return
        milliseconds = (time.perf_counter() - due) * 1000
        taken.take(milliseconds, response.json()["sanku"]["decision"], "direct")

    async def streams(self, seconds: float, count: int = STREAMS) -> Taken:
        """Keep `count` streams of written answers open; return our time to the first piece."""
        taken = Taken()
        until = time.perf_counter() + seconds
        async with asyncio.TaskGroup() as tasks:
            for _ in range(count):
                tasks.create_task(self._stream_until(taken, until))
        return taken

    async def _stream_until(self, taken: Taken, until: float) -> None:
        # Over an answer's whole length: those that began together would always ask together.
        await asyncio.sleep(WHOLE * random.random())  # noqa: S311 - only spreads the starts
        while time.perf_counter() < until:
            begun = time.perf_counter()
            try:
                async with self._opened() as lines:
                    await anext(lines)
                    first = (time.perf_counter() - begun - FIRST_TOKEN) * 1000
                    last = [line async for line in lines][-1]
            except httpx.HTTPStatusError as error:
                taken.wrong[_told(error.response)] += 1
                continue
            except (httpx.HTTPError, ValueError) as error:
                taken.wrong[type(error).__name__] += 1
                continue
            taken.take(first, last["sanku"]["decision"], "grounded")

    async def leave(self, count: int = DISCONNECTS) -> None:
        """Open so many streams, a few at a time, and hang up after the first piece of each."""
        room = asyncio.Semaphore(STREAMS)

        async def one() -> None:
            async with room, self._opened() as lines:
                await anext(lines)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(count):
                tasks.create_task(one())

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        request = self._request("grounded", stream=True)
        async with AsyncExitStack() as stack:
            response = await self._client.send(request, stream=True)
            stack.push_async_callback(response.aclose)
            response.raise_for_status()
            yield (json.loads(line) async for line in response.aiter_lines())


@dataclass(frozen=True, slots=True)
class Process:
    """What the system tells of the gateway's process."""

    number: int

    def memory(self) -> float:
        """Return its resident memory, in MB."""
        status = Path(f"/proc/{self.number}/status").read_text(encoding="utf-8")
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024

    def cpu(self) -> float:
        """Return the processor time that it has taken, in milliseconds."""
        fields = Path(f"/proc/{self.number}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK") * 1000

    def files(self) -> int:
        """Return how many files and sockets it holds open."""
        return sum(1 for _ in Path(f"/proc/{self.number}/fd").iterdir())


@contextmanager
def gateway(folder: Path, model_url: str) -> Iterator[tuple[str, Process]]:
    """Run `sanku serve` while the block runs; yields its base URL and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(SANKU), "serve", "--port", str(port)]
    environment = _environment(folder) | {
        "OLLAMA_HOST": model_url,
        "SANKU_OLLAMA_MODEL": PacedModel.name,
    }
    log = folder / "requests.log"
    with (
        log.open("wb") as told,
        subprocess.Popen(command, env=environment, stderr=told) as running,  # noqa: S603 - Sanku
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url)
            yield url, Process(running.pid)
        finally:
            running.terminate()
            running.wait(30)


def _environment(folder: Path) -> dict[str, str]:
    sources = str(CHECKOUT / "kb_sources" / "sources.toml")
    return os.environ | {"SANKU_SOURCES": sources, "SANKU_WAREHOUSE": str(folder)}


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            httpx.get(f"{url}/healthz", trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"no gateway answered at {url}")


async def sorted_questions(client: httpx.AsyncClient) -> dict[str, list[str]]:
    """Ask each golden question of the sample company once; return decision -> its questions."""
    golden = (CHECKOUT / "kb_sources" / "golden.jsonl").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in golden.splitlines():
        question = json.loads(line)["question"]
        if not isinstance(question, str):
            continue
        body = {
            "model": "sanku",
            "stream": False,
            "messages": [{"role": "user", "content": question}],
        }
        answer = (await client.post("/api/chat", json=body)).json()
        found.setdefault(answer["sanku"]["decision"], []).append(question)
    return found


async def measured(folder: Path, rows: int, seconds: float, soak: float) -> Sequence[Goal]:
    """Run every phase and print what it measured; return the goals."""
    async with AsyncExitStack() as stack:
        paced, model_url = await stack.enter_async_context(model())
        url, process = await asyncio.to_thread(stack.enter_context, gateway(folder, model_url))
        limits = httpx.Limits(max_connections=None)
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, limits=limits)
        )
        questions = await sorted_questions(client)
        load = Load(client, questions)
        counts = {decision: len(asked) for decision, asked in questions.items()}
        print(f"{rows:,} chunks; the golden questions by decision: {counts}")
        await load.direct(min(5.0, seconds))
        before = process.files()

        spent = process.cpu()
        idle = await load.direct(seconds)
        spent = (process.cpu() - spent) / max(1, len(idle.milliseconds))
        print(f"direct, {RATE:g}/s                 {idle.told()}, {spent:.0f} ms of CPU each")
        streams = await load.streams(seconds)
        print(f"{STREAMS} streams, beyond the model   {streams.told()}")
        publishing = await during_publishes(load, folder, rows, seconds)
        print(f"direct, while publishing      {publishing.told()}")
        await load.leave()
        await client.get("/healthz")
        await asyncio.sleep(3)
        left = process.files() - before
        print(f"{DISCONNECTS} disconnects leave {paced.open} answers and {left:+} open files")
        growth, direct, written = await soaked(load, process, soak)
        print(f"meanwhile direct, {RATE:g}/s       {direct.told()}")
        print(f"meanwhile 2 streams           {written.told()}")
        wrong = idle.wrong + streams.wrong + direct.wrong + written.wrong
        return (
            Goal(f"direct p95 < {DIRECT_P95:g} ms", idle.p(95) < DIRECT_P95),
            Goal(f"first piece p95 <= {OVERHEAD_P95:g} ms", streams.p(95) <= OVERHEAD_P95),
            Goal(
                f"while publishing <= {PUBLISHING:g} x idle p95",
                publishing.p(95) <= PUBLISHING * idle.p(95),
            ),
            # A slow machine, where an answer takes 200 ms, is asked for more than it has.
            Goal("nobody is turned away", not wrong[BUSY]),
            Goal("no errors", set(wrong) <= {BUSY}, sure=True),
            Goal("no errors while publishing", not publishing.wrong),
            # The files of the versions that were published meanwhile stay open.
            Goal("disconnects leave nothing", paced.open == 0 and left <= STREAMS, sure=True),
            Goal(f"memory grows by <= {GROWTH:.0%}", growth <= GROWTH, sure=True),
        )


async def during_publishes(load: Load, folder: Path, rows: int, seconds: float) -> Taken:
    """Ask while another process publishes one version after the other, with 1 % of it changed."""
    command = [sys.executable, str(PADDING), str(folder), f"--rows={rows}", f"--seconds={seconds}"]
    running = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    if running.stdout is None or await running.stdout.readline() != b"ready\n":
        sys.exit("nothing was published; the error is above")
    taken = await load.direct(seconds)
    count = int(await running.stdout.read())
    print(f"published {count} versions of {rows:,} chunks meanwhile")
    return taken


async def soaked(load: Load, process: Process, seconds: float) -> tuple[float, Taken, Taken]:
    """Ask on for so long, for direct answers and two streams at a time.

    Returns by how much memory grew from its second quarter to its last, and both kinds' answers.
    """
    sizes: list[float] = []

    async def watch() -> None:
        while True:
            sizes.append(process.memory())
            await asyncio.sleep(seconds / 120)

    watching = asyncio.create_task(watch())
    async with asyncio.TaskGroup() as tasks:
        direct = tasks.create_task(load.direct(seconds))
        written = tasks.create_task(load.streams(seconds, count=2))
    watching.cancel()
    quarter = len(sizes) // 4
    early, late = (
        float(np.median(part)) for part in (sizes[quarter : 2 * quarter], sizes[-quarter:])
    )
    print(f"memory over {seconds:g} s: {early:.0f} MB, then {late:.0f} MB")
    return late / early - 1, direct.result(), written.result()


def main() -> None:
    """Build, serve, ask, tell; with `--floors`, fail where a busy machine must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="chunks in the index")
    parser.add_argument("--seconds", type=float, default=300.0, help="length of each phase")
    parser.add_argument("--soak", type=float, default=1800.0, help="seconds of watching memory")
    parser.add_argument(
        "--floors",
        action="store_true",
        help="fail where an error, a leak or something left behind was seen",
    )
    arguments = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([SANKU, "run"], env=_environment(folder), check=True)  # noqa: S603 - Sanku
        warehouse = Warehouse(folder)
        publish_padded(warehouse, Padded(published(warehouse), arguments.rows), "first")
        print(f"serving `{published(warehouse).name}`")
        goals = asyncio.run(measured(folder, arguments.rows, arguments.seconds, arguments.soak))
    missed = [goal for goal in goals if not goal.is_met]
    for goal in missed:
        print(f"missed: {goal.name}")
    if arguments.floors and any(goal.sure for goal in missed):
        sys.exit(1)


if __name__ == "__main__":
    main()

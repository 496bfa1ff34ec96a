"""A question that a client asks again is answered once, and everybody gets that answer."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest

from pipelines.answer import Answer
from pipelines.gateway.conversation.recorder import Recorder
from pipelines.gateway.conversation.repeats import Repeats
from pipelines.redaction import Redactor
from pipelines.settings import Settings
from tests.fake_ollama import FakeOllama
from tests.gateway.indexed import QUESTION, SAID, answering, small_version
from tests.gateway.served import settings_for

ANSWER = Answer("问", "答", "grounded", "passages", False, (), "v7", {})
DEGRADED = Answer("问", "答", "degraded", "model_timeout", False, (), "v7", {})


class Source:
    """Makes an answer of `pieces`; an event is waited for, an exception is raised."""

    def __init__(self, *pieces: str | Answer | asyncio.Event | Exception) -> None:
        self.pieces = pieces
        self.begun = 0
        self.ended = 0

    async def __call__(self) -> AsyncGenerator[str | Answer, None]:
        self.begun += 1
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                if isinstance(piece, asyncio.Event):
                    await piece.wait()
                else:
                    yield piece
        finally:
            self.ended += 1


async def all_of(repeats: Repeats, source: Source, key: str = "k") -> list[str | Answer]:
    return [piece async for piece in repeats.follow(key, source)]


def test_a_repetition_gets_the_answer_that_was_given() -> None:
    async def run() -> None:
        repeats, source = Repeats(), Source("甲", "乙", ANSWER)
        assert await all_of(repeats, source) == ["甲", "乙", ANSWER]
        assert await all_of(repeats, source) == ["甲", "乙", ANSWER]
        assert source.begun == 1
        await all_of(repeats, source, "another")
        assert source.begun == 2

    asyncio.run(run())


def test_a_repetition_follows_the_answer_that_is_being_written() -> None:
    async def run() -> None:
        gate = asyncio.Event()
        repeats, source = Repeats(), Source("甲", gate, "乙", ANSWER)
        readers = [asyncio.create_task(all_of(repeats, source)) for _ in range(8)]
        await asyncio.sleep(0.01)
        gate.set()
        assert await asyncio.gather(*readers) == [["甲", "乙", ANSWER]] * 8
        assert (source.begun, source.ended) == (1, 1)

    asyncio.run(run())


def test_one_who_leaves_takes_the_answer_from_nobody_and_the_last_ends_it() -> None:
    async def run() -> None:
        gate = asyncio.Event()
        repeats, source = Repeats(), Source("甲", gate, "乙", ANSWER)
        first, second, third = (asyncio.create_task(all_of(repeats, source)) for _ in range(3))
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.sleep(0.01)
        assert source.ended == 0
        second.cancel()
        third.cancel()
        await asyncio.gather(first, second, third, return_exceptions=True)
        assert source.ended == 1
        gate.set()
        assert await all_of(repeats, source) == ["甲", "乙", ANSWER]
        assert source.begun == 2
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())


def test_a_degraded_or_failed_answer_is_for_those_who_wait_for_it() -> None:
    async def run() -> None:
        repeats, degraded = Repeats(), Source("甲", DEGRADED)
        await asyncio.gather(all_of(repeats, degraded), all_of(repeats, degraded))
        assert degraded.begun == 1
        await all_of(repeats, degraded)
        assert degraded.begun == 2
        failing = Source("甲", RuntimeError("x"))
        both = (all_of(repeats, failing, "f"), all_of(repeats, failing, "f"))
        failures = await asyncio.gather(*both, return_exceptions=True)
        assert [type(one) for one in failures] == [RuntimeError, RuntimeError]
        with pytest.raises(RuntimeError):
            await all_of(repeats, failing, "f")
        assert failing.begun == 2

    asyncio.run(run())


def test_an_answer_is_kept_for_its_time_and_many_are_not_kept_for_ever() -> None:
    async def run() -> None:
        repeats, source = Repeats(seconds=0.05), Source("甲", ANSWER)
        await all_of(repeats, source)
        await asyncio.sleep(0.1)
        await all_of(repeats, source)
        assert source.begun == 2
        lasting = Repeats()
        for number in range(2000):
            await all_of(lasting, source, str(number))
        assert len(lasting._kept) < 600

    asyncio.run(run())


def test_the_writing_waits_for_readers_and_not_the_other_way_round() -> None:
    async def run() -> None:
        repeats, source = Repeats(), Source(*["甲"] * 10_000, ANSWER)
        slow = repeats.follow("k", source)
        await anext(slow)
        await asyncio.sleep(0.05)
        shared = repeats._kept["k"]
        assert len(shared._pieces) < 200
        assert len(await all_of(repeats, source)) == 10_001
        await slow.aclose()

    asyncio.run(run())


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeOllama]:
    with FakeOllama(SAID) as server:
        yield server


def test_openclaws_retries_are_one_call_of_the_model_and_one_row_of_the_log(
    tmp_path: Path, fake: FakeOllama
) -> None:
    settings: Settings = settings_for(warehouse=tmp_path / "warehouse")
    recorder = Recorder(settings, load=lambda _: nullcontext((Redactor(b"a key"), b"a key")))
    openclaw = (
        "You are a personal assistant running inside OpenClaw.\n"
        "Runtime: agent=main | session=agent:main:telegram:direct:4242 | host=pc"
    )

    def post(url: str, question: str = QUESTION, system: str = openclaw) -> str:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
        body = {"model": "sanku", "messages": messages, "stream": True}
        response = httpx.post(f"{url}/api/chat", json=body, timeout=30, trust_env=False)
        lines = [json.loads(line) for line in response.text.splitlines()]
        return "".join(line["message"]["content"] for line in lines)

    fake.behave("answer", first_token_seconds=0.5)
    with answering(small_version(tmp_path / "index"), fake, recorder=recorder) as url:
        with ThreadPoolExecutor(4) as pool:
            # Four while the first is written, and four after it.
            said = set(pool.map(lambda _: post(url), range(4)))
            said |= {post(url) for _ in range(4)}
        assert len(said) == 1
        assert len(fake.chats) == 1
        fake.behave("answer", first_token_seconds=0.0)
        post(url, system=openclaw.replace("4242", "4343"))
        post(url, f"{QUESTION}谢谢")
        assert len(fake.chats) == 3
    (day,) = (tmp_path / "warehouse" / "conversations").glob("*.jsonl")
    assert len(day.read_text(encoding="utf-8").splitlines()) == 3 * 2


def test_a_degraded_answer_is_not_repeated_once_the_model_lives(
    tmp_path: Path, fake: FakeOllama
) -> None:
    with answering(small_version(tmp_path), fake) as url:
        body = {
            "model": "sanku",
            "messages": [{"role": "user", "content": QUESTION}],
            "stream": False,
        }
        decisions = []
        for behaviour in ("server_error", "answer"):
            fake.behave(behaviour)
            told = httpx.post(f"{url}/api/chat", json=body, trust_env=False).json()
            decisions.append(told["sanku"]["decision"])
    assert decisions == ["degraded", "grounded"]

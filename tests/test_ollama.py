"""Ollama's client against a server that misbehaves in every way Ollama does."""

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest

from pipelines import settings
from pipelines.errors import ModelError
from pipelines.ollama import Ollama
from tests.fake_ollama import Behaviour, FakeOllama

QUESTION = [{"role": "user", "content": "怎么重置密码？"}]


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama("请打开设置。然后点「重置」。[1]") as server:
        yield server


def config_of(fake: FakeOllama, **changes: object) -> settings.Ollama:
    values: dict[str, object] = {"url": fake.url, "model": fake.model, "answer_seconds": 5.0}
    return settings.Ollama.model_validate(values | {"connect_seconds": 1.0} | changes)


def ask(config: settings.Ollama, messages: list[dict[str, str]] = QUESTION) -> list[str]:
    async def run() -> list[str]:
        model = Ollama(config)
        try:
            return [piece async for piece in model.chat(messages, num_predict=256)]
        finally:
            await model.aclose()

    return asyncio.run(run())


def failure(config: settings.Ollama, messages: list[dict[str, str]] = QUESTION) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(config, messages)
    return caught.value


def available(config: settings.Ollama) -> bool:
    async def run() -> bool:
        model = Ollama(config)
        try:
            return await model.available()
        finally:
            await model.aclose()

    return asyncio.run(run())


def test_an_answer_streams_in_pieces(fake: FakeOllama) -> None:
    pieces = ask(config_of(fake))
    assert "".join(pieces) == "请打开设置。然后点「重置」。[1]"
    assert len(pieces) > 2


def test_the_first_sentence_arrives_before_the_answer_ends(fake: FakeOllama) -> None:
    fake.behave("hang_midway", answer=["第一句。", "第二句。", "第三句。", "第四句。"])

    async def first() -> str:
        model = Ollama(config_of(fake))
        answer = model.chat(QUESTION, num_predict=256)
        piece = await anext(answer)
        await answer.aclose()
        await model.aclose()
        return piece

    assert asyncio.run(first()) == "第一句。"


def test_every_request_pins_what_ollama_would_otherwise_choose(fake: FakeOllama) -> None:
    ask(config_of(fake, num_ctx=6000, keep_alive="7m"))
    body = fake.chats[-1]
    assert body["think"] is False
    assert body["truncate"] is False
    assert body["shift"] is False
    assert body["stream"] is True
    assert body["keep_alive"] == "7m"
    assert body["options"]["num_ctx"] == 6000
    assert body["options"]["num_predict"] == 256
    assert body["messages"] == QUESTION


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("refuse", "refused"),
        ("server_error", "server"),
        ("busy", "server"),
        ("missing_model", "missing_model"),
        ("too_long", "bad_request"),
        ("garbage", "garbage"),
        ("cut", "cut"),
        ("no_done", "cut"),
        ("error_midway", "server"),
        ("empty", "empty"),
        ("empty_length", "empty"),
        ("silent_truncation", "truncated"),
    ],
)
def test_each_failure_has_its_code(fake: FakeOllama, behaviour: Behaviour, code: str) -> None:
    fake.behave(behaviour)
    error = failure(config_of(fake))
    assert error.code == code
    assert fake.model in str(error)


def test_an_answer_that_is_too_long_fails_where_it_is_to_be_whole(fake: FakeOllama) -> None:
    fake.behave("length", answer=["第一句。", "第二句。"])

    async def said(heard: list[str], *, whole: bool) -> None:
        model = Ollama(config_of(fake))
        answer = model.chat(QUESTION, num_predict=256, whole=whole)
        async for piece in answer:
            heard.append(piece)  # noqa: PERF401 - what was heard by then stays

    taken: list[str] = []
    asyncio.run(said(taken, whole=False))
    heard: list[str] = []
    with pytest.raises(ModelError) as caught:
        asyncio.run(said(heard, whole=True))
    assert taken == heard == ["第一句。"]
    assert caught.value.code == "length"


@pytest.mark.parametrize("behaviour", ["hang", "hang_midway", "drip"])
def test_the_whole_answer_has_one_deadline(fake: FakeOllama, behaviour: Behaviour) -> None:
    fake.behave(behaviour)
    started = time.monotonic()
    assert failure(config_of(fake, answer_seconds=0.5)).code == "timeout"
    assert time.monotonic() - started < 3


def test_a_prompt_longer_than_the_context_is_refused_not_cut(fake: FakeOllama) -> None:
    long = [{"role": "user", "content": "长" * 2000}]
    assert failure(config_of(fake, num_ctx=1024), long).code == "bad_request"


def test_another_protocol_on_the_port_is_a_model_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config = settings.Ollama(url=url, connect_seconds=0.3, answer_seconds=0.3)
        assert failure(config).code == "timeout"
        assert not available(config)


@pytest.mark.parametrize("behaviour", ["think_block", "think_spill"])
def test_thoughts_never_reach_the_answer(fake: FakeOllama, behaviour: Behaviour) -> None:
    fake.behave(behaviour)
    assert "".join(ask(config_of(fake))) == "请打开设置。然后点「重置」。[1]"


def test_a_thought_that_never_ends_is_an_empty_answer(fake: FakeOllama) -> None:
    fake.behave(answer=["<think>", "想啊想。", "还在想。"])
    assert failure(config_of(fake)).code == "empty"


def test_an_angle_bracket_in_an_answer_stays(fake: FakeOllama) -> None:
    fake.behave(answer=["当 a<", "b 时。用 <", "th", "ead> 标签 <"])
    assert "".join(ask(config_of(fake))) == "当 a<b 时。用 <thead> 标签 <"


def test_a_spilled_thought_found_too_late_fails_once_and_is_expected_afterwards(
    fake: FakeOllama,
) -> None:
    fake.behave(answer=["先核对资料。", "资料里有两条。", "</think>", "请打开设置。"])

    async def said(model: Ollama) -> str:
        return "".join([piece async for piece in model.chat(QUESTION, num_predict=256)])

    async def twice() -> tuple[str, str]:
        model = Ollama(config_of(fake))
        with pytest.raises(ModelError) as caught:
            await said(model)
        second = await said(model)
        await model.aclose()
        return caught.value.code, second

    assert asyncio.run(twice()) == ("garbage", "请打开设置。")


def test_stopping_early_ends_the_generation(fake: FakeOllama) -> None:
    fake.behave("hang_midway", answer=["第一句。", "第二句。", "第三句。", "第四句。"])

    async def stop_after_one() -> None:
        model = Ollama(config_of(fake))
        answer = model.chat(QUESTION, num_predict=256)
        await anext(answer)
        await answer.aclose()
        await model.aclose()

    asyncio.run(stop_after_one())
    deadline = time.monotonic() + 3
    while fake.abandoned == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert fake.abandoned == 1


def test_a_deadline_never_cancels_the_consumer(fake: FakeOllama) -> None:
    async def slow_consumer() -> str:
        model = Ollama(config_of(fake, answer_seconds=0.4))
        answer = model.chat(QUESTION, num_predict=256)
        first = await anext(answer)
        await asyncio.sleep(0.8)
        with pytest.raises(ModelError) as caught:
            await anext(answer)
        await model.aclose()
        assert caught.value.code == "timeout"
        return first

    fake.behave("hang_midway", answer=["第一句。", "第二句。"])
    assert asyncio.run(slow_consumer()) == "第一句。"


def test_one_client_serves_several_event_loops(fake: FakeOllama) -> None:
    model = Ollama(config_of(fake))

    async def run() -> str:
        return "".join([piece async for piece in model.chat(QUESTION, num_predict=256)])

    assert asyncio.run(run()) == asyncio.run(run())
    asyncio.run(model.aclose())


def test_a_model_is_found_with_and_without_its_tag() -> None:
    with FakeOllama(model="sanku-chat:latest") as fake:
        assert available(config_of(fake, model="sanku-chat"))
        assert available(config_of(fake, model="sanku-chat:latest"))
        assert not available(config_of(fake, model="sanku-chat:8b"))
        fake.behave("refuse")
        assert not available(config_of(fake, model="sanku-chat"))


def test_proxies_of_the_environment_are_ignored(
    fake: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert "".join(ask(config_of(fake))).startswith("请打开设置。")

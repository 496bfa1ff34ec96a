"""Whatever becomes of the language model, a customer gets a marked answer, and in time."""

import json
import time
from collections.abc import Iterator
from typing import get_args

import httpx
import pytest

from pipelines.gateway.operations import breaker
from tests.fake_ollama import Behaviour, FakeOllama
from tests.gateway.indexed import FACT, QUESTION, SAID, Built, answering, small_version

WELL = ("answer", "think_block", "think_spill")
MISBEHAVIOUR = [one for one in get_args(Behaviour) if one not in WELL]
STEP = FACT.partition("，选")[0]
PATIENCE = {"first_piece_seconds": 0.5, "answer_seconds": 2.0}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return small_version(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeOllama]:
    with FakeOllama(SAID) as server:
        yield server


@pytest.fixture(scope="module")
def url(built: Built, fake: FakeOllama) -> Iterator[str]:
    with answering(built, fake, **PATIENCE) as base:
        yield base


def ask(
    url: str, question: str = QUESTION, *, path: str = "/api/chat", stream: bool = False
) -> tuple[str, dict[str, object]]:
    """Return the text of an answer, and what is told about it."""
    body = {
        "model": "sanku",
        "messages": [{"role": "user", "content": question}],
        "stream": stream,
    }
    response = httpx.post(url + path, json=body, timeout=30, trust_env=False)
    assert response.status_code == 200
    if path == "/api/chat":
        lines = [json.loads(line) for line in response.text.splitlines()]
        assert lines[-1]["done"] is True
        return "".join(one["message"]["content"] for one in lines), lines[-1]["sanku"]
    if not stream:
        told = response.json()
        return told["choices"][0]["message"]["content"], told["sanku"]
    events = response.text.removesuffix("data: [DONE]\n\n").split("data: ")[1:]
    chunks = [json.loads(event) for event in events]
    text = "".join(one["choices"][0]["delta"].get("content", "") for one in chunks)
    return text, chunks[-1]["sanku"]


@pytest.mark.parametrize("behaviour", MISBEHAVIOUR)
def test_every_failure_ends_in_a_useful_marked_answer(
    url: str, fake: FakeOllama, behaviour: Behaviour
) -> None:
    fake.behave(behaviour)
    for path in ("/api/chat", "/v1/chat/completions"):
        for stream in (True, False):
            started = time.monotonic()
            text, told = ask(url, path=path, stream=stream)
            assert time.monotonic() - started < PATIENCE["answer_seconds"] + 1.5
            assert told["decision"] == "degraded"
            assert str(told["reason"]).startswith("model_")
            # Quoted whole and marked so; or what the model had said that the entry bears.
            assert ("未经语言模型整理" in text and FACT in text) or STEP in text, text
            assert "[1] 考勤报表怎么导出" in text


def test_a_model_that_is_silent_costs_less_than_a_whole_answers_time(
    built: Built, fake: FakeOllama
) -> None:
    fake.behave("hang")
    with answering(built, fake, first_piece_seconds=0.3, answer_seconds=60.0) as url:
        started = time.monotonic()
        ask(url)
        assert time.monotonic() - started < 3


def test_once_the_model_is_found_dead_nobody_waits_for_it(
    built: Built, fake: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "_FIRST_PAUSE", 0.2)
    fake.behave("hang")
    with answering(built, fake, breaker=True, first_piece_seconds=2.5, answer_seconds=3.0) as url:
        assert ask(url)[1]["reason"] == "model_timeout"
        customers = len(fake.chats)
        for number in range(5):
            started = time.monotonic()
            assert ask(url, f"{QUESTION}{number}")[1]["reason"] == "model_timeout"
            assert time.monotonic() - started < 2
        probes = fake.chats[customers:]
        assert all(one["messages"][0]["content"] == "ping" for one in probes)
        fake.behave("answer")
        deadline = time.monotonic() + 10
        while ask(url)[1]["decision"] != "grounded":
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_few_errors_do_not_open_the_breaker_and_many_do(
    built: Built, fake: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "_FIRST_PAUSE", 60.0)
    with answering(built, fake, breaker=True, **PATIENCE) as url:
        for behaviour in ("server_error", "cut", "answer", "server_error", "too_long", "empty"):
            fake.behave(behaviour)
            ask(url, f"{QUESTION}{behaviour}")
        asked = len(fake.chats)
        fake.behave("server_error")
        for number in range(5):
            ask(url, f"{QUESTION}{number}")
        # Two more make three in a row, and then it is left alone.
        assert len(fake.chats) == asked + 2


def test_an_answer_that_breaks_off_late_does_not_open_the_breaker(
    built: Built, fake: FakeOllama
) -> None:
    with answering(built, fake, breaker=True, **PATIENCE) as url:
        fake.behave("hang_midway")
        assert ask(url)[1]["reason"] == "model_timeout"
        fake.behave("answer")
        assert ask(url)[1]["decision"] == "grounded"


def test_answers_that_are_too_long_are_told_to_break_off_and_do_not_open_the_breaker(
    built: Built, fake: FakeOllama
) -> None:
    with answering(built, fake, breaker=True, **PATIENCE) as url:
        fake.behave("length", answer=SAID * 2)
        for number in range(4):
            text, told = ask(url, f"{QUESTION}{number}")
            assert (told["decision"], told["reason"]) == ("degraded", "model_length")
            assert "回答到这里中断了" in text
        fake.behave("answer", answer=SAID)
        assert ask(url)[1]["decision"] == "grounded"

"""The official Ollama and OpenAI clients against the gateway, streaming and not."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import ollama
import openai
import pytest

from tests.gateway.served import (
    ANSWER,
    MESSAGES,
    QUESTION,
    openai_for,
)


@pytest.fixture
def ollama_client(url: str) -> Iterator[ollama.Client]:
    with ollama.Client(url, trust_env=False) as client:
        yield client


@pytest.fixture
def openai_client(url: str) -> Iterator[openai.OpenAI]:
    with openai_for(url) as client:
        yield client


# --- Ollama's client -----------------------------------------------------------------------------


def test_ollama_lists_shows_and_finds_the_model_loaded(ollama_client: ollama.Client) -> None:
    assert [model.model for model in ollama_client.list().models] == ["sanku:latest"]
    assert [model.model for model in ollama_client.ps().models] == ["sanku:latest"]
    shown = ollama_client.show("sanku")
    assert shown.capabilities == ["completion"]
    assert shown.modelinfo is not None
    assert shown.modelinfo["sanku.context_length"] > 32_000


def test_ollama_chats_whole(ollama_client: ollama.Client) -> None:
    response = ollama_client.chat("sanku", messages=MESSAGES)
    assert response.message.content == "".join(ANSWER)
    assert response.done is True
    assert response.done_reason == "stop"


def test_ollama_chats_in_a_stream_that_ends_with_done(ollama_client: ollama.Client) -> None:
    parts = list(ollama_client.chat("sanku:latest", messages=MESSAGES, stream=True))
    assert "".join(part.message.content or "" for part in parts) == "".join(ANSWER)
    assert len(parts) > 2
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]


def test_ollama_chats_asynchronously(url: str) -> None:
    async def run() -> str:
        async with ollama.AsyncClient(url, trust_env=False) as client:
            stream = await client.chat("sanku", messages=MESSAGES, stream=True)
            return "".join([part.message.content or "" async for part in stream])

    assert asyncio.run(run()) == "".join(ANSWER)


def test_ollama_preloads_with_no_messages(ollama_client: ollama.Client) -> None:
    assert ollama_client.chat("sanku", messages=[]).done_reason == "load"


def test_ollama_hears_of_an_unknown_model(ollama_client: ollama.Client) -> None:
    with pytest.raises(ollama.ResponseError, match="not found") as caught:
        ollama_client.chat("qwen3:32b", messages=MESSAGES)
    assert caught.value.status_code == 404
    with pytest.raises(ollama.ResponseError, match="not found"):
        ollama_client.show("qwen3:32b")


def test_ollama_hears_that_models_are_not_managed(ollama_client: ollama.Client) -> None:
    for call in (
        lambda: ollama_client.pull("qwen3"),
        lambda: ollama_client.push("sanku"),
        lambda: ollama_client.delete("sanku"),
        lambda: ollama_client.copy("sanku", "other"),
        lambda: ollama_client.create("other", from_="sanku"),
    ):
        with pytest.raises(ollama.ResponseError, match="manages none") as caught:
            call()
        assert caught.value.status_code == 403


def test_every_line_of_a_stream_has_message_and_done(url: str) -> None:
    response = httpx.post(f"{url}/api/chat", json={"model": "sanku", "messages": MESSAGES})
    assert response.headers["content-type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert all(
        isinstance(line["message"], dict) and line["done"] in (True, False) for line in lines
    )
    about = lines[-1]["sanku"]
    assert about["decision"] == "grounded"
    assert about["reason"] == "passages"
    assert about["handoff"] is False
    assert about["version"] == "v7"
    assert about["timings"] == {"total": 12.3}
    assert about["citations"][0]["path"] == "account.md"
    assert about["citations"][0]["line"] == 12


def test_the_root_and_version_are_what_clients_probe(url: str) -> None:
    assert httpx.get(url).text == "Ollama is running"
    assert httpx.head(url).status_code == 200
    version = httpx.get(f"{url}/api/version").json()["version"]
    assert all(part.isdecimal() for part in version.split("."))


# --- OpenAI's client -----------------------------------------------------------------------------


def test_openai_lists_the_model(openai_client: openai.OpenAI) -> None:
    assert [model.id for model in openai_client.models.list()] == ["sanku"]
    assert openai_client.models.retrieve("sanku:latest").id == "sanku"
    with pytest.raises(openai.NotFoundError) as caught:
        openai_client.models.retrieve("gpt-5")
    assert caught.value.code == "model_not_found"


def test_openai_completes_whole(openai_client: openai.OpenAI) -> None:
    completion = openai_client.chat.completions.create(
        model="sanku", messages=[{"role": "user", "content": QUESTION}]
    )
    assert completion.choices[0].message.content == "".join(ANSWER)
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage is not None
    assert completion.usage.total_tokens > 0
    assert completion.model_extra is not None
    assert completion.model_extra["sanku"]["decision"] == "grounded"


def test_openai_completes_in_a_stream(openai_client: openai.OpenAI) -> None:
    stream = openai_client.chat.completions.create(
        model="sanku",
        messages=[{"role": "user", "content": [{"type": "text", "text": QUESTION}]}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == "".join(ANSWER)
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_of_events_ends_with_done_and_has_usage_only_when_asked(url: str) -> None:
    body = {"model": "sanku", "messages": MESSAGES, "stream": True}
    events = httpx.post(f"{url}/v1/chat/completions", json=body).text.strip().split("\n\n")
    assert events[-1] == "data: [DONE]"
    assert all("usage" not in json.loads(event[6:]) for event in events[:-1])


def test_a_base_url_without_v1_works_too(url: str) -> None:
    body = {"model": "sanku", "messages": MESSAGES}
    answer = httpx.post(f"{url}/chat/completions", json=body).json()
    assert answer["choices"][0]["message"]["content"] == "".join(ANSWER)


def test_openai_hears_errors_in_its_own_shape(url: str) -> None:
    for body, named in (
        ({"model": "sanku"}, "`messages`"),
        ({"model": "sanku", "messages": []}, "`messages`"),
        ({"model": "sanku", "messages": [{"role": "user", "content": 7}]}, "`messages.0.content"),
        ({"messages": MESSAGES}, "`model`"),
        ({"model": "sanku", "messages": [{"role": "system", "content": "x"}]}, "`messages`"),
    ):
        response = httpx.post(f"{url}/v1/chat/completions", json=body)
        assert response.status_code == 400, body
        error = response.json()["error"]
        assert named in error["message"]
        assert error["type"] == "invalid_request_error"
        assert "code" in error


def test_openai_hears_what_is_not_offered_in_words_that_help(openai_client: openai.OpenAI) -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}
    for more, named in (
        ({"n": 2}, "`n`"),
        ({"response_format": {"type": "json_object"}}, "`json_object`"),
        ({"response_format": schema}, "`sanku`"),
    ):
        with pytest.raises(openai.BadRequestError, match=named):
            openai_client.chat.completions.create(model="sanku", messages=MESSAGES, **more)
    with pytest.raises(openai.NotFoundError, match="/v1/chat/completions") as caught:
        openai_client.completions.create(model="sanku", prompt=QUESTION)
    assert caught.value.code == "unknown_url"
    with pytest.raises(openai.NotFoundError, match="/v1/chat/completions"):
        openai_client.responses.create(model="sanku", input=QUESTION)


def test_what_changes_nothing_is_accepted_from_openai(openai_client: openai.OpenAI) -> None:
    completion = openai_client.chat.completions.create(
        model="sanku:latest",
        messages=[
            {"role": "developer", "content": "You are a pirate."},
            {"role": "user", "content": QUESTION},
        ],
        n=1,
        stop=["。"],
        max_tokens=1,
        temperature=0,
        response_format={"type": "text"},
        tools=[{"type": "function", "function": {"name": "exec", "parameters": {}}}],
        tool_choice="required",
        user="u1",
    )
    assert completion.choices[0].message.content == "".join(ANSWER)
    assert completion.choices[0].message.tool_calls is None

"""Ollama's calls beside chat: generate, load and unload, and the verbs that manage models."""

import json
from collections.abc import Iterator

import httpx
import ollama
import pytest

from tests.gateway.served import ANSWER, MESSAGES, QUESTION, ScriptedAnswerer

TEXT = "".join(ANSWER)


@pytest.fixture
def client(url: str) -> Iterator[ollama.Client]:
    with ollama.Client(url, trust_env=False) as made:
        yield made


def refusal(url: str, path: str, **body: object) -> str:
    response = httpx.post(url + path, json={"model": "sanku", **body})
    assert response.status_code == 400, response.text
    return str(response.json()["error"])


def test_generate_answers_whole(client: ollama.Client, answerer: ScriptedAnswerer) -> None:
    response = client.generate("sanku", QUESTION, system="You are a pirate.")
    assert (response.response, response.done, response.done_reason) == (TEXT, True, "stop")
    assert response.eval_count
    assert answerer.asked[-1] == (QUESTION, ())


def test_generate_answers_in_a_stream_that_ends_with_done(client: ollama.Client) -> None:
    parts = list(client.generate("sanku:latest", QUESTION, stream=True))
    assert "".join(part.response for part in parts) == TEXT
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]


@pytest.mark.parametrize("prompt", ["", "这是啥问题"])
def test_a_picture_in_generate_is_told_to_say_nothing_in_words(
    client: ollama.Client, answerer: ScriptedAnswerer, prompt: str
) -> None:
    response = client.generate("sanku", prompt, images=[b"a picture"])
    assert response.response == TEXT
    asked, _ = answerer.asked[-1]
    assert not asked.replace("[image]", "").replace(prompt, "").strip()


def test_a_question_beside_a_picture_in_generate_is_answered(
    client: ollama.Client, answerer: ScriptedAnswerer
) -> None:
    client.generate("sanku", "怎么开发票？", images=[b"a picture"])
    assert answerer.asked[-1] == ("怎么开发票？", ())


def test_every_line_of_generate_has_response_and_done(url: str) -> None:
    answer = httpx.post(f"{url}/api/generate", json={"model": "sanku", "prompt": QUESTION})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert all(isinstance(line["response"], str) and "message" not in line for line in lines)
    assert lines[-1]["sanku"]["decision"] == "grounded"


def test_no_question_loads_the_model_and_no_time_to_keep_it_unloads_it(url: str) -> None:
    for path, empty, said in (
        ("/api/generate", {}, {"response": ""}),
        ("/api/generate", {"prompt": "", "system": "x"}, {"response": ""}),
        ("/api/chat", {}, {"message": {"role": "assistant", "content": ""}}),
        ("/api/chat", {"messages": []}, {"message": {"role": "assistant", "content": ""}}),
    ):
        for keep_alive, reason in ((None, "load"), ("5m", "load"), (-1, "load"), (0, "unload")):
            body = {"model": "sanku", "keep_alive": keep_alive, **empty}
            told = httpx.post(url + path, json=body).json()
            assert (told["done"], told["done_reason"]) == (True, reason), body
            assert said.items() <= told.items()
    assert (
        httpx.post(f"{url}/api/chat", json={"model": "sanku", "keep_alive": "0s"}).json()[
            "done_reason"
        ]
        == "unload"
    )


def test_what_only_a_language_model_could_do_is_refused_in_words(url: str) -> None:
    assert "`suffix`" in refusal(url, "/api/generate", prompt="def f(", suffix="return")
    assert "`raw`" in refusal(url, "/api/generate", prompt="<|im_start|>user", raw=True)
    assert "`format`" in refusal(url, "/api/generate", prompt=QUESTION, format="json")
    schema = {"type": "object", "properties": {"answer": {"type": "string"}}}
    assert "`sanku`" in refusal(url, "/api/chat", messages=MESSAGES, format=schema)
    assert "question" in refusal(url, "/api/generate", prompt="  ")


def test_what_changes_nothing_is_accepted(url: str) -> None:
    tool = {"type": "function", "function": {"name": "exec", "parameters": {}}}
    for path, more in (
        ("/api/chat", {"messages": MESSAGES, "tools": [tool], "think": "high", "format": ""}),
        ("/api/chat", {"messages": [{**MESSAGES[0], "images": ["aGk="]}], "options": None}),
        ("/api/generate", {"prompt": QUESTION, "images": ["aGk="], "template": "{{ .Prompt }}"}),
        ("/api/generate", {"prompt": QUESTION, "context": [1, 2], "options": {"stop": ["\n"]}}),
    ):
        response = httpx.post(url + path, json={"model": "sanku", "stream": False, **more})
        assert response.status_code == 200, response.text
        told = response.json()
        assert (told["response"] if "response" in told else told["message"]["content"]) == TEXT


def test_blobs_are_refused_like_every_verb_that_manages_models(url: str) -> None:
    blob = f"{url}/api/blobs/sha256:{'0' * 64}"
    assert httpx.head(blob).status_code == 403
    assert "manages none" in httpx.post(blob, content=b"x").json()["error"]


def test_show_takes_the_older_name_and_verbose(url: str) -> None:
    plain = httpx.post(f"{url}/api/show", json={"name": "sanku"}).json()
    assert httpx.post(f"{url}/api/show", json={"model": "sanku", "verbose": True}).json() == plain
    assert "tools" not in plain["capabilities"]


def test_an_unknown_path_and_a_wrong_method_are_told_in_the_protocols_shape(url: str) -> None:
    for path in ("/v1/images/generations", "/v1/nothing", "/api/nothing"):
        error = httpx.post(url + path, json={}).json()["error"]
        assert isinstance(error, str) == path.startswith("/api"), path
    wrong = httpx.get(f"{url}/v1/chat/completions")
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "POST"
    assert wrong.json()["error"]["code"] == "method_not_allowed"

"""Sanku's embedding model over both protocols, with a real model."""

import asyncio
import base64
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import numpy as np
import numpy.typing as npt
import ollama
import openai
import pytest

from pipelines.embedding.cross_encoder import CrossEncoder
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.gateway.protocols.embedding_queue import EmbeddingQueue
from pipelines.gateway.protocols.embeddings_api import MOST_TEXTS
from pipelines.gateway.refusals import RefusalError
from tests.conftest import MakeSettings
from tests.gateway.served import (
    ANSWER,
    ScriptedAnswerer,
    ScriptedSearcher,
    app_for,
    openai_for,
    serving,
)

TEXTS = ["怎么重置密码？", "怎么开发票？", "会议室在哪里预订？"]


class Embeds(ScriptedSearcher):
    """Hands out a real embedding model."""

    def __init__(self, model: Embedder) -> None:
        super().__init__()
        self.model = model

    def embedder(self) -> Embedder:
        return self.model


@pytest.fixture(scope="module")
def model(make_settings: MakeSettings, character_model: Path) -> Embedder:
    return load_embedder(make_settings(model=str(character_model)))


@pytest.fixture(scope="module")
def url(model: Embedder) -> Iterator[str]:
    with serving(app_for(ScriptedAnswerer(ANSWER), Embeds(model))) as base:
        yield base


def close(made: Sequence[Sequence[float]], wanted: npt.NDArray[np.float32]) -> bool:
    return bool(np.allclose(np.array(made), wanted, atol=1e-6))


def test_ollama_embeds_one_text_and_many(url: str, model: Embedder) -> None:
    wanted = model.encode_documents(TEXTS)
    with ollama.Client(url, trust_env=False) as client:
        many = client.embed("sanku", TEXTS)
        assert close(many.embeddings, wanted)
        assert many.prompt_eval_count == sum(model.count_tokens(TEXTS))
        assert close(client.embed("sanku:latest", TEXTS[0]).embeddings, wanted[:1])
        assert close([client.embeddings("sanku", TEXTS[1]).embedding], wanted[1:2])
        assert client.embed("sanku", "").embeddings == []
        assert client.embed("sanku", []).embeddings == []
        assert client.embeddings("sanku", "").embedding == []


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_openai_embeds_in_both_encodings(url: str, model: Embedder, encoding: str) -> None:
    with openai_for(url) as client:
        made = client.embeddings.create(
            model="sanku",
            input=TEXTS,
            encoding_format="base64" if encoding == "base64" else "float",
        )
    vectors = [
        np.frombuffer(base64.b64decode(one.embedding), "<f4")
        if isinstance(one.embedding, str)
        else np.array(one.embedding)
        for one in made.data
    ]
    assert close([list(vector) for vector in vectors], model.encode_documents(TEXTS))
    assert [one.index for one in made.data] == [0, 1, 2]
    assert made.usage.total_tokens == sum(model.count_tokens(TEXTS))


def test_a_prefix_tells_questions_from_documents_and_is_not_embedded(
    url: str, embedder: Embedder
) -> None:
    question, document = TEXTS[0], TEXTS[2]
    with serving(app_for(ScriptedAnswerer(ANSWER), Embeds(embedder))) as real:
        body = {
            "model": "sanku",
            "input": [f"search_query: {question}", f"search_document: {document}", question],
        }
        made = httpx.post(f"{real}/api/embed", json=body, timeout=60).json()["embeddings"]
    assert close(made[:1], embedder.encode_queries([question]))
    assert close(made[1:], embedder.encode_documents([document, question]))


def test_many_texts_keep_their_order(url: str, model: Embedder) -> None:
    texts = [f"{number}" * (number % 40 + 1) for number in range(1, 100)]
    made = httpx.post(f"{url}/api/embed", json={"model": "sanku", "input": texts}).json()
    assert close(made["embeddings"], model.encode_documents(texts))


def test_a_long_text_loses_its_end_or_is_refused(embedder: Embedder) -> None:
    long = "密码 " * 600
    with serving(app_for(ScriptedAnswerer(ANSWER), Embeds(embedder))) as url:
        body = {"model": "sanku", "input": ["短", long]}
        cut = httpx.post(f"{url}/api/embed", json=body, timeout=60).json()
        assert close(cut["embeddings"][1:], embedder.encode_documents([long]))
        assert cut["prompt_eval_count"] == 512 + embedder.count_tokens(["短"])[0]
        whole = httpx.post(f"{url}/api/embed", json=body | {"truncate": False}, timeout=60)
    assert whole.status_code == 400
    assert "text 1 of `input` exceeds the context length" in whole.json()["error"]


def test_what_the_model_cannot_do_is_refused_in_words(url: str, model: Embedder) -> None:
    def ollama_says(**body: object) -> str:
        return said("/api/embed", **body)

    def said(path: str, **body: object) -> str:
        response = httpx.post(url + path, json={"model": "sanku", "input": "x", **body})
        assert response.status_code == 400, response.text
        error = response.json()["error"]
        return str(error["message"] if path.startswith("/v1") else error)

    assert f"have {model.dim} numbers" in ollama_says(dimensions=7)
    assert "text 1 of `input` is empty" in ollama_says(input=["a", "  "])
    assert f"at most {MOST_TEXTS}" in ollama_says(input=["a"] * (MOST_TEXTS + 1))
    assert "`input" in ollama_says(input=[1])
    assert "check_embedding_ctx_length=False" in said("/v1/embeddings", input=[[1, 2]])
    assert "check_embedding_ctx_length=False" in said("/v1/embeddings", input=[])
    assert "`encoding_format`" in said("/v1/embeddings", encoding_format="int8")
    right = {"model": "sanku", "input": "x", "dimensions": model.dim}
    assert httpx.post(f"{url}/v1/embeddings", json=right).status_code == 200


def test_another_embedding_model_is_not_found(url: str) -> None:
    with ollama.Client(url, trust_env=False) as client:
        with pytest.raises(ollama.ResponseError, match="Sanku's is `sanku`") as caught:
            client.embed("nomic-embed-text", "x")
        assert caught.value.status_code == 404
    with openai_for(url) as asking, pytest.raises(openai.NotFoundError):
        asking.embeddings.create(model="text-embedding-3-small", input="x")


def test_one_request_embeds_at_a_time_few_wait_and_more_are_told_to_come_again() -> None:
    async def run() -> tuple[int, RefusalError]:
        queue, at_once, most = EmbeddingQueue(), 0, 0
        go_on = asyncio.Event()

        async def embed() -> None:
            nonlocal at_once, most
            async with queue.turn():
                at_once += 1
                most = max(most, at_once)
                await go_on.wait()
                at_once -= 1

        tasks = []
        for _ in range(5):
            tasks.append(asyncio.create_task(embed()))
            await asyncio.sleep(0)
        tasks[2].cancel()
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(embed()))
        await asyncio.sleep(0)
        with pytest.raises(RefusalError) as caught:
            await embed()
        go_on.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        return most, caught.value

    most, refused = asyncio.run(run())
    assert most == 1
    assert (refused.status, refused.retry_after) == (503, 5)


def no_pairs() -> CrossEncoder:
    pytest.fail("texts are embedded, and no entry is read")


def test_a_client_that_leaves_ends_the_embedding(model: Embedder) -> None:
    begun, go_on = threading.Event(), threading.Event()
    rows: list[int] = []

    class Slow(Embeds):
        def embedder(self) -> Embedder:
            return Watched(model.identity, lambda: model.model, None, no_pairs, 32)

    class Watched(Embedder):
        def encode_documents(self, texts: Sequence[str], *rest: object) -> npt.NDArray[np.float32]:
            rows.append(len(texts))
            begun.set()
            go_on.wait(5)
            return super().encode_documents(texts)

    with serving(app_for(ScriptedAnswerer(ANSWER), Slow(model))) as url:
        body = {"model": "sanku", "input": ["一二三四五六七八九十" * 60] * 40}
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{url}/api/embed", json=body, timeout=httpx.Timeout(5, read=0.5))
        assert begun.is_set()
        go_on.set()
        one = httpx.post(f"{url}/api/embed", json={"model": "sanku", "input": "x"}, timeout=5)
        assert one.status_code == 200
    assert sum(rows) < 5

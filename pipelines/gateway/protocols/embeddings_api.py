"""Sanku's own embedding model over the protocols of Ollama and of OpenAI."""

import base64
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipelines.embedding.model import Embedder, Vectors
from pipelines.gateway.context import Context, context_of, read_body
from pipelines.gateway.conversation.reply import while_connected
from pipelines.gateway.json_route import JsonRoute
from pipelines.gateway.refusals import RefusalError

MOST_TEXTS = 2_048
"""Texts of one request, as with OpenAI; the size of its body bounds them too."""
# More than a token of any model in use holds: what is cut by it would be left out anyway.
_CHARACTERS_A_TOKEN = 16
# A question waits for one slice at most, about 0.2 s on two cores; and for one count, 0.1 s.
_SLICE_TOKENS, _COUNTED = 512, 8
# What clients write in front of a text for models that tell a question from a document.
_QUERY_PREFIXES = ("search_query: ", "query: ")
_DOCUMENT_PREFIXES = ("search_document: ", "passage: ")


class _EmbedBody(BaseModel):
    model: str
    input: str | list[str] | None = None
    truncate: bool | None = True
    dimensions: int | None = None


class _OldEmbedBody(BaseModel):
    model: str
    prompt: str | None = None


class _OpenAIBody(BaseModel):
    model: str
    input: str | list[str] | list[int] | list[list[int]]
    encoding_format: Literal["float", "base64"] | None = "float"
    dimensions: int | None = None


@dataclass(frozen=True, slots=True)
class _Embedded:
    """Unit vectors, float32 [n, dim], in the order of the texts, and the tokens that were read."""

    vectors: Vectors
    tokens: int


async def embed(request: Request) -> Response:
    """Return one unit vector a text, as Ollama's `/api/embed` does."""
    started = time.perf_counter_ns()
    body = await read_body(request, _EmbedBody)
    # Ollama takes an empty text for none, and embeds nothing.
    texts = body.input if isinstance(body.input, list) else [body.input] if body.input else []
    cut = body.truncate is not False
    made = await _embedded(request, body.model, texts, body.dimensions, cut=cut)
    if made is None:
        return Response(status_code=499)
    return JSONResponse(
        {
            "model": body.model,
            "embeddings": made.vectors.tolist(),
            "total_duration": time.perf_counter_ns() - started,
            "load_duration": 0,
            "prompt_eval_count": made.tokens,
        }
    )


async def embed_one(request: Request) -> Response:
    """Return the vector of one text, as Ollama's older `/api/embeddings` does; none of no text."""
    body = await read_body(request, _OldEmbedBody)
    made = await _embedded(request, body.model, [body.prompt] if body.prompt else [], None)
    if made is None:
        return Response(status_code=499)
    return JSONResponse({"embedding": made.vectors[0].tolist() if len(made.vectors) else []})


async def embeddings(request: Request) -> Response:
    """Return one unit vector a text, as OpenAI does, as numbers or as base64 of float32."""
    body = await read_body(request, _OpenAIBody)
    texts = [body.input] if isinstance(body.input, str) else body.input
    if not texts or not all(isinstance(text, str) for text in texts):
        raise RefusalError(
            400,
            "`input` has to be a text or a list of texts: Sanku's model has tokens of its own "
            "(in LangChain set `check_embedding_ctx_length=False`)",
        )
    made = await _embedded(request, body.model, cast(list[str], texts), body.dimensions)
    if made is None:
        return Response(status_code=499)
    shown = _as_base64 if body.encoding_format == "base64" else _as_numbers
    return JSONResponse(
        {
            "object": "list",
            "data": [
                {"object": "embedding", "index": index, "embedding": shown(vector)}
                for index, vector in enumerate(made.vectors)
            ],
            "model": body.model,
            "usage": {"prompt_tokens": made.tokens, "total_tokens": made.tokens},
        }
    )


async def _embedded(
    request: Request,
    model: str,
    texts: Sequence[str],
    dimensions: int | None,
    *,
    cut: bool = True,
) -> _Embedded | None:
    """Return the vectors of `texts`, or None where the client left.

    Raises `RefusalError` for what Sanku's model cannot do, and for too many texts; `cut` tells
    whether texts longer than the model reads lose their end or are refused.
    """
    context = context_of(request)
    context.check_model(model)
    if len(texts) > MOST_TEXTS:
        raise RefusalError(400, f"`input` has {len(texts)} texts; send at most {MOST_TEXTS}")
    for position, text in enumerate(texts):
        if not text.strip():
            raise RefusalError(400, f"text {position} of `input` is empty; leave it out")
    # Search asks less of it, but what the gateway searches with is always the loaded model.
    embedder = cast(Embedder, await run_in_threadpool(context.searcher.embedder))
    if dimensions not in (None, embedder.dim):
        raise RefusalError(
            400, f"the vectors have {embedder.dim} numbers; leave `dimensions` out, or say so"
        )
    return await while_connected(request.receive, _in_turn(context, embedder, texts, cut=cut))


async def _in_turn(
    context: Context, embedder: Embedder, texts: Sequence[str], *, cut: bool
) -> _Embedded:
    vectors = np.empty((len(texts), embedder.dim), np.float32)
    longest, read = embedder.most_tokens * _CHARACTERS_A_TOKEN, 0
    asks = [text.lstrip().startswith(_QUERY_PREFIXES) for text in texts]
    async with context.embedding.turn():
        for first in range(0, len(texts), _COUNTED):
            part = [_without_prefix(text.strip()[:longest]) for text in texts[first:][:_COUNTED]]
            counts = await run_in_threadpool(embedder.count_tokens, part)
            if not cut:
                _check_fit(counts, first, embedder.most_tokens)
            counts = [min(count, embedder.most_tokens) for count in counts]
            read += sum(counts)
            for rows in _slices(counts):
                made = await run_in_threadpool(
                    _encode, embedder, [part[row] for row in rows], [asks[first + r] for r in rows]
                )
                vectors[[first + row for row in rows]] = made
    return _Embedded(vectors, read)


def _slices(counts: Sequence[int]) -> Iterator[list[int]]:
    """Yield the positions of `counts`, as many at a time as `_SLICE_TOKENS` hold, at least one."""
    rows: list[int] = []
    for row, count in enumerate(counts):
        if rows and sum(counts[r] for r in rows) + count > _SLICE_TOKENS:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _encode(embedder: Embedder, texts: Sequence[str], asks: Sequence[bool]) -> Vectors:
    vectors = np.empty((len(texts), embedder.dim), np.float32)
    for kind, encode in ((True, embedder.encode_queries), (False, embedder.encode_documents)):
        rows = [row for row, is_query in enumerate(asks) if is_query == kind]
        if rows:
            vectors[rows] = encode([texts[row] for row in rows])
    return vectors


def _check_fit(counts: Sequence[int], first: int, most: int) -> None:
    for position, count in enumerate(counts, first):
        if count > most:
            raise RefusalError(
                400,
                f"text {position} of `input` exceeds the context length: it has {count} tokens, "
                f"of which the model reads {most}; shorten it, or leave `truncate` out",
            )


def _without_prefix(text: str) -> str:
    """Return `text` without the prefix that tells its kind, where words are left."""
    for prefix in (*_QUERY_PREFIXES, *_DOCUMENT_PREFIXES):
        if text.startswith(prefix) and (rest := text.removeprefix(prefix).strip()):
            return rest
    return text


def _as_numbers(vector: Vectors) -> Any:
    return vector.tolist()


def _as_base64(vector: Vectors) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


ROUTES = (
    JsonRoute("/api/embed", embed, body=_EmbedBody),
    JsonRoute("/api/embeddings", embed_one, body=_OldEmbedBody),
    JsonRoute("/v1/embeddings", embeddings, body=_OpenAIBody),
)

"""Sanku's own interface: what the index holds for a question, and whether all is well."""

from dataclasses import asdict
from typing import Any

from pydantic import AliasChoices, BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipelines.gateway.context import context_of, read_body
from pipelines.records import Tier
from pipelines.search import MAX_QUESTION, Hit


class _SearchBody(BaseModel):
    question: str = Field(
        validation_alias=AliasChoices("question", "query"), min_length=1, max_length=MAX_QUESTION
    )
    limit: int = Field(10, ge=1, le=100)
    tier: Tier | None = None


async def search(request: Request) -> Response:
    """Return the records that fit a question best, with their scores and where they stand."""
    searcher = context_of(request).searcher
    body = await read_body(request, _SearchBody)
    found = await run_in_threadpool(
        searcher.search, body.question, limit=body.limit, tier=body.tier
    )
    return JSONResponse(
        {
            "question": found.question,
            "version": found.version,
            "hits": [_hit(hit) for hit in found.hits],
            "timings": {name: round(ms, 1) for name, ms in found.milliseconds.items()},
        }
    )


async def health(request: Request) -> Response:
    """Return what is published and whether the model can be reached; always 200 while alive."""
    report = await context_of(request).health.report()
    return JSONResponse(asdict(report))


def _hit(hit: Hit) -> dict[str, Any]:
    chunk = hit.chunk
    return {
        "id": chunk.id,
        "tier": chunk.tier,
        "title": chunk.title,
        "text": chunk.text,
        "answer": hit.answer,
        "score": round(hit.score, 4),
        "evidence": asdict(hit.evidence),
        "source": chunk.source,
        "path": chunk.path,
        "line": chunk.line_start,
        "version": chunk.version,
    }

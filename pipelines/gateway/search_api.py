"""Sanku's own interface: what the index holds for a question."""

from typing import Literal

from pydantic import AliasChoices, BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipelines.followup import Turn
from pipelines.gateway.context import context_of, read_body
from pipelines.gateway.found import find
from pipelines.gateway.json_route import JsonRoute
from pipelines.records import Tier
from pipelines.search import MAX_QUESTION

MOST_TURNS = 50


class _Turn(BaseModel):
    role: Literal["user", "assistant"]
    content: str


class _SearchBody(BaseModel):
    question: str = Field(
        validation_alias=AliasChoices("question", "query"), min_length=1, max_length=MAX_QUESTION
    )
    history: list[_Turn] = []
    """The turns before the question, oldest first; the last `MOST_TURNS` count."""
    limit: int = Field(10, ge=1, le=100)
    tier: Tier | None = None
    html: bool = False
    """Whether hits are wanted as HTML too."""


async def search(request: Request) -> Response:
    """Return the records that fit a question best, with what speaks for each, and why.

    `text` and `answer` are the author's own, byte for byte; asked for, `html` and `answer_html`
    are the same as HTML that is safe in any page. With `history`, `context` tells what a question
    that leans on it was understood as.
    """
    context = context_of(request)
    body = await read_body(request, _SearchBody)
    history = [Turn(turn.role, turn.content) for turn in body.history[-MOST_TURNS:]]
    found = await run_in_threadpool(
        find, context.searcher, body.question, history, limit=body.limit, tier=body.tier
    )
    base_urls = {source.name: source.base_url for source in context.settings.faq}
    return JSONResponse(await run_in_threadpool(found.as_dict, base_urls if body.html else None))


ROUTES = (JsonRoute("/api/search", search, body=_SearchBody),)

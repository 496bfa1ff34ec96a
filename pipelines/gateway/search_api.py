"""Sanku's own interface: what the index holds for a question, and whether all is well."""

from dataclasses import asdict

from pydantic import AliasChoices, BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipelines.gateway.context import context_of, read_body
from pipelines.records import Tier
from pipelines.search import MAX_QUESTION


class _SearchBody(BaseModel):
    question: str = Field(
        validation_alias=AliasChoices("question", "query"), min_length=1, max_length=MAX_QUESTION
    )
    limit: int = Field(10, ge=1, le=100)
    tier: Tier | None = None
    html: bool = False
    """Whether hits are wanted as HTML too."""


async def search(request: Request) -> Response:
    """Return the records that fit a question best, with their scores and where they stand.

    `text` and `answer` are the author's own, byte for byte; asked for, `html` and `answer_html`
    are the same as HTML that is safe in any page.
    """
    context = context_of(request)
    searcher = context.searcher
    body = await read_body(request, _SearchBody)
    found = await run_in_threadpool(
        searcher.search, body.question, limit=body.limit, tier=body.tier
    )
    if not body.html:
        return JSONResponse(found.as_dict())
    base_urls = {source.name: source.base_url for source in context.settings.faq}
    return JSONResponse(await run_in_threadpool(found.as_dict_with_html, base_urls))


async def health(request: Request) -> Response:
    """Return what is published, whether the model can be reached, and how the log fares.

    Always 200 while alive.
    """
    context = context_of(request)
    report = asdict(await context.health.report())
    log = {"log": context.recorder.report()} if context.recorder else {}
    return JSONResponse(report | log)

"""The conversation log in figures, over HTTP."""

import io
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipelines.analytics import MOST_DAYS, day_table, figures, turns
from pipelines.gateway.context import context_of, problems_of
from pipelines.gateway.json_route import JsonRoute
from pipelines.gateway.refusals import RefusalError
from pipelines.settings import Settings

PARQUET = "application/vnd.apache.parquet"


class AnalyticsQuery(BaseModel):
    """What of the conversation log is wanted, and how."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(30, ge=1, le=MOST_DAYS)
    """How many days, today the last of them."""
    format: Literal["json", "parquet"] = "json"
    what: Literal["days", "turns"] = "days"
    """`days`: the figures; `turns`: every question with its answer, redacted, as Parquet only."""


async def analytics(request: Request) -> Response:
    """Return the figures of the last days: questions, outcomes, tiers, latency and what is open."""
    wanted = _query(request)
    settings = context_of(request).settings
    headers = {"Cache-Control": "no-store"}
    if wanted.format == "parquet":
        name = f"sanku-{wanted.what}-{settings.now().date().isoformat()}.parquet"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
        content = await run_in_threadpool(_parquet, settings, wanted)
        return Response(content, media_type=PARQUET, headers=headers)
    if wanted.what == "turns":
        raise RefusalError(400, "`what`: turns are given as Parquet; add `format=parquet`")
    told = await run_in_threadpool(figures, settings, wanted.days)
    return JSONResponse(told.as_dict(), headers=headers)


def _query(request: Request) -> AnalyticsQuery:
    try:
        return AnalyticsQuery.model_validate_strings(dict(request.query_params))
    except ValidationError as error:
        raise RefusalError(400, problems_of(error)) from error


def _parquet(settings: Settings, wanted: AnalyticsQuery) -> bytes:
    import pyarrow.parquet as pq

    table: pa.Table
    if wanted.what == "turns":
        table = turns(settings, wanted.days)
    else:
        table = day_table(figures(settings, wanted.days))
    written = io.BytesIO()
    pq.write_table(table, written, compression="zstd")
    return written.getvalue()


ROUTES = (JsonRoute("/api/analytics", analytics, query=AnalyticsQuery),)

"""How fresh each tier is, how each source fares, and what the published version was built with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.current import last_pulled
from pipelines.gateway.console.page import page
from pipelines.gateway.context import Context, context_of
from pipelines.records import TIERS, Tier
from pipelines.versions import Manifest
from pipelines.warehouse import Warehouse

State = Literal["fresh", "due", "stale", "missing", "undeclared"]
# Of the days that a tier may go without a look: behind this share, a look is due.
_DUE = 0.7


@dataclass(frozen=True, slots=True)
class TierState:
    """A tier: when its most neglected source was looked at, and what is published of it."""

    tier: Tier
    state: State
    pulled_at: datetime | None
    age: timedelta | None
    limit_days: int
    records: int


@dataclass(frozen=True, slots=True)
class SourceState:
    """A declared source."""

    tier: Tier
    name: str
    pulled_at: datetime | None
    quarantined: int


async def freshness(request: Request) -> Response:
    """Show how fresh everything is."""
    context = context_of(request)
    report = await context.health.report()
    manifest, tiers, sources = await run_in_threadpool(_looked_at, context)
    return page(
        request, "freshness", "freshness",
        manifest=manifest, states=tiers, sources=sources, model_reachable=report.model_reachable,
        model=context.settings.ollama.model, now=context.settings.now(),
    )  # fmt: skip


def _looked_at(
    context: Context,
) -> tuple[Manifest, tuple[TierState, ...], tuple[SourceState, ...]]:
    manifest = context.searcher.version().manifest
    warehouse = Warehouse(context.settings.warehouse)
    refused = warehouse.quarantine().select(["tier", "source"]).to_pylist()
    sources = tuple(
        SourceState(
            tier,
            source.name,
            warehouse.pulled_at(tier, source.name),
            refused.count({"tier": tier, "source": source.name}),
        )
        for tier in TIERS
        for source in getattr(context.settings, tier)
    )
    tiers = tuple(_state(context, warehouse, tier, manifest) for tier in TIERS)
    return manifest, tiers, sources


def _state(context: Context, warehouse: Warehouse, tier: Tier, manifest: Manifest) -> TierState:
    pulled_at = last_pulled(context.settings, warehouse, tier)
    age = max(timedelta(), context.settings.now() - pulled_at) if pulled_at else None
    limit = context.settings.publish.stale_after_days[tier]
    state: State = "fresh"
    if not getattr(context.settings, tier):
        state = "undeclared"
    elif age is None:
        state = "missing"
    elif age > timedelta(days=limit):
        state = "stale"
    elif age > timedelta(days=limit) * _DUE:
        state = "due"
    return TierState(tier, state, pulled_at, age, limit, manifest.entries.get(tier, 0))


ROUTES = (Route("/console/freshness", freshness, methods=["GET"]),)

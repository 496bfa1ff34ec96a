"""The versions that are kept: what each was built from, how two differ, and back to one of them."""

from collections.abc import Sequence
from itertools import pairwise

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipelines.errors import NotPublishedError
from pipelines.gateway.access.session import require
from pipelines.gateway.console.differences import KINDS, Differing, details, differences
from pipelines.gateway.console.form import read_form
from pipelines.gateway.console.page import page
from pipelines.gateway.console.paging import Paged, paged
from pipelines.gateway.console.records import version_of
from pipelines.gateway.context import context_of
from pipelines.gateway.refusals import RefusalError
from pipelines.publish import kept_versions, rollback
from pipelines.records import TIERS
from pipelines.versions import Version, published
from pipelines.warehouse import Warehouse


def versions(request: Request) -> Response:
    """List the versions that are kept, the newest first."""
    warehouse = Warehouse(context_of(request).settings.warehouse)
    current = published(warehouse).name
    kept = _newest_first(kept_versions(warehouse))
    done = request.query_params.get("done", "")
    return page(
        request, "versions", "versions",
        manifests=[version.manifest for version in kept], current=current,
        before={one.name: other.name for one, other in pairwise(kept)},
        done=done if done == current else "",
    )  # fmt: skip


def _newest_first(kept: Sequence[Version]) -> Sequence[Version]:
    # Names begin with a number that counts up.
    return sorted(kept, key=lambda version: version.name, reverse=True)


def version(request: Request) -> Response:
    """Show what a version was built from and with, and what its checks said."""
    warehouse = Warehouse(context_of(request).settings.warehouse)
    one = version_of(warehouse, request.path_params["name"])
    current = published(warehouse).name
    kept = [kept.name for kept in kept_versions(warehouse)]
    return page(
        request, "version", "versions", manifest=one.manifest, current=current, kept=kept
    )  # fmt: skip


def compare(request: Request) -> Response:
    """Show which records differ between two versions, word by word."""
    warehouse = Warehouse(context_of(request).settings.warehouse)
    query = request.query_params
    before = version_of(warehouse, query.get("before", ""))
    after = version_of(warehouse, query.get("after", ""))
    found = differences(before, after)
    kind, tier = query.get("kind", ""), query.get("tier", "")
    chosen = [
        one
        for one in found
        if (not kind or one.kind == kind) and (not tier or one.record.tier == tier)
    ]
    shown: Paged[Differing] = paged(request, chosen)
    return page(
        request, "compare", "versions",
        before=before.name, after=after.name, kind=kind, tier=tier, total=len(found),
        kinds=KINDS, counts=_counts(found), shown=shown,
        details=details(before, after, shown.items),
        kept=[one.name for one in _newest_first(kept_versions(warehouse))],
    )  # fmt: skip


def _counts(found: Sequence[Differing]) -> dict[tuple[str, str], int]:
    """Return how many records differ, by tier and kind."""
    return {
        (tier, kind): sum(one.record.tier == tier and one.kind == kind for one in found)
        for tier in TIERS
        for kind in KINDS
    }


async def roll_back(request: Request) -> Response:
    """Publish a kept version again; readers follow at once."""
    require(request, "manage")
    name = (await read_form(request)).get("version")
    settings = context_of(request).settings
    warehouse = Warehouse(settings.warehouse)
    try:
        done = await run_in_threadpool(rollback, warehouse, name or None, now=settings.now())
    except NotPublishedError as error:
        raise RefusalError(404, str(error)) from error
    return RedirectResponse(f"/console/versions?done={done.version}", 303)


ROUTES = (
    Route("/console/versions", versions, methods=["GET"]),
    Route("/console/versions/compare", compare, methods=["GET"]),
    Route("/console/versions/rollback", roll_back, methods=["POST"]),
    Route("/console/versions/{name}", version, methods=["GET"]),
)

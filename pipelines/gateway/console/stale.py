"""FAQ entries that a release made wrong, and what people decide on them."""

from typing import cast, get_args
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipelines.current import current_findings
from pipelines.gateway.access.session import require
from pipelines.gateway.console.form import read_form
from pipelines.gateway.console.page import page
from pipelines.gateway.console.paging import paged
from pipelines.gateway.context import Context, context_of
from pipelines.gateway.refusals import RefusalError
from pipelines.stale.findings import Finding, Verdict, worst_first
from pipelines.stale.reviews import LONGEST_REASON, decide
from pipelines.warehouse import Warehouse

_VIEWS = ("open", "possible", "decided")


def stale(request: Request) -> Response:
    """List the findings: surely wrong, possibly wrong, or decided already."""
    found = _found(context_of(request))
    by_view = {
        "open": [one for one in found if one.in_doubt],
        "possible": [one for one in found if one.worth_a_look],
        "decided": [one for one in found if one.verdict != "open"],
    }
    view = request.query_params.get("view", "open")
    if view not in _VIEWS:
        raise RefusalError(404, "there is no such list")
    done, stays = request.query_params.get("done", ""), request.query_params.get("stays", "")
    return page(
        request, "stale", "stale",
        rows=paged(request, worst_first(by_view[view])), view=view,
        counts={one: len(by_view[one]) for one in _VIEWS}, longest=LONGEST_REASON,
        done=done if done in get_args(Verdict) else "",
        stays=next((one for one in by_view["decided"] if one.id == stays), None),
    )  # fmt: skip


def _found(context: Context) -> list[Finding]:
    findings = current_findings(context.settings, Warehouse(context.settings.warehouse))
    return [one for one in findings if one.tier == "faq"]


async def review(request: Request) -> Response:
    """Keep what a person decided on a finding; it holds from the next run on."""
    require(request, "manage")
    form = await read_form(request)
    verdict, reason = form.get("verdict"), form.get("reason").strip()
    if verdict not in get_args(Verdict):
        raise RefusalError(400, "a finding is accepted, dismissed, or opened again")
    if verdict != "open" and not reason:
        raise RefusalError(400, "give a reason; the next reviewer will ask for it")
    context = context_of(request)
    finding = await run_in_threadpool(_one, context, form.get("finding"))
    await run_in_threadpool(
        decide,
        Warehouse(context.settings.warehouse),
        finding.id,
        cast(Verdict, verdict),
        reason,
        context.settings.now().date(),
    )
    now = await run_in_threadpool(_one, context, finding.id)
    told = {"done": verdict} if now.verdict == verdict else {"stays": now.id}
    view = form.get("view") if form.get("view") in _VIEWS else _VIEWS[0]
    return RedirectResponse(f"/console/stale?{urlencode({'view': view, **told})}", 303)


def _one(context: Context, name: str) -> Finding:
    """Return the finding of an id; raises `RefusalError` (404) where it is gone."""
    for one in _found(context):
        if one.id == name:
            return one
    raise RefusalError(404, "this finding is gone; the list says what is left")


ROUTES = (
    Route("/console/stale", stale, methods=["GET"]),
    Route("/console/stale", review, methods=["POST"]),
)

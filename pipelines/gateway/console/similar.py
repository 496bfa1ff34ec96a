"""Other wordings of FAQ entries that the model wrote, and what people decide on them."""

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipelines.current import current_similar_questions
from pipelines.enrichment.drafts import Reviewed, State
from pipelines.enrichment.reviews import decide
from pipelines.gateway.access.session import require
from pipelines.gateway.console.form import read_form
from pipelines.gateway.console.page import page
from pipelines.gateway.console.paging import paged
from pipelines.gateway.context import Context, context_of
from pipelines.gateway.refusals import RefusalError
from pipelines.warehouse import Warehouse

_STATES: tuple[State, ...] = ("draft", "accepted", "dismissed", "refused")
_DECISIONS: dict[str, State | None] = {
    "accepted": "accepted",
    "dismissed": "dismissed",
    "draft": None,
}


def similar(request: Request) -> Response:
    """List the wordings of one state."""
    found = _found(context_of(request))
    state = request.query_params.get("state", "draft")
    if state not in _STATES:
        raise RefusalError(404, "there is no such list")
    done = request.query_params.get("done", "")
    return page(
        request, "similar", "similar",
        rows=paged(request, [one for one in found if one.state == state]), state=state,
        counts={each: sum(one.state == each for one in found) for each in _STATES},
        done=done if done in _DECISIONS else "",
    )  # fmt: skip


def _found(context: Context) -> Sequence[Reviewed]:
    return current_similar_questions(context.settings, Warehouse(context.settings.warehouse))


async def review(request: Request) -> Response:
    """Keep what a person decided on the wordings that are ticked."""
    require(request, "manage")
    form = await read_form(request)
    if form.get("decision") not in _DECISIONS:
        raise RefusalError(400, "a wording is accepted, dismissed, or opened again")
    context = context_of(request)
    known = {one.draft.id for one in await run_in_threadpool(_found, context)}
    chosen = [one for one in form.all("draft") if one in known]
    if not chosen:
        raise RefusalError(400, "no wording is ticked; tick those to decide on")
    decision = form.get("decision")
    warehouse = Warehouse(context.settings.warehouse)
    await run_in_threadpool(decide, warehouse, chosen, _DECISIONS[decision])
    return RedirectResponse(f"/console/similar?done={decision}", 303)


ROUTES = (
    Route("/console/similar", similar, methods=["GET"]),
    Route("/console/similar", review, methods=["POST"]),
)

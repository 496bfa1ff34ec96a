"""The week's top unanswered questions, each with a drafted FAQ entry to accept."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipelines.drafting.accept import FILE, LONGEST_ANSWER, accept, accepting, markdown_of
from pipelines.drafting.gaps import Gap, gaps
from pipelines.drafting.make import make
from pipelines.drafts import Draft, State, decide, read_drafts
from pipelines.errors import DecidedError, GoneError, SankuError, SettingsError, SourceError
from pipelines.faq.markdown.entries import MAX_QUESTION
from pipelines.gateway.access.session import require
from pipelines.gateway.console.form import Form, read_form
from pipelines.gateway.console.page import page
from pipelines.gateway.console.paging import paged
from pipelines.gateway.context import Context, context_of
from pipelines.gateway.refusals import RefusalError, as_refusal
from pipelines.search import Hit, records
from pipelines.warehouse import Warehouse

_LOG = logging.getLogger("sanku.gateway")

_GONE = "this draft is gone; the list says what is left"
_STATES: tuple[State, ...] = ("draft", "accepted", "dismissed")


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a draft was made from, as the published version has it."""

    hit: Hit
    cited: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as the page shows it."""

    gap: Gap
    found: tuple[Found, ...]
    markdown: str
    """Of an accepted entry that no source took: what to copy; else empty."""


def drafts(request: Request) -> Response:
    """List the questions of one state, with their drafts."""
    context = context_of(request)
    state = request.query_params.get("state", "draft")
    if state not in _STATES:
        raise RefusalError(404, "there is no such list")
    every = gaps(context.settings, _read(context))
    listed = [one for one in every if _state(one) == state]
    rows = paged(request, listed)
    done = request.query_params.get("done", "")
    running: asyncio.Task[None] | None = getattr(request.app.state, "drafting", None)
    return page(
        request, "drafts", "drafts",
        rows=rows, shown=_shown(context, rows.items), state=state, states=_STATES,
        counts={each: sum(_state(one) == each for one in every) for each in _STATES},
        done=done if done in _STATES else "",
        is_making=running is not None and not running.done(), failed=_failure(running),
        source=accepting(context.settings), file=FILE, is_logged=context.settings.gateway.log,
        longest_question=MAX_QUESTION, longest_answer=LONGEST_ANSWER,
    )  # fmt: skip


def _read(context: Context) -> Sequence[Draft]:
    return read_drafts(Warehouse(context.settings.warehouse))


def _state(gap: Gap) -> State:
    return gap.draft.state if gap.draft else "draft"


def _shown(context: Context, listed: Sequence[Gap]) -> Sequence[Shown]:
    wanted = [one.record for gap in listed if gap.draft for one in gap.draft.sources]
    held = records(context.searcher.version(), wanted) if wanted else {}
    copied = accepting(context.settings) is None
    return [
        Shown(
            gap,
            tuple(
                Found(held[source.record], source.cited)
                for source in (gap.draft.sources if gap.draft else ())
                if source.record in held
            ),
            _to_copy(gap.draft) if copied and gap.draft else "",
        )
        for gap in listed
    ]


def _to_copy(draft: Draft) -> str:
    """Return an accepted entry as Markdown; empty where only the file that took it could hold it.

    That file's source was declared then, and is not now.
    """
    if draft.accepted is None:
        return ""
    try:
        return markdown_of(draft.question, draft.answer, draft.accepted)
    except SourceError:
        return ""


def _failure(running: "asyncio.Task[None] | None") -> str:
    """Return why no more was drafted when it was asked for last; empty where all was."""
    if running is None or not running.done() or running.cancelled():
        return ""
    error = running.exception()
    return as_refusal(error).message if isinstance(error, Exception) else ""


async def make_all(request: Request) -> Response:
    """Begin to draft an entry for each question that waits; the page shows each when it is done."""
    require(request, "manage")
    state = request.app.state
    running: asyncio.Task[None] | None = getattr(state, "drafting", None)
    if running is None or running.done():
        # Kept there, as the event loop itself would let go of it.
        state.drafting = asyncio.create_task(_make(context_of(request)))
    return RedirectResponse("/console/drafts", 303)


async def _make(context: Context) -> None:
    try:
        await make(
            context.settings,
            Warehouse(context.settings.warehouse),
            context.searcher,
            context.answerer.model,
            lambda done: None,
        )
    except Exception as error:  # any: the page is told that it failed, and the log why
        _LOG.error("drafting entries: %s", error, exc_info=not isinstance(error, SankuError))
        raise


async def review(request: Request) -> Response:
    """Keep what a person decided on a draft; an accepted entry is written into the FAQ."""
    require(request, "manage")
    form = await read_form(request)
    decision = form.get("decision")
    if decision not in _STATES:
        raise RefusalError(400, "a draft is accepted, dismissed, or opened again")
    context = context_of(request)
    known = await run_in_threadpool(_read, context)
    draft = next((one for one in known if one.id == form.get("draft")), None)
    if draft is None:
        raise RefusalError(404, _GONE)
    if decision == "accepted" and draft.author == "quoted" and not form.get("read"):
        raise RefusalError(400, "the answer is quoted; tick that it answers the question")
    try:
        await run_in_threadpool(_decide, context, draft, decision, form)
    except (SourceError, SettingsError) as error:
        raise RefusalError(400, str(error)) from error
    except GoneError as error:
        raise RefusalError(404, _GONE) from error
    except DecidedError as error:
        raise RefusalError(
            409, "this draft was decided on before, maybe in another window; the list says how"
        ) from error
    seen = "accepted" if decision == "accepted" else "draft"
    return RedirectResponse(f"/console/drafts?state={seen}&done={decision}", 303)


def _decide(context: Context, draft: Draft, decision: State, form: Form) -> None:
    settings, warehouse = context.settings, Warehouse(context.settings.warehouse)
    if decision == "accepted":
        accept(settings, warehouse, draft, form.get("question"), form.get("answer"))
    else:
        decide(warehouse, draft, decision)


ROUTES = (
    Route("/console/drafts", drafts, methods=["GET"]),
    Route("/console/drafts", review, methods=["POST"]),
    Route("/console/drafts/make", make_all, methods=["POST"]),
)

"""The first page: a question asked as a customer would, with all that its answer rests on."""

import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from pipelines.answer import Answer
from pipelines.followup import Turn
from pipelines.gateway.console.failure import wants_page
from pipelines.gateway.console.form import Form, read_form
from pipelines.gateway.console.messages import told
from pipelines.gateway.console.page import HEADERS, page, rendered
from pipelines.gateway.console.preferences import preferences_of
from pipelines.gateway.console.records import html_of_hit
from pipelines.gateway.console.resting import Stretch, stretches
from pipelines.gateway.context import Context, context_of
from pipelines.gateway.conversation.question import Asked
from pipelines.gateway.conversation.reply import while_connected
from pipelines.gateway.found import Found, best_of
from pipelines.gateway.refusals import RefusalError, as_refusal
from pipelines.gateway.safety.safe_answer import safe_answer
from pipelines.search import MAX_QUESTION, Hit, records
from pipelines.versions import Version

_SHOWN = 10
_MOST_TURNS = 40
_LONGEST_TURN = 8_000
# What Ollama says here; clients ask it to see if it is there.
_RUNNING = "Ollama is running"
# Decisions whose text is the model's own, sentence by sentence.
_WRITTEN = frozenset({"grounded"})


@dataclass(frozen=True, slots=True)
class Source:
    """A record that an answer cites."""

    number: int
    hit: Hit
    html: Markup


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A record that was found, as the page shows it."""

    hit: Hit
    rank: int
    before_rules: int
    html: Markup
    cited_as: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with all that explains it."""

    answer: Answer
    stretches: tuple[Stretch, ...]
    sources: tuple[Source, ...]
    found: Found | None
    """None where nothing was searched for, as for a greeting."""
    retrieved: tuple[Retrieved, ...]


async def home(request: Request) -> Response:
    """Return the first page to a browser, and to anything else what Ollama says of itself."""
    if not wants_page(request.scope):
        return PlainTextResponse(_RUNNING)
    return page(request, "ask", "ask", asked=None, told=None, turns=(), longest=MAX_QUESTION)


async def back_home(request: Request) -> Response:
    """Lead a browser that reloads an answer back to the first page."""
    return RedirectResponse("/", 303)


async def ask(request: Request) -> Response:
    """Answer the question of a form: as a whole page, or for the page's script line by line.

    Each line is JSON: `{"text": …}` while the answer is written, `{"html": …}` at the end, or
    `{"error": …}`.
    """
    asked = _asked(await read_form(request))
    if not wants_page(request.scope):
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        lines = _lines(request, asked)
        return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)
    answer = await while_connected(request.receive, _whole(context_of(request), asked))
    if answer is None:
        return Response(status_code=499)  # nobody reads it
    return page(request, "ask", "ask", **await _values(request, asked, answer))


async def _whole(context: Context, asked: Asked) -> Answer:
    """Return the answer as customers get it; nothing of it is logged."""
    async with aclosing(safe_answer(context, asked, explained=True)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Answer):
                return piece
    raise AssertionError("a stream of answers ends with an answer")


async def _lines(request: Request, asked: Asked) -> AsyncGenerator[str, None]:
    values: dict[str, Any] = {}
    try:
        async with aclosing(safe_answer(context_of(request), asked, explained=True)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Answer):
                    values = await _values(request, asked, piece)
                else:
                    yield _line({"text": piece})
    except Exception as error:  # any: the page is told, and it is raised again for the log
        message = as_refusal(error).message
        yield _line({"error": told(message, preferences_of(request.headers).language) or message})
        raise
    yield _line({"html": rendered(request, "_conversation.html.jinja", "ask", **values)})


def _line(told: Mapping[str, str]) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"


def _asked(form: Form) -> Asked:
    """Return what a form asks; raises `RefusalError` (400) where that is nothing, or too long."""
    question = form.get("question").strip()
    if not question:
        raise RefusalError(400, "the question is empty; write one")
    if len(question) > MAX_QUESTION:
        raise RefusalError(400, f"the question is over {MAX_QUESTION} characters; shorten it")
    asked, answered = list(form.all("asked")), list(form.all("answered"))
    turns: list[Turn] = []
    for said, reply in zip(asked, answered, strict=False):
        turns += [Turn("user", said[:MAX_QUESTION]), Turn("assistant", reply[:_LONGEST_TURN])]
    return Asked(question, tuple(turns[-_MOST_TURNS:]))


async def _values(request: Request, asked: Asked, answer: Answer) -> dict[str, Any]:
    """Return what the page of an answer shows."""
    told = await run_in_threadpool(_explained, context_of(request), answer)
    return {
        "asked": asked,
        "told": told,
        "turns": (*asked.history, Turn("user", asked.question), Turn("assistant", answer.text)),
        "longest": MAX_QUESTION,
    }


def _explained(context: Context, answer: Answer) -> Told:
    sources = tuple(_sources(context, answer))
    found = best_of(answer.found, answer.ruling, _SHOWN) if answer.found else None
    return Told(
        answer=answer,
        stretches=stretches(
            answer.text,
            [source.number for source in sources],
            by_sentence=answer.decision in _WRITTEN,
        ),
        sources=sources,
        found=found,
        retrieved=tuple(_retrieved(context, found, sources)) if found else (),
    )


def _retrieved(context: Context, found: Found, sources: Sequence[Source]) -> Iterator[Retrieved]:
    numbers = {source.hit.chunk.entry_id: source.number for source in reversed(sources)}
    hits = found.in_context.result.hits
    for rank, (hit, before) in enumerate(zip(hits, found.before_rules, strict=True), 1):
        html = html_of_hit(context.settings, hit)
        yield Retrieved(hit, rank, before, html, numbers.get(hit.chunk.entry_id))


def _sources(context: Context, answer: Answer) -> Sequence[Source]:
    """Return the records that an answer cites; of a version that is gone meanwhile, none."""
    version = context.searcher.version()
    if version.name != answer.version or not answer.citations:
        return ()
    entries = _entries_of(version, [citation.chunk_id for citation in answer.citations])
    held = records(version, list(entries.values()))
    return [
        Source(citation.number, hit, html_of_hit(context.settings, hit))
        for citation in answer.citations
        if (hit := held.get(entries.get(citation.chunk_id, "")))
    ]


def _entries_of(version: Version, chunks: Sequence[str]) -> dict[str, str]:
    """Return chunk id -> id of the record that it is of."""
    from lancedb.expr import col

    rows = version.rows("id", "entry_id", where=col("id").isin(sorted(set(chunks))))
    return dict(zip(rows["id"].to_pylist(), rows["entry_id"].to_pylist(), strict=True))


ROUTES = (
    Route("/", home, methods=["GET"]),
    Route("/console/ask", back_home, methods=["GET"]),
    Route("/console/ask", ask, methods=["POST"]),
)

"""Asks the language model for similar questions: each entry once, within a budget of a run."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from pipelines import settings
from pipelines.enrichment.request import ANSWER_TOKENS, SCHEMA, messages, wordings_in
from pipelines.errors import ModelError
from pipelines.ollama import Ollama
from pipelines.records import FaqEntry

# Without a usable reply so many times in a row, the model is not there, or not up to it.
_PATIENCE = 3
_OF_THIS_ENTRY = frozenset({"bad_request", "truncated", "empty", "garbage"})


@dataclass(slots=True)
class Reply:
    """What the model wrote in one run."""

    wordings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Entry id -> wordings; none of an entry for which the reply was of no use."""
    calls: int = 0
    stopped: str = ""
    """Why entries were left for the next run; empty where none was."""


def ask(
    config: settings.Ollama,
    budget: settings.Enrichment,
    entries: Sequence[FaqEntry],
    advance: Callable[[int], None],
) -> Reply:
    """Ask the model about `entries` in order, as far as the budget goes; never raises for it.

    Must not be called from within an event loop.
    """
    return asyncio.run(_ask(config, budget, entries, advance))


async def _ask(
    config: settings.Ollama,
    budget: settings.Enrichment,
    entries: Sequence[FaqEntry],
    advance: Callable[[int], None],
) -> Reply:
    reply = Reply()
    model = Ollama(config)
    try:
        if not await model.available():
            reply.stopped = f"no model: `{config.model}` does not answer at `{config.url}`"
            return reply
        await _ask_each(model, budget, entries, advance, reply)
    finally:
        await model.aclose()
    return reply


async def _ask_each(
    model: Ollama,
    budget: settings.Enrichment,
    entries: Sequence[FaqEntry],
    advance: Callable[[int], None],
    reply: Reply,
) -> None:
    started = time.monotonic()
    useless: list[str] = []
    for entry in entries:
        if reply.calls >= budget.calls or time.monotonic() - started >= budget.seconds:
            reply.stopped = "the budget of a run is spent"
            return
        reply.calls += 1
        wordings = await _wordings(model, entry)
        advance(1)
        if wordings is not None:
            reply.wordings[entry.id] = wordings
        useless = [] if wordings else [*useless, entry.id]
        if len(useless) == _PATIENCE:
            # It says nothing of these entries that a better model would not be asked again.
            for name in useless:
                reply.wordings.pop(name, None)
            reply.stopped = f"`{model.config.model}` gave {_PATIENCE} replies of no use in a row"
            return


async def _wordings(model: Ollama, entry: FaqEntry) -> tuple[str, ...] | None:
    """Return what the model wrote of one entry; None where it should be asked again."""
    said = ""
    try:
        chat = model.chat(messages(entry), num_predict=ANSWER_TOKENS, schema=SCHEMA)
        async with aclosing(chat) as pieces:
            async for piece in pieces:
                said += piece
    except ModelError as error:
        # The FAQ is published with its own words meanwhile; the run's output tells of the rest.
        return () if error.code in _OF_THIS_ENTRY else None
    return wordings_in(said)

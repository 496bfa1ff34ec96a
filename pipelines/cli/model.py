"""The language model, where a command has one at hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pipelines.ollama import Ollama
    from pipelines.settings import Settings


@asynccontextmanager
async def model_at_hand(settings: "Settings", doing: str) -> "AsyncIterator[Ollama | None]":
    """Yield the configured model; or None where it cannot be reached, and say how it is done then.

    `doing` is what the command does, such as `answering`.
    """
    from pipelines.ollama import Ollama

    model = Ollama(settings.ollama)
    try:
        reachable = await model.available()
        if not reachable:
            click.echo(
                f"no `{settings.ollama.model}` at `{settings.ollama.url}`: {doing} by quotation",
                err=True,
            )
        yield model if reachable else None
    finally:
        await model.aclose()

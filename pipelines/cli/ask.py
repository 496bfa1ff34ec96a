"""`sanku ask`: a question answered from the published version."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

import click

from pipelines.cli.model import model_at_hand
from pipelines.cli.options import as_json, company, print_json, question_of
from pipelines.cli.search import loaded
from pipelines.text import clean

if TYPE_CHECKING:
    from pipelines.answer import Answer
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@click.argument("question", callback=question_of)
@as_json
@company
def ask(settings: "Settings", warehouse: "Warehouse", question: str, as_json: bool) -> None:
    """Answer QUESTION from the published version, as the gateway would."""
    from pipelines.answer import summary

    if as_json:
        answer = asyncio.run(_ask(settings, warehouse, question, lambda piece: None))
        print_json(answer.as_dict())
        return
    answer = asyncio.run(
        # Text from outside is shown, never interpreted by the terminal.
        _ask(settings, warehouse, question, lambda piece: click.echo(clean(piece), nl=False))
    )
    click.echo()
    click.echo(summary(answer.about()), err=True)


async def _ask(
    settings: "Settings", warehouse: "Warehouse", question: str, show: Callable[[str], None]
) -> "Answer":
    """Answer `question`, showing each piece of the text as it is written."""
    from pipelines.answer import Answer, Answerer

    searcher = loaded(settings, warehouse)
    async with model_at_hand(settings, "answering") as model:
        answerer = Answerer(settings, searcher, model)
        async with aclosing(answerer.stream(question)) as items:
            async for item in items:
                if isinstance(item, Answer):
                    return item
                show(item)
    raise AssertionError("a stream of answers ends with an answer")

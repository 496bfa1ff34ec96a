"""`sanku forget`: erase whom a company has to forget."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import as_json, company, print_json

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@click.option("--customer", "customers", multiple=True, metavar="ID", help="A customer's id.")
@click.option(
    "--conversation", "conversations", multiple=True, metavar="ID", help="A conversation's id."
)
@click.option(
    "--text",
    "texts",
    multiple=True,
    metavar="TEXT",
    help="Words: every conversation in which they were said, as logged or as redacted, goes.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@company
def forget(
    settings: "Settings",
    warehouse: "Warehouse",
    customers: Sequence[str],
    conversations: Sequence[str],
    texts: Sequence[str],
    yes: bool,
    as_json: bool,
) -> None:
    """Erase a customer, a conversation, or whoever said a text, from all that Sanku keeps.

    Ids are those of the logs. `-` reads values from stdin, a line each, which keeps them out of
    the shell's history. Your own logs are not changed, but not read again either.
    """
    from pipelines.forget import Request
    from pipelines.forget import forget as forget_now

    request = Request(*(_values(given) for given in (customers, conversations, texts)))
    asked = [*request.customers, *request.conversations, *request.texts]
    if not asked:
        raise click.UsageError("name whom to forget: `--customer`, `--conversation` or `--text`")
    if any(len(text.strip()) < 2 for text in request.texts):
        raise click.BadParameter(
            "one character stands in every conversation; write more of it", param_hint="--text"
        )
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("erasing cannot be undone; pass `--yes` in a script")
        click.confirm(
            f"Erase {len(asked)} from `{warehouse.root}`? It cannot be undone", abort=True, err=True
        )
    done = forget_now(settings, warehouse, request)
    if as_json:
        print_json(
            {
                "conversations": done.conversations,
                "exchanges": done.exchanges,
                "quarantined": done.quarantined,
                "log_lines": done.log_lines,
                "versions": done.versions,
                "still_in": done.still_in,
                "unread": done.unread,
            }
        )
    else:
        click.echo(
            f"forgotten: {done.exchanges} exchanges, {done.quarantined} quarantined messages, "
            f"{done.log_lines} lines of the gateway's log; {len(done.versions)} versions written "
            "anew"
        )
        for file in done.still_in:
            click.echo(f"still in your log `{file}`, which Sanku does not read it from any more")
    for problem in done.unread:
        click.echo(f"sanku: a log was not searched: {problem}", err=True)


def _values(given: Sequence[str]) -> tuple[str, ...]:
    """Return what was given, with the lines of stdin in the place of `-`."""
    values: list[str] = []
    for value in given:
        values += sys.stdin.read().splitlines() if value == "-" else [value]
    return tuple(value for value in values if value.strip())

"""`sanku forget`: erase whom a company has to forget."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import as_json, company, print_json
from pipelines.errors import SourceError
from pipelines.text import fold

if TYPE_CHECKING:
    from pipelines.forget import Forgotten, Request
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse

# Shorter words stand in every conversation; how many hold longer ones is shown before it is asked.
_SHORTEST = 2


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
@click.option("--dry-run", is_flag=True, help="Show what would be erased, and erase nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@company
def forget(
    settings: "Settings",
    warehouse: "Warehouse",
    customers: Sequence[str],
    conversations: Sequence[str],
    texts: Sequence[str],
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase a customer, a conversation, or whoever said a text, from all that Sanku keeps.

    Ids are those of the logs. `-` reads values from stdin, a line each, which keeps them out of
    the shell's history. Your own logs are not changed, but not read again either. A conversation
    goes whole, with what others said in it.
    """
    from pipelines.forget import Request, preview
    from pipelines.forget import forget as forget_now

    request = Request(*(_values(given) for given in (customers, conversations, texts)))
    asked = len(request.customers) + len(request.conversations) + len(request.texts)
    _refuse_what_is_too_little(request)
    if dry_run:
        _tell(preview(settings, warehouse, request), asked, as_json=as_json, dry_run=True)
        return
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(
                "erasing cannot be undone; pass `--yes` in a script, `--dry-run` to look first"
            )
        _ask(preview(settings, warehouse, request), asked)
    _tell(forget_now(settings, warehouse, request), asked, as_json=as_json)


def _values(given: Sequence[str]) -> tuple[str, ...]:
    """Return what was given, with the lines of stdin in the place of `-`."""
    values: list[str] = []
    for value in given:
        values += sys.stdin.read().splitlines() if value == "-" else [value]
    return tuple(value for value in values if value.strip())


def _refuse_what_is_too_little(request: "Request") -> None:
    """Refuse to forget nobody, or everybody; raises `UsageError`."""
    if not (request.customers or request.conversations or request.texts):
        raise click.UsageError("name whom to forget: `--customer`, `--conversation` or `--text`")
    if any(len(fold(text)) < _SHORTEST for text in request.texts):
        raise click.BadParameter(
            "one character stands in every conversation; write more of it", param_hint="--text"
        )


def _ask(found: "Forgotten", asked: int) -> None:
    """Show what would be erased, and ask; raises `Abort` for a no.

    Where nothing is found as well: it is noted then, and a log that comes later is not read.
    """
    click.echo(_found(found, asked), err=True)
    _complain(found)
    click.confirm("Erase it? It cannot be undone", abort=True, err=True)


def _tell(done: "Forgotten", asked: int, *, as_json: bool, dry_run: bool = False) -> None:
    """Print what was found and erased; raises `SourceError` where something was not searched."""
    if as_json:
        print_json({**asdict(done), "dry_run": dry_run})
    else:
        click.echo(_found(done, asked))
        if not dry_run and not done.is_nothing:
            click.echo(
                f"forgotten: {done.exchanges} exchanges, {done.quarantined} quarantined messages, "
                f"{done.log_lines} lines of the gateway's log; {len(done.versions)} versions "
                "written anew"
            )
        for file in done.still_in:
            read = "" if dry_run else ", and not read there any more"
            click.echo(f"still in your log `{file}`{read}")
    _complain(done)
    if done.unread or done.unopened:
        raise SourceError(
            f"{len(done.unread)} logs and {len(done.unopened)} quarantined messages were not "
            f"searched. {'Nothing' if dry_run else 'What was found elsewhere'} is erased. Mend "
            "that, and run the same command again; what another key sealed goes with its day."
        )


def _complain(found: "Forgotten") -> None:
    """Tell what could not be searched, on stderr."""
    for problem in found.unread:
        click.echo(f"sanku: not searched: {problem}", err=True)
    for place in found.unopened:
        click.echo(f"sanku: not searched: `{place}` was sealed under another key", err=True)


def _found(found: "Forgotten", asked: int) -> str:
    """Return what was found as a sentence; of what was asked for, only how much it was."""
    if found.is_nothing:
        return (
            f"nothing found for the {asked} given; ids have to be written as they are in the logs"
        )
    return (
        f"found: {found.conversations} conversations, {found.exchanges} exchanges in "
        f"{found.sources} sources, {found.quarantined} quarantined messages, {found.log_lines} "
        f"lines of the gateway's log; {len(found.still_in)} log files still hold it"
    )

"""`sanku faq review`: FAQ entries that a release made wrong, and what a person decides on them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pipelines.cli.doubts import POSSIBLE, SHOWN_DIGITS, Doubt
from pipelines.cli.options import as_json, company, print_json
from pipelines.text import clean, one_line

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stale.findings import Finding, Verdict
    from pipelines.warehouse import Warehouse

# As few digits of an id as are understood.
_FEWEST_DIGITS = 4


@click.command()
@click.argument("finding", metavar="[ID]", required=False)
@click.option("--accept", metavar="REASON", help="ID is right: the entry is wrong, and is mended.")
@click.option("--dismiss", metavar="REASON", help="ID is not right: the entry holds.")
@click.option("--reopen", is_flag=True, help="Take back what was decided on ID.")
@click.option("--all", "show_all", is_flag=True, help="List what was decided as well.")
@as_json
@company
def review(
    settings: "Settings",
    warehouse: "Warehouse",
    finding: str | None,
    accept: str | None,
    dismiss: str | None,
    reopen: bool,
    show_all: bool,
    as_json: bool,
) -> None:
    """List the FAQ entries that a release made wrong, or decide on one of them.

    Until an entry is mended or dismissed, customers get the newer fact in front of it. The first
    digits of an ID will do. A decision holds from the next `sanku run` on.
    """
    from pipelines.stale.reviews import decide

    found = _found(settings, warehouse)
    given = (accept is not None, dismiss is not None, reopen)
    if sum(given) > 1:
        raise click.UsageError("pass one of `--accept`, `--dismiss` and `--reopen`")
    if any(given) and finding is None:
        raise click.UsageError("name the ID to decide on; `sanku faq review` lists them")
    if not any(given):
        shown = [_named(found, finding)] if finding else _listed(found, show_all)
        if as_json:
            print_json([asdict(one) for one in shown])
        else:
            print_findings(shown)
        return
    one = _named(found, finding or "")
    reason = one_line(accept if accept is not None else dismiss or "", 200)
    if not reopen and not reason:
        raise click.UsageError("give a reason; the next reviewer will ask for it")
    wanted: Verdict = "open" if reopen else "dismissed" if accept is None else "accepted"
    decide(warehouse, one.id, wanted, reason, settings.now().date())
    now = _named(_found(settings, warehouse), one.id)
    if as_json:
        print_json([asdict(now)])
    elif now.verdict == wanted:
        _print_decision(now)
    elif now.judge == "model":
        click.echo(
            f"{one.id[:SHOWN_DIGITS]} is {now.verdict} again, as the language model judged: "
            f"{one_line(now.reason)}"
        )
    else:
        click.echo(
            f"{one.id[:SHOWN_DIGITS]} stays {now.verdict}: the FAQ itself says so, at "
            f"{clean(one.path)}:{one.line} or in the front matter; edit `checked` or `stale` there"
        )


def _found(settings: "Settings", warehouse: "Warehouse") -> "Sequence[Finding]":
    from pipelines.current import current_findings

    return [one for one in current_findings(settings, warehouse) if one.tier == "faq"]


def _listed(found: "Sequence[Finding]", show_all: bool) -> "Sequence[Finding]":
    return found if show_all else [one for one in found if one.verdict == "open"]


def _named(found: "Sequence[Finding]", prefix: str) -> "Finding":
    """Return the one finding whose id begins so; raises `click.BadParameter`."""
    wanted = prefix.strip().lower()
    matching = [one for one in found if one.id.startswith(wanted)]
    if len(wanted) < _FEWEST_DIGITS or len(matching) != 1:
        many = "names more than one" if len(wanted) >= _FEWEST_DIGITS and matching else "names none"
        raise click.BadParameter(
            f"`{one_line(prefix)}` {many} of the {len(found)} findings; `sanku faq review --all` "
            "lists them",
            param_hint="ID",
        )
    return matching[0]


def _print_decision(one: "Finding") -> None:
    from pipelines.faq.authored import comment_of
    from pipelines.records import Review

    place = f"{clean(one.path)}:{one.line}"
    click.echo(f"{one.id[:SHOWN_DIGITS]} {one.verdict}: {one_line(one.title)}")
    if one.verdict == "accepted":
        click.echo(f"edit {place}; until then customers get release {one.version} in front of it")
    elif one.verdict == "dismissed":
        # Written as an export would: the reason must not end the comment.
        said = comment_of(Review(checked=f"{one.version} {one.reason}"), but=frozenset())
        click.echo(f"to keep this with the FAQ, write below its question in {place}:\n    {said}")
    click.echo("`sanku run` publishes it")


def print_findings(found: "Sequence[Finding]") -> None:
    """Print findings for the person who reviews them: both texts, why, and the suggested edit."""
    from pipelines.stale.findings import LISTED, worst_first

    if not found:
        click.echo("no FAQ entry is in doubt")
    possible = [one for one in worst_first(found) if one.worth_a_look]
    _print_each([one for one in worst_first(found) if not one.worth_a_look])
    if possible:
        click.echo(POSSIBLE)
        _print_each(possible[:LISTED])
    if (left := len(possible) - LISTED) > 0:
        click.echo(f"… and {left} more; `--json` has all")


def _print_each(found: "Sequence[Finding]") -> None:
    for one in found:
        for line in Doubt.of_finding(one).lines():
            click.echo(line)

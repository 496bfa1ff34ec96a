"""`sanku faq similar`: other wordings of FAQ entries that the model wrote, and what is decided."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pipelines.cli.doubts import SHOWN_DIGITS
from pipelines.cli.options import as_json, company, print_json, print_table, progress
from pipelines.text import clean, one_line

if TYPE_CHECKING:
    from pipelines.enrichment.drafts import Reviewed
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse

_FEWEST_DIGITS = 4


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--accept", is_flag=True, help="Search by these from the next `sanku run` on.")
@click.option("--dismiss", is_flag=True, help="Offer these no more, if written again either.")
@click.option("--reopen", is_flag=True, help="Take back what was decided on these.")
@click.option("--export", is_flag=True, help="Print the accepted ones as lines for the FAQ.")
@click.option("--all", "show_all", is_flag=True, help="List what was decided or refused as well.")
@as_json
@company
def similar(
    settings: "Settings",
    warehouse: "Warehouse",
    ids: Sequence[str],
    accept: bool,
    dismiss: bool,
    reopen: bool,
    export: bool,
    show_all: bool,
    as_json: bool,
) -> None:
    """List the wordings that the model wrote of FAQ entries, or decide on some of them.

    Only accepted ones are searched; `enrichment.similar_questions` of `sources.toml` may accept
    them without a person. The first digits of an ID will do.
    """
    from pipelines.enrichment.reviews import decide

    if accept + dismiss + reopen + export > 1:
        raise click.UsageError("pass one of `--accept`, `--dismiss`, `--reopen` and `--export`")
    found = _found(settings, warehouse)
    if export:
        _export([one for one in found if one.state == "accepted"], as_json)
        return
    shown = [_named(found, prefix) for prefix in ids] if ids else _listed(found, show_all)
    if accept or dismiss or reopen:
        if not ids:
            raise click.UsageError("name the IDs to decide on; `sanku faq similar` lists them")
        decided = {one.draft.id for one in shown}
        decide(warehouse, decided, "accepted" if accept else "dismissed" if dismiss else None)
        shown = [one for one in _found(settings, warehouse) if one.draft.id in decided]
        click.echo("`sanku run` publishes it", err=True)
    if as_json:
        print_json([_row(one) for one in shown])
        return
    rows = [
        (one.draft.id[:SHOWN_DIGITS], one.state, one.entry.question, one.draft.text, one.remark)
        for one in shown
    ]
    title = f"{len(shown)} of {len(found)} wordings"
    print_table(title, ("id", "state", "question", "wording", "remark"), rows)


def _listed(found: "Sequence[Reviewed]", show_all: bool) -> "Sequence[Reviewed]":
    return found if show_all else [one for one in found if one.state == "draft"]


def _export(accepted: "Sequence[Reviewed]", as_json: bool) -> None:
    """Print the wordings, entry by entry, as comments to write below their questions.

    What stands in the FAQ is its author's: it needs no model, and no file of the warehouse.
    """
    from pipelines.faq.authored import comment_of
    from pipelines.records import Review

    if as_json:
        print_json([_row(one) for one in accepted])
        return
    for entry in {one.entry.id: one.entry for one in accepted}.values():
        texts = [one.draft.text for one in accepted if one.entry.id == entry.id]
        click.echo(f"{clean(entry.path)}:{entry.line_start} {one_line(entry.question)}")
        # Of a review nothing: what the entry says of that stands there already.
        click.echo(clean(comment_of(Review(), but=frozenset(), similar=texts)))
    click.echo(f"{len(accepted)} accepted wordings", err=True)


def similar_questions(settings: "Settings", warehouse: "Warehouse") -> None:
    """Have the model write what is due, and tell it in a line on stderr; nothing due, no line."""
    from functools import cache

    from pipelines import refresh
    from pipelines.embedding.model import Embedder, load_embedder

    @cache
    def embedder() -> Embedder:
        return load_embedder(settings, lambda line: click.echo(line, err=True))

    with progress("asking for similar questions") as bar:
        bar.expect(settings.enrichment.calls)
        done = refresh.write_similar_questions(settings, warehouse, embedder, bar.advance)
    if not (done.calls or done.stopped):
        return
    waiting = sum(one.state == "draft" for one in _found(settings, warehouse))
    stopped = f"; {done.waiting} entries wait ({done.stopped})" if done.waiting else ""
    click.echo(
        f"similar questions: {done.calls} entries asked about, {waiting} drafts to review"
        f"{' with `sanku faq similar`' if waiting else ''}{one_line(stopped, 300)}",
        err=True,
    )


def _found(settings: "Settings", warehouse: "Warehouse") -> "Sequence[Reviewed]":
    from pipelines.current import current_similar_questions

    return current_similar_questions(settings, warehouse)


def _row(one: "Reviewed") -> dict[str, str]:
    """Return a wording as plain JSON values."""
    return {
        "id": one.draft.id,
        "state": one.state,
        "source": one.entry.source,
        "place": f"{one.entry.path}:{one.entry.line_start}",
        "question": one.entry.question,
        "wording": one.draft.text,
        "remark": one.remark,
        "model": one.draft.model,
    }


def _named(found: "Sequence[Reviewed]", prefix: str) -> "Reviewed":
    """Return the one wording whose id begins so; raises `click.BadParameter`."""
    wanted = prefix.strip().lower()
    matching = [one for one in found if one.draft.id.startswith(wanted)]
    if len(wanted) < _FEWEST_DIGITS or len({one.draft.id for one in matching}) != 1:
        many = "names more than one" if len(wanted) >= _FEWEST_DIGITS and matching else "names none"
        raise click.BadParameter(
            f"`{one_line(prefix)}` {many} of the {len(found)} wordings; `sanku faq similar "
            "--all` lists them",
            param_hint="ID",
        )
    return matching[0]

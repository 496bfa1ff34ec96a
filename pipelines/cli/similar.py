"""`sanku faq similar`: other wordings of FAQ entries that the model wrote, and what is decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from pipelines.cli.doubts import SHOWN_DIGITS
from pipelines.cli.options import as_json, company, print_json, print_table, progress
from pipelines.text import clean, one_line

if TYPE_CHECKING:
    from pipelines.enrichment.drafts import Draft, State
    from pipelines.records import FaqEntry
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse

_FEWEST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Wording:
    """A wording with its entry, as it stands now."""

    entry: "FaqEntry"
    draft: "Draft"
    state: "State"

    @property
    def place(self) -> str:
        return f"{self.entry.path}:{self.entry.line_start}"

    @property
    def remark(self) -> str:
        if self.draft.refused:
            return self.draft.refused
        return f"closer to: {self.draft.closer}" if self.draft.closer else ""

    def as_dict(self) -> dict[str, str]:
        """Return it as plain JSON values."""
        return {
            "id": self.draft.id,
            "state": self.state,
            "source": self.entry.source,
            "place": self.place,
            "question": self.entry.question,
            "wording": self.draft.text,
            "remark": self.remark,
            "model": self.draft.model,
        }


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
        _decide(warehouse, shown, "accepted" if accept else "dismissed" if dismiss else None)
        decided = {one.draft.id for one in shown}
        shown = [one for one in _found(settings, warehouse) if one.draft.id in decided]
        click.echo("`sanku run` publishes it", err=True)
    if as_json:
        print_json([one.as_dict() for one in shown])
        return
    rows = [
        (one.draft.id[:SHOWN_DIGITS], one.state, one.entry.question, one.draft.text, one.remark)
        for one in shown
    ]
    title = f"{len(shown)} of {len(found)} wordings"
    print_table(title, ("id", "state", "question", "wording", "remark"), rows)


def _listed(found: "Sequence[_Wording]", show_all: bool) -> "Sequence[_Wording]":
    return found if show_all else [one for one in found if one.state == "draft"]


def _export(accepted: "Sequence[_Wording]", as_json: bool) -> None:
    """Print the wordings, entry by entry, as comments to write below their questions.

    What stands in the FAQ is its author's: it needs no model, and no file of the warehouse.
    """
    from pipelines.faq.authored import comment_of
    from pipelines.records import Review

    if as_json:
        print_json([one.as_dict() for one in accepted])
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


def _found(settings: "Settings", warehouse: "Warehouse") -> list[_Wording]:
    """Return the wordings that still hold, in the order of the FAQ."""
    from pipelines import refresh
    from pipelines.enrichment.drafts import read_drafts, standing, state_of
    from pipelines.enrichment.reviews import read_reviews

    entries = {entry.id: entry for entry in refresh.current_entries(settings, warehouse)}
    decided = read_reviews(warehouse.similar_reviews)
    accept = settings.enrichment.similar_questions == "accept"
    return [
        _Wording(entries[draft.entry], draft, state_of(draft, decided, accept=accept))
        for draft in standing(entries.values(), read_drafts(warehouse))
    ]


def _decide(warehouse: "Warehouse", wordings: "Sequence[_Wording]", state: "State | None") -> None:
    """Keep what a person decided; None takes back what was decided before."""
    from pipelines.enrichment.reviews import read_reviews, reviews_text
    from pipelines.warehouse import write_text

    with warehouse.writing():
        decided = dict(read_reviews(warehouse.similar_reviews))
        for one in wordings:
            decided.pop(one.draft.id, None)
            if state is not None:
                decided[one.draft.id] = state
        write_text(warehouse.similar_reviews, reviews_text(decided))


def _named(found: Sequence[_Wording], prefix: str) -> _Wording:
    """Return the one wording whose id begins so; raises `click.BadParameter`."""
    wanted = prefix.strip().lower()
    matching = [one for one in found if one.draft.id.startswith(wanted)]
    if len(wanted) < _FEWEST_DIGITS or len(matching) != 1:
        many = "names more than one" if len(wanted) >= _FEWEST_DIGITS and matching else "names none"
        raise click.BadParameter(
            f"`{one_line(prefix)}` {many} of the {len(found)} wordings; `sanku faq similar "
            "--all` lists them",
            param_hint="ID",
        )
    return matching[0]

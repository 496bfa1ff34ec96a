"""`sanku faq drafts`: entries drafted for what nobody answered, and what a person decides."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.doubts import SHOWN_DIGITS
from pipelines.cli.model import model_at_hand
from pipelines.cli.options import as_json, company, print_json, progress
from pipelines.text import clean, one_line, shown_path

if TYPE_CHECKING:
    from pipelines.analytics import Topic
    from pipelines.drafting.gaps import Gap
    from pipelines.drafts import Draft
    from pipelines.search import Hit
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse

_FEWEST_DIGITS = 4
_LONGEST_ANSWER = 2_000


@click.command()
@click.argument("draft", metavar="[ID]", required=False)
@click.option("--make", is_flag=True, help="Draft an entry for each that nobody has decided on.")
@click.option("--accept", is_flag=True, help="Write ID into the FAQ, for the next `sanku run`.")
@click.option("--dismiss", is_flag=True, help="Draft nothing for ID any more.")
@click.option("--reopen", is_flag=True, help="Take back what was decided on ID.")
@click.option("--question", help="Accept ID with this question instead.")
@click.option("--answer", help="Accept ID with this answer instead, as Markdown.")
@click.option("--all", "show_all", is_flag=True, help="List what was decided as well.")
@as_json
@company
def drafts(
    settings: "Settings",
    warehouse: "Warehouse",
    draft: str | None,
    make: bool,
    accept: bool,
    dismiss: bool,
    reopen: bool,
    question: str | None,
    answer: str | None,
    show_all: bool,
    as_json: bool,
) -> None:
    """List the week's top unanswered questions with their drafted entries, or decide on one.

    An accepted entry is written into the FAQ source that sets `accepts_drafts`; where none does,
    its Markdown is printed to copy. The first digits of an ID will do.
    """
    if make + accept + dismiss + reopen > 1:
        raise click.UsageError("pass one of `--make`, `--accept`, `--dismiss` and `--reopen`")
    if (question is not None or answer is not None) and not accept:
        raise click.UsageError("`--question` and `--answer` go with `--accept`")
    if draft is None and (accept or dismiss or reopen):
        raise click.UsageError("name the ID to decide on; `sanku faq drafts` lists them")
    if make:
        _make(settings, warehouse)
    if draft is not None and (accept or dismiss or reopen):
        one = _named(settings, warehouse, draft)
        if accept:
            _accept(settings, warehouse, one, question, answer, as_json)
        else:
            _decide(warehouse, one, dismissed=dismiss)
        return
    found = _found(settings, warehouse)
    if draft is not None:
        wanted = _named(settings, warehouse, draft).id
        found = [gap for gap in found if gap.draft and gap.draft.id == wanted]
    elif not show_all:
        found = [gap for gap in found if gap.waits]
    records = _records(warehouse, found)
    if as_json:
        print_json([_row(gap, records) for gap in found])
        return
    for gap in found:
        for line in _lines(gap, records):
            click.echo(line)
    if not found:
        click.echo("no question of the last seven days waits for an entry")
    elif not any(gap.draft for gap in found):
        click.echo("`sanku faq drafts --make` drafts an entry for each", err=True)


def _make(settings: "Settings", warehouse: "Warehouse") -> None:
    from pipelines.drafting.make import waiting

    with progress("drafting entries") as bar:
        bar.expect(len(waiting(settings, warehouse)))
        asyncio.run(_made(settings, warehouse, bar.advance))


async def _made(
    settings: "Settings", warehouse: "Warehouse", advance: Callable[[int], None]
) -> None:
    from pipelines.cli.search import loaded
    from pipelines.drafting.make import make

    searcher = loaded(settings, warehouse)
    async with model_at_hand(settings, "drafting") as model:
        await make(settings, warehouse, searcher, model, advance)


def _accept(
    settings: "Settings",
    warehouse: "Warehouse",
    one: "Draft",
    question: str | None,
    answer: str | None,
    as_json: bool,
) -> None:
    from pipelines.drafting.accept import accept

    done = accept(
        settings,
        warehouse,
        one,
        one.question if question is None else question,
        one.answer if answer is None else answer,
    )
    if as_json:
        print_json({"id": one.id, "file": done.file, "markdown": done.markdown})
        return
    if done.file is None:
        click.echo(clean(done.markdown), nl=False)
        click.echo(
            "copy this into your FAQ; with `accepts_drafts = true` in a `[[faq]]` of "
            f"`{shown_path(settings.sources_file)}` Sanku writes it itself",
            err=True,
        )
        return
    click.echo(f"written to {shown_path(done.file)}; `sanku run` publishes it", err=True)


def _decide(warehouse: "Warehouse", one: "Draft", *, dismissed: bool) -> None:
    from pipelines.drafts import decide

    decide(warehouse, one, "dismissed" if dismissed else "draft")
    said = "dismissed: nothing is drafted for it any more" if dismissed else "open again"
    click.echo(f"{one.id[:SHOWN_DIGITS]} {said}", err=True)
    if one.state == "accepted":
        click.echo("what was written into the FAQ stays there; edit it there", err=True)


def _found(settings: "Settings", warehouse: "Warehouse") -> "Sequence[Gap]":
    from pipelines.drafting.gaps import gaps
    from pipelines.drafts import read_drafts

    return gaps(settings, read_drafts(warehouse))


def _records(warehouse: "Warehouse", found: "Sequence[Gap]") -> "Mapping[str, Hit]":
    """Return the records that drafts were made from, as the published version has them."""
    from pipelines.search import records
    from pipelines.versions import published

    wanted = [one.record for gap in found if gap.draft for one in gap.draft.sources]
    return records(published(warehouse), wanted) if wanted else {}


def _lines(gap: "Gap", records: "Mapping[str, Hit]") -> Iterator[str]:
    """Yield a question with its draft as lines for a terminal."""
    draft = gap.draft
    name = draft.id[:SHOWN_DIGITS] if draft else "-" * SHOWN_DIGITS
    state = f" [{draft.state}]" if draft and draft.state != "draft" else ""
    yield f"{name} {_asked(gap.topic)}{state}"
    if draft is None:
        yield f"    {one_line(gap.topic.example if gap.topic else '', 200)}"
        return
    yield f"    {one_line(draft.question, 200)}"
    if draft.author == "nobody" and not draft.answer:
        yield "    nothing in the index answers it: please write it"
    if draft.author == "quoted" and draft.state == "draft":
        yield "    quoted from one passage: does it answer the question?"
    for line in clean(draft.answer)[:_LONGEST_ANSWER].split("\n"):
        yield f"    | {line}"
    for place in _places(draft, records):
        yield f"    {place}"


def _asked(topic: "Topic | None") -> str:
    if topic is None:
        return "none of the top questions of the last seven days"
    reasons = ", ".join(f"{reason} {count}" for reason, count in topic.reasons.items())
    times = f"{topic.count} times" if topic.count > 1 else "once"
    return f"{times}, last on {topic.last}, {one_line(reasons, 200)}"


def _places(draft: "Draft", records: "Mapping[str, Hit]") -> Iterator[str]:
    for source in draft.sources:
        if source.cited and (hit := records.get(source.record)):
            chunk = hit.chunk
            place = f"{clean(chunk.path)}:{chunk.line_start}"
            yield f"from {source.tier} {one_line(place, 200)} {one_line(chunk.title)}"


def _row(gap: "Gap", records: "Mapping[str, Hit]") -> dict[str, Any]:
    """Return a question with its draft as plain JSON values."""
    topic, draft = gap.topic, gap.draft
    told: dict[str, Any] = {
        "asked": topic.example if topic else "",
        "times": topic.count if topic else 0,
        "last": topic.last if topic else None,
        "reasons": dict(topic.reasons) if topic else {},
        "draft": None,
    }
    if draft is not None:
        told["draft"] = {
            "id": draft.id,
            "state": draft.state,
            "question": draft.question,
            "answer": draft.answer,
            "author": draft.author,
            "made": draft.made,
            "sources": [
                {
                    "id": source.record,
                    "tier": source.tier,
                    "cited": source.cited,
                    "path": hit.chunk.path if hit else "",
                    "line": hit.chunk.line_start if hit else 0,
                }
                for source in draft.sources
                for hit in [records.get(source.record)]
            ],
        }
    return told


def _named(settings: "Settings", warehouse: "Warehouse", prefix: str) -> "Draft":
    """Return the one draft whose id begins so; raises `click.BadParameter`."""
    wanted = prefix.strip().lower()
    held = [gap.draft for gap in _found(settings, warehouse) if gap.draft]
    matching = [one for one in held if one.id.startswith(wanted)]
    if len(wanted) < _FEWEST_DIGITS or len(matching) != 1:
        many = "names more than one" if len(wanted) >= _FEWEST_DIGITS and matching else "names none"
        raise click.BadParameter(
            f"`{one_line(prefix)}` {many} of the {len(held)} drafts; `sanku faq drafts --all` "
            "lists them",
            param_hint="ID",
        )
    return matching[0]

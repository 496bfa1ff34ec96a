"""`sanku search`: what the published version holds on a question, and why."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, get_args

import click

from pipelines.cli.options import as_json, company, print_json, print_table, question_of
from pipelines.records import Tier
from pipelines.text import one_line

if TYPE_CHECKING:
    from pipelines.direct import Ruling
    from pipelines.followup import InContext, Turn
    from pipelines.gateway.found import Found
    from pipelines.search import Hit, Searcher
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse

_REPLY = re.compile(r"\s*(?:assistant|客服)\s*[:：]\s*", re.IGNORECASE)
_LONGEST_TITLE = 48


@click.command()
@click.argument("question", callback=question_of)
@click.option("--tier", type=click.Choice(get_args(Tier)), help="Search one tier only.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option(
    "--after",
    "before",
    metavar="TEXT",
    multiple=True,
    help="A message before QUESTION, oldest first; `assistant: …` is a reply.",
)
@click.option("--explain", is_flag=True, help="Show what was searched for, every score and rule.")
@as_json
@company
def search(
    settings: "Settings",
    warehouse: "Warehouse",
    question: str,
    tier: Tier | None,
    limit: int,
    before: Sequence[str],
    explain: bool,
    as_json: bool,
) -> None:
    """Show what the published version holds on QUESTION, best first, and why."""
    from pipelines.gateway.found import find

    searcher = loaded(settings, warehouse)
    found = find(searcher, question, [_turn(text) for text in before], limit=limit, tier=tier)
    if as_json:
        print_json(found.as_dict())
    elif explain:
        _explain(found)
    else:
        result = found.in_context.result
        columns = ("score", "tier", "title", "text", "source")
        print_table(f"version {result.version}", columns, [_row(hit) for hit in result.hits])


def loaded(settings: "Settings", warehouse: "Warehouse") -> "Searcher":
    """Return a searcher that is ready, so that its timings are those of the running gateway."""
    from pipelines.search import published_searcher

    searcher = published_searcher(settings, warehouse, lambda line: click.echo(line, err=True))
    searcher.version()  # nothing published: say so before seconds go into loading a model
    searcher.embedder()
    return searcher


def _turn(text: str) -> "Turn":
    from pipelines.followup import Turn

    reply = _REPLY.match(text)
    return Turn("assistant", text[reply.end() :]) if reply else Turn("user", text)


def _row(hit: "Hit") -> Sequence[object]:
    chunk = hit.chunk
    title, text = one_line(chunk.title, _LONGEST_TITLE), one_line(chunk.text, 60)
    return (f"{hit.score:.2f}", chunk.tier, title, text, f"{chunk.path}:{chunk.line_start}")


def _explain(found: "Found") -> None:
    """Print how the question was understood, the ranking, and the evidence for each hit."""
    result = found.in_context.result
    print_table("searched for", ("what", "text"), _understood(found.in_context))
    terms = [(term.text, f"{term.weight:g}", term.origin) for term in result.query.terms]
    print_table("terms of the full-text search", ("term", "weight", "origin"), terms)
    print_table(
        f"version {result.version}",
        ("rank", "before rules", "score", "total", "tier", "title"),
        [
            (
                rank,
                before,
                f"{hit.score:.2f}",
                f"{hit.evidence.total:.2f}",
                hit.chunk.tier,
                one_line(hit.chunk.title, _LONGEST_TITLE),
            )
            for rank, (hit, before) in enumerate(
                zip(result.hits, found.before_rules, strict=True), 1
            )
        ],
    )
    _print_evidence(result.hits)
    if found.ruling:
        _print_ruling(found.ruling, follows=found.in_context.own is not None)
    spent = ", ".join(f"{name} {ms:.0f} ms" for name, ms in result.milliseconds.items())
    click.echo(f"time: {spent}", err=True)


def _understood(found: "InContext") -> list[Sequence[object]]:
    """Return what was searched for, what was changed in it, and what a follow-up was made of."""
    result = found.result
    rows: list[Sequence[object]] = [("question", result.question), ("meaning", result.query.text)]
    rows += [
        (rewrite.kind, f"{rewrite.before} → {rewrite.after}") for rewrite in result.query.rewrites
    ]
    if found.context:
        for name, value in found.context.as_dict().items():
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            rows.append((f"context: {name}", "–" if shown == "" else shown))
    return rows


def _print_evidence(hits: Sequence["Hit"]) -> None:
    """Print each feature's value, and what it adds to the total; nothing of those that are 0."""
    values = [asdict(hit.evidence) for hit in hits]
    parts = [hit.evidence.parts() for hit in hits]
    features = [name for name in (values[0] if values else ()) if any(one[name] for one in values)]
    rows = [
        (rank, *(_feature(name, value[name], part.get(name)) for name in features))
        for rank, (value, part) in enumerate(zip(values, parts, strict=True), 1)
    ]
    print_table("evidence, and what it adds to the total", ("rank", *features), rows)


def _print_ruling(ruling: "Ruling", *, follows: bool) -> None:
    """Print whether the first FAQ entry would be given verbatim, and what keeps it from that."""
    veto = ruling.veto
    given = "no: the question leans on another" if follows else "yes" if ruling.is_direct else "no"
    rows = [
        ("confidence", f"{ruling.sure:.3f}", f"at least {ruling.least:.3f}"),
        ("after the answer check", _checked(ruling), f"at least {ruling.least:.3f}"),
        ("lead over the next answer", f"{ruling.lead:.2f}", f"at least {ruling.least_lead:.2f}"),
        ("veto", f"{veto.reason}: {one_line(veto.because, 60)}" if veto else "–", "none"),
        ("given verbatim", given, ""),
    ]
    print_table("the first FAQ entry as the answer", ("what", "is", "needed"), rows)


def _checked(ruling: "Ruling") -> str:
    return "–" if ruling.checked is None else f"{ruling.checked:.3f}"


def _feature(name: str, value: float, part: float | None) -> str:
    if name == "reading" and not value:
        return "–"  # it was not read, and its log-odds are not even
    return f"{value:.2f}" if part is None else f"{value:.2f} ({part:+.2f})"

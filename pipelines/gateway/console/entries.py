"""What the published version holds: its records listed, searched, and one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.faq.table import entries_in
from pipelines.gateway.console.differences import Held, history
from pipelines.gateway.console.page import page
from pipelines.gateway.console.paging import paged
from pipelines.gateway.console.records import (
    Listed,
    chunks_of,
    html_of_hit,
    html_of_record,
    listing,
    version_of,
)
from pipelines.gateway.context import Context, context_of
from pipelines.gateway.refusals import RefusalError
from pipelines.publish import kept_versions
from pipelines.records import TIERS, WHOLE, FaqEntry, Tier
from pipelines.search import MAX_QUESTION, Hit, records
from pipelines.versions import Version
from pipelines.warehouse import Warehouse

_MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class Named:
    """A record that another one speaks of."""

    hit: Hit
    html: Markup


def entries(request: Request) -> Response:
    """List the records of a tier, or those that a search finds in it."""
    context = context_of(request)
    query = request.query_params
    tier = cast(Tier, query.get("tier", TIERS[0]))
    if tier not in TIERS:
        raise RefusalError(404, "there is no such tier")
    version = _version(context, query.get("version", ""))
    words = query.get("q", "").strip()[:MAX_QUESTION]
    source = query.get("source", "")
    listed = _found(context, version, words, tier) if words else listing(version, tier)
    return page(
        request, "entries", "entries",
        rows=paged(request, [one for one in listed if not source or one.source == source]),
        tier=tier, words=words, source=source, version=version.name,
        is_published=version.name == context.searcher.version().name,
        counts={one: version.manifest.entries.get(one, 0) for one in TIERS},
        sources=sorted({one.source for one in listing(version, tier)}),
    )  # fmt: skip


def _version(context: Context, name: str) -> Version:
    """Return the version that a page is about: the published one where none is named."""
    published = context.searcher.version()
    if not name or name == published.name:
        return published
    return version_of(Warehouse(context.settings.warehouse), name)


def _found(context: Context, version: Version, words: str, tier: Tier) -> Sequence[Listed]:
    result = context.searcher.search(words, tier=tier, limit=_MOST_FOUND, version=version)
    by_id = {one.id: one for one in listing(version, tier)}
    return [by_id[hit.chunk.entry_id] for hit in result.hits]


def entry(request: Request) -> Response:
    """Show one record: all of it, where it stands, and which versions held it."""
    context = context_of(request)
    record = request.path_params["id"]
    version = _version(context, request.query_params.get("version", ""))
    kept = _by_name(kept_versions(Warehouse(context.settings.warehouse)))
    chunks = chunks_of(version, record)
    if not chunks:
        held = [one.version for one in history(kept, record) if one.state != "absent"]
        if not held:
            raise RefusalError(404, "no kept version holds this record")
        version = held[-1]
        chunks = chunks_of(version, record)
    first = chunks[0]
    return page(
        request, "entry", "entries",
        chunk=first, chunks=chunks, version=version.name,
        is_published=version.name == context.searcher.version().name,
        html=html_of_record(context.settings, first, first.text),
        newer=_named(context, version, first.overtaken_by),
        answers=_named(context, version, first.answers),
        authored=_authored(context, first.source, record) if first.tier == "faq" else None,
        held=_newest_first(history(kept, record)),
    )  # fmt: skip


def _by_name(versions: Sequence[Version]) -> Sequence[Version]:
    """Return versions as they were built: their names begin with a number that counts up."""
    return sorted(versions, key=lambda version: version.name)


def _newest_first(held: Sequence[Held]) -> Sequence[Held]:
    return tuple(reversed(held))


def _named(context: Context, version: Version, ids: Sequence[str]) -> Sequence[Named]:
    found = records(version, ids)
    return [
        Named(found[one], html_of_hit(context.settings, found[one])) for one in ids if one in found
    ]


def _authored(context: Context, source: str, record: str) -> FaqEntry | None:
    """Return an FAQ entry as its file has it now; None where it is gone from there."""
    rows = Warehouse(context.settings.warehouse).read_partition("faq", source, WHOLE)
    return next((one for one in entries_in(rows) if one.id == record), None)


ROUTES = (
    Route("/console/entries", entries, methods=["GET"]),
    Route("/console/entries/{id}", entry, methods=["GET"]),
)

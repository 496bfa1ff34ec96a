"""Where the expected record of each golden question stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.changelog.headings import version_key
from pipelines.chunks import Chunk
from pipelines.evaluation.golden import GoldenQuestion
from pipelines.faq.told_apart import wordings_of
from pipelines.followup import search_in_context
from pipelines.records import PERSONAL_TIERS
from pipelines.search import Hit, Searcher
from pipelines.text import fold, one_line
from pipelines.versions import Version

WITHIN = 10
"""Ranks that are looked at; whoever reads a list of sources reads no further."""
FOUND_WITHIN = 5
"""The gate counts a record as found within this rank."""

Advance = Callable[[int], None]


def quietly(_: int) -> None:
    """Take no notice of progress."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where the expected record of a golden question stood; rank 0 for not within the limit."""

    id: str
    kind: str
    question: str
    rank: int
    milliseconds: float
    first: str = ""
    """Title of what stands first, or that it is a dialogue; empty where nothing was found."""


def find(
    searcher: Searcher, golden: Sequence[GoldenQuestion], advance: Advance = quietly
) -> tuple[Found, ...]:
    """Search every golden question that expects a record, and tell at which rank it stands.

    Ranks count the records of the expected tier: the tiers answer different questions.
    """
    version = searcher.version()
    found = []
    for item in golden:
        if not item.expect.is_record:
            continue
        result = search_in_context(
            searcher, item.question, item.turns, version=version, tier=item.expect.tier
        ).result
        ranks = [rank for rank, hit in enumerate(result.hits[:WITHIN], 1) if _fits(item, hit)]
        rank, spent = min(ranks, default=0), result.milliseconds["total"]
        first = next((_titled(hit.chunk) for hit in result.hits), "")
        found.append(Found(item.id, item.kind, item.question, rank, spent, first))
        advance(1)
    return tuple(found)


def without_entry(version: Version, golden: Sequence[GoldenQuestion]) -> tuple[str, ...]:
    """Return the ids of golden questions that expect an FAQ question which no entry asks.

    That is a slip in the golden file, or an entry that left the FAQ, and no fault of search.
    """
    from lancedb.expr import col, lit

    titles = version.rows("title", where=col("tier") == lit("faq"))["title"].to_pylist()
    asked = {wording for title in set(titles) for wording in wordings_of(title)}
    return tuple(
        item.id
        for item in golden
        if item.expect.question and not asked.intersection(map(fold, item.expect.question))
    )


def _titled(chunk: Chunk) -> str:
    """Return a record's title for a report; a customer's words stay where they can be forgotten."""
    return "a dialogue" if chunk.tier in PERSONAL_TIERS else one_line(chunk.title)


def expected_by(item: GoldenQuestion) -> str:
    """Return the record that a golden question expects, as its author named it."""
    expect = item.expect
    told = [" / ".join(expect.question), expect.version or "", expect.contains or ""]
    return one_line(", ".join(filter(None, told)) or expect.tier or "", 200)


def without_release(version: Version, golden: Sequence[GoldenQuestion]) -> tuple[str, ...]:
    """Return the ids of golden questions that expect a release of which no change is there.

    That is a slip in the golden file, or a release that was never read, and no fault of search.
    """
    from lancedb.expr import col, lit

    asked = [item for item in golden if item.expect.version]
    if not asked:
        return ()
    rows = version.rows("version", where=col("tier") == lit("changelog"))
    there = {version_key(one) for one in rows["version"].unique().to_pylist()}
    return tuple(item.id for item in asked if version_key(item.expect.version or "") not in there)


def _fits(item: GoldenQuestion, hit: Hit) -> bool:
    chunk = hit.chunk
    return item.fits(chunk.tier, chunk.title, chunk.version, f"{hit.answer}\n{chunk.text}")

"""What a search found, with all that explains it: for HTTP, and for `sanku search`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.direct import Ruling, rule
from pipelines.followup import InContext, Turn, search_in_context
from pipelines.records import Tier
from pipelines.search import Searcher
from pipelines.search.rules import without_flood

# All that search scores, so that a hit's rank before the rules is told right.
EVERYTHING = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """Records as they are shown, how the question was understood, and what the rules moved."""

    in_context: InContext
    """With the hits that are shown alone."""
    before_rules: tuple[int, ...]
    """Rank of each shown hit by its evidence alone, 1 for the best."""
    ruling: Ruling | None
    """Whether the first FAQ entry would be given verbatim; None where none was found."""

    def as_dict(self, base_urls: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return all of it as plain JSON values, the question's context where it had one.

        With `base_urls`, those of FAQ sources, each hit has its safe HTML too.
        """
        told = self.in_context.as_dict()
        if base_urls is not None:
            told |= self.in_context.result.as_dict_with_html(base_urls)
        for hit, before in zip(told["hits"], self.before_rules, strict=True):
            hit["rank_before_rules"] = before
        return told | {"direct": self.ruling.as_dict() if self.ruling else None}


def find(
    searcher: Searcher,
    question: str,
    history: Sequence[Turn] = (),
    *,
    limit: int,
    tier: Tier | None = None,
) -> Found:
    """Search for `question`, in the context of `history` where there is any.

    Raises what `Searcher.search` raises.
    """
    version = searcher.version()
    if history:
        found = search_in_context(searcher, question, history, version=version, tier=tier)
    else:
        alone = searcher.search(question, limit=EVERYTHING, tier=tier, version=version)
        found = InContext(searcher.read_closely(alone), None)
    entries = [hit for hit in found.result.hits if hit.chunk.tier == "faq"]
    ruling = rule(question, entries, version, searcher.embedder) if entries else None
    return best_of(found, ruling, limit)


def best_of(found: InContext, ruling: Ruling | None, limit: int) -> Found:
    """Return the `limit` records to show of all that a search found, with its ruling."""
    ranked = sorted(found.result.hits, key=lambda hit: -hit.evidence.total)
    ranks = {hit.chunk.entry_id: rank for rank, hit in enumerate(ranked, 1)}
    shown = tuple(without_flood(ranked, limit))
    return Found(
        replace(found, result=replace(found.result, hits=shown)),
        tuple(ranks[hit.chunk.entry_id] for hit in shown),
        ruling,
    )

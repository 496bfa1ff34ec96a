"""Multi-turn questions: told apart from questions that stand alone, and searched for in context."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.confidence import Thresholds, confidence, lead_over_next
from pipelines.records import Tier
from pipelines.search import Hit, Searcher, SearchResult
from pipelines.text import fold
from pipelines.versions import Version

_POINTS_BACK = re.compile(
    r"^(?:那|它|这|那么|然后|还有|如果|要是|另外|所以)|"
    r"^(?:and|what about|how about|then|it|that|so)\b|"
    r"它|这个|那个|上面|刚才|呢(?:[?,。 ]|$)|\b(?:it|that|this|those|they)\b"
)

# A pasted log as the previous message must not push the question out of the search.
LONGEST_CONTEXT = 200
# What a record must share with the question itself: words, or closeness in deviations.
OWN_COVERAGE = 0.25
OWN_CLOSENESS = 1.0
# All that search scores: the lead over the next FAQ entry must not depend on other tiers.
EVERYTHING = 1_000


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class InContext:
    """What was found for a question together with what it leans on."""

    result: SearchResult
    own: frozenset[str] | None
    """Ids of records that carry some of the question itself; None where it leans on nothing."""

    def carries(self, hit: Hit) -> bool:
        """Tell whether a record answers the question itself, and not just the one before.

        Only such a record is given without a model to judge it: a new topic must not get the
        answer of the old one.
        """
        return self.own is None or hit.chunk.entry_id in self.own


def search_in_context(
    searcher: Searcher,
    question: str,
    history: Sequence[Turn],
    *,
    version: Version,
    tier: Tier | None = None,
) -> InContext:
    """Search for a question; one that leans on the customer's previous one, together with it.

    It leans where it points back, or finds nothing by itself.
    """
    alone = searcher.search(question, limit=EVERYTHING, tier=tier, version=version)
    asked = [turn.text.strip() for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked or not _leans(question, alone, version):
        return InContext(alone, None)
    together = f"{asked[-1][-LONGEST_CONTEXT:]} {question}"
    joined = searcher.search(together, limit=EVERYTHING, tier=tier, version=version)
    spent = {name: ms + alone.milliseconds[name] for name, ms in joined.milliseconds.items()}
    result = replace(joined, question=question, milliseconds=spent)
    return InContext(result, frozenset(h.chunk.entry_id for h in alone.hits if _is_near(h)))


def _leans(question: str, alone: SearchResult, version: Version) -> bool:
    if _POINTS_BACK.search(fold(question)):
        return True
    entries = [hit for hit in alone.hits if hit.chunk.tier == "faq"]
    sure = confidence(entries[0], lead_over_next(entries)) if entries else 0.0
    return sure < Thresholds.from_manifest(version.manifest.answering).support


def _is_near(hit: Hit) -> bool:
    return hit.evidence.coverage >= OWN_COVERAGE or hit.evidence.question >= OWN_CLOSENESS

"""Fusing: the searches for a question alone, and together with the turns before, as one ranking."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from pipelines.records import Tier
from pipelines.search import Evidence, Hit, SearchResult
from pipelines.search.evidence import relevance

# Conditional logit on the 60 second questions of `benchmarks/questions/*_train.jsonl`, rounded;
# `benchmarks/followups.py --fit` fits them anew. `ANSWERED` was 1.9 beside heavier weights of the
# evidence, and was scaled with them by hand. At rank 1 and within 5 of 35 questions of
# `golden_dev.jsonl`, the text together finds .49/.89, and all of it .57/.86.
TOGETHER = 0.65
ANSWERED = 1.4
# A record this many points of the total behind the best counts as answered by 1/e.
_ANSWERED_SLOPE = 3.0


@dataclass(frozen=True, slots=True)
class EvidenceInContext(Evidence):
    """Evidence for a question together with what it leans on: both searches', by their weights."""

    answered: float = 0.0
    """How well the record fits the turn that was answered already, 0 to 1: it was given then."""

    def parts(self) -> dict[str, float]:
        """Return what each feature adds to the total."""
        return Evidence.parts(self) | {"answered": -ANSWERED * self.answered}


def fused(
    alone: SearchResult, together: SearchResult, before: SearchResult | None, leaning: float
) -> tuple[Hit, ...]:
    """Return the records of both searches, best first.

    `before` is the search for the turn that was answered already; `leaning`, 0 to 1, is how much
    the question leans on the turns before: 0 ranks by the question alone.
    """
    own, joined = _by_record(alone), _by_record(together)
    last = _last(alone), _last(together)
    answered = shares_of_answer(before) if before else {}
    share = TOGETHER * leaning
    hits = []
    for entry, hit in (own | joined).items():
        tier = hit.chunk.tier
        evidence = _mixed(
            own[entry].evidence if entry in own else last[0].get(tier, Evidence()),
            joined[entry].evidence if entry in joined else last[1].get(tier, Evidence()),
            share,
            leaning * answered.get(entry, 0.0),
        )
        hits.append(Hit(hit.chunk, hit.answer, relevance(evidence), evidence))
    hits.sort(key=lambda hit: (-hit.evidence.total, hit.chunk.entry_id))
    return tuple(hits)


def _by_record(result: SearchResult) -> dict[str, Hit]:
    return {hit.chunk.entry_id: hit for hit in result.hits}


def _mixed(own: Evidence, joined: Evidence, share: float, answered: float) -> EvidenceInContext:
    return EvidenceInContext(
        **{
            field.name: (1 - share) * getattr(own, field.name) + share * getattr(joined, field.name)
            for field in fields(Evidence)
        },
        answered=answered,
    )


def _last(result: SearchResult) -> Mapping[Tier, Evidence]:
    """Return the last hit of each tier, for records that a search did not list: no better ones.

    The least of every feature would be worse than any record is: a list has two sides, and most
    records stand low on one of them.
    """
    return {
        hit.chunk.tier: hit.evidence
        for hit in sorted(result.hits, key=lambda hit: -hit.evidence.total)
    }


def shares_of_answer(result: SearchResult) -> Mapping[str, float]:
    """Return how well each record fits an answered turn, 1 for the best one."""
    totals = {hit.chunk.entry_id: hit.evidence.total for hit in result.hits}
    best = max(totals.values(), default=0.0)
    return {entry: math.exp((total - best) / _ANSWERED_SLOPE) for entry, total in totals.items()}

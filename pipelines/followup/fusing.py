"""Fusing: the searches for a question alone, and together with the turns before, as one ranking."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from pipelines.asked_for import likeness
from pipelines.records import Tier
from pipelines.search import Evidence, Hit, SearchResult
from pipelines.search.evidence import relevance

# Chosen on a grid by the mean reciprocal rank of 135 second questions: those of the `*_train.jsonl`
# sets, of `golden_dev.jsonl` and of `followups_fresh.jsonl`. Conditional logit on the first of them
# agrees (`benchmarks/followups.py --fit`, which measures all). None asks on about what the answered
# entry itself says, as customers do (`验证码多久失效？`): so `ANSWERED` is far below the 2.5 that
# fits best, and costs one question of `golden_dev` in 35.
TOGETHER = 0.65
ANSWERED = 1.4
KIND = 0.5
# A record this many points of the total behind the best counts as answered by 1/e. Narrow: what
# stands next to the answered entry is what second questions are most often about.
_ANSWERED_SLOPE = 1.0
# A quarter of what it weighs for a question that stands alone. Read alone, `那要提前多久？` asks
# for nothing; put together with what was said before, it reads most like what was answered then.
BEHIND = 0.225
# What an answered record loses of the log-odds of reading; set by hand, the width of its good half.
READ_BEFORE = 6.0


@dataclass(frozen=True, slots=True)
class EvidenceInContext(Evidence):
    """Evidence for a question together with what it leans on: both searches', by their weights."""

    answered: float = 0.0
    """How well the record fits the turn that was answered already, 0 to 1: it was given then."""
    kind: float = 0.0
    """Whether its question asks for the kind of thing that is asked for: 1, or -1 where both tell
    and it does not. Who says little more than 多久 or 为什么 says that."""

    def parts(self) -> dict[str, float]:
        """Return what each feature adds to the total."""
        return Evidence.parts(self) | {
            "answered": -ANSWERED * self.answered,
            "kind": KIND * self.kind,
            "behind": BEHIND * self.behind,
        }


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
            answered=leaning * answered.get(entry, 0.0),
            kind=leaning * likeness(alone.question, hit.chunk.title) if tier == "faq" else 0.0,
        )
        hits.append(replace(hit, score=relevance(evidence), evidence=evidence))
    hits.sort(key=lambda hit: (-hit.evidence.total, hit.chunk.entry_id))
    return tuple(hits)


def odds_in_context(hit: Hit, told: Sequence[float]) -> float:
    """Return how a record reads with a second question, from how it does in full and alone.

    Together with the turn before, a new topic reads like the old one's answer, so that this one
    counts by the question alone; alone, `多久？` reads like nothing.
    """
    in_full, alone = told
    answered = hit.evidence.answered if isinstance(hit.evidence, EvidenceInContext) else 0.0
    return max(alone, in_full - READ_BEFORE * answered)


def _by_record(result: SearchResult) -> dict[str, Hit]:
    return {hit.chunk.entry_id: hit for hit in result.hits}


def _mixed(
    own: Evidence, joined: Evidence, share: float, *, answered: float, kind: float
) -> EvidenceInContext:
    return EvidenceInContext(
        **{
            field.name: (1 - share) * getattr(own, field.name) + share * getattr(joined, field.name)
            for field in fields(Evidence)
        },
        answered=answered,
        kind=kind,
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

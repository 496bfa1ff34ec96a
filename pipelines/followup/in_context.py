"""A question searched for in context: alone, and together with what it leans on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.calibration import calibration_of, confidence
from pipelines.confidence import COMPARED
from pipelines.followup.fusing import fused, odds_in_context
from pipelines.followup.leaning import LEANS, STANDS_ALONE, Leaning, leaning, records_told
from pipelines.followup.rewriting import rewriting
from pipelines.followup.turns import Turn
from pipelines.query.vocabulary import vocabulary_of
from pipelines.records import Tier
from pipelines.search import Hit, ReadOnce, Searcher, SearchResult
from pipelines.versions import Version

# What a record must share with the question itself: words, or closeness in deviations. Set by hand
# on the sample company: `支持` alone is shared by every "do you support" question.
OWN_WORDS = 0.3
OWN_CLOSENESS = 3.0
# All that search scores: the lead over the next FAQ entry must not depend on other tiers.
EVERYTHING = 1_000
# Of the turn that was answered, only what may have been the answer matters.
ANSWERS = 10
# Each hit that is read takes a millisecond; what stands further down comes in by the other search.
JOINED = 50


@dataclass(frozen=True, slots=True)
class Context:
    """What was searched for, and why."""

    leaning: Leaning
    rules: tuple[str, ...]
    """Rules of `rewriting` that changed or completed the question; `model` where it did."""
    alone: str
    together: str
    """The question in full; empty where it stands alone."""
    answered: str
    """The turn whose answer is ranked lower; empty where there is none."""

    def as_dict(self) -> dict[str, Any]:
        """Return what was searched for as plain JSON values."""
        return {
            "leans": round(self.leaning.probability, 3),
            "signs": list(self.leaning.signs),
            "topic": round(self.leaning.topic, 2),
            "rules": list(self.rules),
            "alone": self.alone,
            "together": self.together,
            "answered": self.answered,
        }


@dataclass(frozen=True, slots=True)
class InContext:
    """What was found for a question together with what it leans on."""

    result: SearchResult
    own: frozenset[str] | None
    """Ids of records that carry some of the question itself; None where it leans on nothing."""
    context: Context | None = None
    """What was searched for, and why; None for the first question of a conversation."""

    @property
    def asked(self) -> str:
        """The question as it was understood: in full where it leans on the turns before."""
        if self.own is None or self.context is None:
            return self.result.question
        return self.context.together or self.result.question

    def carries(self, hit: Hit) -> bool:
        """Tell whether a record answers the question itself, and not just the one before.

        Only such a record is given without a model to judge it: a new topic must not get the
        answer of the old one.
        """
        return self.own is None or hit.chunk.entry_id in self.own

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON values, with the context where there is one."""
        context = {"context": self.context.as_dict()} if self.context else {}
        return self.result.as_dict() | context


def search_in_context(
    searcher: Searcher,
    question: str,
    history: Sequence[Turn],
    *,
    version: Version,
    tier: Tier | None = None,
    full: str = "",
) -> InContext:
    """Search for a question; one that leans on the turns before, together with them.

    `full` is the question as the model wrote it out, where it did; it is searched for in place
    of what the rules put together.
    """
    vocabulary, records = vocabulary_of(version), records_told(version)
    told = rewriting(question, history, vocabulary, records)
    # What is fused needs all of it; otherwise no more is compared.
    per_tier = None if told.context else COMPARED
    alone = searcher.search(
        told.asked, limit=EVERYTHING, per_tier=per_tier, tier=tier, version=version
    )
    alone = replace(alone, question=question)
    if not told.context:
        return InContext(searcher.read_closely(alone), None)
    leans = leaning(told.asked, vocabulary, records)
    reader = ReadOnce(searcher.embedder())
    if told.must_lean:
        leans = replace(leans, probability=1.0)
    else:
        sole = searcher.read_closely(alone, reader=reader)
        says_enough = not leans.signs and not leans.is_bare_amount
        if says_enough and _is_sure(sole, version):
            leans = replace(leans, probability=0.0)
        if leans.probability < STANDS_ALONE:
            return InContext(sole, None, Context(leans, told.rules, told.asked, "", ""))
    context = Context(
        leans, (*told.rules, "model") if full else told.rules,
        told.asked, full or told.together, told.answered,
    )  # fmt: skip
    searched = _searched(searcher, alone, context, tier, version)
    result = searcher.read_closely(searched, [alone.query.sentence], odds_in_context, reader)
    points_back = leans.signs or leans.is_bare_amount or leans.probability >= LEANS
    if not points_back and _first(result) == _first(alone):
        return InContext(result, None, context)
    near = {hit.chunk.entry_id for hit in alone.hits if _is_near(hit)}
    if "points_back" in leans.signs:
        # `团队版有这个功能吗？` names what it is about by pointing at it.
        near.add(_first(result))
    return InContext(result, frozenset(near), context)


def _searched(
    searcher: Searcher,
    alone: SearchResult,
    context: Context,
    tier: Tier | None,
    version: Version,
) -> SearchResult:
    """Return the search for the question alone, fused with that for the question in full."""
    together = searcher.search(context.together, limit=JOINED, tier=tier, version=version)
    searches = [alone, together]
    before = None
    if context.answered:
        before = searcher.search(context.answered, limit=ANSWERS, tier="faq", version=version)
        searches.append(before)
    return SearchResult(
        question=alone.question,
        version=alone.version,
        hits=fused(alone, together, before, context.leaning.probability),
        milliseconds={
            name: sum(search.milliseconds.get(name, 0.0) for search in searches)
            for name in alone.milliseconds
        },
        query=together.query,
    )


def _is_sure(alone: SearchResult, version: Version) -> bool:
    """Tell whether a question finds its own answer so surely that it needs no other turn."""
    entries = [hit for hit in alone.hits if hit.chunk.tier == "faq"]
    calibration = calibration_of(version)
    return confidence(entries, calibration) >= calibration.direct


def _first(result: SearchResult) -> str:
    """Return the id of the first FAQ entry; empty where there is none."""
    entries = (hit.chunk.entry_id for hit in result.hits if hit.chunk.tier == "faq")
    return next(entries, "")


def _is_near(hit: Hit) -> bool:
    return hit.evidence.words >= OWN_WORDS or hit.evidence.question >= OWN_CLOSENESS

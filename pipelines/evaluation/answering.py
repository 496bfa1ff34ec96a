"""What is answered to each golden question, and whether it is right."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.answer import Answer, Answerer, Citation
from pipelines.evaluation.golden import NOT_ANSWERED, GoldenQuestion
from pipelines.evaluation.ranking import Advance, expected_by, quietly
from pipelines.faq.told_apart import wordings_of
from pipelines.records import PERSONAL_TIERS
from pipelines.text import fold

# Reasons of direct answers that a match with an FAQ entry made; others follow from releases.
_MATCHES = ("faq_match", "newer_release")
_OF_SOURCES = ("source", "must_cite")


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a golden question, and which of its checks that passed."""

    id: str
    kind: str
    question: str
    is_answerable: bool
    """Whether an answer was expected, and neither a refusal nor a person."""
    decision: str
    reason: str
    checks: Mapping[str, bool]
    """Check -> passed: `decision`, `source`, `must_contain`, `must_not_contain`, `must_cite`."""
    milliseconds: float
    text: str = ""
    """The whole answer, as a customer is shown it."""
    citations: tuple[Citation, ...] = ()
    missed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Failed check -> what it asked for and did not get, or got and must not."""
    first: str = ""
    """Title of the FAQ entry or change that was found first; empty where none was."""
    confidence: float | None = None
    """How sure the match was that made it a direct answer; None where something else did."""
    is_own_question: bool = False
    """Whether the entry that answers directly asks this very question."""

    @property
    def right(self) -> bool:
        """Whether all was as expected."""
        return all(self.checks.values())

    @property
    def refused(self) -> bool:
        """Whether no answer was given: a refusal, or a person."""
        return self.decision in NOT_ANSWERED

    @property
    def failed(self) -> tuple[str, ...]:
        """The checks that it did not pass, with what they missed, and what was cited instead."""
        return tuple(self._failure(name) for name, passed in self.checks.items() if not passed)

    @property
    def instead(self) -> str:
        """What was said; of an answer that gives nothing, what was found first."""
        if not self.refused:
            return f"said: {self.text}"
        return f"found: {self.first}" if self.first else ""

    def _failure(self, check: str) -> str:
        missed = self.missed.get(check)
        told = f"{check}: {', '.join(missed)}" if missed else check
        if check not in _OF_SOURCES or self.refused:
            return told
        places = dict.fromkeys(f"{one.title} in {one.path}" for one in self.citations)
        return f"{told} (cited: {', '.join(places) or 'nothing'})"


async def ask(
    answerer: Answerer, golden: Sequence[GoldenQuestion], advance: Advance = quietly
) -> tuple[Answered, ...]:
    """Answer every golden question, one after the other, and judge each answer."""
    answered = []
    for item in golden:
        started = time.perf_counter()
        answer = await answerer.answer(item.question, item.turns)
        spent = (time.perf_counter() - started) * 1000
        answered.append(_judged(item, answer, spent))
        advance(1)
    return tuple(answered)


def _judged(item: GoldenQuestion, answer: Answer, milliseconds: float) -> Answered:
    missed, ruling = shortfalls(item, answer), answer.ruling
    hits = answer.found.result.hits if answer.found else ()
    told = (hit.chunk.title for hit in hits if hit.chunk.tier not in PERSONAL_TIERS)
    by_match = answer.decision == "direct" and answer.reason in _MATCHES and ruling is not None
    is_own = ruling is not None and by_match and ruling.is_own_question
    return Answered(
        id=item.id,
        kind=item.kind,
        question=item.question,
        is_answerable=not item.expect.refusal,
        decision=answer.decision,
        reason=answer.reason,
        checks={check: not of for check, of in missed.items()},
        milliseconds=milliseconds,
        text=answer.text,
        citations=answer.citations,
        missed={check: of for check, of in missed.items() if of},
        first=next(told, ""),
        confidence=ruling.sure if ruling is not None and by_match and not is_own else None,
        is_own_question=is_own,
    )


def shortfalls(item: GoldenQuestion, answer: Answer) -> dict[str, tuple[str, ...]]:
    """Return the checks of a golden question, and what an answer fails each for.

    Without an expected decision, any but a refusal and a person is right. Words are compared
    without case, width and the marks of code, in all that a customer is shown, the list of sources
    included.
    """
    expect, text, cited = item.expect, answer.text, answer.citations
    given = answer.decision not in NOT_ANSWERED
    is_right = answer.decision == expect.decision if expect.decision else given
    missed: dict[str, tuple[str, ...]] = {}
    missed["decision"] = () if is_right else (expect.decision or "an answer",)
    if expect.is_record:
        fits = any(item.fits(one.tier, one.title, one.version, answer.text) for one in cited)
        missed["source"] = () if fits else (expected_by(item),)
    if item.must_contain:
        missed["must_contain"] = tuple(
            words for words in item.must_contain if not _says(text, words)
        )
    if item.must_not_contain:
        missed["must_not_contain"] = tuple(
            words for words in item.must_not_contain if _says(text, words)
        )
    if item.must_cite:
        missed["must_cite"] = tuple(
            source for source in item.must_cite if not any(_names(source, one) for one in cited)
        )
    return missed


def _says(text: str, words: str) -> bool:
    """Tell whether words stand in a text, marked as code or not; a table's cells lost the marks."""
    bare, shown = (fold(one.replace("`", "")) for one in (words, text))
    return bare in shown if bare else fold(words) in fold(text)


def _names(source: str, citation: Citation) -> bool:
    """Tell whether a golden question means this citation: by title, file or release."""
    return (
        fold(source) in wordings_of(citation.title)
        or source == citation.path
        or (citation.version != "" and fold(source).removeprefix("v") == fold(citation.version))
    )

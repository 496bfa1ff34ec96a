"""Whether the first FAQ entry is given verbatim: sure enough, far enough ahead, and not vetoed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.answer_check import checked, may_reach
from pipelines.calibration import calibration_of, confidence
from pipelines.confidence import COMPARED, different, lead_over_next
from pipelines.query.aliases import Aliases
from pipelines.search import Hit, QueryEmbedder
from pipelines.terms import query_terms, simplified
from pipelines.text import letters
from pipelines.version_questions import named_versions, version_question
from pipelines.versions import Version
from pipelines.vetoes import Veto, entry_of, first_veto

# Two different answers so close to each other are a tie, however sure both are; set by hand.
LEAST_LEAD = 0.2


@dataclass(frozen=True, slots=True)
class Ruling:
    """How sure the first FAQ hit is, and what would have kept it from being given."""

    sure: float
    """Calibrated probability that it answers the question, by the evidence of the search."""
    least: float
    """Least confidence at which answers are right as often as `answer.direct` wants it."""
    lead: float
    """Its lead over the next entry with a different answer, in totals of evidence; none over one
    that asks the same, where the question does not tell them apart."""
    veto: Veto | None = None
    """Looked for only where it may be given."""
    checked: float | None = None
    """The probability once it was read again; None where that could change nothing."""
    is_own_question: bool = False
    """Whether the entry's author wrote this very question; then it is sure whatever the figure."""
    least_lead: float = LEAST_LEAD

    @property
    def is_ahead(self) -> bool:
        """Whether it is sure enough, and far enough ahead."""
        sure = self.sure if self.checked is None else self.checked
        return (self.is_own_question or sure >= self.least) and self.lead >= self.least_lead

    @property
    def is_direct(self) -> bool:
        """Whether it is given verbatim, in answer to a question that stands alone."""
        return self.is_ahead and self.veto is None

    def as_dict(self) -> dict[str, Any]:
        """Return the ruling as plain JSON values."""
        return {
            "confidence": round(self.sure, 4),
            "checked": None if self.checked is None else round(self.checked, 4),
            "least_confidence": self.least,
            "lead": round(self.lead, 4),
            "least_lead": self.least_lead,
            "is_own_question": self.is_own_question,
            "veto": self.veto.as_dict() if self.veto else None,
            "is_direct": self.is_direct,
        }


def rule(
    question: str,
    entries: Sequence[Hit],
    version: Version,
    embedder: Callable[[], QueryEmbedder],
) -> Ruling:
    """Return the ruling on the first of ranked FAQ hits; raises what `calibration_of` does."""
    question = simplified(question)  # the rules of words are in that script, as `entry_of` is
    calibration = calibration_of(version)
    ruling = Ruling(
        sure=confidence(entries, calibration),
        least=calibration.direct,
        lead=0.0 if _is_asked_twice(question, entries) else lead_over_next(entries),
    )
    is_near = ruling.lead >= ruling.least_lead and may_reach(ruling.sure, ruling.least)
    # Where some word of the question is not in the entry, it is none of the entry's own.
    may_be_own = bool(entries) and entries[0].evidence.coverage == 1
    if not (is_near or may_be_own):
        return ruling
    entry = entry_of(entries[0])
    is_own = letters(question) in map(letters, entry.questions)
    ruling = replace(ruling, is_own_question=is_own)
    if not (is_near or ruling.is_ahead):
        return ruling
    aliases = Aliases(version.manifest.aliases, version.manifest.company)
    others = [entry_of(hit) for hit in entries[1:COMPARED]]
    if veto := first_veto(question, entry, others, aliases, embedder()):
        return replace(ruling, veto=veto)
    if is_own:
        return ruling
    return replace(ruling, checked=checked(ruling.sure, question, entries[0], embedder()))


def _is_asked_twice(question: str, entries: Sequence[Hit]) -> bool:
    """Tell whether an entry with another answer asks what the first one does.

    Such as those of two products; a question with a word that only the first one asks with means
    that one.
    """
    if not entries:
        return False
    first, said = entry_of(entries[0]), _words(question)
    for hit in different(entries):
        other = entry_of(hit)
        is_same = not {*map(letters, first.questions)}.isdisjoint(map(letters, other.questions))
        if is_same and not said & _words(first.asked) - _words(other.asked):
            return True
    return False


def _words(text: str) -> frozenset[str]:
    return frozenset(query_terms(text).split())


def tells_release(entry: Hit) -> bool:
    """Tell whether an FAQ entry answers a question about releases, and not just on its subject."""
    return bool(named_versions(entry.answer)) or version_question(entry.chunk.title) is not None

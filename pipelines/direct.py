"""Whether the first FAQ entry is given verbatim: sure enough, far enough ahead, and not vetoed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.calibration import calibration_of, confidence
from pipelines.confidence import COMPARED, lead_over_next
from pipelines.query.aliases import Aliases
from pipelines.search import Hit, QueryEmbedder
from pipelines.text import fold
from pipelines.version_questions import named_versions, version_question
from pipelines.versions import Version
from pipelines.vetoes import Veto, entry_of, first_veto

# Two different answers so close to each other are a tie, however sure both are; set by hand.
LEAST_LEAD = 0.2


@dataclass(frozen=True, slots=True)
class Ruling:
    """How sure the first FAQ hit is, and what would have kept it from being given."""

    sure: float
    """Calibrated probability that it answers the question."""
    least: float
    """Least confidence at which answers are right as often as `answer.direct` wants it."""
    lead: float
    """Its lead over the next entry with a different answer, in totals of evidence."""
    veto: Veto | None = None
    """Looked for only where it is sure and far ahead."""
    is_own_question: bool = False
    """Whether the entry's author wrote this very question; then it is sure whatever the figure."""
    least_lead: float = LEAST_LEAD

    @property
    def is_ahead(self) -> bool:
        """Whether it is sure enough, and far enough ahead."""
        is_sure = self.is_own_question or self.sure >= self.least
        return is_sure and self.lead >= self.least_lead

    @property
    def is_direct(self) -> bool:
        """Whether it is given verbatim, in answer to a question that stands alone."""
        return self.is_ahead and self.veto is None

    def as_dict(self) -> dict[str, Any]:
        """Return the ruling as plain JSON values."""
        return {
            "confidence": round(self.sure, 4),
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
    calibration = calibration_of(version)
    ruling = Ruling(
        sure=confidence(entries, calibration),
        least=calibration.direct,
        lead=lead_over_next(entries),
    )
    # Where some word of the question is not in the entry, it is none of the entry's own.
    may_be_own = bool(entries) and entries[0].evidence.coverage == 1
    if not (ruling.is_ahead or may_be_own):
        return ruling
    entry = entry_of(entries[0])
    is_own = _letters(question) in map(_letters, entry.questions)
    ruling = replace(ruling, is_own_question=is_own)
    if not ruling.is_ahead:
        return ruling
    aliases = Aliases(version.manifest.aliases)
    others = [entry_of(hit) for hit in entries[1:COMPARED]]
    return replace(ruling, veto=first_veto(question, entry, others, aliases, embedder()))


def _letters(text: str) -> str:
    """Return what is left of a question without case, spaces and punctuation."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def tells_release(entry: Hit) -> bool:
    """Tell whether an FAQ entry answers a question about releases, and not just on its subject."""
    return bool(named_versions(entry.answer)) or version_question(entry.chunk.title) is not None

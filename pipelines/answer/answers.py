"""What an answer is: its text, its sources, and everything that explains it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipelines.answer.citations import Citation
from pipelines.direct import Ruling
from pipelines.followup import InContext
from pipelines.search import timings

Decision = Literal["direct", "grounded", "refuse", "handoff", "degraded"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, with everything that is needed to explain and to replay it."""

    question: str
    text: str
    decision: Decision
    reason: str
    """Why this decision: a code such as `faq_match`, `not_found`, `asks_for_person`."""
    handoff: bool
    """Whether a person should take over."""
    citations: tuple[Citation, ...]
    version: str
    milliseconds: dict[str, float]
    suggestions: tuple[str, ...] = ()
    """Questions of the FAQ that a refusal offers instead."""
    left_out: int = 0
    """Passages that the model was not shown, because `ollama.num_ctx` has no room for them."""
    found: InContext | None = None
    """What was searched for and found; None where nothing had to be, as for a greeting."""
    ruling: Ruling | None = None
    """Whether the first FAQ entry that was found is given verbatim; None where none was found."""

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        return {"question": self.question, "answer": self.text, **self.about()}

    def about(self) -> dict[str, Any]:
        """Return all but question and text as plain JSON values.

        The gateway sends this beside a text that it changed for the sake of front ends.
        """
        return {
            "decision": self.decision,
            "reason": self.reason,
            "handoff": self.handoff,
            "citations": [asdict(citation) for citation in self.citations],
            "suggestions": list(self.suggestions),
            "version": self.version,
            "timings": timings(self.milliseconds),
            "left_out": self.left_out,
        }


def summary(about: Mapping[str, Any]) -> str:
    """Return one line for a terminal on what `Answer.about` tells."""
    handed = ", hand-off" if about["handoff"] else ""
    room = f", {about['left_out']} passages had no room" if about["left_out"] else ""
    return (
        f"— {about['decision']} ({about['reason']}{handed}), version {about['version']}, "
        f"{about['timings']['total']:.0f} ms{room}"
    )

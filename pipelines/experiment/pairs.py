"""Pairs: a question's answers with and without the knowledge base, shown blind as A and B."""

import re
from dataclasses import dataclass

from pipelines.answer import Answer
from pipelines.followup import Turn
from pipelines.text import digest

# The last paragraph, whatever its heading: a line for each source.
_SOURCE_LIST = re.compile(r"\n\n[^\n]*(?:\n\[\d+\][^\n]*)+\Z")


@dataclass(frozen=True, slots=True)
class Pair:
    """A golden question with the two answers that one model gave to it."""

    id: str
    kind: str
    question: str
    history: tuple[Turn, ...]
    reference: str
    """What is known to be right, for whoever scores; empty where nothing is."""
    grounded: str
    """The answer with the knowledge base, as the gateway gives it."""
    alone: str
    """The answer of the model alone."""
    decision: str
    """How the first was answered: `direct`, `grounded`, `refuse`, `handoff` or `degraded`."""

    def blind(self, seed: int) -> tuple[str, str]:
        """Return the answers as A and B."""
        return (self.grounded, self.alone) if is_grounded_first(seed, self.id) else self.swapped

    @property
    def swapped(self) -> tuple[str, str]:
        """The answers, that of the model alone first."""
        return self.alone, self.grounded


def is_grounded_first(seed: int, question: str) -> bool:
    """Tell whether A is the answer with the knowledge base: a coin tossed by seed and question."""
    return int(digest(str(seed), question), 16) % 2 == 0


def without_sources(answer: Answer) -> str:
    """Return the text of an answer without source numbers and list of sources.

    Only an answer with the knowledge base has them, so that they would tell which it is.
    """
    if not answer.citations:
        return answer.text.strip()
    text = _SOURCE_LIST.sub("", answer.text)
    numbers = "|".join(str(citation.number) for citation in answer.citations)
    return re.sub(rf"[ ]?\[(?:{numbers})\]", "", text).strip()

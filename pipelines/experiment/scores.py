"""Scores: 1 to 5 for accuracy, relevance and tone of an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Dimension = Literal["accuracy", "relevance", "tone"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
LEAST, MOST = 1, 5
GOOD = 4
"""From this score on an answer counts as good."""

Scores = Mapping[Dimension, float]


@dataclass(frozen=True, slots=True)
class Scored:
    """A question whose two answers were scored by the same rater."""

    id: str
    kind: str
    question: str
    grounded: Scores
    """Scores of the answer with the knowledge base; a dimension may be missing."""
    alone: Scores
    """Scores of the answer of the model alone."""
    agrees: bool = True
    """False where a judge preferred another answer when it read them in the other order."""

    @property
    def lead(self) -> float | None:
        """How much better the answer with the knowledge base is, on average over what both have.

        None where no dimension was scored of both; 0 where a judge contradicted itself.
        """
        both = [self.grounded[one] - self.alone[one] for one in self.shared]
        if not both:
            return None
        return sum(both) / len(both) if self.agrees else 0.0

    @property
    def shared(self) -> tuple[Dimension, ...]:
        """The dimensions that both answers were scored in."""
        return tuple(one for one in DIMENSIONS if one in self.grounded and one in self.alone)

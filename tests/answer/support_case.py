"""Sentences that a model might write of a passage: true ones, and ones that it does not bear.

Every false sentence reuses the passage's own words, as inventions do that are hard to see.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A passage, as the model is shown it, with what it bears and what it does not."""

    passage: str
    true: tuple[str, ...]
    false: tuple[str, ...]
    question: str = ""
    """What the customer asks; the passage's own question where empty."""

    @property
    def asked(self) -> str:
        """What the customer asks."""
        return self.question or self.passage.partition("\n")[0]

"""Refusals in a row: after some, a person takes over."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from pipelines.followup import Turn
from pipelines.text import fold
from pipelines.wording import Wording

# A front end may show an answer with other spaces and marks; set by hand.
ALIKE = 90.0


def refused_in_a_row(history: Sequence[Turn], languages: Sequence[Wording]) -> int:
    """Return how many of the last answers of a conversation were refusals."""
    refusals = [fold(said) for says in languages for said in (says.not_found, says.only_dialogues)]
    count = 0
    for turn in reversed(history):
        if turn.role != "assistant":
            continue
        text = fold(turn.text)
        if not any(fuzz.ratio(text, said, score_cutoff=ALIKE) for said in refusals):
            break
        count += 1
    return count

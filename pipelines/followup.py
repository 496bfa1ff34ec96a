"""Multi-turn questions: told apart from questions that stand alone, and made to stand alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.terms import query_terms
from pipelines.text import fold

_POINTS_BACK = re.compile(
    r"^(?:那|它|这|那么|然后|还有|如果|要是|另外|所以)|"
    r"^(?:and|what about|how about|then|it|that|so)\b|"
    r"它|这个|那个|上面|刚才|呢[?？]?$|\b(?:it|that|this|those|they)\b"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return what to search for: the question, led by the previous one where it points back.

    By rules alone: a question that names fewer than three things, or points at something.
    """
    asked_before = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked_before:
        return question
    text = fold(question)
    stands_alone = len(set(query_terms(text).split())) >= 3 and not _POINTS_BACK.search(text)
    return question if stands_alone else f"{asked_before[-1]} {question}"

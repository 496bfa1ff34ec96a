"""Multi-turn questions: told apart from questions that stand alone, and made to stand alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.text import fold, is_chinese

_POINTS_BACK = re.compile(
    r"^(?:那|它|这|那么|然后|还有|如果|要是|另外|所以)|"
    r"^(?:and|what about|how about|then|it|that|so)\b|"
    r"它|这个|那个|上面|刚才|呢[?？]?$|\b(?:it|that|this|those|they)\b"
)

# Characters within which a later question leaves something out, as 35 of them did when measured.
SHORT = 12
SHORT_ENGLISH = 30


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return what to search for: the question, led by the previous one where it points back.

    By rules alone: a question that is short, or points at something.
    """
    asked_before = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked_before:
        return question
    text = fold(question)
    long_enough = len(text) > (SHORT if is_chinese(text) else SHORT_ENGLISH)
    if long_enough and not _POINTS_BACK.search(text):
        return question
    return f"{asked_before[-1]} {question}"

"""Turns: what was said before in a conversation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.text import clean, fold

_ASKS = re.compile(
    r"[?？][\s\"”』」)）~。]*$|(?:请问|麻烦|告诉我|provide|tell me|let me know)[^。.!！]*[。.!！]?$"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


def last_reply(history: Sequence[Turn]) -> str:
    """Return what the assistant said last; empty where the customer spoke after it."""
    last = history[-1] if history else None
    return clean(last.text).strip() if last and last.role == "assistant" else ""


def asks_back(reply: str) -> bool:
    """Tell whether a reply ends by asking the customer something."""
    return bool(_ASKS.search(fold(reply)))

"""Pairs: a question's answers with and without the knowledge base, shown blind as A and B."""

import re
from dataclasses import dataclass

from pipelines.answer import Answer
from pipelines.followup import Turn
from pipelines.text import digest

# The last paragraph, whatever its heading: a line for each source.
_SOURCE_LIST = re.compile(r"\n\n[^\n]*(?:\n\[\d+\][^\n]*)+\Z")
# The same as a model writes it that was given no sources: only its heading tells it from steps.
_NAMED_LIST = re.compile(
    r"\n\s*\n[^\n\w]{0,6}"
    r"(?:参考(?:资料|来源|文献|链接)?|(?:资料|信息)?来源|出处|引用|sources?|references?|citations?)"
    r"[^\n\w]{0,6}(?:\n+[ ]*(?:[\[【(（]?\d+[\]】)）.、]|[-*•])[^\n]*)+\s*\Z",
    re.IGNORECASE,
)
# Code as it is, or `[1]`, `[2][3]`, `[1, 2]`, `【1】`; `a[1]` is code without its marks.
_NUMBER = r"[\[【]\^?[1-9]\d?(?:\s*[,，、]\s*[1-9]\d?)*[\]】]"
_CODE_OR_NUMBERS = re.compile(
    rf"(?P<code>```.*?(?:```|\Z)|`[^`\n]+`)"
    rf"|^(?:{_NUMBER})+[ ]?|[ ]?(?<!_)(?<!\b[a-z])(?<!\d[\]】])(?:{_NUMBER})+",
    re.IGNORECASE | re.ASCII | re.DOTALL | re.MULTILINE,
)


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
    """Return the text of an answer with the knowledge base as it is shown blind."""
    return shown_blind(_SOURCE_LIST.sub("", answer.text) if answer.citations else answer.text)


def shown_blind(text: str) -> str:
    """Return an answer without source numbers and list of sources, which would tell whose it is.

    A model alone makes some up, so that one rule is for both: what stays in one stays in the other.
    """
    text = _NAMED_LIST.sub("", text)
    return _CODE_OR_NUMBERS.sub(lambda match: match["code"] or "", text).strip()

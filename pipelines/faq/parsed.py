"""What a parser returns of one file: entries, what was refused, and what an author may mend."""

from dataclasses import dataclass
from typing import Literal

from pipelines.records import FaqEntry, Quarantined

Rule = Literal[
    "missing-answer",
    "duplicate-question",
    "conflicting-answers",
    "told-by-heading",
    "dead-link",
    "long-answer",
    "expired",
    "contradictory-example",
    "not-a-question",
    "unresolved-include",
    "unreadable",
]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that an author may want to mend, at a line of a file."""

    rule: Rule
    path: str
    line: int
    """1-based."""
    message: str
    """What is wrong, and the mend."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What one file was read as."""

    entries: tuple[FaqEntry, ...]
    quarantined: tuple[Quarantined, ...]
    remarks: tuple[Remark, ...]
    """What only the parser sees; the other rules of `pipelines/faq/lint.py` look at entries."""

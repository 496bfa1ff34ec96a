"""What recognizers find, and how findings that overlap become spans that do not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

TYPES = (
    "person", "mobile", "landline", "hotline", "id_card", "bank_card", "passport",
    "travel_permit", "plate", "email", "wechat", "qq", "alipay", "address", "uscc", "ip", "mac",
    "secret", "password", "code", "birth_date", "order",
)  # fmt: skip


class Finding(NamedTuple):
    """Personal data at `start`:`end` of a text, and how sure that is (0 to 1)."""

    type: str
    start: int
    end: int
    score: float

    def overlaps(self, other: "Finding") -> bool:
        """Tell whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Span:
    """What was replaced: its type, and its half-open place in the original text."""

    type: str
    start: int
    end: int

    def holds(self, other: "Span") -> bool:
        """Tell whether `other` is a part of this one, and not all of it."""
        size = other.end - other.start
        return self.start <= other.start and other.end <= self.end and size < self.end - self.start


def resolve(findings: Iterable[Finding]) -> list[Finding]:
    """Return disjoint findings, sorted: overlapping ones become their union, and the union
    takes the type of the surest, then the longest.
    """
    merged: list[Finding] = []
    best: Finding | None = None
    ordered = list(findings)
    if len(ordered) > 1:
        ordered.sort(key=lambda item: (item.start, -item.end, item.type))
    for finding in ordered:
        if merged and best is not None and finding.start < merged[-1].end:
            if (finding.score, finding.end - finding.start) > (best.score, best.end - best.start):
                best = finding
            last = merged[-1]
            end = max(last.end, finding.end)
            merged[-1] = Finding(best.type, last.start, end, best.score)
        else:
            merged.append(finding)
            best = finding
    return merged

"""FAQ entries that a release made wrong, as `sanku release` and `sanku faq review` show them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.text import clean, one_line

if TYPE_CHECKING:
    from pipelines.stale.findings import Finding

# As many digits of an id as are shown; they are enough to name it.
SHOWN_DIGITS = 8
POSSIBLE = "worth a look (these may be wrong, and change no answer):"
_LONGEST_TEXT = 400


@dataclass(frozen=True, slots=True)
class Doubt:
    """An FAQ entry that a release made wrong, or may have made wrong."""

    id: str
    product: str
    tag: str
    question: str
    place: str
    severity: str
    kind: str
    why: str
    change: str
    suggestion: str
    """A unified diff; may be empty."""
    said: str = ""
    """What was decided on it, and why; empty while nobody has."""

    @classmethod
    def of_finding(cls, finding: "Finding") -> "Doubt":
        """Return a finding of this process."""
        is_open = finding.verdict == "open"
        return cls(
            id=finding.id,
            product=finding.product,
            tag=finding.tag,
            question=finding.title,
            place=f"{finding.path}:{finding.line}",
            severity=finding.severity,
            kind=finding.kind,
            why=finding.why,
            change=finding.change_text,
            suggestion=finding.suggestion,
            said="" if is_open else f"{finding.verdict}: {finding.reason}",
        )

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Doubt":
        """Return a row of the table that the asset `stale_faq` shows."""
        names = ("id", "product", "tag", "question", "place", "severity", "kind", "why", "change")
        told = {name: str(row.get(name, "")) for name in names}
        return cls(**told, suggestion=str(row.get("suggested edit", "")))

    def lines(self) -> Iterator[str]:
        """Yield what people read; nothing in it can steer a terminal."""
        place, said = one_line(self.place, _LONGEST_TEXT), one_line(self.said, 240)
        yield (
            f"{one_line(self.id)[:SHOWN_DIGITS]} {one_line(self.severity)} {place} "
            f"{one_line(self.question)}{f' [{said}]' if said else ''}"
        )
        yield f"    {one_line(self.why, _LONGEST_TEXT)}"
        change = one_line(self.change, _LONGEST_TEXT)
        yield f"    {one_line(self.product)} {one_line(self.tag)}: {change}"
        yield from (f"      {line}" for line in clean(self.suggestion).splitlines())

"""What passages are put together from: units of text, and the frames that they are shown in."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Start = Literal["", "section", "block"]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What every passage repeats around units of one block: a table's header, a code fence."""

    opening: str = ""
    closing: str = ""
    margin: str = ""
    """Stands in front of every line, like `> `."""
    marker: str = ""
    """Of a list item: stands in front of its first unit only, whose lines it sets in."""

    def around(self, text: str, *, first: bool) -> str:
        """Return `text` inside of the frame."""
        if self.marker and first:
            margin = " " * len(self.marker)
            return self.marker + _set_in(text, margin).removeprefix(margin)
        return _set_in(self.opening + text + self.closing, self.margin)


def _set_in(text: str, margin: str) -> str:
    if not margin:
        return text
    lines = text.split("\n")
    return "\n".join(margin + line if line.strip() else (margin + line).rstrip() for line in lines)


@dataclass(frozen=True, slots=True)
class Unit:
    """Markdown that is never cut any more."""

    text: str
    gap: str = "\n\n"
    """What stands between it and the unit before, where both are in one passage."""
    frames: tuple[Frame, ...] = ()
    """Outermost first."""
    opens: frozenset[Frame] = frozenset()
    """Those of its frames in which it is the first unit of all."""
    start: Start = ""
    """Whether a section, or a block that is too long for one passage, begins with it."""
    leads: bool = False
    """Whether it only leads in what follows: a heading, or a line that ends in a colon."""
    trail: tuple[str, ...] = ()
    """The headings above it, outermost first, as Markdown."""

    def size_after(self, before: "Unit | None") -> int:
        """Return what it adds to a passage that ends with `before`, the gap aside."""
        around = before.frames if before else ()
        size = len(self.text)
        lines = self.text.count("\n") + max(1, self.gap.count("\n"))
        margin = 0
        for frame in self.frames:
            if frame not in around:
                size += len(frame.opening) + len(frame.closing)
                lines += frame.opening.count("\n") + frame.closing.count("\n")
            margin += len(frame.margin) + len(frame.marker)
        return size + margin * lines


def joined(units: Sequence[Unit], depth: int = 0) -> str:
    """Return units as one text; neighbours of the same frame share it."""
    text = ""
    for frame, run in groupby(units, lambda unit: _frame_at(unit, depth)):
        inside = list(run)
        gap = inside[0].gap if text else ""
        if frame is None:
            shown = "".join(unit.gap * bool(at) + unit.text for at, unit in enumerate(inside))
        else:
            shown = frame.around(joined(inside, depth + 1), first=frame in inside[0].opens)
        text += gap + shown
    return text


def _frame_at(unit: Unit, depth: int) -> Frame | None:
    return unit.frames[depth] if depth < len(unit.frames) else None

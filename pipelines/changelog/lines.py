"""The lines of a changelog on their way to Markdown, each with its number in the file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_OPENING = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})[^`]*")
# A rule may be a little longer or shorter than the title that it underlines.
_SLACK = 2
_CLOSING = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and the number of the line in the file that it comes from."""

    text: str
    number: int

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.text.strip()

    @property
    def indentation(self) -> int:
        """Columns of white space before its text."""
        rest = self.text.lstrip(" \t")
        return len(self.text[: len(self.text) - len(rest)].expandtabs(4))

    @property
    def opens_fence(self) -> bool:
        """Whether it is the first line of fenced code."""
        return _OPENING.fullmatch(self.text) is not None

    def rewritten(self, text: str) -> "Line":
        """Return a line of other text from the same place."""
        return Line(text, self.number)


def verbatim(lines: Sequence[Line]) -> list[bool]:
    """Return for each line whether it is inside fenced code or a comment, with its delimiters.

    What is never closed counts as text.
    """
    inside = [False] * len(lines)
    # How long the shortest fence of a character is that nothing below closes.
    unclosed: dict[str, int] = {}
    position = 0
    while position < len(lines):
        end = _end_of_verbatim(lines, position, unclosed)
        for at in range(position, end):
            inside[at] = True
        position = max(end, position + 1)
    return inside


def _end_of_verbatim(lines: Sequence[Line], start: int, unclosed: dict[str, int]) -> int:
    """Return the position after the code or comment that opens at `start`; `start` where none."""
    text = lines[start].text
    if text.lstrip(" ").startswith("<!--"):
        if "-->" in text:
            return start + 1
        mark, width = "<!--", 1
    elif (fence := _OPENING.fullmatch(text)) is not None:
        mark, width = fence[1][0], len(fence[1])
        if mark == "~" and _underlines(lines, start):
            return start
    else:
        return start
    if width >= unclosed.get(mark, width + 1):
        return start
    for position in range(start + 1, len(lines)):
        if mark == "<!--":
            if "-->" in lines[position].text:
                return position + 1
        elif (
            (closing := _CLOSING.fullmatch(lines[position].text)) is not None
            and closing[1][0] == mark
            and len(closing[1]) >= width
        ):
            return position + 1
    unclosed[mark] = width
    return start


def _underlines(lines: Sequence[Line], place: int) -> bool:
    """Tell whether a row of tildes is as long as the text above it, and no fence."""
    rule, title = lines[place].text.strip(), lines[place - 1].text.strip() if place else ""
    return bool(title) and set(rule) == {"~"} and abs(len(rule) - len(title)) <= _SLACK

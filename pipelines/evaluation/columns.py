"""The columns of a table of golden questions, and lines of Markdown read as cells."""

import re
from collections.abc import Mapping

from pipelines.text import clean, fold

# Column -> how it may be headed; compared without case, width and blanks around it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号"),
    "question": ("question", "问题"),
    "expected": ("expected", "expected faq question", "期望", "期望的问题"),
    "release": ("release", "版本"),
    "must_contain": ("must contain", "必须包含"),
    "must_not_contain": ("must not contain", "不得包含"),
    "must_cite": ("must cite", "必须引用"),
    "kind": ("kind", "类型"),
    "history": ("history", "对话"),
}
_COLUMN_OF = {name: column for column, names in COLUMNS.items() for name in names}
_BAR = re.compile(r"(?<!\\)\|")
_EDGE_BARS = re.compile(r"^\||(?<!\\)\|$")


class GoldenTableError(ValueError):
    """A table or a row that holds no golden questions; `line` says where, 1-based."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def column_of(heading: str) -> str | None:
    """Return the column that a heading names; None where there is no such column."""
    return _COLUMN_OF.get(fold(heading))


def cells_of(line: str) -> list[str]:
    """Return the cells of a line of Markdown as they are written."""
    return _BAR.split(_EDGE_BARS.sub("", clean(line).strip()))

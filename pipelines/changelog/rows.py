"""Tables with one change a row: which column says what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markdown_it.token import Token

from pipelines.changelog.categories import is_category

Column = Literal["version", "date", "category", "component", "text", "kind", "note"]

_DONE = "变更|更新|修改|修订|调整|迭代"
_COLUMN_NAMES: dict[Column, str] = {
    "version": r"versions?|release|ver\.?|版本号?",
    "date": rf"(?:release\s+)?date|released(?:\s+on)?|(?:{_DONE}|发布|上线)?(?:日期|时间)",
    "category": rf"type|kind|category|change\s+type|(?:{_DONE})?(?:类型|类别|分类)",
    "component": r"module|component|area|scope|package|模块|组件|范围|产品",
    "text": r"(?:change\s+)?(?:changes?|descriptions?|summary|details?|message|subject|what)"
    rf"|(?:{_DONE}|功能|主要|发布|版本)?(?:内容|说明|描述|详情|变更|点)",
    "note": r"notes?|remarks?|备注",
}
_COLUMNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _COLUMN_NAMES.items()}
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_NUMBERING = re.compile(
    r"#|no\.?|id|key|issues?|pr|prs|pull\s+requests?|commits?|ticket|links?|序号|编号|链接",
    re.IGNORECASE,
)
_PERSON = re.compile(r"authors?|owners?|reviewers?|\w+\s+by|\S{0,4}(?:人|人员|者)", re.IGNORECASE)
_BAR = re.compile(r"(?<!\\)\|")
_NUMBER = re.compile(r"^(?:[-*•·]\s+|\d{1,2}[.、)]\s*(?=\D))")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the cells that its columns name, and its line."""

    line: int
    version: str
    date: str
    category: str
    component: str
    texts: tuple[str, ...]


def rows_of(tokens: Sequence[Token], lines: Sequence[str]) -> list[Row]:
    """Return the changes of a table, from its tokens; none where no column is known to hold them.

    Cells of the version and date that are left empty mean those of the row above.
    """
    places = [token.map[0] for token in tokens if token.type == "tr_open" and token.map]
    table = [(place, _cells(lines[place])) for place in places]
    if len(table) < 2:
        return []
    headers = [header.strip(" *_`:：") for header in table[0][1]]
    columns = _columns(headers, [cells for _, cells in table[1:]])
    telling = [place for place, column in enumerate(columns) if column in ("text", "kind")]
    if not telling:
        return []
    # What an unknown column says of a change is the part that it belongs to; a number or a name
    # of a person says nothing.
    names = [
        "component" if column is None and not _says_nothing(header) else column
        for column, header in zip(columns, headers, strict=True)
    ]
    rows: list[Row] = []
    version = released = ""
    for line, cells in table[1:]:
        values: dict[Column, str] = {}
        for name, cell in zip(names, cells, strict=False):
            if name is not None and cell:
                values.setdefault(name, cell)
        version, released = values.get("version", version), values.get("date", released)
        component = values.get("component", "")
        for place in telling:
            category = headers[place] if columns[place] == "kind" else values.get("category", "")
            texts = tuple(_parts("".join(cells[place : place + 1])))
            rows.append(Row(line, version, released, category, component, texts))
    return rows


def _parts(text: str) -> list[str]:
    parts = (_NUMBER.sub("", part.strip(), count=1) for part in _BREAK.split(text))
    return [part for part in parts if part]


def _says_nothing(header: str) -> bool:
    return _NUMBERING.fullmatch(header) is not None or _PERSON.fullmatch(header) is not None


def _columns(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Column | None]:
    """Return what each column holds; of several that may tell the change, the wordiest does.

    Where none does, those do that are named after a kind of change, else a note.
    """
    columns = [_column_of(header) for header in headers]
    words: dict[int, int] = {}
    for place, column in enumerate(columns):
        cells = [row[place] for row in rows if place < len(row)]
        words[place] = sum(map(len, cells))
        is_kind = "category" not in columns and cells and all(map(is_category, cells))
        if column == "text" and is_kind:
            columns[place] = "category"
    if "version" in columns and "text" not in columns:
        columns = [
            "kind" if column is None and is_category(header) else column
            for column, header in zip(columns, headers, strict=True)
        ]
    telling = next((name for name in ("text", "kind", "note") if name in columns), "")
    if telling == "kind":
        return columns
    told = [place for place, column in enumerate(columns) if column == telling]
    wordiest = max(told, key=lambda place: (words[place], -place), default=-1)
    return [
        "text" if place == wordiest else None if column == "text" else column
        for place, column in enumerate(columns)
    ]


def _column_of(header: str) -> Column | None:
    return next((column for column, names in _COLUMNS.items() if names.fullmatch(header)), None)


def _cells(line: str) -> list[str]:
    """Return the cells of a row as written."""
    cells = [cell.strip() for cell in _BAR.split(line.strip())]
    inner = cells[1:] if cells and not cells[0] else cells
    return inner[:-1] if inner and not inner[-1] else inner

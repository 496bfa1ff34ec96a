"""Golden questions as a Markdown table, which a support lead can write, Chinese or English."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from pipelines.commonmark import CostlyMarkdownError, markdown_parser
from pipelines.evaluation.columns import COLUMNS, GoldenTableError, cells_of, column_of
from pipelines.evaluation.strays import refuse_strays
from pipelines.text import clean, digest, fold, letters

# What stands in place of an FAQ question where no answer is the right answer.
DECISIONS = {
    **dict.fromkeys(
        (
            "refuse",
            "refused",
            "拒答",
            "拒绝",
            "拒绝回答",
            "拒绝作答",
            "不回答",
            "不应回答",
            "无答案",
            "无",
        ),
        "refuse",
    ),
    **dict.fromkeys(("handoff", "转人工", "人工", "人工客服"), "handoff"),
}
_ROLES = {
    **dict.fromkeys(("user", "customer", "用户", "客户", "顾客"), "user"),
    **dict.fromkeys(("assistant", "agent", "bot", "客服", "助手", "机器人"), "assistant"),
}
_TURN = re.compile(r"\s*(\w+)\s*[:：]\s*(.+)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: tuple[tuple[str, ...], ...]
    """The texts of each cell, which `<br>` parts."""


def rows_of(markdown: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield line and fields of a golden question for each row of the tables of a Markdown file.

    Raises `GoldenTableError` for a column that is not in `COLUMNS`, a row that stands in no table,
    and a file without a table.
    """
    # Words are taken as typed: `2*3*4` is no emphasis, and a link is for the answer to cite.
    parser = markdown_parser().disable(["emphasis", "link", "image", "autolink"])
    try:
        tokens = parser.parse(markdown)
    except CostlyMarkdownError as error:
        raise GoldenTableError(1, "the file is too large to be read as Markdown") from error
    lines = markdown.split("\n")
    refuse_strays(tokens, lines)
    columns: Sequence[str] = ()
    for row in _table_rows(tokens):
        if row is None:
            columns = ()
        elif not columns:
            columns = _columns(row)
        else:
            _refuse_miscounted(row, lines[row.line - 1], len(columns))
            yield row.line, _fields(row.line, dict(zip(columns, row.cells, strict=True)))
    if not any(token.type == "table_open" for token in tokens):
        raise GoldenTableError(1, "the file holds no Markdown table; the first row names columns")


def _table_rows(tokens: Sequence[Token]) -> Iterator[_Row | None]:
    """Yield every row of every table, its header first, and None where a table begins."""
    cells: list[tuple[str, ...]] = []
    in_table = False
    line = 0
    for token in tokens:
        match token.type:
            case "table_open":
                in_table = True
                yield None
            case "table_close":
                in_table = False
            case "tr_open":
                cells, line = [], (token.map or [0])[0] + 1
            case "inline" if in_table:
                cells.append(_texts(token))
            case "tr_close":
                yield _Row(line, tuple(cells))


def _texts(cell: Token) -> tuple[str, ...]:
    parts = [""]
    for token in cell.children or []:
        if token.type == "html_inline" and _BREAK.fullmatch(token.content):
            parts.append("")
        else:
            parts[-1] += token.content
    return tuple(text for part in parts if (text := clean(part).strip()))


def _columns(header: _Row) -> tuple[str, ...]:
    columns = []
    for texts in header.cells:
        name = " ".join(texts)
        column = column_of(name)
        if column is None:
            known = ", ".join("/".join(names[:2]) for names in COLUMNS.values())
            raise GoldenTableError(
                header.line, f"there is no column `{name}`; the columns are {known}"
            )
        if column in columns:
            raise GoldenTableError(header.line, f"the column `{name}` is there twice")
        columns.append(column)
    if "question" not in columns:
        raise GoldenTableError(header.line, "the table has no column `问题` or `question`")
    return tuple(columns)


def _refuse_miscounted(row: _Row, source: str, columns: int) -> None:
    """Refuse a row with more cells than columns, of which Markdown drops the rest unsaid.

    So is one that lacks cells and holds the full-width bar, which parts none.
    """
    cells = cells_of(source.lstrip(" \t>"))
    if len(cells) > columns:
        raise GoldenTableError(
            row.line,
            f"the row has {len(cells)} cells, and the table {columns} columns; a bar inside a "
            r"cell is written `\|`",
        )
    if len(cells) < columns and "｜" in source:
        raise GoldenTableError(
            row.line,
            f"the row has {len(cells)} cells, and the table {columns} columns; the full-width bar "
            "`｜` parts no cells: write `|`, or, where it belongs to the text, the empty cells too",
        )


def _fields(line: int, cells: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    question = " ".join(cells["question"])
    texts = [text for each in cells.values() for text in each]
    if len(texts) > 1 and all(column_of(text) or not text.strip(":-") for text in texts):
        raise GoldenTableError(
            line,
            "the row is a heading, or dashes that stand below one; write an empty line above a "
            "second heading, and no dashes twice",
        )
    expect = _expected(line, cells)
    history = [_turn(line, text) for text in cells.get("history", ())]
    kind = " ".join(cells.get("kind", ()))
    return {
        "id": " ".join(cells.get("id", ())) or _name(question, history),
        "question": question,
        "kind": kind or expect.get("decision") or expect.get("tier") or "answer",
        "expect": expect,
        "history": history,
        **{name: cells.get(name, ()) for name in ("must_contain", "must_not_contain", "must_cite")},
    }


def _name(question: str, history: Sequence[Mapping[str, str]]) -> str:
    """Return the id of a row without one, which stays when other rows come and go.

    It begins with a word, so that no spreadsheet takes it for a number.
    """
    said = (text for turn in history for text in (turn["role"], turn["content"]))
    return f"row-{digest(question, *said)[:8]}"


def _expected(line: int, cells: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    release = " ".join(cells.get("release", ()))
    texts = cells.get("expected", ())
    meant = [_decision(text) for text in texts]
    decisions = [decision for decision in meant if decision]
    questions = [text for text, decision in zip(texts, meant, strict=True) if not decision]
    if len(decisions) > 1:
        raise GoldenTableError(line, "two decisions are expected; name one")
    expected: dict[str, Any] = {"decision": decisions[0]} if decisions else {}
    if questions:
        expected |= {"tier": "faq", "question": questions}
    if release:
        expected |= {"tier": "changelog", "version": release}
    return expected


def _decision(text: str) -> str | None:
    """Return the decision that a text names in whatever marks; None for a question."""
    return None if fold(text).endswith("?") else DECISIONS.get(letters(text))


def _turn(line: int, text: str) -> dict[str, str]:
    match = _TURN.fullmatch(text)
    role = _ROLES.get(fold(match[1])) if match else None
    if match is None or role is None:
        raise GoldenTableError(
            line,
            f"the earlier message `{text}` does not say whose it is; begin it with `用户：` or "
            "`客服：` (`user:` or `assistant:`), and part messages with `<br>`",
        )
    return {"role": role, "content": match[2].strip()}

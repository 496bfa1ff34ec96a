"""The answers to be scored as CSV for a spreadsheet, and the CSV as people filled it in."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import SourceError
from pipelines.experiment.pairs import Pair, is_grounded_first
from pipelines.experiment.scores import DIMENSIONS, LEAST, MOST, Scored, Scores
from pipelines.faq.cells import guarded, unguarded
from pipelines.faq.export import BYTE_ORDER_MARK
from pipelines.sources.files import decode
from pipelines.text import clean, fold, one_line, shown_path

SIDES = ("A", "B")
SCORE_COLUMNS = tuple(f"{name}_{side}" for side in SIDES for name in DIMENSIONS)
"""`accuracy_A` to `tone_B`, in the order of the sheet."""
COLUMNS = (
    *("id", "kind", "history", "question", "known_to_be_right", *SIDES),
    *SCORE_COLUMNS,
    "note",
)
_NEEDED = ("id", *SCORE_COLUMNS)
# A spreadsheet may save with the separator of its own language.
_SEPARATORS = ",;\t"
# Python's own limit is 131,072 characters.
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Filled:
    """What a person wrote into the row of a question."""

    scores: Mapping[str, int]
    """Column -> score, of the columns that are filled in."""
    note: str = ""


def sheet_of(pairs: Sequence[Pair], seed: int, filled: Mapping[str, Filled]) -> str:
    """Return the CSV with empty score columns, or with what was `filled` in for a question.

    Begins with a byte order mark, which Excel needs. No cell can be taken for a formula.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for pair in pairs:
        row = filled.get(pair.id, Filled({}))
        history = _history(pair)
        told = (pair.id, pair.kind, history, pair.question, pair.reference, *pair.blind(seed))
        scores = (str(row.scores.get(name, "")) for name in SCORE_COLUMNS)
        writer.writerow(guarded(clean(cell)) for cell in (*told, *scores, row.note))
    return BYTE_ORDER_MARK + written.getvalue()


def filled_in(file: Path, pairs: Sequence[Pair]) -> dict[str, Filled]:
    """Return question id -> what stands in its row.

    A row is known by its question, and by its id where that was changed: of an id like `007`, `1-2`
    or `1.10` spreadsheets save a number or a day.
    Raises `SourceError`, which names file and line, for what is no sheet of these `pairs`.
    """
    ids = {_key(guarded(pair.id)): pair.id for pair in pairs}
    asked = _by_question(pairs)
    found: dict[str, Filled] = {}
    for line, cells in _rows(file):
        question = _key(cells.get("history", "")), _key(cells.get("question", ""))
        name = asked.get(question) or ids.get(_key(cells["id"]))
        if name is None:
            raise _wrong(
                file, line, f"there is no question `{one_line(cells['id'])}` in this experiment"
            )
        if name in found:
            raise _wrong(file, line, f"the question `{one_line(name)}` stands on an earlier line")
        scores = {column: _score(file, line, column, cells[column]) for column in SCORE_COLUMNS}
        found[name] = Filled(
            {column: score for column, score in scores.items() if score},
            unguarded(cells.get("note", "")),
        )
    return found


def scored(pairs: Sequence[Pair], seed: int, filled: Mapping[str, Filled]) -> tuple[Scored, ...]:
    """Return the questions of which anything was scored, no longer blind."""
    told = []
    for pair in pairs:
        row = filled.get(pair.id)
        if row is None or not row.scores:
            continue
        a, b = (_scores_of(row, side) for side in SIDES)
        grounded, alone = (a, b) if is_grounded_first(seed, pair.id) else (b, a)
        told.append(Scored(pair.id, pair.kind, pair.question, grounded, alone))
    return tuple(told)


def _scores_of(row: Filled, side: str) -> Scores:
    columns = {name: f"{name}_{side}" for name in DIMENSIONS}
    return {name: row.scores[one] for name, one in columns.items() if one in row.scores}


def _by_question(pairs: Sequence[Pair]) -> Mapping[tuple[str, str], str]:
    """Return history and question -> id, of those that are asked once."""
    keys = {
        pair.id: (_key(guarded(_history(pair))), _key(guarded(pair.question))) for pair in pairs
    }
    times = Counter(keys.values())
    return {key: name for name, key in keys.items() if times[key] == 1}


def _history(pair: Pair) -> str:
    return "\n".join(f"{turn.role}: {turn.text}" for turn in pair.history)


def _key(cell: str) -> str:
    """Return an id or a question as it is compared: spreadsheets change blanks and the guard."""
    return " ".join(unguarded(clean(cell)).split())


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line on which each row begins, 1-based, and its cells by column."""
    text = _text(file)
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count), strict=True
    )
    csv.field_size_limit(_LONGEST_CELL)
    columns: list[str] = []
    line = 1
    try:
        for cells in reader:
            if not columns:
                columns = _columns(file, cells)
            elif any(cell.strip() for cell in cells):
                if len(cells) > len(columns):
                    raise _wrong(
                        file, line, f"it has {len(cells)} cells under {len(columns)} columns"
                    )
                padded = [*cells, *[""] * (len(columns) - len(cells))]
                yield line, dict(zip(columns, padded, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _wrong(file, line, f"it is no CSV ({error})") from error


def _columns(file: Path, header: Sequence[str]) -> list[str]:
    names = {fold(name): name for name in COLUMNS}
    columns = [names.get(fold(cell), cell) for cell in header]
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise _wrong(file, 1, f"the column `{missing[0]}` is missing")
    if twice := [name for name in _NEEDED if columns.count(name) > 1]:
        raise _wrong(file, 1, f"the column `{twice[0]}` is there twice")
    return columns


def _score(file: Path, line: int, column: str, cell: str) -> int:
    """Return a score, or 0 for an empty cell."""
    text = fold(cell)
    if not text:
        return 0
    if text not in {str(score) for score in range(LEAST, MOST + 1)}:
        raise _wrong(
            file,
            line,
            f"`{column}` is `{one_line(cell, 20)}`; write {LEAST} to {MOST}, or leave it empty",
        )
    return int(text)


def _text(file: Path) -> str:
    try:
        return decode(file.read_bytes())
    except (OSError, ValueError) as error:
        reason = (error.strerror or error) if isinstance(error, OSError) else error
        raise SourceError(
            f"the scores `{shown_path(file)}` cannot be read: {reason}. Save them as CSV in "
            "UTF-8 (in Excel: `CSV UTF-8`)."
        ) from error


def _wrong(file: Path, line: int, reason: str) -> SourceError:
    return SourceError(
        f"`{shown_path(file)}` line {line}: {reason}. `docs/experiment.md` shows the format."
    )

"""Spreadsheets and CSV files as sheets of text, read in a process of their own within bounds."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pipelines
from pipelines.errors import SourceError
from pipelines.text import shown_path

MAX_SPREADSHEET = 20_000_000
MAX_SECONDS = 60
MAX_CELL = 32_767
"""Characters that a cell of a workbook may hold, by Excel's own limit."""

_TOO_MUCH = (
    "takes over 2 GB or a minute to read, which no FAQ needs. Copy its questions and answers into "
    "a new spreadsheet, and import that."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as people see it: numbers and dates are text, and a row's first line is line 1."""

    name: str
    """Empty for a CSV file, which is one sheet."""
    hidden: bool
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...]
    """Cells merged into one: first row, first column, last row, last column, all 0-based."""
    unreadable: tuple[tuple[int, str], ...]
    """Rows that were left empty because they cannot be read: 1-based, and why."""


def read_spreadsheet(file: Path) -> list[Sheet]:
    """Return the sheets of an XLSX, XLS, CSV or TSV file, told apart by what it holds.

    A cell at the far end of a sheet makes a reader allocate all cells before it, hundreds of
    gigabytes, and ends its process: so the process is another one, with limits. Raises
    `SourceError` for a file that is no spreadsheet, is locked, is over 20 MB or unfolds too far.
    """
    if file.stat().st_size > MAX_SPREADSHEET:
        raise SourceError(
            f"`{shown_path(file)}` is over {MAX_SPREADSHEET // 1_000_000} MB. "
            "Split it, or take the pictures out of it."
        )
    command = (sys.executable, "-m", "pipelines.faq.spreadsheets.reader")
    try:
        done = subprocess.run(  # noqa: S603 - Sanku itself, without a word from outside
            command,
            input=file.read_bytes(),
            capture_output=True,
            cwd=Path(pipelines.__file__).parents[1],
            timeout=2 * MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"`{shown_path(file)}` {_TOO_MUCH}") from error
    if done.returncode:
        raise SourceError(f"`{shown_path(file)}` {_TOO_MUCH}")
    told = json.loads(done.stdout)
    if problem := told.get("problem"):
        raise SourceError(f"`{shown_path(file)}` {problem}")
    return [_sheet(sheet) for sheet in told["sheets"]]


def _sheet(told: dict[str, Any]) -> Sheet:
    return Sheet(
        told["name"],
        told["hidden"],
        tuple(map(tuple, told["rows"])),
        tuple((first, left, last, right) for first, left, last, right in told["merged"]),
        tuple((row, reason) for row, reason in told["unreadable"]),
    )

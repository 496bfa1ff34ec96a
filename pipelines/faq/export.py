"""FAQ entries as files for other tools and for people: JSON Lines, CSV, a folder of Markdown."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import chain
from pathlib import Path, PurePosixPath

from pipelines.errors import SourceError
from pipelines.faq.cells import guarded, link_lines
from pipelines.faq.manuscript import manuscript
from pipelines.faq.spreadsheets.columns import EXPORTED
from pipelines.records import FaqEntry
from pipelines.text import one_line, shown_path

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel and WPS in China read a CSV file as GBK."""
_UNWRITABLE = "no Markdown reads back as this entry"


@dataclass(frozen=True, slots=True)
class LostEntry:
    """An entry that could not be written, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class WrittenTree:
    """What was written of one source."""

    files: int
    entries: int
    explicit: int
    """Entries of which a part had to be marked to read back the same."""
    lost: tuple[LostEntry, ...]


def jsonl_lines(entries: Iterable[FaqEntry]) -> Iterator[str]:
    """Yield each entry as a JSON object on a line, with all that is known of it."""
    for entry in entries:
        yield json.dumps(asdict(entry), ensure_ascii=False, default=date.isoformat) + "\n"


def csv_lines(entries: Iterable[FaqEntry]) -> Iterator[str]:
    """Yield a CSV file with the columns `EXPORTED`; lists stand one item a line in their cell.

    Begins with a byte order mark. A cell that a spreadsheet would run as a formula begins with
    `'`, which `sanku faq import` takes off again.
    """
    yield BYTE_ORDER_MARK
    written = io.StringIO()
    writer = csv.writer(written)
    for cells in chain((EXPORTED,), map(_row, entries)):
        writer.writerow(map(guarded, cells))
        yield written.getvalue()
        written.seek(0)
        written.truncate()


def check_empty(folder: Path) -> None:
    """Raise `SourceError` unless `folder` is empty, or does not exist yet."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SourceError(
            f"`{shown_path(folder)}` is not empty, and an export overwrites nothing. Name a "
            "folder that does not exist yet."
        )


def write_tree(entries: Iterable[FaqEntry], folder: Path, base_url: str) -> WrittenTree:
    """Write one source's entries as the tree of Markdown files that they come from.

    An entry that cannot be written stops no other, and an existing file stays as it is.
    """
    files: defaultdict[str, list[FaqEntry]] = defaultdict(list)
    for entry in entries:
        files[entry.path].append(entry)
    folder.mkdir(parents=True, exist_ok=True)
    lost: list[LostEntry] = []
    total = explicit = 0
    for path, held in sorted(files.items()):
        total += len(held)
        held.sort(key=lambda entry: entry.line_start)
        if not _is_inside(path):
            lost += _lost(held, "its file's name leads out of the folder; rename the file")
            continue
        written = manuscript(held, path=path, base_url=base_url)
        lost += _lost(
            written.lost, f"{written.problem or _UNWRITABLE}; export CSV or JSONL instead"
        )
        explicit += written.explicit
        file = folder / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(written.text)
        except OSError as error:
            kept = [entry for entry in held if entry not in written.lost]
            lost += _lost(kept, f"its file cannot be written ({error.strerror})")
    return WrittenTree(len(files), total - len(lost), explicit, tuple(lost))


def _lost(entries: Iterable[FaqEntry], reason: str) -> list[LostEntry]:
    return [LostEntry(one_line(f"{entry.path}:{entry.line_start}"), reason) for entry in entries]


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not {"..", "/", "//"} & set(parts) and "\0" not in path


def _row(entry: FaqEntry) -> tuple[str, ...]:
    review = entry.review
    days = (review.valid_from, review.valid_until, review.reviewed_at)
    valid_from, valid_until, reviewed_at = (day.isoformat() if day else "" for day in days)
    return (
        entry.question,
        entry.answer,
        "\n".join(entry.similar_questions),
        link_lines(entry.links),
        review.status,
        review.owner,
        review.product,
        "\n".join(review.tags),
        valid_from,
        valid_until,
        reviewed_at,
        review.reviewer,
        review.checked,
        review.stale,
        "\n".join(review.not_for),
        entry.source,
        entry.path,
        str(entry.line_start),
        "\n".join(entry.heading_path),
    )

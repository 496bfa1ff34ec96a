"""What a pull changed, entry by entry, for the people who review it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from pipelines.faq.conflicts import asked_twice
from pipelines.faq.word_diff import Piece, shown, word_diff
from pipelines.records import FaqEntry, Review
from pipelines.text import one_line


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry that is new, other than before, or gone; one of both sides may be missing."""

    before: FaqEntry | None
    after: FaqEntry | None

    @property
    def kind(self) -> Literal["added", "changed", "removed"]:
        """What happened to the entry."""
        if self.before is None:
            return "added"
        return "changed" if self.after else "removed"

    @property
    def entry(self) -> FaqEntry:
        """The entry as it is now; one that is gone, as it was."""
        entry = self.after or self.before
        assert entry is not None  # noqa: S101 - `changes_between` makes no change of nothing
        return entry


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of an entry that changed: which, and how, word by word."""

    part: str
    pieces: tuple[Piece, ...]


def changes_between(
    before: Iterable[FaqEntry], after: Iterable[FaqEntry]
) -> tuple[EntryChange, ...]:
    """Return what is added, changed and removed, in the order of the files; a move is no change."""
    old = {entry.id: entry for entry in before}
    new = {entry.id: entry for entry in after}
    changes = [
        EntryChange(old.get(key), new.get(key))
        for key in old.keys() | new.keys()
        if key not in old or key not in new or old[key].content_hash != new[key].content_hash
    ]
    return tuple(sorted(changes, key=lambda change: (change.entry.path, change.entry.line_start)))


def differences(change: EntryChange) -> Iterator[Difference]:
    """Yield the parts in which a changed entry differs; of one that is new or gone, nothing."""
    if change.before is None or change.after is None:
        return
    for (part, old), (_, new) in zip(_parts(change.before), _parts(change.after), strict=True):
        if old != new:
            yield Difference(part, word_diff(old, new))


def _parts(entry: FaqEntry) -> Iterator[tuple[str, str]]:
    yield "question", entry.question
    yield "answer", entry.answer
    yield "similar questions", "\n".join(entry.similar_questions)
    yield "links", "\n".join(f"{link.text} {link.url}" for link in entry.links)
    for field in fields(Review):
        value = getattr(entry.review, field.name)
        yield field.name, ", ".join(value) if isinstance(value, tuple) else str(value or "")
    yield "front matter", "\n".join(f"{key}: {value}" for key, value in entry.front_matter)


def change_row(change: EntryChange) -> dict[str, str]:
    """Return a change as a row for people: what, where, of which question, and the difference."""
    entry = change.entry
    told = "\n".join(f"{part.part}: {shown(part.pieces)}" for part in differences(change))
    return {
        "change": change.kind if entry.review.status == "approved" else f"{change.kind} (draft)",
        "place": _place(entry),
        "question": one_line(entry.question, 200),
        "difference": told or one_line(entry.answer, 200),
    }


def conflicts_among(entries: Iterable[FaqEntry], today: date) -> list[dict[str, str]]:
    """Return pairs of entries that answer the same question differently, as rows for people."""
    return [
        {
            "question": one_line(twice.wording, 200),
            "places": f"{_place(twice.entry)}, {_place(twice.rival)}",
            "answers": f"{one_line(twice.entry.answer, 200)}\n{one_line(twice.rival.answer, 200)}",
        }
        for twice in asked_twice(entries, today)
        if not twice.agree
    ]


def _place(entry: FaqEntry) -> str:
    return f"{entry.path}:{entry.line_start}"

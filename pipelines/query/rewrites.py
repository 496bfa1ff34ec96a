"""Rewrites: what was changed in a question, so that it can be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["width", "script", "courtesy", "pinyin", "typo", "alias", "wording"]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One change to a question, or words that were added for some of it (`alias`, `wording`)."""

    kind: Kind
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a text from `start` to before `end`."""

    start: int
    end: int
    after: str
    kind: Kind


def apart(edits: Iterable[Edit]) -> list[Edit]:
    """Return `edits` without those that change some of what an earlier one changes."""
    kept: list[Edit] = []
    taken: set[int] = set()
    for edit in edits:
        places = range(edit.start, edit.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(edit)
    return kept


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all `edits` made; they do not overlap."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [text[at : edit.start], edit.after]
        at = edit.end
    return "".join([*parts, text[at:]])


def told(text: str, edits: Iterable[Edit]) -> list[Rewrite]:
    """Return `edits` of `text` as they are shown."""
    return [Rewrite(edit.kind, text[edit.start : edit.end], edit.after) for edit in edits]

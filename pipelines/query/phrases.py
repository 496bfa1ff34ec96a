"""Phrases found in a text: the longest first, blind to case and to spaces beside Chinese."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that stands in a text from `start` to before `end`."""

    start: int
    end: int
    phrase: str
    """In the form that `folded` gives it."""


class Phrases:
    """Phrases to look for, prepared so that a text is read once."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = {folded(phrase) for phrase in phrases} - {""}
        lengths: dict[str, set[int]] = {}
        for phrase in self._phrases:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        self._lengths = {first: sorted(known, reverse=True) for first, known in lengths.items()}

    def find(self, text: str) -> list[Found]:
        """Return the phrases of `text` from left to right; none overlaps another.

        A phrase does not begin or end inside a Latin word or a number.
        """
        letters, places = _folded(text)
        found = []
        at = 0
        while at < len(letters):
            length = self._longest_at(letters, at)
            if length:
                phrase = letters[at : at + length]
                found.append(Found(places[at], places[at + length - 1] + 1, phrase))
            at += length or 1
        return found

    def _longest_at(self, letters: str, at: int) -> int:
        for length in self._lengths.get(letters[at], ()):
            end = at + length
            whole = end <= len(letters) and not _cuts(letters, at) and not _cuts(letters, end)
            if whole and letters[at:end] in self._phrases:
                return length
        return 0


def folded(phrase: str) -> str:
    """Return the form under which a phrase is found: lower case, no space beside Chinese."""
    return _folded(phrase.strip())[0]


def _folded(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter.isspace():
            after = text[place + 1 : place + 2]
            if not letters or letters[-1] == " " or _HAN.match(letters[-1]) or _HAN.match(after):
                continue
        lower = " " if letter.isspace() else letter.lower()
        letters.append(lower if len(lower) == 1 else letter)  # `İ` becomes two
        places.append(place)
    return "".join(letters), places


def _cuts(letters: str, at: int) -> bool:
    """Tell whether the place before letter `at` is inside a Latin word or a number."""
    if not 0 < at < len(letters):
        return False
    return bool(_LATIN.match(letters[at - 1]) and _LATIN.match(letters[at]))

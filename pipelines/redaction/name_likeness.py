"""How much a run of Han characters is like a name: its surname, its characters, its words."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import rjieba

from pipelines.redaction.name_characters import GIVEN_WEIGHTS, SURNAME_WEIGHTS
from pipelines.redaction.surnames import COMPOUND_SURNAMES

_COMPOUND_WEIGHT = 5
# Compound surnames that are said of gates, miles and places more often than of people.
_WEAK_COMPOUNDS = frozenset(
    ("东门", "西门", "南门", "百里", "第五", "东方", "单于", "东郭", "南宫")
)
_WEAK_COMPOUND_WEIGHT = 1
_COMPOUND_STARTS = frozenset(surname[0] for surname in COMPOUND_SURNAMES)
_PAIRS = frozenset(surname for surname in COMPOUND_SURNAMES if len(surname) == 2)
_LONG_SURNAMES = tuple(surname for surname in COMPOUND_SURNAMES if len(surname) > 2)
_LEAST = -3
# What a unit of each weight is worth, fitted together with the weights of `framed_names`.
_BIAS, _SURNAME, _GIVEN, _RAREST = -1.9, 0.47, 0.50, 0.42
_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"


class Likeness(NamedTuple):
    """A run that can be a name at `start`:`end`, with the length of its surname, and the logarithm
    of the odds that it is one, told from its characters alone.
    """

    start: int
    end: int
    surname: int
    odds: float


def surname_length(text: str, start: int) -> int:
    """Return the length of the surname at `start`: 0 where there is none."""
    char = text[start : start + 1]
    if char in _COMPOUND_STARTS:
        if text[start : start + 2] in _PAIRS:
            return 2
        for surname in _LONG_SURNAMES:
            if text.startswith(surname, start):
                return len(surname)
    return int(char in SURNAME_WEIGHTS)


def is_han(text: str) -> bool:
    """Tell whether `text` holds Han characters only."""
    return all(_FIRST_HAN <= char <= _LAST_HAN for char in text)


@lru_cache(maxsize=65_536)
def word_kind(name: str) -> str:
    """Return what kind of everyday word `name` is (rjieba's tag), or `` where it is none."""
    kind = _tag(name)
    return "" if kind in ("nr", "nrt", "nrfg") else kind


@lru_cache(maxsize=65_536)
def word_class(name: str) -> str:
    """Return the class of the word `name`: `name`, `place`, `noun`, `adjective`, `verb`, `other`,
    or `` where it is no word.
    """
    kind = _tag(name)
    if kind in ("", "nr", "nrt", "nrfg"):
        return "name" if kind else ""
    if kind == "ns":
        return "place"
    return {"n": "noun", "i": "noun", "l": "noun", "a": "adjective", "v": "verb"}.get(
        kind[0], "other"
    )


def _tag(name: str) -> str:
    if len(name) < 2:
        return ""
    tagged = rjieba.tag(name, False)
    kind: str = tagged[0][1] if len(tagged) == 1 else ""
    return "" if kind in ("x", "eng") else kind


def name_weight(name: str) -> int:
    """Return the weight of `name`'s surname and of its other characters, together."""
    surname = surname_length(name, 0)
    weight = _COMPOUND_WEIGHT if surname > 1 else SURNAME_WEIGHTS.get(name[0], _LEAST)
    return weight + sum(GIVEN_WEIGHTS.get(char, 0) for char in name[surname:])


@lru_cache(maxsize=64)
def word_borders(text: str) -> frozenset[int]:
    """Return the places between the words of `text`."""
    place = 0
    borders = {0}
    for word in rjieba.cut(text, False):
        place += len(word)
        borders.add(place)
    return frozenset(borders)


def find_likely(text: str, least: float) -> Iterator[Likeness]:
    """Yield what can be a name in `text` at odds of `least`, from the left."""
    for start, char in enumerate(text):
        single = SURNAME_WEIGHTS.get(char)
        compound = surname_length(text, start) if char in _COMPOUND_STARTS else 0
        if compound > 1:
            yield from _likely(text, start, compound, least)
        if single is not None:
            yield from _likely(text, start, 1, least)


def find_likely_at(text: str, start: int, end: int) -> Iterator[Likeness]:
    """Yield `start`:`end` for each surname that it begins with, however unlikely."""
    for surname in {surname_length(text, start), int(text[start] in SURNAME_WEIGHTS)} - {0}:
        yield from (run for run in _likely(text, start, surname, -100.0) if run.end == end)


def _likely(text: str, start: int, surname: int, least: float) -> Iterator[Likeness]:
    name = text[start : start + surname]
    if surname > 1:
        weight = _WEAK_COMPOUND_WEIGHT if name in _WEAK_COMPOUNDS else _COMPOUND_WEIGHT
    else:
        weight = SURNAME_WEIGHTS[name]
    odds = _BIAS + _SURNAME * weight
    given: list[int] = []
    for end in range(start + surname + 1, min(len(text), start + surname + 3) + 1):
        last = text[end - 1]
        if not _FIRST_HAN <= last <= _LAST_HAN:
            return
        given.append(GIVEN_WEIGHTS.get(last, 0))
        # `陈李佳怡`: two surnames, of which the second is no given name.
        if len(given) == 3:
            if surname > 1 or SURNAME_WEIGHTS.get(text[start + 1], 0) < 2:
                return
            del given[0]
        likely = odds + _GIVEN * sum(given) + _RAREST * min(given)
        if likely >= least:
            yield Likeness(start, end, surname, likely)

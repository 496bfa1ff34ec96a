"""Pinyin: how Chinese words sound, and how easily one is typed for another."""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product

# What southern speakers do not tell apart, and input methods offer to mix.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FINALS = (("ing", "in"), ("eng", "en"))
# Most characters have one reading; of more, the two most usual, the second far less so.
_READINGS = 2
_SECOND_READING = math.log(0.02)

# Logarithm of how often a character is typed for another that sounds the same with its tone, the
# same without, or alike. Set by hand: what matters is their order and rough size.
SAME_TONE, SAME_SYLLABLE, ALIKE = math.log(0.02), math.log(0.004), math.log(0.001)


def reading_of(word: str) -> str:
    """Return how a Chinese word is read, as `bei4 an4`."""
    from pypinyin import Style, lazy_pinyin  # 0.3 s

    return " ".join(lazy_pinyin(word, style=Style.TONE3))


def readings_of(word: str) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the ways to read a word of unknown meaning, and the logarithm of how usual each is."""
    usual = [_readings_of(character)[0] for character in word]
    for syllables in product(*(_readings_of(character) for character in word)):
        seconds = sum(one != other for one, other in zip(syllables, usual, strict=True))
        yield syllables, seconds * _SECOND_READING


def plain(syllable: str) -> str:
    """Return a syllable without its tone: `bei4` is `bei`."""
    return syllable.rstrip("12345")


def sound(syllables: Iterable[str]) -> str:
    """Return what all words have in common that are easily mixed up: `zhang4 hao4` is `zan hao`."""
    return " ".join(_alike(plain(syllable)) for syllable in syllables)


def mistyped(
    typed: str, typed_syllables: Sequence[str], word: str, syllables: Sequence[str]
) -> float:
    """Return the logarithm of how likely `word` is typed as `typed`, which sounds alike."""
    return sum(
        _mistyped_syllable(one, other)
        for mine, one, its, other in zip(typed, typed_syllables, word, syllables, strict=True)
        if mine != its
    )


def _mistyped_syllable(one: str, other: str) -> float:
    if one == other:
        return SAME_TONE
    return SAME_SYLLABLE if plain(one) == plain(other) else ALIKE


@cache
def _readings_of(character: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    readings = pinyin(character, style=Style.TONE3, heteronym=True)
    return tuple(readings[0][:_READINGS]) if readings else (character,)


@cache
def _alike(syllable: str) -> str:
    for initial, other in _INITIALS:
        if syllable.startswith(initial):
            syllable = other + syllable[len(initial) :]
            break
    for final, other in _FINALS:
        syllable = syllable.removesuffix(final) + other if syllable.endswith(final) else syllable
    return syllable

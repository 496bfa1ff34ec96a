"""Latin letters put right: misspelt words and names, and pinyin typed for Chinese."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from pipelines.query.rewrites import Edit
from pipelines.query.vocabulary import Vocabulary, Word

# Letters alone: a number, a version or a code with digits is never guessed at.
# Nor is part of an address, a path or a word with an apostrophe.
_TOKEN = re.compile(r"(?<![a-zA-Z0-9._\-@/'’])[a-zA-Z]++(?:[._\-][a-zA-Z]++)*+(?![a-zA-Z0-9@/'’])")
# Below the first length nothing is put right; from the second on, two letters may be wrong.
_SHORTEST, _LONG = 5, 8
_SHORTEST_PINYIN = 4
_MOST_WORDS = 4
# How many times more frequent than the next one a correction has to be.
_CLEARLY = 3


def latin_edits(text: str, vocabulary: Vocabulary) -> Iterator[Edit]:
    """Yield corrections of misspelt Latin words, and Chinese words for pinyin."""
    for token in _TOKEN.finditer(text):
        if not _is_unknown(token.group(), vocabulary):
            continue
        typed = token.group().lower()
        chinese = _from_pinyin(typed, vocabulary)
        if chinese:
            yield Edit(token.start(), token.end(), chinese, "pinyin")
        elif (word := _nearest(typed, vocabulary)) is not None:
            yield Edit(token.start(), token.end(), word, "typo")


def _is_unknown(typed: str, vocabulary: Vocabulary) -> bool:
    word = typed.lower()
    return len(word) >= _SHORTEST_PINYIN and word not in vocabulary and word not in _english()


def _from_pinyin(typed: str, vocabulary: Vocabulary, words_left: int = _MOST_WORDS) -> str:
    """Return the words that `typed` is the pinyin of, the longest first; empty: none."""
    if not words_left or len(typed) > _MOST_WORDS * 24:
        return ""
    for end in range(len(typed), _SHORTEST_PINYIN - 1, -1):
        word = _clearly_first(vocabulary.lettered(typed[:end]))
        if word is None:
            continue
        rest = typed[end:]
        after = _from_pinyin(rest, vocabulary, words_left - 1) if rest else ""
        if after or not rest:
            return word + after
    return ""


def _clearly_first(words: Sequence[Word]) -> str | None:
    ranked = sorted(words, key=lambda word: -word.records)
    if not ranked or (len(ranked) > 1 and ranked[0].records < _CLEARLY * ranked[1].records):
        return None
    return ranked[0].text


def _nearest(typed: str, vocabulary: Vocabulary) -> str | None:
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    if len(typed) < _SHORTEST:
        return None
    allowed = 1 if len(typed) < _LONG else 2
    initials = dict.fromkeys(typed[:2])  # the first two letters may be swapped
    words = [word for first in initials for word in vocabulary.by_initial.get(first, ())]
    near = extract(typed, words, scorer=OSA.distance, score_cutoff=allowed, limit=20)
    for _, tied in groupby(near, key=lambda match: match[1]):
        ranked = sorted((match[0] for match in tied), key=lambda w: -vocabulary.records[w])
        often = [vocabulary.records[word] for word in ranked]
        return None if len(often) > 1 and often[0] < _CLEARLY * often[1] else str(ranked[0])
    return None


@cache
def _english() -> Any:
    from spellchecker import SpellChecker  # 0.1 s

    return SpellChecker(language="en").word_frequency

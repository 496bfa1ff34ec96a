"""A text as numbers: its n-grams of letters, and of words."""

import re
from collections.abc import Iterator
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pipelines.terms import simplified
from pipelines.text import fold

Grams = NDArray[np.uint32]

_LETTERS, _WORDS = 4, 3
_WORD = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]|[^\sa-z0-9\u3400-\u9fff]")
# Both ends count as letters and as words: whoever begins with `谢谢` may go on, and whoever ends
# with it is done.
_BEGIN, _END = "\x02", "\x03"
# What is longer says no more about what it is for, and a pasted log would cost as much as a search.
_MOST_LETTERS = 1_000


def grams(text: str) -> Grams:
    """Return the hashes of a text's different n-grams, ascending: uint32 [n]."""
    return np.unique(np.fromiter(map(_hash, _grams(_plain(text))), np.uint32))


def words(text: str) -> Grams:
    """Return the hashes of a text's different words, ascending, as they are among its n-grams.

    A word of Chinese is a character; signs are none. uint32 [n].
    """
    said = (word for word in _WORD.findall(_plain(text)) if word.isalnum())
    return np.unique(np.fromiter((_hash(f"{_BEGIN}{word}") for word in said), np.uint32))


def _plain(text: str) -> str:
    return simplified(fold(text)[:_MOST_LETTERS]).replace("’", "'")


def _grams(text: str) -> Iterator[str]:
    """Yield all runs of one to four letters, and of one to three words, spaces between them."""
    letters = f"{_BEGIN}{text}{_END}"
    for size in range(1, _LETTERS + 1):
        for start in range(len(letters) - size + 1):
            yield letters[start : start + size]
    words = [_BEGIN, *_WORD.findall(text), _END]
    for size in range(1, _WORDS + 1):
        for start in range(len(words) - size + 1):
            yield f"{_BEGIN}{' '.join(words[start : start + size])}"


def _hash(gram: str) -> int:
    return crc32(gram.encode())

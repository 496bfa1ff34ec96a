"""The terms of a text as they are compared: without little words, English ones by their stems."""

import re
from functools import cache, lru_cache
from typing import Any

from pipelines.terms import index_terms, query_terms


@lru_cache(maxsize=4096)
def asked_terms(text: str) -> frozenset[str]:
    """Return the terms of a claim, English ones by their stems, without little words."""
    return _stems(query_terms(text))


@lru_cache(maxsize=4096)
def known_terms(text: str) -> frozenset[str]:
    """Return the terms of a passage, English ones by their stems too."""
    return _stems(index_terms(text))


def first_term(text: str) -> str:
    """Return the first of a text's terms, without little words; empty where it has none."""
    first, *_ = query_terms(text).split() or [""]
    return _stem(first) if first.isascii() else first


def parts(end: re.Pattern[str], text: str) -> list[str]:
    """Return what stands between the places where a pattern matches, without empty ones."""
    return [part for part in (piece.strip() for piece in end.split(text)) if part]


def _stems(terms: str) -> frozenset[str]:
    return frozenset(_stem(term) if term.isascii() else term for term in terms.split())


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word)) if word.isalpha() else word


@cache
def _stemmer() -> Any:
    import snowballstemmer  # type: ignore[import-untyped]

    return snowballstemmer.stemmer("english")

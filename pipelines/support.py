"""Checks each sentence of a written answer against the passages it cites."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pipelines.terms import index_terms, query_terms
from pipelines.text import fold

_MARK = r"\s*[\[【](\d{1,2})[\]】]"
_CITATION = re.compile(_MARK)
# A citation may follow its full stop, so that a sentence is whole only when more text follows.
_SENTENCE = re.compile(
    rf".*?(?:[。！？!?；;\n]|(?<!\d)\.(?=\s))(?:{_MARK})*(?=\s*[^\s\[【])", re.DOTALL
)
_FIGURE = re.compile(r"\d+(?:\.\d+)*|[a-z]+[-_][a-z0-9_-]+")
# A no that the passage never says turns its meaning round with all of its words.
_NEGATION = re.compile(r"不|没有|无法|未|\bnot?\b|n't\b|\bcannot\b|\bnever\b")
# The number of a list item is no claim.
_ITEM_NUMBER = re.compile(r"^\s*\d{1,2}[.、)）]\s*")
# Set by hand: half of a sentence's words have to stand in what it cites.
MIN_SHARED_TERMS = 0.5
# Below this many terms a sentence states nothing, such as `请放心。`.
STATES_SOMETHING = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """A checked sentence without its marks, as spaced, and the passages that bear it."""

    text: str
    citations: tuple[int, ...]
    states_something: bool
    """Whether the sentence claims anything; one that does needs a citation to stay."""

    @property
    def stays(self) -> bool:
        """Whether the sentence may be shown to a customer."""
        return bool(self.text.strip()) and (bool(self.citations) or not self.states_something)


async def sentences(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """Regroup a stream of text into sentences, each as soon as the next one begins."""
    waiting = ""
    async for piece in pieces:
        waiting += piece
        while match := _SENTENCE.match(waiting):
            yield match.group()
            waiting = waiting[match.end() :]
    if waiting.strip():
        yield waiting


def check(sentence: str, passages: Sequence[str]) -> Verdict:
    """Judge a sentence: every figure and code must stand in one passage, and half of its words.

    A sentence without a valid citation is held against every passage, and cites the one that
    bears it. Figures of the question do not count: a customer's guess is no source.
    """
    cited = [int(number) for number in _CITATION.findall(sentence)]
    text = _CITATION.sub("", sentence).rstrip(" \t")
    claim = _ITEM_NUMBER.sub("", text)
    terms = set(query_terms(claim).split())
    figures = set(_FIGURE.findall(fold(claim)))
    valid = [number for number in dict.fromkeys(cited) if 1 <= number <= len(passages)]
    tried = valid or range(1, len(passages) + 1)
    bearing = tuple(
        number for number in tried if _bears(passages[number - 1], fold(claim), terms, figures)
    )
    leads_in = claim.rstrip().endswith((":", "："))
    states_something = bool(figures) or (len(terms) >= STATES_SOMETHING and not leads_in)
    if not states_something:
        bearing = ()
    return Verdict(text, bearing if valid else bearing[:1], states_something)


def _bears(passage: str, claim: str, terms: set[str], figures: set[str]) -> bool:
    if not figures <= set(_FIGURE.findall(fold(passage))):
        return False
    held = set(index_terms(passage).split())
    if terms and len(terms & held) / len(terms) < MIN_SHARED_TERMS:
        return False
    return bool(_NEGATION.search(claim)) <= bool(_NEGATION.search(fold(passage)))

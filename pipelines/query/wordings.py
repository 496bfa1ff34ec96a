"""Wordings: how customers say what documents call by other words, from `wordings.tsv`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from pipelines.query.phrases import Phrases, folded
from pipelines.query.rewrites import Edit
from pipelines.query.vocabulary import Vocabulary
from pipelines.terms import query_terms

WORDINGS = Path(__file__).with_name("wordings.tsv")


@dataclass(frozen=True)
class Wordings:
    """Everyday wordings, folded, each with the formal words for it."""

    formal: Mapping[str, tuple[str, ...]]

    def edits(self, text: str, vocabulary: Vocabulary) -> Iterator[Edit]:
        """Yield the changes that say `text` in those formal words that the vocabulary holds."""
        for found in self._phrases.find(text):
            words = self.formal[found.phrase]
            known = [word for word in words if vocabulary.holds(query_terms(word).split())]
            if known:
                yield Edit(found.start, found.end, " ".join(known), "wording")

    @cached_property
    def _phrases(self) -> Phrases:
        return Phrases(self.formal)


def from_lines(lines: Iterable[str]) -> Wordings:
    """Return the wordings of lines `everyday<TAB>formal words`; `#` begins a comment."""
    pairs = (line.rstrip("\n").split("\t") for line in lines if not line.startswith("#"))
    return Wordings({folded(pair[0]): tuple(pair[1].split()) for pair in pairs if len(pair) == 2})


@cache
def built_in() -> Wordings:
    """Return the wordings that Sanku brings along."""
    with WORDINGS.open(encoding="utf-8") as lines:
        return from_lines(lines)

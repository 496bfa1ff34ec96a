"""Aliases: what a product is called by its documents, and by its customers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipelines.query.phrases import Found, Phrases, folded
from pipelines.query.rewrites import Edit
from pipelines.query.vocabulary import Vocabulary
from pipelines.settings import Alias
from pipelines.terms import query_terms, simplified


@dataclass(frozen=True)
class Aliases:
    """The names of `sources.toml`, each with what else it is called, name first."""

    groups: tuple[tuple[str, ...], ...] = ()
    company: str = ""
    """Whose names they are."""

    @classmethod
    def from_settings(cls, aliases: Sequence[Alias]) -> "Aliases":
        """Return the configured aliases."""
        return cls(tuple((alias.name, *alias.also) for alias in aliases))

    def find(self, text: str) -> list[Found]:
        """Return the names and aliases that stand in `text`."""
        return self._phrases.find(text)

    def of(self, found: Found) -> tuple[str, ...]:
        """Return all that the found thing is called, its name first, in simplified script."""
        return self._group_of[found.phrase]

    @cached_property
    def _group_of(self) -> Mapping[str, tuple[str, ...]]:
        # What names are looked for in is in simplified script, whichever the company writes.
        groups = (tuple(map(simplified, group)) for group in self.groups)
        return {folded(name): group for group in groups for name in group}

    @cached_property
    def _phrases(self) -> Phrases:
        return Phrases(self._group_of)

    def edits(self, text: str, vocabulary: Vocabulary) -> Iterator[Edit]:
        """Yield the changes that call everything in `text` by its name.

        A name that the documents do not use replaces nothing.
        """
        for found in self.find(text):
            name = self.of(found)[0]
            if found.phrase != folded(name) and vocabulary.holds(query_terms(name).split()):
                yield Edit(found.start, found.end, name, "alias")

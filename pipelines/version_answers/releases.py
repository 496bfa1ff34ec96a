"""All changes of one published version in memory, how rare each word is, and what they overtake."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import pyarrow.compute as pc
from packaging.version import Version as ReleaseNumber

from pipelines.changelog.headings import version_key
from pipelines.chunks import Chunk
from pipelines.search import Hit, records
from pipelines.stale.subjects import stem
from pipelines.versions import Version

_COLUMNS = (
    "entry_id", "source", "version", "change", "category", "heading_path", "text", "until", "at",
    "line_start", "terms",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A change as lists of changes need it."""

    id: str
    source: str
    version: str
    kind: str
    """What it did, as `changelog.kind_of_change` names it."""
    category: str
    component: str
    text: str
    until: str
    """Release that made it wrong; empty while it holds."""
    day: date
    line: int
    """Where it stands in the changelog, 1-based."""


@dataclass(frozen=True)
class ReleaseIndex:
    """The changes of a published version, and how many of them hold each stem."""

    changes: tuple[Change, ...]
    frequency: Mapping[str, int]
    overtaking: Mapping[str, Hit]
    """Those that make some record wrong, by id: one answer in two asks for one."""

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Names of the products, sorted."""
        return tuple(sorted({change.source for change in self.changes}))

    def newer(self, chunk: Chunk) -> list[Hit]:
        """Return the changes that make a record wrong."""
        return [self.overtaking[one] for one in chunk.overtaken_by if one in self.overtaking]

    def rarity(self, held: int) -> float:
        """Return how much a word tells that `held` changes hold: most where it is one, or none."""
        return math.log(1 + len(self.changes) / max(1, held))


def release_index(version: Version) -> ReleaseIndex:
    """Read the changes of `version`."""
    from lancedb.expr import col, lit

    rows = version.rows(*_COLUMNS, where=col("tier") == lit("changelog")).to_pylist()
    frequency = Counter(stem for row in rows for stem in stems(row["terms"]))
    changes = (
        Change(
            id=row["entry_id"],
            source=row["source"],
            version=row["version"],
            kind=row["change"],
            category=row["category"],
            component=" ".join(row["heading_path"][1:]),
            text=row["text"],
            until=row["until"],
            day=row["at"].date(),
            line=row["line_start"],
        )
        for row in rows
    )
    named = version.rows("overtaken_by")["overtaken_by"].combine_chunks()
    overtaking = records(version, pc.list_flatten(named).unique().to_pylist())
    return ReleaseIndex(tuple(changes), frequency, overtaking)


def stems(terms: str) -> frozenset[str]:
    """Return full-text terms without the endings of English words, so that `adds` is `added`."""
    return frozenset(_stem(term) for term in terms.split())


@lru_cache(maxsize=100_000)
def _stem(term: str) -> str:
    if term == "https":  # no plural of `http`
        return term
    return stem(term) if term.isascii() and term.isalpha() else term


def product_words(source: str) -> tuple[str, ...]:
    """Return how questions name a product: `release_please` also as `release-please`."""
    bare = product_of(source)
    return (source, source.replace("_", "-"), bare, bare.replace("_", "-"))


def product_of(source: str) -> str:
    """Return a source's name without its language: `element_zh` is the product `element`."""
    return re.sub(r"_(?:zh|cn|en)(?:_[a-z]{2})?$", "", source)


def order(version: str) -> tuple[bool, ReleaseNumber | str]:
    """Return what versions sort by; one that is no PEP 440 version sorts before all that are."""
    key = version_key(version)
    return (not isinstance(key, str), key)


def is_prerelease(version: str) -> bool:
    """Tell whether a version is a pre-release, such as `2.5.0-rc.1`."""
    key = version_key(version)
    return not isinstance(key, str) and key.is_prerelease


def is_within(version: str, named: str) -> bool:
    """Tell whether `named` names a version: `2.3` names 2.3.0, 2.3.1, and its pre-releases."""
    key, wanted = version_key(version), version_key(named)
    if key == wanted:
        return True
    if isinstance(key, str) or isinstance(wanted, str) or wanted.is_prerelease or wanted.post:
        return False
    numbers, first = key.release, named.count(".") + 1
    padded = (*numbers, *(0,) * first)[:first]
    # `2.3.0` names itself alone: only a shorter name stands for a line of releases.
    return padded == wanted.release[:first] and len(numbers) > first

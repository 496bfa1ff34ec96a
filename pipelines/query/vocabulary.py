"""The vocabulary of a version: the words of its FAQ and changelog, and how they sound.

Dialogues are personal: their words are never proposed to another customer.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import WarehouseError
from pipelines.query.pinyin import plain, reading_of, sound
from pipelines.records import PERSONAL_TIERS, TIERS
from pipelines.versions import Version
from pipelines.warehouse import write_parquet

VOCABULARY = "vocabulary.parquet"
VOCABULARY_SCHEMA = pa.schema(
    [
        pa.field("term", pa.string(), nullable=False),
        pa.field("records", pa.int32(), nullable=False),
        pa.field("reading", pa.string(), nullable=False),
    ]
)
LONGEST_WORD = 4
MOST_READINGS = 100_000
_CHINESE_WORD = re.compile(rf"[\u3400-\u9fff]{{2,{LONGEST_WORD}}}")
_LATIN_WORD = re.compile(r"[a-z][a-z._\-]*[a-z]")


@dataclass(frozen=True)
class Word:
    """A Chinese word of the vocabulary, how it is read, and in how many records it stands."""

    text: str
    syllables: tuple[str, ...]
    records: int


@dataclass(frozen=True)
class Vocabulary:
    """The terms of a version's FAQ and changelog, with the number of records that hold each."""

    records: Mapping[str, int]
    readings: Mapping[str, str]
    """Chinese words of two to four characters: how each is read, as `bei4 an4`."""

    def __contains__(self, term: str) -> bool:
        return term in self.records

    def holds(self, terms: Sequence[str]) -> bool:
        """Tell whether all of `terms`, and at least one, stand in the FAQ or the changelog."""
        return bool(terms) and all(term in self.records for term in terms)

    def share(self, term: str) -> float:
        """Return the share of a term in all that was counted, 0 to 1."""
        return self.records.get(term, 0) / self._counted

    def sounding(self, sound: str) -> tuple[Word, ...]:
        """Return the Chinese words of a `pinyin.sound`."""
        return tuple(map(self._word, self._by_sound.get(sound, ())))

    def lettered(self, letters: str) -> tuple[Word, ...]:
        """Return the Chinese words whose pinyin is typed so, without tones or spaces."""
        return tuple(map(self._word, self._by_letters.get(letters, ())))

    @cached_property
    def by_initial(self) -> Mapping[str, Sequence[str]]:
        """Latin words and codes without digits, by their first letter."""
        latin = [term for term in self.records if _LATIN_WORD.fullmatch(term)]
        return _grouped([term[0] for term in latin], latin)

    def _word(self, text: str) -> Word:
        return Word(text, tuple(self.readings[text].split()), self.records[text])

    @cached_property
    def _by_sound(self) -> Mapping[str, Sequence[str]]:
        return _grouped(map(_sound_of, self.readings.values()), self.readings)

    @cached_property
    def _by_letters(self) -> Mapping[str, Sequence[str]]:
        return _grouped(map(_letters_of, self.readings.values()), self.readings)

    @cached_property
    def _counted(self) -> int:
        return max(1, sum(self.records.values()))


def _grouped(keys: Iterable[str], terms: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, term in zip(keys, terms, strict=True):
        groups.setdefault(key, []).append(term)
    return groups


# The next version has nearly the same words: while it is made ready, questions wait for Python.
@lru_cache(maxsize=MOST_READINGS)
def _sound_of(reading: str) -> str:
    return sound(reading.split())


@lru_cache(maxsize=MOST_READINGS)
def _letters_of(reading: str) -> str:
    return "".join(map(plain, reading.split()))


def vocabulary_table(rows: pa.Table) -> pa.Table:
    """Return the vocabulary of index rows (`tier`, `entry_id`, `terms`) as a table of its own.

    Single Han characters are left out: the index holds each of them, and they are no words.
    """
    by_record: dict[str, set[str]] = {}
    columns = (rows[name].to_pylist() for name in ("tier", "entry_id", "terms"))
    for tier, entry, terms in zip(*columns, strict=True):
        if tier not in PERSONAL_TIERS:
            by_record.setdefault(entry, set()).update(terms.split())
    counts = Counter(term for terms in by_record.values() for term in terms if len(term) > 1)
    known = sorted(counts)
    return pa.table(
        {
            "term": known,
            "records": [counts[term] for term in known],
            "reading": [reading_of(t) if _CHINESE_WORD.fullmatch(t) else "" for t in known],
        },
        schema=VOCABULARY_SCHEMA,
    )


def write_vocabulary(folder: Path, table: Any) -> None:
    """Write the vocabulary of `table`, LanceDB's of a version being built, into its folder."""
    from lancedb.expr import col

    told = col("tier").isin([tier for tier in TIERS if tier not in PERSONAL_TIERS])
    query = table.search().where(told).select(["tier", "entry_id", "terms"])
    rows = query.limit(max(1, table.count_rows())).to_arrow()
    write_parquet(folder / VOCABULARY, vocabulary_table(rows))


def vocabulary_of(version: Version) -> Vocabulary:
    """Return the vocabulary of a version, read once.

    Raises `WarehouseError` where it is damaged or the version was built without one.
    """
    return _read(version.folder / VOCABULARY, version.manifest.digest)


def from_table(table: pa.Table) -> Vocabulary:
    """Return the vocabulary that a table of `VOCABULARY_SCHEMA` holds."""
    terms, records, readings = (table[name].to_pylist() for name in VOCABULARY_SCHEMA.names)
    return Vocabulary(
        dict(zip(terms, records, strict=True)),
        {term: reading for term, reading in zip(terms, readings, strict=True) if reading},
    )


@lru_cache(maxsize=4)
def _read(file: Path, _digest: str) -> Vocabulary:
    try:
        return from_table(pq.read_table(file, schema=VOCABULARY_SCHEMA))
    except (pa.ArrowInvalid, OSError) as error:
        raise WarehouseError(
            f"`{file}` is missing or damaged. `sanku run` builds a new version."
        ) from error

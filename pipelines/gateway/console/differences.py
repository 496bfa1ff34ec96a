"""How two versions differ, record by record, and which versions held a record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pipelines.chunks import Chunk
from pipelines.faq.word_diff import Piece, word_diff
from pipelines.gateway.console.records import Listed, chunks_by_record, chunks_of, listing
from pipelines.records import TIERS, Tier
from pipelines.text import digest
from pipelines.versions import Version

Kind = Literal["added", "removed", "changed"]
KINDS: tuple[Kind, ...] = ("added", "changed", "removed")
Part = Literal["title", "similar", "not_for", "text"]
Edit = Mapping[Part, tuple[Piece, ...]]
"""How the words of a record differ, part by part; of what is the same, nothing."""
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Differing:
    """A record that one of two versions lacks, or that they hold differently."""

    kind: Kind
    record: Listed
    """As the later version has it; one that is removed, as the earlier had it."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A difference with its words: what was asked and answered before, and what is now."""

    differing: Differing
    words: Edit
    """Empty where no word differs: the record stands elsewhere, or a release made it wrong."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a kept version has of a record."""

    version: Version
    state: Literal["absent", "first", "same", "changed"]
    """Against the kept version before it."""
    words: Edit = field(default_factory=dict)
    """How the words differ from those before; empty unless `changed`."""


def differences(before: Version, after: Version) -> tuple[Differing, ...]:
    """Return what differs between two versions, tier by tier, in the order of their lists."""
    return tuple(one for tier in TIERS for one in _of_tier(before, after, tier))


def _of_tier(before: Version, after: Version, tier: Tier) -> Iterable[Differing]:
    old, new = (_hashes(version.folder, version.name, tier) for version in (before, after))
    for one in listing(after, tier):
        if one.id not in old:
            yield Differing("added", one)
        elif old[one.id] != new[one.id]:
            yield Differing("changed", one)
    for one in listing(before, tier):
        if one.id not in new:
            yield Differing("removed", one)


@lru_cache(maxsize=_KEPT)
def _hashes(folder: Path, name: str, tier: Tier) -> dict[str, str]:
    """Return record id -> digest of all its chunks."""
    from lancedb.expr import col, lit

    rows = Version(folder).rows("entry_id", "part", "content_hash", where=col("tier") == lit(tier))
    parts: dict[str, list[tuple[int, str]]] = {}
    for row in rows.to_pylist():
        parts.setdefault(row["entry_id"], []).append((row["part"], row["content_hash"]))
    return {key: digest(*(hashed for _, hashed in sorted(found))) for key, found in parts.items()}


def details(before: Version, after: Version, shown: Sequence[Differing]) -> tuple[Detail, ...]:
    """Return the words of differences, read from both versions at once."""
    ids = [one.record.id for one in shown]
    old, new = chunks_by_record(before, ids), chunks_by_record(after, ids)
    return tuple(
        Detail(one, _edit(_words(old.get(one.record.id)), _words(new.get(one.record.id))))
        for one in shown
    )


def _words(chunks: Sequence[Chunk] | None) -> Mapping[Part, str]:
    """Return what a person reads of a record, part by part; all empty where there is none."""
    if not chunks:
        return {"title": "", "similar": "", "not_for": "", "text": ""}
    first = chunks[0]
    asked = [one.search_text for one in chunks if one.view == "question"]
    return {
        "title": first.title,
        "similar": "\n".join(one for one in asked if one != first.title),
        "not_for": "\n".join(first.not_for),
        "text": first.text,
    }


def _edit(old: Mapping[Part, str], new: Mapping[Part, str]) -> Edit:
    return {part: word_diff(old[part], new[part]) for part in old if old[part] != new[part]}


def history(versions: Sequence[Version], record: str) -> tuple[Held, ...]:
    """Return what each version has of a record, in the order given: oldest first."""
    told: list[Held] = []
    last: Mapping[Part, str] | None = None
    for version in versions:
        chunks = chunks_of(version, record)
        if not chunks:
            told.append(Held(version, "absent"))
            continue
        words = _words(chunks)
        if last is None:
            told.append(Held(version, "first"))
        elif words == last:
            told.append(Held(version, "same"))
        else:
            told.append(Held(version, "changed", _edit(last, words)))
        last = words
    return tuple(told)

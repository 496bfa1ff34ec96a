"""How two versions differ, record by record, and which versions held a record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pipelines.faq.word_diff import Piece, word_diff
from pipelines.gateway.console.records import Listed, listing
from pipelines.records import TIERS, Tier
from pipelines.search import Hit, records
from pipelines.text import digest
from pipelines.versions import Version

Kind = Literal["added", "removed", "changed"]
KINDS: tuple[Kind, ...] = ("added", "changed", "removed")
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
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]

    @property
    def reworded(self) -> bool:
        """Whether what is asked differs."""
        return any(piece.kind != "same" for piece in self.title)

    @property
    def moved(self) -> bool:
        """Whether no word differs: the record stands elsewhere, or a release made it wrong."""
        return not self.reworded and all(piece.kind == "same" for piece in self.text)


@dataclass(frozen=True, slots=True)
class Held:
    """What a kept version has of a record."""

    version: Version
    state: Literal["absent", "first", "same", "changed"]
    """Against the kept version before it."""
    text: tuple[Piece, ...] = ()
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
    old, new = records(before, ids), records(after, ids)
    return tuple(_detail(one, old.get(one.record.id), new.get(one.record.id)) for one in shown)


def _detail(differing: Differing, old: Hit | None, new: Hit | None) -> Detail:
    return Detail(
        differing,
        word_diff(old.chunk.title if old else "", new.chunk.title if new else ""),
        word_diff(old.answer if old else "", new.answer if new else ""),
    )


def history(versions: Sequence[Version], record: str) -> tuple[Held, ...]:
    """Return what each version has of a record, in the order given: oldest first."""
    told: list[Held] = []
    last: str | None = None
    for version in versions:
        hit = records(version, [record]).get(record)
        text = f"{hit.chunk.title}\n{hit.answer}" if hit else None
        if text is None:
            told.append(Held(version, "absent"))
            continue
        if last is None:
            told.append(Held(version, "first"))
        elif text == last:
            told.append(Held(version, "same"))
        else:
            told.append(Held(version, "changed", word_diff(last, text)))
        last = text
    return tuple(told)

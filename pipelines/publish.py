"""Publishing: one pointer flips from a whole version to the next, and back."""

import json
import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.checks import CHECKS, recorded_checks
from pipelines.errors import NotPublishedError, PublishBlockedError, WarehouseError
from pipelines.index import CANDIDATE, rewrite_without, seal
from pipelines.records import Tier
from pipelines.versions import (
    FILES,
    Manifest,
    Version,
    file_digests,
    published,
    read_pointer,
    version_folder,
    write_pointer,
)
from pipelines.warehouse import Warehouse, sync

_ERASING = "erasing"
# Longer than a search takes: a question that was asked of the old files is answered from them.
_READERS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Published:
    """The outcome of a publish: the version that readers see now, and whether it is a new one."""

    manifest: Manifest
    new: bool


def publish(warehouse: Warehouse, *, keep: int, now: datetime) -> Published:
    """Publish the candidate; with none to publish, return the version that is.

    Everything is on disk before the pointer flips. Raises `PublishBlockedError` when a check
    failed or was never run; readers then keep the version they have. The caller holds the lock.
    """
    folder = warehouse.index / CANDIDATE
    if not folder.exists():
        return Published(published(warehouse).manifest, new=False)
    candidate = Version(folder)
    records = recorded_checks(candidate)
    blocking = [
        f"`{name}` ({records[name].summary})" if name in records else f"`{name}` (not run)"
        for name in CHECKS
        if name not in records or not records[name].passed
    ]
    if blocking:
        raise PublishBlockedError(
            f"the candidate is not published: {'; '.join(blocking)}. Readers keep the version they "
            "have. Mend the source, and run `sanku run` again."
        )
    manifest = candidate.manifest.model_copy(update={"checks": tuple(records.values())})
    _settle(warehouse, folder, manifest)
    with warehouse.pointing():
        pointer = read_pointer(warehouse) or {"kept": [], "version": None}
        # In the order of having been read last: what readers hold open now stays, and is what a
        # rollback goes back to, even where it was rolled back to itself.
        known = [name for name in pointer["kept"] if (warehouse.index / name).is_dir()]
        known.sort(key=lambda name: name == pointer["version"])
        kept = [*known, manifest.version][-keep:]
        write_pointer(
            warehouse,
            {"version": manifest.version, "kept": kept, "published_at": now.isoformat()},
        )
    _prune(warehouse, kept)
    return Published(manifest, new=True)


def _settle(warehouse: Warehouse, folder: Path, manifest: Manifest) -> None:
    """Make `folder` the version of `manifest`, flushed to disk; no pointer names it yet."""
    (folder / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    (folder / FILES).write_text(json.dumps(file_digests(folder), indent=1), encoding="utf-8")
    seal(folder)
    final = version_folder(warehouse, manifest.version)
    if final.exists():  # written by a run that was killed before its pointer flipped
        shutil.rmtree(final)
    folder.rename(final)
    sync(warehouse.index)


def erase(warehouse: Warehouse, tier: Tier, standing: Collection[str]) -> Mapping[str, str]:
    """Write every kept version anew that holds a record of `tier` that is not `standing`.

    Returns old name -> new name: a version keeps its number, and its place among those that
    `rollback` reaches, while no byte of those records is left in any of them. One that is damaged
    is kept no longer, and its new name is empty. One pointer flips for all; then the old files are
    removed. Nothing needs a check: what is left was checked before. The caller holds the writer's
    lock, and no candidate is waiting. Raises `WarehouseError` where the published one is damaged.
    """
    pointer = read_pointer(warehouse)
    if pointer is None:
        return {}
    renamed: dict[str, str] = {}
    for name in pointer["kept"]:
        try:
            renamed[name] = _without(warehouse, name, tier, standing)
        except (NotPublishedError, WarehouseError):
            if name == pointer["version"]:
                raise
            renamed[name] = ""
    renamed = {old: new for old, new in renamed.items() if new != old}
    if renamed:
        with warehouse.pointing():
            now = read_pointer(warehouse) or pointer
            kept = [new for name in now["kept"] if (new := renamed.get(name, name))]
            version = renamed.get(now["version"]) or now["version"]
            write_pointer(warehouse, {**now, "version": version, "kept": kept})
        if now["version"] in renamed:
            time.sleep(_READERS_SECONDS)
        _prune(warehouse, kept)
    return renamed


def _without(warehouse: Warehouse, name: str, tier: Tier, standing: Collection[str]) -> str:
    """Write a version anew without what is not `standing`; returns the name of what holds it."""
    version = Version(version_folder(warehouse, name))
    gone = version.entries(tier) - set(standing)
    if not gone:
        return name
    draft = warehouse.index / _ERASING
    shutil.rmtree(draft, ignore_errors=True)
    manifest = rewrite_without(version, draft, gone)
    _settle(warehouse, draft, manifest)
    return manifest.version


def rollback(warehouse: Warehouse, to: str | None, *, now: datetime) -> Manifest:
    """Flip the pointer to `to`, or to the version before the published one, and return it.

    Takes no writer's lock: a rollback works while a writer runs. It lasts until the next publish.
    """
    with warehouse.pointing():
        pointer = read_pointer(warehouse)
        if pointer is None:
            raise NotPublishedError(
                f"nothing is published in `{warehouse.root}` yet. Run `sanku run`."
            )
        to = to or _before(pointer["version"], pointer["kept"])
        target = Version(version_folder(warehouse, to))
        if to not in pointer["kept"]:
            raise NotPublishedError(
                f"`{to}` was never published. `sanku versions` lists what is kept."
            )
        write_pointer(warehouse, {**pointer, "version": to, "published_at": now.isoformat()})
    return target.manifest


def _before(version: str, kept: Sequence[str]) -> str:
    position = kept.index(version) if version in kept else 0
    if position == 0:
        raise NotPublishedError(
            f"`{version}` is the oldest version kept; there is none to go back to."
        )
    return kept[position - 1]


def kept_versions(warehouse: Warehouse) -> tuple[Version, ...]:
    """Return the versions that `rollback` can reach, in the order of having been read last."""
    pointer = read_pointer(warehouse)
    names = pointer["kept"] if pointer else []
    return tuple(Version(version_folder(warehouse, name)) for name in names)


def _prune(warehouse: Warehouse, kept: Sequence[str]) -> None:
    for folder in warehouse.index.glob("[0-9]*-*"):
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder)

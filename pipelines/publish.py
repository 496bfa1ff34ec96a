"""Publishing: one pointer flips from a whole version to the next, and back."""

import json
import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.calibration import calibration_of
from pipelines.checks import CHECKS, recorded_checks
from pipelines.errors import NotPublishedError, PublishBlockedError, WarehouseError
from pipelines.index import CANDIDATE, rewrite_without, seal
from pipelines.records import Tier
from pipelines.versions import (
    FILES,
    POINTER,
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
            "have. Mend what is named, and run `sanku run` again."
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


def _settle(
    warehouse: Warehouse, folder: Path, manifest: Manifest, damaged: Collection[str] = ()
) -> None:
    """Make `folder` the version of `manifest`, flushed to disk; no pointer names it yet.

    Where it was copied from a version with `damaged` files it stays one: its list of files names
    them, with a digest that no file has, so that nothing is built on it or called whole.
    """
    (folder / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    files = file_digests(folder) | dict.fromkeys(damaged, "")
    (folder / FILES).write_text(json.dumps(files, indent=1), encoding="utf-8")
    seal(folder)
    final = version_folder(warehouse, manifest.version)
    if final.exists():  # written by a run that was killed before its pointer flipped
        shutil.rmtree(final)
    folder.rename(final)
    sync(warehouse.index)


def erase(warehouse: Warehouse, tier: Tier, standing: Collection[str]) -> Mapping[str, str]:
    """Write every kept version anew that holds a record of `tier` that is not `standing`.

    Returns old name -> new name: a version keeps its number, and its place among those that
    `rollback` reaches, while no byte of those records is left in any of them. One that is damaged,
    or that another Sanku built, which nobody can open, is kept no longer, and its new name is
    empty; but the published one, which stays as it is. One
    pointer flips for all; then the old files are removed, with what a killed run left. Nothing
    needs a check: what is left was checked before. The caller holds the writer's lock, and no
    candidate is waiting. Raises `WarehouseError`, at the end, where the published one cannot be
    read.
    """
    pointer = read_pointer(warehouse) or {"kept": [], "version": None}
    renamed: dict[str, str] = {}
    unreadable: Exception | None = None
    for name in pointer["kept"]:
        is_published = name == pointer["version"]
        try:
            new = _without(warehouse, name, tier, standing, is_published=is_published)
        except (NotPublishedError, WarehouseError) as error:
            new = name if is_published else ""
            unreadable = error if is_published else unreadable
        if new != name:
            renamed[name] = new
    if (warehouse.index / _ERASING).exists():  # left by a killed run, or by damage found on the way
        shutil.rmtree(warehouse.index / _ERASING)
    _replace(warehouse, renamed)
    if unreadable is not None:
        raise unreadable
    return renamed


def _without(
    warehouse: Warehouse,
    name: str,
    tier: Tier,
    standing: Collection[str],
    *,
    is_published: bool,
) -> str:
    """Write a version anew without what is not `standing`; returns the name of what holds it.

    Raises `WarehouseError` for one of another Sanku, and for a damaged one, unless it is the
    published one and can be read.
    """
    version = Version(version_folder(warehouse, name))
    shown = {one.exchange for one in version.manifest.tone}
    gone = (version.entries(tier) | shown) - set(standing)
    if not gone:
        return name
    version.check_schema()
    damaged = version.damaged_files()
    if damaged and not is_published:
        raise WarehouseError(f"`{name}` is damaged, and what was to be erased from it may be left.")
    draft = warehouse.index / _ERASING
    shutil.rmtree(draft, ignore_errors=True)
    manifest = rewrite_without(version, draft, gone)
    _settle(warehouse, draft, manifest, damaged)
    return manifest.version


def _replace(warehouse: Warehouse, renamed: Mapping[str, str]) -> None:
    """Flip the pointer to the new names, and remove what it does not name any more.

    A reader may hold the version that was published before, so that nothing is removed before all
    of them have followed the last flip of the published one.
    """
    with warehouse.pointing():
        pointer = read_pointer(warehouse)
        flipped = _flipped_at(warehouse)
        kept: list[str] = []
        if pointer is not None:
            version = pointer["version"]
            # One that somebody has just rolled back to stays, damaged or not.
            renamed = {old: new for old, new in renamed.items() if new or old != version}
            kept = [new for name in pointer["kept"] if (new := renamed.get(name, name))]
            now = renamed.get(version, version)
            if renamed:
                write_pointer(warehouse, {**pointer, "version": now, "kept": kept})
            if now != version:
                flipped = _flipped_at(warehouse)
    if _superseded(warehouse, kept):
        time.sleep(min(_READERS_SECONDS, max(0.0, flipped + _READERS_SECONDS - time.time())))
        _prune(warehouse, kept)


def _flipped_at(warehouse: Warehouse) -> float:
    """Return when the pointer was written last; 0 before the first publish."""
    file = warehouse.root / POINTER
    return file.stat().st_mtime if file.exists() else 0.0


def rollback(warehouse: Warehouse, to: str | None, *, now: datetime) -> Manifest:
    """Flip the pointer to `to`, or to the version before the published one, and return it.

    Takes no writer's lock: a rollback works while a writer runs. It lasts until the next publish.
    Raises `WarehouseError` for a version of before an upgrade, which no reader could open, or of
    whose confidence none could make anything.
    """
    with warehouse.pointing():
        pointer = read_pointer(warehouse)
        if pointer is None:
            raise NotPublishedError(
                f"nothing is published in `{warehouse.root}` yet. Run `sanku run`."
            )
        to = to or _before(pointer["version"], pointer["kept"])
        target = Version(version_folder(warehouse, to))
        target.check_schema()
        calibration_of(target)
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
    for folder in _superseded(warehouse, kept):
        shutil.rmtree(folder)


def _superseded(warehouse: Warehouse, kept: Sequence[str]) -> list[Path]:
    """Return the folders of versions that are not in `kept`, a killed run's too."""
    folders = warehouse.index.glob("[0-9]*-*")
    return [folder for folder in folders if folder.is_dir() and folder.name not in kept]

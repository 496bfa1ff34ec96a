"""The pull of one product: its releases, a partition for each tag."""

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from packaging.version import Version

from pipelines.changelog.changes import changes_of
from pipelines.changelog.headings import tag_version, version_key
from pipelines.changelog.releases import Release, releases
from pipelines.changelog.table import change_table
from pipelines.errors import SourceError
from pipelines.pull.pulled import Pulled, rules_digest
from pipelines.settings import ChangelogSource, Settings
from pipelines.sources.access import access_to
from pipelines.sources.failures import UNSHALLOW
from pipelines.sources.location import is_url, shown
from pipelines.sources.repository import Repository, open_repository
from pipelines.text import digest, one_line
from pipelines.warehouse import PartitionChange, Warehouse


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """A release tag; `revision` stands for the commits it is read from."""

    tag: str
    revision: str
    read_from: str
    """The revision that the warehouse holds; empty where it was never read."""

    @property
    def is_read(self) -> bool:
        """Whether the warehouse holds the release as it is now."""
        return self.read_from == self.revision

    @property
    def commit(self) -> str:
        """The commit that the tag names now."""
        return self.revision.partition(" ")[0]

    @property
    def has_moved(self) -> bool:
        """Whether it was read from another commit than the tag names now."""
        return bool(self.moved_from)

    @property
    def moved_from(self) -> str:
        """The commit it was read from before its tag was moved; empty where it was not."""
        before = self.read_from.partition(" ")[0]
        return before if before != self.commit else ""


def release_states(
    settings: Settings, warehouse: Warehouse, source: ChangelogSource
) -> tuple[ReleaseState, ...]:
    """Return the releases that a product has now, oldest first, and whether each one was read.

    After a tag was moved to another commit, neither its release nor the next one counts as read.
    """
    with open_changelog(settings, warehouse, source) as repository:
        states = _states(warehouse, source, releases(repository, source))
    warehouse.mark_pulled("changelog", source.name, settings.now())
    return tuple(states.values())


def _state(warehouse: Warehouse, source: ChangelogSource, tag: str, revision: str) -> ReleaseState:
    return ReleaseState(tag, revision, warehouse.revision_of("changelog", source.name, tag) or "")


def _release_revisions(source: ChangelogSource, known: Sequence[Release]) -> Mapping[str, str]:
    """Return tag -> what its partition is made from: its commit, the one before, and the rules.

    Where the repository stands is no part of it: the same commits give the same changes.
    """
    commits = {release.tag: release.commit for release in known}
    rules = rules_digest("changelog", "text", "records")
    made_by = digest(rules, source.name, source.path, source.tags)
    return {
        release.tag: f"{release.commit} {commits.get(release.previous_tag, '-')} {made_by}"
        for release in known
    }


def open_changelog(settings: Settings, warehouse: Warehouse, source: ChangelogSource) -> Repository:
    """Open a product repository, mirroring a bundle or URL into the warehouse.

    Raises `SourceError` for a shallow one: its older releases would look removed.
    """
    cache = warehouse.repositories / "changelog"
    beside = settings.beside_sources(".")
    access = access_to(source.repo, source, settings)
    repository = open_repository(
        source.repo, name=source.name, cache=cache, base=beside, access=access
    )
    if repository.is_shallow:
        repository.close()
        raise SourceError(f"`{shown(source.repo)}` lacks releases of its history. {UNSHALLOW}")
    return repository


def changelog(
    settings: Settings,
    warehouse: Warehouse,
    source: ChangelogSource,
    tags: Collection[str] | None = None,
    *,
    only_changed: bool = False,
) -> Pulled:
    """Ingest releases of one product, all of them where `tags` is None, a partition for each.

    Partitions of tags that no longer exist are dropped. Raises `SourceError` for an unknown tag.
    """
    with open_changelog(settings, warehouse, source) as repository:
        known = releases(repository, source)
        _check_known(settings, source, known, tags or (), "Push the tag first")
        warehouse.drop_partitions("changelog", source.name, [release.tag for release in known])
        states = _states(warehouse, source, known)
        due = [
            release
            for release in known
            if tags is None or release.tag in tags
            if not (only_changed and states[release.tag].is_read)
        ]
        pulled = _read(repository, warehouse, source, due, states)
    warehouse.mark_pulled("changelog", source.name, settings.now())
    return replace(pulled, facts={"releases": len(known), **pulled.facts})


@dataclass(frozen=True, slots=True)
class PulledRelease:
    """A release as it is in the warehouse now, and what was read to get it there."""

    tag: str
    commit: str
    moved_from: str
    """Commit that it was read from before its tag was moved; empty where it was not."""
    pulled: Pulled
    """A partition for each release that was read, oldest first; none where nothing was new."""


def release(
    settings: Settings,
    warehouse: Warehouse,
    source: ChangelogSource,
    tag: str,
    *,
    checkout: Path | None = None,
) -> PulledRelease:
    """Ingest one release, unless it is read as it is now, and those that its history needs.

    These are the releases before it that are not read, and the ones that were compared with a
    release that is read now. `checkout` is a repository to read instead of the declared one: it may
    lack tags of other branches, so that no partition is dropped.

    Raises `SourceError` for an unknown tag, and for a checkout that is shallow or lacks an older
    tag that was read before.
    """
    place = source
    if checkout is not None:
        place = source.model_copy(
            update={"repo": str(checkout.absolute()), "token_env": "", "ssh_key": ""}
        )
    with open_changelog(settings, warehouse, place) as repository:
        known = releases(repository, source)
        if checkout is None:
            _check_known(settings, source, known, [tag], "Push the tag first")
            warehouse.drop_partitions("changelog", source.name, [one.tag for one in known])
        else:
            _check_known(settings, place, known, [tag], "Run `git fetch --tags` there")
            _check_tags(warehouse, source, known, tag, checkout)
        states = _states(warehouse, source, known)
        pulled = _read(repository, warehouse, source, _due(known, states, tag), states)
    warehouse.mark_pulled("changelog", source.name, settings.now())
    state = states[tag]
    return PulledRelease(tag, state.commit, state.moved_from, pulled)


def _states(
    warehouse: Warehouse, source: ChangelogSource, known: Sequence[Release]
) -> Mapping[str, ReleaseState]:
    revisions = _release_revisions(source, known)
    return {tag: _state(warehouse, source, tag, revision) for tag, revision in revisions.items()}


def _due(
    known: Sequence[Release], states: Mapping[str, ReleaseState], tag: str
) -> Sequence[Release]:
    """Return what is to be read for `tag`, oldest first: no hole before it, nothing stale behind.

    A later release that was never read is nobody's business here.
    """
    order = [release.tag for release in known]
    up_to = set(order[: order.index(tag) + 1])
    return [
        release
        for release in known
        if not states[release.tag].is_read
        if release.tag in up_to or (states[release.tag].read_from and release.previous_tag in up_to)
    ]


def _read(
    repository: Repository,
    warehouse: Warehouse,
    source: ChangelogSource,
    due: Sequence[Release],
    states: Mapping[str, ReleaseState],
) -> Pulled:
    partitions: dict[str, PartitionChange] = {}
    for release in due:
        changes = changes_of(repository, source, release)
        partitions[release.tag] = warehouse.write_partition(
            "changelog",
            source.name,
            release.tag,
            change_table(changes.entries),
            changes.quarantined,
            revision=states[release.tag].revision,
            order=release.committed.astimezone(UTC).isoformat(),
        )
    moved = [states[release.tag] for release in due if states[release.tag].has_moved]
    told = ", ".join(f"{one.tag} {one.moved_from[:12]} -> {one.commit[:12]}" for one in moved)
    return Pulled(partitions, {"read": len(due), **({"moved": told} if told else {})})


def _check_known(
    settings: Settings,
    source: ChangelogSource,
    known: Sequence[Release],
    tags: Collection[str],
    way_out: str,
) -> None:
    unknown = sorted(set(tags) - {release.tag for release in known})
    if not unknown:
        return
    place = source.repo
    if not is_url(place):
        place = str(settings.beside_sources(place).absolute())
    words = ("sanku", "changelog", shown(place), "--path", source.path, "--tags", source.tags)
    lists = f"`{shlex.join(words)}` lists"
    if not re.fullmatch(source.tags, unknown[0]):
        raise SourceError(
            f"`{one_line(unknown[0])}` is no release of `{source.name}` by its `tags`, "
            f"`{source.tags}`. Leave it out of what CI asks for, or mend `tags`; "
            f"{lists} those that are."
        )
    raise SourceError(
        f"`{source.name}` has no release tag `{one_line(unknown[0])}` in "
        f"`{shown(source.repo)}`. {way_out}; {lists} those that are there."
    )


def _check_tags(
    warehouse: Warehouse,
    source: ChangelogSource,
    known: Sequence[Release],
    tag: str,
    checkout: Path,
) -> None:
    """Raise `SourceError` where an older tag that was read is not in the checkout.

    The release would be compared with one that is too old, and bring what others brought.
    """
    there = {release.tag for release in known}
    for read in warehouse.partitions("changelog", source.name):
        if read not in there and re.fullmatch(source.tags, read) and _is_older(read, tag):
            raise SourceError(
                f"`{checkout}` has no tag `{one_line(read)}`, which was read before and is older "
                f"than `{one_line(tag)}`. Run `git fetch --tags` there; if the tag was removed on "
                "purpose, run `sanku run` first, which forgets it."
            )


def _is_older(tag: str, than: str) -> bool:
    """Tell whether a tag's version is lower; nothing is known of tags without a plain version."""
    left, right = version_key(tag_version(tag)), version_key(tag_version(than))
    return isinstance(left, Version) and isinstance(right, Version) and left < right

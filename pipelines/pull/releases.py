"""The pull of one product: its releases, a partition for each tag."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from pipelines.changelog import Release, changes_of, releases
from pipelines.chunking import change_chunks, superseded_by
from pipelines.chunks import to_table
from pipelines.errors import SourceError
from pipelines.pull.pulled import Pulled, rules_digest
from pipelines.settings import ChangelogSource, Settings
from pipelines.sources.access import access_to
from pipelines.sources.repository import Repository, open_repository
from pipelines.text import digest
from pipelines.warehouse import PartitionChange, Warehouse


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """A release tag; `revision` stands for the commits it is read from."""

    tag: str
    revision: str
    is_read: bool
    """Whether the warehouse holds the release as it is now."""


def release_states(
    settings: Settings, warehouse: Warehouse, source: ChangelogSource
) -> tuple[ReleaseState, ...]:
    """Return the releases that a product has now, oldest first, and whether each one was read.

    After a tag was moved to another commit, neither its release nor the next one counts as read.
    """
    with open_changelog(settings, warehouse, source) as repository:
        revisions = _release_revisions(source, releases(repository, source))
    warehouse.mark_pulled("changelog", source.name, settings.now())
    return tuple(
        ReleaseState(
            tag, revision, warehouse.revision_of("changelog", source.name, tag) == revision
        )
        for tag, revision in revisions.items()
    )


def _release_revisions(source: ChangelogSource, known: Sequence[Release]) -> Mapping[str, str]:
    """Return tag -> a digest of what its partition is made from: rules, source, both commits."""
    commits = {release.tag: release.commit for release in known}
    rules = rules_digest("changelog", "text", "chunks", "chunking")
    declared = source.model_dump_json()
    return {
        release.tag: digest(rules, declared, release.commit, commits.get(release.previous_tag, ""))
        for release in known
    }


def open_changelog(settings: Settings, warehouse: Warehouse, source: ChangelogSource) -> Repository:
    """Open a product repository, mirroring a bundle or URL into the warehouse."""
    cache = warehouse.repositories / "changelog"
    beside = settings.beside_sources(".")
    access = access_to(source.repo, source, settings)
    return open_repository(source.repo, name=source.name, cache=cache, base=beside, access=access)


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
    partitions: dict[str, PartitionChange] = {}
    with open_changelog(settings, warehouse, source) as repository:
        known = {release.tag: release for release in releases(repository, source)}
        unknown = sorted(set(tags or ()) - known.keys())
        if unknown:
            raise SourceError(
                f"`{source.name}` has no release tag `{unknown[0]}` that matches `{source.tags}`. "
                f"Push the tag first, or mend `tags`; `sanku changelog {source.repo}` lists them."
            )
        warehouse.drop_partitions("changelog", source.name, known)
        revisions = _release_revisions(source, tuple(known.values()))
        for tag, release in known.items():
            if tags is not None and tag not in tags:
                continue
            revision = revisions[tag]
            if only_changed and revision == warehouse.revision_of("changelog", source.name, tag):
                continue
            changes = changes_of(repository, source, release)
            replaced = {superseded_by(entry) for entry in changes.entries}
            partitions[tag] = warehouse.write_partition(
                "changelog",
                source.name,
                tag,
                to_table(chunk for entry in changes.entries for chunk in change_chunks(entry)),
                changes.quarantined,
                revision=revision,
                order=release.committed.astimezone(UTC).isoformat(),
                supersedes=(key for key in replaced if key),
            )
    warehouse.mark_pulled("changelog", source.name, settings.now())
    return Pulled(partitions, {"releases": len(known), "read": len(partitions)})

"""Which releases a product had, in order, and which one each is compared with."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from packaging.version import Version

from pipelines.changelog.headings import tag_package, tag_version, version_key
from pipelines.settings import ChangelogSource
from pipelines.sources.repository import Repository


@dataclass(frozen=True, slots=True)
class Release:
    """A release tag, its version without `v`, and the release before it."""

    tag: str
    version: str
    commit: str
    committed: datetime
    released: date
    """Day of the tagged commit, where it was made; a section may name another for its entries."""
    previous_tag: str
    """Empty for a first release."""


def releases(repository: Repository, source: ChangelogSource) -> list[Release]:
    """Return the releases whose tag matches `source.tags` whole, oldest first.

    The order is that of PEP 440 versions, which holds for semantic ones too; where one tag is
    no such version, it is that of the commits. The release before is the highest version below
    among those that existed then, so that 2.11.0 follows 2.10.2 and not the later 2.10.3; where
    tags name packages of a monorepo, among those of the same package.
    """
    pattern = re.compile(source.tags)
    found = [
        Release(
            tag.name, tag_version(tag.name), tag.commit, tag.committed, tag.committed.date(), ""
        )
        for tag in repository.tags()
        if pattern.fullmatch(tag.name)
    ]
    keys = {release.tag: version_key(release.version) for release in found}
    by_version = all(isinstance(key, Version) for key in keys.values())

    found.sort(key=lambda release: (release.committed, release.tag))
    if by_version:
        found.sort(key=lambda release: keys[release.tag])
    older: dict[str, list[Release]] = {}
    told: list[Release] = []
    for release in found:
        same = older.setdefault(tag_package(release.tag), [])
        told.append(replace(release, previous_tag=_before(release, same, found)))
        same.append(release)
    return told


def _before(release: Release, older: list[Release], found: list[Release]) -> str:
    """Return the tag of the release before; of a package's first one, the last of any other."""
    if older:
        existed = (one for one in reversed(older) if one.committed <= release.committed)
        return next(existed, older[-1]).tag
    others = [one for one in found if one.committed < release.committed]
    if not tag_package(release.tag) or not others:
        return ""
    return max(others, key=lambda one: (one.committed, one.tag)).tag

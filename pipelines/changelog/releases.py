"""Which releases a product had, in order, and which one each is compared with."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from packaging.version import Version

from pipelines.changelog.headings import tag_version, version_key
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
    """Day of the tagged commit; a changelog section may name another for its own entries."""
    previous_tag: str
    """Empty for a first release."""


def releases(repository: Repository, source: ChangelogSource) -> list[Release]:
    """Return the releases whose tag matches `source.tags` whole, oldest first.

    The order is that of PEP 440 versions, which holds for semantic ones too; where one tag is
    no such version, it is that of the commits. The release before is the highest version below
    among those that existed then, so that 2.11.0 follows 2.10.2 and not the later 2.10.3.
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
    return [
        replace(release, previous_tag=_before(found[:place], release))
        for place, release in enumerate(found)
    ]


def _before(older: list[Release], release: Release) -> str:
    existed = [other for other in older if other.committed <= release.committed]
    chosen = existed or older
    return chosen[-1].tag if chosen else ""

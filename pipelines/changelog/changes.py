"""What one release did to the changelog: the bullets it added, changed and removed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipelines.changelog.comparison import differences
from pipelines.changelog.headings import short_name, tag_package, version_key
from pipelines.changelog.location import Changelog, changelog_at
from pipelines.changelog.published import Group, Key, Line, published_lines
from pipelines.changelog.releases import Release, releases
from pipelines.changelog.sections import parse_changelog
from pipelines.records import ChangeEntry, ChangeKind, Quarantined
from pipelines.settings import ChangelogSource
from pipelines.sources.repository import Repository
from pipelines.text import digest, one_line


@dataclass(frozen=True, slots=True)
class ReleaseChanges:
    """The entries of one release, in the order of the file, and what could not be read."""

    release: Release
    entries: tuple[ChangeEntry, ...]
    quarantined: tuple[Quarantined, ...]


def changes_of(repository: Repository, source: ChangelogSource, release: Release) -> ReleaseChanges:
    """Return what `release` added, changed and removed against the release before it.

    A section that names another, earlier release is compared with that release's own changelog
    where the one before lacks it (another branch). A changelog that is missing or unreadable at
    the tag is quarantined; where the release before has none, the one before that counts. A
    section that cannot be read is one entry, whole, and is quarantined too.
    """
    return _History(repository, source).changes(release)


class _History:
    """The changelog at all releases of one product."""

    def __init__(self, repository: Repository, source: ChangelogSource) -> None:
        self.repository = repository
        self.source = source
        self.known = releases(repository, source)
        self.by_tag = {release.tag: release for release in self.known}

    def changes(self, release: Release) -> ReleaseChanges:
        changelog = self._at(release)
        if isinstance(changelog, Quarantined):
            return ReleaseChanges(release, (), (changelog,))
        before: list[Line] = []
        previous = self._readable_before(release)
        if previous is not None:
            if previous[1].text == changelog.text:
                return ReleaseChanges(release, (), ())
            before = self._lines(previous[1].text, previous[0])
        now = self._lines(changelog.text, release)
        borrowed = self._borrow(release, before, now)
        found = list(differences(before, now, own=version_key(release.version), borrowed=borrowed))
        dates = {version_key(other.version): other.released for other in self.known}
        entries = [
            _entry(self.source, release, changelog.path, kind, line, old, dates)
            for kind, line, old in found
        ]
        whole = [line for kind, line, _ in found if kind == "added" and line.is_whole]
        return ReleaseChanges(
            release,
            tuple({entry.id: entry for entry in entries}.values()),
            tuple(_kept_whole(self.source, release, changelog.path, line) for line in whole),
        )

    def _at(self, release: Release) -> Changelog | Quarantined:
        return changelog_at(self.repository, self.source, self.known, release)

    def _readable_before(self, release: Release) -> tuple[Release, Changelog] | None:
        """Return the nearest release before that has a changelog which can be read, and that."""
        previous = self.by_tag.get(release.previous_tag)
        while previous is not None:
            changelog = self._at(previous)
            if isinstance(changelog, Changelog):
                return previous, changelog
            previous = self.by_tag.get(previous.previous_tag)
        return None

    def _lines(self, text: str, release: Release) -> list[Line]:
        existing: set[Key] = {
            version_key(other.version)
            for other in self.known
            if other.committed <= release.committed
        }
        return published_lines(parse_changelog(text), release, existing)

    def _borrow(self, release: Release, before: list[Line], now: Sequence[Line]) -> set[Group]:
        """Add to `before` the sections that another branch's release had; return their groups."""
        borrowed: set[Group] = set()
        missing = _groups(now) - _groups(before)
        for other in self.known:
            if other.tag == release.tag or other.committed > release.committed:
                continue
            for group in [one for one in missing if _is_of(one, other)]:
                borrowed.add(group)
                changelog = self._at(other)
                if isinstance(changelog, Changelog):
                    before += [
                        replace(line, group=group)
                        for line in self._lines(changelog.text, other)
                        if not line.is_whole
                        and version_key(line.version) == group[1]
                        and line.group[2] in ("", group[2])
                    ]
        return borrowed


def _is_of(group: Group, release: Release) -> bool:
    """Tell whether a section that names a version, and maybe a package, is that of a release."""
    package = tag_package(release.tag)
    return (
        group[0] == "version"
        and group[1] == version_key(release.version)
        and (not group[2] or not package or short_name(group[2]) == short_name(package))
    )


def _groups(lines: Iterable[Line]) -> set[Group]:
    return {line.group for line in lines}


def _kept_whole(source: ChangelogSource, release: Release, path: str, line: Line) -> Quarantined:
    reason = (
        f"the heading `{one_line(line.heading)}` names no version, date or kind of change, so its "
        "section was kept whole as one entry; name the version in the heading, like "
        f"`## {release.version}`, or set it one level deeper to be part of the release above"
    )
    key = digest("changelog", source.name, path, line.heading, line.text)
    return Quarantined(
        "changelog", source.name, one_line(path), line.line, reason, one_line(line.text), key
    )


def _entry(
    source: ChangelogSource,
    release: Release,
    path: str,
    kind: ChangeKind,
    line: Line,
    old: Line | None,
    dates: Mapping[Key, date],
) -> ChangeEntry:
    text, previous = line.text, old.text if old else ""
    if kind == "removed":
        # What no longer stands is not served as a fact by anyone who reads `text`.
        text, previous = "", line.text
    key = (line.version, line.category, line.place_name, text or previous, kind)
    return ChangeEntry(
        id=digest("changelog", source.name, *key),
        source=source.name,
        tag=release.tag,
        version=line.version,
        previous_tag=release.previous_tag,
        released=line.released or dates.get(version_key(line.version), release.released),
        category=line.category,
        component=line.place_name,
        kind=kind,
        text=text,
        previous_text=previous,
        commit=release.commit,
        path=path,
        line=line.line,
    )

"""What one release did to the changelog: the bullets it added, changed and removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipelines.changelog.comparison import Difference, differences
from pipelines.changelog.headings import short_name, tag_package, version_key
from pipelines.changelog.location import Changelog, changelog_at
from pipelines.changelog.published import Group, Key, Line, Published, published, without_older
from pipelines.changelog.quarantine import Place
from pipelines.changelog.releases import Release, releases
from pipelines.changelog.standing import Standing
from pipelines.changelog.withdrawn import withdrawals
from pipelines.records import ChangeEntry, ChangeKind, Quarantined
from pipelines.settings import ChangelogSource
from pipelines.sources.repository import Repository
from pipelines.text import digest


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
        previous = self._readable_before(release)
        if previous is not None and previous[1].text == changelog.text:
            return ReleaseChanges(release, (), ())
        now = self._published(changelog.text, release)
        if previous is None:
            now, left_out = without_older(now)
            before = self._published("", release)
        else:
            left_out = []
            before = self._published(previous[1].text, previous[0])
        standing = Standing(before, now)
        found = self._found(release, standing)
        whole = [line for kind, line, _ in found if kind == "added" and line.is_whole]
        place = Place(self.source.name, changelog.path, release)
        quarantined = [
            *map(place.kept_whole, whole),
            *map(place.left_out, {line.under: line for line in left_out}.values()),
        ]
        if changelog.misread and standing.is_fresh(changelog.misread):
            quarantined.append(place.misread(changelog.misread))
        return ReleaseChanges(release, self._entries(place, found), tuple(quarantined))

    def _entries(self, place: Place, found: Iterable[Difference]) -> tuple[ChangeEntry, ...]:
        dates = {version_key(other.version): other.released for other in self.known}
        entries = [_entry(place, kind, line, old, dates) for kind, line, old in found]
        return tuple({entry.id: entry for entry in entries}.values())

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

    def _found(self, release: Release, standing: Standing) -> list[Difference]:
        before, now = standing.changed_lines()
        borrowed, lines = self._borrow(release, standing)
        own = version_key(release.version)
        found = differences([*before, *lines], now, own=own, borrowed=borrowed)
        return [*standing.told(found), *withdrawals(standing.before, standing.now)]

    def _published(self, text: str, release: Release) -> Published:
        existing: set[Key] = {
            version_key(other.version)
            for other in self.known
            if other.committed <= release.committed
        }
        return published(text, release, existing)

    def _borrow(self, release: Release, standing: Standing) -> tuple[set[Group], list[Line]]:
        """Return the sections that only another branch's release had: their groups and lines."""
        borrowed: set[Group] = set()
        lines: list[Line] = []
        missing = _groups(standing.now.lines) - _groups(standing.before.lines)
        for other in self.known:
            if other.tag == release.tag or other.committed > release.committed:
                continue
            for group in [one for one in missing if _is_of(one, other)]:
                borrowed.add(group)
                changelog = self._at(other)
                if isinstance(changelog, Changelog):
                    lines += [
                        replace(line, group=group)
                        for line in self._published(changelog.text, other).lines
                        if not line.is_whole
                        and version_key(line.version) == group[1]
                        and line.group[2] in ("", group[2])
                    ]
        return borrowed, lines


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


def _entry(
    place: Place,
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
        id=digest("changelog", place.source, *key),
        source=place.source,
        tag=place.release.tag,
        version=line.version,
        previous_tag=place.release.previous_tag,
        released=line.released or dates.get(version_key(line.version), place.release.released),
        category=line.category,
        component=line.place_name,
        kind=kind,
        text=text,
        previous_text=previous,
        commit=place.release.commit,
        path=place.path,
        line=line.line,
    )

"""What one release did to the changelog: the bullets it added, changed and removed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from packaging.version import Version

from pipelines.changelog.headings import version_key
from pipelines.changelog.releases import Release, releases
from pipelines.changelog.sections import Section, parse_changelog
from pipelines.errors import SourceError
from pipelines.records import ChangeEntry, ChangeKind, Quarantined
from pipelines.settings import ChangelogSource
from pipelines.sources.files import decode
from pipelines.sources.repository import Repository
from pipelines.text import digest, one_line

# Two wordings this much alike, in one section and category, are one bullet that was edited.
SIMILAR = 0.6
# A section rewritten as a whole would cost a comparison for each pair of its bullets.
_MAX_PAIRS = 40_000
_COMPARED_CHARACTERS = 1_000

_Group = tuple[Literal["version", "open", "heading"], Version | str]


@dataclass(frozen=True, slots=True)
class ReleaseChanges:
    """The entries of one release, in the order of the file, and what could not be read."""

    release: Release
    entries: tuple[ChangeEntry, ...]
    quarantined: tuple[Quarantined, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A bullet with what its section says; lines of one group are compared with each other."""

    group: _Group
    version: str
    released: date | None
    category: str
    component: str
    text: str
    line: int

    @property
    def place(self) -> tuple[str, str, str]:
        return (self.category, self.component, self.text)


def changes_of(repository: Repository, source: ChangelogSource, release: Release) -> ReleaseChanges:
    """Return what `release` added, changed and removed against the release before it.

    A section that names another, earlier release is compared with that release's own
    changelog where the one before lacks it (another branch). A section that vanished whole was
    moved or belongs to another branch: its bullets are not reported as removed.
    A changelog that is missing or unreadable at the tag is quarantined.
    """
    known = releases(repository, source)
    by_tag = {other.tag: other for other in known}
    text = _text_at(repository, source, release)
    if isinstance(text, Quarantined):
        return ReleaseChanges(release, (), (text,))
    now = _lines(parse_changelog(text), release)
    before: list[_Line] = []
    if previous := by_tag.get(release.previous_tag):
        text_before = _text_at(repository, source, previous)
        if text_before == text:
            return ReleaseChanges(release, (), ())
        before = _lines_at(repository, source, previous)
    borrowed: set[_Group] = set()
    missing = {line.group for line in now} - {line.group for line in before}
    for other in known:
        group: _Group = ("version", version_key(other.version))
        if group in missing and other.tag != release.tag and other.committed <= release.committed:
            borrowed.add(group)
            before += [
                replace(line, group=group)
                for line in _lines_at(repository, source, other)
                if version_key(line.version) == group[1]
            ]
    dates = {version_key(other.version): other.released for other in known}
    entries = [
        _entry(source, release, kind, line, old, dates)
        for kind, line, old in _diff(before, now, borrowed)
    ]
    return ReleaseChanges(release, tuple({entry.id: entry for entry in entries}.values()), ())


def _text_at(
    repository: Repository, source: ChangelogSource, release: Release
) -> str | Quarantined:
    try:
        data = repository.read(release.commit, source.path)
        reason = f"tag `{one_line(release.tag)}` has no such file; mend `path` if it moved"
        if data is not None:
            return decode(data)
    except (SourceError, ValueError) as error:
        reason = str(error)
    key = digest("changelog", source.name, release.commit, source.path)
    return Quarantined("changelog", source.name, one_line(source.path), 1, reason, "", key)


def _lines_at(repository: Repository, source: ChangelogSource, release: Release) -> list[_Line]:
    """Return the lines at another release; where they cannot be read, its own run says so."""
    text = _text_at(repository, source, release)
    return [] if isinstance(text, Quarantined) else _lines(parse_changelog(text), release)


def _lines(sections: Iterable[Section], release: Release) -> list[_Line]:
    """Return the lines of a changelog as `release` published it.

    `[Unreleased]` is the release's own section as long as no heading names the release.
    """
    sections = list(sections)
    own = version_key(release.version)
    named = any(section.version and version_key(section.version) == own for section in sections)
    lines: list[_Line] = []
    for section in sections:
        group: _Group
        if section.version:
            group = ("version", version_key(section.version))
        elif section.kind == "open":
            if named:
                continue
            group = ("open", "")
        else:
            group = ("heading", section.heading)
        version = section.version or release.version
        lines.extend(
            _Line(group, version, section.released, b.category, b.component, b.text, b.line)
            for b in section.bullets
        )
    return lines


def _diff(
    before: list[_Line], now: list[_Line], borrowed: set[_Group]
) -> Iterator[tuple[ChangeKind, _Line, _Line | None]]:
    """Yield each difference: the line now (before, if removed), and the line it replaced.

    Sections `borrowed` from another branch's changelog lose nothing here: a main branch often
    says of a maintenance release no more than where its changelog is.
    """
    old_groups: dict[_Group, list[_Line]] = {}
    for line in before:
        old_groups.setdefault(line.group, []).append(line)
    new_groups: dict[_Group, list[_Line]] = {}
    for line in now:
        new_groups.setdefault(line.group, []).append(line)
    _name_released(old_groups, new_groups)
    texts = {line.text for line in now}
    for group, lines in new_groups.items():
        olds = old_groups.get(group, [])
        places_before = {line.place for line in olds}
        places_now = {line.place for line in lines}
        gone = [line for line in olds if line.place not in places_now]
        come = [line for line in lines if line.place not in places_before]
        edits = _edits(gone, come)
        replaced = {id(old) for old in edits.values()}
        for line in come:
            old = edits.get(id(line))
            yield ("changed" if old else "added"), line, old
        for line in gone:
            # What left `[Unreleased]` for a named section was released, not removed.
            moved = group[0] == "open" and line.text in texts
            if id(line) not in replaced and not moved and group not in borrowed:
                yield "removed", line, None


def _name_released(
    old_groups: dict[_Group, list[_Line]], new_groups: dict[_Group, list[_Line]]
) -> None:
    """Let what stood open at the release before count where its version is named now.

    A changelog whose headings are written after the tag says at 1.1 what 1.0 was.
    """
    for line in old_groups.get(("open", ""), []):
        named: _Group = ("version", version_key(line.version))
        if named in new_groups and line not in old_groups.get(named, []):
            old_groups.setdefault(named, []).append(line)


def _edits(gone: list[_Line], come: list[_Line]) -> dict[int, _Line]:
    """Return the old line for each new one (by identity) that is an edit of it, best first."""
    pairs: list[tuple[float, int, int]] = []
    if len(gone) * len(come) <= _MAX_PAIRS:
        for n, new in enumerate(come):
            matcher = SequenceMatcher(b=new.text[:_COMPARED_CHARACTERS], autojunk=False)
            for o, old in enumerate(gone):
                if old.text == new.text:
                    pairs.append((2.0, n, o))
                elif old.category == new.category:
                    matcher.set_seq1(old.text[:_COMPARED_CHARACTERS])
                    if (
                        matcher.real_quick_ratio() >= SIMILAR
                        and matcher.quick_ratio() >= SIMILAR
                        and (ratio := matcher.ratio()) >= SIMILAR
                    ):
                        pairs.append((ratio, n, o))
    edits: dict[int, _Line] = {}
    taken: set[int] = set()
    for _, n, o in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if id(come[n]) not in edits and o not in taken:
            edits[id(come[n])] = gone[o]
            taken.add(o)
    return edits


def _entry(
    source: ChangelogSource,
    release: Release,
    kind: ChangeKind,
    line: _Line,
    old: _Line | None,
    dates: dict[Version | str, date],
) -> ChangeEntry:
    text, previous = line.text, old.text if old else ""
    if kind == "removed":
        # What no longer stands is not served as a fact by anyone who reads `text`.
        text, previous = "", line.text
    key = (line.version, line.category, line.component, text or previous, kind)
    return ChangeEntry(
        id=digest("changelog", source.name, *key),
        source=source.name,
        tag=release.tag,
        version=line.version,
        previous_tag=release.previous_tag,
        released=line.released or dates.get(version_key(line.version), release.released),
        category=line.category,
        component=line.component,
        kind=kind,
        text=text,
        previous_text=previous,
        commit=release.commit,
        path=source.path,
        line=line.line,
    )

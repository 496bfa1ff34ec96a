"""What a changelog says as one release published it: lines that two releases are compared by."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Literal

from packaging.version import Version

from pipelines.changelog.categories import is_category, kind_of_change
from pipelines.changelog.headings import spelled_like, version_key
from pipelines.changelog.releases import Release
from pipelines.changelog.sections import Section, parse_changelog

Key = Version | str
Group = tuple[Literal["version", "open", "heading"], Key, str]
"""What a section is across releases: its version, or else its heading; and its package."""

_MARKS = re.compile(r"^(?:[\s>*_+-]|\d{1,3}[.)]\s)+")
_DOTTED = re.compile(r"\d+(?:\.\d+)+")
_SPACES = re.compile(r"\s+")
_LINK_TARGET = re.compile(r"\]\([^()\s]*\)|https?://\S+")
_NESTED_MARKER = re.compile(r"^([ \t]*)[*+-](?=\s)", re.MULTILINE)


@dataclass(frozen=True)
class Line:
    """A bullet with what its section says; lines of one group are compared with each other."""

    group: Group
    version: str
    released: date | None
    package: str
    category: str
    component: str
    text: str
    line: int
    last: int
    under: int
    """The line of its section's heading."""
    heading: str = ""
    is_whole: bool = False
    """Whether it is all of a section that could not be read."""

    @cached_property
    def wording(self) -> str:
        """The text without what only lays it out: line ends, indentation, which list marker."""
        return _SPACES.sub(" ", _NESTED_MARKER.sub(r"\1-", self.text)).strip()

    @property
    def place_name(self) -> str:
        """The package, in a file of several, and the component."""
        return " / ".join(part for part in (self.package, self.component) if part)

    @cached_property
    def likeness(self) -> str:
        """The wording that edits are told by: addresses are long, and say little."""
        return _LINK_TARGET.sub("]", self.wording[:2_000])[:1_000]

    @cached_property
    def parts(self) -> frozenset[str]:
        """The lines of the text and the labels above it, without marks."""
        lines = (*self.text.split("\n"), *self.component.split(" / "))
        return frozenset(_MARKS.sub("", line).rstrip(":： *_") for line in lines) - {""}

    @cached_property
    def place(self) -> tuple[str, str, str]:
        """What makes it another line when it changes; a category's other name does not."""
        kind = kind_of_change(self.category, "") if is_category(self.category) else "other"
        return (self.category if kind == "other" else kind, self.component, self.wording)


@dataclass(frozen=True, slots=True)
class Published:
    """A changelog as one release published it."""

    text: str
    sections: tuple[Section, ...]
    versions: tuple[str, ...]
    """For each section, the version that it names; may be empty."""
    waits: tuple[bool, ...]
    """For each section, whether it waits for a later release."""
    lines: tuple[Line, ...]
    """Those of the sections that do not wait."""
    own: frozenset[Key]
    """The versions under which it names the release; none where it does not."""


def published(text: str, release: Release, existing: Collection[Key]) -> Published:
    """Return a changelog as `release` published it.

    `[Unreleased]` is the release's own section as long as no heading names the release; beside
    one, it waits. So does a section of a later version that no release had then: `existing` holds
    the versions that had been released. In a file of several packages, the package is the
    component.
    """
    sections = parse_changelog(text)
    versions = [_version(section, release, existing) for section in sections]
    packages = {section.package for section in sections if section.version}
    own = _own_keys(versions, release, existing)
    # Without a section of its own, what is new is the release's, whatever it is called there.
    is_named = bool(own) or any(section.kind == "open" for section in sections)
    lines: list[Line] = []
    waits: list[bool] = []
    for section, version in zip(sections, versions, strict=True):
        key = version_key(version)
        is_early = key not in own and _waits(key, version_key(release.version), existing)
        is_later = bool(version) and len(packages) < 2 and is_named and is_early
        waits.append(is_later or (section.kind == "open" and not version and bool(own)))
        package = section.package if len(packages) > 1 else ""
        if not waits[-1]:
            lines.extend(_lines(section, version, release, package))
    return Published(text, tuple(sections), tuple(versions), tuple(waits), tuple(lines), own)


def without_older(first: Published) -> tuple[Published, list[Line]]:
    """Return a first release's changelog without what older ones left there, and these lines.

    A section that names no release, among those of older ones, is not what the first tag brought.
    """
    keys = [version_key(version) for version in first.versions]
    place = next((at for at, key in enumerate(keys) if key in first.own), None)
    if place is None:
        return first, []
    versions = [key for key in keys if isinstance(key, Version)]
    falls = sum(above > below for above, below in pairwise(versions))
    rises = sum(above < below for above, below in pairwise(versions))
    under = first.sections[place].line
    left_out = [
        line
        for line in first.lines
        if line.group[0] == "heading"
        and (line.under > under if falls >= rises else line.under < under)
    ]
    gone = {line.line for line in left_out}
    kept = tuple(line for line in first.lines if line.line not in gone)
    return replace(first, lines=kept), left_out


def _version(section: Section, release: Release, existing: Collection[Key]) -> str:
    """Return the version that a section names; its day or month, where tags are such."""
    when = section.released or section.month
    if section.version or when is None:
        return section.version
    is_month = section.released is None
    version = spelled_like(when, release.version, is_month=is_month)
    # `2026.1.3` may be a day, or the third release of January.
    return version if "-" in version or version_key(version) in existing else ""


def _own_keys(
    versions: Iterable[str], release: Release, existing: Collection[Key]
) -> frozenset[Key]:
    """Return the versions under which the file names the release; none where it does not.

    A tag `1.2.0` is `1.2.0-1` in a Debian changelog, and a release candidate may stand below the
    version that it is a candidate of. So may `1.2.0-20260105` or `1.2.0-cn`, as long as 1.2.0
    itself is no release.
    """
    own = version_key(release.version)
    keys = {version_key(version) for version in versions if version}
    if own in keys:
        return frozenset({own})
    revisions = {
        key for key in keys if isinstance(key, Version) and isinstance(own, Version)
        and key.is_postrelease and not own.is_postrelease and key.base_version == own.base_version
    }  # fmt: skip
    if revisions:
        return frozenset(revisions)
    base = version_key(own.base_version) if isinstance(own, Version) else _base_of(own)
    is_candidate = isinstance(own, Version) and own.is_prerelease
    return frozenset({base} & keys if is_candidate or base not in existing else ())


def _base_of(version: str) -> Key:
    """Return the version that what is none by PEP 440 begins with: 1.2.0 of `1.2.0-cn`."""
    dotted = _DOTTED.match(version)
    return version_key(dotted.group() if dotted else version)


def _waits(key: Key, own: Key, existing: Collection[Key]) -> bool:
    if key in existing or not isinstance(key, Version) or not isinstance(own, Version):
        return False
    # A tag `v1` is moved along with all releases of 1.x.
    return key > own and key.release[: len(own.release)] != own.release


def _group(section: Section, version: str, package: str) -> Group:
    if version:
        return ("version", version_key(version), package)
    return ("open", "", "") if section.kind == "open" else ("heading", section.heading, "")


def _lines(section: Section, version: str, release: Release, package: str) -> Iterable[Line]:
    group = _group(section, version, package)
    for bullet in section.bullets:
        yield Line(
            group=group,
            version=version or release.version,
            released=section.released,
            category=bullet.category,
            package=package,
            component=bullet.component,
            text=bullet.text,
            line=bullet.line,
            last=bullet.last,
            under=section.line,
            heading=section.heading,
            is_whole=section.kind == "unread",
        )

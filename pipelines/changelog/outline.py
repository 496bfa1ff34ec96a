"""Which headings of a changelog name a release, told from all of them together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.changelog.dates import date_line
from pipelines.changelog.headings import Named, is_open, named, plain

HeadingKind = Literal["release", "open", "date", "title"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the file: its level, its words, and the release that it names."""

    level: int
    title: str
    named: Named | None
    kind: HeadingKind


@dataclass(frozen=True, slots=True)
class Outline:
    """All headings in file order, and the level of the shallowest release; 0 without one."""

    headings: tuple[Heading, ...]
    base_level: int


def outline_of(titles: Sequence[tuple[int, str]]) -> Outline:
    """Return what each heading (level and words) is.

    A heading that begins with a version is a release at any level: release-please writes patch
    releases one level deeper than minor ones. Words before the version may be the product's name,
    as in `Lark Office 2.3.0`, or another subject, as in `Python 3.8`: they are the name of the
    product where no heading begins with a version, or where several do so at its level.
    """
    found = [(level, title, named(title)) for level, title in titles]
    sure = Counter(
        level for level, _, name in found if name and not name.is_weak and not name.is_whole
    )
    whole = Counter(level for level, _, name in found if name and name.is_whole)
    weak = Counter(level for level, _, name in found if name and name.is_weak)
    named_level = _most_common(sure or weak or whole)
    products = Counter(name.package for _, _, name in found if name and name.is_weak)

    headings = []
    for level, title, name in found:
        if name and name.is_weak:
            at_level = level == named_level and (not sure or products[name.package] > 1)
            name = name if at_level else None
        if name and name.is_whole:
            name = name if level == named_level and not (sure or weak) else None
        headings.append(Heading(level, title, name, _kind(level, title, name, named_level)))
    starts = [heading for heading in headings if heading.kind != "title"]
    released = [heading.level for heading in starts if heading.kind == "release"]
    return Outline(tuple(headings), min(released or [one.level for one in starts], default=0))


def _most_common(levels: Counter[int]) -> int:
    """Return the level that most headings have, the deeper of two; 0 for none."""
    return max(levels, key=lambda level: (levels[level], level), default=0)


def _kind(level: int, title: str, name: Named | None, named_level: int) -> HeadingKind:
    if name is not None:
        return "release"
    if is_open(title):
        return "open"
    if date_line(plain(title)) is not None and (not named_level or level <= named_level):
        return "date"
    return "title"

"""Which headings of a changelog name a release, told from all of them together."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipelines.changelog.dates import date_line, month_line
from pipelines.changelog.headings import Named, is_open, maybe_named, named, plain

HeadingKind = Literal["release", "open", "date", "title"]

_ABOUT_RELEASES = re.compile(r"\b(?:change|release|version|news|update)|^v$|更新|版本|变更")
# `Step 3` above `Step 2` may be a tutorial; of three numbers that fall, none is.
_SERIES = 3
_DEEPEST = 6


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
    product where no heading begins with a version, or where several do so at its level. A single
    number is a version where dotted ones, or several single ones that fall, are worded like it.
    """
    found = [(level, named(title) or maybe_named(title)) for level, title in titles]
    days = [level for level, title in titles if says_when(title)]
    told = _Releases(found, min(days, default=_DEEPEST))
    headings = [
        Heading(level, title, name, _kind(level, title, name, told.level))
        for (level, title), name in zip(titles, told.names(), strict=True)
    ]
    starts = [heading for heading in headings if heading.kind != "title"]
    released = [heading.level for heading in starts if heading.kind == "release"]
    return Outline(tuple(headings), min(released or [one.level for one in starts], default=0))


def says_when(title: str) -> bool:
    """Tell whether a heading is nothing but a day or a month."""
    text = plain(title)
    return date_line(text) is not None or month_line(text) is not None


def falling(names: Iterable[tuple[int, Named]]) -> set[tuple[int, str]]:
    """Return the levels and leading words whose single numbers fall, as those of releases do."""
    numbers: dict[tuple[int, str], list[int]] = {}
    for level, name in names:
        numbers.setdefault((level, name.lead), []).append(int(name.version))
    return {
        (level, lead)
        for (level, lead), held in numbers.items()
        if len(held) >= (2 if _ABOUT_RELEASES.search(lead) else _SERIES)
        and all(above > below for above, below in pairwise(held))
    }


class _Releases:
    """Which of the releases that headings may name they do, and the level that most have."""

    def __init__(self, found: Sequence[tuple[int, Named | None]], day_level: int) -> None:
        self.found = found
        names = [(level, name) for level, name in found if name is not None]
        self.sure = _levels(one for one in names if not one[1].is_weak and not one[1].is_whole)
        self.weak = [one for one in names if one[1].is_weak and not one[1].is_doubtful]
        self.takes_doubtful = not self.weak and not self.sure
        if self.takes_doubtful:
            # `Node SDK 2.1.0` above `Node SDK 2.0.0`: worded alike, they are the product's.
            alike = Counter((level, name.product) for level, name in names if name.is_weak)
            self.weak = [
                (level, name)
                for level, name in names
                if name.is_weak and alike[level, name.product] > 1 and level <= day_level
            ]
        self.series = falling(one for one in names if one[1].is_whole)
        whole = [one for one in names if one[1].is_whole and self._may_be_whole(*one)]
        self.level = _most_common(self.sure or _levels(self.weak) or _levels(whole))
        counts = Counter(name.product for _, name in self.weak)
        self.products = {name for name in counts if not self.sure or counts[name] > 1}
        self.strays = self._stray_levels()
        self.leads = {
            (level, name.lead)
            for level, name in names
            if not name.is_whole and self._is_dotted(level, name)
        }

    def names(self) -> list[Named | None]:
        """Return for each heading the release that it names."""
        return [
            name if name is not None and self._is_release(level, name) else None
            for level, name in self.found
        ]

    def _is_release(self, level: int, name: Named) -> bool:
        if not name.is_whole:
            return self._is_dotted(level, name)
        if (level, name.lead) in self.leads:
            return True
        none_dotted = not self.sure and not self.weak
        return none_dotted and level == self.level and self._may_be_whole(level, name)

    def _may_be_whole(self, level: int, name: Named) -> bool:
        return not name.is_doubtful or (level, name.lead) in self.series

    def _is_dotted(self, level: int, name: Named) -> bool:
        if not name.is_weak:
            return True
        is_told = level == self.level or level in self.strays
        return (
            is_told
            and name.product in self.products
            and (self.takes_doubtful or not name.is_doubtful)
        )

    def _stray_levels(self) -> set[int]:
        """Return the other levels of names, but of families of the releases below them.

        `# icons 3.79` is a release beside an underlined `icons 3.77`; `# Lark 3.0` that holds
        `## Lark 3.0.8` is none.
        """
        names = [(level, name) for level, name in self.found if name is not None]
        last = names[-1:]
        return {
            level
            for (level, name), (below, other) in pairwise([*names, *last])
            if name.is_weak and name.product in self.products and not re.search(r"\w", name.rest)
            if self._is_release_at(level, name, below, other)
        }

    def _is_release_at(self, level: int, name: Named, below: int, other: Named) -> bool:
        if level < self.level:
            return below <= level or not _is_family(name, other)
        return level > self.level and not self.sure


def _is_family(name: Named, other: Named) -> bool:
    """Tell whether a version, such as 3.0, is that of a whole family of releases."""
    return other.version.startswith(f"{name.version}.")


def _levels(names: Iterable[tuple[int, Named]]) -> Counter[int]:
    return Counter(level for level, _ in names)


def _most_common(levels: Counter[int]) -> int:
    """Return the level that most headings have, the deeper of two; 0 for none."""
    return max(levels, key=lambda level: (levels[level], level), default=0)


def _kind(level: int, title: str, name: Named | None, named_level: int) -> HeadingKind:
    if name is not None:
        return "release"
    if is_open(title):
        return "open"
    is_day = says_when(title) and (not named_level or level <= named_level)
    return "date" if is_day else "title"

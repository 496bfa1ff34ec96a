"""Lines that name a release without any mark of a heading: what they say, and which may be one."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipelines.changelog.dates import find_date, without_dates
from pipelines.changelog.headings import Named, maybe_named, named, plain
from pipelines.changelog.lines import Line
from pipelines.changelog.outline import falling

_BESIDE = re.compile(
    r"\b(?:un-?released|yanked|stable|beta|alpha|rc|latest|lts|current|draft|released?|on|by|date"
    r"|final|preview|hotfix|security|major|minor|patch|version|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b"
    # A commit, as Node and libuv name it.
    r"|\b(?=[a-f]*\d)[0-9a-f]{7,40}\b"
    r"|发布|公告|通知|上线|更新|版本?|日期|内容|日志|说明|未|[\d:]{4,8}|[\W_]+",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"(?:发布|更新|升级|版本)(?:公告|通知|说明|日志)|版本?(?:发布|更新|上线)|release notes",
    re.IGNORECASE,
)
_DAY = r"[(（\[]?\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[)）\]]?"
# `1.0.0 (2026-01-31): first release`, `v1.0.0：…`: a release and all that it changed.
_WITH_TEXT = re.compile(
    rf"(?P<name>v?\d+(?:\.\d+)+(?P<day>\s*[-–—,]?\s*{_DAY})?)"
    r"(?:\s*[:：]\s*|\s+[-–—]\s+|(?(day)\s+(?=\w+\s\w)|(?!)))(?P<text>\S.*)"
)
# The same as an item of a list, where emphasis or a link may frame the version.
_ITEM_WITH_TEXT = re.compile(
    r"(?P<name>[*_`\[]{0,3}v?\d+(?:\.\d+)+(?:[-.]?[0-9A-Za-z]+)*[*_`\]]{0,3}(?:\([^()\s]{1,200}\))?"
    rf"(?:\s*[-–—,]?\s*{_DAY})?[*_]{{0,2}})(?:\s*[:：][*_]{{0,2}}\s*|\s+[-–—]\s+)(?P<text>\S.*)"
)
# An entry of an RPM's %changelog: `* Tue Apr 02 2024 A B <a@b.c> - 2.3.1-1`.
_RPM = re.compile(
    r"\* (?P<when>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d{1,2} \d{4}) [^<>\n]{1,80}"
    r"<[^<>\n]{1,80}>(?: -)? (?:\d+:)?(?P<version>\d[\w.~^+]{0,40}(?:-[\w.~^+]{1,40})?)\s*"
)
_ENDS_IN_NUMBER = re.compile(
    r"[#=*_\[【]{0,3}[^\W\d][^\d\n]{0,60}\d[\d.]{0,20}(?![\d.])[^\n]{0,40}"
)
# So many lines alike are no accident.
_ALIKE = 3
LONGEST = 200


def says_only_when(rest: str) -> bool:
    """Tell whether what follows a version is nothing but a date, a state or a short name."""
    if len(rest) > 80:
        return False
    beside = without_dates(rest)
    words = _BESIDE.sub(" ", beside).split()
    return not words or (beside != rest and len(words) <= 2 and find_date(rest) is not None)


def rpm_release(text: str) -> str:
    """Return version and day of an RPM changelog's entry as a heading; empty for another line."""
    match = _RPM.fullmatch(text)
    if match is None:
        return ""
    # The number after `-` counts how often the package was built.
    return f"{match['version'].partition('-')[0]} ({match['when']})"


def release_and_text(text: str, *, is_item: bool = False) -> tuple[str, str] | None:
    """Return the release that a line begins with, and what it says of it, as `1.0.0: …` does."""
    told = (_ITEM_WITH_TEXT if is_item else _WITH_TEXT).fullmatch(text[: 2 * LONGEST])
    if told is None or len(text) > 2 * LONGEST:
        return None
    name = plain(told["name"]).strip("*_` ")
    return None if named(name) is None or says_only_when(told["text"]) else (name, told["text"])


def announces(rest: str) -> bool:
    """Tell whether what follows a version calls it a release, as in `2.6.0 版本发布公告`."""
    return _ANNOUNCES.search(rest) is not None


class Series:
    """Names before a version, and words before a single number, that several lines begin with."""

    def __init__(self, lines: Sequence[Line], fixed: Sequence[bool]) -> None:
        names = list(_names(lines, fixed))
        counts = Counter(name.package for name in names if not name.is_whole)
        self.products = {name for name in counts if counts[name] >= _ALIKE}
        numbers = ((0, name) for name in names if name.is_whole)
        self.leads = {lead for _, lead in falling(numbers)}

    def named(self, title: str) -> Named | None:
        """Return the release that a line names like several others by a single number."""
        maybe = maybe_named(title) if self.leads else None
        return maybe if maybe and maybe.is_whole and maybe.lead in self.leads else None


def _names(lines: Sequence[Line], fixed: Iterable[bool]) -> Iterator[Named]:
    """Yield what lines of their own name that are worded as releases of a product may be."""
    above_is_blank = True
    for line, is_fixed in zip(lines, fixed, strict=True):
        text = line.text
        if above_is_blank and not is_fixed and line.indentation <= 1 and len(text) < LONGEST:
            title = plain(text).strip("*_ ") if _ENDS_IN_NUMBER.fullmatch(text) else ""
            certain = named(title) if title else None
            maybe = certain if certain or not title else maybe_named(title)
            if maybe and (maybe.is_weak or maybe.is_doubtful) and says_only_when(maybe.rest):
                yield maybe
        above_is_blank = line.is_blank

"""What a changelog heading says: which release, of which date, or which category."""

import re
from datetime import date
from functools import lru_cache

from packaging.version import InvalidVersion, Version

# `2.4.0`, `2026.1.31`, `1.0.0-rc.1`, `2026.1.14-1`, `3.0.0b2+cu118`; a lone number is no version.
_VERSION = r"\d+(?:\.\d+)+(?:[-+._]?[0-9A-Za-z])*"
# What may stand before it: an emoji, `v`, `Release`, `版本`, a package name as in `pkg@1.2.0`.
_RELEASE = re.compile(
    r"(?:[^\w\[(]+\s*)?"
    r"(?:(?:version|release|ver\.?|版本|发布)[\s:：]*)?"
    r"(?:@?[A-Za-z][\w./-]*(?:@|\s+(?=v?\d)|-(?=v?\d)))?"
    rf"[\[(]?v?(?P<version>{_VERSION})(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_IN_TAG = re.compile(rf"(?<![A-Za-z0-9.])v?({_VERSION}|\d+[0-9A-Za-z]*)")
_OPEN = re.compile(r"\W*(?:unreleased|next|upcoming|未发布|未发行|待发布|开发中)\b", re.IGNORECASE)

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
        r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日",
        # Dots put the day first, as in German; `1/2/2024` could be either and is no date.
        r"(?<!\d)(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?!\d)",
        rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})\b",
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<y>\d{{4}})\b",
    )
)
_DATE_WORDS = re.compile(
    r"released?|publish(?:ed)?|on|date|发布(?:日期|时间|于)?|日期|时间|于|[\W_]+", re.IGNORECASE
)

# Headings that name a kind of change, so that `### Analyzer` above `#### Added` is a component.
_CATEGORY = re.compile(
    r"\W*(?:add(?:ed|itions?)?|new|chang(?:ed?|es)|deprecat\w+|remov\w+|fix(?:e[sd])?|security|"
    r"bug\s?-?fix(?:e[sd])?|bugs?|features?|improve\w*|enhance\w*|optimi[sz]\w+|performance|"
    r"breaking(?:\s+changes?)?|reverts?|refactor\w*|code\s+refactoring|docs?|documentation|"
    r"tests?|build(?:\s+system)?|ci|chores?|maintenance|highlights|dependencies|misc\w*|others?|"
    r"新增|新特性|新功能|变更|更改|变动|修改|修复|优化|改进|移除|删除|废弃|弃用|安全|性能|重构|"
    r"文档|依赖|其他|其它|问题修复|缺陷修复|bug\s*修复|不兼容\S*|非兼容\S*|破坏性\S*|重大\S*|功能)"
    r"(?:\s+(?:and\s+)?(?:changes?|features?|improvements?|fixes|improved))?"
    r"(?:\s*&\s*\w+)?\W*",
    re.IGNORECASE,
)


def plain(heading: str) -> str:
    """Return the heading without link targets, emphasis and code marks."""
    heading = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"[\1]", heading[:500])
    return re.sub(r"\*\*|__|`|\\(?=[\[\]])", "", heading).strip()


def release_version(heading: str) -> str:
    """Return the version that a heading names, without `v`; empty when it names none."""
    match = _RELEASE.match(plain(heading))
    if match is None:
        return ""
    version = str(match["version"])
    # `12.04.2021` is a day; `2026.1.31` is both, and a version where versions are days.
    if find_date(version) is not None and not re.match(r"\d{4}\.", version):
        return ""
    # `1.5 times faster than before` goes on in words.
    wordy = len(str(match["rest"]).split()) > 3
    return "" if version.count(".") == 1 and wordy else version


def is_open(heading: str) -> bool:
    """Tell whether a heading is `[Unreleased]`, for changes that no release has yet."""
    return _OPEN.match(plain(heading)) is not None


def is_category(heading: str) -> bool:
    """Tell whether a heading is the usual name of a kind of change."""
    return _CATEGORY.fullmatch(plain(heading)) is not None


def find_date(text: str) -> date | None:
    """Return the first date in `text` that exists in the calendar."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = parts.get("m") or _MONTHS.index(parts["name"][:3].lower()) + 1
            try:
                return date(int(parts["y"]), int(month), int(parts["d"]))
            except ValueError:
                continue
    return None


def heading_date(heading: str) -> date | None:
    """Return the date beside a heading's version; the version itself is no date."""
    text = plain(heading)
    match = _RELEASE.match(text)
    return find_date(match["rest"] if match and release_version(heading) else text)


def date_line(paragraph: str) -> date | None:
    """Return the date of a paragraph that says nothing but when the release was."""
    found = find_date(paragraph) if len(paragraph) <= 80 else None
    if found is None:
        return None
    rest = paragraph
    for pattern in _DATES:
        rest = pattern.sub(" ", rest)
    return None if _DATE_WORDS.sub("", rest) else found


def tag_version(tag: str) -> str:
    """Return the version in a tag such as `v2.4.0` or `pkg@1.2.0`; the tag itself without one."""
    found: list[str] = _IN_TAG.findall(tag)
    dotted = [version for version in found if "." in version]
    return (dotted or found or [tag])[-1]


# Every release is compared with every other; there are hundreds.
@lru_cache(maxsize=4096)
def version_key(version: str) -> Version | str:
    """Return what two spellings of one version share: `2.0` and `2.0.0`, `1.0-rc1` and `1.0rc1`."""
    try:
        return Version(version)
    except InvalidVersion:
        return version.casefold()

"""The day or month of a release, by which customers name it: `26年8月那次更新`."""

import re
from dataclasses import dataclass
from datetime import date

from pipelines.version_questions.words import FLAGS, MARK


@dataclass(frozen=True, slots=True)
class ReleaseDay:
    """When a release came out, as far as it was told."""

    month: int
    year: int | None = None
    """None: the last such month that had a release."""
    day: int | None = None

    def holds(self, day: date) -> bool:
        """Tell whether a release of `day` may be meant."""
        return (
            day.month == self.month
            and self.year in (None, day.year)
            and self.day in (None, day.day)
        )


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_RELEASE = r"(?:更新|升级|版本|版|发布|发版|发行)"
# What joins the day to its release goes with it: `8月11号发布的那个`.
_TAIL = (
    r"(?:[ ]?(?:发布|更新|推出|上线|发|出)的)?+的?+[ ]?"
    rf"(?:(?:那|这)?一?[次个回](?:大|小)?(?={_RELEASE})|(?:那|这)(?={_RELEASE}))?+"
)
# `去年8月` and `今年8月` depend on the day of asking, `近3月` and `3个月` are spans.
_CHINESE = re.compile(
    r"(?<![\d.年近前后内隔每连过满半/-])(?:(?P<year>(?:20)?\d{2})[ ]?年[ ]?)?"
    r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])[ ]?月(?!度|卡|费|租|薪|活|结|底前)"
    rf"(?:份|[ ]?(?P<day>[0-3]?\d)[ ]?[日号])?+{_TAIL}",
    FLAGS,
)
_DIGITS = re.compile(
    r"(?<![\w./-])(?P<year>20\d{2})[-/](?P<month>0?[1-9]|1[0-2])(?:[-/](?P<day>[0-3]?\d))?"
    rf"(?![\w/-]){_TAIL}",
    FLAGS,
)
# `may` is a verb unless a number or a release stands behind it.
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|"
    r"may(?=,? ?(?:\d|'\d|release|update|version))|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:,? (?P<year>20\d{2}|'\d{2}))?(?![\d.]|\w)"
_ENGLISH = tuple(
    re.compile(rf"\b{pattern}{_YEAR}", FLAGS)
    for pattern in (
        rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?: of)? {_MONTH}",
        rf"{_MONTH}(?: (?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?!\d))?",
    )
)
_RELATIVE = re.compile(
    r"[去今前明]年|\b(?:last|this|next) (?:year|month)|\blast\b(?= \ue000)", FLAGS
)
_BESIDE = re.compile(
    rf"{MARK}[ ]?{_RELEASE}|{MARK}(?:'s)? (?:release|update|version)\b|"
    rf"\b(?:release|update|version)\b(?: \w+){{0,2}} (?:of|from|in|on) (?:the )?{MARK}",
    FLAGS,
)


def dated(text: str) -> tuple[str, ReleaseDay] | None:
    """Return a text with a mark for the first day or month in it, and this; None without any."""
    match = next(
        (found for each in (_CHINESE, _DIGITS, *_ENGLISH) if (found := each.search(text))), None
    )
    if match is None:
        return None
    marked = f"{text[: match.start()]}{MARK}{text[match.end() :]}"
    if _RELATIVE.search(marked):
        return None
    year = int(match["year"].lstrip("'")) if match["year"] else None
    if year is not None and year < 100:
        year += 2000
    day = int(match["day"]) if match["day"] else None
    return marked, ReleaseDay(_month(match["month"]), year, day)


def stands_beside_a_release(marked: str) -> bool:
    """Tell whether a release is named by the marked day: `26年8月那次更新`."""
    return _BESIDE.search(marked) is not None


def _month(name: str) -> int:
    if name.isdecimal() and name.isascii():
        return int(name)
    if name in _NUMERALS:
        return _NUMERALS.index(name) + 1
    return _MONTHS.index(name[:3].lower()) + 1

"""What a text states that has to be exact: amounts, dates, times of day, versions, codes, members.

Equal ones are equal however they are written: `1.2 万元` and `12,000 元`, `三天` and `3 天`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipelines.stale.figures import Figure, figures
from pipelines.support.members import members_in, without_members

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE = re.compile(
    r"(?:(?P<year>\d{4})\s?[年./-]\s?)?(?<![\d.])(?P<month>1[0-2]|0?[1-9])(?:\s?月\s?|(?<=\d{4}.\d)"
    r"[./-]|(?<=\d{4}.\d\d)[./-])(?P<day>3[01]|[12]\d|0?[1-9])(?:\s?[日号]|(?![\d.]))"
    rf"|\b(?P<named>{'|'.join(_MONTHS)})[a-z]*\.? (?P<on>\d{{1,2}})(?:st|nd|rd|th)?\b"
)
_CLOCK = re.compile(
    r"(?P<half>上午|早上|早|下午|晚上|晚|中午)?\s?(?<![\d.:])(?P<hour>[01]?\d|2[0-4])"
    r"(?::(?P<minute>[0-5]\d)(?![\d:])|\s?[点时](?!间|候)(?P<past>半|[0-5]?\d分)?)"
    r"\s?(?P<part>[ap]\.?m\b)?"
    r"|(?<![\d.:])(?P<only>1[0-2]|0?[1-9])\s?(?P<m>[ap]\.?m)\b"
)
# `1-3 天` states two amounts of one unit.
_RANGE = re.compile(
    r"(?<![\d./:-])(\d+(?:\.\d+)?)\s?(?:[-–—~～至到]|to)\s?(?=(\d+(?:\.\d+)?)\s?"
    r"([^\W\d_]{1,8}|%))"
)
_VERSION = re.compile(r"(?<![a-z0-9.])v?(\d+(?:\.\d+){1,3})(?![0-9])(?!\s?[%万千百亿元天个gmkt])")
# Whatever else holds a digit is a name: it stands there as it is, or not at all.
_NAME = re.compile(r"[a-z]+(?:[-_][a-z0-9]+)+|[a-z0-9][a-z0-9._/-]*\d[a-z0-9_-]*|\d[\d.-]*[a-z]+")
_BUSINESS_DAYS = re.compile(r"(?<=\d )(?:business|working) days?")
# How many of something is common says little: `一个文件`, `再试一次`.
_ARTICLE = re.compile(r"[一1one]+[ -]?[^\d]*")
_COUNTED = frozenset({"", "times", "people", "lines", "letters"})


@dataclass(frozen=True, slots=True)
class Value:
    """One exact thing that a text states."""

    kind: str
    """What it measures or which class it is of; empty for a mere number."""
    value: float | str
    number: float | None = None
    """As written, whatever its unit; only of amounts."""

    def same_as(self, other: "Value") -> bool:
        """Tell whether both state one thing; a mere number stands for one of any unit."""
        if self.kind == other.kind:
            return self.value == other.value
        if self.number is None or "" not in (self.kind, other.kind):
            return False
        return self.number == other.number

    def among(self, others: Iterable["Value"]) -> bool:
        """Tell whether one of `others` is the same."""
        return any(self.same_as(other) for other in others)


@lru_cache(maxsize=4096)
def values_in(folded: str) -> frozenset[Value]:
    """Return what a folded text states exactly."""
    dates, rest = _taken(_DATE, _BUSINESS_DAYS.sub("工作日", folded))
    clocks, rest = _taken(_CLOCK, rest)
    found = {Value(kind, member) for kind, member in members_in(rest)}
    found.update(value for match in dates for value in _date(match))
    found.update(_clock(match) for match in clocks)
    rest = _RANGE.sub(r"\1 \3, ", rest)
    versions = list(_VERSION.finditer(rest))
    spans = [match.span() for match in versions]
    amounts = [figure for figure in figures(rest) if not _overlaps(figure, spans)]
    decimals = {str(figure.number) for figure in amounts}
    found.update(
        Value("version", _plain(match[1])) for match in versions if match[1] not in decimals
    )
    found.update(_amount(figure) for figure in amounts if not _is_article(figure))
    spans += [(figure.start, figure.end) for figure in amounts]
    found.update(
        Value("name", match.group().strip(".-"))
        for match in _NAME.finditer(rest)
        if not any(start < match.end() and match.start() < end for start, end in spans)
    )
    return frozenset(found)


@lru_cache(maxsize=4096)
def without_values(folded: str) -> str:
    """Return a folded text without what it states exactly, so that what is left is its subject."""
    rest = _BUSINESS_DAYS.sub("工作日", folded)
    for pattern in (_DATE, _CLOCK, _VERSION):
        rest = pattern.sub(" ; ", rest)
    rest = without_members(rest)
    for figure in reversed(figures(rest)):
        rest = f"{rest[: figure.start]} ; {rest[figure.end :]}"
    return rest


def _taken(pattern: re.Pattern[str], text: str) -> tuple[list[re.Match[str]], str]:
    """Return what a pattern finds, and the text without it."""
    return list(pattern.finditer(text)), pattern.sub(" ; ", text)


def _date(match: re.Match[str]) -> Iterator[Value]:
    month = match["month"] or _MONTHS.index(match["named"]) + 1
    yield Value("date", f"{int(month)}-{int(match['day'] or match['on'])}")
    if match["year"]:
        yield Value("year", match["year"])


def _clock(match: re.Match[str]) -> Value:
    hour = int(match["hour"] or match["only"])
    past = match["minute"] or (match["past"] or "0").replace("半", "30").strip("分")
    later = (match["half"] or "") in ("下午", "晚上", "晚") or (
        match["part"] or match["m"] or ""
    ).startswith("p")
    return Value("clock", f"{hour + 12 if later and hour < 12 else hour}:{int(past):02}")


def _plain(version: str) -> str:
    """Return `2.4` for `2.4.0`."""
    return re.sub(r"(?:\.0)+$", "", version)


def _overlaps(figure: Figure, spans: Iterable[tuple[int, int]]) -> bool:
    # `1.5 小时` reads as a version too; what has a unit is an amount.
    return not figure.measure and any(
        start < figure.end and figure.start < end for start, end in spans
    )


def _amount(figure: Figure) -> Value:
    if "工作日" in figure.words:
        return Value("workdays", figure.value, figure.number)
    return Value(figure.measure, figure.value, figure.number)


def _is_article(figure: Figure) -> bool:
    if figure.measure not in _COUNTED or figure.number != 1:
        return False
    return _ARTICLE.fullmatch(figure.words) is not None

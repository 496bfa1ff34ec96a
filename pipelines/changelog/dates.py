"""The dates that a changelog writes: beside a version, or on a line of their own."""

import re
from datetime import date

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<name>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d.-])(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)",
        r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]",
        # Dots put the day first, as in German.
        r"(?<![\d.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?!\d)",
        # `1/2/2024` could be either and is no date; no month has the number 13.
        r"(?<!\d)(?P<d>1[3-9]|2\d|3[01])[-/](?P<m>\d{1,2})[-/](?P<y>\d{4})(?!\d)",
        r"(?<!\d)(?P<m>\d{1,2})[-/](?P<d>1[3-9]|2\d|3[01])[-/](?P<y>\d{4})(?!\d)",
        rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:[\d:]+\s+)?(?P<y>\d{{4}})\b",
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<y>\d{{4}})\b",
        r"(?<![\w.-])(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?![\w.-])",
    )
)
# Months without a day: `Feb 2023`, `2024年8月`, `2024-08`.
_MONTHS_ALONE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MONTH},?\s+(?P<y>(?:19|20)\d\d)\b",
        r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*年\s*(?P<m>1[0-2]|0?[1-9])\s*月份?",
        r"(?<![\w.-])(?P<y>(?:19|20)\d\d)[-/](?P<m>1[0-2]|0[1-9])(?![\w.-])",
    )
)
_DATE_WORDS = re.compile(
    r"\b(?:released?|publish(?:ed)?|on|date|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b"
    r"|发布(?:日期|时间|于)?|更新(?:日期|时间)?|上线|日期|时间|于|(?:星期|周)[一二三四五六日天]|[\W_]+",
    re.IGNORECASE,
)
# The last line of a Debian entry: ` -- Name <mail>  Tue, 02 Jan 2024 10:00:00 +0800`.
_SIGNATURE = re.compile(r"\s*-- [^<\n]{0,200}<[^>\n]{0,200}>\s+(?P<when>\S.{0,60})")
_LONGEST = 80


def find_date(text: str) -> date | None:
    """Return the first date in `text` that exists in the calendar."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            try:
                return date(int(parts["y"]), _month(parts), int(parts["d"]))
            except ValueError:
                continue
    return None


def date_line(paragraph: str) -> date | None:
    """Return the date of a paragraph that says nothing but when the release was."""
    if len(paragraph) > _LONGEST:
        return None
    found = find_date(paragraph)
    return found if found is not None and not _beside(paragraph) else None


def month_line(paragraph: str) -> date | None:
    """Return the first day of the month that is all that a paragraph says."""
    if len(paragraph) > _LONGEST or find_date(paragraph) is not None or _beside(paragraph):
        return None
    for pattern in _MONTHS_ALONE:
        if match := pattern.search(paragraph):
            return date(int(match["y"]), _month(match.groupdict()), 1)
    return None


def _month(parts: dict[str, str | None]) -> int:
    name = parts.get("name") or ""
    return _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["m"] or 0)


def _beside(paragraph: str) -> str:
    """Return what a line says beside its date."""
    rest = without_dates(paragraph)
    return _DATE_WORDS.sub("", re.sub(r"\d{1,2}:\d\d(?::\d\d)?(?:\s*(?:UTC|GMT|Z))?", " ", rest))


def without_dates(text: str) -> str:
    """Return `text` with a space for each day and month."""
    for pattern in (*_DATES, *_MONTHS_ALONE):
        text = pattern.sub(" ", text)
    return text


def signature_date(line: str) -> date | None:
    """Return the date of a line that signs an entry of a Debian changelog."""
    match = _SIGNATURE.fullmatch(line)
    return find_date(match["when"]) if match else None

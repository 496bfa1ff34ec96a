"""Figures with units out of Chinese and English text, in a form in which equal ones are equal."""

import re
from dataclasses import dataclass

# Unit -> (what it measures, how many of the base unit it is). Sizes count in bytes of 1,024, as
# `2 GB` and `2048 MB` name one limit; times in milliseconds.
_SECOND, _MINUTE, _HOUR, _DAY = 1000.0, 60_000.0, 3_600_000.0, 86_400_000.0
_UNITS: dict[str, tuple[str, float]] = {
    **{
        spelling: ("size", 1024.0**power)
        for power, spellings in enumerate(
            (
                ("bytes", "byte", "字节"),
                ("kb", "kib", "k"),
                ("mb", "mib", "m", "兆"),
                ("gb", "gib", "g"),
                ("tb", "tib", "t"),
            )
        )
        for spelling in spellings
    },
    **dict.fromkeys(("milliseconds", "millisecond", "msec", "ms", "毫秒"), ("time", 1.0)),
    **dict.fromkeys(("seconds", "second", "secs", "sec", "s", "秒钟", "秒"), ("time", _SECOND)),
    **dict.fromkeys(
        ("minutes", "minute", "mins", "min", "分钟", "分鐘"),
        ("time", _MINUTE),
    ),
    **dict.fromkeys(
        ("hours", "hour", "hrs", "hr", "h", "个小时", "小时", "个钟头"), ("time", _HOUR)
    ),
    **dict.fromkeys(("days", "day", "d", "个工作日", "工作日", "天", "日"), ("time", _DAY)),
    **dict.fromkeys(("weeks", "week", "个星期", "星期", "周"), ("time", 7 * _DAY)),
    **dict.fromkeys(("months", "month", "个月"), ("time", 30 * _DAY)),
    **dict.fromkeys(("years", "year", "年"), ("time", 365 * _DAY)),
    **dict.fromkeys(("percent", "%", "％"), ("share", 1.0)),
    **dict.fromkeys(
        (
            "people",
            "persons",
            "users",
            "user",
            "members",
            "participants",
            "guests",
            "个人",
            "人",
            "位",
            "名",
        ),
        ("people", 1.0),
    ),
    **dict.fromkeys(("times", "retries", "attempts", "次"), ("times", 1.0)),
    **dict.fromkeys(("characters", "chars", "个字符", "字符", "个字", "字"), ("letters", 1.0)),
    **dict.fromkeys(("pixels", "px", "像素"), ("pixels", 1.0)),
    **dict.fromkeys(("元", "块钱", "块", "yuan", "rmb"), ("money", 1.0)),
    **dict.fromkeys(("条", "行", "rows", "messages", "entries", "lines"), ("lines", 1.0)),
    **dict.fromkeys(("个", "items"), ("", 1.0)),
    **dict.fromkeys(("台", "devices"), ("devices", 1.0)),
}
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
}
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_MAGNITUDES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# `16 块云盘` and `3 个人版账号` are no money and no people.
_NOT_BEHIND = {"块": "[云硬磁固系数网显屏盘板卡电内主地手面]", "个人": "版"}
_SPELLINGS = "|".join(
    re.escape(unit) + (f"(?!\\s?{_NOT_BEHIND[unit]})" if unit in _NOT_BEHIND else "")
    for unit in sorted(_UNITS, key=len, reverse=True)
)
_HAN_NUMBER = "[零一二三四五六七八九十百千万两]+"
# A version such as `2.4.0` is no figure, nor is the number in `sha256`, `#1503` or `v2`, nor that
# of a list's item.
_FIGURE = re.compile(
    r"(?<![A-Za-z0-9_.#/第])(?<![a-z]-)(?<!\d\d-)(?!(?<![^\n])\d{1,3}[.)、．][ \t])"
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?(?!\d"
    r"|\.\d|,\d{3}|-\d|\s?月)"
    r"(?P<gap>[ \t\u00a0-]?)(?P<times>百万|千万|[千万亿])?[ \t]?"
    rf"(?:(?P<unit>{_SPELLINGS})(?![a-z]))?"
    rf"|(?<![a-z])(?P<word>{'|'.join(_WORDS)})[ -](?P<word_unit>[a-z]+)"
    rf"|(?<!第)(?P<han>{_HAN_NUMBER})[ ]?(?P<han_unit>个?{_SPELLINGS}|个)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it measures, where it stands in its text."""

    value: float
    """In the base unit of what it measures: bytes, milliseconds, people."""
    measure: str
    """`size`, `time`, `people`, …; empty for a mere number."""
    number: float
    """As written, whatever its unit."""
    words: str
    start: int
    end: int

    def same_as(self, other: "Figure") -> bool:
        """Tell whether both name one quantity; a mere number stands for one of any unit."""
        if self.measure == other.measure:
            return self.value == other.value
        return not (self.measure and other.measure) and self.number == other.number

    def comparable_to(self, other: "Figure") -> bool:
        """Tell whether both may tell how much there is of one thing."""
        return self.measure == other.measure or not (self.measure and other.measure)


def figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of `text` in their order; those without a unit too, versions not."""
    found = (_figure(match) for match in _FIGURE.finditer(text))
    return tuple(figure for figure in found if figure is not None)


def _figure(match: re.Match[str]) -> Figure | None:
    if match["word"]:
        value: float = _WORDS[match["word"].lower()]
        unit = match["word_unit"].lower()
    elif match["han"]:
        value, unit = _han_value(match["han"]), match["han_unit"]
    else:
        value = float(match["number"].replace(",", "") + (match["rest"] or ""))
        for magnitude in match["times"] or "":
            value *= _MAGNITUDES[magnitude]
        unit = (match["unit"] or "").lower()
    if (match["word"] or match["han"]) and unit not in _UNITS:
        return None
    measure, factor = _UNITS.get(unit, ("", 1.0))
    words = match.group().rstrip()
    return Figure(value * factor, measure, value, words, match.start(), match.start() + len(words))


def _han_value(written: str) -> int:
    """Return 35 for `三十五`, 200 for `两百`."""
    total = section = digit = 0
    for character in written:
        if character in _DIGITS:
            digit = _DIGITS[character]
            continue
        magnitude = _MAGNITUDES[character]
        if magnitude >= _MAGNITUDES["万"]:
            total, section = (total + section + digit) * magnitude, 0
        else:
            section += (digit or 1) * magnitude
        digit = 0
    return total + section + digit

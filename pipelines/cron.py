"""Cron schedules, told from other text before a scheduler meets them."""

import re

# Minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).
_RANGES = (range(60), range(24), range(1, 32), range(1, 13), range(8))
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES: tuple[tuple[str, ...], ...] = ((), (), (), ("", *_MONTHS), _DAYS)
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# `*`, a number, or a range, with a step at most.
_ITEM = re.compile(r"(?:\*|([0-9]+|[a-z]{3})(?:-([0-9]+|[a-z]{3}))?)(?:/([1-9][0-9]*))?")


def is_cron(expression: str) -> bool:
    """Tell whether `expression` is five fields of cron, on a day that one of its months has."""
    fields = expression.lower().split()
    if len(fields) != len(_RANGES):
        return False
    values = [
        _values(field, allowed, names)
        for field, allowed, names in zip(fields, _RANGES, _NAMES, strict=True)
    ]
    if not all(values):
        return False
    _, _, days, months, _ = values
    # Also beside a day of the week: schedulers refuse 31 February whatever else is asked for.
    return min(days) <= max(_LONGEST_MONTHS[month - 1] for month in months)


def _values(field: str, allowed: range, names: tuple[str, ...]) -> set[int]:
    """Return the numbers that a field stands for; none where it is no field of cron."""
    values: set[int] = set()
    for item in field.split(","):
        parts = _ITEM.fullmatch(item)
        if parts is None:
            return set()
        first, last, step = parts.groups()
        ends = [_number(end, names) for end in (first, last) if end]
        if any(end not in allowed for end in ends):
            return set()
        low, high = (ends[0], ends[-1]) if ends else (allowed[0], allowed[-1])
        if high < low:
            values.update(range(allowed[0], high + 1))
        if high < low or (step and last is None):
            high = allowed[-1]
        values.update(range(low, high + 1, int(step or 1)))
    return values


def _number(end: str, names: tuple[str, ...]) -> int:
    """Return what a number or a name stands for; -1, which no field allows, for other words."""
    if end in names:
        return names.index(end)
    return int(end) if end.isdecimal() else -1

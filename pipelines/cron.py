"""Cron schedules, told from other text before a scheduler meets them."""

import re

# Minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).
_RANGES = (range(60), range(24), range(1, 32), range(1, 13), range(8))
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES: tuple[tuple[str, ...], ...] = ((), (), (), ("", *_MONTHS), _DAYS)
# `*`, a number, or a range, with a step at most.
_ITEM = re.compile(r"(?:\*|([0-9]+|[a-z]{3})(?:-([0-9]+|[a-z]{3}))?)(?:/[1-9][0-9]*)?")


def is_cron(expression: str) -> bool:
    """Tell whether `expression` is five fields of cron, each within its range."""
    fields = expression.lower().split()
    return len(fields) == len(_RANGES) and all(
        _holds(field, allowed, names)
        for field, allowed, names in zip(fields, _RANGES, _NAMES, strict=True)
    )


def _holds(field: str, allowed: range, names: tuple[str, ...]) -> bool:
    for item in field.split(","):
        parts = _ITEM.fullmatch(item)
        if parts is None:
            return False
        for part in parts.groups():
            if part is None or part in names:
                continue
            if not part.isdecimal() or int(part) not in allowed:
                return False
    return True

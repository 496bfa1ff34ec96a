"""Times as logs write them."""

from datetime import UTC, datetime, tzinfo

# Outside these years a number was meant in another unit, or is no time at all.
_YEARS = range(2000, 2100)

# 10^11 seconds are the year 5138, 10^11 milliseconds are 1973: no time is ambiguous.
_MILLISECONDS = 10**11

# What a spreadsheet makes of an ISO time when it saves as CSV.
_SPREADSHEET = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")


def read_time(value: object, zone: tzinfo) -> datetime:
    """Return `value` as a time in UTC; `zone` holds for a time that names none.

    Accepts ISO 8601, seconds or milliseconds since 1970 as a number or its digits, and the
    `2026/1/5 9:05` of spreadsheets. Raises `ValueError` or `TypeError`, without
    the value in its message.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("no time")
    if isinstance(value, str):
        text = value.strip()
        moment = _since_1970(float(text)) if _is_number(text) else _written(text)
    else:
        moment = _since_1970(value)
    if moment.year not in _YEARS:
        raise ValueError("no plausible time")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _is_number(text: str) -> bool:
    return len(text) <= 20 and text.isascii() and text.replace(".", "", 1).isdigit()


def _since_1970(number: float) -> datetime:
    if not 0 <= number < 10**14:  # neither holds for NaN
        raise ValueError("no plausible time")
    return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS else number, UTC)


def _written(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _SPREADSHEET:
        try:
            return datetime.strptime(text.replace("/", "-"), form)  # noqa: DTZ007 — read_time sets the zone
        except ValueError:
            continue
    raise ValueError("no time") from None

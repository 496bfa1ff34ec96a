"""Runs of digits: phones, resident IDs and bank cards, however they are grouped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.redaction import context
from pipelines.redaction.checksums import has_id_check_digit, is_bank_card, is_resident_id
from pipelines.redaction.findings import Finding

_RUN = re.compile(
    r"[0-9]+(?:(?:[ ._·~-]{1,3}|[ ]?[()][ -]?)[0-9]+)*(?:[ -]?[xX](?![0-9A-Za-z]))?",
)
_GROUP = re.compile(r"[0-9]+(?:[ -]?[xX](?![0-9A-Za-z]))?")
_MOBILE = re.compile(r"(?:(?:00)?86)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"(?:(?:00)?86)?0?(10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")
_HOTLINE = re.compile(r"[48]00[0-9]{7}")
_OVERSEAS = re.compile(r"(?:852[2-9][0-9]{7}|853[26][0-9]{7}|8869[0-9]{8})")
_MOBILE_GROUPS = frozenset(
    {(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 4, 3), (5, 6), (6, 5), (4, 7), (8, 3)}
    | {(3, 2, 3, 3), (3, 2, 2, 4), (3, 4, 2, 2), (3, 5, 3), (3, 3, 3, 2), (5, 3, 3), (3, 2, 6)}
    | {(2, 3, 3, 3), (3, 2, 2, 2, 2), (2, 2, 2, 2, 3), (1, 2, 4, 4), (1, 2, 2, 2, 2, 2)}
    | {(1, 10), (2, 9), (1,) * 11}
)
_EXTENSION = re.compile(r" ?(?:转|分机|ext\.?|x|-|#) ?[0-9]{1,6}(?![0-9])", re.IGNORECASE)
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[-.](?:0?[1-9]|1[0-2])[-.](?:0?[1-9]|[12][0-9]|3[01])(?![0-9])"
)
_CUED_PHONE = re.compile(
    r"(?:电话|座机|固话|手机|号码|热线|传真|tel|phone)(?:号码|号)?(?:是|为|[:： ])*$", re.IGNORECASE
)
# Eleven digits of one are grouped like a phone. The octets of a phone's groups are too large.
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_LONGEST = 24


class _Group(NamedTuple):
    start: int
    end: int
    digits: str


@dataclass(frozen=True, slots=True)
class _Number:
    """Consecutive groups of a run, read as one number."""

    text: str
    start: int
    end: int
    digits: str
    lengths: tuple[int, ...]

    def is_called(self, cue: re.Pattern[str]) -> bool:
        return context.has(cue, self.text, self.start, self.end)

    def is_order(self, rival: re.Pattern[str]) -> bool:
        return context.is_order(self.text, self.start, rival)


def find_numbers(text: str) -> Iterator[Finding]:
    """Yield the phone, ID and card numbers of a shadow text."""
    for match in _RUN.finditer(text):
        if len(match.group()) < 7:
            continue
        groups = [
            _Group(
                match.start() + group.start(),
                match.start() + group.end(),
                re.sub("[ -]", "", group.group()),
            )
            for group in _GROUP.finditer(match.group())
        ]
        yield from _read_run(text, groups)


def _read_run(text: str, groups: list[_Group]) -> Iterator[Finding]:
    first = 0
    while first < len(groups):
        for last in _candidates(groups, first):
            number = _number(text, groups, first, last)
            if (found := _classify(number)) is not None:
                yield _whole(text, number, found)
                first = last
                break
        first += 1


def _candidates(groups: list[_Group], first: int) -> list[int]:
    """Return the last groups to try: one group alone first, then the longest union down."""
    total = 0
    ends: list[int] = []
    for last in range(first, len(groups)):
        total += len(groups[last].digits)
        if total > _LONGEST:
            break
        ends.append(last)
    return [first, *reversed(ends[1:])] if ends else []


def _number(text: str, groups: list[_Group], first: int, last: int) -> _Number:
    part = groups[first : last + 1]
    digits = "".join(group.digits for group in part)
    lengths = tuple(len(group.digits) for group in part)
    return _Number(text, part[0].start, part[-1].end, digits, lengths)


def _classify(number: _Number) -> tuple[str, float] | None:
    digits = number.digits
    if len(digits) < 7 or _is_part_of_a_token(number):
        return None
    if digits[-1] in "xX":
        return _resident_id(number) if digits[:-1].isdigit() else None
    if not digits.isdigit():
        return None
    if len(number.lengths) == 2 and "." in number.text[number.start : number.end]:
        return None
    if _IPV4.fullmatch(number.text, number.start, number.end):
        return None
    if len(number.lengths) > 1 and _DATE.search(number.text[number.start : number.end]):
        return None
    for read in (_resident_id, _mobile, _bank_card, _hotline, _landline, _cued_phone):
        if (found := read(number)) is not None:
            return found
    return None


def _is_part_of_a_token(number: _Number) -> bool:
    """Tell whether the digits are a piece of a hash, a decimal or a longer token."""
    text, start, end = number.text, number.start, number.end
    if text[max(0, start - 2) : start] == "0." and len(number.lengths) == 1:
        return True
    left, right = start, end
    while left > 0 and text[left - 1].isascii() and text[left - 1].isalnum():
        left -= 1
    while right < len(text) and text[right].isascii() and text[right].isalnum():
        right += 1
    around = text[left:start] + text[end:right]
    return any(char.isdigit() for char in around)


def _resident_id(number: _Number) -> tuple[str, float] | None:
    digits = number.digits
    called = number.is_called(context.ID_CARD)
    if len(digits) == 18:
        if is_resident_id(digits):
            if has_id_check_digit(digits):
                return "id_card", 1.0
            # One wrong digit is a typing slip far more often than another kind of number.
            return None if number.is_order(context.ID_CARD) and not called else ("id_card", 0.7)
        if called and len(number.lengths) == 1 and digits[:1] != "9":
            return "id_card", 0.6
    if len(digits) == 15 and digits.isdigit() and is_resident_id(digits):
        alone = len(number.text) <= 40 and not number.is_called(context.ORDER)
        if called or alone or context.ID_CARD.search(number.text):
            return "id_card", 0.9 if called else 0.6
    return None


def _mobile(number: _Number) -> tuple[str, float] | None:
    match = _MOBILE.fullmatch(number.digits)
    if match is None:
        if _OVERSEAS.fullmatch(number.digits) and number.text[number.start - 1 : number.start] in (
            "+",
            "(",
        ):
            return "mobile", 0.8
        return None
    lengths = number.lengths
    if len(number.digits) > 11:
        spare = len(number.digits) - 11
        lengths = lengths[1:] if lengths[0] == spare else (lengths[0] - spare, *lengths[1:])
    if lengths in _MOBILE_GROUPS or number.is_called(context.PHONE):
        return "mobile", 0.95
    return None


def _bank_card(number: _Number) -> tuple[str, float] | None:
    digits = number.digits
    if not 12 <= len(digits) <= 19:
        return None
    called = context.nearer(context.BANK_CARD, context.ORDER, number.text, number.start)
    if called and len(number.lengths) <= 6 and (len(digits) >= 15 or is_bank_card(digits)):
        return "bank_card", 0.9
    if not is_bank_card(digits) or number.is_order(context.BANK_CARD):
        return None
    grouped = len(number.lengths) == 1 or min(number.lengths[:-1]) >= 3 or digits.startswith("62")
    return ("bank_card", 0.8) if grouped else None


def _hotline(number: _Number) -> tuple[str, float] | None:
    if not _HOTLINE.fullmatch(number.digits) or number.is_order(context.PHONE):
        return None
    return ("hotline", 0.8) if number.lengths[0] in (3, 4, 6, 7, 10) else None


def _landline(number: _Number) -> tuple[str, float] | None:
    digits = number.digits
    if not _LANDLINE.fullmatch(digits) or number.is_order(context.PHONE):
        return None
    called = number.is_called(context.PHONE)
    if digits[0] == "0" and len(number.lengths) <= 4 and number.lengths[0] in (3, 4, 10, 11, 12):
        return "landline", 0.8
    if digits.startswith("86") and number.text[number.start - 1 : number.start] == "+":
        return "landline", 0.8
    return ("landline", 0.7) if called else None


def _cued_phone(number: _Number) -> tuple[str, float] | None:
    """Seven or more digits right behind the word for phone: whatever they are, they are hers."""
    if not 7 <= len(number.digits) <= 15 or len(number.lengths) > 3:
        return None
    if _CUED_PHONE.search(context.before(number.text, number.start)) is None:
        return None
    mobile = number.digits[0] == "1" and len(number.digits) >= 11
    return ("mobile" if mobile else "landline"), 0.6


def _whole(text: str, number: _Number, found: tuple[str, float]) -> Finding:
    """Return the finding with its `+`, brackets and extension."""
    kind, score = found
    start, end = number.start, number.end
    if kind in ("mobile", "landline", "hotline"):
        inside = text[start:end]
        if start and text[start - 1] == "(" and (")" in inside or text[end : end + 1] == ")"):
            start -= 1
            end += ")" not in inside
        if start and text[start - 1] == "+":
            start -= 1
        if kind != "mobile" and (extension := _EXTENSION.match(text, end)):
            end = extension.end()
    return Finding(kind, start, end, score)


def joins_into_number(head: str, tail: str) -> str | None:
    """Return the type of number that the digits `head` and `tail` of two messages make together."""
    digits = head + tail
    if _MOBILE.fullmatch(digits):
        return "mobile"
    if len(digits) == 18 and digits[:17].isdigit() and is_resident_id(digits):
        return "id_card" if has_id_check_digit(digits) else None
    if digits.isdigit() and 16 <= len(digits) <= 19 and digits.startswith("62"):
        return "bank_card"
    return None

"""Runs of digits: phones, resident IDs and bank cards, however they are grouped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from pipelines.redaction import context
from pipelines.redaction.checksums import has_id_check_digit, is_bank_card, is_resident_id
from pipelines.redaction.findings import Finding

_RUN = re.compile(
    r"[0-9]+(?:(?:[ ._·~\n-]{1,3}|[ ]?[()][ -]?)[0-9]+)*(?:[ -]?[xX](?![0-9A-Za-z]))?",
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
_DOTTED_MOBILE = frozenset({(3, 8), (5, 6), (6, 5)})
_PLACED = re.compile(r"经度|纬度|经纬|坐标|定位|lat|lng|lon|gps|价|元|price|cost", re.IGNORECASE)
_PRICED = re.compile("[款价额费¥$金]")
_MONEY = ("¥", "$", "￥")
# Signs that part other numbers too, so only where the groups are a mobile's: `138/0013/8000`.
_ODD_MOBILE = re.compile(
    "(?<![0-9])(?<![0-9][/*,_、|+.])(?=1[3-9])(?:[0-9]{3}(?P<sign>[/*,_、|+ ]{1,2})"
    "(?:[0-9]{4}(?P=sign)[0-9]{4}"
    "|[0-9]{3}(?P=sign)[0-9]{5})|[0-9]{4}(?P<mark>[/*,_、|+])[0-9]{4}(?P=mark)[0-9]{3}"
    "|[0-9]{3}[/*_、|][0-9]{8}|[0-9]{7}[/*_、|][0-9]{4})(?![0-9]|[/*,_、|+.][0-9]| ?[元块万])"
)
_ODD_CARD = re.compile(
    "(?<![0-9])[3-6][0-9]{3}(?P<sign>[/*,_、|])[0-9]{4}(?:(?P=sign)[0-9]{4}){2}"
    "(?:(?P=sign)[0-9]{1,3})?(?![0-9])"
)
_EXTENSION = re.compile(
    r" ?[(,]? ?(?:转接?到?|内线|分机号?|按|ext(?:ension|\.)?|x|-"
    r"|#){1,2} ?:? ?[0-9]{1,6}(?![0-9])\)?| ?\([0-9]{2,6}\)|/[0-9]{1,4}(?![0-9/])",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[-.](?:0?[1-9]|1[0-2])[-.](?:0?[1-9]|[12][0-9]|3[01])(?![0-9])"
)
_CUED_PHONE = re.compile(
    r"(?:电话|座机|坐机|固话|宅电|手机|联系|回电|致电|拨打?|打到?|办公室|家里|传呼|小灵通|总台"
    r"|服务台|值班室?|分机|手提|(?<![单编账帐证票卡])号码|热线|传真"
    r"|总机|专线|tel|phone)(?:号码|号)?"
    r"[^0-9A-Za-z。!?单码价期]{0,6}$",
    re.IGNORECASE,
)
_PHONE_LETTERS = re.compile("TEL|PHONE|FAX|DH|ZJ|CALL|HK")
_ODD_LANDLINE = re.compile(
    r"(?<![0-9/])[【\[]?0[1-9][0-9]{1,2}[/*_、|】\]]{1,2} ?[2-8][0-9]{6,7}(?![0-9/])"
)
# `010-66554433，66554434`
_SECOND = re.compile(
    r"[,、/和或; ]{1,2}(?:或者?|和)?([2-8][0-9]{3}[ -]?[0-9]{3,4})(?![0-9.])(?! ?[元块年月个条件])"
)
_BORN = re.compile("19[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_DAY = re.compile("20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_PLACE = re.compile(
    "(?:物业|医院|前台|门卫|保安|学校|店里|门店|单位|公司|家里|宿舍|酒店|机房)的?(?:是"
    "|为)?[ :]{0,2}$"
)
_CALLED = re.compile(
    "|".join(
        cue.pattern
        for cue in (context.PHONE, context.ID_CARD, context.BANK_CARD, _CUED_PHONE, _PLACE)
    ),
    re.IGNORECASE,
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
    for match in _ODD_MOBILE.finditer(text):
        if _PRICED.search(text[max(0, match.start() - 4) : match.start()]):
            continue
        yield Finding("mobile", *match.span(), 0.9)
    for match in _ODD_LANDLINE.finditer(text):
        yield Finding("landline", *match.span(), 0.9)
    for match in _ODD_CARD.finditer(text):
        if is_bank_card(re.sub("[^0-9]", "", match.group())):
            yield Finding("bank_card", *match.span(), 0.9)
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
    first, end = 0, groups[-1].end
    called_after = _CALLED.search(text[end : end + context.AFTER]) is not None
    while first < len(groups):
        called = _CALLED.search(context.before(text, groups[first].start)) is not None
        ahead = text[groups[first].start - 1 : groups[first].start] in ("+", "(")
        digits = "".join(group.digits for group in groups[first : first + _LONGEST])
        sizes = list(accumulate(len(group.digits) for group in groups[first : first + _LONGEST]))
        for last in _candidates(groups, first):
            near = called or ahead or (called_after and groups[last].end + context.AFTER >= end)
            # A run may be long, and what is dear comes after this.
            size = sizes[last - first]
            if not near and (size < 9 or not _is_shaped(digits[:size])):
                continue
            number = _number(text, groups, first, last)
            if last > first and _is_named_twice(text, groups, first, last):
                continue
            if (found := _classify(number)) is None:
                continue
            whole = _whole(text, number, found)
            yield whole
            if whole.type == "landline" and (second := _SECOND.match(text, whole.end)):
                yield Finding("landline", *second.span(1), 0.7)
            first = last
            break
        first += 1


def _is_shaped(digits: str) -> bool:
    """Tell whether the digits can be somebody's with no word beside them."""
    count = len(digits)
    if count < 9 or (digits[0] in "127" and count not in (11, 15, 16, 18)):
        return False
    if digits[0] == "0" or digits.startswith(("86", "400", "800")):
        return 9 <= count <= 16
    if count == 11:
        return digits[0] == "1" and digits[1] > "2"
    return (count in (15, 18) and len(set(digits)) > 2 and is_resident_id(digits)) or is_bank_card(
        digits
    )


def _is_named_twice(text: str, groups: list[_Group], first: int, last: int) -> bool:
    """Tell whether the first group only says what follows: `你们的400 4008 176 697`."""
    if groups[first].digits not in ("400", "800"):
        return False
    digits = "".join(group.digits for group in groups[first + 1 : first + 5])
    return digits.startswith(("400", "800")) and _HOTLINE.match(digits) is not None


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
    if _is_decimal(number):
        return None
    if _IPV4.fullmatch(number.text, number.start, number.end):
        return None
    if len(number.lengths) > 1 and _DATE.search(number.text[number.start : number.end]):
        return None
    for read in (_resident_id, _mobile, _bank_card, _hotline, _landline, _cued_phone):
        if (found := read(number)) is not None:
            return found
    return None


def _is_decimal(number: _Number) -> bool:
    """Tell whether a point parts two groups that no phone or card is written in."""
    if number.lengths in ((4, 4), (3, 4)) and number.is_called(_CUED_PHONE):
        return False
    if len(number.lengths) != 2 or "." not in number.text[number.start : number.end]:
        return False
    digits, head = number.digits, number.lengths[0]
    area = digits[0] == "0" and head in (3, 4) and number.lengths[1] in (7, 8)
    if _MOBILE.fullmatch(digits) and number.lengths in _DOTTED_MOBILE:
        money = number.text[number.start - 1 : number.start] in _MONEY
        bare = head != 3 and re.search("[一-鿿]", number.text) is None
        return money or bare or _PLACED.search(number.text) is not None
    return not area and not (digits.startswith("62") and head in (4, 6) and len(digits) >= 16)


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
    if left == start and _EXTENSION.match(text, end):
        return False
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
        if called or alone or context.ID_CARD.search(context.before(number.text, number.start, 80)):
            return "id_card", 0.9 if called else 0.6
    return None


def _mobile(number: _Number) -> tuple[str, float] | None:
    abroad = number.text[number.start - 1 : number.start] == "+" and number.digits[:2] != "86"
    if abroad or _MOBILE.fullmatch(number.digits) is None:
        if _OVERSEAS.fullmatch(number.digits) and number.text[number.start - 1 : number.start] in (
            "+",
            "(",
        ):
            return "mobile", 0.8
        grouped = len(number.lengths) > 1 and 9 <= len(number.digits) <= 15
        return ("mobile", 0.7) if abroad and grouped else None
    lengths = number.lengths
    if len(number.digits) > 11:
        spare = len(number.digits) - 11
        lengths = lengths[1:] if lengths[0] == spare else (lengths[0] - spare, *lengths[1:])
    if lengths == (8, 3) and _BORN.match(number.digits):
        return None
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
    glued = re.search("[A-Z]{2,5}$", number.text[max(0, number.start - 5) : number.start])
    if glued and not _PHONE_LETTERS.search(glued.group()):
        return None
    if number.lengths[1:] == (2, 2, 2, 2) and number.lengths[0] == 4 and digits[0] == "0":
        return "landline", 0.7
    if digits[0] == "0" and len(number.lengths) <= 4 and number.lengths[0] in (3, 4, 10, 11, 12):
        return "landline", 0.8
    if digits.startswith("86") and (
        number.text[number.start - 1 : number.start] == "+"
        or number.lengths[:2] in ((2, 2), (2, 3), (2, 4))
    ):
        return "landline", 0.8
    return ("landline", 0.7) if called else None


def _cued_phone(number: _Number) -> tuple[str, float] | None:
    """Seven or more digits right behind the word for phone: whatever they are, they are hers."""
    if not 7 <= len(number.digits) <= 15 or len(number.lengths) > 3:
        return None
    if _DAY.fullmatch(number.digits) or number.is_order(context.PHONE):
        return None
    if number.digits.startswith("00"):
        return None
    if "发票" in context.before(number.text, number.start, 32):
        return None
    lead = context.before(number.text, number.start)
    place = _PLACE.search(lead) and re.fullmatch("[2-8][0-9]{6,7}", number.digits)
    if _CUED_PHONE.search(lead) is None and not place:
        return None
    mobile = number.digits[0] == "1" and len(number.digits) >= 11
    return ("mobile" if mobile else "landline"), 0.75


def _whole(text: str, number: _Number, found: tuple[str, float]) -> Finding:
    """Return the finding with its `+`, brackets and extension."""
    kind, score = found
    start, end = number.start, number.end
    if kind in ("mobile", "landline", "hotline"):
        inside = text[start:end]
        if start and text[start - 1] == "+":
            start -= 1
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
    if head in ("400", "800") and _HOTLINE.fullmatch(digits):
        return "hotline"
    if head[:1] == "0" and len(head) in (3, 4) and _LANDLINE.fullmatch(digits):
        return "landline"
    return None

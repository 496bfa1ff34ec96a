"""Values that begin in one message and end in a later one."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.redaction.accounts import HANDLE, WECHAT_CUE, is_product_word
from pipelines.redaction.documents import is_credit_code, passport_in, permit_in
from pipelines.redaction.findings import Finding
from pipelines.redaction.network import is_ipv4
from pipelines.redaction.numbers import joins_into_number
from pipelines.redaction.pseudonyms import canonical
from pipelines.redaction.shadow import numerals_as_digits
from pipelines.redaction.spelling import digits_of

_FURTHEST = 3
_SIGN = r"[0-9A-Za-z@._%+:·-]"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_TAIL = re.compile(
    rf"(?<![0-9A-Za-z@._%+:-])(?P<value>[{_PROVINCES}]?{_SIGN}(?:[ ]?{_SIGN}){{0,60}})[ ,。~…!]*"
    r"(?:谢谢|麻烦了?|好的|[哈哦啊呀吧先]){0,2}[ ,。~…!]*$"
)
_HEAD = re.compile(
    rf"^[ ,。~…]*(?:[嗯哦好]的?[ ,]*)?"
    rf"(?:后面|剩下|接着|然后|还有|后半|后[0-9一二三四五六七八]位)?的?(?:就?是)?[ ,:]*"
    rf"(?P<value>{_SIGN}(?:[ ]?{_SIGN}){{0,60}})(?![0-9A-Za-z@])"
)
_PLATE = re.compile(f"[{_PROVINCES}][A-Z][A-Z0-9]{{5,6}}")
_MAILBOX = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,40}\.){1,3}(?:com|cn|net|org|io|edu|gov"
    r"|me|cc|vip)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"(?:[A-Za-z]{2,12}[ :]+)+(?=.)")
_VERSION = re.compile("版本|升[级到]|更新|回[退滚]|固件|version|release", re.IGNORECASE)
_MAC = re.compile("[0-9A-F]{12}", re.IGNORECASE)
_MAC_WORD = re.compile(r"(?<![a-z])mac(?![a-z])|物理地址|网卡|光猫|bssid", re.IGNORECASE)
_WECHAT = re.compile(WECHAT_CUE, re.IGNORECASE)
_PAPER = re.compile("护照|通行证|证件|回乡证|passport", re.IGNORECASE)
_HANDLE = re.compile(HANDLE)


class _Part(NamedTuple):
    """What may begin or end a value at the end or the start of a message."""

    message: int
    start: int
    end: int
    value: str
    is_whole: bool
    """Nothing else stands in the message."""


def find_split_values(texts: Sequence[str]) -> Iterator[tuple[int, Finding, str]]:
    """Yield a message's place in `texts`, a part of a value in it, and the whole value's one form.

    `texts` are the shadow texts of one conversation in order.
    """
    texts = [numerals_as_digits(text) for text in texts]
    tails = [_part(place, text, _TAIL) for place, text in enumerate(texts)]
    heads = [_part(place, text, _HEAD) for place, text in enumerate(texts)]
    for place, tail in enumerate(tails):
        if tail is None:
            continue
        for later in range(place + 1, min(place + 1 + _FURTHEST, len(texts))):
            head = heads[later]
            if head is None:
                continue
            parts = [tail, head]
            asked = " ".join(text[-60:] for text in texts[max(0, place - 2) : place + 1])
            if (
                (found := _joined(parts, asked)) is None
                and head.is_whole
                and later + 1 < len(texts)
            ):
                third = heads[later + 1]
                if third is not None:
                    parts.append(third)
                    found = _joined(parts, asked)
            if found is not None:
                kind, whole = found
                for part in parts:
                    finding = Finding(kind, part.start, part.end, 0.75)
                    yield part.message, finding, canonical(kind, whole)
                break


def _part(place: int, text: str, shape: re.Pattern[str]) -> _Part | None:
    window = text[-80:] if shape is _TAIL else text[:80]
    match = shape.search(window)
    if match is None:
        return None
    offset = len(text) - len(window) if shape is _TAIL else 0
    start, end = match.span("value")
    # `mac 00:1A:2B`: the word before the value is no part of it.
    if (words := _WORDS.match(match["value"])) is not None:
        start += words.end()
    rest = text[: start + offset] + text[end + offset :]
    value = window[start:end]
    return _Part(place, start + offset, end + offset, value, not rest.strip(" ,。~…!"))


def _joined(parts: Sequence[_Part], asked: str) -> tuple[str, str] | None:
    """Return the type and text of what `parts` make together, or None; `asked` came before."""
    values = [part.value for part in parts]
    whole = "".join(values)
    bare = re.sub("[ -]", "", whole)
    if not any(map(str.isdigit, whole)) and "@" not in whole:
        return None
    short = re.sub("[^0-9A-Za-z]", "", whole)
    for found in (
        _number(parts, bare),
        ("uscc", bare) if len(bare) == 18 and is_credit_code(bare) else None,
        _mailbox(parts, whole),
        ("plate", whole) if _PLATE.fullmatch(re.sub("[ ·.-]", "", whole).upper()) else None,
        _mac(whole, short, asked),
        _ipv4(values, asked),
        _paper(bare, asked),
        _wechat(parts, whole, asked),
    ):
        if found is not None:
            return found
    return None


def _number(parts: Sequence[_Part], bare: str) -> tuple[str, str] | None:
    digits = re.sub("[.·_]", "", bare)
    if not re.fullmatch("[0-9]{3,18}[0-9Xx]", digits) or len(digits_of(parts[0].value)) < 2:
        return None
    if len(digits_of(parts[0].value)) >= 17:
        return None
    first = digits_of(parts[0].value)
    kind = joins_into_number(first, digits[len(first) :])
    return None if kind is None else (kind, digits)


def _mailbox(parts: Sequence[_Part], whole: str) -> tuple[str, str] | None:
    mailbox = whole.replace(" ", "")
    if any(_MAILBOX.fullmatch(part.value) for part in parts):
        return None
    return ("email", mailbox) if whole.count("@") == 1 and _MAILBOX.fullmatch(mailbox) else None


def _mac(whole: str, short: str, asked: str) -> tuple[str, str] | None:
    if _MAC.fullmatch(short) is None:
        return None
    signs = len(re.findall("[:-]", whole))
    lettered = re.search("[A-Fa-f]", short) is not None
    if (signs >= 4 and lettered) or _MAC_WORD.search(asked):
        return "mac", short
    return None


def _ipv4(values: Sequence[str], asked: str) -> tuple[str, str] | None:
    if any("." not in value for value in values[:1]) or _VERSION.search(asked):
        return None
    for sign in ("", "."):
        address = sign.join(values)
        if address.count(".") == 3 and is_ipv4(address):
            return "ip", address
    return None


def _paper(bare: str, asked: str) -> tuple[str, str] | None:
    if _PAPER.search(asked) is None:
        return None
    if permit_in(bare):
        return "travel_permit", bare
    return ("passport", bare) if passport_in(bare) else None


def _wechat(parts: Sequence[_Part], whole: str, asked: str) -> tuple[str, str] | None:
    if not all(part.is_whole for part in parts[1:]) or _WECHAT.search(asked) is None:
        return None
    telling = not whole.isalpha() and len(parts) == 2 and not is_product_word(parts[0].value)
    return ("wechat", whole) if telling and _HANDLE.fullmatch(whole) else None

"""The shadow of a text: the same text in plain characters, with a way back to the original."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.redaction.checksums import has_id_check_digit, is_luhn, is_resident_id

HOLE = "\ufffc"
"""Stands in a shadow for a placeholder, or for a span already found: nothing to see here."""

LABELS = {
    "person": "人名",
    "mobile": "电话",
    "landline": "电话",
    "hotline": "电话",
    "id_card": "身份证",
    "bank_card": "银行卡",
    "passport": "护照",
    "travel_permit": "通行证",
    "plate": "车牌",
    "email": "邮箱",
    "wechat": "微信",
    "qq": "QQ",
    "alipay": "支付宝",
    "address": "地址",
    "uscc": "信用代码",
    "ip": "IP",
    "mac": "MAC",
    "secret": "密钥",
    "password": "密码",
    "code": "验证码",
    "birth_date": "生日",
    "order": "单号",
}
"""What a placeholder calls each type."""


def placeholders(labels: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of the placeholders with one of `labels`, and of no other brackets."""
    return re.compile(f"〈(?:{'|'.join(sorted(set(labels)))})[1-9][0-9]{{0,5}}〉")


PLACEHOLDER = placeholders(LABELS.values())
"""The placeholders of Sanku's own types."""

# Letters that look like Latin ones. NFKC leaves them alone, a customer's keyboard does not.
_LOOK_ALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУаеорсухіјѕЗзбΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
        "ABESIJKMHOPCTXYaeopcyxijs336ABEZHIKMNOPTYXo",
        strict=True,
    )
)
_DASHES = "‐‑‒–—―−﹣－➖⁃"
_DOTS = "•∙⋅・‧･●"
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20f0\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_VISIBLE = re.compile(f"[^{_UNSEEN}]+")
_ROUND = re.compile("[\u2460-\u2473\u2776-\u2793\u24ea\u24ff\u00b9\u00b2\u00b3\u2070-\u2089]+")
_HAN_DIGITS = dict(
    zip(
        "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖洞拐勾",
        "001234567891123456789079",
        strict=True,
    )
)
_HAN = "".join(_HAN_DIGITS)
# Spoken for 2, but only between digits: behind a number it counts what follows.
_TWO = f"两(?=[两 .-]{{0,3}}[0-9{_HAN}])"
_MIXED_RUN = re.compile(f"[0-9{_HAN}](?:[ .-]?(?:[0-9{_HAN}]|{_TWO})){{6,}}")
_HAN_RUN = re.compile(f"[{_HAN}](?:[ .-]?(?:[{_HAN}]|{_TWO})){{2,}}")
# A mobile number as it is said, with a comma for each breath: `一三八，一二三四，五六七八`. Commas
# between digits are an amount's.
_SAID = re.compile(
    f"(?<![0-9{_HAN}])[一幺壹][{_HAN}](?:(?:[,、] ?|[ .-])?[{_HAN}两]){{9}}(?![0-9])"
)
_HAN_INSIDE = re.compile(f"(?<=[0-9])[{_HAN}](?=[0-9])")
# Read as one number with its every word: what it makes then is a phone, an ID or a card.
_WHOLE = re.compile(r"(?:86)?1[3-9][0-9]{9}|[1-9][0-9]{16,17}|62[0-9]{14,17}|[48]00[0-9]{7}")
_LETTER_RUN = re.compile(
    r"(?<![A-Za-z0-9])(?:[0-9oOlI](?:[ -]?[0-9oOlI]){9,18}[xX]?|(?:[1lI][3-9][0-9oOlISBZ]{9}"
    r"|62[0-9oOlISBZ]{14,17}))"
    r"(?![A-Za-z0-9])"
)


def _plain_characters() -> dict[int, str]:
    """Return every character with a one-character ASCII form, and that form."""
    table: dict[int, str] = {}
    for code in range(0x80, sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) in {"Cn", "Co", "Cs"}:
            continue
        plain = unicodedata.normalize("NFKC", char)
        if len(plain) == 1 and plain.isascii():
            table[code] = plain
        elif (digit := unicodedata.digit(char, -1)) >= 0:
            table[code] = str(digit)
    table |= {ord(char): plain for char, plain in _LOOK_ALIKES.items()}
    table |= dict.fromkeys(map(ord, _DASHES), "-") | dict.fromkeys(map(ord, _DOTS), "·")
    # Half a character, as JSON can hold one: rjieba refuses it.
    table |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    table |= {ord("。"): "。", ord("\u3000"): " ", ord("\u00a0"): " ", ord("\t"): " "}
    return table


_PLAIN = _plain_characters()


@dataclass(frozen=True, slots=True)
class Shadow:
    """A text in plain characters; `index[i]` is where character `i` stands in the original."""

    text: str
    index: tuple[int, ...] | None
    """None where both are of one length and each character stands where it stood; else one longer
    than the text, to say where the original ends.
    """

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the original's half-open span of the shadow's span `start`:`end` (not empty).

        It ends where the next character begins: what is invisible belongs to the one before.
        """
        if self.index is None:
            return start, end
        return self.index[start], self.index[end]


def shadow(
    text: str,
    holes: Sequence[tuple[int, int]] = (),
    placeholder: re.Pattern[str] = PLACEHOLDER,
) -> Shadow:
    """Return the shadow of `text`: invisible characters gone, each of `holes` and each
    `placeholder` one `HOLE`, digits and letters plain, and digits written as words as digits.

    `holes` are sorted, disjoint, half-open spans of `text`.
    """
    taken = [*holes]
    if "〈" in text:
        taken = sorted([*holes, *(match.span() for match in placeholder.finditer(text))])
    if not taken and _INVISIBLE.search(text) is None:
        return Shadow(_plain(text), None)
    kept: list[str] = []
    index: list[int] = []
    position = 0
    for start, end in [*taken, (len(text), len(text))]:
        for piece in _VISIBLE.finditer(text, position, start):
            kept.append(piece.group())
            index.extend(range(*piece.span()))
        if start < end:
            kept.append(HOLE)
            index.append(start)
        position = max(position, end)
    index.append(len(text))
    return Shadow(_plain("".join(kept)), tuple(index))


def _plain(text: str) -> str:
    """Return `text` in plain characters; never longer or shorter than it was."""
    if text.isascii():
        return _letters_as_digits(text.replace("\t", " "))
    text = _ROUND.sub(_round_digits, text).translate(_PLAIN)
    text = _SAID.sub(_said_as_digits, text)
    text = _MIXED_RUN.sub(_words_as_digits, text)
    return _letters_as_digits(text)


def numerals_as_digits(text: str) -> str:
    """Return a shadow text with every three or more numerals in a row as digits."""
    return _HAN_RUN.sub(lambda words: _translate(words.group()), text)


def _said_as_digits(match: re.Match[str]) -> str:
    said = _translate(match.group())
    groups = re.split("[,、]", said)
    # `一，三，五`: what is listed is no number.
    parted = len(groups) > 1 and min(map(len, groups)) > 1
    mobile = _WHOLE.fullmatch(re.sub("[ ,、.-]", "", said))
    return re.sub("[,、]", "-", said) if parted and mobile else match.group()


def _round_digits(match: re.Match[str]) -> str:
    # A single ① is a list mark: as a digit it would glue itself to the number that follows.
    run = match.group()
    left = match.string[: match.start()][-1:]
    right = match.string[match.end() :][:1]
    if len(run) < 3 and not (left.isdecimal() and right.isdecimal()):
        return " " * len(run)
    return "".join(
        str(int(value)) if 0 <= (value := unicodedata.numeric(char)) <= 9 else " " for char in run
    )


def _words_as_digits(match: re.Match[str]) -> str:
    whole = _translate(match.group())
    # The last words may be no digits, `一直`, so that they have to check.
    for end in range(len(whole), len(whole) - 3, -1):
        digits = re.sub("[ .-]", "", whole[:end])
        if end < len(whole) and len(digits) not in (11, 13):
            continue
        if _WHOLE.fullmatch(digits) and (match.group()[end - 1].isascii() or _checks(digits)):
            return whole[:end] + match.group()[end:]
        if match.group()[end - 1].isascii():
            break
    # Only three or more in a row, or one between digits: `0371-37481366一直` ends in a word.
    run = numerals_as_digits(match.group())
    if sum(char.isdigit() for char in run) <= 18:
        run = _HAN_INSIDE.sub(lambda word: _translate(word.group()), run)
    return run


def _checks(digits: str) -> bool:
    if len(digits) == 18 and is_resident_id(digits) and has_id_check_digit(digits):
        return True
    return len(digits) in (11, 13) or (len(digits) >= 16 and is_luhn(digits))


def _translate(words: str) -> str:
    return "".join("2" if char == "两" else _HAN_DIGITS.get(char, char) for char in words)


def _letters_as_digits(text: str) -> str:
    return _LETTER_RUN.sub(_look_alike_digits, text)


def _look_alike_digits(match: re.Match[str]) -> str:
    # `l38OO138OOO`: letters stand for digits only among digits.
    run = match.group()
    digits = sum(char in "0123456789" for char in run)
    if digits < 4 or (digits < 5 and re.fullmatch("[1lI][3-9].{9}", run) is None):
        return run
    return run.translate(str.maketrans("oOlISBZ", "0011582"))

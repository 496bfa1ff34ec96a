"""The shadow of a text: the same text in plain characters, with a way back to the original."""

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

HOLE = "\ufffc"
"""Stands in a shadow for a placeholder, or for a span already found: nothing to see here."""

PLACEHOLDER = re.compile(
    "〈(?:人名|电话|身份证|银行卡|护照|通行证|车牌|邮箱|微信|QQ|支付宝|地址|信用代码|IP|MAC"
    "|密钥|密码|验证码|生日)[1-9][0-9]{0,5}〉"
)

# Letters that look like Latin ones. NFKC leaves them alone, a customer's keyboard does not.
_LOOK_ALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
        "ABESIJKMHOPCTXYaeopcyxijsABEZHIKMNOPTYXo",
        strict=True,
    )
)
_DASHES = "‐‑‒–—―−﹣－➖⁃"
_DOTS = "•∙⋅・‧･●"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20f0\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
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
_HAN_INSIDE = re.compile(f"(?<=[0-9])[{_HAN}](?=[0-9])")
_LETTER_RUN = re.compile(r"(?<![A-Za-z0-9])[0-9oOlI](?:[ -]?[0-9oOlI]){10,18}(?![A-Za-z0-9])")


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
    table |= {ord("。"): "。", ord("\u3000"): " ", ord("\u00a0"): " ", ord("\t"): " "}
    return table


_PLAIN = _plain_characters()


@dataclass(frozen=True, slots=True)
class Shadow:
    """A text in plain characters; `index[i]` is where character `i` stands in the original."""

    text: str
    index: tuple[int, ...] | None
    """None where both are of one length and each character stands where it stood."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the original's half-open span of the shadow's span `start`:`end` (not empty)."""
        if self.index is None:
            return start, end
        return self.index[start], self.index[end - 1] + 1


def shadow(text: str, holes: Sequence[tuple[int, int]] = ()) -> Shadow:
    """Return the shadow of `text`: invisible characters gone, each of `holes` and each
    placeholder one `HOLE`, digits and letters plain, and digits written as words as digits.

    `holes` are sorted, disjoint, half-open spans of `text`.
    """
    taken = sorted([*holes, *(match.span() for match in PLACEHOLDER.finditer(text))])
    if not taken and _INVISIBLE.search(text) is None:
        return Shadow(_plain(text), None)
    kept: list[str] = []
    index: list[int] = []
    position = 0
    for start, end in [*taken, (len(text), len(text))]:
        for offset in range(position, start):
            if _INVISIBLE.match(text[offset]) is None:
                kept.append(text[offset])
                index.append(offset)
        if start < end:
            kept.append(HOLE)
            index.append(start)
        position = max(position, end)
    return Shadow(_plain("".join(kept)), tuple(index))


def _plain(text: str) -> str:
    """Return `text` in plain characters; never longer or shorter than it was."""
    if text.isascii():
        return _letters_as_digits(text.replace("\t", " "))
    text = _ROUND.sub(_round_digits, text).translate(_PLAIN)
    text = _MIXED_RUN.sub(_words_as_digits, text)
    return _letters_as_digits(text)


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
    # Only three or more in a row, or one between digits: `0371-37481366一直` ends in a word.
    run = _HAN_RUN.sub(lambda words: _translate(words.group()), match.group())
    if sum(char.isdigit() for char in run) <= 18:
        run = _HAN_INSIDE.sub(lambda word: _translate(word.group()), run)
    return run


def _translate(words: str) -> str:
    return "".join("2" if char == "两" else _HAN_DIGITS.get(char, char) for char in words)


def _letters_as_digits(text: str) -> str:
    return _LETTER_RUN.sub(_look_alike_digits, text)


def _look_alike_digits(match: re.Match[str]) -> str:
    # `l38OO138OOO`: letters stand for digits only among digits.
    run = match.group()
    if sum(char in "0123456789" for char in run) < 5:
        return run
    return run.translate(str.maketrans("oOlI", "0011"))

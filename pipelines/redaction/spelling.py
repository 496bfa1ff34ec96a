"""How values are spelled in a shadow text: digits as words or look-alike letters, and the few
characters that stand between the name of a value and the value.
"""

import re

_HAN_DIGITS = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两洞拐勾"
_DIGITS = str.maketrans(f"{_HAN_DIGITS}OoQIl|", "0012345678911234567892079" + "000111")

DIGIT = f"[0-9OoIl{_HAN_DIGITS}]"
"""A character class: one digit, however it is spelled."""

EDGE = "(?<![0-9A-Za-z_])"
"""Nothing of a longer token stands before."""

END = "(?![0-9A-Za-z_])"
"""Nothing of a longer token follows."""

UNIT = " ?[位分个次小秒天元块年月条人件张台套折万亿积金豆钻粉%]"
"""What follows an amount."""

COUNTED = f"(?!{UNIT})"
"""What came before was no amount: no unit follows."""


def gap(most: int) -> str:
    """Return a pattern of up to `most` characters that lead from a value's name to the value."""
    return rf"[^0-9A-Za-z。!?;]{{0,{most}}}?"


def number(least: int, most: int) -> str:
    """Return a pattern of `least` to `most` digits: plain and perhaps grouped, in words, or both.

    Words end no plain number: `836201 一直无效`.
    """
    plain, word = "[0-9OoIl]", f"[{_HAN_DIGITS}]"
    more = f"{{{least - 1},{most - 1}}}"
    return (
        rf"(?:{plain}(?:[ \n-]?{plain}){more}(?!{word}+[0-9])|{word}(?:[ -]?{word}){more}"
        rf"|{DIGIT}{more}[0-9])"
    )


def digits_of(value: str) -> str:
    """Return the plain digits and letters of `value`, without what groups them."""
    return re.sub("[^0-9A-Za-z]", "", value.translate(_DIGITS))


_AWAY = re.compile(
    "错|失败|报|代码|版本|端口|单号|超过|上限|收费|限|超时|规则|长度|群|价|花了|充了|[买卖]|编号"
    "|通道|日志|文档|发[到至给]|寄|打|致电|拨"
)
_BACK = re.compile(r"(?:是|为|成|念|叫|[:=])[\s\"'“「(（【\[]*$")


def leads_away(words: str) -> bool:
    """Tell whether the words behind a value's name speak of another number: `验证码错误 40013`."""
    return _AWAY.search(words) is not None and _BACK.search(words) is None


_SYLLABLE = (
    "(?:[bpmfdtnlgkhjqxzcsryw]|zh|ch|sh)?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao"
    "|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u|v)"
)
_PINYIN = re.compile(f"(?:{_SYLLABLE}){{2,7}}", re.IGNORECASE)


def is_pinyin(letters: str) -> bool:
    """Tell whether `letters` are a few Chinese syllables: `zhouyifan`, but not `windows`."""
    return len(letters) <= 24 and _PINYIN.fullmatch(letters) is not None

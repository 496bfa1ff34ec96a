"""A customer's text as the rules read it: one width, script and spelling, figures for numerals."""

import re
import unicodedata

from pipelines.terms import simplified
from pipelines.text import clean
from pipelines.version_questions.words import CUT, FLAGS, MARK

# What rules put in the place of words; a customer's own would be taken for these.
_OUR_MARKS = {ord(MARK): None, ord(CUT): None}
_SPACES = re.compile(r"\s+")
_HYPHENATED_RANGE = re.compile(r"(?<=\d)[-–—~](?=v?\d+\.\d)")
_MISSPELT = (
    (re.compile(r"[板班]本|版夲"), "版本"),
    # `verison`, `vesion`, `versoin`; not `vision`.
    (re.compile(r"\bv(?!ision)[eriso]{4,6}n(s?)\b", FLAGS), r"version\1"),
)
_NUMERALS = {numeral: str(value) for value, numeral in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "两": "2",
}
_ONE = "[零〇一二两三四五六七八九0-9]"
# `二点三`, `2点3`; not `下午两点三刻`, `三点二十`, `一点一点`.
_SPOKEN = re.compile(
    rf"(?<![上中下]午)(?<![早晚]上)(?<!凌晨)(?<![天差早晚十0-9一二三四五六七八九点.])"
    rf"(?P<first>十?{_ONE}|十)点(?P<second>{_ONE})(?:点(?P<third>{_ONE}))?"
    r"(?![十百点分刻钟半个0-9零〇一二三四五六七八九.])"
)


def as_rules_read(text: str) -> str:
    """Return a question in one line, with typos and spoken versions mended: `二点三` is `2.3`."""
    text = simplified(unicodedata.normalize("NFKC", clean(text)).translate(_OUR_MARKS))
    text = _SPACES.sub(" ", text).strip()
    for wrong, right in _MISSPELT:
        text = wrong.sub(right, text)
    text = _SPOKEN.sub(lambda match: ".".join(map(_figures, filter(None, match.groups()))), text)
    return _HYPHENATED_RANGE.sub(" - ", text)


def _figures(numeral: str) -> str:
    if numeral.startswith("十"):
        return f"1{_figures(numeral[1:])}" if numeral[1:] else "10"
    return _NUMERALS.get(numeral, numeral)

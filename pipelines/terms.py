"""Full-text terms: one analyzer for index and query, so that Chinese words and codes match.

LanceDB's own tokenizers return no rows for Chinese or need files that no package ships, so that
words are cut here and indexed by its whitespace tokenizer.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

from pipelines.text import clean

ANALYZER_VERSION = "3"

# To issue an invoice is 开 发票, and tokenizers read 开发 票, the ticket of developing. To the
# built-in model `怎么开发票` is as close as .46 to `可以开增值税专用发票吗`, and .58 where that is
# cut right.
CUT_APART = {"开发票": "开 发票"}

_HAN = re.compile(r"[\u3400-\u9fff]+")
_CODE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._\-]*[a-zA-Z0-9]|[a-zA-Z0-9]")
_VERSION = re.compile(r"(?<![a-z0-9.])v?(\d+(?:\.\d+){1,3})(?![0-9])")
# What has one letter and a digit is a name as often: `h5`, `win10`, `ipv4`.
_ERROR_CODE = re.compile(r"[a-z]{1,12}[._-]\d{2,}|[a-z]{2,12}\d{3,}|[a-z]\d{2,}|0x[0-9a-f]{3,}")
_SEPARATOR = re.compile(r"[._\-]+")
# `InvalidDataDisk`, `OSSBrowser`, `win2019`; but neither `IPv6` nor `VMs` before a capital.
_SEAM = re.compile(
    r"(?<=[a-zA-Z])(?=\d)|(?<=\d)(?=[a-zA-Z])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})"
)
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")

# What people say around a question. Dropped from queries only: in a corpus of questions these
# words match every entry, and rank the chattiest one first.
_FILLER_WORDS = """
请 请问 一下 麻烦 想 问 问下 想问 帮 帮我 帮忙 我 我要 我想 我们 我的
你 你们 您 你好 您好 大家 怎么 怎么样 怎么办 怎样 如何 咋 咋样 咋办
什么 为什么 为啥 啥 时候 什么时候 哪 哪里 哪儿 哪个 哪些 多少 几
能 能不能 不能 可以 可不可以 是不是 有没有 会不会 是 有 会 能否 是否
这个 那个 这 那 谢谢 呢 吗 吧 啊 呀 哦 嘛 的 了 么 就 都 也 还 要 在 和 跟 与
把 给 让 又 再 很 太
please how what when where why which who can could do does did is are was i we you
my our your the a an to of in on for it me and or with be there
"""
_FILLER = frozenset(_FILLER_WORDS.split())


def index_terms(text: str) -> str:
    """Return the terms of a passage, separated by spaces; single Han characters are added."""
    return " ".join(_terms(_prepare(text), single_characters=True))


def query_terms(text: str) -> str:
    """Return the terms of a question, separated by spaces, without the words around it."""
    terms = _terms(_prepare(text), single_characters=False)
    return " ".join([term for term in terms if term not in _FILLER] or terms)


def versions_in(text: str) -> list[str]:
    """Return the version numbers that a text names, without `v`: two to four numbers."""
    return _VERSION.findall(_prepare(text).lower())


def codes_among(terms: Iterable[str]) -> frozenset[str]:
    """Return the codes among terms, as both sides hold them: `err5208`, `e06`, `0x80070005`."""
    return frozenset(_SEPARATOR.sub("", term) for term in terms if _ERROR_CODE.fullmatch(term))


def words_of(run: str) -> list[str]:
    """Return a run of Han characters as its words, in order; joined, they are the run."""
    return list(_segmenter().cut(run))


def general_frequency(word: str) -> int:
    """Return how often a word stands in the 60 million of general Chinese; 0: unknown."""
    return int(_segmenter().suggest_freq(word)) if _segmenter().has_word(word) else 0


def simplified(text: str) -> str:
    """Return `text` in simplified script; a line of traditional script also in mainland words.

    `伺服器的檔案` becomes `服务器的文件`. Words are exchanged only where more characters are
    traditional than simplified: in simplified text, `文件` and `程序` mean what they say.
    """
    if _HAN.search(text) is None or _converter("t2s").convert(text) == text:
        return text
    return "\n".join(_simplified_line(line) for line in text.split("\n"))


def mainland_word(word: str) -> str:
    """Return what the mainland calls `伺服器` or `滑鼠`, whose characters are of both scripts."""
    return str(_converter("tw2sp").convert(word))


def _simplified_line(line: str) -> str:
    plain = str(_converter("t2s").convert(line))
    traditional = sum(a != b for a, b in zip(line, plain, strict=False))
    simple = sum(a != b for a, b in zip(line, _converter("s2t").convert(line), strict=False))
    if traditional <= simple:
        return plain
    return str(_converter("t2s").convert(mainland_word(line)))


def _prepare(text: str) -> str:
    plain = simplified(unicodedata.normalize("NFKC", clean(text)).translate(_DASHES))
    for run, cut in CUT_APART.items():
        plain = plain.replace(run, cut)
    return plain


def _terms(text: str, *, single_characters: bool) -> list[str]:
    terms = [f"ver:{version}" for version in _VERSION.findall(text.lower())]
    for match in _CODE.finditer(text):
        terms += _code_terms(match.group())
    for match in _HAN.finditer(text):
        run = match.group()
        terms += _segmenter().cut_for_search(run)
        if single_characters:
            terms += run
    return terms


def _code_terms(code: str) -> list[str]:
    """Return a code whole, its pieces, their parts, and the code without separators."""
    pieces = _SEPARATOR.split(code)
    parts = [_SEAM.split(piece) for piece in pieces]
    terms = [code, *pieces, "".join(pieces)] if len(pieces) > 1 else [code]
    for split in parts:
        if len(split) > 1:
            terms += [part for part in split if len(part) > 1 or part.isdigit()]
    return list(dict.fromkeys(term.lower() for term in terms))


@cache
def _converter(name: str) -> Any:
    from opencc import OpenCC

    return OpenCC(name)


@cache
def _segmenter() -> Any:
    import rjieba  # 0.2 s: `sanku --help` does without

    return rjieba

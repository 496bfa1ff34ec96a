"""Full-text terms: one analyzer for index and query, so that Chinese words and codes match.

LanceDB's own tokenizers return no rows for Chinese or need files that no package ships, so that
words are cut here and indexed by its whitespace tokenizer.
"""

import re
import unicodedata
from functools import cache
from typing import Any

from pipelines.text import clean

ANALYZER_VERSION = "1"

_HAN = re.compile(r"[\u3400-\u9fff]+")
_CODE = re.compile(r"[a-z0-9][a-z0-9._\-]*[a-z0-9]|[a-z0-9]")
_VERSION = re.compile(r"(?<![a-z0-9.])v?(\d+(?:\.\d+){1,3})(?![0-9])")
_CODE_PARTS = re.compile(r"[._\-]|(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")

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
    return _VERSION.findall(_prepare(text))


def _prepare(text: str) -> str:
    return unicodedata.normalize("NFKC", clean(text)).lower()


def _terms(text: str, *, single_characters: bool) -> list[str]:
    terms = [f"ver:{version}" for version in _VERSION.findall(text)]
    for match in _CODE.finditer(text):
        code = match.group()
        terms.append(code)
        parts = [part for part in _CODE_PARTS.split(code) if part]
        if len(parts) > 1:
            terms += [*parts, "".join(parts)]
    for match in _HAN.finditer(text):
        run = match.group()
        terms += _segmenter().cut_for_search(run)
        if single_characters:
            terms += run
    return terms


@cache
def _segmenter() -> Any:
    import rjieba  # 0.2 s: `sanku --help` does without

    return rjieba

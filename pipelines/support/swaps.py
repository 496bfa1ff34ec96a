"""A thing put in the place of another: `北京机房` where the passage says `上海机房`."""

import re
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from pipelines.support.senses import without_no
from pipelines.terms import words_of

# What is put in another's place is one thing, of so many words at most.
LONGEST = 2
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def swapped(claim: str, told: str, passage: str) -> str:
    """Return the noun of a folded Chinese claim that stands where `told` says another; or nothing.

    The word before is the same in both, and so is the word behind, or both end there. A noun that
    the passage holds, or that has a character of the other one, is another name for it.
    """
    ours, theirs = _words(without_no(claim)), _words(without_no(told))
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    for tag, begin, end, other_begin, other_end in blocks:
        if tag != "replace" or max(end - begin, other_end - other_begin) > LONGEST:
            continue
        if not begin or ours[begin - 1].isascii():
            continue
        is_last = end == len(ours), other_end == len(theirs)
        if is_last[0] != is_last[1]:
            continue
        known = {letter for word in theirs[other_begin:other_end] for letter in word}
        for word in ours[begin:end]:
            if _is_noun(word) and word not in passage and not known & set(word):
                return word
    return ""


def _words(folded: str) -> list[str]:
    return [
        word
        for run in _RUN.findall(folded)
        for word in (words_of(run) if "\u3400" <= run[0] <= "\u9fff" else [run])
    ]


def _is_noun(word: str) -> bool:
    if len(word) < 2 or word.isascii():
        return False
    tags = [tag for _, tag in _tagger().tag(word)]
    return len(tags) == 1 and tags[0].startswith("n")


@cache
def _tagger() -> Any:
    import rjieba  # 0.2 s: `sanku --help` does without

    return rjieba

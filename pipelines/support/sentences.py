"""A stream of text, regrouped into sentences that are whole."""

import re
from collections.abc import AsyncIterator

_NUMBERS = r"\d{1,2}(?:\s*[-–~～]\s*\d{1,2})?"
_LIST = rf"(?:资料|来源|passage|source)?\s*{_NUMBERS}(?:\s*[,，、;；]\s*{_NUMBERS})*"
_ONE = rf"[\[【［]\s*{_LIST}\s*[\]】］]"
_BETWEEN = r"[,，、和与及]|and"
# What cites passages: `[1]`, `[1, 2]`, `[1-3]`, `[资料 1]`, and several in a row: `[1]、[2]`.
MARK = rf"(?i:\s*{_ONE}(?:\s*(?:{_BETWEEN})?\s*{_ONE})*)"
# With its citation in front of its full stop, a sentence is whole. A citation may follow it, too:
# then it is whole only when more text follows, of which no part may be a citation.
_CITED = rf"{MARK}\s*(?:[。！？!?；;]|\.(?!\d))"
_MAY_BE_CITED = rf"\s*(?:{_BETWEEN}|an?)?\s*(?:[\[【［]|\Z)"
_FOLLOWED = rf"(?:[。！？!?；;\n]|(?<!\d)\.(?=\s))(?:{MARK})?(?!{_MAY_BE_CITED})"
# Blank lines belong to the sentence behind them: alone they are none.
_SENTENCE = re.compile(rf"\s*+.*?(?:{_CITED}|{_FOLLOWED})", re.DOTALL)
_MARK = re.compile(MARK)
_RANGE = re.compile(r"(\d{1,2})(?:\s*[-–~～]\s*(\d{1,2}))?")


async def sentences(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """Regroup a stream of text into sentences, each as soon as it is known to be whole."""
    waiting = ""
    async for piece in pieces:
        waiting += piece
        while match := _SENTENCE.match(waiting):
            yield match.group()
            waiting = waiting[match.end() :]
    if waiting.strip():
        yield waiting


def numbers_cited(sentence: str) -> list[int]:
    """Return the numbers of the passages that a sentence cites, `[1-3]` as all three."""
    ranges = [one for mark in _MARK.findall(sentence) for one in _RANGE.findall(mark)]
    return [n for first, last in ranges for n in range(int(first), int(last or first) + 1)]


def without_marks(sentence: str) -> str:
    """Return a sentence without what cites passages."""
    return _MARK.sub("", sentence)

"""A stream of text, regrouped into sentences that are whole."""

import re
from collections.abc import AsyncIterator

MARK = r"\s*[\[【](\d{1,2})[\]】]"
# With its citation in front of its full stop, a sentence is whole. A citation may follow it, too:
# then it is whole only when more text follows.
_CITED = rf"(?:{MARK})+\s*(?:[。！？!?；;]|\.(?!\d))"
_FOLLOWED = rf"(?:[。！？!?；;\n]|(?<!\d)\.(?=\s))(?:{MARK})*(?=\s*[^\s\[【])"
# Blank lines belong to the sentence behind them: alone they are none.
_SENTENCE = re.compile(rf"\s*+.*?(?:{_CITED}|{_FOLLOWED})", re.DOTALL)


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

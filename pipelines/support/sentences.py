"""A stream of text, regrouped into sentences that are whole."""

import re
from collections.abc import AsyncIterator

MARK = r"\s*[\[【](\d{1,2})[\]】]"
# A citation may follow its full stop, so that a sentence is whole only when more text follows.
_SENTENCE = re.compile(
    rf".*?(?:[。！？!?；;\n]|(?<!\d)\.(?=\s))(?:{MARK})*(?=\s*[^\s\[【])", re.DOTALL
)


async def sentences(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """Regroup a stream of text into sentences, each as soon as the next one begins."""
    waiting = ""
    async for piece in pieces:
        waiting += piece
        while match := _SENTENCE.match(waiting):
            yield match.group()
            waiting = waiting[match.end() :]
    if waiting.strip():
        yield waiting

"""Which words of an answer rest on which of its sources, as its own marks such as `[1]` tell."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipelines.passages.sentences import sentences

# Behind code or a table they are a paragraph of their own.
_MARKS = re.compile(r"\s{0,2}((?:\[\d{1,2}\])+)")
# The list of sources that closes an answer; a page shows them in its own way.
_LIST = re.compile(r"\n\n[^\n]+(?:\n\[\d{1,2}\][^\n]*)+\s*\Z")
_LONGEST_SENTENCE = 2_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of an answer, and the numbers of the sources that bear them."""

    text: str
    sources: tuple[int, ...] = ()


def stretches(text: str, numbers: Collection[int], *, by_sentence: bool) -> tuple[Stretch, ...]:
    """Return an answer's text in stretches, without the list of sources at its end.

    Marks whose number is not among `numbers` are text. With `by_sentence`, only the sentence in
    front of a mark rests on its source; else all since the mark before, as in what is quoted.
    """
    return tuple(_stretches(_LIST.sub("", text), numbers, by_sentence))


def _stretches(text: str, numbers: Collection[int], by_sentence: bool) -> Iterator[Stretch]:
    begin = 0
    for marks in _MARKS.finditer(text):
        cited = tuple(int(digits) for digits in re.findall(r"\d+", marks[1]))
        if not set(cited) <= set(numbers):
            continue
        told = text[begin : marks.start()]
        begin = marks.end()
        if by_sentence:
            before, told = _last_sentence(told)
            yield from _plain(before)
        yield Stretch(told, cited)
    yield from _plain(text[begin:])


def _plain(text: str) -> Iterator[Stretch]:
    if text:
        yield Stretch(text)


def _last_sentence(text: str) -> tuple[str, str]:
    """Return what stands in front of the last sentence, and that sentence."""
    parts = [f"{space}{bare}" for space, bare in sentences(text, _LONGEST_SENTENCE)]
    if not parts:
        return text, ""
    rest = text[len("".join(parts)) :]
    return "".join(parts[:-1]), parts[-1] + rest

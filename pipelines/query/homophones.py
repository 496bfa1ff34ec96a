"""Chinese words typed for others that sound like them: `备按` for `备案`.

A noisy channel: what was typed is changed where the words of the documents, mistyped as input
methods mistype, explain it far better than the words that it consists of.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.query.pinyin import mistyped, readings_of, sound
from pipelines.query.rewrites import Edit, apart
from pipelines.query.vocabulary import LONGEST_WORD, Vocabulary
from pipelines.terms import general_frequency, words_of

_HAN = re.compile(r"[\u3400-\u9fff]+")
_GENERAL_WORDS = 60_000_000
# A correction explains what was typed this many times better than it explains itself, and the
# next correction. Chosen so that no right word of the measured questions is changed.
LEAST_GAIN = math.log(20)
LEAST_LEAD = math.log(5)
# Of two spellings of a word, the one in so many times as many records is the documents' own.
VARIANT_LEAD = 5


@dataclass(frozen=True, slots=True)
class _Guess:
    word: str
    gain: float
    """Logarithm of how many times better it explains what was typed."""


def homophone_edits(text: str, vocabulary: Vocabulary) -> Iterator[Edit]:
    """Yield corrections of Chinese words; none overlaps another."""
    for run in _HAN.finditer(text):
        guesses = sorted(_guesses(words_of(run.group()), vocabulary), key=lambda g: -g[2].gain)
        at = run.start()
        yield from apart(
            Edit(at + start, at + end, guess.word, "typo") for start, end, guess in guesses
        )


def variants(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield a word of `text` and what most documents write for it: `登陆` and `登录`.

    Both sound the same, tones included, and share a character; either may be meant.
    """
    for run in _HAN.finditer(text):
        for word in words_of(run.group()):
            if 2 <= len(word) <= LONGEST_WORD and (other := _variant(word, vocabulary)):
                yield word, other


def _variant(word: str, vocabulary: Vocabulary) -> str | None:
    syllables, _ = next(readings_of(word))
    alike = [
        other
        for other in vocabulary.sounding(sound(syllables))
        if other.syllables == syllables and set(other.text) & set(word)
    ]
    best = max(alike, key=lambda other: other.records, default=None)
    if best is None or best.records < VARIANT_LEAD * max(1, vocabulary.records.get(word, 0)):
        return None
    return best.text


def _guesses(words: Sequence[str], vocabulary: Vocabulary) -> Iterator[tuple[int, int, _Guess]]:
    """Yield start, end and the best guess for each run of words that may be one word mistyped."""
    places = [0]
    for word in words:
        places.append(places[-1] + len(word))
    for first in range(len(words)):
        for last in range(first, len(words)):
            typed = "".join(words[first : last + 1])
            if len(typed) > LONGEST_WORD:
                break
            if len(typed) < 2 or typed in vocabulary:
                continue
            around = "".join(words)[max(0, places[first] - 1) : places[last + 1] + 1]
            guess = _best(typed, words[first : last + 1], vocabulary)
            if guess is not None and not _is_cut_wrong(around, typed, vocabulary):
                yield places[first], places[last + 1], guess


def _best(typed: str, words: Sequence[str], vocabulary: Vocabulary) -> _Guess | None:
    found: dict[str, float] = {}
    for syllables, usual in readings_of(typed):
        for word in vocabulary.sounding(sound(syllables)):
            likely = usual + mistyped(typed, syllables, word.text, word.syllables)
            likely += _probability(word.text, vocabulary)
            found[word.text] = max(found.get(word.text, -math.inf), likely)
    if not found:
        return None
    ranked = sorted(found.items(), key=lambda pair: -pair[1])
    as_typed = sum(_probability(word, vocabulary) for word in words)
    best, likely = ranked[0]
    lead = likely - ranked[1][1] if len(ranked) > 1 else math.inf
    if likely - as_typed < LEAST_GAIN or lead < LEAST_LEAD:
        return None
    return _Guess(best, likely - as_typed)


def _is_cut_wrong(around: str, typed: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a character of `typed` makes a word with its neighbour, as in `提|工单`."""
    at = around.find(typed)
    left, right = around[:at] + typed[:1], typed[-1:] + around[at + len(typed) :]
    return any(len(pair) == 2 and _is_word(pair, vocabulary) for pair in (left, right))


def _is_word(text: str, vocabulary: Vocabulary) -> bool:
    return text in vocabulary or general_frequency(text) > 0


def _probability(word: str, vocabulary: Vocabulary) -> float:
    """Return the logarithm of how often a word stands in general Chinese and in the documents."""
    general = general_frequency(word) / _GENERAL_WORDS
    if general or word in vocabulary:
        return math.log((general + vocabulary.share(word)) / 2)
    # The segmenter made it up: it may as well be words of one character each.
    apart = sum(math.log((general_frequency(one) or 0.5) / _GENERAL_WORDS) for one in word)
    return max(apart, math.log(0.5 / _GENERAL_WORDS))

"""What the index holds on a question: human agents' answers, FAQ entries, changes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipelines.answer.quoting import CLOSE
from pipelines.dialogues.remarks import is_of_one_customer, says_something
from pipelines.passages.sentences import sentences
from pipelines.search import Hit, Searcher
from pipelines.text import is_chinese
from pipelines.versions import Version

# Of each tier: two agents may have answered, and an entry may be near that says half of it.
_OF_EACH_TIER = 3
_LIMIT = 3 * _OF_EACH_TIER
_LONGEST_SENTENCE = 500
# `〈电话1〉`; a company's own recognizers have labels of their own.
_PLACEHOLDER = re.compile(r"〈[^〈〉\n]{1,20}?\d{1,6}〉")


def holds_placeholder(text: str) -> bool:
    """Tell whether redaction replaced something in `text`, which so is about one customer."""
    return _PLACEHOLDER.search(text) is not None


def passages(searcher: Searcher, question: str, version: Version) -> tuple[Hit, ...]:
    """Return what is close enough to `question` to write from, best first.

    Of what agents said, courtesies and questions are left out, and sentences that redaction
    changed: they are about one customer, and what stands in the place of a name is no fact. Raises
    what `Searcher.search` raises.
    """
    found = searcher.search(question, limit=_LIMIT, per_tier=_OF_EACH_TIER, version=version)
    return tuple(_usable(hit for hit in found.hits if _is_near(hit, question)))


def _usable(hits: Iterable[Hit]) -> Iterator[Hit]:
    for hit in hits:
        chunk = hit.chunk
        if chunk.tier == "dialogues":
            text, title = _facts(chunk.text), _PLACEHOLDER.sub("…", chunk.title)
            hit = replace(hit, chunk=replace(chunk, title=title, text=text))
        if hit.chunk.text:
            yield hit


def _facts(said: str) -> str:
    """Return what an agent said, without what is none of an answer for everybody."""
    kept = (
        space + sentence
        for space, sentence in sentences(said, _LONGEST_SENTENCE)
        if not holds_placeholder(sentence)
        and says_something(sentence)
        and not is_of_one_customer(sentence)
    )
    return "".join(kept).strip()


def _is_near(hit: Hit, asked: str) -> bool:
    """Tell whether a hit is close in meaning, and shares a word where the language is the same."""
    evidence = hit.evidence
    shares = evidence.coverage > 0 or is_chinese(asked) != is_chinese(hit.chunk.title)
    return shares and max(evidence.question, evidence.passage) >= CLOSE

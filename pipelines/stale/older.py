"""An older record as a claim is held against it: its sentences, each with what it stands below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipelines.passages.sentences import sentences
from pipelines.records import ChangeEntry, FaqEntry, Tier
from pipelines.stale.figures import Figure, figures
from pipelines.stale.polarity import is_history, lacks, says_no, says_yes
from pipelines.stale.subjects import terms
from pipelines.terms import versions_in
from pipelines.text import fold

_LONGEST_SENTENCE = 600
_HEADING = re.compile(r"#{1,6}\s+|\*\*[^*]{1,60}\*\*[:：]?\s*$")
_TABLE_ROW = re.compile(r"\s*\|")
# `Yes.`, `不能。`: an answer of its own, to the question; the sentence behind it says to what.
_SHORT = re.compile(
    r"(?:yes|no|not (?:yet|at (?:the|this) moment|currently|directly|in place)|partly|never)[.!]"
    r"|(?:可以|不可以|能|不能|会|不会|支持|不支持|暂不支持|有|没有|是的?|不是|不行|行|要|不用"
    r"|需要|不需要|目前不支持"
    r"|目前没有|暂时没有|目前不能|还不能|还没有)[。！]",
    re.IGNORECASE,
)
_FENCE = re.compile(r"\s*(?:`{3}|~{3})")
# Amounts without a unit that figures know.
_AMOUNT = re.compile(r"[$¥￥€]\s?\d+(?:\.\d+)*|\d+(?:\.\d+)*\s?[gmk]?hz\b", re.IGNORECASE)
_BLOCK = re.compile(r"\s*(?:(?:[-+*]|\d{1,2}[.)、])\s|#{1,6}\s|\||>)")


_CLAUSE = re.compile(r"[，,；;|]\s*|\s[-–—]\s|\.\s+|[。]")


@dataclass(frozen=True)
class Sentence:
    """A sentence, list item, table row or line of code of a record."""

    text: str
    start: int
    """Where it begins in the record's text."""
    above: str
    """The heading, table header or sentence that leads in to it."""
    question: str
    """What the whole record is about."""

    @property
    def whole(self) -> str:
        """The sentence with all that tells what it is about."""
        return f"{self.question}\n{self.above}\n{self.text}"

    @cached_property
    def folded(self) -> str:
        """The form in which names are looked for."""
        return fold(self.text)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Content words of the sentence and of what it stands directly below."""
        return terms(self.text) | terms(self.above)

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """The sentence cut at its commas: what one clause denies, another may affirm."""
        return tuple(clause for clause in _CLAUSE.split(self.text) if clause)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Content words of the question."""
        return terms(self.question)

    @cached_property
    def context(self) -> frozenset[str]:
        """Content words of the sentence and of all that tells what it is about."""
        return self.terms | self.asked

    @cached_property
    def is_history(self) -> bool:
        """Whether it speaks of what was."""
        return is_history(self.text)

    @cached_property
    def lacks(self) -> bool:
        """Whether it says that something cannot be done."""
        return lacks(self.text)

    @cached_property
    def says_no(self) -> bool:
        """Whether it begins as an answer to the negative."""
        return says_no(self.text)

    @cached_property
    def says_yes(self) -> bool:
        """Whether it begins as an answer to the affirmative."""
        return says_yes(self.text)

    @cached_property
    def denied(self) -> str:
        """Its clauses that say what cannot be done."""
        return " ".join(one for one in self.clauses if lacks(one) or says_no(one))

    @cached_property
    def denied_terms(self) -> frozenset[str]:
        """Content words of those clauses."""
        return terms(self.denied)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that the sentence states."""
        return figures(self.text)


@dataclass(frozen=True)
class Older:
    """An FAQ entry, or a change of an earlier release."""

    id: str
    tier: Tier
    source: str
    path: str
    line: int
    title: str
    text: str
    product: str
    """What the entry's author says that it is about; a change's source."""
    since: date | None
    """The day on which it was known to hold; None where nobody says."""
    question: str
    """Title, other wordings and headings."""

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences, in their order."""
        return tuple(_sentences(self.text, self.question))

    @cached_property
    def versions(self) -> frozenset[str]:
        """The version numbers that it names, and no amounts: `2.5%` is not that of 2.5.0."""
        text = self.text
        for figure in reversed(figures(text)):
            if figure.measure:
                text = f"{text[: figure.start]} {text[figure.end :]}"
        return frozenset(versions_in(_AMOUNT.sub(" ", text)))

    @cached_property
    def folded(self) -> str:
        """All its words, in the form in which names are looked for."""
        return fold(f"{self.question}\n{self.text}")

    @cached_property
    def terms(self) -> frozenset[str]:
        """All its content words."""
        return terms(self.question).union(*(sentence.terms for sentence in self.sentences))


def older_entry(entry: FaqEntry) -> Older:
    """Return an FAQ entry as an older record."""
    question = "\n".join((*entry.heading_path, entry.question, *entry.similar_questions))
    return Older(
        id=entry.id,
        tier="faq",
        source=entry.source,
        path=entry.path,
        line=entry.line_start,
        title=entry.question,
        text=entry.answer,
        product=entry.review.product,
        since=entry.review.reviewed_at,
        question=question,
    )


def older_change(change: ChangeEntry) -> Older:
    """Return a change as an older record."""
    place = " ".join(part for part in (change.version, change.category, change.component) if part)
    return Older(
        id=change.id,
        tier="changelog",
        source=change.source,
        path=change.path,
        line=change.line,
        title=place,
        text=change.text,
        product=change.source,
        since=change.released,
        question=change.component,
    )


def _sentences(text: str, question: str) -> Iterator[Sentence]:
    above = header = ""
    for start, sentence in _joined(text):
        if _HEADING.match(sentence):
            above, header = sentence, ""
        elif _TABLE_ROW.match(sentence):
            header = header or sentence
            yield Sentence(sentence, start, f"{above}\n{header}", question)
        else:
            header = ""
            yield Sentence(sentence, start, above, question)
            if sentence.endswith((":", "：")):
                above = sentence


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Yield start and words of each sentence; `No.` with the next one of its block."""
    for begin, block in _blocks(text):
        at, held, start = begin, "", begin
        for space, sentence in sentences(block, _LONGEST_SENTENCE):
            if held:
                held += space + sentence
            else:
                held, start = sentence, at + len(space)
            at += len(space) + len(sentence)
            if not _SHORT.fullmatch(held):
                yield start, held
                held = ""
        if held:
            yield start, held


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs, list items, table rows and lines of code of a text, and their start."""
    begin = at = 0
    in_code = False
    for line in text.splitlines(keepends=True):
        fence = _FENCE.match(line) is not None
        if begin < at and (in_code or fence or not line.strip() or _BLOCK.match(line)):
            yield begin, text[begin:at]
            begin = at
        in_code ^= fence
        at += len(line)
    yield begin, text[begin:at]

"""Entries that ask the same: which of them agree, and which contradict each other."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipelines.records import FaqEntry
from pipelines.text import fold

# With how many entries of the same question one is compared, so that time stays linear.
_COMPARED = 50
_END_MARKS = " ?？。.!！"
_LINK_TARGET = re.compile(r"\]\([^()\n]*\)")
_MARKUP = re.compile(r"[\s*_`\\]+")


@dataclass(frozen=True, slots=True)
class AskedTwice:
    """An entry and an earlier one that customers may be given for the same words."""

    entry: FaqEntry
    rival: FaqEntry
    wording: str
    agree: bool
    """Whether both answer the same."""


class _Given:
    """An entry that customers may be given."""

    def __init__(self, entry: FaqEntry) -> None:
        self.entry = entry
        self.place = (entry.source, entry.path, entry.line_start)
        self.product = fold(entry.review.product)

    @cached_property
    def said(self) -> str:
        return plain_answer(self.entry)

    def meets(self, other: "_Given", *, agreeing: bool) -> bool:
        """Tell whether customers of one product may be given both on the same day."""
        if (self.said == other.said) is not agreeing or self.place == other.place:
            # The same place: included by one file, and read as a file of its own too.
            return False
        ours, theirs = self.entry.review, other.entry.review
        begins = max(ours.valid_from or date.min, theirs.valid_from or date.min)
        ends = min(ours.valid_until or date.max, theirs.valid_until or date.max)
        products = {self.product, other.product} - {""}
        return begins <= ends and len(products) < 2


def plain_answer(entry: FaqEntry) -> str:
    """Return the answer without what only marks it up, so that a moved link makes no conflict."""
    return _MARKUP.sub("", fold(_LINK_TARGET.sub("]", entry.answer)))


def question_key(question: str) -> str:
    """Return what is the same of two questions that ask the same, but for end marks and case."""
    words = fold(question)
    return words.rstrip(_END_MARKS) or words


def asked_twice(entries: Iterable[FaqEntry], today: date) -> Iterator[AskedTwice]:
    """Compare entries that customers may be given, by their questions and similar questions.

    A wording counts where it is the question of at least one of the two. Entries for different
    products or days may ask the same. Of each entry the first rival that agrees and the first that
    does not are told.
    """
    questions: defaultdict[str, list[_Given]] = defaultdict(list)
    similar: defaultdict[str, list[_Given]] = defaultdict(list)
    for entry in entries:
        until = entry.review.valid_until
        if entry.review.status != "approved" or (until is not None and until < today):
            continue
        given = _Given(entry)
        key = question_key(entry.question)
        wordings = {question_key(wording): wording for wording in entry.similar_questions}
        rivals = [(entry.question, [*questions[key], *similar[key]])]
        rivals += [(wording, questions[other]) for other, wording in wordings.items()]
        yield from _contested(given, rivals)
        for group in (questions[key], *(similar[other] for other in wordings)):
            if len(group) < _COMPARED:
                group.append(given)


def _contested(
    given: _Given, rivals: Iterable[tuple[str, Sequence[_Given]]]
) -> Iterator[AskedTwice]:
    told: set[int] = set()
    for wording, others in rivals:
        for agree in (True, False):
            rival = next((one for one in others if given.meets(one, agreeing=agree)), None)
            if rival is not None and id(rival.entry) not in told:
                told.add(id(rival.entry))
                yield AskedTwice(given.entry, rival.entry, wording, agree)

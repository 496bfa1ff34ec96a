"""What tells entries apart that ask the same: the product that they are for, or a heading above."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipelines.faq.conflicts import plain_answer, question_key
from pipelines.records import FaqEntry
from pipelines.text import fold, is_chinese

_BETWEEN = re.compile(r"\s*[,，、;；]\s*")

_Answers = Mapping[tuple[str, str], set[str]]


def told_apart(entries: Iterable[FaqEntry]) -> list[FaqEntry]:
    """Return `entries` with the name of what they are for in front of the question, where it lacks.

    That is the entry's product, where there are entries of several; else, where another one answers
    the same question otherwise, the innermost heading that stands above none such. The question as
    its author wrote it becomes the first similar one.
    """
    entries = list(entries)
    several = len(products_of(entries)) > 1
    below: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in entries:
        answer = plain_answer(entry)
        for heading in ("", *entry.heading_path):
            below[_place(entry, heading)].add(answer)
    return [_named(entry, _subject(entry, below, several=several)) for entry in entries]


def products_of(entries: Iterable[FaqEntry]) -> tuple[str, ...]:
    """Return the products that entries are for, sorted, in one spelling each: of `A, B`, both."""
    found: dict[str, str] = {}
    for entry in entries:
        for product in filter(None, _BETWEEN.split(entry.review.product)):
            found.setdefault(fold(product), product)
    return tuple(sorted(found.values()))


def wordings_of(title: str) -> frozenset[str]:
    """Return the questions, folded, that an entry of this title may be named by.

    Its title, and what stands behind the name of what it is for.
    """
    said = fold(title)
    return frozenset({said, said.partition(":")[2].strip()} - {""})


def _subject(entry: FaqEntry, below: _Answers, *, several: bool) -> str:
    if several and entry.review.product:
        return entry.review.product
    if len(below[_place(entry, "")]) < 2:
        return ""
    own = (one for one in reversed(entry.heading_path) if len(below[_place(entry, one)]) == 1)
    return next(own, "")


def _place(entry: FaqEntry, heading: str) -> tuple[str, str]:
    return question_key(entry.question), fold(heading)


def _named(entry: FaqEntry, subject: str) -> FaqEntry:
    if not subject or fold(subject) in fold(entry.question):
        return entry
    colon = "：" if is_chinese(entry.question) else ": "
    return replace(
        entry,
        question=f"{subject}{colon}{entry.question}",
        similar_questions=(entry.question, *entry.similar_questions),
    )

"""Cuts records into chunks: a question on its own, and the passages that answer it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from pipelines.changelog.categories import kind_of_change
from pipelines.chunks import UNDATED, Chunk, make_chunk
from pipelines.passages import passages_of
from pipelines.records import ChangeEntry, Exchange, FaqEntry

# The default model reads 512 tokens, about 700 Chinese characters; a question stands in front.
PASSAGE_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Overtaken:
    """What made a record wrong: the first release that did, and the ids of all changes that do."""

    until: str = ""
    by: tuple[str, ...] = ()


STANDS = Overtaken()
"""Nothing made the record wrong."""


def faq_chunks(entry: FaqEntry, overtaken: Overtaken = STANDS) -> Iterator[Chunk]:
    """Cut an FAQ entry: one question view per wording, one passage per piece of the answer.

    A question view carries the whole answer as its `text`, so that it can be given verbatim. What
    is searched of a passage begins with the question, and the sub-headings that it stands below.
    """
    part = 0
    for wording in (entry.question, *entry.similar_questions):
        yield _faq_chunk(entry, overtaken, part, wording, entry.answer, question=True)
        part += 1
    for passage in passages_of(entry.answer, PASSAGE_CHARACTERS):
        above = (" > ".join(passage.trail),) if passage.trail else ()
        search_text = "\n".join((entry.question, *above, passage.text))
        yield _faq_chunk(entry, overtaken, part, search_text, passage.text, question=False)
        part += 1


def _faq_chunk(
    entry: FaqEntry, overtaken: Overtaken, part: int, search_text: str, text: str, *, question: bool
) -> Chunk:
    return make_chunk(
        tier="faq",
        source=entry.source,
        entry_id=entry.id,
        part=part,
        view="question" if question else "passage",
        title=entry.question,
        text=text,
        search_text=search_text,
        heading_path=entry.heading_path,
        links=entry.links,
        path=entry.path,
        line_start=entry.line_start,
        line_end=entry.line_end,
        until=overtaken.until,
        overtaken_by=overtaken.by,
        at=_reviewed_at(entry),
    )


def _reviewed_at(entry: FaqEntry) -> datetime:
    """Return the day on which a person last confirmed the entry, by its front matter."""
    day = entry.review.reviewed_at
    return datetime.combine(day, time(), UTC) if day else UNDATED


def dialogue_chunks(exchange: Exchange) -> Iterator[Chunk]:
    """Cut an exchange: the customer's wording, and the wording with the agent's answer."""
    for part, search_text in enumerate(
        (exchange.question, f"{exchange.question}\n{exchange.answer}")
    ):
        yield make_chunk(
            tier="dialogues",
            source=exchange.source,
            entry_id=exchange.id,
            part=part,
            view="passage" if part else "question",
            title=exchange.question,
            text=exchange.answer,
            search_text=search_text,
            path=exchange.path,
            line_start=exchange.line,
            line_end=exchange.line,
            category=exchange.outcome,
            at=exchange.at,
        )


def change_chunks(change: ChangeEntry, overtaken: Overtaken = STANDS) -> Iterator[Chunk]:
    """Make the passage of a change that stands; what overtook it stands in a chunk of its own."""
    place = " ".join(part for part in (change.version, change.category, change.component) if part)
    yield make_chunk(
        tier="changelog",
        source=change.source,
        entry_id=change.id,
        title=place,
        text=change.text,
        search_text=f"{place}\n{change.text}",
        heading_path=tuple(part for part in (change.category, change.component) if part),
        path=change.path,
        line_start=change.line,
        line_end=change.line,
        category=change.category,
        change=kind_of_change(change.category, change.text),
        version=change.version,
        until=overtaken.until,
        overtaken_by=overtaken.by,
        at=datetime.combine(change.released, time(), UTC),
    )

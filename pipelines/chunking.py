"""Cuts records into chunks: a question on its own, and the passages that answer it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from pipelines.changelog.categories import kind_of_change
from pipelines.chunks import UNDATED, Chunk, View, make_chunk
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


def faq_chunks(
    entry: FaqEntry, overtaken: Overtaken = STANDS, generated: Sequence[str] = ()
) -> Iterator[Chunk]:
    """Cut an FAQ entry: one question view per wording, one passage per piece of the answer.

    A question view carries the whole answer as its `text`, so that it can be given verbatim. What
    is searched of a passage begins with the question, and the sub-headings that it stands below.
    `generated` are wordings that a model wrote; they come last, and leave the other ids alone.
    """
    cut = [*_questions(entry), *_passages(entry)]
    for part, (view, search_text, text) in enumerate(cut):
        yield _faq_chunk(entry, overtaken, part, view, search_text, text)
    for part, wording in enumerate(generated, len(cut)):
        yield _faq_chunk(entry, overtaken, part, "question", wording, entry.answer, generated=True)


def _questions(entry: FaqEntry) -> Iterator[tuple[View, str, str]]:
    for wording in (entry.question, *entry.similar_questions):
        yield "question", wording, entry.answer


def _passages(entry: FaqEntry) -> Iterator[tuple[View, str, str]]:
    for passage in passages_of(entry.answer, PASSAGE_CHARACTERS):
        above = (" > ".join(passage.trail),) if passage.trail else ()
        yield "passage", "\n".join((entry.question, *above, passage.text)), passage.text


def _faq_chunk(
    entry: FaqEntry,
    overtaken: Overtaken,
    part: int,
    view: View,
    search_text: str,
    text: str,
    *,
    generated: bool = False,
) -> Chunk:
    return make_chunk(
        tier="faq",
        source=entry.source,
        entry_id=entry.id,
        part=part,
        view=view,
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
        not_for=entry.review.not_for,
        generated=generated,
        at=_reviewed_at(entry),
    )


def _reviewed_at(entry: FaqEntry) -> datetime:
    """Return the day on which a person last confirmed the entry, by its front matter."""
    day = entry.review.reviewed_at
    return datetime.combine(day, time(), UTC) if day else UNDATED


def dialogue_chunks(exchange: Exchange, answers: Sequence[str] = ()) -> Iterator[Chunk]:
    """Cut an exchange: the customer's wording, and the wording with the agent's answer.

    `answers` are the FAQ entries that the agent answered with. They stand with the exchange, whose
    words are personal, and go when it goes.
    """
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
            answers=tuple(answers),
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

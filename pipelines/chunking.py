"""Cuts records into chunks: a question on its own, and the passages that answer it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any

from pipelines.chunks import UNDATED, Chunk, make_chunk
from pipelines.passages import passages_of
from pipelines.records import ChangeEntry, Exchange, FaqEntry
from pipelines.text import digest

# The default model reads 512 tokens, about 700 Chinese characters; a question stands in front.
PASSAGE_CHARACTERS = 600


def faq_chunks(entry: FaqEntry) -> Iterator[Chunk]:
    """Cut an FAQ entry: one question view per wording, one passage per piece of the answer.

    A question view carries the whole answer as its `text`, so that it can be given verbatim. What
    is searched of a passage begins with the question, and the sub-headings that it stands below.
    """
    part = 0
    for wording in (entry.question, *entry.similar_questions):
        yield _faq_chunk(entry, part, wording, entry.answer, question=True)
        part += 1
    for passage in passages_of(entry.answer, PASSAGE_CHARACTERS):
        above = (" > ".join(passage.trail),) if passage.trail else ()
        search_text = "\n".join((entry.question, *above, passage.text))
        yield _faq_chunk(entry, part, search_text, passage.text, question=False)
        part += 1


def _faq_chunk(entry: FaqEntry, part: int, search_text: str, text: str, *, question: bool) -> Chunk:
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


def change_chunks(change: ChangeEntry) -> Iterator[Chunk]:
    """Make the passage of a change; a bullet that its author took back tells nothing any more."""
    if change.kind == "removed":
        return
    place = " ".join(part for part in (change.version, change.category, change.component) if part)
    yield make_chunk(
        tier="changelog",
        source=change.source,
        entry_id=change.id,
        title=place,
        text=change.text,
        search_text=f"{place}\n{change.text}",
        path=change.path,
        line_start=change.line,
        line_end=change.line,
        category=change.category,
        version=change.version,
        at=datetime.combine(change.released, time(), UTC),
    )


def superseded_by(change: ChangeEntry) -> str | None:
    """Return the key of the wording that `change` replaced or took back; None for a new one.

    By version and wording: a bullet that is reworded often moves to another category as well.
    """
    return digest(change.version, change.previous_text) if change.previous_text else None


def wording_key(row: Mapping[str, Any]) -> str:
    """Return the key of a change's chunk that `superseded_by` of a later change may name."""
    return digest(row["version"], row["text"])

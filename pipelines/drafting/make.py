"""Gaps -> drafts: made when a person asks for them, one after another."""

import asyncio
from collections.abc import Callable, Sequence

from pipelines.analytics.topics import Topic
from pipelines.answer import LanguageModel
from pipelines.drafting.gaps import gaps
from pipelines.drafting.passages import passages
from pipelines.drafting.writing import Writer
from pipelines.drafts import Draft, Source, draft_id, drop, keep, make_draft, read_drafts
from pipelines.search import Hit, Searcher
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse


def waiting(settings: Settings, warehouse: Warehouse) -> tuple[Topic, ...]:
    """Return the topics that a draft is made for: nobody has decided on them, asked most first."""
    found = gaps(settings, read_drafts(warehouse))
    return tuple(gap.topic for gap in found if gap.topic and gap.waits)


async def make(
    settings: Settings,
    warehouse: Warehouse,
    searcher: Searcher,
    model: LanguageModel | None,
    advance: Callable[[int], None],
) -> Sequence[Draft]:
    """Draft an entry for every topic that nobody has decided on, and keep it as soon as it is made.

    What was drafted before, and not decided on, is drafted anew: the index may hold more by now.
    Raises `NotPublishedError`, `EmbeddingError` and `WarehouseError`; a model that fails stops
    nothing.
    """
    version = await asyncio.to_thread(searcher.version)
    found = await asyncio.to_thread(waiting, settings, warehouse)
    wanted = {draft_id(topic.example) for topic in found}
    await asyncio.to_thread(
        drop, warehouse, lambda one: one.state == "draft" and one.id not in wanted
    )
    writer, made = Writer(settings, model), []
    for topic in found:
        asked = topic.example
        hits = await asyncio.to_thread(passages, searcher, asked, version)
        answered = await writer.answer(asked, hits)
        draft = make_draft(
            asked,
            answered.text,
            answered.author,
            (_source(hit, answered.cited) for hit in hits),
            settings.now().date(),
        )
        await asyncio.to_thread(keep, settings, warehouse, draft)
        made.append(draft)
        advance(1)
    return made


def _source(hit: Hit, cited: Sequence[Hit]) -> Source:
    record = hit.chunk.entry_id
    return Source(record, hit.chunk.tier, any(one.chunk.entry_id == record for one in cited))

"""Answerers over a few changes and FAQ entries, through the built-in model."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.answer import Answerer
from pipelines.chunking import STANDS, Overtaken, change_chunks, faq_chunks
from pipelines.chunks import to_table
from pipelines.embedding.model import Embedder
from pipelines.index import Recipe, build_candidate
from pipelines.records import ChangeEntry, FaqEntry
from pipelines.search import Searcher
from pipelines.settings import Answering, Settings
from pipelines.text import digest
from pipelines.warehouse import Warehouse

NOW = datetime(2026, 11, 20, tzinfo=UTC)
Told = tuple[str, str, str]
"""Version, category and text of a change; the category may be `新增 > Table`."""
MakeAnswerer = Callable[..., Answerer]


def change(told: Told, *, source: str = "lark", day: int = 1) -> ChangeEntry:
    """Return a change; its id is its text."""
    version, category, text = told
    category, _, component = category.partition(" > ")
    return ChangeEntry(
        id=text,
        source=source,
        tag=f"v{version}",
        version=version,
        previous_tag="",
        released=date(2026, 1, day),
        category=category,
        component=component,
        kind="added",
        text=text,
        previous_text="",
        commit="c" * 40,
        path="CHANGELOG.md",
        line=day,
    )


def entry(question: str, answer: str) -> FaqEntry:
    """Return an FAQ entry; its id is its question."""
    return FaqEntry(
        id=question, source="help", path="faq.md", line_start=1, line_end=2, heading_path=(),
        question=question, similar_questions=(), answer=answer, links=(), content_hash="",
    )  # fmt: skip


@pytest.fixture
def answering(
    embedder: Embedder, make_settings: Callable[..., Settings], tmp_path: Path
) -> MakeAnswerer:
    """Return a function that makes an answerer, without a language model, from what is told.

    `changes` are those of one product, or source -> changes; `overtaken` is by record id.
    """

    def make(
        changes: Sequence[Told] | dict[str, Sequence[Told]],
        faq: Sequence[tuple[str, str]] = (),
        overtaken: dict[str, Overtaken] | None = None,
    ) -> Answerer:
        by_source = changes if isinstance(changes, dict) else {"lark": changes}
        ends = overtaken or {}
        chunks = [
            chunk
            for source, told in by_source.items()
            for day, each in enumerate(told, 1)
            for chunk in change_chunks(
                change(each, source=source, day=min(day, 28)), ends.get(each[2], STANDS)
            )
        ]
        for question, answer in faq:
            chunks += faq_chunks(entry(question, answer), ends.get(question, STANDS))
        texts = list({chunk.search_text: None for chunk in chunks})
        vectors = dict(
            zip([digest(text) for text in texts], embedder.encode_documents(texts), strict=True)
        )
        standard = Answering()
        thresholds = {"direct": standard.direct, "support": 0.2, "passage": 0.05}
        built = build_candidate(
            Warehouse(tmp_path / "warehouse"),
            to_table(chunks),
            lambda hashes: {key: vectors[key] for key in hashes},
            Recipe(embedder.id, embedder.dim, "Answer from the passages.", thresholds),
            pulled_at={"changelog": NOW},
            built_at=NOW,
        )
        return Answerer(make_settings(), Searcher(built.version, lambda: embedder))

    return make

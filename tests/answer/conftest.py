"""Hits made by hand, and an answerer over the sample company."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from pipelines.answer import Answerer
from pipelines.chunks import UNDATED, make_chunk
from pipelines.ollama import Ollama
from pipelines.records import Tier
from pipelines.search import Evidence, Hit, Searcher
from pipelines.settings import Settings
from pipelines.versions import PublishedVersion
from pipelines.warehouse import Warehouse
from tests.fake_ollama import FakeOllama

MakeHit = Callable[..., Hit]


@pytest.fixture
def make_hit() -> MakeHit:
    """Return a function that makes a hit; what a test does not name is unremarkable."""

    def make(
        text: str = "单个文件最大 2 GB",
        *,
        title: str = "单个文件最大可以上传多大？",
        tier: Tier = "faq",
        at: datetime = UNDATED,
        score: float = 0.5,
        question: float = 2.0,
        passage: float = 2.0,
        words: float = 1.0,
        coverage: float = 0.6,
        reading: float = 1.0,
        behind: float = 0.0,
        **chunk: Any,
    ) -> Hit:
        made = make_chunk(
            tier=tier, source="s", entry_id=title + text, title=title, text=text,
            search_text=title, path="faq.md", line_start=1, line_end=2, at=at, **chunk,
        )  # fmt: skip
        evidence = Evidence(question, passage, words, coverage, reading=reading, behind=behind)
        return Hit(made, text, score, evidence)

    return make


@pytest.fixture
def searcher(company: tuple[Settings, Warehouse], embedder: Any) -> Searcher:
    _, warehouse = company
    return Searcher(PublishedVersion(warehouse), lambda: embedder)


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        yield fake


@pytest.fixture
def quoting(company: tuple[Settings, Warehouse], searcher: Searcher) -> Answerer:
    """An answerer without a language model."""
    return Answerer(company[0], searcher)


@pytest.fixture
def writing(
    company: tuple[Settings, Warehouse], searcher: Searcher, ollama: FakeOllama
) -> Callable[..., Answerer]:
    """Return a function that makes an answerer with a language model and these `[ollama]` keys."""

    def make(**keys: object) -> Answerer:
        there = {"url": ollama.url, "model": ollama.model, "answer_seconds": 5.0} | keys
        settings = company[0].model_copy(
            update={"ollama": company[0].ollama.model_copy(update=there)}
        )
        return Answerer(settings, searcher, Ollama(settings.ollama))

    return make

"""The gateway on a real port, over an answerer and a searcher that the tests script."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import openai
from starlette.applications import Starlette

from pipelines.answer import Answer, Answerer, Citation
from pipelines.calibration import NEVER
from pipelines.chunks import make_chunk
from pipelines.confidence import FORMULA
from pipelines.errors import NotPublishedError
from pipelines.followup import Turn
from pipelines.gateway import server
from pipelines.gateway.access.middleware import Limits
from pipelines.gateway.app import create_app
from pipelines.ollama import Ollama
from pipelines.search import Evidence, Hit, Searcher, SearchResult
from pipelines.settings import Settings
from pipelines.versions import Calibration

QUESTION = "怎么重置密码？"
MESSAGES = [{"role": "user", "content": QUESTION}]
ANSWER = ["请打开「设置」。", "然后点「重置」。 [1]", "\n\n参考资料：\n[1] 怎么重置密码？"]
CITATION = Citation(
    number=1,
    chunk_id="c1",
    tier="faq",
    title="怎么重置密码？",
    url="",
    path="account.md",
    line=12,
    version="",
)
# Under it no match is sure enough to be given verbatim.
UNSURE = Calibration(
    embedder_id="test/1",
    formula=FORMULA,
    golden="",
    faq="",
    slope=1.0,
    offset=0.0,
    direct=NEVER,
    examples=0,
)


def settings_for(**tables: Any) -> Settings:
    return Settings.model_validate(
        {
            "company": {"name": "云雀协作", "contact": "400-000-0000"},
            "faq": [{"name": "help"}],
            "sources_file": Path("sources.toml"),
            "warehouse": Path("warehouse"),
            "model_cache": Path("models"),
        }
        | tables
    )


class ScriptedAnswerer:
    """Answers `pieces`; an exception among them is raised, an event is waited for."""

    def __init__(
        self, pieces: Sequence[str | Exception | threading.Event], model: Ollama | None = None
    ) -> None:
        self.pieces = pieces
        self.model = model
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.cancelled = threading.Event()

    def make_ready(self, version: object) -> None:
        """There is nothing to read."""

    async def stream(
        self, question: str, history: Sequence[Turn] = ()
    ) -> AsyncIterator[str | Answer]:
        self.asked.append((question, tuple(history)))
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                if isinstance(piece, threading.Event):
                    while not piece.is_set():
                        await asyncio.sleep(0.01)
                    continue
                yield piece
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled.set()
            raise
        text = "".join(piece for piece in self.pieces if isinstance(piece, str))
        yield Answer(
            question, text, "grounded", "passages", False, (CITATION,), "v7", {"total": 12.345}
        )


class ScriptedSearcher:
    """Finds one record, or has no version to search in."""

    def __init__(self, *, published: bool = True) -> None:
        self.published = published
        self.followed = None
        self.searched: list[tuple[str, int, str | None]] = []

    def version(self) -> SimpleNamespace:
        if not self.published:
            raise NotPublishedError("no version is published. Run `sanku run`.")
        manifest = SimpleNamespace(
            embedder_id="test/1",
            calibration=UNSURE,
            prompt="",
            entries={"faq": 1},
        )
        return SimpleNamespace(name="v7", manifest=manifest, check_schema=lambda: None)

    def embedder(self) -> None:
        """Loaded at start; nothing to load here."""

    def embedder_of(self, version: SimpleNamespace) -> None:
        """Every version is of its model."""

    def read_closely(self, result: SearchResult, *_: Any) -> SearchResult:
        """Find no other order."""
        return result

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        tier: str | None = None,
        version: SimpleNamespace | None = None,
    ) -> SearchResult:
        self.version()
        self.searched.append((question, limit, tier))
        chunk = make_chunk(
            tier="faq",
            source="help",
            entry_id="e1",
            title="怎么重置密码？",
            text="打开「设置」。",
            search_text="",
            path="account.md",
            line_start=12,
            line_end=14,
            at=datetime(2026, 11, 1, tzinfo=UTC),
        )
        hit = Hit(
            replace(chunk, id="c1"),
            "打开「设置」，点「重置」。",
            0.91,
            Evidence(3.0, 2.5, 1.0, 0.8),
        )
        return SearchResult(question, "v7", (hit,), {"total": 3.21})


def app_for(
    answerer: ScriptedAnswerer,
    searcher: ScriptedSearcher | None = None,
    *,
    settings: Settings | None = None,
    token: str = "",
    limits: Limits | None = None,
    environ: dict[str, str] | None = None,
) -> Starlette:
    return create_app(
        settings or settings_for(),
        cast(Answerer, answerer),
        cast(Searcher, searcher or ScriptedSearcher()),
        environ={"SANKU_TOKEN": token} | (environ or {}),
        limits=limits,
    )


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Run `app` on a free loopback port; the value is its base URL."""
    with server.bind("127.0.0.1", 0) as listening, server.serving(app, listening) as url:
        yield url


def openai_for(url: str) -> openai.OpenAI:
    return openai.OpenAI(
        base_url=f"{url}/v1",
        api_key="ollama-local",
        max_retries=0,
        http_client=openai.DefaultHttpxClient(trust_env=False),
    )

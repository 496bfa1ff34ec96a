"""The gateway over a small real index and a fake Ollama, for tests of an answer's whole path."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.answer import Answerer
from pipelines.chunks import Chunk, make_chunk
from pipelines.embedding.cross_encoder import ORDER, Pair, Task
from pipelines.gateway.app import create_app
from pipelines.gateway.conversation.recorder import Recorder
from pipelines.gateway.operations.breaker import Breaker
from pipelines.index import Recipe
from pipelines.ollama import Ollama
from pipelines.prompt import SYSTEM_PROMPT
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.versions import Version
from pipelines.warehouse import Warehouse
from tests.fake_ollama import FakeOllama
from tests.gateway.served import serving, settings_for
from tests.small_index import DIM, NOW, RECIPE, ReadsAlike, Vectors, build, faq, read_as

FACT = "打开控制台的考勤报表页面，点右上角的导出按钮，选择月份，等待两分钟后领取文件。"
QUESTION = "请问考勤报表怎么导出，能讲讲吗？"
# A model that answers as it should.
SAID = "打开控制台的考勤报表页面，点右上角的导出按钮。[1]\n选择月份，等待两分钟后领取文件。[1]"
Built = tuple[Version, Chunk]


def small_version(folder: Path) -> Built:
    """Build a version, and return with it the entry that any question is answered from."""
    entry = make_chunk(
        tier="faq",
        source="help",
        entry_id="export",
        title="考勤报表怎么导出",
        text=FACT,
        search_text=f"考勤报表怎么导出\n{FACT}",
        path="help.md",
        line_start=1,
        line_end=2,
        at=NOW,
    )
    thresholds = {"direct": 0.98, "support": 0.0, "passage": 0.0}
    recipe = Recipe(RECIPE.embedder_id, DIM, SYSTEM_PROMPT, thresholds)
    return build(Warehouse(folder), [entry, *faq(40)], recipe=recipe).version, entry


class Knowing(ReadsAlike):
    """An embedder to which every question is as close to the entry as can be, and reads well."""

    id = RECIPE.embedder_id

    def __init__(self, entry: Chunk) -> None:
        self._vector = Vectors()([entry.text_hash])[entry.text_hash]

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector for _ in texts])

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> NDArray[np.float32]:
        # Not so well that no model would be asked: the answer check changes nothing.
        return read_as(3.0, pairs, task) if task is ORDER else super().encode_pairs(pairs, task)


@contextmanager
def answering(
    built: Built,
    fake: FakeOllama,
    *,
    breaker: bool = False,
    recorder: Recorder | None = None,
    **ollama: object,
) -> Iterator[str]:
    """Serve answers written by `fake`; the value is the base URL."""
    version, entry = built
    settings: Settings = settings_for(
        answer={"passages": 1}, ollama={"url": fake.url, "model": fake.model, **ollama}
    )
    searcher = Searcher(version, lambda: Knowing(entry))
    model = (Breaker if breaker else Ollama)(settings.ollama)
    app = create_app(
        settings, Answerer(settings, searcher, model), searcher, environ={}, recorder=recorder
    )
    with serving(app) as url:
        yield url

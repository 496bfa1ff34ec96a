"""Whether Sanku can answer now: what is published, and whether the model can be reached."""

import asyncio
import time
from dataclasses import dataclass
from typing import Literal

from starlette.concurrency import run_in_threadpool

from pipelines.errors import NotPublishedError, WarehouseError
from pipelines.ollama import Ollama
from pipelines.search import Searcher

# Anyone may ask for the health; Ollama is asked no more often than this.
_FRESH_SECONDS = 5.0

Status = Literal["ok", "degraded", "unpublished"]


@dataclass(frozen=True, slots=True)
class Report:
    """The gateway's health at a moment; `version` is empty when nothing is published."""

    status: Status
    version: str
    model_reachable: bool


class Health:
    """Looks at the index and the model, and remembers the model's state for a moment."""

    def __init__(self, searcher: Searcher, model: Ollama | None) -> None:
        self._searcher = searcher
        self._model = model
        self._reachable = False
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()

    async def report(self) -> Report:
        """Return the present state."""
        try:
            version = (await run_in_threadpool(self._searcher.version)).name
        except (NotPublishedError, WarehouseError):
            version = ""
        reachable = await self._model_reachable()
        status: Status = "unpublished" if not version else "ok" if reachable else "degraded"
        return Report(status, version, reachable)

    async def _model_reachable(self) -> bool:
        if self._model is None:
            return False
        async with self._looking:
            if time.monotonic() - self._looked_at > _FRESH_SECONDS:
                self._reachable = await self._model.available()
                self._looked_at = time.monotonic()
        return self._reachable

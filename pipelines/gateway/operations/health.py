"""Whether Sanku can answer now: each part with its state, the reason, and since when."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from starlette.concurrency import run_in_threadpool

from pipelines.current import last_pulled
from pipelines.errors import EmbeddingError, NotPublishedError, SankuError, WarehouseError
from pipelines.gateway.conversation.recorder import Recorder
from pipelines.gateway.operations.following import check_answerable
from pipelines.ollama import Ollama
from pipelines.records import TIERS
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

# Anyone may ask for the health; Ollama is asked no more often than this.
_FRESH_SECONDS = 5.0

Status = Literal["ok", "degraded", "unpublished"]
State = Literal["ok", "degraded", "failed"]
"""`degraded`: questions are answered, less well; `failed`: they are not."""


@dataclass(frozen=True, slots=True)
class Report:
    """The gateway's health at a moment; `version` is empty when nothing is published."""

    status: Status
    version: str
    model_reachable: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that answers depend on."""

    state: State
    reason: str
    """Empty where all is well."""
    since: datetime
    """When the state was first seen."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether questions can be answered, and what each part has to do with it."""

    status: Literal["ready", "degraded", "unready"]
    parts: Mapping[str, Part]


class Health:
    """Looks at the index, the model, the tiers and the log, and remembers since when."""

    def __init__(
        self,
        settings: Settings,
        searcher: Searcher,
        model: Ollama | None,
        recorder: Recorder | None,
    ) -> None:
        self._settings = settings
        self._searcher = searcher
        self._model = model
        self._recorder = recorder
        self._reachable = False
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()
        self._parts: dict[str, Part] = {}
        self.is_ending = False
        """Set when the gateway was told to end: it still answers, and asks for no more."""

    async def report(self) -> Report:
        """Return the present state in short."""
        try:
            version = (await run_in_threadpool(self._searcher.version)).name
        except (NotPublishedError, WarehouseError):
            version = ""
        reachable = await self._model_reachable()
        status: Status = "unpublished" if not version else "ok" if reachable else "degraded"
        return Report(status, version, reachable)

    async def readiness(self) -> Readiness:
        """Return the state of each part: `index`, `model`, the declared tiers, `log`."""
        if self.is_ending:
            self._see("gateway", "failed", "it was told to end, and takes no more questions")
        if await run_in_threadpool(self._see_index):
            await run_in_threadpool(self._see_tiers)
        await self._see_model()
        self._see_log()
        states = {part.state for part in self._parts.values()}
        ready: Literal["ready", "degraded"] = "degraded" if "degraded" in states else "ready"
        return Readiness("unready" if "failed" in states else ready, dict(self._parts))

    def _see(self, name: str, state: State, reason: str = "") -> None:
        before = self._parts.get(name)
        since = before.since if before and before.state == state else datetime.now(UTC)
        self._parts[name] = Part(state, reason, since)

    def _see_index(self) -> bool:
        """Look at the index, and return whether there is one to look into."""
        try:
            version = self._searcher.version()
        except NotPublishedError:
            self._see("index", "failed", "nothing is published yet; run `sanku run`")
            return False
        except WarehouseError:
            self._see(
                "index", "failed", "it cannot be read; `sanku verify` and `sanku rollback` help"
            )
            return False
        try:
            check_answerable(self._searcher, version)
        except EmbeddingError:
            told = "another embedding model built it; reload the gateway, or run `sanku run`"
            self._see("index", "failed", told)
        except WarehouseError:
            told = "another Sanku built it; restart the gateway, or run `sanku run`"
            self._see("index", "failed", told)
        else:
            if self._is_behind():
                told = (
                    "another embedding model, or another Sanku, built a newer version; reload the "
                    "gateway, or restart it after an upgrade"
                )
                self._see("index", "degraded", told)
            else:
                self._see("index", "ok")
        return True

    def _is_behind(self) -> bool:
        """Tell whether a newer version waits that nothing can be answered from here."""
        followed = self._searcher.followed
        try:
            newer = followed.newer() if followed else None
        except SankuError:  # it cannot be opened; the one in use answers as well as before
            return False
        if newer is None:
            return False
        try:
            check_answerable(self._searcher, newer[0])
        except SankuError:
            return True
        return False

    def _see_tiers(self) -> None:
        """What is stale is still answered from, and better than nothing."""
        now, warehouse = self._settings.now(), Warehouse(self._settings.warehouse)
        for tier in TIERS:
            if not getattr(self._settings, tier):
                continue
            days = self._settings.publish.stale_after_days[tier]
            try:
                pulled_at = last_pulled(self._settings, warehouse, tier)
            except WarehouseError:
                self._see(
                    tier, "degraded", "when it was pulled cannot be read; `sanku status` helps"
                )
                continue
            if pulled_at is None:
                self._see(tier, "degraded", "its sources were never pulled; run `sanku run`")
            elif now - pulled_at > timedelta(days=days):
                told = f"last pulled {pulled_at.date()}, over {days} days ago; run `sanku run`"
                self._see(tier, "degraded", told)
            else:
                self._see(tier, "ok")

    async def _see_model(self) -> None:
        if await self._model_reachable():
            self._see("model", "ok")
        else:
            name = f"`{self._settings.ollama.model}`"
            told = f"Ollama or its model {name} cannot be reached; answers quote the index"
            self._see("model", "degraded", told)

    def _see_log(self) -> None:
        if self._recorder is None:
            return
        match self._recorder.report()["state"]:
            case "failed":
                told = "the redactor does not load, so that nothing is logged; the log says why"
                self._see("log", "degraded", told)
            case "loading":
                self._see("log", "ok", "the redactor is loading; answers wait to be logged")
            case _:
                self._see("log", "ok")

    async def _model_reachable(self) -> bool:
        if self._model is None:
            return False
        async with self._looking:
            if time.monotonic() - self._looked_at > _FRESH_SECONDS:
                self._reachable = await self._model.available()
                self._looked_at = time.monotonic()
        return self._reachable

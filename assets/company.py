"""The company's settings, warehouse and embedding model, as a Dagster resource."""

import time
from collections.abc import Callable

import dagster as dg
from pydantic import PrivateAttr

from pipelines.embedding.model import Embedder, load_embedder
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse

_SECONDS_BETWEEN_LINES = 5.0


class Company(dg.ConfigurableResource[None]):
    """One company: its `sources.toml` and its warehouse; empty paths mean the environment's."""

    sources: str = ""
    warehouse_folder: str = ""

    _embedder: Embedder | None = PrivateAttr(default=None)

    def settings(self) -> Settings:
        """Read the settings, as they are now."""
        return load_settings(self.sources or None, self.warehouse_folder or None)

    def warehouse(self) -> Warehouse:
        """Return the warehouse that the settings name."""
        return Warehouse(self.settings().warehouse)

    def embedder(self) -> Embedder:
        """Load the embedding model on first use, once a run."""
        if self._embedder is None:
            self._embedder = load_embedder(self.settings(), dg.get_dagster_logger().info)
        return self._embedder


def logged(
    context: dg.AssetExecutionContext, what: str, total: int | None = None
) -> Callable[[int], None]:
    """Return an `advance` that logs rows, rate and time left every few seconds."""
    done = first = 0
    started = told = 0.0

    def advance(rows: int) -> None:
        nonlocal done, first, started, told
        done += rows
        now = time.monotonic()
        if not started:
            # The first call comes after a model was loaded, which says nothing of the rate.
            started, told, first = now, now, rows
        if now - told < _SECONDS_BETWEEN_LINES:
            return
        told = now
        rate = (done - first) / (now - started)
        left = f", {(total - done) / rate:.0f} s left" if total and rate else ""
        of = f" of {total}" if total else ""
        context.log.info(f"{what}: {done}{of}, {rate:.0f} a second{left}")

    return advance

"""The company's settings, warehouse and embedding model, as a Dagster resource."""

import time
from contextlib import ExitStack

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
    _turn: ExitStack | None = PrivateAttr(default=None)

    def settings(self) -> Settings:
        """Read the settings, as they are now."""
        return load_settings(self.sources or None, self.warehouse_folder or None)

    def warehouse(self) -> Warehouse:
        """Return the warehouse that the settings name."""
        return Warehouse(self.settings().warehouse)

    def take_turn(self) -> Warehouse:
        """Wait until no `sanku run` or `sanku release` is at work, and keep them waiting.

        Returns the warehouse. The turn ends with `end_turn`, or with the run.
        """
        warehouse = self.warehouse()
        if self._turn is None:
            with ExitStack() as held:
                held.enter_context(warehouse.refreshing())
                self._turn = held.pop_all()
        return warehouse

    def end_turn(self) -> None:
        """Let others pull and publish."""
        if self._turn is not None:
            self._turn.close()
            self._turn = None

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """End the turn of a run that did not get to its publish."""
        del context
        self.end_turn()

    def embedder(self) -> Embedder:
        """Load the embedding model on first use, once a run."""
        if self._embedder is None:
            self._embedder = load_embedder(self.settings(), dg.get_dagster_logger().info)
        return self._embedder


class Logged:
    """An `advance` that logs rows, rate and time left every few seconds."""

    def __init__(self, context: dg.AssetExecutionContext, what: str) -> None:
        self._context = context
        self._what = what
        self._total = 0
        self._done = self._first = 0
        self._started = self._told = 0.0

    def expect(self, total: int) -> None:
        """Take how many rows there will be, or how many more."""
        self._total += total

    def __call__(self, rows: int) -> None:
        """Count rows that are done."""
        self._done += rows
        now = time.monotonic()
        if not self._started:
            # The first call comes after a model was loaded, which says nothing of the rate.
            self._started, self._told, self._first = now, now, rows
        if now - self._told < _SECONDS_BETWEEN_LINES:
            return
        self._told = now
        rate = (self._done - self._first) / (now - self._started)
        left = f", {(self._total - self._done) / rate:.0f} s left" if self._total and rate else ""
        of = f" of {self._total}" if self._total else ""
        self._context.log.info(f"{self._what}: {self._done}{of}, {rate:.0f} a second{left}")

"""What the gateway counts for Prometheus; every label has few values, and none is a customer's."""

import re
from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from pipelines.current import last_pulled
from pipelines.errors import NotPublishedError, WarehouseError
from pipelines.gateway.context import Context
from pipelines.gateway.operations.health import Readiness
from pipelines.records import TIERS
from pipelines.settings import Settings
from pipelines.versions import Version
from pipelines.warehouse import Warehouse

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_CODE = re.compile(r"[a-z][a-z_0-9]{0,39}")
_MODEL = "model_"


class Metrics:
    """The counters of one process; they outlive a reload."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "sanku_requests",
            "Requests answered or given up.",
            ("route", "method", "status", "client"),
            registry=registry,
        )
        self._seconds = Histogram(
            "sanku_request_seconds",
            "Seconds until the whole answer was sent.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._first = Histogram(
            "sanku_first_piece_seconds",
            "Seconds until the first piece of an answer was sent.",
            ("decision",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._answers = Counter(
            "sanku_answers", "Questions answered.", ("decision", "reason"), registry=registry
        )
        self._cited = Counter(
            "sanku_answers_citing", "Answers that cite a tier.", ("tier",), registry=registry
        )
        self._model_errors = Counter(
            "sanku_model_errors", "Answers given without the model.", ("code",), registry=registry
        )

    def count(self, told: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        """Count one request: what its line in the log tells, and what is known of its answer."""
        route = str(told["route"])
        client, status = str(told["client"]), str(told["status"])
        self._requests.labels(route, str(told["method"]), status, client).inc()
        self._seconds.labels(route).observe(told["ms"] / 1000)
        if not about:
            return
        decision, reason = _code(about.get("decision")), _code(about.get("reason"))
        self._answers.labels(decision, reason).inc()
        if "first_ms" in told:
            self._first.labels(decision).observe(told["first_ms"] / 1000)
        if reason.startswith(_MODEL):
            self._model_errors.labels(reason.removeprefix(_MODEL)).inc()
        for tier in TIERS:
            if any(citation.get("tier") == tier for citation in about.get("citations", ())):
                self._cited.labels(tier).inc()

    def text(self, context: Context, readiness: Readiness) -> bytes:
        """Return all metrics as Prometheus reads them: those counted, and the state of now."""
        state = CollectorRegistry()
        state.register(_State(context, readiness))
        return generate_latest(self._registry) + generate_latest(state)


class _State(Collector):
    """What is looked up when it is asked for."""

    def __init__(self, context: Context, readiness: Readiness) -> None:
        self._context = context
        self._readiness = readiness

    def collect(self) -> Iterator[Metric]:
        """Yield what is published, what was refused, and how the parts and the log fare."""
        ready = GaugeMetricFamily(
            "sanku_part_ok", "1 where a part is as it should be.", labels=("part",)
        )
        for name, part in self._readiness.parts.items():
            ready.add_metric((name,), part.state == "ok")
        yield ready
        # Without one, `sanku_part_ok` says so of the index.
        with suppress(NotPublishedError, WarehouseError):
            yield from _published(self._context.searcher.version())
        warehouse = Warehouse(self._context.settings.warehouse)
        with suppress(WarehouseError):
            yield _pulled(self._context.settings, warehouse)
        yield _quarantined(warehouse)
        if self._context.recorder is not None:
            log = self._context.recorder.report()
            waiting = GaugeMetricFamily("sanku_log_waiting", "Answers that wait to be logged.")
            waiting.add_metric((), float(str(log["waiting"])))
            yield waiting
            lost = CounterMetricFamily("sanku_log_lost", "Answers that could not be logged.")
            lost.add_metric((), float(str(log["lost"])))
            yield lost
            yield from _handoffs(log.get("handoffs"))


def _handoffs(told: object) -> Iterator[Metric]:
    """Yield how the reports of hand-offs fare, where they are sent anywhere."""
    if isinstance(told, dict):
        yield CounterMetricFamily("sanku_handoffs_sent", "Hand-offs reported.", told["sent"])
        yield CounterMetricFamily("sanku_handoffs_lost", "Hand-offs not reported.", told["lost"])


def _published(version: Version) -> Iterator[Metric]:
    manifest = version.manifest
    info = InfoMetricFamily("sanku_published", "The published version.")
    info.add_metric((), {"version": version.name, "embedder": manifest.embedder_id})
    yield info
    records = GaugeMetricFamily("sanku_records", "Records published.", labels=("tier",))
    for tier in TIERS:
        records.add_metric((tier,), manifest.entries.get(tier, 0))
    yield records


def _pulled(settings: Settings, warehouse: Warehouse) -> Metric:
    pulled = GaugeMetricFamily(
        "sanku_pulled_timestamp_seconds", "Last look at a tier's sources.", labels=("tier",)
    )
    for tier in TIERS:
        if looked_at := last_pulled(settings, warehouse, tier):
            pulled.add_metric((tier,), looked_at.timestamp())
    return pulled


def _quarantined(warehouse: Warehouse) -> Metric:
    rows = Tally(warehouse.quarantine()["tier"].to_pylist())
    refused = GaugeMetricFamily("sanku_quarantined_rows", "Records refused.", labels=("tier",))
    for tier in TIERS:
        refused.add_metric((tier,), rows[tier])
    return refused


def _code(value: object) -> str:
    """Return a code of Sanku's own; what is none cannot become a label."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else "other"

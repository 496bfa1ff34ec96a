"""Figures as Arrow tables, for Parquet and for whoever reckons further."""

from typing import Any

import pyarrow as pa

from pipelines.analytics.figures import Counts, Figures
from pipelines.analytics.turns import OUTCOMES
from pipelines.records import TIERS

_MEASURES = {"milliseconds": "whole", "first_piece": "first_piece"}
_PERCENTILES = ("p50", "p95", "p99")


def _field(name: str, kind: pa.DataType, doc: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"doc": doc})


DAYS_SCHEMA = pa.schema(
    [
        _field("day", pa.date32(), "the company's day"),
        _field("questions", pa.int64(), "questions that were answered, in whatever way"),
        _field("conversations", pa.int64(), "different conversations"),
        _field("customers", pa.int64(), "different customers, of those whom a front end names"),
        *(
            _field(outcome, pa.int64(), f"questions with the outcome `{outcome}`")
            for outcome in OUTCOMES
        ),
        *(_field(tier, pa.int64(), f"questions whose answer cites `{tier}`") for tier in TIERS),
        *(
            _field(
                f"{measure}_{percentile}",
                pa.float64(),
                f"percentile of `{measure}`; null where nobody asked",
                nullable=True,
            )
            for measure in _MEASURES
            for percentile in _PERCENTILES
        ),
    ],
    metadata={"schema_version": "1"},
)


def day_table(figures: Figures) -> pa.Table:
    """Return one row for each day of the span, oldest first: `DAYS_SCHEMA`."""
    rows = [{"day": day} | _row(counts) for day, counts in figures.days.items()]
    return pa.Table.from_pylist(rows, DAYS_SCHEMA)


def _row(counts: Counts) -> dict[str, Any]:
    row: dict[str, Any] = {
        "questions": counts.questions,
        "conversations": counts.conversations,
        "customers": counts.customers,
        **dict(counts.outcomes.items()),
        **dict(counts.tiers.items()),
    }
    for measure, attribute in _MEASURES.items():
        measured = getattr(counts, attribute)
        row |= {f"{measure}_{one}": getattr(measured, one) for one in _PERCENTILES}
    return row

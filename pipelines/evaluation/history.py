"""The figures of every measurement of a published version, one row each.

Figures alone: no question and no answer is kept, and nothing that a customer said.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
from filelock import FileLock

from pipelines.evaluation.answering import Answered
from pipelines.evaluation.figures import quality, ranking, spent
from pipelines.evaluation.ranking import Found
from pipelines.evaluation.report import Report
from pipelines.warehouse import Warehouse, read_parquet, write_parquet

By = Literal["golden_answers", "sanku eval"]

_TEXT: Mapping[str, str] = {
    "version": "version that was measured",
    "embedder_id": "its embedding model",
    "model": "language model that answered; empty for none",
    "golden": "digest of the golden questions",
    "by": "what measured: the asset `golden_answers`, or `sanku eval`",
}
_FIGURES: Mapping[str, str] = {
    "recall_1": "share of records found at rank 1",
    "recall_5": "share of records found within rank 5",
    "recall_10": "share of records found within rank 10",
    "mrr": "mean reciprocal rank",
    "ndcg_10": "normalised discounted gain within rank 10",
    "search_p95_ms": "milliseconds that 19 of 20 searches did not exceed",
    "accuracy": "share of right answers",
    "direct_share": "share of answerable questions answered directly",
    "direct_precision": "share of right ones among direct answers",
    "refusal_precision": "share of questions without an answer among refusals",
    "refusal_recall": "share of refusals among questions without an answer",
    "answer_p95_ms": "milliseconds that 19 of 20 answers did not exceed",
}
HISTORY_SCHEMA = pa.schema(
    [
        pa.field("at", pa.timestamp("us", "UTC"), metadata={"doc": "when it was measured"}),
        *(pa.field(name, pa.string(), metadata={"doc": doc}) for name, doc in _TEXT.items()),
        pa.field("questions", pa.int32(), metadata={"doc": "questions asked"}),
        *(pa.field(name, pa.float64(), metadata={"doc": doc}) for name, doc in _FIGURES.items()),
    ]
)
"""One row a measurement; a figure that could not be taken is null."""

_WAY_OUT = "Remove it; the history then begins anew."


def remember(warehouse: Warehouse, report: Report, by: By) -> None:
    """Append the figures of a measurement to the warehouse's history.

    Raises `WarehouseError` for a history that is damaged.
    """
    file = warehouse.evaluations
    file.parent.mkdir(parents=True, exist_ok=True)
    row = pa.Table.from_pylist([_row(report, by)], HISTORY_SCHEMA)
    with FileLock(file.with_suffix(".lock")):
        write_parquet(file, pa.concat_tables([history(warehouse), row]))


def history(warehouse: Warehouse) -> pa.Table:
    """Return every measurement of `HISTORY_SCHEMA`, the oldest first."""
    file = warehouse.evaluations
    return (
        read_parquet(file, HISTORY_SCHEMA, _WAY_OUT)
        if file.exists()
        else HISTORY_SCHEMA.empty_table()
    )


def _row(report: Report, by: By) -> dict[str, Any]:
    measures, good = ranking(report.found).measures, quality(report.answered)
    figures = {
        "recall_1": measures["R@1"],
        "recall_5": measures["R@5"],
        "recall_10": measures["R@10"],
        "mrr": measures["RR"],
        "ndcg_10": measures["nDCG@10"],
        "accuracy": good.accuracy,
        "direct_share": good.direct_share,
        "direct_precision": good.direct_precision,
        "refusal_precision": good.refusal_precision,
        "refusal_recall": good.refusal_recall,
    }
    return {
        "at": report.at,
        "version": report.version,
        "embedder_id": report.embedder_id,
        "model": report.model,
        "golden": report.golden,
        "by": by,
        "questions": max(len(report.found), len(report.answered)),
        "search_p95_ms": _p95(report.found),
        "answer_p95_ms": _p95(report.answered),
        **{name: figure.mean if figure else None for name, figure in figures.items()},
    }


def _p95(items: Sequence[Found | Answered]) -> float | None:
    return spent([item.milliseconds for item in items]).p95 if items else None

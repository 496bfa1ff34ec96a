"""What the Dagster UI shows of an asset: columns, counts, and tables of single records."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from pipelines.chunks import CHUNK_SCHEMA
from pipelines.evaluation import Report, by_kind, percentile
from pipelines.refresh import Pulled, sum_changes
from pipelines.text import one_line
from pipelines.versions import Manifest
from pipelines.warehouse import PartitionChange

_SHOWN = 20
_COLUMN_TYPES = {bool: "boolean", int: "integer", float: "float", str: "string"}


def chunk_columns() -> dg.TableSchema:
    """Return the columns of a tier's table with what each one means."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(field.name, str(field.type), field.metadata[b"doc"].decode())
            for field in CHUNK_SCHEMA
        ]
    )


def change_metadata(
    changes: Iterable[PartitionChange], refused: pa.Table
) -> dict[str, dg.MetadataValue]:
    """Return what writes changed, in records, and the records that were `refused`."""
    total = sum_changes(changes)
    counts = {
        "records": dg.MetadataValue.int(total.records),
        "added": dg.MetadataValue.int(total.added),
        "changed": dg.MetadataValue.int(total.changed),
        "removed": dg.MetadataValue.int(total.removed),
        "quarantined": dg.MetadataValue.int(total.quarantined),
    }
    return counts | quarantine_metadata(refused)


def pull_metadata(pulls: Mapping[str, Pulled], seconds: float) -> dict[str, dg.MetadataValue]:
    """Return what there is to know of a run's pull: its facts per source, and its time."""
    facts = {source: dict(pull.facts) for source, pull in pulls.items()}
    return {
        "whole run, by source": dg.MetadataValue.json(facts),
        "seconds": dg.MetadataValue.float(round(seconds, 2)),
    }


def manifest_counts(manifest: Manifest) -> dict[str, dg.MetadataValue]:
    """Return how many records of each tier a version holds."""
    return {
        f"{tier} records": dg.MetadataValue.int(count) for tier, count in manifest.entries.items()
    }


def answer_metadata(report: Report) -> dict[str, dg.MetadataValue]:
    """Return accuracy and latency of the golden questions' answers, and the wrong ones."""
    spent = [item.milliseconds for item in report.answered]
    kinds = [
        {"kind": kind, "right": right, "asked": asked}
        for kind, (right, asked) in by_kind(report.answered).items()
    ]
    wrong = [
        {"question": one_line(item.question), "decision": item.decision, "reason": item.reason}
        for item in report.answered
        if not item.right
    ]
    return {
        "accuracy": dg.MetadataValue.float(round(report.accuracy, 3)),
        "questions": dg.MetadataValue.int(len(report.answered)),
        "p50 ms": dg.MetadataValue.float(round(percentile(spent, 0.5), 1)),
        "p95 ms": dg.MetadataValue.float(round(percentile(spent, 0.95), 1)),
        **table("by kind", kinds),
        **table("wrong", wrong),
    }


def quarantine_metadata(refused: pa.Table) -> dict[str, dg.MetadataValue]:
    """Return the first quarantined records: where each stands and why; nothing for none."""
    columns = ["source", "path", "line", "reason", "excerpt"]
    return table("quarantine", refused.slice(0, _SHOWN).select(columns).to_pylist())


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, dg.MetadataValue]:
    """Return rows of equal keys as a table called `name`; nothing for no rows."""
    if not rows:
        return {}
    columns = [
        dg.TableColumn(key, _COLUMN_TYPES.get(type(value), "string"))
        for key, value in rows[0].items()
    ]
    records = [dg.TableRecord(dict(row)) for row in rows]
    return {name: dg.MetadataValue.table(records, dg.TableSchema(columns=columns))}

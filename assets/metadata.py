"""What the Dagster UI shows of a pull: counts, and the quarantined records in a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import pyarrow.compute as pc

from pipelines.records import Tier
from pipelines.refresh import Pulled
from pipelines.warehouse import Warehouse

_SHOWN = 20


def pull_metadata(
    pulls: Mapping[str, Pulled], tier: Tier, warehouse: Warehouse
) -> dict[str, dg.MetadataValue]:
    """Return the metadata of a tier's pull: totals, facts per source, quarantine."""
    totals = [pull.total for pull in pulls.values()]
    facts = {
        f"{source}: {name}": value
        for source, pull in pulls.items()
        for name, value in pull.facts.items()
    }
    return {
        "dagster/row_count": dg.MetadataValue.int(sum(total.rows for total in totals)),
        "added": dg.MetadataValue.int(sum(total.added for total in totals)),
        "changed": dg.MetadataValue.int(sum(total.changed for total in totals)),
        "removed": dg.MetadataValue.int(sum(total.removed for total in totals)),
        "quarantined": dg.MetadataValue.int(sum(total.quarantined for total in totals)),
        "quarantine": quarantine_table(warehouse, tier),
        "sources": dg.MetadataValue.json(facts),
    }


def quarantine_table(warehouse: Warehouse, tier: Tier) -> dg.MetadataValue:
    """Return the first quarantined records of a tier: where each stands and why."""
    refused = warehouse.quarantine()
    rows = refused.filter(pc.equal(refused["tier"], tier)).slice(0, _SHOWN)
    return table(rows.select(["source", "path", "line", "reason", "excerpt"]).to_pylist())


def table(rows: Sequence[Mapping[str, Any]]) -> dg.MetadataValue:
    """Return rows of equal keys as a table."""
    records = [dg.TableRecord(dict(row)) for row in rows]
    columns = [dg.TableColumn(name) for name in (rows[0] if rows else {"nothing": ""})]
    return dg.MetadataValue.table(records=records, schema=dg.TableSchema(columns=columns))

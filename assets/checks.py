"""Asset checks: the gate in front of the pointer, and what was quarantined on the way."""

from collections.abc import Iterator, Sequence

import dagster as dg
import pyarrow.compute as pc

from assets.company import Company
from assets.index import candidate
from assets.metadata import quarantine_table, table
from pipelines import refresh
from pipelines.checks import CHECKS
from pipelines.records import TIERS, Tier


def gate_checks() -> Sequence[dg.AssetChecksDefinition]:
    """Return one blocking check of the candidate for each of `pipelines.checks.CHECKS`."""
    return [_gate_check(name) for name in CHECKS]


def _gate_check(name: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=candidate, name=name, description=CHECKS[name].__doc__, blocking=True)
    def check(company: Company) -> dg.AssetCheckResult:
        at = refresh.gate(company.settings(), company.warehouse(), lambda: company.embedder())
        if at is None:
            return dg.AssetCheckResult(passed=True, metadata={"summary": "nothing new to check"})
        result = refresh.run_check(name, at)
        return dg.AssetCheckResult(
            passed=result.passed, metadata={"summary": result.summary, "rows": table(result.rows)}
        )

    return check


def quarantine_checks() -> Iterator[dg.AssetChecksDefinition]:
    """Yield a warning per tier that counts and shows its quarantined records."""
    for tier in TIERS:
        yield _quarantine_check(tier)


def _quarantine_check(tier: Tier) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=tier,
        name="nothing_quarantined",
        description="No record of the tier was refused; the table says which were, and why.",
    )
    def check(company: Company) -> dg.AssetCheckResult:
        warehouse = company.warehouse()
        refused = pc.sum(pc.equal(warehouse.quarantine()["tier"], tier)).as_py() or 0
        return dg.AssetCheckResult(
            passed=not refused,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"quarantined": refused, "records": quarantine_table(warehouse, tier)},
        )

    return check

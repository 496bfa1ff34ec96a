"""Asset checks: the gate in front of the pointer, and what was quarantined on the way."""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.company import Company
from assets.index import candidate, stale_faq
from assets.metadata import quarantine_metadata, stale_table, table
from pipelines import refresh
from pipelines.checks import CHECKS
from pipelines.current import current_entries, current_findings
from pipelines.faq.changes import conflicts_among
from pipelines.records import TIERS, Tier


def gate_checks() -> Sequence[dg.AssetChecksDefinition]:
    """Return one blocking check of the candidate for each of `pipelines.checks.CHECKS`."""
    return [_gate_check(name) for name in CHECKS]


def _gate_check(name: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=candidate, name=name, description=CHECKS[name].__doc__, blocking=True)
    def check(company: Company) -> dg.AssetCheckResult:
        at = refresh.gate(company.settings(), company.warehouse(), lambda: company.embedder())
        if at is None:
            return dg.AssetCheckResult(passed=True, description="nothing new to check")
        result = refresh.run_check(name, at)
        return dg.AssetCheckResult(
            passed=result.passed,
            description=result.summary,
            metadata=table("records to blame", result.rows),
        )

    return check


def quarantine_checks() -> Iterator[dg.AssetChecksDefinition]:
    """Yield a warning per tier that counts and shows its quarantined records."""
    for tier in TIERS:
        yield _quarantine_check(tier)


def conflict_check() -> dg.AssetChecksDefinition:
    """Return a warning for FAQ entries that answer one question differently."""

    @dg.asset_check(
        asset="faq",
        name="answers_agree",
        description="No two approved entries ask the same and answer differently.",
    )
    def check(company: Company) -> dg.AssetCheckResult:
        settings = company.settings()
        entries = current_entries(settings, company.warehouse())
        conflicts = conflicts_among(entries, settings.now().date())
        return dg.AssetCheckResult(
            passed=not conflicts,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{len(conflicts)} questions with different answers",
            metadata=table("conflicts", conflicts),
        )

    return check


def stale_check() -> dg.AssetChecksDefinition:
    """Return a warning for FAQ entries that a release made wrong, until somebody decides."""

    @dg.asset_check(
        asset=stale_faq,
        name="no_faq_entry_is_stale",
        description="No release contradicts an FAQ entry that nobody has reviewed since.",
    )
    def check(company: Company) -> dg.AssetCheckResult:
        found = current_findings(company.settings(), company.warehouse())
        waiting = [one for one in found if one.in_doubt]
        return dg.AssetCheckResult(
            passed=not waiting,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{len(waiting)} FAQ entries in doubt; `sanku faq review` decides",
            metadata=stale_table(waiting),
        )

    return check


def _quarantine_check(tier: Tier) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=tier,
        name="nothing_quarantined",
        description="No record of the tier was refused; the table says which were, and why.",
    )
    def check(company: Company) -> dg.AssetCheckResult:
        refused = company.warehouse().quarantine(tier)
        return dg.AssetCheckResult(
            passed=not refused.num_rows,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{refused.num_rows} quarantined",
            metadata=quarantine_metadata(refused),
        )

    return check

"""`sanku status`, `versions`, `rollback` and `verify`: what is published, and if it is whole."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import as_json, company, print_json, print_table
from pipelines.errors import SankuError
from pipelines.records import TIERS
from pipelines.text import one_line

if TYPE_CHECKING:
    from pipelines.checks import CheckResult
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@as_json
@company
def status(settings: "Settings", warehouse: "Warehouse", as_json: bool) -> None:
    """Show the published version, each source's last pull, and what is quarantined or in doubt."""
    from pipelines.current import current_findings
    from pipelines.versions import published, read_pointer

    manifest = published(warehouse).manifest if read_pointer(warehouse) else None
    refused = warehouse.quarantine()
    counts: dict[tuple[str, str], int] = {}
    for tier, source in zip(
        refused["tier"].to_pylist(), refused["source"].to_pylist(), strict=True
    ):
        counts[tier, source] = counts.get((tier, source), 0) + 1
    sources = [
        {
            "tier": tier,
            "source": source.name,
            "pulled_at": warehouse.pulled_at(tier, source.name),
            "quarantined": counts.get((tier, source.name), 0),
        }
        for tier in TIERS
        for source in getattr(settings, tier)
    ]
    in_doubt = sum(one.in_doubt for one in current_findings(settings, warehouse))
    if as_json:
        told = manifest.model_dump(mode="json", exclude={"prompt"}) if manifest else None
        about = {"published": told, "faq_in_doubt": in_doubt, "sources": sources}
        print_json({"warehouse": warehouse.root, **about})
        return
    if manifest:
        entries = ", ".join(f"{tier} {count}" for tier, count in manifest.entries.items())
        click.echo(f"published: {manifest.version} ({entries} records)")
        click.echo(f"embedding model: {manifest.embedder_id}")
    else:
        click.echo("published: nothing yet; run `sanku run`")
    if in_doubt:
        click.echo(f"FAQ entries in doubt: {in_doubt}; `sanku faq review` lists them")
    rows = [(s["tier"], s["source"], s["pulled_at"] or "never", s["quarantined"]) for s in sources]
    print_table(str(warehouse.root), ("tier", "source", "last pull", "quarantined"), rows)


@click.command()
@as_json
@company
def versions(settings: "Settings", warehouse: "Warehouse", as_json: bool) -> None:
    """List the versions that `rollback` can reach, in the order of their publishing."""
    from pipelines.publish import kept_versions
    from pipelines.versions import read_pointer

    pointer = read_pointer(warehouse)
    current = pointer["version"] if pointer else ""
    manifests = [version.manifest for version in kept_versions(warehouse)]
    if as_json:
        listed = [
            {**m.model_dump(mode="json", exclude={"prompt"}), "published": m.version == current}
            for m in manifests
        ]
        print_json(listed)
        return
    rows = [
        (
            "→" if m.version == current else "",
            m.version,
            m.built_at.isoformat(timespec="minutes"),
            *(m.entries.get(tier, 0) for tier in TIERS),
        )
        for m in manifests
    ]
    print_table("versions", ("", "version", "built", *TIERS), rows)


@click.command()
@click.argument("version", required=False)
@as_json
@company
def rollback(
    settings: "Settings", warehouse: "Warehouse", version: str | None, as_json: bool
) -> None:
    """Publish VERSION again, or the one before the published one; readers follow at once."""
    from pipelines.publish import rollback as roll_back

    manifest = roll_back(warehouse, version, now=settings.now())
    if as_json:
        print_json({"version": manifest.version})
    else:
        click.echo(f"published: {manifest.version} (until the next publish)")


@click.command()
@as_json
@company
def verify(settings: "Settings", warehouse: "Warehouse", as_json: bool) -> None:
    """Read every row of every kept version and compare it with what was built."""
    from pipelines.versions import published, read_pointer

    pointer = read_pointer(warehouse)
    # Nothing to verify is no success: a script may have named the wrong warehouse.
    names = pointer["kept"] if pointer else [published(warehouse).name]
    results = {name: _verified(warehouse, name) for name in names}
    if as_json:
        print_json({name: asdict(result) for name, result in results.items()})
    else:
        for name, result in results.items():
            click.echo(f"{'ok' if result.passed else 'DAMAGED'}  {name}: {result.summary}")
            for row in result.rows:
                click.echo("  " + ", ".join(f"{key}: {value}" for key, value in row.items()))
    if not all(result.passed for result in results.values()):
        sys.exit(1)


def _verified(warehouse: "Warehouse", name: str) -> "CheckResult":
    """Reconcile one version; one that cannot even be opened is damaged too."""
    from pipelines.checks import CheckResult, reconcile
    from pipelines.versions import Version, version_folder

    try:
        return reconcile(Version(version_folder(warehouse, name)))
    except (SankuError, OSError, RuntimeError, ValueError) as error:  # what LanceDB and Arrow raise
        return CheckResult("reconciles", False, one_line(str(error), 300))

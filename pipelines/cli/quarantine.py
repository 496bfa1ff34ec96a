"""`sanku quarantine`: which records were refused, where each stands, and why."""

from typing import TYPE_CHECKING

import click

from pipelines.cli.options import as_json, company, print_json, print_table
from pipelines.records import TIERS, Tier

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@click.option("--tier", type=click.Choice(TIERS), help="Of one tier only.")
@click.option("--source", help="Of one source only.")
@click.option("--reveal", is_flag=True, help="Decrypt messages that `redaction.quarantine` keeps.")
@as_json
@company
def quarantine(
    settings: "Settings",
    warehouse: "Warehouse",
    tier: Tier | None,
    source: str | None,
    reveal: bool,
    as_json: bool,
) -> None:
    """List the records that were refused: where each stands, and why."""
    rows = warehouse.quarantine(tier, source=source).to_pylist()
    if reveal:
        from pipelines.redaction import load_key
        from pipelines.redaction.seal import Seal

        seal = Seal(load_key(settings))
        for row in rows:
            row["excerpt"] = seal.open(row["sealed"]) if row["sealed"] else row["excerpt"]
    for row in rows:
        row["sealed"] = bool(row["sealed"])
    if as_json:
        print_json(rows)
        return
    cells = [
        (row["tier"], row["source"], f"{row['path']}:{row['line']}", row["reason"], row["excerpt"])
        for row in rows
    ]
    columns = ("tier", "source", "place", "reason", "excerpt")
    print_table(f"{len(rows)} quarantined", columns, cells)

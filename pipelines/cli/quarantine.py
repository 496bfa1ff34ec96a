"""`sanku quarantine`: which records were refused, where each stands, and why."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.options import as_json, company, print_json, print_table
from pipelines.errors import SettingsError
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
    logs = {one.name for one in settings.dialogues}
    declared = logs | {one.name for one in settings.faq} | {one.name for one in settings.changelog}
    if source and not rows and source not in declared:
        raise click.UsageError(
            f"`{settings.sources_file}` declares no source `{source}`, and nothing of one is "
            f"quarantined; name one of {', '.join(f'`{name}`' for name in sorted(declared))}."
        )
    unopened = _reveal(rows, settings) if reveal else []
    for row in rows:
        row["sealed"] = bool(row["sealed"])
    if as_json:
        print_json(rows)
    else:
        cells = [
            (row["tier"], row["source"], _place(row), row["reason"], row["excerpt"]) for row in rows
        ]
        columns = ("tier", "source", "place", "reason", "excerpt")
        print_table(f"{len(rows)} quarantined", columns, cells)
    if unopened:
        raise SettingsError(
            f"{len(unopened)} quarantined messages cannot be decrypted: they were sealed under "
            "another redaction key. Put that key back as `redaction.key_file` or "
            f"`SANKU_REDACTION_KEY`. They stand in {', '.join(unopened)}."
        )


def _reveal(rows: list[dict[str, Any]], settings: "Settings") -> list[str]:
    """Put sealed messages in the place of excerpts; return where those of another key stand."""
    from pipelines.redaction import load_key
    from pipelines.redaction.seal import Seal

    seal = Seal(load_key(settings))
    unopened = []
    for row in rows:
        text = seal.opened(row["sealed"]) if row["sealed"] else row["excerpt"]
        if text is None:
            unopened.append(f"`{row['source']}` {_place(row)}")
        else:
            row["excerpt"] = text
    return unopened


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['path']}:{row['line']}"

"""What was refused while reading the sources: where it stands, and why."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.gateway.console.page import page
from pipelines.gateway.console.paging import paged
from pipelines.gateway.context import context_of
from pipelines.records import TIERS
from pipelines.warehouse import Warehouse


def quarantine(request: Request) -> Response:
    """List the quarantined records, of all tiers and sources or of one."""
    warehouse = Warehouse(context_of(request).settings.warehouse)
    rows = warehouse.quarantine().to_pylist()
    rows.sort(key=lambda row: (TIERS.index(row["tier"]), row["source"], row["path"], row["line"]))
    asked = request.query_params
    tier, source = asked.get("tier", ""), asked.get("source", "")
    shown = [
        row
        for row in rows
        if (not tier or row["tier"] == tier) and (not source or row["source"] == source)
    ]
    return page(
        request, "quarantine", "quarantine",
        rows=paged(request, shown), total=len(rows), tier=tier, source=source,
        counts={one: sum(row["tier"] == one for row in rows) for one in TIERS},
    )  # fmt: skip


ROUTES = (Route("/console/quarantine", quarantine, methods=["GET"]),)

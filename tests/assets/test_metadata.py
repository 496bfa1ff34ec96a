"""What the Dagster UI shows, and `sanku release` reads from there."""

from datetime import date
from pathlib import Path

import dagster as dg

from assets.metadata import history_metadata, stale_table
from pipelines.evaluation.history import history, remember
from pipelines.stale.findings import Certainty, Finding
from pipelines.warehouse import Warehouse
from tests.evaluation.measured import report


def finding(number: int, certainty: Certainty) -> Finding:
    """Return a finding about one of many FAQ entries."""
    return Finding(
        id=f"{number:032}", tier="faq", source="handbook", record=f"r{number}", path="a.md",
        line=number, title="怎么开发票？", text="三天。", product="yunque", change="c",
        tag="v2.5.0", version="2.5.0", released=date(2026, 11, 17), change_text="改为一天",
        kind="limit", severity="low", wrong="三天", why="2.5.0 起是一天", suggestion="",
        certainty=certainty,
    )  # fmt: skip


def test_no_entry_in_doubt_is_left_out_of_the_table_and_what_is_only_possible_is() -> None:
    found = [finding(number, "possible") for number in range(200)]
    found += [finding(number, "sure") for number in range(200, 350)]

    shown = stale_table(found)["stale"]

    assert isinstance(shown, dg.TableMetadataValue)
    assert [row.data["certainty"] for row in shown.records] == ["sure"] * 150


def test_measurements_with_different_golden_questions_are_told_apart(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    for golden in ("0123456789abcdef", "0123456789abcdef", "fedcba9876543210"):
        remember(warehouse, report({"甲": 1}, golden=golden), "sanku eval")

    shown = history_metadata(history(warehouse))["history"]

    assert isinstance(shown, dg.TableMetadataValue)
    assert [row.data["golden"] for row in shown.records] == ["fedcba98", "01234567", "01234567"]

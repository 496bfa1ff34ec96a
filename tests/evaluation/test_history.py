"""The history of measurements: figures, appended, and nothing else."""

from pathlib import Path

import pytest

from pipelines.errors import WarehouseError
from pipelines.evaluation.history import HISTORY_SCHEMA, history, remember
from pipelines.warehouse import Warehouse
from tests.evaluation.measured import report


def test_every_measurement_is_a_row_with_its_figures(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    assert history(warehouse).num_rows == 0
    remember(warehouse, report({"甲": 1, "乙": 4}), "sanku eval")
    remember(warehouse, report({"甲": 1}, {"甲": True}, version="0008-b"), "golden_answers")
    first, second = history(warehouse).to_pylist()
    assert (first["version"], first["by"], first["questions"]) == ("0007-aaaaaaaa", "sanku eval", 2)
    assert (first["recall_1"], first["recall_5"], first["mrr"]) == (0.5, 1.0, 0.625)
    assert first["accuracy"] is first["answer_p95_ms"] is None
    assert (second["accuracy"], second["direct_share"], second["answer_p95_ms"]) == (1.0, 1.0, 20)
    assert second["refusal_recall"] is None


def test_no_question_is_kept(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    remember(warehouse, report({"我叫王建国": 1}, {"我叫王建国": True}), "sanku eval")
    assert "我叫王建国".encode() not in warehouse.evaluations.read_bytes()
    kept = {field.name for field in HISTORY_SCHEMA if str(field.type) == "string"}
    assert kept == {"version", "embedder_id", "model", "golden", "by"}


def test_a_damaged_history_is_named(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    remember(warehouse, report({"甲": 1}), "sanku eval")
    warehouse.evaluations.write_bytes(b"PAR1")
    with pytest.raises(WarehouseError, match="is damaged"):
        remember(warehouse, report({"甲": 1}), "sanku eval")

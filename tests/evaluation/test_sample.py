"""The sample company, measured whole, through the library."""

import asyncio

import pytest

from pipelines.embedding.model import Embedder
from pipelines.evaluation.figures import by_kind
from pipelines.evaluation.golden import load_golden
from pipelines.evaluation.intervals import percentile
from pipelines.evaluation.metrics import recall_at
from pipelines.evaluation.report import evaluate_through_ollama
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse


@pytest.mark.long
def test_the_sample_company_is_answered_well_without_a_model(
    company: tuple[Settings, Warehouse], embedder: Embedder
) -> None:
    """Floors below what was measured (74 of 81), for two questions that move."""
    settings, warehouse = company
    no_model = settings.ollama.model_copy(update={"url": "http://127.0.0.1:9"})
    settings = settings.model_copy(update={"ollama": no_model})
    golden = load_golden(settings)
    steps: list[int] = []
    searcher = Searcher(published(warehouse), lambda: embedder)
    report = asyncio.run(evaluate_through_ollama(settings, searcher, golden, steps.append))
    assert recall_at([item.rank for item in report.found], 5) >= 0.95
    assert report.model == ""
    assert report.without_entry == ()
    assert sum(item.right for item in report.answered) / len(golden) >= 0.88
    kinds = by_kind(report.answered)
    for kind in ("direct", "english", "handoff", "chitchat"):
        assert sum(item.right for item in kinds[kind]) >= len(kinds[kind]) - 1, kind
    assert percentile([item.milliseconds for item in report.answered], 0.95) < 1000
    assert sum(steps) == len(report.found) + len(golden)
    told = report.as_dict()
    assert told["answers"]["all"]["asked"] == len(golden)
    assert told["ranking"]["kinds"]["english"]["measures"]["R@1"]["mean"] >= 0.8

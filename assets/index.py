"""From the tiers to a published index: embeddings, candidate, published version, golden answers."""

import asyncio
import time

import dagster as dg

from assets.company import Company, Logged
from assets.metadata import (
    answer_metadata,
    candidate_metadata,
    curation_metadata,
    history_metadata,
    published_metadata,
    similar_metadata,
    stale_metadata,
)
from pipelines import refresh
from pipelines.embedding.identity import embedder_identity
from pipelines.evaluation.golden import load_golden
from pipelines.evaluation.history import history, remember
from pipelines.evaluation.report import evaluate_through_ollama
from pipelines.search import Searcher
from pipelines.versions import published as current
from pipelines.versions import read_pointer

# One run at a time from building to publishing: `dagster.yaml` gives every pool one slot a run.
WRITER_POOL = "index_writer"


@dg.asset(
    group_name="index",
    kinds={"huggingface", "sqlite"},
    owners=["team:data"],
    code_version="1",
    deps=[
        "faq",
        dg.AssetDep("dialogues", partition_mapping=dg.AllPartitionMapping()),
        dg.AssetDep("changelog", partition_mapping=dg.AllPartitionMapping()),
    ],
)
def embeddings(context: dg.AssetExecutionContext, company: Company) -> dg.MaterializeResult[None]:
    """A vector for every text of the three tiers; unchanged text is never embedded twice."""
    settings, warehouse = company.settings(), company.take_turn()
    progress = Logged(context, "texts embedded")
    stats = refresh.embed(settings, warehouse, company.embedder, progress, expect=progress.expect)
    return dg.MaterializeResult(
        metadata={
            "embedded": stats.embedded,
            "reused": stats.reused,
            "seconds": round(stats.seconds, 2),
            "model": embedder_identity(settings).id,
        }
    )


@dg.asset(
    group_name="index",
    kinds={"parquet"},
    owners=["team:support"],
    code_version="1",
    deps=[embeddings],
)
def stale_faq(company: Company) -> dg.MaterializeResult[None]:
    """FAQ entries, and older changes, that a newer release made wrong; answers follow at once."""
    settings, warehouse, started = company.settings(), company.take_turn(), time.monotonic()
    found = refresh.find_stale(settings, warehouse)
    return dg.MaterializeResult(
        metadata={**stale_metadata(found), "seconds": round(time.monotonic() - started, 2)}
    )


@dg.asset(
    group_name="index",
    kinds={"lancedb"},
    owners=["team:data"],
    code_version="1",
    deps=[embeddings, stale_faq],
    pool=WRITER_POOL,
)
def candidate(company: Company) -> dg.MaterializeResult[None]:
    """The next version of the index, beside the published one; no reader sees it."""
    started = time.monotonic()
    settings, warehouse = company.settings(), company.take_turn()
    built = refresh.build(settings, warehouse, company.embedder)
    return dg.MaterializeResult(
        metadata={
            **candidate_metadata(built),
            **curation_metadata(refresh.current_dialogues(settings, warehouse)),
            "seconds": round(time.monotonic() - started, 2),
        }
    )


@dg.asset(
    group_name="index",
    kinds={"lancedb"},
    owners=["team:data"],
    code_version="1",
    deps=[candidate],
    pool=WRITER_POOL,
)
def published(company: Company) -> dg.MaterializeResult[None]:
    """The version that every reader follows: one pointer, flipped after all checks passed."""
    warehouse, started = company.warehouse(), time.monotonic()
    done = refresh.publish_candidate(company.settings(), warehouse)
    company.end_turn()
    return dg.MaterializeResult(
        data_version=dg.DataVersion(done.manifest.digest),
        metadata={
            **published_metadata(done),
            "kept for rollback": ", ".join((read_pointer(warehouse) or {}).get("kept", ())),
            "seconds": round(time.monotonic() - started, 2),
        },
    )


@dg.asset(
    group_name="index",
    kinds={"ollama", "parquet"},
    owners=["team:support"],
    code_version="1",
    deps=[published],
)
def similar_questions(
    context: dg.AssetExecutionContext, company: Company
) -> dg.MaterializeResult[None]:
    """Other wordings of FAQ entries, written by the Ollama model once readers have the version."""
    settings, warehouse, started = company.settings(), company.take_turn(), time.monotonic()
    progress = Logged(context, "entries asked about")
    done = refresh.write_similar_questions(settings, warehouse, company.embedder, progress)
    company.end_turn()
    return dg.MaterializeResult(
        metadata={**similar_metadata(done), "seconds": round(time.monotonic() - started, 2)}
    )


@dg.asset(
    group_name="serving",
    kinds={"ollama"},
    owners=["team:support"],
    code_version="1",
    deps=[published],
)
def golden_answers(company: Company) -> dg.MaterializeResult[None]:
    """The golden questions, answered from the published version through the Ollama model."""
    settings, warehouse, started = company.settings(), company.warehouse(), time.monotonic()
    searcher, golden = Searcher(current(warehouse), company.embedder), load_golden(settings)
    report = asyncio.run(evaluate_through_ollama(settings, searcher, golden))
    if golden:
        remember(warehouse, report, "golden_answers")
    return dg.MaterializeResult(
        metadata={
            "version": report.version,
            "model": report.model or "none: answers quote the index",
            **answer_metadata(report),
            **history_metadata(history(warehouse)),
            "seconds": round(time.monotonic() - started, 2),
        }
    )

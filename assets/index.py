"""From the tiers to a published index: embeddings, candidate, published version, golden answers."""

import asyncio
from dataclasses import asdict

import dagster as dg

from assets.company import Company, logged
from assets.metadata import table
from pipelines import evaluation, refresh
from pipelines.search import Searcher
from pipelines.text import one_line
from pipelines.versions import PublishedVersion

# One writer at a time: `dagster.yaml` gives every pool one slot.
WRITER_POOL = "index_writer"


@dg.asset(
    group_name="index",
    kinds={"huggingface", "sqlite"},
    owners=["team:data"],
    deps=[
        "faq",
        dg.AssetDep("dialogues", partition_mapping=dg.AllPartitionMapping()),
        dg.AssetDep("changelog", partition_mapping=dg.AllPartitionMapping()),
    ],
)
def embeddings(context: dg.AssetExecutionContext, company: Company) -> dg.MaterializeResult[None]:
    """A vector for every text of the three tiers; unchanged text is never embedded twice."""
    settings, warehouse = company.settings(), company.warehouse()
    advance = logged(context, "texts embedded", refresh.texts_to_embed(settings, warehouse))
    stats = refresh.embed(settings, warehouse, company.embedder, advance)
    return dg.MaterializeResult(
        metadata={
            "embedded": stats.embedded,
            "reused": stats.reused,
            "seconds": round(stats.seconds, 2),
            "model": settings.embedding.model,
        }
    )


@dg.asset(
    group_name="index",
    kinds={"lancedb"},
    owners=["team:data"],
    deps=[embeddings],
    pool=WRITER_POOL,
)
def candidate(company: Company) -> dg.MaterializeResult[None]:
    """The next version of the index, beside the published one; no reader sees it."""
    built = refresh.build(company.settings(), company.warehouse())
    manifest = built.version.manifest
    changes = [{"tier": tier, **asdict(change)} for tier, change in built.changes.items()]
    return dg.MaterializeResult(
        metadata={
            "version": manifest.version,
            "unchanged": built.unchanged,
            "dagster/row_count": sum(manifest.chunks.values()),
            "records": manifest.entries,
            "changes": table(changes),
            "embedding model": manifest.embedder_id,
        }
    )


@dg.asset(
    group_name="index",
    kinds={"lancedb"},
    owners=["team:data"],
    deps=[candidate],
    pool=WRITER_POOL,
)
def published(company: Company) -> dg.MaterializeResult[None]:
    """The version that every reader follows: one pointer, flipped after all checks passed."""
    done = refresh.publish_candidate(company.settings(), company.warehouse())
    manifest = done.manifest
    return dg.MaterializeResult(
        data_version=dg.DataVersion(manifest.digest),
        metadata={
            "version": manifest.version,
            "new": done.new,
            "records": manifest.entries,
            "checks": table([record.model_dump() for record in manifest.checks]),
        },
    )


@dg.asset(
    group_name="serving",
    kinds={"ollama"},
    owners=["team:support"],
    deps=[published],
)
def golden_answers(company: Company) -> dg.MaterializeResult[None]:
    """The golden questions, answered from the published version through the Ollama model."""
    settings, warehouse = company.settings(), company.warehouse()
    searcher = Searcher(PublishedVersion(warehouse), company.embedder)
    report = asyncio.run(evaluation.answer_golden(settings, searcher))
    by_kind = [
        {"kind": kind, "right": right, "asked": asked}
        for kind, (right, asked) in evaluation.by_kind(report.answered).items()
    ]
    wrong = [
        {"question": one_line(item.question), "decision": item.decision, "reason": item.reason}
        for item in report.answered
        if not item.right
    ]
    spent = [item.milliseconds for item in report.answered]
    return dg.MaterializeResult(
        metadata={
            "version": searcher.version().name,
            "model": report.model or "none reachable: answered by quotation",
            "right": report.accuracy,
            "by kind": table(by_kind),
            "wrong": table(wrong),
            "p50 ms": evaluation.percentile(spent, 0.5),
            "p95 ms": evaluation.percentile(spent, 0.95),
        }
    )

"""What the Dagster UI shows of an asset: columns, counts, and tables of single records."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import dagster as dg
import pyarrow as pa

from pipelines.dialogues.curation import Curated
from pipelines.dialogues.days import DAY_COUNTS, DayOfDialogues
from pipelines.enrichment.similar import Written
from pipelines.evaluation.figures import by_kind, check_counts, quality, ranking, spent
from pipelines.evaluation.report import Report
from pipelines.faq.changes import change_row
from pipelines.index import Candidate
from pipelines.publish import Published
from pipelines.pull import Pulled, sum_changes
from pipelines.stale.findings import Finding, Verdict, worst_first
from pipelines.text import clean, one_line
from pipelines.versions import Manifest
from pipelines.warehouse import PartitionChange

_SHOWN = 20
_SHOWN_CHANGES = 100
VERDICTS: Sequence[Verdict] = ("open", "accepted", "dismissed")
_HISTORY_FIGURES = ("recall_5", "accuracy", "direct_precision", "refusal_recall")
_COLUMN_TYPES = {bool: "boolean", int: "integer", float: "float", str: "string"}


def columns_of(schema: pa.Schema) -> dg.TableSchema:
    """Return the columns of a tier's table with what each one means."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(field.name, str(field.type), field.metadata[b"doc"].decode())
            for field in schema
        ]
    )


def change_metadata(
    changes: Iterable[PartitionChange], refused: pa.Table
) -> dict[str, dg.MetadataValue]:
    """Return what writes changed, in records, and the records that were `refused`."""
    total = sum_changes(changes)
    counts = {
        "records": dg.MetadataValue.int(total.records),
        "added": dg.MetadataValue.int(total.added),
        "changed": dg.MetadataValue.int(total.changed),
        "removed": dg.MetadataValue.int(total.removed),
        "quarantined": dg.MetadataValue.int(total.quarantined),
    }
    return counts | quarantine_metadata(refused)


def entry_metadata(pulls: Iterable[Pulled]) -> dict[str, dg.MetadataValue]:
    """Return the FAQ entries that a pull changed, with their differences, word by word."""
    rows = [change_row(change) for pulled in pulls for change in pulled.changes]
    left = len(rows) - _SHOWN_CHANGES
    more = {"more changes": "`sanku faq diff --last` shows all", "left out": left}
    return table("changes", rows[:_SHOWN_CHANGES]) | (table("and more", [more]) if left > 0 else {})


def pull_metadata(pulls: Mapping[str, Pulled], seconds: float) -> dict[str, dg.MetadataValue]:
    """Return what there is to know of a run's pull: its facts per source, and its time."""
    facts = {source: dict(pulled.facts) for source, pulled in pulls.items()}
    return {
        "whole run, by source": dg.MetadataValue.json(facts),
        "seconds": dg.MetadataValue.float(round(seconds, 2)),
    }


def day_metadata(days: Sequence[DayOfDialogues]) -> dict[str, dg.MetadataValue]:
    """Return what one day's logs held, the share of customers' turns kept, and why not the rest."""
    turns: Counter[str] = Counter()
    for day in days:
        turns.update(day.reasons)
    asked = turns.total()
    counted = {
        name: dg.MetadataValue.int(sum(getattr(day, name) for day in days)) for name in DAY_COUNTS
    }
    rows = [
        {"turn": why, "count": count, "share": round(count / asked, 3)}
        for why, count in turns.most_common()
        if count
    ]
    return {
        **counted,
        "keep rate": dg.MetadataValue.float(round(turns["kept"] / max(1, asked), 3)),
        **table("customers' turns", rows),
    }


def candidate_metadata(built: Candidate) -> dict[str, Any]:
    """Return what a candidate holds and changes, and of what kinds its examples of tone are."""
    manifest = built.version.manifest
    tones = Counter(one.kind for one in manifest.tone)
    return {
        "version": manifest.version,
        "unchanged": built.unchanged,
        "dagster/row_count": sum(manifest.chunks.values()),
        **manifest_counts(manifest),
        **table("changes", [{"tier": t, **asdict(c)} for t, c in built.changes.items()]),
        # Only how many: what Dagster keeps is not reached by `sanku forget`.
        **table("tone", [{"kind": kind, "examples": n} for kind, n in tones.items()]),
        "embedding model": manifest.embedder_id,
        "folder": dg.MetadataValue.path(built.version.folder),
    }


def curation_metadata(curated: Curated) -> dict[str, dg.MetadataValue]:
    """Return how many of the window's exchanges the index takes, and why not the rest."""
    rows = [{"left out as": why, "exchanges": count} for why, count in curated.surplus.items()]
    taken = {"exchanges taken": dg.MetadataValue.int(len(curated.exchanges))}
    return {**taken, **table("exchanges left out", rows)}


def published_metadata(done: Published) -> dict[str, Any]:
    """Return which version readers see now, what it holds, and the checks that it passed."""
    manifest = done.manifest
    return {
        "version": manifest.version,
        "new": done.new,
        "dagster/row_count": sum(manifest.chunks.values()),
        **manifest_counts(manifest),
        **table("checks", [record.model_dump() for record in manifest.checks]),
    }


def manifest_counts(manifest: Manifest) -> dict[str, dg.MetadataValue]:
    """Return how many records of each tier a version holds."""
    return {
        f"{tier} records": dg.MetadataValue.int(count) for tier, count in manifest.entries.items()
    }


def stale_metadata(found: Sequence[Finding]) -> dict[str, dg.MetadataValue]:
    """Return the FAQ entries that releases made wrong, the worst first, and how many there are."""
    in_doubt = [one for one in found if one.tier == "faq"]
    older = len(found) - len(in_doubt)
    counts = Counter(one.verdict for one in in_doubt if not one.worth_a_look)
    return {
        **{f"FAQ entries {verdict}": dg.MetadataValue.int(counts[verdict]) for verdict in VERDICTS},
        "FAQ entries worth a look": dg.MetadataValue.int(sum(one.worth_a_look for one in found)),
        "older changes ended": dg.MetadataValue.int(older),
        **stale_table(in_doubt),
    }


def stale_table(found: Sequence[Finding]) -> dict[str, dg.MetadataValue]:
    """Return findings as a table: both texts, why, the suggested edit, and what was decided."""
    rows = [
        {
            "severity": one.severity,
            "question": one_line(one.title, 200),
            "why": one.why,
            "suggested edit": clean(one.suggestion),
            "place": f"{one.path}:{one.line}",
            "product": one.product,
            "tag": one.tag,
            "change": one_line(one.change_text, 400),
            "kind": one.kind,
            "certainty": one.certainty,
            "verdict": one.verdict,
            "reason": one.reason,
            "judge": one.judge,
            "id": one.id,
        }
        for verdict in VERDICTS
        for one in worst_first(found)
        if one.verdict == verdict
    ]
    # `sanku release` reads its exit status from here: none that is in doubt may be left out.
    return table("stale", rows[: max(_SHOWN_CHANGES, sum(one.in_doubt for one in found))])


def similar_metadata(done: Written) -> dict[str, dg.MetadataValue]:
    """Return how many entries the model was asked about, and the wordings that are of use."""
    rows = [
        {
            "question": one_line(draft.question, 200),
            "wording": one_line(draft.text, 200),
            "closer to": one_line(draft.closer, 200),
            "model": draft.model,
            "id": draft.id,
        }
        for draft in done.drafts
        if not draft.refused
    ]
    return {
        "entries asked about": dg.MetadataValue.int(done.calls),
        "entries waiting": dg.MetadataValue.int(done.waiting),
        "why they wait": dg.MetadataValue.text(done.stopped or "none waits"),
        "wordings of use": dg.MetadataValue.int(len(rows)),
        "wordings refused": dg.MetadataValue.int(len(done.drafts) - len(rows)),
        **table("wordings", rows[:_SHOWN_CHANGES]),
    }


def answer_metadata(report: Report) -> dict[str, dg.MetadataValue]:
    """Return how well golden questions are found and answered, and what went wrong.

    Dagster's UI plots each of the numbers over time.
    """
    found, good = ranking(report.found), quality(report.answered)
    figures = {
        "accuracy": good.accuracy,
        "recall@1": found.measures["R@1"],
        "recall@5": found.measures["R@5"],
        "recall@10": found.measures["R@10"],
        "MRR": found.measures["RR"],
        "nDCG@10": found.measures["nDCG@10"],
        "direct share": good.direct_share,
        "direct precision": good.direct_precision,
        "refusal precision": good.refusal_precision,
        "refusal recall": good.refusal_recall,
    }
    search = spent([item.milliseconds for item in report.found])
    answer = spent([item.milliseconds for item in report.answered])
    return {
        "questions": dg.MetadataValue.int(max(len(report.answered), len(report.found))),
        **{
            name: dg.MetadataValue.float(round(value.mean, 3))
            for name, value in figures.items()
            if value
        },
        "search p95 ms": dg.MetadataValue.float(round(search.p95, 1)),
        "p50 ms": dg.MetadataValue.float(round(answer.p50, 1)),
        "p95 ms": dg.MetadataValue.float(round(answer.p95, 1)),
        **_answer_tables(report),
    }


def _answer_tables(report: Report) -> dict[str, dg.MetadataValue]:
    ranks = {item.id: item.rank for item in report.found}
    kinds = [
        {"kind": kind, "right": sum(item.right for item in items), "asked": len(items)}
        for kind, items in by_kind(report.answered).items()
    ]
    checks = [
        {"check": name, "passed": passed, "asked": asked}
        for name, (passed, asked) in check_counts(report.answered).items()
    ]
    wrong = [
        {
            "question": one_line(item.question),
            "decision": item.decision,
            "reason": item.reason,
            "failed": one_line("; ".join(item.failed), 400),
            "rank": ranks.get(item.id, 0),
        }
        for item in report.answered
        if not item.right
    ]
    return table("by kind", kinds) | table("by check", checks) | table("wrong", wrong)


def history_metadata(past: pa.Table) -> dict[str, dg.MetadataValue]:
    """Return the last measurements, those of `sanku eval` too, the newest first.

    Figures compare only where `golden` is the same.
    """
    columns = ["at", "by", "golden", "version", "model", "questions", *_HISTORY_FIGURES]
    rows = past.select(columns).slice(max(0, past.num_rows - _SHOWN)).to_pylist()
    shown = [
        {
            **row,
            "at": row["at"].isoformat(timespec="minutes"),
            "golden": row["golden"][:8],
            **{name: _rounded(row[name]) for name in _HISTORY_FIGURES},
        }
        for row in reversed(rows)
    ]
    return table("history", shown)


def _rounded(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3f}"


def quarantine_metadata(refused: pa.Table) -> dict[str, dg.MetadataValue]:
    """Return the first quarantined records: where each stands and why; nothing for none."""
    columns = ["source", "path", "line", "reason", "excerpt"]
    return table("quarantine", refused.slice(0, _SHOWN).select(columns).to_pylist())


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, dg.MetadataValue]:
    """Return rows of equal keys as a table called `name`; nothing for no rows."""
    if not rows:
        return {}
    columns = [
        dg.TableColumn(key, _COLUMN_TYPES.get(type(value), "string"))
        for key, value in rows[0].items()
    ]
    records = [dg.TableRecord(dict(row)) for row in rows]
    return {name: dg.MetadataValue.table(records, dg.TableSchema(columns=columns))}

"""The gate: what a candidate must pass before readers see it."""

import asyncio
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from pipelines.answer import Answerer
from pipelines.chunks import CHUNK_SCHEMA, Chunk, from_json, from_row, recomputed_hash
from pipelines.confidence import FORMULA
from pipelines.embedding.model import load_embedder
from pipelines.errors import EmbeddingError, WarehouseError
from pipelines.evaluation.answering import Answered, ask
from pipelines.evaluation.golden import GoldenQuestion, load_golden
from pipelines.evaluation.metrics import recall_at
from pipelines.evaluation.models import settings_of
from pipelines.evaluation.ranking import FOUND_WITHIN, Found, expected_by, find, without_entry
from pipelines.records import PERSONAL_TIERS, TIERS, Tier
from pipelines.search import QueryEmbedder, Searcher
from pipelines.settings import FEW_ENTRIES, Settings
from pipelines.terms import query_terms
from pipelines.text import is_chinese, one_line
from pipelines.versions import CheckRecord, Version
from pipelines.warehouse import Warehouse

SELF_TEST_TITLES = 20
SHOWN = 20
NO_GOLDEN = "no golden questions; declare some in `publish.golden`"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one check; `rows` says which records are to blame."""

    name: str
    passed: bool
    summary: str
    rows: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """What the checks look at: the candidate, and the version it would replace."""

    settings: Settings
    candidate: Version
    published: Version | None
    embedder: Callable[[], QueryEmbedder]


def reconciles(gate: Gate) -> CheckResult:
    """Every chunk of the build is in the table with its content, once, and nothing else is."""
    return _reconcile_rows(gate.candidate)


def reconcile(version: Version) -> CheckResult:
    """Compare a published version with what was built: every byte of its files, then every row.

    The rows of one that another Sanku built have other columns, and are not read.
    """
    if damaged := version.damaged_files():
        problems = [{"file": name, "problem": "is not as it was published"} for name in damaged]
        summary = f"{len(problems)} files are damaged; `sanku run` builds a new version"
        return CheckResult("reconciles", False, summary, tuple(problems[:SHOWN]))
    try:
        version.check_schema()
    except WarehouseError as error:
        return CheckResult("reconciles", True, f"its files are as published, but {error}")
    return _reconcile_rows(version)


def _reconcile_rows(version: Version) -> CheckResult:
    expected = version.expected()
    problems: list[dict[str, str]] = []
    seen: set[str] = set()
    for row in version.rows(*CHUNK_SCHEMA.names, "chunk").to_pylist():
        chunk = from_row(row)
        seen.add(chunk.id)
        if chunk.id not in expected:
            problems.append(_blame(chunk, "is in the table but not in the build"))
        elif not chunk.content_hash == expected[chunk.id] == recomputed_hash(chunk):
            problems.append(_blame(chunk, "does not have the content it was built with"))
        elif _json(row) != chunk:
            problems.append(_blame(chunk, "is read by search otherwise than its columns say"))
    problems += [
        {"chunk": missing, "problem": "is in the build but not in the table"}
        for missing in sorted(expected.keys() - seen)
    ]
    rows = version.table.count_rows()
    if rows != len(seen):
        problems.append({"chunk": "", "problem": f"{rows} rows hold {len(seen)} different chunks"})
    summary = f"{rows} rows, {len(problems)} problems"
    return CheckResult("reconciles", not problems, summary, tuple(problems[:SHOWN]))


def _json(row: Mapping[str, Any]) -> Chunk | None:
    """Return what search reads of a row; None where that is no chunk at all."""
    try:
        return from_json(row["chunk"])
    except ValidationError:
        return None


def fulltext_finds_chinese(gate: Gate) -> CheckResult:
    """Full-text search finds entries by their own titles; LanceDB can return no rows silently."""
    from lancedb.expr import col, lit

    rows = gate.candidate.rows("id", "entry_id", "title", "tier").to_pylist()
    titles = sorted((r for r in rows if is_chinese(r["title"])), key=lambda row: row["id"])
    tried = titles[:SELF_TEST_TITLES]
    missed = []
    for row in tried:
        # Among its own rows: a question that hundreds asked stands on no list of the first hundred.
        query = gate.candidate.full_text(query_terms(row["title"]))
        query = query.where(col("entry_id") == lit(row["entry_id"])).limit(1)
        if not gate.candidate.read(query.select(["entry_id", "_score"])).num_rows:
            missed.append({"title": _titled(row), "entry": row["entry_id"]})
    summary = f"{len(tried) - len(missed)} of {len(tried)} titles found"
    return CheckResult("fulltext_finds_chinese", not missed, summary, tuple(missed))


def _titled(row: Mapping[str, Any]) -> str:
    """Return a title fit for a report; a customer's words stay where they can be forgotten."""
    return "" if row["tier"] in PERSONAL_TIERS else one_line(row["title"])


def no_personal_data(gate: Gate) -> CheckResult:
    """No dialogue text of the candidate holds what the strict scan recognises."""
    from lancedb.expr import col

    from pipelines.redaction import allow_pattern, scan

    where = col("tier").isin(sorted(PERSONAL_TIERS))
    columns = ("entry_id", "path", "line_start", "title", "text")
    blamed = []
    public = allow_pattern(gate.settings.redaction.allow)
    rows = gate.candidate.rows(*columns, where=where).to_pylist()
    for row in rows:
        if kinds := scan(f"{row['title']}\n{row['text']}", public):
            place = f"{row['path']}:{row['line_start']}"
            blamed.append({"place": place, "kinds": ", ".join(kinds)})
    summary = f"{len(rows)} dialogue chunks scanned, {len(blamed)} hold personal data"
    return CheckResult("no_personal_data", not blamed, summary, tuple(blamed[:SHOWN]))


def nothing_vanishes(gate: Gate) -> CheckResult:
    """No tier loses more of its records than `publish.max_removed` allows, nor the FAQ a few more.

    Dialogues leave by the window every day, so that they are only refused when all go at once.
    """
    if gate.published is None:
        return CheckResult("nothing_vanishes", True, "nothing whole was published before")
    limit = gate.settings.publish.max_removed
    confirmed = Warehouse(gate.settings.warehouse).confirmed_gone(gate.published.name)
    blamed = []
    for tier in TIERS:
        before, now = gate.published.entries(tier), gate.candidate.entries(tier)
        gone = before - now - confirmed
        # Ids of dialogues are keyed: under another key all are others, and as many.
        personal = tier in PERSONAL_TIERS
        lost = len(before) - len(now) if personal else len(gone)
        few = FEW_ENTRIES if tier == "faq" and gone != before else 0
        if lost > max(few, len(before) * (max(0.999, limit) if personal else limit)):
            sources = ", ".join(_sources_of(gate.published, gone))
            blamed.append(
                {"tier": tier, "gone": str(len(gone)), "of": str(len(before)), "sources": sources}
            )
    if not blamed:
        return CheckResult("nothing_vanishes", True, "within limits")
    losses = (
        f"{row['tier']} loses {row['gone']} of {row['of']} records ({row['sources']})"
        for row in blamed
    )
    way_out = (
        "If that is meant, let them go with `sanku faq confirm SOURCE`, whether or not the source "
        "is declared still; of another tier, raise `publish.max_removed` for this run."
    )
    return CheckResult("nothing_vanishes", False, f"{'; '.join(losses)}. {way_out}", tuple(blamed))


def _sources_of(version: Version, ids: Collection[str]) -> list[str]:
    rows = version.rows("entry_id", "source").to_pylist()
    return sorted({row["source"] for row in rows if row["entry_id"] in ids})


def tiers_are_fresh(gate: Gate) -> CheckResult:
    """Every declared tier was pulled within its `publish.stale_after_days`."""
    settings = gate.settings
    now = settings.now()
    blamed, told = [], []
    for tier in TIERS:
        if not getattr(settings, tier):
            continue
        limit = timedelta(days=settings.publish.stale_after_days[tier])
        pulled = gate.candidate.manifest.pulled_at.get(tier)
        if pulled is None:
            last, missing = "never", ", ".join(_never_pulled(settings, tier))
            told.append(
                f"{tier} was never pulled from {missing}: materialize `{tier}` in Dagster, "
                "or run `sanku run`"
            )
        elif now - pulled > limit:
            last = pulled.isoformat(timespec="minutes")
            told.append(f"{tier} was pulled {last}")
        else:
            continue
        blamed.append({"tier": tier, "pulled": last, "limit": f"{limit.days} days"})
    return CheckResult("tiers_are_fresh", not blamed, "; ".join(told) or "all fresh", tuple(blamed))


def _never_pulled(settings: Settings, tier: Tier) -> list[str]:
    """Return the sources of a tier that were never pulled; all where the candidate came first."""
    warehouse = Warehouse(settings.warehouse)
    names = [source.name for source in getattr(settings, tier)]
    missing = [name for name in names if warehouse.pulled_at(tier, name) is None]
    return [f"`{name}`" for name in missing or names]


def golden_questions_are_found(gate: Gate) -> CheckResult:
    """Recall on the golden questions falls by no more than `publish.max_recall_loss`."""
    name = "golden_questions_are_found"
    golden = load_golden(gate.settings)
    if not golden:
        return CheckResult(name, True, NO_GOLDEN)
    now = find(Searcher(gate.candidate, gate.embedder), golden)
    ranks = [item.rank for item in now]
    summary = (
        f"recall@1 {recall_at(ranks, 1):.3f}, recall@{FOUND_WITHIN} "
        f"{recall_at(ranks, FOUND_WITHIN):.3f} on {len(now)} questions"
    )
    if not (searcher := _published_searcher(gate)):
        return CheckResult(name, True, f"{summary}; nothing to compare with")
    before = find(searcher, golden)
    published = recall_at([item.rank for item in before], FOUND_WITHIN)
    lost = round(published - recall_at(ranks, FOUND_WITHIN), 9)  # 1 - .95 is above .05
    passed = lost <= gate.settings.publish.max_recall_loss
    gone = set(without_entry(gate.candidate, golden))
    worse = _worse(before, now, {item.id: item for item in golden}, gone)
    summary = f"{summary}; published {published:.3f}, {len(worse)} questions got worse"
    if not passed:
        if missing := sum(row["id"] in gone for row in worse):
            summary += (
                f", {missing} of them because no FAQ entry asks what they expect any more: name "
                f"the entry that answers by now in `{gate.settings.publish.golden}`"
            )
        summary += ". Mend the entries, or raise `publish.max_recall_loss` where the loss is meant"
    return CheckResult(name, passed, summary, tuple(worse))


def _published_searcher(gate: Gate) -> Searcher | None:
    """Return a searcher of the published version under its own model, where both are at hand.

    None too where another release of Sanku built it, whose confidence means nothing to this one.
    """
    before, now = gate.published, gate.candidate.manifest
    if before is None or before.manifest.schema_version != now.schema_version:
        return None
    made = before.manifest.calibration
    if made is not None and made.formula != FORMULA:
        return None
    if before.manifest.embedder_id == now.embedder_id:
        return Searcher(before, gate.embedder)
    try:
        own = settings_of(gate.settings, before)
    except EmbeddingError:  # its model is gone from here, and no fault of the candidate
        return None
    return Searcher(before, lambda: load_embedder(own))


def _worse(
    before: Sequence[Found],
    now: Sequence[Found],
    golden: Mapping[str, GoldenQuestion],
    gone: Collection[str],
) -> list[dict[str, str]]:
    """Return the questions whose record stands lower now; those that are lost to readers first.

    `gone` are the ids of those whose record the FAQ does not hold any more.
    """
    fallen = [
        (was, after)
        for was, after in zip(before, now, strict=True)
        if was.rank and not 1 <= after.rank <= was.rank
    ]
    fallen.sort(key=lambda pair: 1 <= pair[1].rank <= FOUND_WITHIN)
    return [
        {
            "id": one_line(after.id),
            "question": one_line(after.question),
            "expected": expected_by(golden[after.id]),
            "was rank": str(was.rank),
            "is": "not in the FAQ" if after.id in gone else str(after.rank or "not found"),
            "first now": after.first,
        }
        for was, after in fallen
    ]


def must_refuse_questions_are_refused(gate: Gate) -> CheckResult:
    """No golden question for a refusal or a person gets a direct answer from the candidate.

    Asked without a language model, whose refusals `sanku eval` measures.
    """
    name = "must_refuse_questions_are_refused"
    golden = [item for item in load_golden(gate.settings) if item.expect.refusal]
    if not golden:
        return CheckResult(name, True, "no golden question must be refused")
    answerer = Answerer(gate.settings, Searcher(gate.candidate, gate.embedder))
    given = [one for one in asyncio.run(ask(answerer, golden)) if one.decision == "direct"]
    summary = f"{len(given)} of {len(golden)} answered directly"
    if any(one.confidence is not None for one in given):
        summary += (
            ". Mend the FAQ entry that answers, raise `answer.direct` where its confidence is "
            "told, or change the golden question where the FAQ answers it by now"
        )
    elif given:
        summary += (
            ". Mend the entry that answers or its similar questions, or change the golden question "
            "where it is answered by now; no threshold helps"
        )
    return CheckResult(name, not given, summary, tuple(map(_answered_by, given)))


def _answered_by(one: Answered) -> dict[str, str]:
    """Return a question that was answered directly, with what answers it, and why."""
    # A change that makes an entry wrong is cited in front of it; the entry is what was found.
    by = min(one.citations, key=lambda cited: cited.tier != "faq", default=None)
    why = "it asks this very question" if one.is_own_question else one.reason
    return {
        "id": one_line(one.id),
        "question": one_line(one.question),
        "kind": one_line(one.kind),
        "answered by": one_line(by.title) if by else "",
        "place": one_line(f"{by.path}:{by.line}") if by else "",
        "because": why if one.confidence is None else f"confidence {one.confidence:.3f}",
    }


CHECKS: Mapping[str, Callable[[Gate], CheckResult]] = {
    check.__name__: check
    for check in (
        reconciles,
        fulltext_finds_chinese,
        no_personal_data,
        nothing_vanishes,
        tiers_are_fresh,
        golden_questions_are_found,
        must_refuse_questions_are_refused,
    )
}


def record_check(version: Version, result: CheckResult) -> None:
    """Keep a check's outcome beside the candidate; publishing asks for every one of them.

    With the digest of what was checked: another run may have built the candidate anew meanwhile.
    """
    folder = version.folder / "checks"
    kept = {**asdict(result), "digest": version.manifest.digest}
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    try:
        folder.mkdir(exist_ok=True)
        (folder / f"{result.name}.json").write_text(text, encoding="utf-8")
    except FileNotFoundError as error:
        raise WarehouseError(
            f"candidate `{version.name}` is gone: another run is building its own. Run again after."
        ) from error


def recorded_checks(version: Version) -> dict[str, CheckRecord]:
    """Return the outcomes of the checks of this very content, by name."""
    records = {}
    for file in sorted((version.folder / "checks").glob("*.json")):
        try:
            kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            if kept["digest"] != version.manifest.digest:
                continue
            records[file.stem] = CheckRecord.model_validate(
                {key: kept[key] for key in ("name", "passed", "summary")}
            )
        except (ValueError, KeyError, TypeError) as error:
            raise WarehouseError(f"`{file}` is damaged. Build the candidate again.") from error
    return records


def _blame(chunk: Chunk, problem: str) -> dict[str, str]:
    place = f"{chunk.source}/{chunk.path}:{chunk.line_start}"
    return {"chunk": chunk.id, "place": place, "problem": problem}

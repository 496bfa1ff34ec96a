"""Calibration: how sure a match is, for the embedding model and the FAQ at hand.

The general log-odds of `confidence` are read through a slope and an offset (Platt 1999), the most
likely ones given questions whose answer is known. What the coefficients were fitted on stands
beside them as if it had been asked here too, so that few questions move them little.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.chunks import CHUNK_SCHEMA
from pipelines.confidence import FORMULA, alike, logit
from pipelines.embedding.identity import EmbedderIdentity
from pipelines.embedding.kept_questions import KeptQuestions
from pipelines.errors import WarehouseError
from pipelines.index import Recipe, build_candidate
from pipelines.reference import LEFT_OUT_SHARE, REFERENCE, REFERENCE_LEFT_OUT, Bin
from pipelines.search import Hit, QueryEmbedder, Searcher, SearchResult
from pipelines.text import digest
from pipelines.versions import Calibration, Version
from pipelines.warehouse import Warehouse

# Questions asked at most, of each kind: what a company wrote down, what its authors listed, and
# questions of entries that are taken out.
MOST_GOLDEN, MOST_SIMILAR, MOST_LEFT_OUT = 150, 75, 75
SEARCHED = 20

# An author's similar question is easier than a customer's.
SIMILAR_WEIGHT = 0.5
# What the reference weighs, in questions.
REFERENCE_WEIGHT = 400.0
SLOPE_DEVIATION, OFFSET_DEVIATION = 0.25, 0.75
NEVER = 2.0
"""A confidence that no match has."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question whose answer is known, as it was found."""

    logit: float
    right: float
    """1 where the first hit answers it, else 0; of many questions, the share."""
    weight: float = 1.0
    left_out: bool = False
    """Whether its entry was taken out, which happens to few customers."""


@dataclass(frozen=True, slots=True)
class Known:
    """A question of the company's own, and what tells whether an FAQ hit answers it."""

    text: str
    is_answer: Callable[[Hit], bool]


def confidence(hits: Sequence[Hit], calibration: Calibration) -> float:
    """Return the probability that the first of ranked FAQ hits answers the question."""
    return float(_logistic(calibration.slope * logit(hits) + calibration.offset)) if hits else 0.0


def calibration_of(version: Version) -> Calibration:
    """Return how the confidence of a version is read.

    Raises `WarehouseError` where it was calibrated for something else. One that was built without
    any is read by the general coefficients.
    """
    manifest = version.manifest
    made = manifest.calibration
    if made is None:
        return _general(manifest.answering["direct"], manifest.embedder_id)
    if (made.embedder_id, made.formula) != (manifest.embedder_id, FORMULA):
        raise WarehouseError(
            f"the confidence of version `{version.name}` was calibrated for another embedding "
            "model, or by another release of Sanku, and says nothing here. Run `sanku run` to "
            "build and calibrate a version anew."
        )
    return made


@lru_cache(maxsize=8)
def _general(wanted: float, embedder_id: str) -> Calibration:
    return fitted((), wanted=wanted, embedder_id=embedder_id)


def fitted(
    examples: Sequence[Example],
    *,
    wanted: float,
    embedder_id: str,
    golden: str = "",
    faq: str = "",
) -> Calibration:
    """Return the most likely calibration, at which verbatim answers are right by `wanted`."""
    asked = [*_reference(REFERENCE, REFERENCE_WEIGHT), *(e for e in examples if not e.left_out)]
    left_out = [e for e in examples if e.left_out] or _reference(REFERENCE_LEFT_OUT, 1.0)
    share = LEFT_OUT_SHARE * sum(e.weight for e in asked) / sum(e.weight for e in left_out)
    values = np.array([e.logit for e in (*asked, *left_out)])
    right = np.array([e.right for e in (*asked, *left_out)])
    weights = np.array([*(e.weight for e in asked), *(share * e.weight for e in left_out)])
    slope, offset = _most_likely(values, right, weights)
    sure = _logistic(slope * values[: len(asked)] + offset)
    return Calibration(
        embedder_id=embedder_id,
        formula=FORMULA,
        golden=golden,
        faq=faq,
        slope=slope,
        offset=offset,
        direct=_least(sure, right[: len(asked)], weights[: len(asked)], wanted),
        examples=len(examples),
    )


def _reference(bins: Sequence[Bin], weight: float) -> list[Example]:
    scale = weight / sum(one[2] for one in bins)
    return [Example(value, right, scale * size) for value, right, size in bins]


def _logistic(values: Any) -> npt.NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))


def _most_likely(
    values: npt.NDArray[np.float64],
    right: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
) -> tuple[float, float]:
    """Return slope and offset; how far they lie from 1 and 0 is normally distributed."""
    from scipy.optimize import minimize  # 0.3 s, which no reader of a version pays

    def loss(at: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        slope, offset = at
        odds = slope * values + offset
        told = np.logaddexp(0, odds) - right * odds
        away = ((slope - 1) / SLOPE_DEVIATION) ** 2 / 2 + (offset / OFFSET_DEVIATION) ** 2 / 2
        change = weights * (_logistic(odds) - right)
        gradient = np.array(
            [
                change @ values + (slope - 1) / SLOPE_DEVIATION**2,
                change.sum() + offset / OFFSET_DEVIATION**2,
            ]
        )
        return float(weights @ told + away), gradient

    slope, offset = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return round(float(slope), 4), round(float(offset), 4)


def _least(
    sure: npt.NDArray[np.float64],
    right: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    wanted: float,
) -> float:
    """Return the least confidence above which so many are expected to be right.

    What is expected is half what the curve says and half what was seen: near its end, a curve is
    drawn by a few questions, and what was seen is a few questions too.
    """
    order = np.argsort(-sure, kind="stable")
    expected = (sure + right)[order] / 2
    means = np.cumsum(expected * weights[order]) / np.cumsum(weights[order])
    enough = np.flatnonzero(means >= wanted)
    return round(float(sure[order][enough[-1]]), 4) if len(enough) else NEVER


def calibrate(
    version: Version,
    known: Sequence[Known],
    golden: str,
    folder: Path,
    embedder: Callable[[], QueryEmbedder],
    before: Calibration | None = None,
) -> Calibration:
    """Return the calibration of a version: at most 300 questions are asked of its FAQ.

    `before` is that of the version it replaces, and is kept where FAQ and golden questions are the
    same. Vectors of questions are kept in `folder`, by text and model, until the next calibration.
    """
    manifest = version.manifest
    rows = _faq_rows(version)
    marks = {
        "embedder_id": manifest.embedder_id,
        "golden": golden,
        "faq": digest(str(manifest.answering["direct"]), *sorted(rows["content_hash"].to_pylist())),
    }
    if before and all(getattr(before, k) == v for k, v in {**marks, "formula": FORMULA}.items()):
        return before
    identity = EmbedderIdentity(manifest.embedder_id, manifest.dim)
    with KeptQuestions(folder, identity, embedder) as queries:
        examples = list(_examples(version, rows, known, queries))
        queries.forget_unused()
    return fitted(examples, wanted=manifest.answering["direct"], **marks)


def with_calibration(version: Version, made: Calibration) -> Version:
    """Return a version that is being built, with its calibration in its manifest."""
    manifest = version.manifest.model_copy(update={"calibration": made})
    file = version.folder / "manifest.json"
    file.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    return Version(version.folder)


def _faq_rows(version: Version) -> pa.Table:
    from lancedb.expr import col, lit

    rows = version.rows(*CHUNK_SCHEMA.names, "vector", where=col("tier") == lit("faq"))
    return rows.sort_by("id")


def _examples(
    version: Version, rows: pa.Table, known: Sequence[Known], queries: KeptQuestions
) -> Iterator[Example]:
    """Ask what is known, and yield how it was found."""
    asked = known[:MOST_GOLDEN]
    similar = _similar(rows)
    others = _titles(rows)
    if not others:
        return
    queries.encode_queries([*(one.text for one in asked), *similar.values(), *others.values()])
    searcher = Searcher(version, lambda: queries)
    for one in asked:
        if hits := _search(searcher, one.text):
            yield Example(logit(hits), float(one.is_answer(hits[0])))
    for entry, question in others.items():
        found = searcher.search(question, limit=SEARCHED, tier="faq")
        own = next((hit.answer for hit in found.hits if hit.chunk.entry_id == entry), "")
        rest = tuple(hit for hit in found.hits if not alike(own, hit.answer))
        if rest:
            hits = _read(searcher, replace(found, hits=rest))
            yield Example(logit(hits), 0.0, left_out=True)
    if similar:
        yield from _similar_asked(version, rows, similar, queries)


def _similar_asked(
    version: Version, rows: pa.Table, similar: Mapping[str, str], queries: KeptQuestions
) -> Iterator[Example]:
    """Ask similar questions of an index of the FAQ that was built without them."""
    rest = rows.filter(pc.invert(pc.is_in(rows["id"], pa.array(list(similar)))))
    entry_of = dict(zip(rows["id"].to_pylist(), rows["entry_id"].to_pylist(), strict=True))
    answers = _answers(rows)
    with tempfile.TemporaryDirectory() as folder:
        searcher = Searcher(_index(version, rest, Path(folder)), lambda: queries)
        for row, question in similar.items():
            if hits := _search(searcher, question):
                right = alike(answers[entry_of[row]], hits[0].answer)
                yield Example(logit(hits), float(right), SIMILAR_WEIGHT)


def _search(searcher: Searcher, question: str) -> Sequence[Hit]:
    return _read(searcher, searcher.search(question, limit=SEARCHED, tier="faq"))


def _read(searcher: Searcher, found: SearchResult) -> Sequence[Hit]:
    """Read entries by their own words: readings are kept, and nothing of a customer's may be."""
    hits = tuple(replace(hit, asks=hit.asks[:1]) for hit in found.hits)
    return searcher.read_closely(replace(found, hits=hits)).hits


def _index(version: Version, rows: pa.Table, folder: Path) -> Version:
    manifest = version.manifest
    matrix = rows["vector"].combine_chunks().flatten().to_numpy().reshape(-1, manifest.dim)
    vectors = dict(zip(rows["text_hash"].to_pylist(), matrix, strict=True))
    built = build_candidate(
        Warehouse(folder),
        rows.select(CHUNK_SCHEMA.names).cast(CHUNK_SCHEMA),
        lambda hashes: {key: vectors[key] for key in hashes},
        Recipe(
            manifest.embedder_id, manifest.dim, "", manifest.answering, aliases=manifest.aliases
        ),
        pulled_at={},
        built_at=manifest.built_at,
    )
    return built.version


def _similar(rows: pa.Table) -> dict[str, str]:
    """Return row id -> a similar question that an author wrote, one an entry."""
    chosen: dict[str, tuple[str, str]] = {}
    columns = ("id", "entry_id", "view", "generated", "title", "search_text")
    for row in rows.select(columns).to_pylist():
        is_similar = row["view"] == "question" and row["search_text"] != row["title"]
        if is_similar and not row["generated"]:
            chosen.setdefault(row["entry_id"], (row["id"], row["search_text"]))
    # Record ids are digests: the first by them are a fair sample, and the same every time.
    return dict(chosen[entry] for entry in sorted(chosen)[:MOST_SIMILAR])


def _titles(rows: pa.Table) -> dict[str, str]:
    titles = dict(zip(rows["entry_id"].to_pylist(), rows["title"].to_pylist(), strict=True))
    return {entry: titles[entry] for entry in sorted(titles)[:MOST_LEFT_OUT]}


def _answers(rows: pa.Table) -> dict[str, str]:
    first = rows.filter(pc.equal(rows["part"], 0))
    return dict(zip(first["entry_id"].to_pylist(), first["text"].to_pylist(), strict=True))

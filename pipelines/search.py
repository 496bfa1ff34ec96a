"""Hybrid search over one version: dense and full-text candidates, scored per record and fused."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pipelines.chunks import CHUNK_SCHEMA, Chunk, from_row
from pipelines.embedding.model import load_embedder
from pipelines.errors import EmbeddingError
from pipelines.html import html_of, plain_html
from pipelines.records import TIERS, Tier
from pipelines.settings import Settings
from pipelines.terms import query_terms
from pipelines.text import clean, is_chinese
from pipelines.versions import (
    ROWS_WORTH_A_VECTOR_INDEX,
    Calibration,
    PublishedVersion,
    Version,
)
from pipelines.warehouse import Warehouse

# Each side hands over this many rows per tier; LanceDB's own hybrid search takes `limit` of each.
CANDIDATE_ROWS = 60
MAX_QUESTION = 4_000

# Chosen among five weights on the very 315 questions that `benchmarks/retrieval.py` scores, so that
# its figures are optimistic: at rank 1 dense alone found .84 / .41 / .40 (paraphrase, colloquial,
# multi-turn), full text alone .62 / .43 / .46, this sum .86 / .51 / .43.
WORDS_WEIGHT = 2.5
# Set by hand to spread the sum over 0 to 1 for people; a score is an order, and no probability.
SCORE_SLOPE, SCORE_MIDDLE = 0.7, 5.5


class QueryEmbedder(Protocol):
    """What search needs of an embedding model."""

    @property
    def id(self) -> str:
        """Identity of model and prompts."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one unit vector per text."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of a record for a question; `Hit.score` is their weighted sum."""

    question: float
    """Cosine to its closest question view, in deviations above unrelated questions."""
    passage: float
    """The same for its closest passage."""
    words: float
    """BM25 of its best row, as a share of the best row found in its tier."""
    coverage: float
    """Share of the question's terms that the record holds, 0 to 1."""

    @property
    def total(self) -> float:
        """The weighted sum that records are ranked by."""
        return self.question + self.passage + WORDS_WEIGHT * self.words


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that may answer: its best passage, its score, and why."""

    chunk: Chunk
    """The passage to show and cite: of an FAQ entry, the piece of the answer that fits best."""
    answer: str
    """The whole text of the record, as its author wrote it."""
    score: float
    """Relevance between 0 and 1, to rank by and to show; not a probability."""
    evidence: Evidence

    def as_dict(self) -> dict[str, Any]:
        """Return the hit as plain JSON values."""
        chunk = self.chunk
        return {
            "id": chunk.id,
            "tier": chunk.tier,
            "title": chunk.title,
            "text": chunk.text,
            "answer": self.answer,
            "score": round(self.score, 4),
            "evidence": asdict(self.evidence),
            "source": chunk.source,
            "path": chunk.path,
            "line": chunk.line_start,
            "version": chunk.version,
        }

    def as_html(self, base_url: str) -> dict[str, str]:
        """Return passage and whole answer as safe HTML; what an agent typed is no Markdown.

        `base_url` makes relative links of the record full ones.
        """
        texts = {"html": self.chunk.text, "answer_html": self.answer}
        if self.chunk.tier == "dialogues":
            return {name: plain_html(text) for name, text in texts.items()}
        path = self.chunk.path
        return {name: html_of(text, path=path, base_url=base_url) for name, text in texts.items()}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Records found in one version, best first, and how long it took."""

    question: str
    version: str
    hits: tuple[Hit, ...]
    milliseconds: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return {
            "question": self.question,
            "version": self.version,
            "hits": [hit.as_dict() for hit in self.hits],
            "timings": timings(self.milliseconds),
        }

    def as_dict_with_html(self, base_urls: Mapping[str, str]) -> dict[str, Any]:
        """Return the same with safe HTML of each hit; `base_urls` are those of FAQ sources."""
        shown = self.as_dict()
        for hit, told in zip(self.hits, shown["hits"], strict=True):
            faq = hit.chunk.tier == "faq"
            told |= hit.as_html(base_urls.get(hit.chunk.source, "") if faq else "")
        return shown


class Searcher:
    """Answers searches from the published version, following the pointer as it moves."""

    def __init__(
        self, versions: PublishedVersion | Version, embedder: Callable[[], QueryEmbedder]
    ) -> None:
        self._versions = versions
        self._load_embedder = embedder
        self._embedder: QueryEmbedder | None = None
        self._loading = Lock()

    def version(self) -> Version:
        """Return the version that the next search reads."""
        return self._versions if isinstance(self._versions, Version) else self._versions.current()

    def embedder(self) -> QueryEmbedder:
        """Return the embedding model, loading it on first use."""
        with self._loading:
            if self._embedder is None:
                self._embedder = self._load_embedder()
            return self._embedder

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        tier: Tier | None = None,
        version: Version | None = None,
    ) -> SearchResult:
        """Return the `limit` records that fit `question` best, of one tier or of all.

        Reads `version`, or the one that is published now.

        Raises `NotPublishedError`, and `EmbeddingError` where the version was built with another
        model than the configured one.
        """
        started = time.perf_counter()
        question = clean(question).strip()[:MAX_QUESTION]
        version = version or self.version()
        if not question:
            return SearchResult(question, version.name, (), {"total": 0.0})
        embedder = self.embedder()
        if embedder.id != version.manifest.embedder_id:
            raise EmbeddingError(
                f"version `{version.name}` was built with `{version.manifest.embedder_id}`, but "
                f"`embedding.model` is `{embedder.id}` now. Run `sanku run` to build a version "
                "with it, or set the former model again."
            )
        vector = embedder.encode_queries([question])[0]
        embedded = time.perf_counter()
        words = _candidates(version, vector, query_terms(question), (tier,) if tier else TIERS)
        rows = _rows_of(version, words)
        hits = _score(version.manifest.calibration, question, vector, rows, words)
        hits.sort(key=lambda hit: (-hit.score, hit.chunk.id))
        ended = time.perf_counter()
        milliseconds = {
            "embedding": (embedded - started) * 1000,
            "search": (ended - embedded) * 1000,
            "total": (ended - started) * 1000,
        }
        return SearchResult(question, version.name, tuple(hits[:limit]), milliseconds)


def records(version: Version, ids: Sequence[str]) -> dict[str, Hit]:
    """Return the records of these ids that `version` holds, by id; nothing was asked for them."""
    untold = Evidence(question=0.0, passage=0.0, words=0.0, coverage=0.0)
    found = {}
    for entry, views in _rows_of(version, ids).items():
        first = min(views, key=lambda row: row["part"])
        best = next((row for row in views if row["view"] == "passage"), first)
        found[entry] = Hit(from_row(best), first["text"], 0.0, untold)
    return found


def published_searcher(
    settings: Settings, warehouse: Warehouse, notice: Callable[[str], None] | None = None
) -> Searcher:
    """Return a searcher over what is published; its model is loaded by the first search.

    `notice` gets one line before a model is written or fetched for the first time.
    """
    return Searcher(PublishedVersion(warehouse), lambda: load_embedder(settings, notice))


def timings(milliseconds: Mapping[str, float]) -> dict[str, float]:
    """Return durations as JSON tells them, to a tenth of a millisecond."""
    return {name: round(spent, 1) for name, spent in milliseconds.items()}


def _candidates(
    version: Version, vector: npt.NDArray[np.float32], terms: str, tiers: Sequence[Tier]
) -> dict[str, float]:
    """Return the ids of records that either side finds, with their best BM25 score (0: none)."""
    from lancedb.expr import col, lit

    indexed = version.table.count_rows() >= ROWS_WORTH_A_VECTOR_INDEX
    found: dict[str, float] = {}
    for tier in tiers:
        dense = version.table.search(vector, vector_column_name="vector").distance_type("cosine")
        if indexed:
            dense = dense.nprobes(40).refine_factor(10)  # without refining, recall@10 is .57
        dense = dense.where(col("tier") == lit(tier)).limit(CANDIDATE_ROWS)
        nearest = version.read(dense.select(["entry_id", "_distance"]))
        for entry in nearest["entry_id"].to_pylist():
            found.setdefault(entry, 0.0)
        if not terms:
            continue
        lexical = version.full_text(terms).where(col("tier") == lit(tier)).limit(CANDIDATE_ROWS)
        scored = version.read(lexical.select(["entry_id", "_score"]))
        for entry, score in zip(
            scored["entry_id"].to_pylist(), scored["_score"].to_pylist(), strict=True
        ):
            found[entry] = max(found.get(entry, 0.0), score)
    return found


def _rows_of(version: Version, entries: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of the records, vectors included, by record id."""
    from lancedb.expr import col

    names = sorted(entries)
    by_entry: dict[str, list[dict[str, Any]]] = {}
    if not names:
        return by_entry
    table = version.rows(*CHUNK_SCHEMA.names, "terms", "vector", where=col("entry_id").isin(names))
    vectors = table["vector"].combine_chunks()
    matrix = vectors.flatten().to_numpy().reshape(len(vectors), -1)
    for position, row in enumerate(table.drop_columns("vector").to_pylist()):
        row["vector"] = matrix[position]
        by_entry.setdefault(row["entry_id"], []).append(row)
    return by_entry


def _score(
    calibration: Calibration,
    question: str,
    vector: npt.NDArray[np.float32],
    rows: Mapping[str, Sequence[dict[str, Any]]],
    words: Mapping[str, float],
) -> list[Hit]:
    asked = set(query_terms(question).split())
    chinese = is_chinese(question)
    best_words = dict.fromkeys(TIERS, 1e-9)
    for entry, views in rows.items():
        tier = views[0]["tier"]
        best_words[tier] = max(best_words[tier], words[entry])
    hits = []
    for entry, views in rows.items():
        ordered = sorted(views, key=lambda row: row["part"])
        closeness = [
            calibration.standardise(float(row["vector"] @ vector), chinese=chinese)
            for row in ordered
        ]
        asking = [z for z, row in zip(closeness, ordered, strict=True) if row["view"] == "question"]
        telling = [z for z, row in zip(closeness, ordered, strict=True) if row["view"] == "passage"]
        held = {term for row in ordered for term in row["terms"].split()}
        evidence = Evidence(
            question=max(asking, default=max(telling, default=0.0)),
            passage=max(telling, default=max(asking, default=0.0)),
            words=words[entry] / best_words[ordered[0]["tier"]],
            coverage=len(asked & held) / max(1, len(asked)),
        )
        passages = [
            (z, row) for z, row in zip(closeness, ordered, strict=True) if row["view"] == "passage"
        ]
        _, best = max(passages or [(0.0, ordered[0])], key=lambda pair: pair[0])
        hits.append(
            Hit(
                chunk=from_row(best),
                answer=ordered[0]["text"],
                score=1 / (1 + math.exp(SCORE_SLOPE * (SCORE_MIDDLE - evidence.total))),
                evidence=evidence,
            )
        )
    return hits

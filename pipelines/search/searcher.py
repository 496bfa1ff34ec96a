"""Hybrid search over one version: dense and full-text candidates, scored per record and fused."""

import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipelines.embedding.cross_encoder import ORDER, Pair, Task
from pipelines.embedding.model import load_embedder
from pipelines.errors import EmbeddingError
from pipelines.query.aliases import Aliases
from pipelines.query.understanding import Query, understand
from pipelines.query.vocabulary import Vocabulary, vocabulary_of
from pipelines.records import PERSONAL_TIERS, TIERS, Tier
from pipelines.search.background import Spread, background_of
from pipelines.search.candidates import Candidate, candidates
from pipelines.search.evidence import Evidence, relevance
from pipelines.search.hits import Hit, SearchResult
from pipelines.search.opened import Row, opened, read_ahead, read_rows
from pipelines.search.reading import Odds, Reader, read_closely
from pipelines.search.rules import recency, without_flood
from pipelines.settings import Settings
from pipelines.terms import codes_among
from pipelines.text import clean, is_chinese
from pipelines.versions import PublishedVersion, Version
from pipelines.warehouse import Warehouse

MAX_QUESTION = 4_000


class QueryEmbedder(Protocol):
    """What search needs of an embedding model."""

    @property
    def id(self) -> str:
        """Identity of model and prompts."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one unit vector per text."""
        ...

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> npt.NDArray[np.float32]:
        """Return one unit vector per pair, as it is encoded for a task."""
        ...


class Searcher:
    """Answers searches from the published version, following the pointer as it moves."""

    def __init__(
        self, versions: PublishedVersion | Version, embedder: Callable[[], QueryEmbedder]
    ) -> None:
        self._versions = versions
        self._load_embedder = embedder
        self._embedder: QueryEmbedder | None = None
        self._loading = Lock()

    @property
    def followed(self) -> PublishedVersion | None:
        """What it follows; None where it reads one version."""
        return None if isinstance(self._versions, Version) else self._versions

    def version(self) -> Version:
        """Return the version that the next search reads."""
        return self._versions if isinstance(self._versions, Version) else self._versions.current()

    def embedder(self) -> QueryEmbedder:
        """Return the embedding model, loading it on first use."""
        with self._loading:
            if self._embedder is None:
                self._embedder = self._load_embedder()
            return self._embedder

    def open(self, version: Version, before: Version | None = None) -> Iterator[None]:
        """Read of a version, step by step, what its first searches would wait for.

        Among it are the rows that were lately read of the version `before`.
        """
        for read in (opened, vocabulary_of, background_of):
            read(version)
            yield
        if before is not None:
            yield from read_ahead(version, before)

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        per_tier: int | None = None,
        tier: Tier | None = None,
        version: Version | None = None,
    ) -> SearchResult:
        """Return the `limit` records that fit `question` best, of one tier or of all.

        Of each tier there are at most `per_tier`. Reads `version`, or the one that is published
        now.

        Raises `NotPublishedError`, and `EmbeddingError` where the version was built with another
        model than the configured one.
        """
        started = time.perf_counter()
        question = clean(question).strip()[:MAX_QUESTION]
        version = version or self.version()
        if not question:
            return SearchResult(question, version.name, (), {"total": 0.0})
        embedder = self.embedder_of(version)
        vocabulary = vocabulary_of(version)
        query = understand(question, vocabulary, Aliases(version.manifest.aliases))
        understood = time.perf_counter()
        vector = embedder.encode_queries([query.sentence])[0]
        embedded = time.perf_counter()
        ranked = _ranked(version, query, vector, vocabulary, (tier,) if tier else TIERS)
        if per_tier is not None:
            ranked = _first_of_each_tier(ranked, per_tier)
        asked = query.asked()
        hits = tuple(without_flood(_read(version, ranked, asked, limit), limit))
        ended = time.perf_counter()
        milliseconds = {
            "understanding": (understood - started) * 1000,
            "embedding": (embedded - understood) * 1000,
            "search": (ended - embedded) * 1000,
            "total": (ended - started) * 1000,
        }
        return SearchResult(question, version.name, hits, milliseconds, query)

    def read_closely(
        self,
        result: SearchResult,
        also: Sequence[str] = (),
        odds_of: Odds | None = None,
        reader: Reader | None = None,
    ) -> SearchResult:
        """Return what was found, in a new order: the first entries were read with the question.

        `also` are other ways in which it was told, of which `odds_of` makes one. The embedder
        reads, or `reader` in its stead.
        """
        started = time.perf_counter()
        reader = reader or self.embedder()
        hits = read_closely((result.query.sentence, *also), result.hits, reader, odds_of)
        spent = (time.perf_counter() - started) * 1000
        milliseconds = {name: took for name, took in result.milliseconds.items() if name != "total"}
        milliseconds |= {"reading": spent, "total": result.milliseconds["total"] + spent}
        return replace(result, hits=hits, milliseconds=milliseconds)

    def embedder_of(self, version: Version) -> QueryEmbedder:
        """Return the embedding model, if it is that of the version; else raise `EmbeddingError`."""
        embedder = self.embedder()
        if embedder.id != version.manifest.embedder_id:
            raise EmbeddingError(
                f"version `{version.name}` was built with `{version.manifest.embedder_id}`, but "
                f"`embedding.model` is `{embedder.id}` now. Run `sanku run` to build a version "
                "with it, or set the former model again; a gateway that runs takes another model "
                "when it is reloaded."
            )
        return embedder


def published_searcher(
    settings: Settings,
    warehouse: Warehouse,
    notice: Callable[[str], None] | None = None,
    *,
    shared: bool = False,
) -> Searcher:
    """Return a searcher over what is published; its model is loaded by the first search.

    `notice` and `shared` are what `load_embedder` takes.
    """
    published = PublishedVersion(warehouse)
    return Searcher(published, lambda: load_embedder(settings, notice, shared=shared))


def _ranked(
    version: Version,
    query: Query,
    vector: npt.NDArray[np.float32],
    vocabulary: Vocabulary,
    tiers: Sequence[Tier],
) -> list[tuple[Candidate, Evidence]]:
    """Return all that is scored, best first."""
    found = candidates(version, vector, {term.text: term.weight for term in query.terms}, tiers)
    spread = background_of(version).spread(vector, chinese=is_chinese(query.text))
    return sorted(
        _weighed(found, query, spread, vocabulary, _told(version)),
        key=lambda pair: (-pair[1].total, pair[0].entry_id),
    )


def _first_of_each_tier(
    ranked: Sequence[tuple[Candidate, Evidence]], count: int
) -> list[tuple[Candidate, Evidence]]:
    seen: Counter[Tier] = Counter()
    kept = []
    for one, evidence in ranked:
        seen[one.tier] += 1
        if seen[one.tier] <= count:
            kept.append((one, evidence))
    return kept


def _read(
    version: Version,
    ranked: Sequence[tuple[Candidate, Evidence]],
    asked: Collection[str],
    count: int,
) -> Iterator[Hit]:
    """Yield candidates as hits; what is read at once most often suffices for `count` of them.

    Those that hold the codes of the question stand first: all are read to find them.
    """
    codes = codes_among(asked)
    # The rules put some aside, and reading again takes 4 ms.
    at_once = len(ranked) if codes else count + count // 2
    for start in range(0, len(ranked), at_once or 1):
        batch = ranked[start : start + at_once]
        rows = read_rows(version, {row for one, _ in batch for row in (*one.rows, *one.asks)})
        hits = [_as_hit(one, evidence, rows, asked, codes) for one, evidence in batch]
        yield from sorted(hits, key=lambda hit: -hit.evidence.code)


def _as_hit(
    one: Candidate,
    evidence: Evidence,
    rows: Mapping[int, Row],
    asked: Collection[str],
    codes: frozenset[str],
) -> Hit:
    held = frozenset().union(*(rows[row].terms for row in one.rows))
    coverage = sum(term in held for term in asked) / max(1, len(asked))
    holds_codes = bool(codes) and codes <= held
    evidence = replace(evidence, coverage=coverage, code=float(holds_codes))
    return Hit(
        chunk=rows[one.best].chunk,
        answer=rows[one.rows[0]].chunk.text,
        score=relevance(evidence),
        evidence=evidence,
        asks=tuple(rows[row].chunk.search_text for row in one.asks),
        questions=tuple(rows[row].chunk.search_text for row in one.questions),
    )


def _weighed(
    found: Sequence[Candidate],
    query: Query,
    spread: Spread,
    vocabulary: Vocabulary,
    told: int,
) -> Iterator[tuple[Candidate, Evidence]]:
    """Yield each candidate with the evidence for it."""
    ideal = sum(rarity(vocabulary.records.get(term, 0), told) for term in query.asked()) or 1.0
    newest = {one.tier: one.at for one in sorted(found, key=lambda one: one.at)}

    def standardised(cosine: float | None) -> float | None:
        return None if cosine is None else spread.standardise(cosine)

    for one in found:
        asking = [z for z in map(standardised, (one.question, one.generated)) if z is not None]
        telling, wording = standardised(one.passage), standardised(one.wording)
        question = max(asking, default=telling or 0.0)
        yield (
            one,
            Evidence(
                question=question if wording is None else max(question, wording),
                passage=question if telling is None else telling,
                words=min(1.0, one.words / ideal),
                wording=wording or 0.0,
                recency=0.0 if one.tier == "faq" else recency(one.at, newest[one.tier]),
            ),
        )


def rarity(holders: int, records: int) -> float:
    """Return what a term weighs that `holders` of `records` hold: the IDF of BM25 (Lucene's)."""
    return math.log(1 + (records - holders + 0.5) / (holders + 0.5))


def _told(version: Version) -> int:
    """Return how many records the vocabulary was made of."""
    entries = version.manifest.entries
    return sum(count for tier, count in entries.items() if tier not in PERSONAL_TIERS)

"""Hits: records that may answer a question, each with the evidence for it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.chunks import Chunk, from_json
from pipelines.html import html_of, plain_html
from pipelines.query.understanding import Query
from pipelines.search.evidence import Evidence
from pipelines.versions import Version


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
    asks: tuple[str, ...] = ()
    """What it asks, in the words that are closest: its author's, or a similar question's; and a
    customer's whom an agent answered with it, where these are closer."""
    questions: tuple[str, ...] = ()
    """All that a person wrote that it asks: its author's question, and similar ones."""

    @property
    def url(self) -> str:
        """The first document that its author names beside the answer, else the first link in it."""
        urls = [link.url for link in self.chunk.links if link.url.startswith("http")]
        return next((url for url in urls if url not in self.answer), next(iter(urls), ""))

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
            "evidence": {name: round(value, 4) for name, value in asdict(self.evidence).items()},
            "parts": {name: round(part, 4) for name, part in self.evidence.parts().items()},
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
    query: Query = field(default_factory=lambda: Query("", (), ()))
    """What was searched for, and every change that was made to the question."""

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return {
            "question": self.question,
            "version": self.version,
            "query": {
                "text": self.query.text,
                "terms": [asdict(term) for term in self.query.terms],
                "rewrites": [asdict(rewrite) for rewrite in self.query.rewrites],
            },
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


def records(version: Version, ids: Sequence[str]) -> dict[str, Hit]:
    """Return the records of these ids that `version` holds, by id; nothing was asked for them."""
    from lancedb.expr import col

    by_record: dict[str, list[Chunk]] = {}
    if ids:
        where = col("entry_id").isin(sorted(set(ids)))
        for chunk in map(from_json, version.rows("chunk", where=where)["chunk"].to_pylist()):
            by_record.setdefault(chunk.entry_id, []).append(chunk)
    found = {}
    for record, chunks in by_record.items():
        first = min(chunks, key=lambda chunk: chunk.part)
        best = next((chunk for chunk in chunks if chunk.view == "passage"), first)
        found[record] = Hit(best, first.text, 0.0, Evidence())
    return found


def timings(milliseconds: Mapping[str, float]) -> dict[str, float]:
    """Return durations as JSON tells them, to a tenth of a millisecond."""
    return {name: round(spent, 1) for name, spent in milliseconds.items()}

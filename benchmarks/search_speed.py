"""Search at volume: `python benchmarks/search_speed.py --rows 1000000` builds an index of so many
chunks, asks it 200 questions on two cores, and prints how long search takes beside bare LanceDB,
and how much of an exact scan it finds.

Texts and vectors are made up: 20,000 words of the sample company's kind, falling off as words do;
1,500 topics in a space of 48 dimensions, laid out in 384; 30 % of the rows are FAQ (four to an
entry), 60 % dialogues (two to an exchange), 10 % changes. Real vectors lie differently; see
`retrieval.py` for what is found of real questions. Embedding the question is left out on both
sides: it takes the same time whatever searches.

Bare LanceDB is the fewest calls that find the same rows: a dense and a full-text query per tier,
all at once, and the ten nearest rows read whole, from the column that holds them as JSON. Both
answer each question in turn, so that what else the machine does falls on both alike. What counts is
a question that nobody asked before; asked again, Sanku has read its rows already, and bare LanceDB
reads them anew.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.chunks import CHUNK_SCHEMA
from pipelines.embedding.cross_encoder import ORDER, Pair, Task
from pipelines.index import Recipe, build_candidate
from pipelines.records import TIERS, Tier
from pipelines.search import Searcher, SearchResult
from pipelines.search.candidates import FOUND_ROWS, PROBES, REFINE, candidates
from pipelines.terms import query_terms, words_of
from pipelines.text import digest
from pipelines.versions import TABLE, Version
from pipelines.warehouse import Warehouse

CHECKOUT = Path(__file__).resolve().parent.parent
CORES = 2
DIM, LATENT, TOPICS, WORDS = 384, 48, 1_500, 20_000
SHARES: dict[Tier, float] = {"faq": 0.3, "dialogues": 0.6, "changelog": 0.1}
VIEWS: dict[Tier, tuple[str, ...]] = {
    "faq": ("question", "question", "passage", "passage"),
    "dialogues": ("question", "passage"),
    "changelog": ("passage",),
}
ASKED, TOLD = 8, 40
NOW = datetime(2026, 11, 20, tzinfo=UTC)
EMBEDDER = "synthetic/1"

P95_MS, RECALL, OVERHEAD = 50.0, 0.98, 0.15
# What a busy machine must keep to as well; time on a clock tells more of the machine.
MOST_OVERHEAD = 0.5

Vectors = npt.NDArray[np.float32]
Words = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and its vector."""

    text: str
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Corpus:
    """Chunks in the order of `vectors`, and questions about some of their records."""

    chunks: pa.Table
    vectors: Vectors
    questions: tuple[Question, ...]


class Writer:
    """Makes up records: what they say, and where they lie among the topics."""

    def __init__(self) -> None:
        self.chance = np.random.default_rng(7)
        self.vocabulary = _vocabulary(self.chance)
        falling = np.cumsum(1 / (np.arange(WORDS) + 3))
        self.cumulated = falling / falling[-1]
        self.topic_words = self.chance.integers(100, WORDS, (TOPICS, 40))
        self.centres = self.chance.normal(size=(TOPICS, LATENT)).astype(np.float32)
        self.layout = self.chance.normal(size=(LATENT, DIM)).astype(np.float32)

    def words(self, topics: Words, count: int) -> Words:
        """Return `count` words for each topic, a third of them the topic's own."""
        shape = (len(topics), count)
        general = np.searchsorted(self.cumulated, self.chance.random(shape))
        places = self.chance.integers(0, self.topic_words.shape[1], shape)
        own = self.topic_words[topics][np.arange(len(topics))[:, None], places]
        return np.where(self.chance.random(shape) < 0.35, own, general)

    def texts(self, words: Words) -> list[str]:
        """Return each row of words as a text without spaces."""
        return ["".join(row) for row in self.vocabulary[words]]

    def near(self, latent: Vectors, distance: float) -> Vectors:
        """Return points so far from those of `latent`, in their own space."""
        return latent + np.float32(distance) * self._noise(latent.shape)

    def unit(self, latent: Vectors) -> Vectors:
        """Return unit vectors for points, with some noise of their own."""
        vectors = latent @ self.layout + np.float32(1.5) * self._noise((len(latent), DIM))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _noise(self, shape: tuple[int, ...]) -> Vectors:
        return self.chance.standard_normal(shape, dtype=np.float32)


def _vocabulary(chance: np.random.Generator) -> npt.NDArray[np.object_]:
    """Return the words of the sample company's FAQ, most frequent first, and made-up ones."""
    files = sorted((CHECKOUT / "kb_sources" / "faq").rglob("*.md"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    han = "".join(character for character in text if "\u4e00" <= character <= "\u9fff")
    words = dict.fromkeys(word for word, _ in Counter(words_of(han)).most_common() if word[1:])
    characters = list(dict.fromkeys(han))
    while len(words) < WORDS:
        words["".join(chance.choice(characters, 2))] = None
    return np.array(list(words)[:WORDS], dtype=object)


def corpus(rows: int, asked: int) -> Corpus:
    """Make up `rows` chunks of all tiers, and questions about them."""
    writer = Writer()
    tables: list[pa.Table] = []
    vectors: list[Vectors] = []
    questions: list[Question] = []
    for tier, share in SHARES.items():
        count = int(rows * share) // len(VIEWS[tier])
        topics = writer.chance.integers(0, TOPICS, count)
        latent = writer.near(writer.centres[topics], 0.5)
        subject = writer.words(topics, ASKED)
        questions += _questions(writer, topics, latent, subject, round(asked * share))
        for part, view in enumerate(VIEWS[tier]):
            tables.append(_chunks(writer, tier, part, view, topics, subject))
            vectors.append(writer.unit(writer.near(latent, 0.25)))
    return Corpus(pa.concat_tables(tables), np.concatenate(vectors), tuple(questions))


def _questions(
    writer: Writer, topics: Words, latent: Vectors, subject: Words, count: int
) -> Iterator[Question]:
    for record in writer.chance.choice(len(topics), count, replace=False):
        kept = writer.chance.choice(ASKED, 5, replace=False)
        said = [*subject[record][kept], *writer.words(topics[[record]], 3)[0]]
        vector = writer.unit(writer.near(latent[[record]], 0.3))[0]
        yield Question("".join(writer.vocabulary[said]), vector)


def _chunks(
    writer: Writer, tier: Tier, part: int, view: str, topics: Words, subject: Words
) -> pa.Table:
    count = len(topics)
    other = writer.chance.random(subject.shape) < (0.3 if part else 0.0)
    titles = writer.texts(np.where(other, writer.words(topics, ASKED), subject))
    texts = writer.texts(writer.words(topics, TOLD))
    told = [f"{title}\n{text}" for title, text in zip(titles, texts, strict=True)]
    entries = [digest(tier, str(number)) for number in range(count)]
    ids = [digest(entry, str(part)) for entry in entries]
    lines = writer.chance.integers(1, 2_000, count)
    columns: dict[str, Sequence[Any] | Words] = {
        "id": ids,
        "tier": [tier] * count,
        "source": [f"source{number % 3}" for number in range(count)],
        "entry_id": entries,
        "part": [part] * count,
        "view": [view] * count,
        "title": titles,
        "text": texts,
        "search_text": titles if view == "question" else told,
        "path": [f"{tier}/{line % 200}.md" for line in lines],
        "line_start": lines,
        "line_end": lines + 9,
        "at": [NOW] * count,
        "text_hash": ids,
        "content_hash": ids,
    }
    arrays = []
    for field in CHUNK_SCHEMA:
        nothing = [
            False if field.type == pa.bool_() else [] if pa.types.is_list(field.type) else ""
        ]
        arrays.append(pa.array(columns.get(field.name, nothing * count), field.type))
    return pa.Table.from_arrays(arrays, schema=CHUNK_SCHEMA)


def build(folder: Path, made: Corpus) -> Version:
    """Build the index as a run does."""
    place = {key: number for number, key in enumerate(made.chunks["text_hash"].to_pylist())}

    def vectors(hashes: Sequence[str]) -> Mapping[str, Vectors]:
        return {key: made.vectors[place[key]] for key in hashes}

    recipe = Recipe(EMBEDDER, DIM, "", {"direct": 0.9, "support": 0.2, "passage": 0.05})
    pulled = {str(tier): NOW for tier in TIERS}
    built = build_candidate(
        Warehouse(folder), made.chunks, vectors, recipe, pulled_at=pulled, built_at=NOW
    )
    return built.version


class Ours:
    """Sanku, with an embedder that takes no time: it has the vector of the question at hand."""

    id = EMBEDDER

    def __init__(self, version: Version) -> None:
        self._searcher = Searcher(version, lambda: self)
        self._vector = np.zeros(DIM, np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vector of the question that is asked, however search has put it right."""
        return np.stack([self._vector for _ in texts])

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> Vectors:
        """Return nothing that is right: what is measured reads no entry."""
        return np.zeros((len(pairs), DIM), np.float32)

    def search(self, question: Question) -> SearchResult:
        """Return what Sanku finds."""
        self._vector = question.vector
        return self._searcher.search(question.text)


class Bare:
    """LanceDB without Sanku."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.Runner()
        self._table = self._loop.run(self._open(folder))

    async def _open(self, folder: Path) -> Any:
        import lancedb

        return await (await lancedb.connect_async(folder)).open_table(TABLE)

    def search(self, question: Question) -> pa.Table:
        """Return ten rows, after the six queries that find them."""
        return self._loop.run(self._search(question))

    async def _search(self, question: Question) -> pa.Table:
        terms = query_terms(question.text)
        asking = [self._dense(question.vector, tier) for tier in TIERS]
        asking += [self._full_text(terms, tier) for tier in TIERS]
        found = await asyncio.gather(*asking)
        ids = pa.concat_arrays([table["_rowid"].combine_chunks() for table in found]).to_pylist()
        first = list(dict.fromkeys(ids))[:10]
        return await self._table.take_row_ids(first).select(["chunk"]).to_arrow()

    async def _dense(self, vector: Vectors, tier: Tier) -> pa.Table:
        from lancedb.expr import col, lit

        query = self._table.query().nearest_to(vector).column("vector").distance_type("cosine")
        query = query.nprobes(PROBES).refine_factor(REFINE).where(col("tier") == lit(tier))
        return await query.select(["_distance"]).limit(FOUND_ROWS).with_row_id().to_arrow()

    async def _full_text(self, terms: str, tier: Tier) -> pa.Table:
        from lancedb.query import MatchQuery

        sought = MatchQuery(terms, f"terms_{tier}")  # type: ignore[call-arg]  # untyped defaults
        query = self._table.query().nearest_to_text(sought).select(["_score"])
        return await query.limit(FOUND_ROWS).with_row_id().to_arrow()


@dataclass(slots=True)
class Spent:
    """Wall clock and processor time of every question, milliseconds."""

    wall: list[float]
    cpu: list[float]

    def measure(self, ask: Callable[[], object]) -> None:
        """Ask once."""
        wall, cpu = time.perf_counter(), time.process_time()
        ask()
        self.cpu.append((time.process_time() - cpu) * 1_000)
        self.wall.append((time.perf_counter() - wall) * 1_000)

    def told(self) -> str:
        """Return both as a line of a table."""
        p50, p95 = np.percentile(self.wall, [50, 95])
        return f"{p50:8.1f}{p95:8.1f}{np.mean(self.cpu):8.1f}"

    def over(self, other: "Spent") -> float:
        """Return how much more processor time this took, as a share of the other's."""
        return float(np.sum(self.cpu) / np.sum(other.cpu)) - 1


def asked_in_turn(bare: Bare, ours: Ours, questions: Sequence[Question]) -> tuple[Spent, Spent]:
    """Ask both each question, in turn, and return what each spent."""
    alone, whole = Spent([], []), Spent([], [])
    for number, question in enumerate(questions):
        turns = [(alone, partial(bare.search, question)), (whole, partial(ours.search, question))]
        for spent, ask in turns if number % 2 else reversed(turns):
            spent.measure(ask)
    return alone, whole


def recall_at_10(made: Corpus, version: Version, questions: Sequence[Question]) -> float:
    """Return the share of the ten nearest records of each tier, by exact scan, that are found."""
    tiers = made.chunks["tier"].to_numpy()
    found = 0
    for tier in TIERS:
        rows = np.flatnonzero(tiers == tier)
        entries = made.chunks["entry_id"].take(pa.array(rows)).combine_chunks().dictionary_encode()
        numbers, vectors = entries.indices.to_numpy(), made.vectors[rows]
        for question in questions:
            best = np.full(len(entries.dictionary), -1.0, np.float32)
            np.maximum.at(best, numbers, vectors @ question.vector)
            exact = set(entries.dictionary.take(pa.array(np.argsort(-best)[:10])).to_pylist())
            found += len(exact & nearest(version, question, tier))
    return found / (10 * len(questions) * len(TIERS))


def nearest(version: Version, question: Question, tier: Tier) -> set[str]:
    """Return the ten nearest records of a tier by the cosines that Sanku scores with."""
    terms = dict.fromkeys(query_terms(question.text).split(), 1.0)
    ranked = sorted(
        (one for one in candidates(version, question.vector, terms, TIERS) if one.tier == tier),
        key=lambda one: -max(one.question or -1.0, one.passage or -1.0),
    )
    return {one.entry_id for one in ranked[:10]}


def main() -> None:
    """Build, ask, tell; with `--floors`, fail where search got worse than it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="chunks in the index")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--floors", action="store_true", help="fail where it got worse")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory() as folder:
        recall, overhead = measured(Path(folder), arguments.rows, arguments.questions)
    if arguments.floors and (recall < RECALL or overhead > MOST_OVERHEAD):
        sys.exit(f"search got worse: recall@10 {recall:.3f}, overhead {overhead:.1%}")


def measured(folder: Path, rows: int, asked: int) -> tuple[float, float]:
    """Print the figures and which goals are missed, and return recall and overhead."""
    started = time.process_time()
    made = corpus(rows, asked)
    version = build(folder, made)
    print(f"{rows:,} chunks made up and indexed in {time.process_time() - started:.0f} s of CPU")
    questions = made.questions
    bare, ours = Bare(version.folder), Ours(version)
    for question in questions[:20]:  # what is read for the first time is not what is measured
        bare.search(question)
        ours.search(question)
    alone, whole = asked_in_turn(bare, ours, questions)
    alone_again, whole_again = asked_in_turn(bare, ours, questions)
    recall = recall_at_10(made, version, questions[:50])
    overhead = whole.over(alone)
    load = os.getloadavg()[0]
    print(f"\n{len(questions)} questions, {CORES} cores, load {load:.1f}")
    print(f"{'milliseconds':14}{'p50':>8}{'p95':>8}{'CPU':>8}")
    print(f"{'bare LanceDB':14}{alone.told()}\n{'Sanku':14}{whole.told()}")
    print(f"{'  asked again':14}{alone_again.told()}\n{'':14}{whole_again.told()}")
    again = whole_again.over(alone_again)
    print(f"overhead in CPU time {overhead:+.1%}, asked again {again:+.1%}")
    print(f"recall@10 against an exact scan {recall:.3f}")
    p95 = float(np.percentile(whole.wall, 95))
    goals = {
        f"p95 {p95:.1f} ms, at most {P95_MS:.0f}": p95 <= P95_MS,
        f"recall@10 {recall:.3f}, at least {RECALL}": recall >= RECALL,
        f"overhead {overhead:.1%}, at most {OVERHEAD:.0%}": overhead <= OVERHEAD,
    }
    for goal in (goal for goal, reached in goals.items() if not reached):
        print(f"goal missed: {goal}")
    return recall, overhead


if __name__ == "__main__":
    main()

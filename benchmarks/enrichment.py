"""Index-time help, ablated: `python benchmarks/enrichment.py --cache DIR` prints what each of its
two parts brings search on 1,166 real FAQ entries, with a paired 95 % interval.

Customers' questions are those of `benchmarks/questions/*_train.jsonl`, whose authors saw neither
the code nor the golden questions. Similar questions: one of an entry's two colloquial wordings
stands for what a good model would write, the other one is asked; then the two change places.
Wordings of customers: the same, but out of simulated logs, with the entry's answer cut and worded
otherwise as the agent's, among others that no entry answers. With `--ollama URL --model NAME` a
real model writes the similar questions of a sample of entries.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
from retrieval import DATA, entries
from scipy import stats

from pipelines.chunking import faq_chunks
from pipelines.chunks import to_table
from pipelines.embedding.cache import EmbeddingCache, embed_missing
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.kept_questions import KeptQuestions
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.enrichment import similar
from pipelines.enrichment.drafts import accepted, make_draft
from pipelines.enrichment.request import asked_of
from pipelines.enrichment.round_trip import RoundTrip
from pipelines.enrichment.wordings import answered_with
from pipelines.evaluation.significance import compare_shares
from pipelines.index import Recipe, build_candidate
from pipelines.records import Exchange, FaqEntry
from pipelines.search import Searcher
from pipelines.settings import Enrichment, Ollama
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse

QUESTIONS = Path(__file__).resolve().parent / "questions"
SEED = 20_261_126
SAMPLE = 40
NOW = datetime(2026, 11, 20, tzinfo=UTC)

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKUP = re.compile(r"[#>*`|{}]|^\s*[-\d.]+\s+", re.MULTILINE)
# How agents say what the FAQ says; each is applied to three answers of five.
_SPOKEN = {
    "您": "你",
    "请": "麻烦",
    "进行": "做",
    "无法": "不能",
    "可以": "能",
    "建议": "最好",
    "如果": "要是",
    "需要": "得",
    "阿里云": "我们",
}
_SMALL_TALK = (
    "您好，这个问题需要技术同学核实，请您提交工单。",
    "不好意思，目前暂不支持哦，我们会反馈给产品。",
    "请问您的实例ID是多少？",
    "您好，麻烦您提供一下报错截图。",
    "这边帮您登记了，稍后电话联系您。",
    "您重启一下服务器试试看能不能解决。",
)


@dataclass(frozen=True, slots=True)
class Question:
    """A customer's question and the entry that answers it; `gold` is empty where none does."""

    kind: str
    gold: str
    text: str


@dataclass(frozen=True, slots=True)
class Bench:
    """The real entries, and what finds them."""

    entries: Sequence[FaqEntry]
    twins: Mapping[str, str]
    texts: EmbeddingCache
    queries: KeptQuestions
    load: Callable[[], Embedder]

    def ranks(
        self, questions: Sequence[Question], wordings: Mapping[str, Sequence[str]]
    ) -> list[int]:
        """Return the rank of each question's entry (0: not found) where entries have `wordings`."""
        chunks = to_table(
            chunk
            for entry in self.entries
            for chunk in faq_chunks(entry, generated=wordings.get(entry.id, ()))
        )
        hashes, texts = chunks["text_hash"].to_pylist(), chunks["search_text"].to_pylist()
        embed_missing(dict(zip(hashes, texts, strict=True)), self.texts, self.load, lambda _: None)
        recipe = Recipe(self.queries.id, 384, "", {"direct": 0.95, "support": 0.2, "passage": 0.0})
        with tempfile.TemporaryDirectory() as folder:
            built = build_candidate(
                Warehouse(Path(folder)), chunks, self.texts.get_many, recipe,
                pulled_at={"faq": NOW}, built_at=NOW,
            )  # fmt: skip
            searcher = Searcher(built.version, lambda: self.queries)
            return [self._rank(searcher, question) for question in questions]

    def _rank(self, searcher: Searcher, question: Question) -> int:
        hits = searcher.search(question.text, tier="faq").hits
        classes = list(dict.fromkeys(self.twins[hit.chunk.entry_id] for hit in hits))
        gold = self.twins[question.gold]
        return classes.index(gold) + 1 if gold in classes else 0


def train_questions() -> list[Question]:
    """Return the questions that may be looked at, but for those of a conversation."""
    rows = [
        json.loads(line)
        for file in sorted(QUESTIONS.glob("ecs_*_train.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    return [
        Question(row["kind"], row.get("gold", ""), row["query"])
        for row in rows
        if row["kind"] != "multiturn"
    ]


def halves(questions: Iterable[Question]) -> tuple[list[Question], list[Question]]:
    """Return the first and the second colloquial wording of each entry that has two."""
    by_entry: defaultdict[str, list[Question]] = defaultdict(list)
    for question in questions:
        if question.kind == "colloquial":
            by_entry[question.gold].append(question)
    pairs = [held for held in by_entry.values() if len(held) > 1]
    return [held[0] for held in pairs], [held[1] for held in pairs]


def by_entry(questions: Iterable[Question]) -> dict[str, tuple[str, ...]]:
    """Return entry id -> the questions' texts."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for question in questions:
        found[question.gold].append(question.text)
    return {entry: tuple(texts) for entry, texts in found.items()}


def spoken(answer: str, chance: random.Random) -> str:
    """Return one to three sentences of an answer as an agent types them; empty for none."""
    plain = " ".join(_MARKUP.sub("", _LINK.sub(r"\1", answer)).split())
    sentences = [part for part in re.split(r"(?<=[。！？；])", plain) if len(part) > 5]
    if not sentences:
        return ""
    count = chance.choice((1, 2, 3))
    start = chance.randrange(max(1, len(sentences) - count + 1))
    said = "".join(sentences[start : start + count])[:200]
    for formal, casual in _SPOKEN.items():
        if chance.random() < 0.6:
            said = said.replace(formal, casual)
    return chance.choice(("您好，", "亲，", "")) + said + chance.choice(("", "您试试看"))


def logs(
    answered: Iterable[Question], others: Iterable[Question], of: Mapping[str, FaqEntry]
) -> list[tuple[Exchange, str]]:
    """Return simulated exchanges, each with the entry that its agent answered with, if any."""
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    told: list[tuple[str, str, str]] = []
    for question in answered:
        said = spoken(of[question.gold].answer, chance)
        told.append(
            (question.text, said or chance.choice(_SMALL_TALK), question.gold if said else "")
        )
        if chance.random() < 0.4:  # the same trouble, and an agent who has no answer
            told.append((question.text, chance.choice(_SMALL_TALK), ""))
    told += [(question.text, chance.choice(_SMALL_TALK), "") for question in others]
    return [
        (
            Exchange(
                id=str(number), source="sim", conversation=str(number), customer="",
                day=NOW.date(), at=NOW, question=asked, answer=said, outcome="unknown",
                redactions=0, path="sim.jsonl", line=number,
            ),
            gold,
        )
        for number, (asked, said, gold) in enumerate(told)
    ]  # fmt: skip


@dataclass(slots=True)
class Mined:
    """How well exchanges were told to answer entries."""

    answered: int = 0
    right: int = 0
    wrong: int = 0


def mined(
    bench: Bench, exchanges: Sequence[tuple[Exchange, str]], so_far: Mined
) -> dict[str, tuple[str, ...]]:
    """Return entry id -> questions of exchanges that were found to answer it, and count."""
    told = answered_with([exchange for exchange, _ in exchanges], bench.entries)
    found: list[Question] = []
    for exchange, gold in exchanges:
        so_far.answered += bool(gold)
        entries_told = told.get(exchange.id, ())
        if entries_told:
            right = bool(gold) and bench.twins[gold] in {bench.twins[one] for one in entries_told}
            so_far.right += right
            so_far.wrong += not right
        found += [Question("colloquial", entry, exchange.question) for entry in entries_told]
    return by_entry(found)


def report(name: str, before: Sequence[int], after: Sequence[int]) -> None:
    """Print recall before and after, the gain with its paired interval, and McNemar's p."""
    print(f"{name:46}{len(before):5}", end="")
    for cutoff in (1, 5):
        old, new = ([1 <= rank <= cutoff for rank in ranks] for ranks in (before, after))
        gains = np.array(new, float) - np.array(old, float)
        low = high = 0.0
        if gains.any():
            around = stats.bootstrap((gains,), np.mean, method="percentile", rng=SEED)
            low, high = around.confidence_interval
        shown = f"{np.mean(old):.3f} -> {np.mean(new):.3f}"
        gain = f"{gains.mean():+.3f} [{low:+.3f}, {high:+.3f}] p={compare_shares(old, new).p:.3f}"
        print(f"  R@{cutoff} {shown}  {gain}", end="")
    print()


def returned(bench: Bench, wordings: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the wordings that the round trip leaves."""
    trip = RoundTrip(bench.entries, bench.texts.get_many)
    of = {entry.id: entry for entry in bench.entries}
    kept: dict[str, tuple[str, ...]] = {}
    for name, texts in wordings.items():
        told = trip.of(of[name], bench.queries.encode_queries(texts))
        kept[name] = tuple(t for t, one in zip(texts, told, strict=True) if not one.strays)
    return kept


def ablate(bench: Bench) -> None:
    """Print the table."""
    asked = train_questions()
    first, second = halves(asked)
    colloquial = [*second, *first]
    paraphrase = [question for question in asked if question.kind == "paraphrase"]
    base, plain = bench.ranks(colloquial, {}), bench.ranks(paraphrase, {})
    one, other = by_entry(first), by_entry(second)
    gained = [*bench.ranks(second, one), *bench.ranks(first, other)]
    report("similar questions: colloquial", base, gained)
    report("similar questions: paraphrase", plain, bench.ranks(paraphrase, one))
    gained = [
        *bench.ranks(second, returned(bench, one)),
        *bench.ranks(first, returned(bench, other)),
    ]
    report("similar questions, screened: colloquial", base, gained)

    of = {entry.id: entry for entry in bench.entries}
    others = [question for question in asked if not question.gold]
    count = Mined()
    one = mined(bench, logs(first, others, of), count)
    other = mined(bench, logs(second, others, of), count)
    report(
        "customers' wordings: colloquial",
        base,
        [*bench.ranks(second, one), *bench.ranks(first, other)],
    )
    report("customers' wordings: paraphrase", plain, bench.ranks(paraphrase, one))
    print(
        f"customers' wordings: of {count.answered} exchanges that an entry answered "
        f"{count.right} were told right, {count.wrong} of all wrong"
    )


def ask_model(bench: Bench, config: Ollama) -> None:
    """Have a real model write of a sample of entries, and print what that brings."""
    asked = [question for question in train_questions() if question.kind == "colloquial"]
    names = sorted({question.gold for question in asked})
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    sample = set(chance.sample(names, min(SAMPLE, len(names))))
    chosen = [question for question in asked if question.gold in sample]
    some = [entry for entry in bench.entries if entry.id in sample]
    budget = Enrichment(calls=len(some), seconds=3_600.0)
    # The others count as asked about, so that the round trip is that of the whole FAQ.
    done = [
        make_draft(entry, "", asked_of(entry, config.model), config.model)
        for entry in bench.entries
        if entry.id not in sample
    ]
    written = similar.write(
        config, budget, bench.entries, done, (), bench.texts, bench.load, lambda _: None
    )
    drafts = [draft for draft in written.drafts if draft.entry in sample]
    useful = [draft for draft in drafts if not draft.refused]
    print(
        f"{config.model}: {written.calls} calls, {len(drafts)} wordings, {len(useful)} of "
        f"use, {sum(not draft.closer for draft in useful)} closest to their own entry "
        f"{written.stopped}"
    )
    base = bench.ranks(chosen, {})
    taken = accepted(some, drafts, {}, accept=True)
    report(f"{config.model}: colloquial", base, bench.ranks(chosen, taken))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of embeddings; none: a temporary one")
    parser.add_argument("--ollama", metavar="URL", help="where a model listens that is tried")
    parser.add_argument("--model", default=Ollama().model, help="its name")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"`{DATA}` is not there: the real data sets are kept beside the checkout")
    settings = load_settings(environ={})
    identity = embedder_identity(settings)
    load = cache(lambda: load_embedder(settings))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.cache or Path(temporary)
        with (
            EmbeddingCache(folder, identity.id, identity.dim) as texts,
            KeptQuestions(folder, identity, load) as embedder,
        ):
            twins = json.loads((DATA / "twins.json").read_text(encoding="utf-8"))
            bench = Bench(entries(), twins, texts, embedder, load)
            if options.ollama:
                config = Ollama(url=options.ollama, model=options.model, answer_seconds=300.0)
                ask_model(bench, config)
            else:
                ablate(bench)


if __name__ == "__main__":
    main()

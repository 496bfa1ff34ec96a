"""Questions about versions measured: `python benchmarks/version_questions.py --cache DIR` reads the
real histories, builds an index of each, asks the golden questions of `tests/history`, and prints
the share of right answers by kind, language and split.

Embeddings are kept in DIR, so that a second run takes seconds.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from pipelines.answer import Answer, Answerer
from pipelines.changelog.changes import changes_of
from pipelines.changelog.history import statements
from pipelines.changelog.releases import releases
from pipelines.chunking import change_chunks
from pipelines.chunks import to_table
from pipelines.embedding.cache import EmbeddingCache, embed_missing
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.index import Recipe, build_candidate
from pipelines.records import ChangeEntry
from pipelines.search import QueryEmbedder, Searcher
from pipelines.settings import Answering, ChangelogSource, Settings
from pipelines.sources.repository import open_repository
from pipelines.sources_toml import load_settings
from pipelines.version_answers.releases import is_within, order
from pipelines.version_questions import version_question
from pipelines.versions import Version
from pipelines.warehouse import Warehouse

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared" / "data" / "changelogs"
GOLDEN = CHECKOUT / "tests" / "history" / "golden.jsonl"
TAGS = r"v?\d+\.\d+(\.\d+)?(-?\w[\w.]*)?"
# History -> bundle and changelog file.
HISTORIES = {
    "yunque": (CHECKOUT / "kb_sources" / "product.bundle", "CHANGELOG.md"),
    "presidio": (SHARED / "presidio.bundle", "CHANGELOG.md"),
    "apisix-zh": (SHARED / "apisix.bundle", "docs/zh/latest/CHANGELOG.md"),
    "apisix-en": (SHARED / "apisix.bundle", "CHANGELOG.md"),
    "element-zh": (SHARED / "element.bundle", "CHANGELOG.zh-CN.md"),
    "element-en": (SHARED / "element.bundle", "CHANGELOG.en-US.md"),
    "release-please": (SHARED / "release-please.bundle", "CHANGELOG.md"),
    "openclaw": (SHARED / "openclaw.bundle", "CHANGELOG.md"),
}
ABOUT_RELEASES = re.compile(r"_version$|_versions$|supported$")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One golden question and what became of it."""

    row: Row
    answer: Answer
    understood: str
    """The kind of question that it was taken for; empty for an ordinary one."""
    right: bool
    milliseconds: float


def golden(histories: Collection[str] = tuple(HISTORIES)) -> list[Row]:
    """Return the golden questions over some histories."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [row for row in rows if row["history"] in histories]


def changes(history: str, folder: Path) -> list[ChangeEntry]:
    """Return what all releases of a history changed, the oldest release first."""
    bundle, path = HISTORIES[history]
    name = history.replace("-", "_")
    source = ChangelogSource(name=name, repo=str(bundle), path=path, tags=TAGS)
    with open_repository(str(bundle), name=name, cache=folder) as repository:
        return [
            entry
            for release in releases(repository, source)
            for entry in changes_of(repository, source, release).entries
        ]


def index(
    history: str,
    folder: Path,
    kept: EmbeddingCache,
    load: Callable[[], Embedder],
    *,
    every: int = 1,
) -> Version:
    """Build a throwaway index of the changes of a history that stand.

    Of releases that no golden question names, it holds every n-th change: they only distract.
    """
    told = statements(changes(history, folder / "repositories"))
    standing = [each.change for each in told if not each.until]
    named = _versions_named(history)
    kept_changes = [
        change
        for number, change in enumerate(standing)
        if number % every == 0 or any(is_within(change.version, version) for version in named)
    ]
    chunks = to_table(chain.from_iterable(change_chunks(change) for change in kept_changes))
    hashes, texts = chunks["text_hash"].to_pylist(), chunks["search_text"].to_pylist()
    embed_missing(dict(zip(hashes, texts, strict=True)), kept, load, lambda done: None)
    answering = Answering()
    thresholds = {
        "direct": answering.direct,
        "support": answering.support,
        "passage": answering.passage,
    }
    now = datetime.now(UTC)
    built = build_candidate(
        Warehouse(folder / history),
        chunks,
        kept.get_many,
        Recipe(kept.embedder_id, load().dim, "", thresholds),
        pulled_at={"changelog": now},
        built_at=now,
    )
    return built.version


def _versions_named(history: str) -> set[str]:
    named: set[str] = set()
    for row in golden((history,)):
        named |= {row[field] for field in ("version", "from", "to", "until") if field in row}
        named |= {*row.get("versions", ()), *row.get("also", ())}
    return named


def ask(
    settings: Settings, version: Version, embedder: QueryEmbedder, rows: Sequence[Row]
) -> list[Outcome]:
    """Answer golden questions from one version, without a language model, and judge the answers."""
    answerer = Answerer(settings, Searcher(version, lambda: embedder))
    asyncio.run(answerer.answer("从哪个版本开始支持？ v1 v1"))  # what is read once is read now
    outcomes = []
    for row in rows:
        started = time.perf_counter()
        answer = asyncio.run(answerer.answer(row["question"]))
        spent = (time.perf_counter() - started) * 1000
        asked = version_question(row["question"])
        right = is_right(row, answer)
        outcomes.append(Outcome(row, answer, asked.kind if asked else "", right, spent))
    return outcomes


def is_right(row: Row, answer: Answer) -> bool:
    """Tell whether an answer says what the golden line says; its file's README tells the fields."""
    about_releases = ABOUT_RELEASES.search(answer.reason) is not None
    match row["kind"]:
        case "not_about_versions":
            return not about_releases
        case "unknown":
            return answer.decision == "refuse"
    if answer.decision != "direct" or not about_releases or not answer.citations:
        return False
    cited = [citation.version for citation in answer.citations]
    versions = {row.get("version"), row.get("until"), *row.get("also", ())}
    match row["kind"]:
        case "latest":
            return answer.reason == "latest_version" and cited[0] == row["version"]
        case "what":
            named = row.get("versions") or [row["version"]]
            return set(cited) <= set(named) and _counts(row, answer)
        case "between":
            return all(_is_between(row, version) for version in cited)
        case "still":
            reason = "still_supported" if row["still"] else "no_longer_supported"
            return answer.reason == reason and row["version"] in cited
        case "in_version":
            reason = "in_version" if row["answer"] == "yes" else "not_in_version"
            return answer.reason == reason and bool(versions & set(cited))
    return cited[0] in versions and any(start in answer.text for start in row["starts"])


def _counts(row: Row, answer: Answer) -> bool:
    """Tell whether a list is as long as the changelog's own, give or take a nested bullet."""
    more = re.search(r"还有 (\d+) 条|^(\d+) more are not shown", answer.text, re.MULTILINE)
    left_out = int(next(filter(None, more.groups()))) if more else 0
    listed = len(answer.citations) + left_out
    return "count" not in row or abs(listed - row["count"]) <= max(1, row["count"] // 10)


def _is_between(row: Row, version: str) -> bool:
    return order(row["from"]) <= order(version) <= order(row["to"]) or is_within(version, row["to"])


def summary(outcomes: Sequence[Outcome]) -> dict[str, dict[str, tuple[int, int]]]:
    """Return split -> kind or language -> right answers and questions."""
    table: dict[str, Counter[tuple[str, bool]]] = {}
    for item in outcomes:
        counts = table.setdefault(item.row["split"], Counter())
        for name in ("all", item.row["kind"], item.row["lang"]):
            counts[name, item.right] += 1
    return {
        split: {
            name: (counts[name, True], counts[name, True] + counts[name, False])
            for name in dict.fromkeys(name for name, _ in counts)
        }
        for split, counts in table.items()
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of embeddings; none: a temporary one")
    parser.add_argument("--history", action="append", choices=HISTORIES, help="only this history")
    parser.add_argument("--show", action="store_true", help="print wrong answers of the dev split")
    parser.add_argument("--floors", action="store_true", help="fail below what was measured")
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"`{SHARED}` is not there: the real histories are kept beside the checkout")
    outcomes = measure(options.cache, options.history or tuple(HISTORIES))
    _print(outcomes)
    if options.show:
        _show([item for item in outcomes if not item.right and item.row["split"] == "dev"])
    if options.floors:
        _hold_to_floors(outcomes)


def measure(kept: Path | None, histories: Sequence[str]) -> list[Outcome]:
    """Index the histories one after the other, and ask each one's questions."""
    settings = load_settings(environ={})
    identity = embedder_identity(settings)
    load = cache(lambda: load_embedder(settings))
    outcomes = []
    with ExitStack() as open_until_done:
        temporary = Path(open_until_done.enter_context(tempfile.TemporaryDirectory()))
        folder = kept or temporary / "embeddings"
        texts = open_until_done.enter_context(EmbeddingCache(folder, identity.id, identity.dim))
        for history in histories:
            started = time.perf_counter()
            version = index(history, temporary, texts, load)
            took = time.perf_counter() - started
            rows = golden((history,))
            outcomes += ask(settings, version, load(), rows)
            print(f"{history}: indexed in {took:.1f} s, {len(rows)} questions", file=sys.stderr)
    return outcomes


def _print(outcomes: Sequence[Outcome]) -> None:
    figures = summary(outcomes)
    names = dict.fromkeys(chain.from_iterable(figures.values()))
    print(f"{'':20}" + "".join(f"{split:>20}" for split in figures))
    for name in names:
        cells = []
        for split in figures:
            right, asked = figures[split].get(name, (0, 0))
            cells.append(
                f"{right:>8} of {asked:<4}{right / asked:>5.2f}" if asked else f"{'–':>20}"
            )
        print(f"{name:20}" + "".join(cells))
    spent = sorted(item.milliseconds for item in outcomes if item.understood)
    if spent:
        p50, p95 = spent[len(spent) // 2], spent[int(len(spent) * 0.95)]
        print(f"answers about versions: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def _show(wrong: Sequence[Outcome]) -> None:
    for item in wrong:
        expected = {
            name: value
            for name, value in item.row.items()
            if name not in ("id", "lang", "split", "question", "history")
        }
        cited = [citation.version for citation in item.answer.citations]
        print(f"\n{item.row['id']} {item.row['history']}: {item.row['question']}")
        print(f"  {json.dumps(expected, ensure_ascii=False)}")
        print(f"  {item.understood or 'ordinary'} → {item.answer.reason} {cited[:8]}")
        print("  " + item.answer.text[:300].replace("\n", "\n  "))


# Two questions below what was measured: 1.00 and .895.
FLOORS = {"dev": 0.96, "heldout": 0.86}


def _hold_to_floors(outcomes: Sequence[Outcome]) -> None:
    for split, floor in FLOORS.items():
        right, asked = summary(outcomes)[split]["all"]
        if right / asked < floor:
            sys.exit(
                f"answers about versions got worse: {split} {right / asked:.3f}, floor {floor}"
            )


if __name__ == "__main__":
    main()

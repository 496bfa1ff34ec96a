"""Second questions measured: `python benchmarks/followups.py --cache DIR` searches 1,166 real FAQ
entries for questions asked after earlier turns. Some lean on them (`multiturn`); others are
questions of one turn, put behind the history of another conversation (`own topic`), which must
not lose what they find alone. Prints how well both are told apart, and what each way to search
finds; `--fit` prints the weights of `followup/fusing.py` anew, from the `*_train.jsonl` sets.
"""

import argparse
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from fit_fusion import RIDGE
from retrieval import DATA, QUESTIONS, entries, lines, searchers, twin_classes
from scipy.optimize import minimize

from pipelines.asked_for import likeness
from pipelines.evaluation.metrics import per_question
from pipelines.followup import InContext, Turn, fusing, in_context, search_in_context
from pipelines.followup.leaning import LEANS, STANDS_ALONE, leaning, records_told
from pipelines.followup.rewriting import rewriting
from pipelines.query.vocabulary import vocabulary_of
from pipelines.records import Tier
from pipelines.search import Hit, Searcher, SearchResult
from pipelines.versions import Version

OWN_TOPICS = 150
Row = dict[str, Any]
SETS = ("train", "golden_dev", "heldout", "fresh")
WAYS = ("alone", "together", "fused", "in context")


class Remembering(Searcher):
    """A searcher that searches once for each text."""

    def __init__(self, searcher: Searcher) -> None:
        super().__init__(searcher.version(), searcher.embedder)
        self._found: dict[tuple[object, ...], SearchResult] = {}

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        per_tier: int | None = None,
        tier: Tier | None = None,
        version: Version | None = None,
    ) -> SearchResult:
        """Return what was found for the question, the first time it was asked."""
        key = (question, limit, per_tier, tier)
        if key not in self._found:
            self._found[key] = super().search(
                question, limit=limit, per_tier=per_tier, tier=tier, version=version
            )
        return self._found[key]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question after earlier turns, and what each search found for it."""

    leans: bool
    probability: float
    gold: str
    alone: SearchResult
    together: SearchResult
    before: SearchResult | None
    found: InContext

    def hits(self, way: str) -> Sequence[Hit]:
        """Return what one of `WAYS` finds."""
        if way == "fused":
            return fusing.fused(self.alone, self.together, self.before, 1.0)
        result: SearchResult = self.found.result if way == "in context" else getattr(self, way)
        return result.hits


def after_turns(
    rows: Sequence[dict[str, Any]], own_topics: int
) -> list[tuple[bool, dict[str, Any]]]:
    """Return the second questions, and others behind the history of one that asks another thing."""
    chance = random.Random(7)  # noqa: S311 - the same questions each time
    leaning_rows = [row for row in rows if row["kind"] == "multiturn"]
    single = [row for row in rows if row["kind"] in ("paraphrase", "colloquial")]
    chosen = chance.sample(single, min(own_topics, len(single)))
    others = []
    for row in chosen:
        strangers = [other for other in leaning_rows if other["gold"] != row["gold"]]
        others.append(row | {"history": chance.choice(strangers)["history"]})
    return [(True, row) for row in leaning_rows] + [(False, row) for row in others]


def ask(searcher: Searcher, row: dict[str, Any], *, leans: bool, gold: str) -> Asked:
    """Search for a question in every way."""
    version = searcher.version()
    vocabulary, records = vocabulary_of(version), records_told(version)
    turns = [Turn(turn["role"], turn["content"]) for turn in row["history"]]
    told = rewriting(row["query"], turns, vocabulary, records)

    def search(text: str, limit: int) -> SearchResult:
        return searcher.search(text, limit=limit, tier="faq", version=version)

    return Asked(
        leans,
        leaning(told.asked, vocabulary, records).probability,
        gold,
        search(told.asked, in_context.EVERYTHING),
        search(told.together, in_context.JOINED),
        search(told.answered, in_context.ANSWERS) if told.answered else None,
        search_in_context(searcher, row["query"], turns, version=version, tier="faq"),
    )


def rank(hits: Sequence[Hit], gold: str, twins: dict[str, str]) -> int:
    """Return the rank of the right entry among different ones; 0 where it was not found."""
    classes = list(dict.fromkeys(twins[hit.chunk.entry_id] for hit in hits))
    return classes.index(gold) + 1 if gold in classes else 0


def fit(asked: Sequence[Asked], twins: dict[str, str]) -> npt.NDArray[np.float64]:
    """Return the weights of together, alone, answered and kind (conditional logit, by L-BFGS)."""
    sets = []
    for one in asked:
        parts = [{h.chunk.entry_id: h for h in r.hits} for r in (one.alone, one.together)]
        ids = [entry for entry in parts[1] if entry in parts[0]]
        shares = fusing.shares_of_answer(one.before) if one.before else {}
        totals = [[part[entry].evidence.total for entry in ids] for part in reversed(parts)]
        told = [-shares.get(entry, 0.0) for entry in ids]
        kinds = [likeness(one.alone.question, parts[0][entry].chunk.title) for entry in ids]
        features = [*totals, told, kinds]
        right = np.array([twins[entry] == one.gold for entry in ids])
        if one.leans and right.any():
            sets.append((np.array(features).T, right))

    def loss(weights: npt.NDArray[np.float64]) -> float:
        total = 0.0
        for features, right in sets:
            scores = features @ weights
            total += float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[right]))
        return float(total / len(sets) + RIDGE * (weights @ weights))

    found: npt.NDArray[np.float64] = minimize(loss, np.array([0.6, 0.4, 1.0, 0.5])).x
    return found


def show(name: str, asked: Sequence[Asked], twins: dict[str, str]) -> None:
    """Print the figures of one set."""
    print(f"{name}:")
    if not all(one.leans for one in asked):
        show_leaning(asked)
    for leans, kind in ((True, "multiturn"), (False, "own topic")):
        those = [one for one in asked if one.leans == leans]
        for way in WAYS if those else ():
            ranks = [rank(one.hits(way), one.gold, twins) for one in those]
            figures = [f"{m} {np.mean(per_question(ranks, m)):.3f}" for m in ("R@1", "R@5", "RR")]
            print(f"  {kind:10} {way:11} {len(ranks):4}  {'  '.join(figures)}")


def show_leaning(asked: Sequence[Asked]) -> None:
    """Print how well questions that lean are told from those on a topic of their own."""
    said = np.array([one.probability for one in asked])
    true = np.array([one.leans for one in asked])
    above = said[true][:, None] - said[~true][None, :]
    auc = float(np.mean((above > 0) + 0.5 * (above == 0)))
    found = said >= LEANS
    print(
        f"  leaning told from own topic: AUC {auc:.3f}, precision "
        f"{np.mean(true[found]):.2f}, recall {np.mean(found[true]):.2f}; "
        f"searched alone: {np.mean(said[true] < STANDS_ALONE):.2f} of those that lean, "
        f"{np.mean(said[~true] < STANDS_ALONE):.2f} of others; "
        f"others kept from a direct answer: "
        f"{np.mean([one.found.own is not None for one in asked if not one.leans]):.2f}"
    )


def main() -> None:
    """Print the figures of each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of embeddings; none: a temporary one")
    parser.add_argument("--fit", action="store_true", help="print fitted weights as well")
    parser.add_argument("--own-topics", type=int, default=OWN_TOPICS, help="how many of a set")
    parser.add_argument("--of", nargs="*", default=SETS, choices=SETS, help="sets to measure")
    options = parser.parse_args()
    train = [row for file in sorted(QUESTIONS.glob("ecs_*_train.jsonl")) for row in lines(file)]
    sets = {
        "train": train,
        "golden_dev": lines(DATA / "golden_dev.jsonl"),
        "heldout": lines(QUESTIONS / "ecs_heldout.jsonl"),
        "fresh": lines(QUESTIONS / "followups_fresh.jsonl"),
    }
    twins = twin_classes()
    with (
        tempfile.TemporaryDirectory() as temporary,
        searchers(options.cache or Path(temporary)) as searcher_over,
    ):
        searcher = Remembering(searcher_over(entries()))
        for name in options.of:
            rows = sets[name]
            asked = [
                ask(searcher, row, leans=leans, gold=twins[row["gold"]])
                for leans, row in after_turns(rows, options.own_topics)
            ]
            show(name, asked, twins)
            if options.fit and name == "train":
                print("  together, alone, answered, kind:", fit(asked, twins).round(2))


if __name__ == "__main__":
    main()

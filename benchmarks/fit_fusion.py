"""Fits the weights of search: `python benchmarks/fit_fusion.py --cache DIR` searches the customer
questions of `golden_dev` in 1,166 real FAQ entries, and prints the weights under which the right
entry is most likely first of its candidates (conditional logit, by L-BFGS), with recall on the
questions they were fitted on and on others. Not fitted on the questions that the query tower was
trained on, which it finds by meaning better than any other.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from retrieval import DATA, QUESTIONS, entries, lines, search_row, searchers, twin_classes
from scipy.optimize import minimize

from pipelines.search import Hit, Searcher

FEATURES = ("question", "passage", "words")
RIDGE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One question: the features of its candidates, and which of them are right."""

    kind: str
    features: npt.NDArray[np.float64]
    classes: tuple[str, ...]
    gold: str

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Which candidates are right."""
        return np.array([name == self.gold for name in self.classes])

    def rank(self, weights: npt.NDArray[np.float64]) -> int:
        """Return the rank of the right entry among different ones; 0 where it is no candidate."""
        order = np.argsort(-(self.features @ weights), kind="stable")
        ranked = list(dict.fromkeys(self.classes[at] for at in order))
        return ranked.index(self.gold) + 1 if self.gold in ranked else 0


def ask(
    searcher: Searcher, rows: Sequence[Mapping[str, Any]], twins: Mapping[str, str]
) -> list[Asked]:
    """Search all questions that have an answer."""
    asked = []
    for row in rows:
        if not row.get("gold"):
            continue
        hits: Sequence[Hit] = search_row(searcher, row).result.hits
        features = [[getattr(hit.evidence, name) for name in FEATURES] for hit in hits]
        classes = tuple(twins[hit.chunk.entry_id] for hit in hits)
        asked.append(Asked(row["kind"], np.array(features), classes, twins[row["gold"]]))
    return asked


def fit(asked: Sequence[Asked]) -> npt.NDArray[np.float64]:
    """Return the weights of `FEATURES`; questions whose entry is no candidate teach nothing."""
    teaching = [one for one in asked if one.right.any()]

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        total, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for one in teaching:
            merit = one.features @ weights
            shares = np.exp(merit - merit.max())
            among_right = shares * one.right
            total += float(np.log(shares.sum() / among_right.sum())) / len(teaching)
            change = shares / shares.sum() - among_right / among_right.sum()
            slope = slope + one.features.T @ change / len(teaching)
        return total, slope

    start = np.ones(len(FEATURES))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _print(name: str, asked: Sequence[Asked], weights: npt.NDArray[np.float64]) -> None:
    for kind in dict.fromkeys(one.kind for one in asked):
        ranks = [one.rank(weights) for one in asked if one.kind == kind]
        found = [sum(1 <= rank <= within for rank in ranks) / len(ranks) for within in (1, 5)]
        missed = sum(rank == 0 for rank in ranks)
        print(f"{name:20} {kind:12} {len(ranks):4} {found[0]:.3f} {found[1]:.3f}  {missed}")


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder of embeddings")
    options = parser.parse_args()
    twins = twin_classes()
    with searchers(options.cache) as searcher_over:
        searcher = searcher_over(entries())
        files = {
            "train": sorted(QUESTIONS.glob("ecs_*_train.jsonl")),
            "golden_dev": [DATA / "golden_dev.jsonl"],
            "heldout": [QUESTIONS / "ecs_heldout.jsonl"],
        }
        sets = {
            name: ask(searcher, [row for file in paths for row in lines(file)], twins)
            for name, paths in files.items()
        }
    weights = fit(sets["golden_dev"])
    print({name: round(float(w), 2) for name, w in zip(FEATURES, weights, strict=True)})
    for name, asked in sets.items():
        _print(name, asked, weights)


if __name__ == "__main__":
    main()

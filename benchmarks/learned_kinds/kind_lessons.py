"""What a `Classifier` learns: n-grams of written texts, and how much each speaks for each kind."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from pipelines.kinds.classifier import shares_of
from pipelines.kinds.features import Grams
from pipelines.text import digest

Told = Sequence[tuple[str, str]]
"""Texts, each with its kind."""
# An n-gram of fewer texts says more about one of them than about its kind.
LEAST_TEXTS = 3
# How freely weights may grow; a third and three times of it tell the same.
FREEDOM = 30.0


def known_grams(found: Sequence[Grams]) -> tuple[Grams, NDArray[np.float64]]:
    """Return the n-grams of several texts, ascending, and how rare each is."""
    known, counts = np.unique(np.concatenate(found), return_counts=True)
    known, counts = known[counts >= LEAST_TEXTS], counts[counts >= LEAST_TEXTS]
    return known, np.log((1 + len(found)) / (1 + counts)) + 1


def lessons_digest(told: Told) -> str:
    """Return what stands in the file for all that it was learned from."""
    return digest(*(f"{kind} {text}" for text, kind in told))


def learn(
    told: Told,
    grams: Sequence[Grams],
    kinds: Sequence[str],
    weights: Sequence[float],
    to: Path,
    *,
    written: int,
) -> None:
    """Learn from texts, whose n-grams are `grams`, and write what was learned.

    The first `written` of them tell how rare an n-gram is; the others are composed of these.
    """
    known, rarity = known_grams(grams[:written])
    rows = [shares_of(one, known, rarity) for one in grams]
    matrix = csr_matrix(
        (
            np.concatenate([shares for _, shares in rows]),
            np.concatenate([places for places, _ in rows]),
            np.cumsum([0, *(len(places) for places, _ in rows)]),
        ),
        shape=(len(rows), len(known)),
    )
    numbers = [kinds.index(kind) for _, kind in told]
    model = LogisticRegression(C=FREEDOM, max_iter=3_000).fit(matrix, numbers, weights)
    learned = {
        "grams": known,
        "rarity": rarity.astype(np.float16),
        "weights": np.ascontiguousarray(model.coef_.T.astype(np.float16)),
        "constants": model.intercept_.astype(np.float32),
    }
    save_file(learned, to, metadata={"lessons": lessons_digest(told)})
    to.chmod(0o644)  # as any other file of the package, whatever wrote it
    print(f"`{to}` written: {len(known)} n-grams, {to.stat().st_size / 1e6:.1f} MB")

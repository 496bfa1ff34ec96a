"""The classifier: of what kind a text is, told by texts that people wrote of each kind.

A logistic regression over n-grams, which on short texts goes as far as larger models do
(arxiv.org/abs/1607.01759). `benchmarks/learned_kinds/` learns one from written texts. It takes a
tenth of a millisecond, and hears what no list of phrases holds.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipelines.kinds.features import Grams, grams, words

Kind = TypeVar("Kind", bound=str)


class Classifier(Generic[Kind]):
    """Tells of what kind a text is. Safe to share between threads."""

    def __init__(self, learned: Path, kinds: Sequence[Kind]) -> None:
        """Read what was `learned` at the first text; `kinds` are in the order of learning, and the
        first is that of texts that are of no other.
        """
        self._file = learned
        self._kinds = tuple(kinds)

    def probabilities(self, text: str) -> dict[Kind, float]:
        """Return how likely a text is of each kind; together they are 1.

        What is in words that nobody wrote, as `Xero` or in Korean, is of the first kind.
        """
        learned = self._learned
        said = words(text)
        if said.size and not _places(said, learned["grams"]).size:
            return dict.fromkeys(self._kinds, 0.0) | {self._kinds[0]: 1.0}
        places, shares = shares_of(grams(text), learned["grams"], learned["rarity"])
        scores = shares @ learned["weights"][places].astype(np.float32) + learned["constants"]
        odds = np.exp(scores - scores.max())
        return dict(zip(self._kinds, (odds / odds.sum()).tolist(), strict=True))

    @cached_property
    def _learned(self) -> dict[str, NDArray[Any]]:
        from safetensors.numpy import load_file

        return load_file(self._file)


def shares_of(
    found: Grams, known: Grams, rarity: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the places of found n-grams among the `known`, and each one's share: tf-idf, [n].

    Both are ascending; `rarity` is the logarithm of how rare each known one is. Shares are a
    vector of length 1, to which what nobody wrote before adds nothing.
    """
    places = _places(found, known)
    shares = rarity[places].astype(np.float32)
    return places, shares / max(float(np.linalg.norm(shares)), 1e-9)


def _places(found: Grams, known: Grams) -> NDArray[np.intp]:
    places: NDArray[np.intp] = np.searchsorted(known, found).clip(max=len(known) - 1)
    held: NDArray[np.intp] = places[known[places] == found]
    return held

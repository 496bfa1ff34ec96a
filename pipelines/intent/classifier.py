"""The classifier: what a message is for, told by what people wrote who wanted the same.

A logistic regression over n-grams, which on short texts goes as far as larger models do
(arxiv.org/abs/1607.01759). `benchmarks/intent_model/train_intent.py` learned it from written
messages. It takes a tenth of a millisecond, and hears what no list of phrases holds.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from pipelines.intent.features import Grams, grams, words

Kind = Literal["question", "greeting", "closing", "asks_for_person", "angry"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LEARNED = Path(__file__).with_name("intent.safetensors")


def probabilities(message: str) -> dict[Kind, float]:
    """Return how likely a message is of each kind; together they are 1.

    Who writes in words that nobody wrote, as `Xero` or in Korean, asks something.
    """
    learned = _learned()
    said = words(message)
    if said.size and not np.isin(said, learned["grams"]).any():
        return dict.fromkeys(KINDS, 0.0) | {"question": 1.0}
    places, shares = shares_of(grams(message), learned["grams"], learned["rarity"])
    scores = shares @ learned["weights"][places].astype(np.float32) + learned["constants"]
    odds = np.exp(scores - scores.max())
    return dict(zip(KINDS, (odds / odds.sum()).tolist(), strict=True))


def shares_of(
    found: Grams, known: Grams, rarity: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the places of found n-grams among the `known`, and each one's share: tf-idf, [n].

    Both are ascending; `rarity` is the logarithm of how rare each known one is. Shares are a
    vector of length 1, to which what nobody wrote before adds nothing.
    """
    places = np.searchsorted(known, found).clip(max=len(known) - 1)
    places = places[known[places] == found]
    shares = rarity[places].astype(np.float32)
    return places, shares / max(float(np.linalg.norm(shares)), 1e-9)


@cache
def _learned() -> dict[str, NDArray[Any]]:
    from safetensors.numpy import load_file

    return load_file(LEARNED)

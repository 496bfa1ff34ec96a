"""The cross-encoder: a question and an FAQ entry, read together, and whether one answers the other.

A vector holds what a text is about; whether an entry answers a question or only speaks of the same
thing, nobody can tell who has not read both (arxiv.org/abs/1901.04085). It is the built-in model
again, changed by what `benchmarks/built_in_model/train_cross_encoder.py` learned from written
questions, each beside entries on the same subject that answer another one.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from pipelines.embedding.builtin_model import BUILTIN_DIM, DOCUMENT_PROMPT, QUERY_PROMPT
from pipelines.embedding.layers import Array, Floats, Graph, Layers

LEARNED = Path(__file__).with_name("cross_encoder.safetensors")
CROSS_ENCODER_ID = "cross-encoder-1"
"""Counts up with what was learned: the figures of another one mean something else."""
# Tokens of a pair, of which the question takes half at most. 64 would take two thirds of the time
# and order as well, but tell less how sure a match is: .31 of the paraphrases of `golden_dev` were
# answered directly in place of .41.
MOST_TOKENS = 96
_BEGIN, _END = 0, 2


@dataclass(frozen=True, slots=True)
class Pair:
    """What is read together: a question, and what an entry asks and answers."""

    question: str
    asks: str
    answer: str


class CrossEncoder:
    """Reads pairs, several at a time. Safe to share between threads."""

    def __init__(self, directory: Path, threads: int) -> None:
        """Load what reads pairs, `threads` at a time, of the built-in model in `directory`.

        Raises `EmbeddingError` where a file of the model is damaged or gone.
        """
        self._layers = Layers(directory, _learned(), Graph.ROUNDED)
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._query = self._layers.tokens(QUERY_PROMPT)
        self._document = self._layers.tokens(DOCUMENT_PROMPT)

    def encode(self, pairs: Sequence[Pair]) -> Floats:
        """Return one unit vector a pair, float32 [n, dim], for `log_odds` to read.

        What stands beyond `MOST_TOKENS` is left out, of the answer first.
        """
        made = np.empty((len(pairs), BUILTIN_DIM), np.float32)
        for row, vector in enumerate(self._readers.map(self._read, pairs)):
            made[row] = vector / np.linalg.norm(vector)
        return made

    def _read(self, pair: Pair) -> Floats:
        made: Floats = self._layers.mean(self._tokens(pair))[0]
        return made

    def _tokens(self, pair: Pair) -> list[int]:
        asked = self._layers.tokens(pair.question)[: MOST_TOKENS // 2]
        entry = [*self._layers.tokens(pair.asks), *self._layers.tokens(pair.answer)]
        first = [_BEGIN, *self._query, *asked, _END, _END, *self._document]
        return [*first, *entry[: MOST_TOKENS - len(first) - 1], _END]


def log_odds(vectors: Floats) -> list[float]:
    """Return of pairs that were encoded how likely the entry answers the question."""
    learned = _learned()
    odds = vectors @ learned["head"].astype(np.float32) + learned["constant"].astype(np.float32)
    return [float(one) for one in odds]


@cache
def _learned() -> dict[str, Array]:
    from safetensors.numpy import load_file

    return load_file(LEARNED)

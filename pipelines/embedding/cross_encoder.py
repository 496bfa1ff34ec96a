"""Cross-encoders: a question and an FAQ entry, read together, and whether one answers the other.

A vector holds what a text is about; whether an entry answers a question or only speaks of the same
thing, nobody can tell who has not read both (arxiv.org/abs/1901.04085). They are the built-in model
again, changed by what was learned from written questions: for one task beside entries on the same
subject that answer another question, for the other beside the entry that seems to answer them.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from pipelines.embedding.builtin_model import BUILTIN_DIM, DOCUMENT_PROMPT, QUERY_PROMPT
from pipelines.embedding.layers import Array, Floats, Graph, Layers

_BEGIN, _END = 0, 2


@dataclass(frozen=True, slots=True)
class Task:
    """What is told of a pair."""

    id: str
    """Counts up with what was learned: the figures of another one mean something else."""
    most_tokens: int
    """Tokens of a pair that are read, of which the question takes half at most."""

    file: str
    """What was learned for it, beside this file."""

    @property
    def learned(self) -> Path:
        """Where that lies."""
        return Path(__file__).with_name(self.file)


ORDER = Task("cross-encoder-1", 96, "cross_encoder.safetensors")
"""Which of several entries answers a question: by `train_cross_encoder.py`. 64 tokens would take
two thirds of the time and order as well, but tell less how sure a match is: .31 of the paraphrases
of `golden_dev` were answered directly in place of .41."""
CHECK = Task("answer-check-1", 160, "answer_check.safetensors")
"""Whether the entry that comes first answers it, or is about the same thing in nearly the same
words: by `train_answer_check.py`. It takes more of the answer, in which the difference lies."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is read together: a question, and what an entry asks and answers."""

    question: str
    asks: str
    answer: str


class CrossEncoder:
    """Reads pairs for one task, several at a time. Safe to share between threads."""

    def __init__(self, directory: Path, task: Task, threads: int) -> None:
        """Load what reads pairs, `threads` at a time, of the built-in model in `directory`.

        Raises `EmbeddingError` where a file of the model is damaged or gone.
        """
        self._most = task.most_tokens
        self._layers = Layers(directory, _learned(task), Graph.ROUNDED)
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._query = self._layers.tokens(QUERY_PROMPT)
        self._document = self._layers.tokens(DOCUMENT_PROMPT)

    def encode(self, pairs: Sequence[Pair]) -> Floats:
        """Return one unit vector a pair, float32 [n, dim], for `log_odds` to read.

        What stands beyond the task's tokens is left out, of the answer first.
        """
        made = np.empty((len(pairs), BUILTIN_DIM), np.float32)
        for row, vector in enumerate(self._readers.map(self._read, pairs)):
            made[row] = vector / np.linalg.norm(vector)
        return made

    def _read(self, pair: Pair) -> Floats:
        made: Floats = self._layers.mean(self._tokens(pair))[0]
        return made

    def _tokens(self, pair: Pair) -> list[int]:
        asked = self._layers.tokens(pair.question)[: self._most // 2]
        entry = [*self._layers.tokens(pair.asks), *self._layers.tokens(pair.answer)]
        first = [_BEGIN, *self._query, *asked, _END, _END, *self._document]
        return [*first, *entry[: self._most - len(first) - 1], _END]


def log_odds(vectors: Floats, task: Task = ORDER) -> list[float]:
    """Return of pairs that were encoded for a task how likely the entry answers the question."""
    learned = _learned(task)
    odds = vectors @ learned["head"].astype(np.float32) + learned["constant"].astype(np.float32)
    return [float(one) for one in odds]


@cache
def _learned(task: Task) -> dict[str, Array]:
    from safetensors.numpy import load_file

    return load_file(task.learned)

"""Questions embedded once: for runs that ask the same ones of version after version."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from pipelines.embedding.builtin_model import BUILTIN_DIM
from pipelines.embedding.cache import EmbeddingCache
from pipelines.embedding.cross_encoder import CHECK, ORDER, Pair, Task
from pipelines.embedding.identity import EmbedderIdentity
from pipelines.embedding.model import Vectors
from pipelines.text import digest

QUERIES = "/queries"
"""What a cache of questions is called, behind the name of what embedded them."""


class Reader(Protocol):
    """What reads questions."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a question."""
        ...

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> Vectors:
        """Return one unit vector a pair."""
        ...


class KeptQuestions:
    """An embedder of questions that keeps what it made; a context manager.

    Loads what reads them when it must. Raises what `EmbeddingCache` raises.
    """

    def __init__(
        self, folder: Path, identity: EmbedderIdentity, load: Callable[[], Reader]
    ) -> None:
        """Keep in `folder` what the embedder of `identity` makes, which `load` returns."""
        self.id = identity.id
        self._load = load
        self._used: dict[EmbeddingCache, set[str]] = {}
        with ExitStack() as opened:
            self._queries = opened.enter_context(
                EmbeddingCache(folder, identity.id + QUERIES, identity.dim)
            )
            self._pairs = {
                task: opened.enter_context(EmbeddingCache(folder, task.id + QUERIES, BUILTIN_DIM))
                for task in (ORDER, CHECK)
            }
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a question: float32 [n, dim]."""
        keys = [digest(text) for text in texts]
        return self._kept(
            self._queries,
            keys,
            lambda missing: self._load().encode_queries([texts[one] for one in missing]),
        )

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> Vectors:
        """Return one unit vector a pair: float32 [n, dim]."""
        keys = [digest(pair.question, pair.asks, pair.answer) for pair in pairs]
        return self._kept(
            self._pairs[task],
            keys,
            lambda missing: self._load().encode_pairs([pairs[one] for one in missing], task),
        )

    def forget_unused(self) -> None:
        """Erase what was kept before and not asked for since."""
        for cache in (self._queries, *self._pairs.values()):
            cache.forget(sorted(cache.hashes() - self._used.get(cache, set())))

    def _kept(
        self,
        cache: EmbeddingCache,
        keys: Sequence[str],
        make: Callable[[Sequence[int]], Vectors],
    ) -> Vectors:
        self._used.setdefault(cache, set()).update(keys)
        known = cache.get_many(keys)
        missing = {key: number for number, key in enumerate(keys) if key not in known}
        if missing:
            cache.put_many(list(missing), make(list(missing.values())))
            known |= cache.get_many(list(missing))
        return np.stack([known[key] for key in keys])

"""The embedder: a sentence-transformers model that turns text into unit vectors."""

import math
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipelines.embedding.builtin_model import BUILTIN, builtin_directory
from pipelines.embedding.cross_encoder import ORDER, CrossEncoder, Pair, Task
from pipelines.embedding.identity import (
    EmbedderIdentity,
    builtin_identity,
    directory_identity,
)
from pipelines.embedding.model_directory import go_offline, model_directory
from pipelines.embedding.prompts import Prompts, prompts_of
from pipelines.embedding.query_tower import QueryTower
from pipelines.errors import EmbeddingError
from pipelines.settings import Settings

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]


def _ignore(_: int) -> None:
    """Take no notice of progress."""


class Embedder:
    """An embedding model, whose documents and questions may have a reader each.

    Safe to share between threads: those that embed documents take turns.
    """

    def __init__(
        self,
        identity: EmbedderIdentity,
        load_model: Callable[[], "SentenceTransformer"],
        tower: QueryTower | None,
        load_cross_encoder: Callable[[Task], CrossEncoder],
        batch_size: int,
    ) -> None:
        """Take a loader of the model, called on first use, and what reads questions in its stead.

        Without a `tower` the model reads questions itself. What reads a question together with an
        entry is loaded on first use too.
        """
        self.identity = identity
        self._load_model = load_model
        self._tower = tower
        self._load_cross_encoder = load_cross_encoder
        self._cross_encoders: dict[Task, CrossEncoder] = {}
        self._batch_size = batch_size
        self._loaded: SentenceTransformer | None = None
        self._loading = threading.Lock()
        # The tokenizer keeps its truncation as state: two threads in it raise `Already borrowed`.
        self._turn = threading.Lock()

    @property
    def id(self) -> str:
        """Identity of model and prompts; vectors compare only under the same one."""
        return self.identity.id

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return self.identity.dim

    @property
    def model(self) -> "SentenceTransformer":
        """The model itself; loading it on first use takes seconds. Raises `EmbeddingError`."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load_model()
            return self._loaded

    @property
    def most_tokens(self) -> int:
        """Tokens of a text that the model reads; what follows them is left out."""
        most = self.model.max_seq_length
        return int(most) if most and math.isfinite(most) else sys.maxsize

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has as a document, with its prompt and its marks."""
        prompt = self.model.prompts.get("document") or ""
        tokenizer = self.model.tokenizer
        # A static model has the bare tokenizer, others have it wrapped.
        bare = getattr(tokenizer, "backend_tokenizer", tokenizer)
        with self._turn:
            # Encoding sets both again to what it needs.
            bare.no_truncation()
            bare.no_padding()
            encoded = bare.encode_batch_fast([prompt + text for text in texts])
        return [len(one.ids) for one in encoded]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a question: float32 [n, dim]; see `encode_documents`."""
        if self._tower is None:
            return self._encode(texts, self.model.encode_query, _ignore)
        _check_told(texts)
        return _to_unit_length(self._tower.encode(texts))

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> Vectors:
        """Return one unit vector a pair, float32 [n, dim of the built-in model]: see `log_odds`.

        Raises `EmbeddingError` when what reads them cannot be loaded, on first use.
        """
        with self._loading:
            if task not in self._cross_encoders:
                self._cross_encoders[task] = self._load_cross_encoder(task)
        return self._cross_encoders[task].encode(pairs)

    def encode_documents(
        self, texts: Sequence[str], advance: Callable[[int], None] = _ignore
    ) -> Vectors:
        """Return one unit vector a text, float32 [n, dim], in the order of `texts`.

        Text beyond the model's limit (512 tokens for the built-in one) is left out. A vector
        depends on its neighbours in the call by less than 1e-5 a number in float32. `advance` is
        called with the number of texts done since the last call. Raises `ValueError` for an empty
        text, `EmbeddingError` when the model fails.
        """
        return self._encode(texts, self.model.encode_document, advance)

    def _encode(
        self,
        texts: Sequence[str],
        encode: Callable[..., NDArray[np.floating]],
        advance: Callable[[int], None],
    ) -> Vectors:
        vectors = np.empty((len(texts), self.dim), np.float32)
        order = by_cost(texts)
        for start in range(0, len(order), self._batch_size):
            batch = order[start : start + self._batch_size]
            try:
                with self._turn:
                    made = encode(
                        [texts[row] for row in batch],
                        batch_size=self._batch_size,
                        show_progress_bar=False,
                    )
            except RuntimeError as error:
                raise EmbeddingError(
                    f"The embedding model failed on {len(batch)} texts: {error}. If memory ran "
                    "out, lower `embedding.batch_size`."
                ) from error
            vectors[batch] = _to_unit_length(made)
            advance(len(batch))
        return vectors


def by_cost(texts: Sequence[str]) -> list[int]:
    """Return the positions of `texts`, costliest first, so that neighbours are of like length.

    A batch is padded to its longest text: batches of mixed lengths cost 2.6 times the time of
    sorted ones. Bytes of UTF-8 follow tokens closely (about 4 a token, Chinese or English), which
    characters do not. Raises `ValueError` for an empty text.
    """
    _check_told(texts)
    sizes = [len(text.encode("utf-8")) for text in texts]
    return sorted(range(len(texts)), key=lambda position: -sizes[position])


def _check_told(texts: Sequence[str]) -> None:
    """Raise `ValueError` for an empty text, which has no meaning to embed."""
    for position, text in enumerate(texts):
        if not text.strip():
            raise ValueError(f"text {position} is empty: leave it out instead of embedding it")


def _to_unit_length(made: NDArray[np.floating]) -> Vectors:
    vectors = made.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.all()):
        raise EmbeddingError(
            "The embedding model returned vectors that are zero or not finite: its numbers "
            'overflow. Set `embedding.dtype = "float32"`.'
        )
    unit: Vectors = vectors / lengths
    return unit


def load_embedder(
    settings: Settings, notice: Callable[[str], None] | None = None, *, shared: bool = False
) -> Embedder:
    """Load the configured model: the built-in one as far as questions need it, others whole.

    `notice` gets one line before a model is written or fetched for the first time. The number of
    threads in the settings holds for the whole process; without one, a model that is `shared`, by
    many who ask at once, has one thread for each. Raises `EmbeddingError`.
    """
    go_offline(settings)
    name = settings.embedding.model
    directory = model_directory(settings, notice)
    prompts = prompts_of(directory, name)
    batch_size = settings.embedding.batch_size
    # A second thread of torch costs twice the processor time, and where several ask at once (two
    # busy cores) it takes 58 ms to embed a question instead of 27. Pairs are read on ONNX Runtime,
    # one on each core, for no more time of theirs: 34 ms instead of 50.
    threads = settings.embedding.threads or (1 if shared else 0)

    def load_cross_encoder(task: Task) -> CrossEncoder:
        built_in = builtin_directory(settings.model_cache, notice)
        return CrossEncoder(built_in, task, settings.embedding.threads or os.cpu_count() or 1)

    if name == BUILTIN:
        identity = builtin_identity()
        tower = QueryTower(directory)
        return Embedder(
            identity,
            lambda: _load(directory, prompts, identity, settings, threads),
            tower,
            load_cross_encoder,
            batch_size,
        )
    identity = directory_identity(directory, prompts)
    whole = _load(directory, prompts, identity, settings, threads)
    return Embedder(identity, lambda: whole, None, load_cross_encoder, batch_size)


def _load(
    directory: Path,
    prompts: Prompts,
    identity: EmbedderIdentity,
    settings: Settings,
    threads: int,
) -> "SentenceTransformer":
    """Load a model whole, for all cores where `threads` is 0; it takes seconds."""
    # Waiting threads sleep instead of spinning: on two busy cores a text took 54 ms instead of
    # 177 (p95: 83 instead of 1,592). OpenMP reads this when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Imported here and nowhere else: torch and sentence-transformers take 5 s and 400 MB, which
    # only a process that runs the model should pay. Offline must be set before this.
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    # A notice of ours replaces the libraries' bars and log lines; both functions carry no types.
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # carries no types
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # carries no types
    if threads:
        torch.set_num_threads(threads)
    device = settings.embedding.device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        model = SentenceTransformer(
            str(directory),
            device=device,
            prompts={"query": prompts.query, "document": prompts.document},
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"dtype": _dtype(settings.embedding.dtype, device)},
        )
    except (OSError, ValueError, RuntimeError, ImportError, KeyError, SafetensorError) as error:
        raise EmbeddingError(
            f"The model in `{directory}` cannot be loaded on `{device}`: {error}. Mend "
            "`embedding.model`, `embedding.device` or `embedding.dtype`; files that are damaged "
            f"can be removed (`rm -r '{directory}'`) and fetched again."
        ) from error
    made = model.get_embedding_dimension()
    if made != identity.dim:
        raise EmbeddingError(
            f"The model in `{directory}` makes vectors of {made} numbers, where its files declare "
            f"{identity.dim}. Mend its `modules.json`."
        )
    return model


def _dtype(name: str, device: str) -> "torch.dtype":
    import torch

    if name == "auto":
        name = "float16" if device.startswith("cuda") else "float32"
    dtypes = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
    return dtypes[name]

"""The query tower: the built-in model's layers, moved a little to read how customers talk.

The model puts a manual's question and its answer close together; a customer's complaint about the
same thing it puts elsewhere. `benchmarks/query_adapter/train_query_tower.py` learned a low-rank
change of each linear layer (LoRA, arxiv.org/abs/2106.09685) from written pairs of complaints and
entries. Only questions are read with it: vectors of documents, and all that is made of them, are
the model's own.

It runs on ONNX Runtime: that reads a question in half the processor time of torch, to the same
vector, and what only asks never loads torch. The graph, which
`benchmarks/query_adapter/write_query_tower.py` wrote, holds no weights: they are put together here.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.embedding.builtin_model import MAX_TOKENS, QUERY_PROMPT
from pipelines.errors import EmbeddingError

ADAPTER = Path(__file__).with_name("query_adapter.safetensors")
# What a layer's change is called in the file: its weight grows by `up @ down`.
DOWN, UP = ".down", ".up"
GRAPH = Path(__file__).with_name("query_tower.onnx")
LAYERS = 12
_EMBEDDINGS = "embeddings"
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
_READING = ("query", "key", "value")
_LINEAR = ("attention.output.dense", "intermediate.dense", "output.dense")

Floats = NDArray[np.float32]


class QueryTower:
    """Reads questions. Safe to share between threads, which do not wait for one another.

    Word embeddings, four fifths of all weights, stay in the model's file and are read as needed.
    """

    def __init__(self, directory: Path, threads: int) -> None:
        """Load the tower of the built-in model in `directory`; `threads` 0 takes every core.

        Raises `EmbeddingError` where a file of the model is damaged or gone.
        """
        from safetensors import SafetensorError, safe_open

        try:
            model: Any = safe_open(directory / "model.safetensors", framework="numpy")
            self._words: Any = model.get_slice(f"{_EMBEDDINGS}.word_embeddings.weight")
            places = model.get_tensor(f"{_EMBEDDINGS}.position_embeddings.weight")
            kind = model.get_tensor(f"{_EMBEDDINGS}.token_type_embeddings.weight")[0]
            # ONNX Runtime reads these where they lie, and does not keep them from being freed.
            self._weights = {name: np.ascontiguousarray(weight) for name, weight in _weights(model)}
        except (OSError, SafetensorError) as error:
            raise _damaged(directory, error) from error
        self._session = _session(self._weights, threads)
        self._places: Floats = places + kind
        self._tokenizer = _tokenizer(directory)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one vector a text, float32 [n, dim], that depends on no other text."""
        read = [self._read(text) for text in texts]
        return np.concatenate(read) if read else np.empty((0, self._places.shape[1]), np.float32)

    def _read(self, text: str) -> Floats:
        ids = self._tokenizer.encode(QUERY_PROMPT + text).ids
        words = np.concatenate([self._words[one : one + 1] for one in ids])
        tokens = (words + self._places[: len(ids)])[np.newaxis]
        (vector,) = self._session.run(None, {"tokens": tokens})
        return np.asarray(vector, np.float32)


def _tokenizer(directory: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    except Exception as error:  # the bare class is what `tokenizers` raises, for every file
        raise _damaged(directory, error) from error
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _damaged(directory: Path, error: Exception) -> EmbeddingError:
    return EmbeddingError(
        f"The built-in model in `{directory}` cannot be loaded: {error}. Remove it "
        f"(`rm -r '{directory}'`); the next command writes it anew."
    )


def _weights(model: Any) -> Iterator[tuple[str, Floats]]:
    """Yield the graph's weights: matrices stand on their side, and attention's three are one."""
    from safetensors.numpy import load_file

    change = load_file(ADAPTER)

    def matrix(name: str) -> Floats:
        weight: Floats = model.get_tensor(f"{name}.weight")
        if name + UP in change:
            weight = weight + change[name + UP].astype("f4") @ change[name + DOWN].astype("f4")
        return weight.T

    for kind in ("weight", "bias"):
        yield (name := f"{_EMBEDDINGS}.LayerNorm.{kind}"), model.get_tensor(name)
    for number in range(LAYERS):
        place = f"encoder.layer.{number}"
        reading = [f"{place}.attention.self.{one}" for one in _READING]
        yield f"{place}.attention.self.weight", np.hstack([matrix(name) for name in reading])
        biases = [model.get_tensor(f"{name}.bias") for name in reading]
        yield f"{place}.attention.self.bias", np.concatenate(biases)
        for name in (f"{place}.{linear}" for linear in _LINEAR):
            yield f"{name}.weight", matrix(name)
            yield f"{name}.bias", model.get_tensor(f"{name}.bias")
        for name in (f"{place}.{norm}.{kind}" for norm in _NORMS for kind in ("weight", "bias")):
            yield name, model.get_tensor(name)


def _session(weights: Mapping[str, Floats], threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that wait sleep instead of spinning, which takes the cores from the other questions.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    given = [onnxruntime.OrtValue.ortvalue_from_numpy(weight) for weight in weights.values()]
    options.add_external_initializers(list(weights), given)
    return onnxruntime.InferenceSession(
        GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"]
    )

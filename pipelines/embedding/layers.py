"""The built-in model's layers, changed a little, on ONNX Runtime: tokens -> one vector.

What was learned for Sanku is a low-rank change of each linear layer (arxiv.org/abs/2106.09685), in
a file of a few megabytes. The graphs, which `benchmarks/built_in_model/write_graphs.py` wrote,
hold no weights: they are put together here. ONNX Runtime reads a text in half the processor time
of torch, to the same vector, and what only asks never loads torch.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.embedding.builtin_model import MAX_TOKENS
from pipelines.errors import EmbeddingError

# What a layer's change is called in its file: the weight grows by `up @ down`.
DOWN, UP = ".down", ".up"
LAYERS = 12
# Weights in seven bits, of which the processors without VNNI can add up pairs without overflow.
WEIGHT_STEPS = 63
_EMBEDDINGS = "embeddings"
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
_READING = ("query", "key", "value")
_LINEAR = ("attention.output.dense", "intermediate.dense", "output.dense")

Floats = NDArray[np.float32]
Array = NDArray[Any]


class Graph(Enum):
    """In what numbers the layers work."""

    EXACT = "layers.onnx"
    """float32: the vectors that torch makes, to 1e-6."""
    ROUNDED = "layers_int8.onnx"
    """Integers of 7 and 8 bits, which take 40 % of the time: for what was trained to bear it."""

    @property
    def file(self) -> Path:
        """Where it lies."""
        return Path(__file__).with_name(self.value)


class Layers:
    """Reads texts, each on one core; threads that share it do not wait for one another.

    Word embeddings, four fifths of all weights, stay in the model's file and are read as needed.
    """

    def __init__(self, directory: Path, change: Mapping[str, Array], graph: Graph) -> None:
        """Load the layers of the built-in model in `directory`.

        `change` is what was learned, by the names in its file. Raises `EmbeddingError` where a
        file of the model is damaged or gone.
        """
        from safetensors import SafetensorError, safe_open

        try:
            model: Any = safe_open(directory / "model.safetensors", framework="numpy")
            self._words: Any = model.get_slice(f"{_EMBEDDINGS}.word_embeddings.weight")
            places = model.get_tensor(f"{_EMBEDDINGS}.position_embeddings.weight")
            kind = model.get_tensor(f"{_EMBEDDINGS}.token_type_embeddings.weight")[0]
            # ONNX Runtime reads these where they lie, and does not keep them from being freed.
            self._weights = {
                name: np.ascontiguousarray(weight)
                for name, weight in _weights(model, change, rounded=graph is Graph.ROUNDED)
            }
        except (OSError, SafetensorError) as error:
            raise _damaged(directory, error) from error
        self._session = _session(graph, self._weights)
        self._places: Floats = places + kind
        self._tokenizer = _tokenizer(directory)

    def tokens(self, text: str) -> list[int]:
        """Return a text's tokens, without the marks of its begin and end."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def marked(self, text: str) -> list[int]:
        """Return a text's tokens with both marks, `MAX_TOKENS` at most."""
        return list(self._tokenizer.encode(text).ids)

    def mean(self, ids: Sequence[int]) -> Floats:
        """Return the mean of what the layers make of the tokens: float32 [1, dim]."""
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


def _weights(
    model: Any, change: Mapping[str, Array], *, rounded: bool
) -> Iterator[tuple[str, Array]]:
    """Yield the graph's weights: matrices stand on their side, and attention's three are one."""

    def matrix(name: str) -> Floats:
        weight: Floats = model.get_tensor(f"{name}.weight")
        if name + UP in change:
            weight = weight + change[name + UP].astype("f4") @ change[name + DOWN].astype("f4")
        return weight.T

    def told(name: str, weight: Floats) -> Iterator[tuple[str, Array]]:
        if not rounded:
            yield f"{name}.weight", weight
            return
        step = np.maximum(np.abs(weight).max(axis=0), 1e-9) / np.float32(WEIGHT_STEPS)
        yield f"{name}.weight", np.rint(weight / step).astype(np.int8)
        yield f"{name}.step", step

    for kind in ("weight", "bias"):
        yield (name := f"{_EMBEDDINGS}.LayerNorm.{kind}"), model.get_tensor(name)
    for number in range(LAYERS):
        place = f"encoder.layer.{number}"
        reading = [f"{place}.attention.self.{one}" for one in _READING]
        yield from told(f"{place}.attention.self", np.hstack([matrix(name) for name in reading]))
        biases = [model.get_tensor(f"{name}.bias") for name in reading]
        yield f"{place}.attention.self.bias", np.concatenate(biases)
        for name in (f"{place}.{linear}" for linear in _LINEAR):
            yield from told(name, matrix(name))
            yield f"{name}.bias", model.get_tensor(f"{name}.bias")
        for name in (f"{place}.{norm}.{kind}" for norm in _NORMS for kind in ("weight", "bias")):
            yield name, model.get_tensor(name)


def _session(graph: Graph, weights: Mapping[str, Array]) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Two cores read a text in two thirds of the time, at a third more of theirs; and where one of
    # them is wanted elsewhere, the other waits for it.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    given = [onnxruntime.OrtValue.ortvalue_from_numpy(weight) for weight in weights.values()]
    options.add_external_initializers(list(weights), given)
    return onnxruntime.InferenceSession(
        graph.file.read_bytes(), options, providers=["CPUExecutionProvider"]
    )

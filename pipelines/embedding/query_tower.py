"""The query tower: the built-in model's layers, moved a little to read how customers talk.

The model puts a manual's question and its answer close together; a customer's complaint about the
same thing it puts elsewhere. `benchmarks/built_in_model/train_query_tower.py` learned from written
pairs of complaints and entries. Only questions are read with it: vectors of documents, and all that
is made of them, are the model's own.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipelines.embedding.builtin_model import BUILTIN_DIM, QUERY_PROMPT
from pipelines.embedding.layers import Floats, Graph, Layers

ADAPTER = Path(__file__).with_name("query_adapter.safetensors")


class QueryTower:
    """Reads questions. Safe to share between threads, which do not wait for one another."""

    def __init__(self, directory: Path) -> None:
        """Load the tower of the built-in model in `directory`.

        Raises `EmbeddingError` where a file of the model is damaged or gone.
        """
        from safetensors.numpy import load_file

        self._layers = Layers(directory, load_file(ADAPTER), Graph.EXACT)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one vector a text, float32 [n, dim], that depends on no other text."""
        read = [self._layers.mean(self._layers.marked(QUERY_PROMPT + text)) for text in texts]
        return np.concatenate(read) if read else np.empty((0, BUILTIN_DIM), np.float32)

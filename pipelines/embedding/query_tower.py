"""The query tower: the built-in model's layers, moved a little to read how customers talk.

The model puts a manual's question and its answer close together; a customer's complaint about the
same thing it puts elsewhere. `benchmarks/query_adapter/train_query_tower.py` learned a low-rank
change of each linear layer (LoRA, arxiv.org/abs/2106.09685) from written pairs of complaints and
entries. Only questions are read with it: vectors of documents, and all that is made of them, are
the model's own.
"""

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

ADAPTER = Path(__file__).with_name("query_adapter.safetensors")
# What a layer's change is called in the file: its weight grows by `up @ down`.
DOWN, UP = ".down", ".up"


def query_tower(model: "SentenceTransformer") -> "SentenceTransformer":
    """Return a copy of the built-in `model` that reads questions.

    Its word embeddings, four fifths of all weights, are those of `model`; the rest takes 85 MB.
    """
    import torch
    from safetensors.torch import load_file

    reader: Any = model[0].auto_model
    tower = copy.deepcopy(model, {id(reader.embeddings): reader.embeddings})
    reader = tower[0].auto_model
    layers = dict(reader.named_modules())
    change = load_file(ADAPTER)
    with torch.no_grad():
        for name in sorted(key.removesuffix(DOWN) for key in change if key.endswith(DOWN)):
            weight = layers[name].weight
            low_rank = change[name + UP].float() @ change[name + DOWN].float()
            weight += low_rank.to(weight.dtype).to(weight.device)
    return tower

"""Writes the layers' graphs: `python benchmarks/built_in_model/write_graphs.py` writes
`pipelines/embedding/layers.onnx` and `layers_int8.onnx`, the built-in model's layers without
their weights.

The weights are given to ONNX Runtime when the layers are loaded. `pip install onnx` first; nothing
else needs it. Attention, the sums before a normalisation and products of integers are operators of
ONNX Runtime's own (`com.microsoft`), which does them in one step.
"""

from typing import Any

import onnx
from onnx import TensorProto, helper

from pipelines.embedding.builtin_model import BUILTIN_DIM
from pipelines.embedding.layers import LAYERS, Graph

HEADS, INNER = 12, 1536
EPSILON = 1e-12
MICROSOFT = "com.microsoft"


class Drawing:
    """Nodes and the names of weights, as they are needed one after the other."""

    def __init__(self, *, rounded: bool) -> None:
        self.rounded = rounded
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, *shape: int, kind: int = TensorProto.FLOAT) -> str:
        """Declare a weight that is given when the layers are loaded."""
        weight = onnx.TensorProto(name=name, data_type=kind, dims=shape)
        weight.data_location = TensorProto.EXTERNAL
        weight.external_data.add(key="location", value="given")
        self.weights.append(weight)
        return name

    def node(self, kind: str, inputs: list[str], *outputs: str, **attributes: Any) -> str:
        """Add a node, and return the name of the first thing that it makes."""
        made = helper.make_node(kind, inputs, list(outputs), name=outputs[0], **attributes)
        self.nodes.append(made)
        return outputs[0]

    def product(self, x: str, name: str, rows: int, columns: int) -> str:
        """Multiply by a matrix; its bias is added by what comes next."""
        if not self.rounded:
            return self.node("MatMul", [x, self.weight(f"{name}.weight", rows, columns)], name)
        matrix = self.weight(f"{name}.weight", rows, columns, kind=TensorProto.INT8)
        inputs = [x, matrix, self.weight(f"{name}.step", columns)]
        return self.node("DynamicQuantizeMatMul", inputs, name, domain=MICROSOFT)

    def attention(self, x: str, name: str) -> str:
        """Let each token look at all others."""
        dim = BUILTIN_DIM
        if not self.rounded:
            matrix = self.weight(f"{name}.weight", dim, 3 * dim)
            inputs = [x, matrix, self.weight(f"{name}.bias", 3 * dim)]
            return self.node("Attention", inputs, name, domain=MICROSOFT, num_heads=HEADS)
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        self.node("Split", [self.product(x, name, dim, 3 * dim)], *parts, axis=2)
        inputs = [*parts, self.weight(f"{name}.bias", 3 * dim)]
        heads = {"domain": MICROSOFT, "num_heads": HEADS}
        return self.node("MultiHeadAttention", inputs, f"{name}.heads", **heads)

    def layer(self, place: str, x: str) -> str:
        """Add a layer of BERT (arxiv.org/abs/1810.04805) over `x`."""
        dim, inner = BUILTIN_DIM, f"{place}.intermediate.dense"
        attention, output = f"{place}.attention.output.dense", f"{place}.output.dense"
        heads = self.attention(x, f"{place}.attention.self")
        joined = self.product(heads, attention, dim, dim)
        x = self._normalised(x, joined, attention, f"{place}.attention.output.LayerNorm")
        wide = self.product(x, inner, dim, INNER)
        bias = self.weight(f"{inner}.bias", INNER)
        bent = self.node("BiasGelu", [wide, bias], f"{inner}.gelu", domain=MICROSOFT)
        narrow = self.product(bent, output, INNER, dim)
        return self._normalised(x, narrow, output, f"{place}.output.LayerNorm")

    def _normalised(self, whole: str, part: str, of: str, norm: str) -> str:
        # Two sums and a normalisation: the one operator for all three takes four times as long.
        biased = self.node("Add", [part, self.weight(f"{of}.bias", BUILTIN_DIM)], f"{of}.biased")
        joined = self.node("Add", [whole, biased], f"{of}.joined")
        scales = [self.weight(f"{norm}.{kind}", BUILTIN_DIM) for kind in ("weight", "bias")]
        return self.node("LayerNormalization", [joined, *scales], norm, epsilon=EPSILON)


def draw(*, rounded: bool) -> onnx.ModelProto:
    """Return a graph: embedded tokens of one text in, the mean of what the layers make out."""
    graph = Drawing(rounded=rounded)
    place = "embeddings.LayerNorm"
    scales = [graph.weight(f"{place}.{kind}", BUILTIN_DIM) for kind in ("weight", "bias")]
    x = graph.node("LayerNormalization", ["tokens", *scales], place, epsilon=EPSILON)
    for number in range(LAYERS):
        x = graph.layer(f"encoder.layer.{number}", x)
    graph.node("ReduceMean", [x], "mean", axes=[1], keepdims=0)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "layers",
            [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, None, BUILTIN_DIM])],
            [helper.make_tensor_value_info("mean", TensorProto.FLOAT, [1, BUILTIN_DIM])],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=9,
    )


def main() -> None:
    """Write both graphs."""
    for graph in Graph:
        graph.file.write_bytes(draw(rounded=graph is Graph.ROUNDED).SerializeToString())


if __name__ == "__main__":
    main()

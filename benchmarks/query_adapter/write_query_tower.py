"""Writes the query tower's graph: `python benchmarks/query_adapter/write_query_tower.py` writes
`pipelines/embedding/query_tower.onnx`, the built-in model's layers without their weights.

The weights are given to ONNX Runtime when the tower is loaded. `pip install onnx` first; nothing
else needs it. Attention and the sums before a normalisation are operators of ONNX Runtime's own
(`com.microsoft`), which does them in one step.
"""

from typing import Any

import onnx
from onnx import TensorProto, helper

from pipelines.embedding.builtin_model import BUILTIN_DIM
from pipelines.embedding.query_tower import GRAPH, LAYERS

HEADS, INNER = 12, 1536
EPSILON = 1e-12
MICROSOFT = "com.microsoft"


class Graph:
    """Nodes and the names of weights, as they are needed one after the other."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, *shape: int) -> str:
        """Declare a weight that is given when the tower is loaded."""
        weight = onnx.TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
        weight.data_location = TensorProto.EXTERNAL
        weight.external_data.add(key="location", value="given")
        self.weights.append(weight)
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node, and return the name of what it makes."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output


def layer(graph: Graph, place: str, x: str) -> str:
    """Add a layer of BERT (arxiv.org/abs/1810.04805) over `x`."""
    dim = BUILTIN_DIM

    def normalised(whole: str, part: str, bias: str, norm: str) -> str:
        inputs = [
            whole,
            part,
            graph.weight(f"{place}.{norm}.weight", dim),
            graph.weight(f"{place}.{norm}.bias", dim),
            graph.weight(bias, dim),
        ]
        return graph.node(
            "SkipLayerNormalization", inputs, f"{place}.{norm}", domain=MICROSOFT, epsilon=EPSILON
        )

    attention, output = f"{place}.attention.output.dense", f"{place}.output.dense"
    inner = f"{place}.intermediate.dense"
    heads = graph.node(
        "Attention",
        [
            x,
            graph.weight(f"{place}.attention.self.weight", dim, 3 * dim),
            graph.weight(f"{place}.attention.self.bias", 3 * dim),
        ],
        f"{place}.attention.self",
        domain=MICROSOFT,
        num_heads=HEADS,
    )
    joined = graph.node("MatMul", [heads, graph.weight(f"{attention}.weight", dim, dim)], attention)
    x = normalised(x, joined, f"{attention}.bias", "attention.output.LayerNorm")
    wide = graph.node("MatMul", [x, graph.weight(f"{inner}.weight", dim, INNER)], inner)
    bent = graph.node(
        "BiasGelu", [wide, graph.weight(f"{inner}.bias", INNER)], f"{inner}.gelu", domain=MICROSOFT
    )
    narrow = graph.node("MatMul", [bent, graph.weight(f"{output}.weight", INNER, dim)], output)
    return normalised(x, narrow, f"{output}.bias", "output.LayerNorm")


def main() -> None:
    """Write the graph: embedded tokens of one text in, the mean of what the layers make out."""
    graph = Graph()
    place = "embeddings.LayerNorm"
    scales = [graph.weight(f"{place}.{kind}", BUILTIN_DIM) for kind in ("weight", "bias")]
    x = graph.node("LayerNormalization", ["tokens", *scales], place, epsilon=EPSILON)
    for number in range(LAYERS):
        x = layer(graph, f"encoder.layer.{number}", x)
    graph.node("ReduceMean", [x], "mean", axes=[1], keepdims=0)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "query tower",
            [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, None, BUILTIN_DIM])],
            [helper.make_tensor_value_info("mean", TensorProto.FLOAT, [1, BUILTIN_DIM])],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=9,
    )
    GRAPH.write_bytes(model.SerializeToString())


if __name__ == "__main__":
    main()

"""Writes a trained net as the ONNX file that ships, the vocabulary in its metadata."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def export(
    state: dict[str, Any], dilations: list[int], scale: float, vocab: str, file: Path
) -> None:
    """Write the net whose weights are `state`; texts go in by rows of one length."""
    weights: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []

    def constant(name: str, value: Any) -> str:
        weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(name: str, value: Any) -> str:
        constant(name + "_half", np.asarray(value, dtype=np.float16))
        nodes.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    arrays = {name: value.cpu().numpy() for name, value in state.items()}
    table = weight("characters", arrays["characters.weight"])
    lac = weight("lac", arrays["lac.weight"].T * scale)
    x = node("Gather", [table, "ids"], "embedded")
    x = node("Add", [x, node("MatMul", ["emissions", lac], "opinion")], "both")
    x = node("Add", [x, weight("lac_bias", arrays["lac.bias"])], "x")
    zero, one = constant("zero", np.array([0])), constant("one", np.array([1]))
    far = constant("far", np.array([2**31]))
    for number, dilation in enumerate(dilations):
        name = f"layer{number}"
        pads = constant(f"{name}_pads", np.array([0, dilation, 0, 0, dilation, 0]))
        padded = node("Pad", [x, pads], f"{name}_padded")
        behind = constant(f"{name}_behind", np.array([-2 * dilation]))
        ahead = constant(f"{name}_ahead", np.array([2 * dilation]))
        left = node("Slice", [padded, zero, behind, one], f"{name}_left")
        right = node("Slice", [padded, ahead, far, one], f"{name}_right")
        wide = node("Concat", [left, x, right], f"{name}_wide", axis=2)
        matrix = weight(f"{name}_weight", arrays[f"layers.{number}.weight"].T)
        bias = weight(f"{name}_bias", arrays[f"layers.{number}.bias"])
        y = node("Add", [node("MatMul", [wide, matrix], f"{name}_product"), bias], f"{name}_sum")
        x = node("Add", [node("Relu", [y], f"{name}_relu"), x], f"{name}_out")
    last = weight("last", arrays["last.weight"].T)
    y = node(
        "Add",
        [node("MatMul", [x, last], "product"), weight("last_bias", arrays["last.bias"])],
        "scores",
    )
    node("Softmax", [y], "probabilities", axis=2)
    tags = arrays["lac.weight"].shape[1]
    graph = helper.make_graph(
        nodes,
        "tagger",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "length"]),
            helper.make_tensor_value_info("emissions", TensorProto.FLOAT, ["rows", "length", tags]),
        ],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", "length", 5])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {"vocabulary": vocab})
    onnx.checker.check_model(model)
    file.write_bytes(model.SerializeToString())

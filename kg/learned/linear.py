"""The linear tables of a BERT-like model in an ONNX graph, which bear no names of their own.

Each is the one whose product the named bias of its layer is added to, and lies transposed, [in, out].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx


def tables(graph: onnx.GraphProto) -> dict[str, str]:
    """The name of the linear table, [in, out], that goes with each bias."""
    held = {tensor.name for tensor in graph.initializer}
    added = {name: node for node in graph.node if node.op_type == "Add" for name in node.input}
    result = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in held:
            (bias,) = (name for name in added[node.output[0]].input if name in held)
            result[bias] = node.input[1]
    return result


def weights(graph: onnx.GraphProto) -> dict[str, NDArray[Any]]:
    """The model's float32 tables under the names that they have in their library: each table [out, in], and vectors."""
    from onnx import numpy_helper

    held = {tensor.name: numpy_helper.to_array(tensor).copy() for tensor in graph.initializer}
    for bias, table in tables(graph).items():
        held[bias.removesuffix("bias") + "weight"] = np.ascontiguousarray(held.pop(table).T)
    return {name: values for name, values in held.items() if values.dtype == np.float32}

"""The encoder as one file: the fetched model, the shipped numbers merged into it, whole numbers for its tables.

What ships (`weights/encoder.npz`, float16) is what training changed: for each linear layer of the upper layers two
thin tables whose product is added to the fetched one (LoRA, Hu et al. 2021), biases, layer norms, and the head. The
merged tables are rounded to whole numbers (int8) and the activations at run time, which halves the time and more.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from kg.learned.linear import tables
from kg.learned.weights import numbers
from nlp.errors import NlpError

if TYPE_CHECKING:
    import onnx

WEIGHTS = files("nlp.encoder").joinpath("weights")
NUMBERS = "encoder.npz"
MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
SCALE = 2.0
"""What the product of the two thin tables counts."""
HEAD = "head"
_READY = {"onnx.quant.pre_process": "onnxruntime.quant"}
"""Keeps the rounding from advising, on stderr, a step that this model does not need."""
_FORM = "1"
"""Goes into the name of a merged file: another way to merge makes another file."""


class NoEncoderError(NlpError):
    """The fetched model that the encoder is merged into is missing or damaged."""

    code = "NL044"


def merged(folder: Path, cache: Path, weights: Traversable = WEIGHTS) -> Path:
    """The encoder's file in the folder `cache`, made there at the first call (a few seconds, 60 MB).

    `folder` holds model.onnx and tokenizer.json of the fetched model. The name has the digest of all that went in;
    several processes may call this at once.

    Raises:
        NoEncoderError: NL044, the model is not in the folder or is another one.
        BadWeightsError: NL042, the shipped numbers are missing or damaged.
    """
    for name in (MODEL, TOKENIZER):
        if not (folder / name).is_file():
            raise NoEncoderError(
                f"no {name} for the encoder", file=str(folder), hint="run `bulian parts fetch`, or set scorer=learned"
            )
    shipped = shipped_numbers(weights)
    digest = hashlib.sha256(_FORM.encode())
    digest.update(hashlib.sha256((folder / MODEL).read_bytes()).digest())
    for name in sorted(shipped):
        digest.update(name.encode() + shipped[name].tobytes())
    target = cache / f"encoder-{digest.hexdigest()[:16]}.onnx"
    if not target.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / ".encoder.lock"):
            if not target.is_file():
                _make(folder / MODEL, shipped, target)
    return target


def shipped_numbers(weights: Traversable) -> dict[str, NDArray[Any]]:
    """What training changed, by name. Raises BadWeightsError (NL042)."""
    with numbers(weights.joinpath(NUMBERS)) as held:
        return {name: held[name] for name in held}


def _make(model: Path, shipped: Mapping[str, NDArray[Any]], target: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    aside = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        made = onnx.load(str(model))
        merge(made, shipped)
        onnx.helper.set_model_props(made, _READY)
        quantize_dynamic(
            made, str(aside), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"]
        )
    except Exception as error:  # both libraries raise bare Exceptions of their own
        aside.unlink(missing_ok=True)
        raise NoEncoderError(
            f"the encoder cannot be made: {error}", file=str(model), hint="run `bulian parts fetch` again"
        ) from error
    aside.replace(target)


def merge(model: onnx.ModelProto, shipped: Mapping[str, NDArray[Any]]) -> None:
    """Write the shipped numbers into a model: its output becomes `logits`, float32 [batch, tokens, outputs].

    The model's linear tables bear no names of their own: each is the one whose product the named bias is added to.
    """
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    held = {tensor.name: tensor for tensor in graph.initializer}
    table_of = tables(graph)

    def put(name: str, values: NDArray[Any]) -> None:
        held[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))

    for name, values in shipped.items():
        layer, _, part = name.rpartition(".")
        if layer == HEAD:
            continue
        if part == "up":
            change = SCALE * values.astype(np.float32) @ shipped[f"{layer}.down"].astype(np.float32)
            table = table_of[f"{layer}.bias"]
            put(table, numpy_helper.to_array(held[table]) + change.T)
        elif part != "down":
            put(name, values)
    weight, bias = (shipped[f"{HEAD}.{part}"].astype(np.float32) for part in ("weight", "bias"))
    graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(weight.T), "head.weight"))
    graph.initializer.append(numpy_helper.from_array(bias, "head.bias"))
    last = graph.output[0].name
    graph.node.append(helper.make_node("MatMul", [last, "head.weight"], ["head.product"]))
    graph.node.append(helper.make_node("Add", ["head.product", "head.bias"], ["logits"]))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "tokens", len(bias)]))

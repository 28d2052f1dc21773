"""The encoder's layers in torch, for training: the fetched tables held still, what is learnt beside them.

Tables are named as in the fetched model (`encoder.layer.2.output.dense.weight`); what is learnt bears the names under
which it ships (`….down`, `….up`, `….bias`, `….LayerNorm.weight`, `head.weight`). The layers below `LOW` are not
changed, so that their states are worked out once for all windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.learned.linear import weights
from nlp.contracts.contexts import ROLES
from nlp.contracts.encoded import COLUMNS
from nlp.encoder.merged import HEAD, SCALE
from nlp.errors import NlpError

LAYERS, LOW = 4, 2
WIDTH, HEADS = 512, 8
RANK = 48
OUTPUTS = COLUMNS * len(ROLES)
_EPSILON, _DROP = 1e-12, 0.1
_QUERY, _KEY, _VALUE, _ATTENDED = (
    *(f"attention.self.{name}" for name in ("query", "key", "value")),
    "attention.output.dense",
)
_WIDE, _NARROW = "intermediate.dense", "output.dense"
_LINEAR = (_QUERY, _KEY, _VALUE, _ATTENDED, _WIDE, _NARROW)
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")

Tensors = dict[str, Any]
"""Torch tensors by name."""


class NoTorchError(NlpError):
    """The library that training needs is not installed."""

    code = "NL045"


def torch() -> Any:
    """The library torch; raises NoTorchError (NL045) where it is not installed."""
    try:
        import torch
    except ImportError as error:
        raise NoTorchError("torch is not installed", hint='pip install "bulian[train]"') from error
    return torch


def fetched(model: Path) -> Tensors:
    """The fetched model's tables, each [out, in], and vectors, float32."""
    import onnx

    held = weights(onnx.load(str(model)).graph)
    return {name: torch().from_numpy(values) for name, values in held.items()}


def fresh(held: Tensors, seed: int) -> Tensors:
    """What is learnt, at its beginning: changes nothing but for the head, which is drawn by the seed."""
    library = torch()
    chance = library.Generator().manual_seed(seed)
    learnt: Tensors = {}
    for number in range(LOW, LAYERS):
        layer = f"encoder.layer.{number}"
        for name in _LINEAR:
            out, into = held[f"{layer}.{name}.weight"].shape
            learnt[f"{layer}.{name}.down"] = library.randn(RANK, into, generator=chance) / into**0.5
            learnt[f"{layer}.{name}.up"] = library.zeros(out, RANK)
            learnt[f"{layer}.{name}.bias"] = held[f"{layer}.{name}.bias"].clone()
        for name in _NORMS:
            learnt |= {f"{layer}.{name}.{part}": held[f"{layer}.{name}.{part}"].clone() for part in ("weight", "bias")}
    learnt[f"{HEAD}.weight"] = library.randn(OUTPUTS, WIDTH, generator=chance) * 0.02
    learnt[f"{HEAD}.bias"] = library.full((OUTPUTS,), -4.0)
    return {name: values.requires_grad_() for name, values in learnt.items()}


def states(held: Tensors, tokens: Any, mask: Any) -> Any:
    """What the unchanged lower layers make of tokens, [batch, tokens, WIDTH]; `mask` is 1 where there is a token."""
    embeddings = "embeddings."
    words = torch().nn.functional.embedding(tokens, held[f"{embeddings}word_embeddings.weight"])
    places = held[f"{embeddings}position_embeddings.weight"][: tokens.shape[1]]
    made = words + places + held[f"{embeddings}token_type_embeddings.weight"][0]
    return _through(_norm(made, held, f"{embeddings}LayerNorm"), mask, held, {}, range(LOW), False)


def odds(held: Tensors, learnt: Tensors, made: Any, mask: Any, training: bool = False) -> Any:
    """The log odds of every token, [batch, tokens, OUTPUTS], from the states of the lower layers."""
    last = _through(made, mask, held, learnt, range(LOW, LAYERS), training)
    return torch().nn.functional.linear(last, learnt[f"{HEAD}.weight"], learnt[f"{HEAD}.bias"])


def _through(made: Any, mask: Any, held: Tensors, learnt: Tensors, layers: Sequence[int], training: bool) -> Any:
    functional = torch().nn.functional
    batch, size, _ = made.shape
    seen = mask[:, None, None, :].bool()
    named = held | learnt

    def dropped(values: Any) -> Any:
        return functional.dropout(values, _DROP, training)

    for number in layers:
        layer = f"encoder.layer.{number}"
        query, key, value = (
            _linear(made, named, f"{layer}.{name}").view(batch, size, HEADS, -1).transpose(1, 2)
            for name in (_QUERY, _KEY, _VALUE)
        )
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        attended = _linear(attended.transpose(1, 2).reshape(batch, size, WIDTH), named, f"{layer}.{_ATTENDED}")
        made = _norm(made + dropped(attended), named, f"{layer}.{_NORMS[0]}")
        wide = functional.gelu(_linear(made, named, f"{layer}.{_WIDE}"))
        made = _norm(made + dropped(_linear(wide, named, f"{layer}.{_NARROW}")), named, f"{layer}.{_NORMS[1]}")
    return made


def _linear(values: Any, named: Tensors, name: str) -> Any:
    linear = torch().nn.functional.linear
    made = linear(values, named[f"{name}.weight"], named[f"{name}.bias"])
    if f"{name}.down" not in named:
        return made
    return made + SCALE * linear(linear(values, named[f"{name}.down"]), named[f"{name}.up"])


def _norm(values: Any, named: Tensors, name: str) -> Any:
    return torch().nn.functional.layer_norm(values, (WIDTH,), named[f"{name}.weight"], named[f"{name}.bias"], _EPSILON)


def shipped(learnt: Tensors) -> dict[str, NDArray[np.float16]]:
    """What is learnt as the numbers that ship."""
    return {name: values.detach().numpy().astype(np.float16) for name, values in learnt.items()}

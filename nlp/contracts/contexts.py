"""Context models: how much the signs around a place or a span look like those of a role. Weights of hashed features.

A model is one table of weights; its score for a row of numbers is the sum of the weights at these numbers, in log
odds. The scores are the interface between reading and choosing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from kg.learned.weights import numbers
from nlp.contracts.signs import BITS

Logits = NDArray[np.float32]
ROLES = ("buyer", "supplier", "project", "contract", "amount")
PLACE_OUTPUTS = tuple(f"{role} {side}" for role in ROLES for side in ("begins", "ends"))


@dataclass(frozen=True, slots=True)
class ContextModel:
    """`weights` is float32 [2**BITS, outputs], `bias` float32 [outputs]."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, numbers: NDArray[np.int32]) -> Logits:
        """Scores of rows of features, float32 [rows, outputs]."""
        return hashed(numbers) @ self.weights + self.bias  # type: ignore[no-any-return]


def hashed(numbers: NDArray[np.int32]) -> csr_matrix:
    """Rows of features as a sparse table of ones: many times faster to multiply than to look up."""
    ends = np.arange(0, numbers.size + 1, numbers.shape[1], dtype=np.int32)
    return csr_matrix((np.ones(numbers.size, np.float32), numbers.ravel(), ends), shape=(len(numbers), 1 << BITS))


def save_contexts(file: Path, models: Mapping[str, ContextModel]) -> None:
    """Write context models as one .npz, weights as small numbers (int8) with a scale for each output."""
    held: dict[str, Any] = {}
    for name, model in models.items():
        scale = np.maximum(np.abs(model.weights).max(axis=0), 1e-9) / 127
        held[f"{name} weights"] = np.round(model.weights / scale).astype(np.int8)
        held[f"{name} scale"], held[f"{name} bias"] = scale.astype(np.float32), model.bias
    np.savez_compressed(file, **held)


def load_contexts(file: Traversable) -> dict[str, ContextModel]:
    """The context models of a .npz that `save_contexts` wrote (a path is a Traversable too).

    Raises:
        BadWeightsError: NL042, the file is missing or holds no context models.
    """
    with numbers(file) as held:
        names = [key.removesuffix(" bias") for key in held if key.endswith(" bias")]
        return {name: _model(held[f"{name} weights"], held[f"{name} scale"], held[f"{name} bias"]) for name in names}


def _model(small: NDArray[np.int8], scale: NDArray[np.float32], bias: NDArray[np.float32]) -> ContextModel:
    return ContextModel(small.astype(np.float32) * scale, bias)

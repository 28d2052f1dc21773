"""How much a string looks like the name of a product or service: logistic regression over runs of its signs.

Runs of one to three signs with the name's two ends marked, hashed into `BUCKETS`. Learnt by `nlp.products.train` from
names that firms report as their products, against what else stands in the places that prospectuses list.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from kg.learned.weights import numbers

BUCKETS = 1 << 15
_RUNS = (1, 2, 3)


def runs(name: str) -> list[int]:
    """Buckets of the runs of a name, each once, sorted."""
    marked = f"^{name.lower()}$"
    found = {crc32(marked[at : at + size].encode()) % BUCKETS for size in _RUNS for at in range(len(marked) - size + 1)}
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Weights of the buckets, float32 [BUCKETS], and what every name starts with."""

    weights: NDArray[np.float32]
    bias: float

    def __call__(self, names: Sequence[str]) -> list[float]:
        """Log odds for each name, of its runs' mean weight times the root of their number."""
        return [self._odds(runs(name)) for name in names]

    def _odds(self, buckets: list[int]) -> float:
        return self.bias + float(self.weights[buckets].sum()) / math.sqrt(len(buckets)) if buckets else self.bias

    def save(self, file: Path) -> None:
        """Write the weights as one .npz in half precision."""
        np.savez_compressed(file, weights=self.weights.astype(np.float16), bias=np.array(self.bias, np.float32))

    @classmethod
    def load(cls, file: Traversable) -> Likeness:
        """The weights in a .npz that `save` wrote.

        Raises:
            BadWeightsError: NL042, the file is missing or holds other weights.
        """
        with numbers(file) as held:
            return cls(held["weights"].astype(np.float32), float(held["bias"]))

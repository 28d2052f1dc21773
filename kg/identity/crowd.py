"""How common the brands and the pairs of signs of firms' names are among many firms: counts, by hashed key."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.identity.block import grams
from kg.learned.weights import numbers
from kg.values.name import NameParts

WEIGHTS = files("kg.identity").joinpath("weights")
_ROOM = 32749  # a prime
_FILE = "crowd.npz"
_RARE = 2


@dataclass(frozen=True, slots=True)
class Crowd:
    """Counts over `size` names: `brand` by hashed brand, `gram` by hashed pair of signs, both uint16 [_ROOM]."""

    size: int
    brand: NDArray[np.uint16]
    gram: NDArray[np.uint16]

    @classmethod
    def of(cls, names: Iterable[NameParts]) -> Crowd:
        """The counts of a set of names."""
        held = list(names)
        brand = np.bincount([_place(name.brand) for name in held if name.brand], minlength=_ROOM)
        _, found = grams([name.core for name in held])
        gram = np.bincount(found % _ROOM, minlength=_ROOM)
        return cls(len(held), *(np.minimum(part, 65535).astype(np.uint16) for part in (brand, gram)))

    def brands(self, brands: Sequence[str]) -> NDArray[np.float32]:
        """How many firms have each brand, [brands]."""
        return self.brand[[_place(brand) for brand in brands]].astype(np.float32)

    def rare(self, brand: str) -> bool:
        """Whether few firms have the brand."""
        return int(self.brand[_place(brand)]) <= _RARE

    def weights(self, found: NDArray[np.int64]) -> NDArray[np.float32]:
        """How much each pair of signs tells: the logarithm of how rare it is."""
        return np.log1p(self.size / (1.0 + self.gram[found % _ROOM])).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the counts into a folder of weights."""
        np.savez_compressed(folder / _FILE, size=self.size, brand=self.brand, gram=self.gram)

    @classmethod
    def load(cls, folder: Traversable) -> Crowd:
        """The counts of a folder of weights; raises BadWeightsError (NL042)."""
        with numbers(folder.joinpath(_FILE)) as held:
            return cls(int(held["size"]), held["brand"], held["gram"])


def _place(brand: str) -> int:
    return zlib.crc32(brand.encode("utf-8", "surrogatepass")) % _ROOM

"""Which firms of a register are worth comparing with a name: an index of pairs of signs, weighted by rarity."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable


class PairIndex:
    """Finds the keys whose texts share the rarest pairs of neighbouring signs with a text."""

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        held: dict[str, dict[int, None]] = defaultdict(dict)
        keys = set()
        for key, text in texts:
            keys.add(key)
            for pair in sign_pairs(text):
                held[pair][key] = None
        self._held = {pair: list(found) for pair, found in held.items()}
        self._weight = {pair: math.log(1 + len(keys) / len(found)) for pair, found in self._held.items()}
        self._common = max(200, len(keys) // 12)

    def near(self, text: str, count: int) -> list[int]:
        """At most `count` keys, the nearest first; equal ones in order of the key."""
        points: dict[int, float] = defaultdict(float)
        for pair in sign_pairs(text):
            found = self._held.get(pair, ())
            if len(found) <= self._common:
                for key in found:
                    points[key] += self._weight[pair]
        return sorted(points, key=lambda key: (-points[key], key))[:count]


def sign_pairs(text: str) -> list[str]:
    """The pairs of neighbouring signs of a text, each once."""
    return list(dict.fromkeys(text[at : at + 2] for at in range(len(text) - 1)))

"""What may have been meant where nothing that was found is sure: names that sound nearly like what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rapidfuzz.fuzz import partial_ratio

from kg.projection.words import BETWEEN, folded, pinyin
from kg.search import Hit
from kg.sound import syllables_in
from kg.store import Graph

NEAR = 80.0
"""Share of letters (percent) in which a part of a name must agree with what was typed; other names agree in 60."""

_SURE = frozenset({"code", "phrase", "pinyin", "all"})
_INDEXES = ("grams_enterprise", "grams_product")
_CANDIDATES = 30


def suggestions(graph: Graph, text: str, hits: Iterable[Hit], limit: int = 3) -> list[str]:
    """Names of enterprises and products, the nearest first; none where one of the hits is sure.

    Candidates share two syllables in a row with what was typed; they are measured by the letters of their pinyin,
    so a wrong sign or a slip in letters costs little.
    """
    if any(hit.how in _SURE for hit in hits):
        return []
    typed = _syllables(text)
    pairs = [f'"{a} {b}"' for a, b in pairwise(typed)]
    if not pairs:
        return []
    near: dict[str, float] = {}
    for index in _INDEXES:
        for row in graph.read("search_grams", index=index, query=f"pinyin:({' '.join(pairs)})", limit=_CANDIDATES):
            near[row["name"]] = partial_ratio("".join(typed), "".join(_read(row["name"])))
    return sorted((name for name in near if near[name] >= NEAR), key=lambda name: (-near[name], len(name), name))[
        :limit
    ]


def _syllables(text: str) -> Sequence[str]:
    signs = "".join(sign for sign in folded(text) if sign.isalnum())
    return syllables_in(signs) if signs.isascii() else _read(signs)


def _read(name: str) -> list[str]:
    """The syllables of a name in its first reading, those of letters and digits alone."""
    first = pinyin(name).split(f" {BETWEEN} ")[0].split()
    return [word for word in first if word.isalnum()]

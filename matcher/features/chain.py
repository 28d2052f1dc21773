"""Features of the chain: products that stand next to the need in what is known of chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import Scene
from matcher.corpus import find
from matcher.features.base import Detail, Feature, Values, about

WORTH = {"kind": 1.0, "output": 0.5, "input": 0.4, "broader": 0.3}
"""A kind of the thing, something made of it, something that goes into it, a broader name of it."""

RELATION_ZH = {"kind": "小类", "output": "下游产品", "input": "上游材料", "broader": "大类"}


def _neighbours(scene: Scene) -> dict[int, tuple[str, str]]:
    """Row of a product name → how it stands to the need, for the neighbours that firms list; the best counts."""
    return scene.once("neighbours", lambda: _made_neighbours(scene))


def _made_neighbours(scene: Scene) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for term in scene.query.terms:
        for relation, name in scene.corpus.neighbours.get(term, ()):
            row = find(scene.corpus.product_names, name)
            if row is not None and (row not in found or WORTH[relation] > WORTH[found[row][0]]):
                found[row] = relation, term
    return found


def _worth(scene: Scene) -> NDArray[np.float32]:
    return scene.once("chain worth", lambda: _made_worth(scene))


def _made_worth(scene: Scene) -> NDArray[np.float32]:
    worth = np.zeros(len(scene.products), np.float32)
    for row, (relation, _) in _neighbours(scene).items():
        worth[scene.products == row] = WORTH[relation]
    return worth


def chain_values(scene: Scene) -> Values:
    """The firm lists a product that the chain data put next to the need: a kind of it (1), something made of it
    (0.5), something that goes into it (0.4), a broader name of it (0.3)."""
    if not _neighbours(scene):
        return np.full(len(scene.rows), np.nan)
    return scene.best(_worth(scene))


def _detail(scene: Scene, candidate: int) -> Detail:
    product = scene.best_product(candidate, _worth(scene), least=0.0)
    if product is None:
        return Detail()
    row = find(scene.corpus.product_names, product.name)
    relation, term = _neighbours(scene)[row if row is not None else -1]
    return about(product, relation=relation, relation_zh=RELATION_ZH[relation], term=term)


FEATURES = (
    Feature(
        "chain",
        "产业链上的邻近产品",
        "next to it in the chain",
        "列有“{product}”（“{term}”的{relation_zh}）",
        "lists “{product}” ({relation} of “{term}”)",
        chain_values,
        _detail,
    ),
)

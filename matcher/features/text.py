"""Features of the words: how near a firm's products are to what is sought."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import Scene
from matcher.features.base import Detail, Feature, Values, about
from matcher.naming import fit, fits

LEVEL_WORTH = (1.0, 0.8, 0.5)
"""Worth of a listing that is disclosed, strongly inferred, inferred."""

LIKELY = 0.25
"""A name that shares less of the need's characters cannot be a name of it (BM25 share; long names have less)."""


def _fits(scene: Scene) -> NDArray[np.float32]:
    """For each entry: how well its name is a name of the need, times the worth of its level."""
    return scene.once("fits", lambda: _made_fits(scene))


def _made_fits(scene: Scene) -> NDArray[np.float32]:
    worth = np.zeros(len(scene.products), np.float32)
    likely = np.flatnonzero(scene.name_share > LIKELY)
    rows, back = np.unique(scene.products[likely], return_inverse=True)
    found = np.array(fits(scene.query.terms, scene.corpus.product_names.at(rows)), np.float64)
    worth[likely] = found[back] * np.array(LEVEL_WORTH)[scene.levels[likely]]
    return worth


def listed_values(scene: Scene) -> Values:
    """The firm lists the thing itself (1) or a longer name of it (0.8): 冷柜电机 for 电机, not 电机外壳. Times 0.8 if
    that is strongly inferred, 0.5 if it is inferred (from the firm's name, say). Such firms come first by rule."""
    return scene.best(_fits(scene))


def _listed_detail(scene: Scene, candidate: int) -> Detail:
    product = scene.best_product(candidate, _fits(scene), least=0.0)
    return about(product, **(_alias(scene, product.name) if product is not None else {}))


def _alias(scene: Scene, product: str) -> dict[str, str]:
    """Which other name of the thing a product is listed under, where the need itself does not say so."""
    other = {alias.name for alias in scene.aliases}
    if any(fit(term, product) for term in scene.query.terms if term not in other):
        return {}
    best = max(scene.aliases, key=lambda alias: fit(alias.name, product), default=None)
    return {"said": best.said, "alias": best.name, "source": best.source} if best is not None else {}


def nearest_values(scene: Scene) -> Values:
    """Cosine of the need and the firm's nearest product, by the embedding of their names."""
    return scene.nearness


_NAMED = 3
"""Products that are named where all count."""


def _nearest_detail(scene: Scene, candidate: int) -> Detail:
    return about(scene.nearest_product(candidate))


def all_products_values(scene: Scene) -> Values:
    """Cosine of the need and the mean of all the firm's products: whether it is in that trade as a whole."""
    found = scene.means @ scene.vectors.T
    return np.where(scene.sizes > 0, found.max(axis=1), np.nan).astype(np.float64)


def _all_products_detail(scene: Scene, candidate: int) -> Detail:
    if not scene.sizes[candidate]:
        return Detail()
    best = about(scene.nearest_product(candidate))
    names = [product.name for product in scene.corpus.firms[int(scene.rows[candidate])].products[:_NAMED]]
    return Detail({"count": int(scene.sizes[candidate]), "products": "、".join(names)}, best.facts)


def characters_values(scene: Scene) -> Values:
    """Share of the need's characters and pairs of characters in the firm's best product, rare ones weighing more
    (BM25; 1 is about all of them)."""
    return scene.best(scene.share)


def _characters_detail(scene: Scene, candidate: int) -> Detail:
    return about(scene.best_product(candidate, scene.share, least=0.0))


def description_values(scene: Scene) -> Values:
    """Share of the characters of the need's whole text in the firm's best product (BM25); unknown without a text."""
    share = scene.text_share
    return np.full(len(scene.rows), np.nan) if share is None else scene.best(share)


def _description_detail(scene: Scene, candidate: int) -> Detail:
    return Detail() if scene.text_share is None else about(scene.best_product(candidate, scene.text_share))


FEATURES = (
    Feature("listed", "自报该产品", "lists it", "列有“{product}”", "lists “{product}”", listed_values, _listed_detail),
    Feature(
        "nearest_product",
        "最接近的产品",
        "nearest product",
        "最接近的产品是“{product}”",
        "its nearest product is “{product}”",
        nearest_values,
        _nearest_detail,
    ),
    Feature(
        "all_products",
        "全部产品的方向",
        "all its products",
        "全部 {count} 种产品（{products}…）的平均方向",
        "the mean of all its {count} products ({products}, …)",
        all_products_values,
        _all_products_detail,
    ),
    Feature(
        "characters",
        "用字相同",
        "same characters",
        "与“{product}”用字相同",
        "shares characters with “{product}”",
        characters_values,
        _characters_detail,
    ),
    Feature(
        "description",
        "与说明用字相同",
        "characters of the description",
        "“{product}”的用字见于说明",
        "“{product}” shares characters with the description",
        description_values,
        _description_detail,
    ),
)

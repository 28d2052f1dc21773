"""Features of the company a firm keeps: firms that make the nearest products show where makers are to be found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import Scene
from matcher.features.base import Detail, Feature, Values

INDUSTRY_MAKERS, PROFILE_MAKERS = 50, 20
"""Makers of the nearest products that speak for an industry, and for a profile."""

SOFTNESS = 0.1
"""Cosine by which a maker is e times less heard than the nearest one."""

SHOWN = 3


def _industry_weights(scene: Scene) -> NDArray[np.float64]:
    """For each industry the share of the nearest makers in it, over the root of its size (mean size = 1)."""
    return scene.once("industry weights", lambda: _made_industry_weights(scene))


def _made_industry_weights(scene: Scene) -> NDArray[np.float64]:
    corpus = scene.corpus
    weights = np.zeros(len(corpus.industry_names))
    sizes = np.bincount(corpus.slot_industry, minlength=len(weights)).astype(np.float64)
    order, share = scene.makers(INDUSTRY_MAKERS, SOFTNESS)
    for candidate, part in zip(order.tolist(), share.tolist(), strict=True):
        for industry in _industries(scene, candidate):
            weights[industry] += part
    mean = float(sizes.mean()) if len(sizes) else 1.0
    return np.asarray(weights / np.sqrt(np.maximum(sizes, 1) / max(mean, 1.0)))


def _industries(scene: Scene, candidate: int) -> list[int]:
    corpus, row = scene.corpus, int(scene.rows[candidate])
    part = corpus.slot_industry[int(corpus.industry_start[row]) : int(corpus.industry_start[row + 1])]
    return [int(one) for one in part]


def _within(scene: Scene) -> Mapping[int, list[int]]:
    """The nearest makers in each industry, nearest first."""

    def found() -> Mapping[int, list[int]]:
        within: dict[int, list[int]] = defaultdict(list)
        for candidate in scene.makers(INDUSTRY_MAKERS, SOFTNESS)[0].tolist():
            for industry in set(_industries(scene, candidate)):
                within[industry].append(candidate)
        return within

    return scene.once("makers by industry", found)


def industry_values(scene: Scene) -> Values:
    """Share of the 50 firms with the nearest products that are in this firm's industry, nearer ones counting more,
    divided by the root of the industry's size, so that large industries do not win by their size. The best of the
    firm's industries counts; unknown where it has none."""
    weights = _industry_weights(scene)
    corpus = scene.corpus
    counts = np.diff(corpus.industry_start)[scene.rows]
    values = np.full(len(scene.rows), np.nan)
    first = np.asarray(corpus.industry_start[scene.rows])
    for place in range(int(counts.max()) if len(counts) else 0):
        have = counts > place
        found = weights[corpus.slot_industry[first[have] + place]]
        values[have] = np.fmax(values[have], found)
    return values


def _industry_detail(scene: Scene, candidate: int) -> Detail:
    weights, mine = _industry_weights(scene), _industries(scene, candidate)
    best = max(mine, key=lambda industry: weights[industry], default=None)
    if best is None or weights[best] <= 0:
        return Detail()
    order, share = scene.makers(INDUSTRY_MAKERS, SOFTNESS)
    within = _within(scene)[best]
    part = sum(float(s) for one, s in zip(order.tolist(), share.tolist(), strict=True) if one in within)
    shown = ([one for one in within if one != candidate] or within)[:SHOWN]
    says = {
        "industry": scene.corpus.industry_names[best],
        "percent": round(100 * part),
        "makers": named(scene, shown),
    }
    return Detail(says, facts_of(scene, shown))


def profile_values(scene: Scene) -> Values:
    """How alike the firm is to the 20 firms with the nearest products: cosine of its mean product with theirs, what
    all firms have in common taken out."""
    order, share = scene.makers(PROFILE_MAKERS, SOFTNESS)
    centred = scene.centred
    middle = share @ centred[order] if len(order) else np.zeros(centred.shape[1])
    middle = np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), np.float32)
    return np.where(scene.sizes > 0, centred @ middle, np.nan)


def _profile_detail(scene: Scene, candidate: int) -> Detail:
    order, _ = scene.makers(PROFILE_MAKERS, SOFTNESS)
    others = [one for one in order.tolist() if one != candidate] or order.tolist()
    if not scene.sizes[candidate] or not others:
        return Detail()
    closeness = dict(zip(others, (scene.centred[others] @ scene.centred[candidate]).tolist(), strict=True))
    near = sorted(others, key=lambda one: -closeness[one])[:SHOWN]
    return Detail({"makers": named(scene, near)}, facts_of(scene, near))


def named(scene: Scene, candidates: list[int]) -> str:
    """Candidates by name, each with its nearest product, as a list to be read."""
    names = []
    for one in candidates:
        product = scene.nearest_product(one)
        firm = scene.corpus.firms[int(scene.rows[one])]
        names.append(f"{firm.name or firm.id}（{product.name if product else ''}）")
    return "、".join(names)


def facts_of(scene: Scene, candidates: list[int]) -> tuple[str, ...]:
    """The facts that these products rest on."""
    products = (scene.nearest_product(one) for one in candidates)
    return tuple(product.fact for product in products if product is not None and product.fact is not None)


FEATURES = (
    Feature(
        "industry_peers",
        "同业企业",
        "industry peers",
        "做相近产品的企业有 {percent}% 在“{industry}”：{makers}",
        "{percent} % of the makers of the nearest products are in “{industry}”: {makers}",
        industry_values,
        _industry_detail,
    ),
    Feature(
        "like_makers",
        "与同类制造商相似",
        "like its makers",
        "产品结构与这些企业相似：{makers}",
        "its range is like that of {makers}",
        profile_values,
        _profile_detail,
    ),
)

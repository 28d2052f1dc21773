"""Features of the two towers: what the corpus itself teaches about who makes what (see `matcher.towers`)."""

from __future__ import annotations

import numpy as np

from matcher.candidates import Scene
from matcher.embed import Vectors
from matcher.features.base import Detail, Feature, Values, about
from matcher.features.peers import facts_of, named
from matcher.index import unit

MAKERS = 10
"""Firms by the towers' own score that show where makers are to be found."""

SOFTNESS = 0.05
"""Score by which such a firm is e times less heard than the best one."""

_SHOWN = 3


def _scores(scene: Scene) -> Values:
    """Cosine of the two sides; NaN without products, or where no towers were learnt."""
    return scene.once("tower scores", lambda: _made_scores(scene))


def _made_scores(scene: Scene) -> Values:
    towers = scene.index.towers
    if towers is None:
        return np.full(len(scene.rows), np.nan)
    needs = towers.needs(scene.query.terms, scene.vectors)
    return np.where(scene.sizes > 0, (_firms(scene) @ needs.T).max(axis=1), np.nan).astype(np.float64)


def _firms(scene: Scene) -> Vectors:
    return scene.once("tower firms", lambda: scene.index.tower_firms(scene.rows))


def _centred(scene: Scene) -> Vectors:
    firms = _firms(scene)
    return scene.once("tower firms centred", lambda: unit(firms - firms.mean(axis=0)))


def tower_values(scene: Scene) -> Values:
    """How likely a firm with these other products and this industry lists the thing as well: learnt from all lists of
    the corpus, by vectors and characters (cosine of the two towers). Unknown without products, and where the corpus is
    too small to learn from."""
    return _scores(scene)


def _tower_detail(scene: Scene, candidate: int) -> Detail:
    return about(scene.nearest_product(candidate))


def _makers(scene: Scene) -> list[int]:
    return scene.once("tower makers", lambda: _made_makers(scene))


def _made_makers(scene: Scene) -> list[int]:
    scores = np.nan_to_num(_scores(scene), nan=-np.inf)
    return [int(one) for one in np.argsort(-scores, kind="stable")[:MAKERS] if np.isfinite(scores[one])]


def alike_values(scene: Scene) -> Values:
    """How alike the firm is to the ten firms that most likely list the thing, in the space of the towers: cosine with
    their weighted mean, what all candidates have in common taken out."""
    makers = _makers(scene)
    if not makers:
        return np.full(len(scene.rows), np.nan)
    scores = _scores(scene)
    weights = np.exp((scores[makers] - scores[makers[0]]) / SOFTNESS)
    middle = unit((weights @ _centred(scene)[makers])[None, :])[0]
    return np.where(scene.sizes > 0, _centred(scene) @ middle, np.nan).astype(np.float64)


def _alike_detail(scene: Scene, candidate: int) -> Detail:
    others = [one for one in _makers(scene) if one != candidate]
    if not scene.sizes[candidate] or not others:
        return Detail()
    closeness = dict(zip(others, (_centred(scene)[others] @ _centred(scene)[candidate]).tolist(), strict=True))
    near = sorted(others, key=lambda one: -closeness[one])[:_SHOWN]
    return Detail({"makers": named(scene, near)}, facts_of(scene, near))


FEATURES = (
    Feature(
        "likely_lists",
        "从其余产品看",
        "by its other products",
        "列有“{product}”等产品的企业多半也做它",
        "firms that list “{product}” and the like often make it",
        tower_values,
        _tower_detail,
    ),
    Feature(
        "like_likely_makers",
        "与多半做它的企业相似",
        "like those who likely make it",
        "与这些企业相似：{makers}",
        "is like {makers}",
        alike_values,
        _alike_detail,
    ),
)

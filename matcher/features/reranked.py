"""What a reranker says (`matcher.sentence.rerank`), which only the best firms of a list are shown to."""

from __future__ import annotations

import numpy as np

from matcher.candidates import Scene
from matcher.features.base import Detail, Feature, Values


def reranker(scene: Scene) -> Values:
    """How well the firm fits the need as a model sees it that reads both together.

    Known only where a reranker was asked, and only of the best firms of the list.
    """
    return np.full(len(scene.rows), np.nan)


def _detail(scene: Scene, candidate: int) -> Detail:
    return Detail({"firm": scene.corpus.firms[int(scene.rows[candidate])].name})


FEATURES = (
    Feature(
        "reranker",
        "重排模型",
        "Reranker",
        "模型把需求与{firm}的产品放在一起读后的判断",
        "what a model says that reads the need and the products of {firm} together",
        reranker,
        _detail,
    ),
)

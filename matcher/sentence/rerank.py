"""A reranker: the best firms of a list read once more together with the need, by a cross-encoder.

What it says becomes a line of the scorecard like any other (`reranker`): its points are added, so contributions still
add up to the score. It speaks for the first `top` firms alone; of the others nothing is known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from matcher.query import Query
from matcher.rank import Ranking
from matcher.scorecard import DIGITS, Line, Scorecard
from matcher.sentence.library import local

FEATURE = "reranker"
TOP, POINTS = 50, 20.0
_SHOWN = 12


class Reranker:
    """A local cross-encoder by the path of a folder or the name under which it was fetched before."""

    def __init__(self, model: str, points: float = POINTS) -> None:
        """`points` are those of a firm that fits as well as can be. Raises NoSentenceModelError (MA021)."""
        self._model: Any = local(model, "CrossEncoder")
        self._line = Line(FEATURE, 0.0, 1.0, points)

    def rerank(self, ranking: Ranking, top: int = TOP) -> Ranking:
        """The ranking with the points of the reranker for its first `top` firms, in the new order."""
        head = ranking.order[:top]
        if not len(head):
            return ranking
        corpus = ranking.scene.corpus
        pairs = [(_need(ranking.query), _firm(corpus.firms[int(row)])) for row in ranking.scene.rows[head]]
        import torch

        said = self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
        column = np.full(len(ranking.values), np.nan)
        column[head] = np.asarray(said, np.float64).reshape(-1)
        points = np.column_stack([ranking.points, self._line.of(column)])
        scores = np.round(points.sum(axis=1), DIGITS)
        order = ranking.order[np.lexsort((ranking.scene.rows[ranking.order], -scores[ranking.order]))]
        card = ranking.scorecard
        return replace(
            ranking,
            scorecard=Scorecard(card.name, card.made, (*card.lines, self._line)),
            values=np.column_stack([ranking.values, column]),
            points=points,
            order=order,
        )


def _need(query: Query) -> str:
    return query.whole or "、".join(query.terms)


def _firm(firm: Any) -> str:
    names = "、".join(product.name for product in firm.products[:_SHOWN])
    return f"{firm.name}:{names}" if firm.name else names

"""The feature of earlier awards: who won the like of the need, and from buyers like the one who asks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matcher.award import History, Like
from matcher.candidates import Scene
from matcher.corpus import find
from matcher.features.base import Detail, Feature, Values

HALF = 0.002
"""Sum of weights of a firm's awards that is worth half: one of a strange buyer with a cosine of about 0.75."""


def look_back(scene: Scene, history: Callable[[], History]) -> None:
    """Give the scene the awards that were known when the need was asked; they are made when a feature asks."""
    scene.once("look back", lambda: history)


def _compared(scene: Scene) -> tuple[History, Like]:
    return scene.once("awards compared", lambda: _compare(scene))


def _compare(scene: Scene) -> tuple[History, Like]:
    def nobody() -> History:
        raise LookupError("the scene was given no awards")

    query = scene.query
    history = scene.once("look back", lambda: nobody)()
    return history, history.like(query.terms, scene.vectors, query.buyer)


def _candidates(scene: Scene) -> NDArray[np.int64]:
    """For each award that was compared the candidate that won it, -1 where the winner is none."""
    return scene.once("award winners", lambda: _made_candidates(scene))


def _made_candidates(scene: Scene) -> NDArray[np.int64]:
    history, like = _compared(scene)
    rows: dict[str, int | None] = {}
    places = np.full(len(like.places), -1, np.int64)
    for at, place in enumerate(like.places.tolist()):
        firm = history.awards[place].firm
        row = rows.setdefault(firm, find(scene.corpus.ids, firm))
        if row is not None:
            candidate = int(np.searchsorted(scene.rows, row))
            if candidate < len(scene.rows) and scene.rows[candidate] == row:
                places[at] = candidate
    return places


def precedent_values(scene: Scene) -> Values:
    """Earlier contracts that the firm won and that are like this need: the more alike the titles (by embedding), the
    more alike the buyers' names and the newer, the more each counts (from 0, none, towards 1, many close ones).
    Unknown for a firm of which no contract is known."""
    _, like = _compared(scene)
    winners = _candidates(scene)
    won = winners >= 0
    total = np.zeros(len(scene.rows))
    np.add.at(total, winners[won], like.weight[won])
    known = np.zeros(len(scene.rows), bool)
    known[winners[won]] = True
    return np.where(known, total / (total + HALF), np.nan)


def _detail(scene: Scene, candidate: int) -> Detail:
    history, like = _compared(scene)
    mine = np.flatnonzero(_candidates(scene) == candidate)
    if not len(mine):
        return Detail()
    best = history.awards[int(like.places[mine[np.argmax(like.weight[mine])]])]
    says = {"title": best.title, "buyer": best.buyer or "—", "day": best.day or "—"}
    return Detail(says, (best.fact,) if best.fact is not None else ())


FEATURES = (
    Feature(
        "precedents",
        "同类中标先例",
        "won the like",
        "曾中标“{title}”（发包方 {buyer}，{day}）",
        "won “{title}” (let by {buyer}, {day})",
        precedent_values,
        _detail,
    ),
)

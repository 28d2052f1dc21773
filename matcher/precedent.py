"""Precedents of a need: who won the like, from whom, when and for how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kg.values.name import name_key
from matcher.award import Award, History
from matcher.index import query_vectors
from matcher.query import Query

LEAST = 0.62
"""Cosine below which a contract is another thing, whoever let it. Set by eye on announcements."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier contract like a need: its winners as awards (one each), and how near its title is (cosine)."""

    title: str
    buyer: str
    day: str
    cosine: float
    same_buyer: bool
    awards: tuple[Award, ...]


def precedents(history: History, query: Query, count: int = 5) -> list[Precedent]:
    """The contracts that speak most for a need (see `Like.weight`), each once with all its winners; the best first."""
    if not len(history):
        return []
    vectors = query_vectors(history.embedder, query.terms, query.whole)
    like = history.like(query.terms, vectors, query.buyer)
    asks = name_key(query.buyer)
    found: dict[tuple[str, str], list[Award]] = {}
    nearness: dict[tuple[str, str], float] = {}
    for at in np.argsort(-like.weight, kind="stable").tolist():
        award = history.awards[int(like.places[at])]
        key = name_key(award.title), name_key(award.buyer)
        if like.cosine[at] < LEAST or (key not in found and len(found) == count):
            continue
        found.setdefault(key, []).append(award)
        nearness.setdefault(key, float(like.cosine[at]))
    return [_made(awards, nearness[key], bool(asks) and key[1] == asks) for key, awards in found.items()]


def _made(awards: Sequence[Award], cosine: float, same_buyer: bool) -> Precedent:
    """One contract of the awards of its title and buyer; of several days the newest is told."""
    newest = max(awards, key=lambda award: award.day)
    once = {award.firm: award for award in sorted(awards, key=lambda award: award.day)}
    return Precedent(newest.title, newest.buyer, newest.day, cosine, same_buyer, tuple(once.values()))

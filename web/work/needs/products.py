"""Products that a need names, against those of the corpus: known as they are written, like others, or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from kg.values.name import name_key
from matcher.corpus import Corpus
from matcher.embed import Embedder
from matcher.index import query_vectors
from matcher.naming import fit
from matcher.query import Query
from matcher.rank import Ranker

MOST = 3
"""Products that are suggested for a name that is not known."""

NEAR_COSINE, NEAR_SHARE = 0.62, 0.35
"""Least cosine of the names' vectors and least BM25 share of their characters from which a product is suggested. Our
own rule; nothing is taken over without somebody's word."""

LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class Found:
    """What the corpus knows of a name: `exact` is its own way to write it; `like` up to three products like it, with
    the number of firms that make each."""

    name: str
    exact: str | None
    like: tuple[tuple[str, int], ...] = ()

    @property
    def verdict(self) -> str:
        """exact, like, unknown."""
        return "exact" if self.exact else "like" if self.like else "unknown"


_NAMES: WeakKeyDictionary[Corpus, dict[str, int]] = WeakKeyDictionary()


def _known(corpus: Corpus) -> dict[str, int]:
    """Row of each product name by its normal form; of several ways to write it that of most makers."""
    if corpus not in _NAMES:
        makers = np.diff(corpus.maker_start)
        rows: dict[str, int] = {}
        for row, name in enumerate(corpus.product_names):
            key = name_key(name)
            if key not in rows or makers[row] > makers[rows[key]]:
                rows[key] = row
        _NAMES[corpus] = rows
    return _NAMES[corpus]


def look_up(ranker: Ranker, embedder: Embedder, names: Sequence[str]) -> list[Found]:
    """What the corpus knows of each name. Vectors of all unknown names are made at once."""
    corpus, known = ranker.corpus, _known(ranker.corpus)
    exact = [known.get(name_key(name)) for name in names]
    strange = list(dict.fromkeys(name for name, row in zip(names, exact, strict=True) if row is None and name.strip()))
    like = dict(zip(strange, _like(ranker, embedder, strange), strict=True)) if len(corpus.product_names) else {}
    return [
        Found(name, corpus.product_names[row]) if row is not None else Found(name, None, like.get(name, ()))
        for name, row in zip(names, exact, strict=True)
    ]


def _like(ranker: Ranker, embedder: Embedder, names: Sequence[str]) -> list[tuple[tuple[str, int], ...]]:
    """Products like each name, by vectors and by characters; those whose name says the thing come first."""
    if not names:
        return []
    corpus, index = ranker.corpus, ranker.index
    vectors = query_vectors(embedder, names, "")
    makers = np.diff(corpus.maker_start)
    found = []
    for name, vector in zip(names, vectors, strict=True):
        rows = np.union1d(index.nearest(vector[None, :], LOOKED_AT), index.lexical.best(name, LOOKED_AT)[0])
        cosines = index.vectors_of(rows) @ vector
        shares = index.lexical.shares_of(name, rows)
        near = [
            (
                max(fit(name, corpus.product_names[int(row)]), fit(corpus.product_names[int(row)], name)),
                cosine,
                int(row),
            )
            for row, cosine, share in zip(rows.tolist(), cosines.tolist(), shares.tolist(), strict=True)
            if makers[int(row)] and (cosine >= NEAR_COSINE or share >= NEAR_SHARE)
        ]
        near.sort(key=lambda one: (-one[0], -one[1], one[2]))
        found.append(tuple((corpus.product_names[row], int(makers[row])) for _, _, row in near[:MOST]))
    return found


def likeness(one: str, other: str) -> float:
    """How well one name is a name of the other, whichever is the longer."""
    return max(fit(one, other), fit(other, one))


@dataclass(frozen=True, slots=True)
class Makers:
    """Who makes what a need asks for: how many firms list it by name, and the first of the list (id, name)."""

    listed: int
    compared: int
    first: tuple[tuple[str, str], ...]


def makers(ranker: Ranker, query: Query, most: int = 3) -> Makers:
    """Who makes what a need asks for, by the need's own list."""
    ranking = ranker.rank(query, most)
    features = [line.feature for line in ranking.scorecard.lines]
    listed = ranking.values[:, features.index("listed")] if "listed" in features else np.zeros(0)
    first = tuple((one.firm.id, one.firm.name) for one in ranking.entries[:most])
    return Makers(int((np.nan_to_num(listed) > 0).sum()), len(ranking.scores), first)

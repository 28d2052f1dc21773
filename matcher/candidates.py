"""Which firms a need is compared with, and what is compared: the scene that all features look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.corpus import Corpus, Product
from matcher.embed import Vectors
from matcher.index import Index, largest
from matcher.query import Query

T = TypeVar("T")

ALL_FIRMS = 20_000
"""Up to so many firms every firm is a candidate of every need."""

NEAREST = 300
"""Products by vector, and as many by characters, whose makers are candidates in a larger corpus."""

SIMILARITY_LOSS = np.array([0.0, 0.03, 0.06], np.float32)
SHARE_KEPT = np.array([1.0, 0.9, 0.8], np.float32)
"""What a product loses that is strongly inferred or inferred: it ranks below a disclosed one of equal fit."""


@dataclass(frozen=True)
class Scene:
    """A need and its candidates: rows of firms, ascending, and all their products as one flat list of slots."""

    query: Query
    vectors: Vectors
    index: Index
    rows: NDArray[np.int32]
    _memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made at the first call: what several functions of a feature share."""
        if name not in self._memo:
            self._memo[name] = make()
        found: T = self._memo[name]
        return found

    @property
    def corpus(self) -> Corpus:
        """The corpus."""
        return self.index.corpus

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """How many products each candidate has."""
        return np.asarray(self.corpus.firm_start[self.rows + 1] - self.corpus.firm_start[self.rows])

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where each candidate's slots begin in the flat list."""
        return np.concatenate([[0], np.cumsum(self.sizes)])[:-1].astype(np.int64)

    @cached_property
    def slots(self) -> NDArray[np.int64]:
        """The corpus' slot of each entry of the flat list."""
        first = np.repeat(np.asarray(self.corpus.firm_start[self.rows]) - self.starts, self.sizes)
        return first + np.arange(int(self.sizes.sum()))

    @cached_property
    def products(self) -> NDArray[np.int32]:
        """Row of each entry's product name."""
        return np.asarray(self.corpus.slot_product[self.slots])

    @cached_property
    def levels(self) -> NDArray[np.int8]:
        """Level of each entry."""
        return np.asarray(self.corpus.slot_level[self.slots])

    @cached_property
    def similarity(self) -> NDArray[np.float32]:
        """Cosine of each entry's product with the need, less what its level loses."""
        return self.index.similarity(self.products, self.vectors) - SIMILARITY_LOSS[self.levels]

    @cached_property
    def name_shares(self) -> NDArray[np.float32]:
        """BM25 share of every product name of the corpus, by the best of the need's names."""
        return _name_shares(self.index, self.query)

    @cached_property
    def share(self) -> NDArray[np.float32]:
        """BM25 share of each entry's product, less what its level loses."""
        return self.name_shares[self.products] * SHARE_KEPT[self.levels]

    @cached_property
    def text_share(self) -> NDArray[np.float32] | None:
        """BM25 share of each entry's product for the need's whole text; None where it has none."""
        if not self.query.whole:
            return None
        return self.index.lexical.shares(self.query.whole, log_counts=True)[self.products] * SHARE_KEPT[self.levels]

    def best(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """The best value of each candidate's entries; NaN for a candidate without products."""
        found = np.full(len(self.rows), np.nan)
        some = self.sizes > 0
        if some.any():
            found[some] = np.maximum.reduceat(values, self.starts[some])
        return found

    def best_product(self, candidate: int, values: NDArray[np.float32], least: float | None = None) -> Product | None:
        """The product that `best` chose for a candidate; None where it has none, or none worth more than `least`."""
        if not self.sizes[candidate]:
            return None
        part = slice(int(self.starts[candidate]), int(self.starts[candidate] + self.sizes[candidate]))
        place = int(np.argmax(values[part]))
        if least is not None and values[part][place] <= least:
            return None
        slot = int(self.slots[part][place])
        return self.corpus.product_at(int(self.rows[candidate]), slot)

    @cached_property
    def nearness(self) -> NDArray[np.float64]:
        """Cosine of each candidate's nearest product."""
        return self.best(self.similarity)

    def makers(self, count: int, softness: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The candidates with the nearest products, nearest first, and their weights (softmax; they add up to 1).

        At most `count`, and in a small corpus a twentieth of the candidates, so that they stay telling.
        """
        return self.once(f"makers {count} {softness}", lambda: self._makers(count, softness))

    def _makers(self, count: int, softness: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        near = np.where(np.isnan(self.nearness), -np.inf, self.nearness)
        count = min(count, max(3, len(near) // 20), int(np.isfinite(near).sum()))
        order = np.argsort(-near, kind="stable")[:count]
        weights = np.exp((near[order] - near[order[:1]]) / softness)
        return order, weights / weights.sum() if count else weights


def scene_of(query: Query, vectors: Vectors, index: Index, most: int, allowed: NDArray[np.bool_]) -> Scene:
    """The scene of a need: all firms in a small corpus, else the makers of the nearest products.

    `most` is how many firms will be listed; `allowed` (by row of firm) are firms that pass the need's conditions:
    in a large corpus as many candidates are sought among them as among all. Firms that the need is without are none.
    """
    corpus = index.corpus
    never = [row for row in map(corpus.row, query.without) if row is not None]
    if len(corpus) <= ALL_FIRMS:
        rows = np.arange(len(corpus), dtype=np.int32)
    else:
        rows = _makers_of_nearest(query, vectors, index, max(NEAREST, most), allowed)
    return Scene(query, vectors, index, rows[~np.isin(rows, never)] if never else rows)


def _makers_of_nearest(
    query: Query, vectors: Vectors, index: Index, count: int, allowed: NDArray[np.bool_]
) -> NDArray[np.int32]:
    corpus = index.corpus
    shares = _name_shares(index, query)
    chosen = [_nearest_products(index, vectors, shares, count, None)]
    if not allowed.all():
        listed = np.zeros(len(corpus.product_names), bool)
        listed[corpus.slot_product[np.repeat(allowed, np.diff(corpus.firm_start))]] = True
        chosen.append(_nearest_products(index, vectors, shares, count, listed))
    wanted = np.zeros(len(corpus.product_names), bool)
    wanted[np.concatenate(chosen)] = True
    rows = np.searchsorted(corpus.firm_start, np.flatnonzero(wanted[corpus.slot_product]), side="right") - 1
    return np.unique(rows).astype(np.int32)


def _nearest_products(
    index: Index, vectors: Vectors, shares: NDArray[np.float32], count: int, listed: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    if listed is not None:
        shares = np.where(listed, shares, 0)
    by_text = largest(shares, count)
    return np.concatenate([by_text[shares[by_text] > 0], index.nearest(vectors, count, listed)])


def _name_shares(index: Index, query: Query) -> NDArray[np.float32]:
    found = [index.lexical.shares(term) for term in query.terms]
    return found[0] if len(found) == 1 else np.asarray(np.max(found, axis=0))

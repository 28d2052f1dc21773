"""Which firms a need is compared with, and what is compared: the scene that all features look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.aliases import Alias
from matcher.corpus import Corpus, Product
from matcher.embed import Vectors
from matcher.index import Index, unit, weighted_means
from matcher.lexical import flat_places
from matcher.query import Query

T = TypeVar("T")

LIKELY = 200
"""Firms of a larger corpus that are candidates because the towers say that they likely list the thing."""

NEAREST = 200
"""Products by vector, and as many by characters, whose makers are candidates in a larger corpus."""

NAMES = 3
"""Names of a need that are each sought as widely as its list is long. More of them, as a node of a chain has, are other
words for one thing: they share that width, and none gets less than NEAREST."""

RECORDS = 100
"""Texts of firms' records (patents, contracts, business scope, processes) whose firms are candidates there too."""

SIMILARITY_LOSS = np.array([0.0, 0.03, 0.06], np.float32)
SHARE_KEPT = np.array([1.0, 0.9, 0.8], np.float32)
"""What a product loses that is strongly inferred or inferred: it ranks below a disclosed one of equal fit."""


@dataclass(frozen=True)
class Scene:
    """A need and its candidates: rows of firms, ascending, and all their products as one flat list of slots.

    `aliases` are the names that the need itself does not say: they are among its products.
    """

    query: Query
    vectors: Vectors
    index: Index
    rows: NDArray[np.int32]
    aliases: tuple[Alias, ...] = ()
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
        return flat_places(self.corpus.firm_start, self.rows)

    @cached_property
    def products(self) -> NDArray[np.int32]:
        """Row of each entry's product name."""
        return np.asarray(self.corpus.slot_product[self.slots])

    @cached_property
    def levels(self) -> NDArray[np.int8]:
        """Level of each entry."""
        return np.asarray(self.corpus.slot_level[self.slots])

    @cached_property
    def distinct(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of the product names that occur among the entries, ascending, and each entry's place in them."""
        rows, back = np.unique(self.products, return_inverse=True)
        return np.asarray(rows, np.int64), np.asarray(back, np.int64)

    @cached_property
    def _distinct_vectors(self) -> Vectors:
        return self.index.vectors_of(self.distinct[0])

    @cached_property
    def similarity(self) -> NDArray[np.float32]:
        """Cosine of each entry's product with the need, less what its level loses."""
        return self.similarity_to(self.vectors)

    def similarity_to(self, vectors: Vectors) -> NDArray[np.float32]:
        """The same with other vectors, the nearest of which counts."""
        if self.index.exact:
            return self.index.similarity(self.products, vectors) - SIMILARITY_LOSS[self.levels]
        found = (self._distinct_vectors @ vectors.T).max(axis=1)
        return np.asarray(found[self.distinct[1]] - SIMILARITY_LOSS[self.levels], np.float32)

    @cached_property
    def means(self) -> Vectors:
        """Mean product vector of each candidate, of unit length (zeros without products): float32 [n, size]."""
        if self.index.exact:
            return self.index.means_of(self.rows)
        ends = np.append(self.starts, len(self.slots))
        return weighted_means(ends, self.distinct[1], self.levels, self._distinct_vectors)

    @cached_property
    def centred(self) -> Vectors:
        """The same with what all firms have in common taken out, of unit length."""
        return self.index.centred_of(self.rows) if self.index.exact else unit(self.means - self.index.middle)

    @cached_property
    def name_share(self) -> NDArray[np.float32]:
        """BM25 share of each entry's product, by the best of the need's names."""
        lexical, terms = self.index.lexical, self.query.terms
        if self.index.exact:
            found = [lexical.shares(term)[self.products] for term in terms]
            return found[0] if len(found) == 1 else np.asarray(np.max(found, axis=0))
        rows, back = self.distinct
        return np.asarray(lexical.best_shares_of(terms, rows)[back])

    @cached_property
    def share(self) -> NDArray[np.float32]:
        """BM25 share of each entry's product, less what its level loses."""
        return self.name_share * SHARE_KEPT[self.levels]

    @cached_property
    def text_share(self) -> NDArray[np.float32] | None:
        """BM25 share of each entry's product for the need's whole text; None where it has none."""
        if not self.query.whole:
            return None
        return self._shares(self.query.whole, log_counts=True) * SHARE_KEPT[self.levels]

    def _shares(self, text: str, log_counts: bool) -> NDArray[np.float32]:
        """BM25 share of each entry's product for a text."""
        lexical = self.index.lexical
        if self.index.exact:
            return lexical.shares(text, log_counts)[self.products]
        rows, back = self.distinct
        return lexical.shares_of(text, rows, log_counts)[back]

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

    def nearest_product(self, candidate: int) -> Product | None:
        """The product of a candidate that is nearest to the need; None where it has none."""
        return self.once(f"nearest product {candidate}", lambda: self.best_product(candidate, self.similarity))

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


def scene_of(
    query: Query, vectors: Vectors, index: Index, most: int, allowed: NDArray[np.bool_], aliases: tuple[Alias, ...] = ()
) -> Scene:
    """The scene of a need: all firms in a small corpus, else those of the nearest products and records.

    `most` is how many firms will be listed; `allowed` (by row of firm) are firms that pass the need's conditions:
    in a large corpus as many candidates are sought among them as among all. Firms that the need is without are none.
    `aliases` are the names that the need was given.
    """
    corpus = index.corpus
    never = [row for row in map(corpus.row, query.without) if row is not None]
    if index.exact:
        rows = np.arange(len(corpus), dtype=np.int32)
    else:
        each = max(NEAREST, most * NAMES // max(NAMES, len(query.terms)))
        rows = _makers_of_nearest(query, vectors, index, each, allowed)
    return Scene(query, vectors, index, rows[~np.isin(rows, never)] if never else rows, aliases)


def _makers_of_nearest(
    query: Query, vectors: Vectors, index: Index, count: int, allowed: NDArray[np.bool_]
) -> NDArray[np.int32]:
    corpus = index.corpus
    chosen = [_nearest_products(index, query, vectors, count, None)]
    if not allowed.all():
        chosen.append(_nearest_products(index, query, vectors, count, index.listed_by(allowed)))
    found: list[NDArray[Any]] = [
        corpus.makers(np.unique(np.concatenate(chosen))),
        index.records.nearest(query.terms, RECORDS),
    ]
    if not allowed.all():
        found.append(index.records.nearest(query.terms, RECORDS, allowed))
    found += _likely(query, vectors, index, allowed)
    return np.unique(np.concatenate(found)).astype(np.int32)


def _likely(query: Query, vectors: Vectors, index: Index, allowed: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Firms that likely list the thing, by the towers: of all, and of the allowed ones."""
    if index.sides is None or index.towers is None:
        return []
    needs = index.towers.needs(query.terms, vectors)
    return [index.sides.nearest(needs, LIKELY, among) for among in ([None] if allowed.all() else [None, allowed])]


def _nearest_products(
    index: Index, query: Query, vectors: Vectors, count: int, listed: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    by_text = [index.lexical.best(term, count, listed)[0] for term in query.terms]
    return np.concatenate([*by_text, index.nearest(vectors, count, listed)])

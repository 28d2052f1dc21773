"""Which listed firms a firm's products are nearest to.

A firm is the mean of its products' vectors with what all firms have in common taken out; its likeness is the mean
cosine with the three nearest of the listed firms, itself never among them. Without products it is unknown.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.embed import Vectors
from matcher.index import Index

NEAREST = 3

EXACT = 4_000
"""Listed firms up to which all are compared; beyond, those of the nearest cells (faiss)."""

BLOCK, CELLS, PROBES = 2_000, 256, 16

Near = tuple[NDArray[np.int32], NDArray[np.float32]]
"""For each firm the rows of its nearest listed firms, nearest first (-1: none), and the cosines."""


def vectors_of(index: Index, rows: NDArray[Any]) -> Vectors:
    """Vectors of firms; zeros for a firm without products."""
    found = np.array(index.centred_of(rows), np.float32)
    found[np.diff(index.corpus.firm_start)[rows] == 0] = 0
    return found


def nearest(index: Index, listed: NDArray[Any]) -> Near:
    """The nearest of the `listed` (rows) for every firm of the corpus."""
    count = len(index.corpus)
    rows, cosines = np.full((count, NEAREST), -1, np.int32), np.full((count, NEAREST), np.nan, np.float32)
    listed = listed[np.diff(index.corpus.firm_start)[listed] > 0]
    if not len(listed):
        return rows, cosines
    seek = _seeker(np.concatenate([vectors_of(index, listed[at : at + BLOCK]) for at in range(0, len(listed), BLOCK)]))
    for first in range(0, count, BLOCK):
        block = np.arange(first, min(first + BLOCK, count))
        vectors = vectors_of(index, block)
        places, near = seek(vectors, NEAREST + 1)
        found = np.where(places >= 0, listed[places], -1)
        near = np.where((found == block[:, None]) | (found < 0), -np.inf, near)  # a listed firm is not like itself
        order = np.argsort(-near, axis=1, kind="stable")[:, :NEAREST]
        near, found = np.take_along_axis(near, order, 1), np.take_along_axis(found, order, 1)
        good = np.isfinite(near) & (np.abs(vectors).sum(axis=1) > 0)[:, None]
        width = good.shape[1]
        rows[block, :width] = np.where(good, found, -1)
        cosines[block, :width] = np.where(good, near, np.nan)
    return rows, cosines


def likeness(cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean cosine with the nearest listed firms [firms]; NaN where there are none."""
    known = np.isfinite(cosines)
    total = np.where(known, cosines, 0).sum(axis=1, dtype=np.float64)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)


def _seeker(vectors: Vectors) -> Any:
    """A function that finds the places and cosines of the nearest of these vectors."""
    if len(vectors) <= EXACT:

        def compare(query: Vectors, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
            all_of = query @ vectors.T
            places = np.argsort(-all_of, axis=1, kind="stable")[:, :count]
            return places, np.take_along_axis(all_of, places, 1)

        return compare
    faiss: Any = import_module("faiss")
    cells = faiss.index_factory(vectors.shape[1], f"IVF{CELLS},Flat", faiss.METRIC_INNER_PRODUCT)
    cells.train(vectors[np.linspace(0, len(vectors) - 1, min(len(vectors), 40 * CELLS)).astype(np.int64)])
    cells.add(vectors)
    cells.nprobe = PROBES

    def search(query: Vectors, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
        near, places = cells.search(query, count)
        return places, near

    return search

"""What is computed of a corpus by an embedder: vectors of product names, means of firms, postings of characters."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from scipy import sparse

from matcher.corpus import Corpus
from matcher.embed import Embedder, Vectors
from matcher.lexical import Lexical, flat_places, largest
from matcher.records import Records
from matcher.space import TAIL_SHARE, Space
from matcher.strings import linked, opened
from matcher.towers import FILE as TOWERS
from matcher.towers import Listed, Towers

ALL_FIRMS, EXACT = 20_000, 200_000
"""Up to so many firms and product names every need is compared with all of them; beyond, with the nearest ones."""

LEVEL_WEIGHT = np.array([1.0, 0.8, 0.5], np.float32)
"""Weight of a product in its firm's mean: disclosed, strongly inferred, inferred."""

BLOCK = 20_000

RECORDS, SIDES = "records", "sides"
"""Folders of an index that hold what firms' records say, and the firms' side of the towers."""

FIRMS = 2_000
"""Firms whose sides are made at once."""

KEPT = 16
"""Sets of firms whose product names are kept."""

SAMPLE = 20_000
"""Firms of a large corpus whose means say where its middle is."""


class Index:
    """The computed part of a corpus. Its vectors have unit length.

    A small corpus (`exact`) has all vectors and the mean of each firm as float16, and every need is compared with all.
    A large one has a space: eight bits a dimension on disk, of which only what a need is near to is looked at, and
    `middle`, the mean of its firms' means.
    """

    def __init__(self, corpus: Corpus, lexical: Lexical, folder: Path) -> None:
        """Use `of`."""
        self.corpus = corpus
        self.lexical = lexical
        self.exact = _small(corpus)
        self._folder = folder
        if not self.exact:
            self.space = Space.open(folder)
        self.middle: NDArray[np.float32] = opened(folder / "middle.npy")

    @classmethod
    def of(cls, corpus: Corpus, embedder: Embedder, before: Index | None = None) -> Index:
        """The index of a corpus; for a corpus in a folder it is kept there and mapped at the next call.

        `before` is the index of the corpus that this one was changed from: what both have in common is taken from it.
        """
        if corpus.folder is None:
            kept = TemporaryDirectory(prefix="bulian-index-")
            index = cls._open(corpus, cls._make(corpus, embedder, Path(kept.name), before))
            index._kept = kept  # lives as long as the index
            if before is not None:
                index._take_over(before)
            return index
        folder = corpus.folder / f"index-{embedder.name}"
        with FileLock(corpus.folder / f".{folder.name}.lock"):
            if not folder.is_dir():
                aside = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
                try:
                    cls._make(corpus, embedder, aside, before).rename(folder)
                finally:
                    shutil.rmtree(aside, ignore_errors=True)
        index = cls._open(corpus, folder)
        if before is not None:
            index._take_over(before)
            if "records" in vars(before):
                index._records_before = before.records
        _ = index.towers, index.sides  # learnt with the index, not while somebody waits for the first list
        if not index.exact:
            _ = index.records
        return index

    _kept: TemporaryDirectory[str] | None = None
    _records_before: Records | None = None

    @classmethod
    def _open(cls, corpus: Corpus, folder: Path) -> Index:
        return cls(corpus, Lexical.open(folder, len(corpus.product_names)), folder)

    @classmethod
    def _make(cls, corpus: Corpus, embedder: Embedder, folder: Path, before: Index | None) -> Path:
        """Compute into an empty folder; gives it back."""
        names = corpus.product_names
        came_from = corpus.came_from.get(before.corpus.stamp) if before is not None else None
        if before is None or came_from is None:
            Lexical.build(names).save(folder)
        else:
            before.lexical.changed(came_from, names).save(folder)
            # a little more or less changes little of what they learnt
            if (before._folder / TOWERS).is_file() and (came_from < 0).mean() < TAIL_SHARE:
                linked(before._folder / TOWERS, folder / TOWERS)
        if _small(corpus):
            vectors = np.zeros((len(names), embedder.size), np.float16)
            for first in range(0, len(names), BLOCK):
                vectors[first : first + BLOCK] = embedder.embed(names[first : first + BLOCK])
            means = _means(corpus, vectors)
            np.save(folder / "vectors.npy", vectors)
            np.save(folder / "means.npy", means)
            full = np.asarray(means, np.float32)
            np.save(folder / "middle.npy", full.mean(axis=0, keepdims=True) if len(full) else full[:0])
            return folder
        if before is not None and came_from is not None and not before.exact:
            fresh = embedder.embed([names[int(row)] for row in np.flatnonzero(came_from < 0)])
            if before.space.changed(came_from, np.asarray(fresh, np.float32), folder) is not None:
                np.save(folder / "middle.npy", before.middle)
                return folder
        space = Space.build(len(names), embedder.size, lambda first, last: embedder.embed(names[first:last]), folder)
        sample = np.unique(np.linspace(0, len(corpus) - 1, min(len(corpus), SAMPLE)).astype(np.int64))
        total = sum(
            _means_of(corpus, space, sample[first : first + BLOCK // 10]).sum(axis=0)
            for first in range(0, len(sample), BLOCK // 10)
        )
        np.save(folder / "middle.npy", np.asarray(total / len(sample), np.float32)[None, :])
        return folder

    @cached_property
    def records(self) -> Records:
        """What firms' records say beside their products, to find firms of a large corpus by; made when first asked."""

        def make(aside: Path) -> bool:
            Records.of(self.corpus, self._records_before).save(aside)
            return True

        folder = self._part(RECORDS, make)
        self._records_before = None
        return Records.open(folder)

    def _part(self, name: str, make: Callable[[Path], bool]) -> Path:
        """The folder of a part of this index; where it is not there yet, `make` fills it aside (false: it cannot)."""
        folder, aside = self._folder / name, self._folder / f".{name}"
        with FileLock(self._folder / f".{name}.lock"):
            if not folder.is_dir():
                shutil.rmtree(aside, ignore_errors=True)
                aside.mkdir()
                if make(aside):
                    aside.rename(folder)
        return folder

    @cached_property
    def towers(self) -> Towers | None:
        """What is learnt of who lists what, when it is first asked for, and kept; None where too little is listed."""
        with FileLock(self._folder / ".towers.lock"):
            found = Towers.open(self._folder)
            if found is None:
                found = Towers.learn(self.corpus, self.lexical, self.vectors_of, LEVEL_WEIGHT)
                if found is not None:
                    found.save(self._folder)
        return found

    def tower_firms(self, rows: NDArray[Any]) -> Vectors:
        """The firms' side of the towers: float32 [len(rows), d]. For a small corpus all are made at the first call."""
        if self.sides is not None:
            return self.sides.of(rows)
        return self._tower_firms[rows] if len(rows) < len(self._tower_firms) else self._tower_firms

    @cached_property
    def _tower_firms(self) -> Vectors:
        return self._tower_firms_of(np.arange(len(self.corpus)))

    @cached_property
    def sides(self) -> Space | None:
        """The same of all firms of a large corpus, to find firms by: made when first asked for, and kept.

        None for a small corpus, and where no towers were learnt.
        """
        if self.exact or (towers := self.towers) is None:
            return None

        def make(aside: Path) -> bool:
            Space.build(len(self.corpus), len(towers.need), self._sides_between, aside)
            return True

        return Space.open(self._part(SIDES, make))

    def _sides_between(self, first: int, last: int) -> Vectors:
        parts = [np.arange(at, min(at + FIRMS, last)) for at in range(first, last, FIRMS)]
        return np.concatenate([self._tower_firms_of(part) for part in parts])

    def _take_over(self, before: Index) -> None:
        """Take the sides of firms that have not changed from the index before, where these are its towers."""
        came_from = self.corpus.firms_from.get(before.corpus.stamp)
        own, theirs = self._folder / TOWERS, before._folder / TOWERS
        if came_from is None or "sides" not in vars(before) or before.sides is None:
            return
        if not (own.is_file() and own.samefile(theirs)):
            return
        sides, fresh = before.sides, np.flatnonzero(came_from < 0)

        def make(aside: Path) -> bool:
            vectors = self._tower_firms_of(fresh) if len(fresh) else np.zeros((0, sides.cells.d), np.float32)
            return sides.changed(came_from, vectors, aside) is not None

        self._part(SIDES, make)

    def _tower_firms_of(self, rows: NDArray[Any]) -> Vectors:
        if self.towers is None:
            raise ValueError("no towers were learnt of this corpus")
        listed = Listed.of(self.corpus, rows, LEVEL_WEIGHT)
        return self.towers.firms(listed, self.vectors_of(listed.names), self.lexical, self._tower_grams)

    @cached_property
    def _tower_grams(self) -> NDArray[np.int32]:
        return self.towers.places_in(self.lexical) if self.towers is not None else np.zeros(0, np.int32)

    def listed_by(self, firms: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which product names one of these firms lists; those of the last conditions are kept: many ask the same."""
        return self._listed_by(np.packbits(firms).tobytes())

    @cached_property
    def _listed_by(self) -> Callable[[bytes], NDArray[np.bool_]]:
        def listed_by(packed: bytes) -> NDArray[np.bool_]:
            firms = np.unpackbits(np.frombuffer(packed, np.uint8), count=len(self.corpus)).astype(bool)
            listed = np.zeros(len(self.corpus.product_names), bool)
            listed[self.corpus.slot_product[np.repeat(firms, np.diff(self.corpus.firm_start))]] = True
            return listed

        return lru_cache(maxsize=KEPT)(listed_by)

    @cached_property
    def vectors(self) -> NDArray[Any]:
        """Vectors of all product names of a small corpus, float16 [names, size]."""
        return opened(self._folder / "vectors.npy")

    @cached_property
    def full(self) -> Vectors:
        """The same as float32, for the exact comparison."""
        return np.asarray(self.vectors, np.float32)

    def vectors_of(self, products: NDArray[Any]) -> Vectors:
        """Vectors of products (rows), float32 [len(products), size]."""
        return self.full[products] if self.exact else self.space.of(products)

    def means_of(self, rows: NDArray[Any]) -> Vectors:
        """Mean product vectors of firms: float32 [len(rows), size]."""
        if not self.exact:
            return _means_of(self.corpus, self.space, rows)
        return self._means[rows] if len(rows) < len(self._means) else self._means

    def centred_of(self, rows: NDArray[Any]) -> Vectors:
        """The same with what all firms have in common taken out, of unit length: what sets a firm apart."""
        if not self.exact:
            return unit(self.means_of(rows) - self.middle)
        return self._centred[rows] if len(rows) < len(self._centred) else self._centred

    @cached_property
    def _means(self) -> Vectors:
        return np.asarray(opened(self._folder / "means.npy"), np.float32)

    @cached_property
    def _centred(self) -> Vectors:
        return unit(self._means - self.middle) if len(self._means) else self._means

    def similarity(self, products: NDArray[Any], query: Vectors) -> NDArray[np.float32]:
        """Cosine of products (rows) with the nearest of the query's vectors: float32 [len(products)]."""
        if self.exact:
            best = np.asarray((self.full @ query.T).max(axis=1))
            return np.asarray(best[products], np.float32)
        rows, back = np.unique(products, return_inverse=True)
        return np.asarray(self.space.similarity(rows, query)[back], np.float32)

    def nearest(self, query: Vectors, count: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Rows of about `count` nearest products of each of the query's vectors, among the allowed ones."""
        if not self.exact:
            return self.space.nearest(query, count, allowed)
        best = (self.full @ query.T).max(axis=1)
        if allowed is not None:
            best = np.where(allowed, best, -np.inf)
        chosen = largest(best, count)
        return np.asarray(chosen[np.isfinite(best[chosen])], np.int64)


def unit(rows: Any) -> Vectors:
    """The rows with unit length; rows of zeros stay so."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def query_vectors(embedder: Embedder, terms: Sequence[str], whole: str) -> Vectors:
    """Vectors of a need: one for each of its names, each leaning on the whole text where there is one."""
    vectors = np.asarray(embedder.embed([*terms, *([whole] if whole else [])]), np.float32)
    return unit(vectors[:-1] + vectors[-1]) if whole else vectors


def weighted_means(
    starts: NDArray[np.int64], products: NDArray[Any], levels: NDArray[np.int8], vectors: Vectors
) -> Vectors:
    """Mean of each firm's products, of unit length: entries `starts[f]:starts[f+1]` point to rows of `vectors`."""
    shape = (len(starts) - 1, len(vectors))
    return unit(sparse.csr_matrix((LEVEL_WEIGHT[levels], products, starts), shape=shape) @ vectors)


def _small(corpus: Corpus) -> bool:
    return len(corpus) <= ALL_FIRMS and len(corpus.product_names) <= EXACT


def _means(corpus: Corpus, vectors: NDArray[np.float16]) -> NDArray[np.float16]:
    """Mean vector of each firm's products, of unit length; zeros for a firm without products."""
    shape = (len(corpus), len(corpus.product_names))
    weights = LEVEL_WEIGHT[corpus.slot_level]
    listed = sparse.csr_matrix((weights, np.asarray(corpus.slot_product), np.asarray(corpus.firm_start)), shape=shape)
    total = np.zeros((len(corpus), vectors.shape[1]), np.float32)
    columns = listed.tocsc()
    for first in range(0, len(vectors), BLOCK):
        total += columns[:, first : first + BLOCK] @ np.asarray(vectors[first : first + BLOCK], np.float32)
    return unit(total).astype(np.float16)


def _means_of(corpus: Corpus, space: Space, rows: NDArray[Any]) -> Vectors:
    """The same of some firms, from a space."""
    slots = flat_places(corpus.firm_start, rows)
    products, back = np.unique(corpus.slot_product[slots], return_inverse=True)
    sizes = corpus.firm_start[rows + 1] - corpus.firm_start[rows]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return weighted_means(starts, back, np.asarray(corpus.slot_level[slots]), space.of(products))

"""What is computed of a corpus by an embedder: vectors of product names, means of firms, postings of characters."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from scipy import sparse

from matcher.corpus import Corpus
from matcher.embed import Embedder, Vectors
from matcher.lexical import Lexical
from matcher.strings import opened

EXACT = 200_000
"""Up to so many product names every vector is compared; beyond, faiss finds the nearest."""

LEVEL_WEIGHT = np.array([1.0, 0.8, 0.5], np.float32)
"""Weight of a product in its firm's mean: disclosed, strongly inferred, inferred."""

BLOCK = 20_000

NEAREST = "nearest.faiss"

PROBES = 64
"""Cells of the index that are looked into."""


class Index:
    """The computed part of a corpus. Vectors are float16 on disk and in memory; each row has unit length."""

    def __init__(
        self,
        corpus: Corpus,
        vectors: NDArray[Any],
        means: NDArray[Any],
        lexical: Lexical,
        folder: Path | None = None,
    ) -> None:
        """Use `of`."""
        self._folder = folder
        self.corpus = corpus
        self.vectors = vectors
        self.means = means
        self.lexical = lexical

    @classmethod
    def of(cls, corpus: Corpus, embedder: Embedder) -> Index:
        """The index of a corpus; for a corpus in a folder it is kept there and mapped at the next call."""
        if corpus.folder is None:
            return cls._build(corpus, embedder)
        folder = corpus.folder / f"index-{embedder.name}"
        with FileLock(corpus.folder / f".{folder.name}.lock"):
            if not folder.is_dir():
                cls._build(corpus, embedder)._save(folder)
        arrays = opened(folder / "vectors.npy"), opened(folder / "means.npy")
        return cls(corpus, *arrays, Lexical.open(folder, len(corpus.product_names)), folder)

    @classmethod
    def _build(cls, corpus: Corpus, embedder: Embedder) -> Index:
        names = corpus.product_names
        vectors = np.zeros((len(names), embedder.size), np.float16)
        for first in range(0, len(names), BLOCK):
            vectors[first : first + BLOCK] = embedder.embed(names[first : first + BLOCK])
        return cls(corpus, vectors, _means(corpus, vectors), Lexical.build(names))

    def _save(self, folder: Path) -> None:
        aside = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            np.save(aside / "vectors.npy", self.vectors)
            np.save(aside / "means.npy", self.means)
            self.lexical.save(aside)
            if not self.exact:
                import_module("faiss").write_index(self._faiss, str(aside / NEAREST))
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    @property
    def exact(self) -> bool:
        """Whether every product is compared with every need."""
        return len(self.vectors) <= EXACT

    @cached_property
    def full(self) -> Vectors:
        """All vectors as float32, for the exact comparison."""
        return np.asarray(self.vectors, np.float32)

    def means_of(self, rows: NDArray[Any]) -> Vectors:
        """Mean product vectors of firms: float32 [len(rows), size]."""
        return self._means[rows] if len(rows) < len(self._means) else self._means

    def centred_of(self, rows: NDArray[Any]) -> Vectors:
        """The same with what all firms have in common taken out, of unit length: what sets a firm apart."""
        return self._centred[rows] if len(rows) < len(self._centred) else self._centred

    @cached_property
    def _means(self) -> Vectors:
        return np.asarray(self.means, np.float32)

    @cached_property
    def _centred(self) -> Vectors:
        return unit(self._means - self._means.mean(axis=0, keepdims=True)) if len(self._means) else self._means

    def similarity(self, products: NDArray[Any], query: Vectors) -> NDArray[np.float32]:
        """Cosine of products (rows) with the nearest of the query's vectors: float32 [len(products)]."""
        if self.exact:
            best = np.asarray((self.full @ query.T).max(axis=1))
            return np.asarray(best[products], np.float32)
        rows, back = np.unique(products, return_inverse=True)
        found = np.asarray((np.asarray(self.vectors[rows], np.float32) @ query.T).max(axis=1))
        return np.asarray(found[back], np.float32)

    def nearest(self, query: Vectors, count: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Rows of about `count` nearest products of each of the query's vectors, among the allowed ones."""
        if self.exact:
            best = (self.full @ query.T).max(axis=1)
            if allowed is not None:
                best = np.where(allowed, best, -np.inf)
            chosen = largest(best, count)
            return np.asarray(chosen[np.isfinite(best[chosen])], np.int64)
        faiss: Any = import_module("faiss")
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=PROBES)
        _, rows = self._faiss.search(query, count, params=parameters)
        found: NDArray[np.int64] = np.unique(rows[rows >= 0])
        return found

    @cached_property
    def _faiss(self) -> Any:
        """IVF with scalar quantisation (design: recall@100 .927 at 64 probes); trained on a fixed sample."""
        faiss: Any = import_module("faiss")
        if self._folder is not None:
            return faiss.read_index(str(self._folder / NEAREST), faiss.IO_FLAG_MMAP)
        size = self.vectors.shape[1]
        cells = int(min(1024, max(16, np.sqrt(len(self.vectors)))))
        index = faiss.index_factory(size, f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT)
        sample = np.random.default_rng(0).choice(len(self.vectors), min(len(self.vectors), cells * 50), replace=False)
        index.train(np.asarray(self.vectors[np.sort(sample)], np.float32))
        for first in range(0, len(self.vectors), BLOCK):
            index.add(np.asarray(self.vectors[first : first + BLOCK], np.float32))
        index.nprobe = PROBES
        return index


def largest(values: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Places of the `count` largest values, in no order that means anything."""
    if count >= len(values):
        return np.arange(len(values))
    return np.asarray(np.argpartition(-values, count)[:count], np.int64)


def unit(rows: Any) -> Vectors:
    """The rows with unit length; rows of zeros stay so."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def query_vectors(embedder: Embedder, terms: Sequence[str], whole: str) -> Vectors:
    """Vectors of a need: one for each of its names, each leaning on the whole text where there is one."""
    vectors = np.asarray(embedder.embed([*terms, *([whole] if whole else [])]), np.float32)
    return unit(vectors[:-1] + vectors[-1]) if whole else vectors


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

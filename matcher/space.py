"""Vectors of millions of texts on disk, and which are nearest: eight bits a dimension, cells of faiss, and a tail.

What is added goes to the end of the file of vectors and is compared one by one until the cells are made again, so that
an addition costs what it adds. Each text has a place in that file, so that texts may be numbered anew without moving
a vector; a vector that no text points to is dead.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.embed import Vectors
from matcher.lexical import largest
from matcher.strings import linked, opened

PROBES = 64
"""Cells that are looked into."""

MOST_CELLS = 2048

BLOCK = 20_000

TAIL_SHARE = 0.1
"""Share of vectors outside the cells, or dead in them, from which on the cells are made again."""

_CODES, _CELLS = "codes", "cells.faiss"

Coded = tuple[NDArray[np.int8], NDArray[np.float32]]


@dataclass(frozen=True)
class Space:
    """`codes` [stored, size] times `scales` [stored] are vectors of unit length; `places` [texts] says which is whose.

    `cells` is the faiss index of the first `cells.ntotal` stored vectors; the others are the tail.
    """

    folder: Path
    places: NDArray[np.int32]
    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    cells: Any

    @classmethod
    def build(cls, texts: int, size: int, vectors: Callable[[int, int], Vectors], folder: Path) -> Space:
        """Store the vectors of all texts in a folder; `vectors(first, last)` gives those of some rows."""
        faiss: Any = import_module("faiss")
        codes: NDArray[np.int8] = np.memmap(folder / _CODES, np.int8, "w+", shape=(texts, size))
        scales = np.zeros(texts, np.float32)
        for first in range(0, texts, BLOCK):
            part = slice(first, min(first + BLOCK, texts))
            codes[part], scales[part] = _coded(vectors(part.start, part.stop))
        count = int(min(MOST_CELLS, np.sqrt(texts)))
        cells = faiss.index_factory(size, f"IVF{count},SQ8", faiss.METRIC_INNER_PRODUCT)
        sample = np.sort(np.random.default_rng(0).choice(texts, min(texts, count * 50), replace=False))
        cells.train(_decoded(codes[sample], scales[sample]))
        for first in range(0, texts, BLOCK):
            cells.add(_decoded(codes[first : first + BLOCK], scales[first : first + BLOCK]))
        faiss.write_index(cells, str(folder / _CELLS))
        np.save(folder / "scales.npy", scales)
        np.save(folder / "places.npy", np.arange(texts, dtype=np.int32))
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Space:
        """Map what `build` or `changed` wrote."""
        faiss: Any = import_module("faiss")
        cells = faiss.read_index(str(folder / _CELLS), faiss.IO_FLAG_MMAP)
        faiss.downcast_InvertedLists(cells.invlists).prefetch_nthread = 0  # its threads cost more than they bring
        scales = opened(folder / "scales.npy")
        codes: NDArray[np.int8] = np.memmap(folder / _CODES, np.int8, "r", shape=(len(scales), cells.d))
        return cls(folder, opened(folder / "places.npy"), codes, scales, cells)

    def changed(self, came_from: NDArray[np.int32], vectors: Vectors, folder: Path) -> Space | None:
        """Write the space of changed texts: row r was row `came_from[r]` here (-1: the next of `vectors`).

        The large files are shared with this one. None where it is to be built anew: much has changed,
        or a change was cut off.
        """
        alive = came_from >= 0
        places = np.empty(len(came_from), np.int32)
        places[alive] = self.places[came_from[alive]]
        if (places[alive] < self.cells.ntotal).sum() < (1 - TAIL_SHARE) * max(self.cells.ntotal, len(places)):
            return None
        codes, scales = _coded(vectors)
        with _alone(self.folder / _CODES) as bytes_stored:
            # another change may have added some; one that was cut off left a part of a row, after which nothing fits
            stored, part = divmod(bytes_stored, self.codes.shape[1])
            if part:
                return None
            for name in (_CODES, _CELLS):
                linked(self.folder / name, folder / name)
            with (folder / _CODES).open("ab") as file:
                file.write(codes.tobytes())
        places[~alive] = stored + np.arange(len(vectors))
        between = np.zeros(stored - len(self.scales), np.float32)  # rows of other changes: no text here has them
        np.save(folder / "scales.npy", np.concatenate([self.scales, between, scales]))
        np.save(folder / "places.npy", places)
        return Space.open(folder)

    def of(self, rows: NDArray[Any]) -> Vectors:
        """Vectors of texts, float32 [len(rows), size]."""
        places = self.places[rows]
        return _decoded(self.codes[places], self.scales[places])

    def similarity(self, rows: NDArray[Any], query: Vectors) -> NDArray[np.float32]:
        """Cosine of texts with the nearest of the query's vectors, float32 [len(rows)]."""
        places = self.places[rows]
        found = (np.asarray(self.codes[places], np.float32) @ query.T).max(axis=1) * self.scales[places]
        return np.asarray(found, np.float32)

    def nearest(self, query: Vectors, count: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Rows of about the `count` texts nearest to each of the query's vectors, among the `allowed` (by row)."""
        faiss: Any = import_module("faiss")
        options: dict[str, Any] = {"nprobe": PROBES}
        if allowed is not None or not self._as_stored:
            wanted = np.zeros(-(-self.cells.ntotal // 8) * 8, bool)
            places = self.places if allowed is None else self.places[allowed]
            wanted[places[places < self.cells.ntotal]] = True
            options["sel"] = faiss.IDSelectorBitmap(np.packbits(wanted, bitorder="little"))
        _, found = self.cells.search(query, count, params=faiss.SearchParametersIVF(**options))
        chosen = [self._rows[found[found >= 0]]]
        tail = self._tail if allowed is None else self._tail[allowed[self._tail]]
        if len(tail):
            chosen.append(tail[largest(self.similarity(tail, query), count)])
        return np.unique(np.concatenate(chosen)).astype(np.int64)

    @cached_property
    def _as_stored(self) -> bool:
        """Whether text r has place r, and all are in cells."""
        return len(self.places) == self.cells.ntotal and bool((self.places == np.arange(len(self.places))).all())

    @cached_property
    def _rows(self) -> NDArray[np.int32]:
        """The row of each stored vector; -1 for one that is dead."""
        rows = np.full(len(self.scales), -1, np.int32)
        rows[self.places] = np.arange(len(self.places), dtype=np.int32)
        return rows

    @cached_property
    def _tail(self) -> NDArray[np.int64]:
        """Rows of the texts whose vectors are in no cell."""
        return np.flatnonzero(self.places >= self.cells.ntotal)


@contextmanager
def _alone(path: Path) -> Iterator[int]:
    """The size of a file to which nobody else appends meanwhile, by whichever of its names, in whichever process.

    Two corpora that were changed from one at the same moment would else count the same rows as their own.
    """
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # of the file, not of the name
        yield os.fstat(file.fileno()).st_size


def _coded(vectors: Vectors) -> Coded:
    """Eight bits a dimension: the largest of a vector is 127. Off by less than 0.001 in a cosine."""
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-9) / 127
    return np.round(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _decoded(codes: NDArray[np.int8], scales: NDArray[np.float32]) -> Vectors:
    found = np.array(codes, np.float32)
    found *= scales[:, None]  # in place: memory that is asked for anew costs more than the product
    return found

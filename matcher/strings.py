"""A long list of texts in two arrays, so that a process maps it into memory instead of reading it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

BLOCK = 65_536
"""Texts that are read at once."""


class Strings(Sequence[str]):
    """An immutable list of texts: their UTF-8 bytes one after the other, and where each begins."""

    def __init__(self, data: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        self._data = data
        self._starts = starts

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        """The texts in their order."""
        encoded = [text.encode() for text in texts]
        starts = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(one) for one in encoded], out=starts[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._data[self._starts[index] : self._starts[index + 1]].tobytes().decode()

    def at(self, rows: NDArray[Any]) -> list[str]:
        """The texts of these rows, none of them negative: several times as fast as one by one."""
        data = self._data.data
        ends = zip(self._starts[rows].tolist(), self._starts[rows + 1].tolist(), strict=True)
        return [str(data[begin:end], "utf-8") for begin, end in ends]

    def __iter__(self) -> Iterator[str]:
        """All texts in their order, read in blocks: four times as fast as one by one."""
        for first in range(0, len(self), BLOCK):
            starts = self._starts[first : first + BLOCK + 1]
            data = self._data[starts[0] : starts[-1]].tobytes()
            for begin, end in pairwise((starts - starts[0]).tolist()):
                yield data[begin:end].decode()

    def spliced(self, rows: NDArray[Any], fresh: Strings) -> Strings:
        """The texts of `rows` in that order, where -1 takes the next of `fresh`. Runs of rows are copied as a whole."""
        if not len(rows):
            return Strings.of(())
        kept = rows >= 0
        sizes = np.empty(len(rows), np.int64)
        sizes[kept] = np.diff(self._starts)[rows[kept]]
        sizes[~kept] = np.diff(fresh._starts)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        follows = (kept[1:] == kept[:-1]) & (~kept[1:] | (rows[1:] == rows[:-1] + 1))
        heads = np.flatnonzero(np.append(True, ~follows))
        parts, taken = [np.zeros(0, np.uint8)], 0
        for first, last in zip(heads.tolist(), [*heads[1:].tolist(), len(rows)], strict=True):
            source, at = (self, int(rows[first])) if kept[first] else (fresh, taken)
            taken += 0 if kept[first] else last - first
            parts.append(source._data[source._starts[at] : source._starts[at + last - first]])
        return Strings(np.concatenate(parts), starts)

    def containing(self, part: str) -> NDArray[np.int64]:
        """Places of the texts that hold these signs, ascending; none for no signs."""
        data, found, at = self._data.tobytes(), list[int](), 0
        while part and (at := data.find(part.encode(), at)) >= 0:
            text = int(np.searchsorted(self._starts, at, side="right")) - 1
            if at + len(part.encode()) <= self._starts[text + 1]:
                found.append(text)
                at = int(self._starts[text + 1])
            else:
                at += 1
        return np.array(found, np.int64)

    def save(self, folder: Path, name: str) -> None:
        """Write as `name`.data.npy and `name`.starts.npy."""
        np.save(folder / f"{name}.data.npy", self._data)
        np.save(folder / f"{name}.starts.npy", self._starts)

    @classmethod
    def open(cls, folder: Path, name: str) -> Strings:
        """Map what `save` wrote."""
        return cls(opened(folder / f"{name}.data.npy"), opened(folder / f"{name}.starts.npy"))


def opened(path: Path) -> NDArray[Any]:
    """An array of a file, mapped into memory (an empty one is read: nothing can be mapped)."""
    try:
        return np.asarray(np.load(path, mmap_mode="r"))  # a plain view of the map: quicker to index
    except ValueError:
        return np.asarray(np.load(path))


def linked(source: Path, target: Path) -> None:
    """Give a file a second name, or a copy of its own where the disk knows no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)

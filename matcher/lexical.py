"""BM25 over single characters and bigrams of short texts, as arrays that are mapped into memory.

Chinese product names are short and have no blanks: characters and their pairs find what a word segmenter would
cut apart. A score is given as a share of what the query itself would reach, so that it can be compared between
queries: 1 is about the whole of it, a little more for a text shorter than the average.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.strings import opened

K1, B = 1.2, 0.75
"""Robertson's usual constants."""

_NAMES = ("grams", "starts", "texts", "weights", "idf")


def grams(text: str) -> list[int]:
    """The characters and bigrams of a text as numbers (one or two code points), blanks skipped as if not there."""
    points = [ord(sign) for sign in "".join(text.lower().split())]
    return points + [(one << 21) | two for one, two in pairwise(points)]


@dataclass(frozen=True)
class Lexical:
    """Postings: texts[starts[g]:starts[g+1]] are the texts that hold grams[g], weights their BM25 weights."""

    size: int
    grams: NDArray[np.int64]
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    weights: NDArray[np.float32]
    idf: NDArray[np.float32]

    @classmethod
    def build(cls, names: Sequence[str]) -> Lexical:
        """Postings of the texts, by their row."""
        codes, owners = _pairs(names)
        order = np.lexsort((owners, codes))
        codes, owners = codes[order], owners[order]
        fresh = np.ones(len(codes), bool)
        fresh[1:] = (codes[1:] != codes[:-1]) | (owners[1:] != owners[:-1])
        first = np.flatnonzero(fresh)
        counts = np.diff(np.append(first, len(codes)))
        lengths = np.bincount(owners, minlength=len(names)).astype(np.float32)
        codes, owners = codes[first], owners[first]
        heads = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])) if len(codes) else np.zeros(0, np.int64)
        starts = np.append(heads, len(codes)).astype(np.int64)
        holding = np.diff(starts)
        idf = np.log(1 + (len(names) - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        norm = K1 * (1 - B + B * lengths[owners] / max(float(lengths.mean()) if len(names) else 1.0, 1e-9))
        weights = counts * (K1 + 1) / (counts + norm) * np.repeat(idf, holding)
        return cls(len(names), codes[heads], starts, owners.astype(np.int32), weights.astype(np.float32), idf)

    def shares(self, text: str, log_counts: bool = False) -> NDArray[np.float32]:
        """BM25 of every text for the query, as a share of the query's own weight: float32 [size].

        `log_counts` weighs a gram by 1 + ln(how often the query has it): for long queries.
        """
        scores = np.zeros(self.size, np.float32)
        own = 0.0
        for code, count in sorted(Counter(grams(text)).items()):
            at = int(np.searchsorted(self.grams, code))
            if at == len(self.grams) or self.grams[at] != code:
                continue
            weight = 1 + float(np.log(count)) if log_counts else 1.0
            own += weight * float(self.idf[at])
            part = slice(int(self.starts[at]), int(self.starts[at + 1]))
            scores[self.texts[part]] += np.float32(weight) * self.weights[part]
        return scores / np.float32(own) if own else scores

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        for name in _NAMES:
            np.save(folder / f"lexical.{name}.npy", getattr(self, name))

    @classmethod
    def open(cls, folder: Path, size: int) -> Lexical:
        """Map what `save` wrote."""
        return cls(size, *(opened(folder / f"lexical.{name}.npy") for name in _NAMES))


def _pairs(names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All grams of all names and the row of the name that each is of."""
    texts = ["".join(name.lower().split()) for name in names]
    lengths = np.array([len(text) for text in texts], np.int64)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    owners = np.repeat(np.arange(len(texts)), lengths)
    same = owners[1:] == owners[:-1]
    pairs = ((points[:-1] << 21) | points[1:])[same]
    return np.concatenate([points, pairs]), np.concatenate([owners, owners[:-1][same]])

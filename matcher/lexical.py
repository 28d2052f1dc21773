"""BM25 over single characters and bigrams of short texts, as arrays that are mapped into memory.

Chinese product names are short and have no blanks: characters and their pairs find what a word segmenter would
cut apart. A score is given as a share of what the query itself would reach, so that it can be compared between
queries: 1 is about the whole of it, a little more for a text shorter than the average.

Both ways are kept: the texts of each gram, to find the best of millions, and the grams of each text, to weigh a few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.strings import opened

K1, B = 1.2, 0.75
"""Robertson's usual constants."""

BLOCK = 500_000
"""Texts that are cut into grams at once."""

LONG_LIST = 20_000
"""Texts of a gram from which on it pays to ask whether a text that has only this gram can still be among the best."""

_OWN = ("grams", "own_starts", "own_grams", "counts", "lengths")
_NAMES = (*_OWN, "starts", "texts", "weights", "idf")


def grams(text: str) -> list[int]:
    """The characters and bigrams of a text as numbers (one or two code points), blanks skipped as if not there."""
    points = [ord(sign) for sign in "".join(text.lower().split())]
    return points + [(one << 21) | two for one, two in pairwise(points)]


@dataclass(frozen=True)
class Lexical:
    """Postings: texts[starts[g]:starts[g+1]] are the texts that hold grams[g], weights their BM25 weights.

    The other way: own_grams[own_starts[t]:own_starts[t+1]] are the places in `grams` of what text t holds, each once,
    counts how often; lengths how many grams it has.
    """

    size: int
    grams: NDArray[np.int64]
    own_starts: NDArray[np.int64]
    own_grams: NDArray[np.int32]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.int32]
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    weights: NDArray[np.float32]
    idf: NDArray[np.float32]

    @classmethod
    def build(cls, names: Sequence[str]) -> Lexical:
        """Postings of the texts, by their row."""
        blocks = [_cut(names[first : first + BLOCK]) for first in range(0, len(names), BLOCK)] or [_cut([])]
        vocabulary = blocks[0].vocabulary
        for block in blocks[1:]:
            vocabulary = np.union1d(vocabulary, block.vocabulary)
        own = [np.searchsorted(vocabulary, block.vocabulary).astype(np.int32)[block.places] for block in blocks]
        return cls._of(
            vocabulary,
            np.concatenate([block.sizes for block in blocks]),
            np.concatenate(own),
            np.concatenate([block.counts for block in blocks]),
            np.concatenate([block.lengths for block in blocks]),
        )

    @classmethod
    def _of(
        cls,
        vocabulary: NDArray[np.int64],
        sizes: NDArray[np.int64],
        own: NDArray[np.int32],
        counts: NDArray[np.uint16],
        lengths: NDArray[np.int32],
    ) -> Lexical:
        """Turn the grams of each text round into the texts of each gram, and weigh them."""
        size = len(sizes)
        own_starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        turned = sparse.csr_matrix((counts, own, own_starts), shape=(size, len(vocabulary))).tocsc()
        starts, texts = turned.indptr.astype(np.int64), turned.indices.astype(np.int32)
        holding = np.diff(starts)
        idf = np.log(1 + (size - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        weights = np.empty(len(texts), np.float32)
        norms = _norms(lengths)
        for first in range(0, len(vocabulary), 1 + len(vocabulary) // 16):
            last = min(first + 1 + len(vocabulary) // 16, len(vocabulary))
            part = slice(int(starts[first]), int(starts[last]))
            of_gram = np.repeat(idf[first:last], holding[first:last])
            weights[part] = _weighed(turned.data[part], norms[texts[part]], of_gram)
        return cls(size, vocabulary, own_starts, own, counts, lengths, starts, texts, weights, idf)

    def changed(self, came_from: NDArray[np.int32], names: Sequence[str]) -> Lexical:
        """The same as `build(names)`, where row r is the text `came_from[r]` of this one (-1: a new text)."""
        fresh = np.flatnonzero(came_from < 0)
        block = _cut([names[int(row)] for row in fresh])
        vocabulary = np.union1d(self.grams, block.vocabulary)
        sizes = np.zeros(len(names), np.int64)
        kept = came_from >= 0
        sizes[kept] = np.diff(self.own_starts)[came_from[kept]]
        sizes[fresh] = block.sizes
        into = np.concatenate([[0], np.cumsum(sizes)])
        own, counts = np.empty(int(into[-1]), np.int32), np.empty(int(into[-1]), np.uint16)
        lengths = np.zeros(len(names), np.int32)
        lengths[kept], lengths[fresh] = self.lengths[came_from[kept]], block.lengths
        fresh_places = np.repeat(np.isin(np.arange(len(names)), fresh), sizes)
        flat = flat_places(self.own_starts, came_from[kept])
        own[~fresh_places] = np.searchsorted(vocabulary, self.grams).astype(np.int32)[self.own_grams[flat]]
        counts[~fresh_places] = self.counts[flat]
        own[fresh_places] = np.searchsorted(vocabulary, block.vocabulary).astype(np.int32)[block.places]
        counts[fresh_places] = block.counts
        used = np.bincount(own, minlength=len(vocabulary)) > 0
        if not used.all():  # a gram that no text has any longer is none, as if it had never been
            own = (np.cumsum(used) - 1).astype(np.int32)[own]
            vocabulary = vocabulary[used]
        return self._of(vocabulary, sizes, own, counts, lengths)

    def shares(self, text: str, log_counts: bool = False) -> NDArray[np.float32]:
        """BM25 of every text for the query, as a share of the query's own weight: float32 [size].

        `log_counts` weighs a gram by 1 + ln(how often the query has it): for long queries.
        """
        scores = np.zeros(self.size, np.float32)
        own = 0.0
        for at, weight in self._wanted(text, log_counts):
            own += weight * float(self.idf[at])
            part = slice(int(self.starts[at]), int(self.starts[at + 1]))
            scores[self.texts[part]] += np.float32(weight) * self.weights[part]
        return scores / np.float32(own) if own else scores

    def shares_of(self, text: str, rows: NDArray[Any], log_counts: bool = False) -> NDArray[np.float32]:
        """The shares of some texts, by their rows, without looking at the others: float32 [len(rows)]."""
        return self._shares_of([self._wanted(text, log_counts)], rows)

    def best_shares_of(self, texts: Sequence[str], rows: NDArray[Any]) -> NDArray[np.float32]:
        """The best share of each of some texts, by their rows, for any of the queries `texts`."""
        return self._shares_of([self._wanted(text, False) for text in texts], rows)

    def _shares_of(self, queries: Sequence[Sequence[tuple[int, float]]], rows: NDArray[Any]) -> NDArray[np.float32]:
        """The best share for any query, each as `_wanted` gives it. What the rows hold is read once for all of them."""
        best = np.zeros(len(rows), np.float32)
        asked = np.zeros(len(self.grams), np.float32)
        for query in queries:
            for at, _ in query:
                asked[at] = 1
        if not len(rows) or not asked.any():
            return best
        flat = flat_places(self.own_starts, rows)
        held = self.own_grams[flat]
        some = np.flatnonzero(asked[held])
        held = held[some]
        owners = np.repeat(np.arange(len(rows)), self.own_starts[rows + 1] - self.own_starts[rows])[some]
        weights = _weighed(self.counts[flat[some]], self._norms[rows[owners]], self.idf[held])
        for query in queries:
            own = sum(weight * float(self.idf[at]) for at, weight in query)
            if not own:
                continue
            asked[:] = 0
            for at, weight in query:
                asked[at] = weight
            scores = np.bincount(owners, weights * asked[held], len(rows))
            np.maximum(best, np.asarray(scores / own, np.float32), out=best)
        return best

    def best(
        self, text: str, count: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The `count` best texts among the `allowed` (by row), and their shares; fewer where fewer share a gram.

        Rare grams first. Once no text that has only the remaining grams can reach the best so far (MaxScore, Turtle
        and Flood 1995), the remaining lists are only looked up for the texts that can.
        """
        wanted = sorted(self._wanted(text, False), key=lambda pair: self.starts[pair[0] + 1] - self.starts[pair[0]])
        own = sum(float(self.idf[at]) for at, _ in wanted)
        rest = np.cumsum([float(self._peaks[at]) for at, _ in wanted][::-1])[::-1].tolist()
        scores, least = np.zeros(self.size, np.float32), 0.0
        for place, (at, _) in enumerate(wanted):
            part = slice(int(self.starts[at]), int(self.starts[at + 1]))
            if place and part.stop - part.start > max(LONG_LIST, self.size // 50):
                touched = np.flatnonzero(scores != 0)  # of truths it is quicker than of numbers
                so_far = scores[touched]
                least = _least(so_far[so_far >= least] if least else so_far, count)  # scores only grow
                if rest[place] < least:
                    touched = touched[scores[touched] + rest[place] >= least]
                    for later, _ in wanted[place:]:
                        scores[touched] += self._weights_of(later, touched)
                    found = touched[largest(scores[touched], count)]
                    return found, scores[found] / np.float32(own)
            texts, weights = self.texts[part], self.weights[part]
            if allowed is not None:
                may = allowed[texts]
                texts, weights = texts[may], weights[may]
            scores[texts] += weights
        found = np.flatnonzero(scores != 0)
        found = found[largest(scores[found], count)]
        return found, scores[found] / np.float32(own or 1)

    def _wanted(self, text: str, log_counts: bool) -> list[tuple[int, float]]:
        """Place of each gram of the query that some text has, and its weight, in the order of the grams."""
        found = []
        for code, count in sorted(Counter(grams(text)).items()):
            at = int(np.searchsorted(self.grams, code))
            if at < len(self.grams) and self.grams[at] == code:
                found.append((at, 1 + float(np.log(count)) if log_counts else 1.0))
        return found

    def _weights_of(self, gram: int, texts: NDArray[Any]) -> NDArray[np.float32]:
        held = self.texts[int(self.starts[gram]) : int(self.starts[gram + 1])]
        place = np.minimum(np.searchsorted(held, texts), len(held) - 1)
        weights = self.weights[int(self.starts[gram]) : int(self.starts[gram + 1])][place]
        return np.where(held[place] == texts, weights, np.float32(0))

    @cached_property
    def _norms(self) -> NDArray[np.float32]:
        return _norms(self.lengths)

    @cached_property
    def _peaks(self) -> NDArray[np.float32]:
        """The largest weight of each gram."""
        return np.maximum.reduceat(self.weights, self.starts[:-1]) if len(self.grams) else np.zeros(0, np.float32)

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        for name in _NAMES:
            np.save(folder / f"lexical.{name}.npy", getattr(self, name))

    @classmethod
    def open(cls, folder: Path, size: int) -> Lexical:
        """Map what `save` wrote."""
        return cls(size, *(opened(folder / f"lexical.{name}.npy") for name in _NAMES))


def largest(values: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Places of the `count` largest values, in no order that means anything."""
    if count >= len(values):
        return np.arange(len(values))
    return np.asarray(np.argpartition(-values, count)[:count], np.int64)


def flat_places(starts: NDArray[np.int64], rows: NDArray[Any]) -> NDArray[np.int64]:
    """The places `starts[r]` to `starts[r + 1]` of all rows, one after the other."""
    first = np.asarray(starts[rows])
    sizes = np.asarray(starts[rows + 1]) - first
    into = np.concatenate([[0], np.cumsum(sizes)])
    return np.repeat(first - into[:-1], sizes) + np.arange(int(into[-1]))


def _least(scores: NDArray[np.float32], count: int) -> float:
    """What the last of the `count` best has; 0 where there are fewer."""
    return float(np.partition(scores, len(scores) - count)[-count]) if len(scores) >= count else 0.0


def _norms(lengths: NDArray[np.int32]) -> NDArray[np.float32]:
    """The part of BM25 that a text's length decides."""
    size = lengths.astype(np.float32)
    return np.asarray(K1 * (1 - B + B * size / max(float(size.mean()) if len(size) else 1.0, 1e-9)), np.float32)


def _weighed(counts: NDArray[Any], norms: NDArray[np.float32], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """BM25 weight of a gram that a text has `counts` times."""
    counts = counts.astype(np.int64)
    return np.asarray(counts * (K1 + 1) / (counts + norms) * idf, np.float32)


@dataclass(frozen=True)
class _Block:
    """Some texts: their grams, the places in it of what each text holds (each once), how often, and sizes."""

    vocabulary: NDArray[np.int64]
    sizes: NDArray[np.int64]
    places: NDArray[np.int32]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.int32]


def _cut(names: Sequence[str]) -> _Block:
    texts = ["".join(name.lower().split()) for name in names]
    signs = np.array([len(text) for text in texts], np.int64)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    owners = np.repeat(np.arange(len(texts), dtype=np.int64), signs)
    same = owners[1:] == owners[:-1]
    codes = np.concatenate([points, ((points[:-1] << 21) | points[1:])[same]])
    owners = np.concatenate([owners, owners[:-1][same]])
    vocabulary, places = np.unique(codes, return_inverse=True)
    keys = np.sort(owners * len(vocabulary) + places)
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.int64)
    counts = np.diff(np.append(first, len(keys)))
    owners, places = np.divmod(keys[first], max(len(vocabulary), 1))
    return _Block(
        vocabulary,
        np.bincount(owners, minlength=len(texts)),
        places.astype(np.int32),
        np.minimum(counts, np.iinfo(np.uint16).max).astype(np.uint16),
        (signs + np.maximum(signs - 1, 0)).astype(np.int32),
    )

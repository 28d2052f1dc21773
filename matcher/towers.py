"""Two towers on frozen vectors: who makes a thing, learnt from what else its makers list.

A product is read as its vector (centred, on its principal axes) next to its characters and pairs of characters (on the
principal axes of what the firms' lists hold, so that PTA lies near to polyester). A need is W x; a firm is V times the
mean x of its products, plus a vector of its industries; both of unit length. W, V and the industries start at the axes
themselves and are pulled towards them, and learn to put the one firm that lists a product before the other firms of a
batch (softmax), given the firm's other products. Nothing but the corpus is learnt from, so they are made with its
index: deterministic, in under a minute of one core, from a sample where the corpus is large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from matcher.corpus import Corpus
from matcher.embed import Vectors
from matcher.lexical import Lexical, flat_places, grams

Floats = NDArray[np.float32]

AXES = 256
"""Axes of the vectors, and as many of the characters."""

SIGNS_WEIGHT = 0.7
"""Length of the part of characters for a length 1 of the part of vectors."""

LEAST_PAIRS = 1_000
"""Listings under which nothing is learnt: there are no towers then."""

FEWEST = 3
"""Firms, and characters or pairs of them in several names, under which there are no axes: a catalogue of one firm."""

SAMPLE = 10_000
"""Firms that are learnt from at most: a larger corpus is sampled evenly."""

MOST_GRAMS = 60_000
"""Characters and pairs that have a place on the axes; each occurs in two names or more."""

ROUNDS, MOST_SEEN, BATCH = 6, 180_000, 768
RATE, HEAT, PULL, INDUSTRY_PULL = 2e-3, 0.07, 1e-3, 2e-4
"""Passes over the listings (a listing more or less is seen that often), Adam's rate, falling to 0, the softmax's
temperature, and the pulls towards the start."""

MOST_MAKERS = 20
"""A name that more firms list than this (配件) tells nothing of its makers."""

FILE = "towers.npz"

_NAMES = ("middle", "axes", "grams", "idf", "basis", "need", "firm", "industry_vectors")


@dataclass(frozen=True)
class Listed:
    """What some firms list: `matrix` [firms, names] of weights, rows of the `names`, and industries alike."""

    matrix: Any
    names: NDArray[np.int64]
    in_industry: Any
    industries: tuple[str, ...]

    @classmethod
    def of(cls, corpus: Corpus, rows: NDArray[Any], levels: Floats) -> Listed:
        """Of firms by their rows."""
        slots = flat_places(corpus.firm_start, rows)
        names, back = np.unique(corpus.slot_product[slots], return_inverse=True)
        ends = _ends(corpus.firm_start, rows)
        weights = levels[np.asarray(corpus.slot_level[slots])]
        industries, within = np.unique(
            corpus.slot_industry[flat_places(corpus.industry_start, rows)], return_inverse=True
        )
        return cls(
            sparse.csr_matrix((weights, back, ends), shape=(len(rows), len(names))),
            np.asarray(names, np.int64),
            sparse.csr_matrix(
                (np.ones(len(within), np.float32), within, _ends(corpus.industry_start, rows)),
                shape=(len(rows), len(industries)),
            ),
            tuple(corpus.industry_names[int(row)] for row in industries),
        )


@dataclass(frozen=True)
class Towers:
    """The learnt maps. d = axes of vectors + axes of characters.

    `middle` [size], `axes` [size, a]: vector → its part of x. `grams` (sorted), `idf` and `basis` [grams, c]:
    characters → theirs. `need` (W) and `firm` (V) [d, d]; `industry_vectors` [industries, d] by sorted `industries`.
    """

    middle: Floats
    axes: Floats
    grams: NDArray[np.int64]
    idf: Floats
    basis: Floats
    need: Floats
    firm: Floats
    industry_vectors: Floats
    industries: tuple[str, ...]

    @classmethod
    def learn(
        cls, corpus: Corpus, lexical: Lexical, vectors_of: Callable[[NDArray[np.int64]], Vectors], levels: Floats
    ) -> Towers | None:
        """Learn from a corpus; `vectors_of(rows)` gives vectors of product names, `levels` the weight of each level.

        None where too little is listed to learn from.
        """
        rows = np.unique(np.linspace(0, max(len(corpus) - 1, 0), min(len(corpus), SAMPLE)).astype(np.int64))
        listed = Listed.of(corpus, rows, levels)
        if listed.matrix.nnz < LEAST_PAIRS:
            return None
        places, idf = _vocabulary(lexical, listed.names)
        if min(len(rows), len(idf)) < FEWEST:
            return None
        vectors = np.asarray(vectors_of(listed.names), np.float32)
        middle, axes = _principal(vectors)
        signs = _signs(lexical, listed.names, places, idf)
        basis = _basis(listed.matrix @ signs)
        size = axes.shape[1] + basis.shape[1]
        maps = cls(
            middle=middle,
            axes=axes,
            grams=np.asarray(lexical.grams[np.flatnonzero(places >= 0)]),
            idf=idf,
            basis=basis * np.float32(SIGNS_WEIGHT / _length(signs @ basis)),
            need=np.eye(size, dtype=np.float32),
            firm=np.eye(size, dtype=np.float32),
            industry_vectors=np.zeros((len(listed.industries), size), np.float32),
            industries=listed.industries,
        )
        x = np.hstack([(vectors - middle) @ axes, signs @ maps.basis]).astype(np.float32)
        _train(listed, x, maps)
        return maps

    @classmethod
    def open(cls, folder: Path) -> Towers | None:
        """What `save` wrote; None where nothing was learnt."""
        file = folder / FILE
        if not file.is_file():
            return None
        with np.load(file, allow_pickle=False) as found:
            names = tuple(str(name) for name in found["industries"])
            return cls(**{name: found[name] for name in _NAMES}, industries=names)

    def save(self, folder: Path) -> None:
        """Write one file, whole or not at all."""
        arrays = {name: getattr(self, name) for name in _NAMES}
        aside = folder / f".{FILE}"
        np.savez(aside, industries=np.array(self.industries, np.str_), **arrays)
        aside.replace(folder / FILE)

    def needs(self, terms: Sequence[str], vectors: Vectors) -> Floats:
        """The needs' side: of texts and their vectors, float32 [len(terms), d], of unit length."""
        signs = np.stack([self._signs_of(term) for term in terms])
        return _unit(np.hstack([(vectors - self.middle) @ self.axes, signs]) @ self.need.T)

    def _signs_of(self, term: str) -> Floats:
        codes = np.unique(np.array(grams(term), np.int64))
        at = np.minimum(np.searchsorted(self.grams, codes), len(self.grams) - 1)
        at = at[self.grams[at] == codes]
        weights = self.idf[at] / max(float(np.linalg.norm(self.idf[at])), 1e-9)
        return np.asarray(weights @ self.basis[at], np.float32)

    def firms(self, listed: Listed, vectors: Vectors, lexical: Lexical, places: NDArray[np.int32]) -> Floats:
        """The firms' side: float32 [firms, d], of unit length; `vectors` are those of `listed.names`.

        `places` are those of the lexical index' grams here (`places_in`).
        """
        signs = _signs(lexical, listed.names, places, self.idf)
        weights = listed.matrix.multiply(1 / np.maximum(listed.matrix.sum(axis=1), 1e-9)).tocsr()
        share = np.asarray(weights.sum(axis=1), np.float32)
        middle = weights @ vectors - share * self.middle
        x = np.hstack([middle @ self.axes, (weights @ signs) @ self.basis])
        own = np.zeros((len(listed.industries), x.shape[1]), np.float32)
        known = {name: row for row, name in enumerate(self.industries)}
        for row, name in enumerate(listed.industries):
            if name in known:
                own[row] = self.industry_vectors[known[name]]
        return _unit(_unit(x) @ self.firm.T + listed.in_industry @ own)

    def places_in(self, lexical: Lexical) -> NDArray[np.int32]:
        """For each gram of a lexical index its place here, -1 for none."""
        at = np.minimum(np.searchsorted(self.grams, lexical.grams), len(self.grams) - 1)
        return np.where(self.grams[at] == lexical.grams, at, -1).astype(np.int32)


def _ends(starts: NDArray[np.int64], rows: NDArray[Any]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(np.asarray(starts[rows + 1] - starts[rows]))]).astype(np.int64)


def _unit(rows: Any) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)


def _length(rows: Floats) -> float:
    """Root of the mean square length of rows."""
    return max(float(np.sqrt((rows**2).sum(axis=1).mean())), 1e-9)


def _principal(vectors: Floats) -> tuple[Floats, Floats]:
    """The mean of vectors and their principal axes, scaled to a mean square length of 1 on them."""
    middle = vectors.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(vectors - middle, rowvar=False))
    axes = axes[:, ::-1][:, :AXES].astype(np.float32)
    return middle, np.asarray(axes / _length((vectors - middle) @ axes), np.float32)


def _vocabulary(lexical: Lexical, names: NDArray[np.int64]) -> tuple[NDArray[np.int32], Floats]:
    """For each gram of the lexical index its place among the kept ones (-1: none), and their weights by rarity."""
    holding = np.bincount(lexical.own_grams[flat_places(lexical.own_starts, names)], minlength=len(lexical.grams))
    kept = np.flatnonzero(holding >= 2)
    kept = np.sort(kept[np.argsort(-holding[kept], kind="stable")[:MOST_GRAMS]])
    places = np.full(len(lexical.grams), -1, np.int32)
    places[kept] = np.arange(len(kept), dtype=np.int32)
    return places, np.log(len(names) / holding[kept]).astype(np.float32)


def _signs(lexical: Lexical, names: NDArray[np.int64], places: NDArray[np.int32], idf: Floats) -> Any:
    """Sparse [names, kept grams]: 1 times rarity, rows of unit length."""
    held = places[lexical.own_grams[flat_places(lexical.own_starts, names)]]
    owners = np.repeat(np.arange(len(names)), lexical.own_starts[names + 1] - lexical.own_starts[names])
    held, owners = held[held >= 0], owners[held >= 0]
    lengths = np.sqrt(np.bincount(owners, idf[held] ** 2, len(names)))
    weights = (idf[held] / np.maximum(lengths[owners], 1e-9)).astype(np.float32)
    return sparse.csr_matrix((weights, (owners, held)), shape=(len(names), len(idf)))


def _basis(lists: Any) -> Floats:
    """Principal axes of the characters in the firms' lists (latent semantic analysis): float32 [grams, axes]."""
    lengths = np.sqrt(np.asarray(lists.multiply(lists).sum(axis=1)))
    even = lists.multiply(1 / np.maximum(lengths, 1e-9)).tocsr()
    axes = min(AXES, min(even.shape) - 1)
    _, _, found = svds(even, k=axes, v0=np.ones(min(even.shape)))
    return np.asarray(found.T, np.float32)


class _Adam:
    """Adam (Kingma and Ba 2015) on arrays in place."""

    def __init__(self, arrays: Sequence[Floats], steps: int) -> None:
        self._arrays, self._steps, self._step = arrays, steps, 0
        self._first, self._second = [[np.zeros_like(one) for one in arrays] for _ in range(2)]

    def step(self, slopes: Sequence[Floats]) -> None:
        """One step down; the rate falls to 0 with the last."""
        rate = RATE * (1 - self._step / self._steps)
        self._step += 1
        for array, slope, first, second in zip(self._arrays, slopes, self._first, self._second, strict=True):
            first *= 0.9
            first += 0.1 * slope
            second *= 0.98
            second += 0.02 * slope * slope
            array -= rate * (first / (1 - 0.9**self._step)) / (np.sqrt(second / (1 - 0.98**self._step)) + 1e-8)


def _batches(pairs: int) -> Iterator[NDArray[np.int64]]:
    """Places of pairs, each seen in turn, in an order that a fixed seed shuffles anew each time."""
    draw = np.random.default_rng(0)
    left = min(ROUNDS * pairs, MOST_SEEN)
    while left > 0:
        order = draw.permutation(pairs)[:left]
        left -= len(order)
        yield from (order[first : first + BATCH] for first in range(0, max(len(order) - BATCH // 2, 1), BATCH))


def _train(listed: Listed, x: Floats, maps: Towers) -> None:
    """Train the maps in place, on what firms list beside each of their products."""
    matrix = listed.matrix
    firms = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    makers = np.bincount(matrix.indices, minlength=matrix.shape[1])
    chosen = (makers[matrix.indices] <= MOST_MAKERS) & (np.diff(matrix.indptr)[firms] > 1)
    firms, names, weights = firms[chosen], matrix.indices[chosen], matrix.data[chosen]
    totals = np.asarray(matrix @ x, np.float32)
    arrays = [maps.need, maps.firm, maps.industry_vectors]
    starts = [array.copy() for array in arrays]
    batches = list(_batches(len(firms)))
    adam = _Adam(arrays, len(batches))
    columns = matrix.tocsc()
    for batch in batches:
        firm, name = firms[batch], names[batch]
        others = _unit(totals[firm] - weights[batch][:, None] * x[name])
        inside = listed.in_industry[firm]
        needs, sides = x[name] @ maps.need.T, others @ maps.firm.T + inside @ maps.industry_vectors
        need_slopes, side_slopes = _slopes(needs, sides, _also_true(firm, name, columns))
        slopes = [need_slopes.T @ x[name], side_slopes.T @ others, inside.T @ side_slopes]
        pulls = (PULL, PULL, INDUSTRY_PULL)
        adam.step([s + p * (a - b) for s, p, a, b in zip(slopes, pulls, arrays, starts, strict=True)])


def _also_true(firm: NDArray[Any], name: NDArray[Any], columns: Any) -> NDArray[np.bool_]:
    """Whether the firm of a column lists the name of a row, or is its firm: such a pair is no counterexample."""
    lists = columns[:, name].tocsr()[firm].T.toarray() > 0
    found = np.asarray(lists | (firm[:, None] == firm[None, :]), bool)
    np.fill_diagonal(found, False)
    return found


def _slopes(needs: Floats, sides: Floats, left_out: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Slopes of the mean softmax loss of the diagonal, for both sides before they are given unit length."""
    count = len(needs)
    need_lengths, side_lengths = (
        np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float32) + np.float32(1e-6) for rows in (needs, sides)
    )
    need, side = needs / need_lengths, sides / side_lengths
    logits = need @ side.T / np.float32(HEAT)
    logits[left_out] = -np.inf
    share = np.exp(logits - logits.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    share[np.arange(count), np.arange(count)] -= 1
    share /= np.float32(count * HEAT)
    to_need, to_side = share @ side, share.T @ need
    return (
        (to_need - (to_need * need).sum(axis=1, keepdims=True) * need) / need_lengths,
        (to_side - (to_side * side).sum(axis=1, keepdims=True) * side) / side_lengths,
    )

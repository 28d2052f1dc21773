"""Learn the weights of the classifier: multinomial logistic regression on a few hundred named items.

The word lists were written by people who had read the items to learn from, so plain cross validation flatters. The
second figure, `held back`, treats every listed word that only the tested items use as unknown: it is a lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from nlp.foundation.classify import Weights
from nlp.foundation.features import BUCKETS, Row, characters, vector, word_size, words
from nlp.foundation.words import Words, load_words, normal

Labels = NDArray[np.int64]

L2 = 1.0
HEADLESS = 0.25
"""Weight of each item's second copy, in which its head is unknown: new heads must not leave the model helpless."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Set:
    """Items to learn from; `vectors` are the model's rows, or None to learn without."""

    names: tuple[str, ...]
    labels: Labels
    vectors: Row | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Means over the repetitions of a cross validation."""

    accuracy: float
    macro_f1: float


def learn(data: Set, places: NDArray[np.int64] | None = None, known: Words | None = None) -> Weights:
    """Weights learnt from the items at `places` (all by default)."""
    known = known or load_words()
    places = np.arange(len(data.names)) if places is None else places
    mean = None if data.vectors is None else data.vectors[places].mean(axis=0)
    whole = np.array([_row(data, place, known, mean) for place in places])
    headless = np.array([_row(data, place, known, mean, with_head=False) for place in places])
    labels = data.labels[places]
    learnt = _fit(
        np.vstack([whole, headless]),
        np.concatenate([labels, labels]),
        np.concatenate([np.ones(len(places)), np.full(len(places), HEADLESS)]),
        len(known.labels),
    )
    size = word_size(len(known.labels))
    return Weights(
        learnt[:BUCKETS],
        learnt[BUCKETS : BUCKETS + size],
        learnt[BUCKETS + size],
        None if data.vectors is None else learnt[BUCKETS + size + 1 :],
        mean,
    )


def cross_validate(data: Set, held_back: bool, repeats: int = 3) -> Measure:
    """Stratified cross validation by item; `held_back` hides listed words that no training item uses."""
    known = load_words()
    found = []
    for seed in range(repeats):
        folds = _folds(data.labels, seed)
        guess = np.zeros(len(data.names), np.int64)
        for fold in range(FOLDS):
            train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            weights = learn(data, train, known)
            seen = _seen(known, data.names, train) if held_back else known
            rows = np.array([_row(data, place, seen, weights.mean) for place in test])
            guess[test] = (rows @ _stacked(weights)).argmax(axis=1)
        found.append((float((guess == data.labels).mean()), _macro_f1(guess, data.labels)))
    accuracy, macro = np.array(found).mean(axis=0)
    return Measure(round(float(accuracy), 4), round(float(macro), 4))


def _row(data: Set, place: int | np.int64, known: Words, mean: Row | None, with_head: bool = True) -> Row:
    name = data.names[place]
    blocks = [characters(name), words(name, known, with_head), np.ones(1, np.float32)]
    if data.vectors is not None and mean is not None:
        blocks.append(vector(data.vectors[place], mean))
    return np.concatenate(blocks)


def _stacked(weights: Weights) -> Row:
    blocks = [weights.characters, weights.words, weights.bias[None, :]]
    return np.vstack(blocks if weights.vectors is None else [*blocks, weights.vectors])


def _fit(rows: Row, labels: Labels, weight: NDArray[np.float64], classes: int) -> Row:
    # fewer rows than features: the solution lies in the span of the rows, so it is sought there
    _, sizes, basis = np.linalg.svd(rows, full_matrices=False)
    basis = basis[sizes > 1e-5]
    inner = rows @ basis.T
    wanted = np.eye(classes)[labels]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        matrix = flat.reshape(-1, classes)
        logits = inner @ matrix
        logits = logits - logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        shares = odds / odds.sum(axis=1, keepdims=True)
        value = -(weight * np.log(shares[np.arange(len(labels)), labels] + 1e-12)).sum() + L2 / 2 * (matrix**2).sum()
        slope = inner.T @ ((shares - wanted) * weight[:, None]) + L2 * matrix
        return float(value), slope.ravel()

    start = np.zeros(basis.shape[0] * classes)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return np.asarray(basis.T @ best.x.reshape(-1, classes), np.float32)


def _folds(labels: Labels, seed: int) -> Labels:
    chance = np.random.default_rng(seed)
    folds = np.zeros(len(labels), np.int64)
    for each in np.unique(labels):
        members = np.flatnonzero(labels == each)
        chance.shuffle(members)
        folds[members] = np.arange(len(members)) % FOLDS
    return folds


def _seen(known: Words, names: Sequence[str], train: NDArray[np.int64]) -> Words:
    heads = [known.head(name) for name in names]
    hidden = set(heads) - {heads[place] for place in train}
    all_text = "|".join(map(normal, names))
    train_text = "|".join(normal(names[place]) for place in train)
    return replace(
        known,
        heads={word: classes for word, classes in known.heads.items() if word not in hidden},
        signs={word: c for word, c in known.signs.items() if word not in all_text or word in train_text},
    )


def _macro_f1(guess: Labels, labels: Labels) -> float:
    parts = []
    for each in np.unique(labels):
        right = ((guess == each) & (labels == each)).sum()
        parts.append(2 * right / max(1, (guess == each).sum() + (labels == each).sum()))
    return float(np.mean(parts))

"""Learn the weights of the classifier: regularised least squares on a few hundred named items and the listed words.

Listed words of one class are taught as items too, at less weight: so the vectors learn from every word of the lists,
not from those alone that stand in an item. The word lists were written by people who had read the items to learn from,
so plain cross validation flatters. The second figure, `held back`, treats every listed word that only the tested items
use as unknown, and teaches none of these: it is a lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve

from nlp.foundation.classify import Embed, Weights
from nlp.foundation.features import BUCKETS, LAST, WHOLE, Row, characters, last_words, vectors, word_size, words
from nlp.foundation.words import Words, load_words, normal

Labels = NDArray[np.int64]

RIDGE = 15.0
HEADLESS = 0.25
"""Weight of each item's second copy, in which its head is unknown: new heads must not leave the model helpless."""
LISTED = 0.6
"""Weight of a listed word as an item."""
SHARPNESS = 3.5
"""What the scores of least squares are multiplied by, so that their shares are as sure as they are right."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Set:
    """Items to learn from; `whole` and `last` are the model's vectors of the names and of their last words, or None."""

    names: tuple[str, ...]
    labels: Labels
    whole: Row | None = None
    last: Row | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Means over the repetitions of a cross validation."""

    accuracy: float
    macro_f1: float


def set_of(names: Sequence[str], labels: Labels, embed: Embed | None) -> Set:
    """Items with their vectors, or without where there is no model."""
    if embed is None:
        return Set(tuple(names), labels)
    return Set(tuple(names), labels, embed(names), embed([last_words(name) for name in names]))


def listed(embed: Embed | None) -> Set:
    """The listed heads of one class, from two signs on, as items."""
    single = {word: classes[0] for word, classes in load_words().heads.items() if len(classes) == 1 and len(word) > 1}
    return set_of(list(single), np.array(list(single.values())), embed)


def learn(
    data: Set, places: NDArray[np.int64] | None = None, known: Words | None = None, taught: Set | None = None
) -> Weights:
    """Weights learnt from the items at `places` (all by default) and from the words of `taught` that are known."""
    known = known or load_words()
    places = np.arange(len(data.names)) if places is None else places
    means = _means(data, places)
    parts = [
        (_rows(data, places, known, means), data.labels[places], 1.0),
        (_rows(data, places, known, means, with_head=False), data.labels[places], HEADLESS),
    ]
    if taught is not None:
        own = np.array([place for place, word in enumerate(taught.names) if word in known.heads])
        parts.append((_rows(taught, own, None, means), taught.labels[own], LISTED))
    learnt = _fit(
        np.vstack([rows for rows, _, _ in parts]),
        np.concatenate([labels for _, labels, _ in parts]),
        np.concatenate([np.full(len(labels), weight) for _, labels, weight in parts]),
        len(known.labels),
    )
    size = BUCKETS + word_size(len(known.labels))
    weights = Weights(learnt[:BUCKETS], learnt[BUCKETS:size], learnt[size])
    if means is None:
        return weights
    whole, last = np.split(learnt[size + 1 :], [len(means[0])])
    return replace(weights, whole=whole, whole_mean=means[0], last=last, last_mean=means[1])


def cross_validate(data: Set, held_back: bool, repeats: int = 3, taught: Set | None = None) -> Measure:
    """Stratified cross validation by item; `held_back` hides listed words that no training item uses."""
    known = load_words()
    found = []
    for seed in range(repeats):
        folds = _folds(data.labels, seed)
        guess = np.zeros(len(data.names), np.int64)
        for fold in range(FOLDS):
            train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            seen = _seen(known, data.names, train) if held_back else known
            weights = learn(data, train, seen, taught)
            rows = _rows(data, test, seen, _means(data, train))
            guess[test] = (rows @ _stacked(weights)).argmax(axis=1)
        found.append((float((guess == data.labels).mean()), _macro_f1(guess, data.labels)))
    accuracy, macro = np.array(found).mean(axis=0)
    return Measure(round(float(accuracy), 4), round(float(macro), 4))


Means = tuple[Row, Row]


def _means(data: Set, places: NDArray[np.int64]) -> Means | None:
    if data.whole is None or data.last is None:
        return None
    return data.whole[places].mean(axis=0), data.last[places].mean(axis=0)


def _rows(
    data: Set, places: NDArray[np.int64], known: Words | None, means: Means | None, with_head: bool = True
) -> Row:
    """Features of items; without `known` as if no word in them were listed."""
    names = [data.names[place] for place in places]
    classes = len(load_words().labels)
    blocks = [
        np.array([characters(name) for name in names]),
        np.zeros((len(names), word_size(classes)), np.float32)
        if known is None
        else np.array([words(name, known, with_head) for name in names]),
        np.ones((len(names), 1), np.float32),
    ]
    if means is not None and data.whole is not None and data.last is not None:
        blocks += [vectors(data.whole[places], means[0], WHOLE), vectors(data.last[places], means[1], LAST)]
    return np.hstack(blocks)


def _stacked(weights: Weights) -> Row:
    blocks = [weights.characters, weights.words, weights.bias[None, :]]
    return np.vstack(
        blocks if weights.whole is None or weights.last is None else [*blocks, weights.whole, weights.last]
    )


def _fit(rows: Row, labels: Labels, weight: NDArray[np.float64], classes: int) -> Row:
    """Weighted ridge regression on ±1 for each class, solved in the span of the rows: they are fewer than features."""
    gram = rows.astype(np.float64) @ rows.T
    inner = solve(gram + np.diag(RIDGE / weight), 2 * np.eye(classes)[labels] - 1, assume_a="pos")
    return np.asarray(SHARPNESS * (rows.T @ inner), np.float32)


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

"""The class of the industrial foundation that a product or an item belongs to, with scores and a readable reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from nlp.foundation.features import LAST, WHOLE, Row, characters, last_words, vectors, words
from nlp.foundation.scheme import LEARNT, scheme
from nlp.foundation.words import load_words

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors of the fetched model, float32 [len(texts), 512], rows of unit length."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What training found: [features, classes], and the mean vectors of the training items.

    Those of vectors, of whole names and of their last words, only in the weights learnt with vectors.
    """

    characters: Row
    words: Row
    bias: Row
    whole: Row | None = None
    whole_mean: Row | None = None
    last: Row | None = None
    last_mean: Row | None = None


@dataclass(frozen=True, slots=True)
class Classified:
    """`category` is None where the scheme has no place for the class; `scores` add to 1."""

    category: str | None
    scores: dict[str, float]
    reason: str


class Classifier:
    """Classifies names under a scheme. Without `embed` by words and characters alone, a little less well."""

    def __init__(self, scheme_id: str = LEARNT, embed: Embed | None = None) -> None:
        """Raises UnknownSchemeError."""
        self._scheme = scheme(scheme_id)
        self._embed = embed
        self._weights = load_weights("vectors" if embed else "plain")
        self._words = load_words()

    def classify(self, names: Sequence[str]) -> list[Classified]:
        """Classes of many names, in order."""
        if not names:
            return []
        known, weights = self._words, self._weights
        logits = (
            np.array([characters(name) for name in names]) @ weights.characters
            + np.array([words(name, known) for name in names]) @ weights.words
            + weights.bias
        )
        for matrix, mean, length, texts in (
            (weights.whole, weights.whole_mean, WHOLE, names),
            (weights.last, weights.last_mean, LAST, list(map(last_words, names))),
        ):
            if self._embed is not None and matrix is not None and mean is not None:
                logits = logits + vectors(self._embed(texts), mean, length) @ matrix
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = odds / odds.sum(axis=1, keepdims=True)
        return [self._one(name, share) for name, share in zip(names, shares, strict=True)]

    def _one(self, name: str, share: Row) -> Classified:
        learnt = dict(zip(self._words.labels, map(float, share), strict=True))
        best = max(learnt, key=lambda label: learnt[label])
        scores = _rounded(self._scheme.scores(learnt, name))
        reason = self._reason(name, best)
        if not self._scheme.has(best):
            return Classified(None, scores, f"{reason}；{self._scheme.title}没有“{best}”一类")
        # of the classes that the best learnt class became here the one with the larger share
        own = [each.name for each in self._scheme.classes if each.source == best]
        return Classified(max(own, key=lambda label: scores[label]), scores, self._divided(name, reason, own, scores))

    def _reason(self, name: str, best: str) -> str:
        place = self._words.labels.index(best)
        said = []
        head = self._words.head(name)
        if head is not None and place in self._words.heads[head]:
            said.append(f"以“{head}”结尾")
        signs = [sign for sign, classes in self._words.in_name(name).items() if place in classes and sign != head]
        longest = sorted(signs, key=len, reverse=True)[:3]
        if longest:
            said.append("含有" + "".join(f"“{sign}”" for sign in longest))
        if said:
            return "，".join(said) + f"：{best}常用的词"
        if head is not None:
            others = "、".join(self._words.labels[each] for each in self._words.heads[head])
            return f"“{head}”常用于{others}，但用字和词义与{best}更近"
        return f"没有收录的词，按用字和词义与{best}最近"

    def _divided(self, name: str, reason: str, own: Sequence[str], scores: dict[str, float]) -> str:
        if len(own) < 2:
            return reason
        if len({scores[label] for label in own}) == 1:
            return f"{reason}；没有词能分清{'与'.join(own)}"
        return f"{reason}；再按词分出{max(own, key=scores.__getitem__)}"


@lru_cache(maxsize=2)
def load_weights(name: str) -> Weights:
    """The packaged weights: plain, or learnt with vectors."""
    with files("nlp.foundation").joinpath("weights", f"{name}.npz").open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        return Weights(**{key: arrays[key].astype(np.float32) for key in arrays.files})


def _rounded(scores: dict[str, float]) -> dict[str, float]:
    """Four places, still adding to 1: what rounding lost goes to the largest."""
    found = {name: round(value, 4) for name, value in scores.items()}
    largest = max(found, key=lambda name: found[name])
    found[largest] = round(found[largest] + 1 - sum(found.values()), 4)
    return found

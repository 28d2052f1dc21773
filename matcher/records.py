"""What a firm's record says beside its products: titles of patents, projects of contracts, business scope, processes.

A need finds firms by these texts as well, by characters and their pairs. What nobody has read is unknown: a field that
no firm has is not looked into, and a firm without one is neither found nor lost by it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.corpus import Corpus
from matcher.lexical import Lexical, flat_places
from matcher.strings import Strings, opened

FIELDS = ("patents", "contracts", "business_scope", "process")
"""Fields whose values are texts of what a firm does; numbers of patents and the like are none."""

MOST_HOLDERS = 300
"""A text that more firms have than this (a process that all know) tells none of them from the others."""

LEAST = 0.1
"""Least BM25 share of a text that counts: with less it has a sign or two in common with the need."""

_OWN = ("starts", "firms")


@dataclass(frozen=True)
class Records:
    """Distinct texts, and the rows of the firms that have text t: firms[starts[t]:starts[t + 1]]."""

    texts: Strings
    starts: NDArray[np.int64]
    firms: NDArray[np.int32]
    lexical: Lexical

    @classmethod
    def of(cls, corpus: Corpus, before: Records | None = None) -> Records:
        """The records of a corpus; texts that `before` has too are not cut into characters again."""
        holders: dict[str, list[int]] = {}
        for held in filter(None, map(corpus.held, FIELDS)):
            for row, items in zip(held.rows.tolist(), held.items_of, strict=True):
                for value, _ in json.loads(items):
                    holders.setdefault(_text(value), []).append(row)
        holders.pop("", None)
        names = sorted(holders)
        rows = [sorted(set(holders[name])) for name in names]
        starts = np.concatenate([[0], np.cumsum([len(found) for found in rows])]).astype(np.int64)
        firms = np.fromiter((row for found in rows for row in found), np.int32, int(starts[-1]))
        return cls(Strings.of(names), starts, firms, _lexical(names, before))

    def nearest(self, terms: Sequence[str], count: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int32]:
        """Rows of firms that have one of the `count` texts nearest to each of the terms, ascending.

        Of the `allowed` firms (by row) alone, where it is given.
        """
        held = np.diff(self.starts)
        telling = (held > 0) & (held <= MOST_HOLDERS)
        if allowed is not None and len(self.firms):
            telling &= np.logical_or.reduceat(allowed[self.firms], self.starts[:-1])
        found = [np.zeros(0, np.int64)]
        for term in terms if telling.any() else ():
            rows, shares = self.lexical.best(term, count, telling)
            found.append(rows[shares >= LEAST])
        firms = np.unique(self.firms[flat_places(self.starts, np.unique(np.concatenate(found)))])
        return firms if allowed is None else firms[allowed[firms]]

    def save(self, folder: Path) -> None:
        """Write into a folder of its own."""
        folder.mkdir(exist_ok=True)
        self.texts.save(folder, "texts")
        for name in _OWN:
            np.save(folder / f"{name}.npy", getattr(self, name))
        self.lexical.save(folder)

    @classmethod
    def open(cls, folder: Path) -> Records:
        """Map what `save` wrote."""
        texts = Strings.open(folder, "texts")
        starts, firms = (opened(folder / f"{name}.npy") for name in _OWN)
        return cls(texts, starts, firms, Lexical.open(folder, len(texts)))


def _text(value: Any) -> str:
    """The text that a value of a field says, without blanks around it; empty for a number or a count."""
    if isinstance(value, str) and not value.strip().isdigit():
        return value.strip()
    return ""


def _lexical(names: list[str], before: Records | None) -> Lexical:
    if before is None:
        return Lexical.build(names)
    places = {text: place for place, text in enumerate(before.texts)}
    return before.lexical.changed(np.array([places.get(name, -1) for name in names], np.int32), names)

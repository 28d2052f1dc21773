"""The slice of a corpus that a ranking of some firms is computed from again: the firms as they stood, and counts.

Not all of a firm's features are its own. BM25 shares rest on how often a character occurs in the whole corpus: these
counts, of the characters in question, are part of the slice. Cosines rest on the model alone, so they are computed
again where it is at hand. What rests on the other firms (its industry's, the makers it is like, the towers, earlier
awards, product relations) is not: such values are read, and it is said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import Scene
from matcher.corpus import Corpus
from matcher.embed import Embedder, Vectors
from matcher.errors import BadCorpusError
from matcher.features.registry import FEATURES
from matcher.features.requirement import read_text
from matcher.firm import Firm, firm_from_json
from matcher.index import Index, query_vectors
from matcher.lexical import K1, B, Lexical, grams
from matcher.query import Query
from matcher.rank import Ranking

COUNTED = ("listed", "characters", "description", "covered")
"""Features that rest on the counts of characters in the corpus' product names."""

EMBEDDED = ("nearest_product", "all_products", "core", "text", "sentence")
"""Features that rest on the embedding model."""

TOLERANCE = 1e-4
"""Difference of a value that another order of adding up may make (32-bit numbers)."""

_PAIR = 21


@dataclass(frozen=True, slots=True)
class Slice:
    """Some firms of a corpus of a day. `names` is how many distinct product names the corpus has, `length` their mean
    number of characters and pairs, `counts` in how many of them each occurs; `exact`: the corpus was compared whole.
    """

    firms: tuple[Firm, ...]
    as_of: date
    names: int
    length: float
    counts: Mapping[str, int]
    model: str
    exact: bool

    @classmethod
    def of(cls, ranking: Ranking, firms: Sequence[Firm], model: str) -> Slice:
        """The slice that these firms of a ranking are computed from; `model` is the embedder's name."""
        corpus, lexical, query = ranking.scene.corpus, ranking.scene.index.lexical, ranking.scene.query
        texts = {product.name for firm in firms for product in firm.products} | set(query.terms) | {query.whole}
        codes = np.array(sorted({code for text in texts for code in grams(text)}), np.int64)
        at = np.minimum(np.searchsorted(lexical.grams, codes), max(len(lexical.grams) - 1, 0))
        known = lexical.grams[at] == codes if len(lexical.grams) else np.zeros(len(codes), bool)
        held = (lexical.starts[at + 1] - lexical.starts[at])[known] if len(lexical.grams) else np.zeros(0, np.int64)
        counts = {_signs(code): int(count) for code, count in zip(codes[known].tolist(), held.tolist(), strict=True)}
        length = float(lexical.lengths.astype(np.float32).mean()) if lexical.size else 1.0
        ordered = tuple(sorted(firms, key=lambda firm: firm.id))
        return cls(ordered, corpus.as_of, lexical.size, length, counts, model, ranking.scene.index.exact)

    def to_json(self) -> dict[str, Any]:
        """As it is written in a frozen list."""
        return {
            "as_of": self.as_of.isoformat(),
            "names": self.names,
            "length": self.length,
            "counts": dict(self.counts),
            "model": self.model,
            "exact": self.exact,
            "firms": [firm.to_json() for firm in self.firms],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Slice:
        """Read a slice. Raises BadCorpusError (MA002) where it is none."""
        try:
            return cls(
                tuple(map(firm_from_json, value["firms"])),
                date.fromisoformat(value["as_of"]),
                int(value["names"]),
                float(value["length"]),
                {str(signs): int(count) for signs, count in value["counts"].items()},
                str(value["model"]),
                bool(value["exact"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadCorpusError(f"not a slice of a corpus: {error}", hint="export the list again") from error

    def scene(self, query: Query, embedder: Embedder | None) -> Scene:
        """The scene of a need (under its other names too) and the firms of the slice, ascending by id."""
        corpus = Corpus.build(self.firms, as_of=self.as_of)
        model = embedder or _Nothing()
        index = Index.of(corpus, model)
        index.lexical = self._weighed(index.lexical, query)
        vectors = query_vectors(model, query.terms, query.whole)
        scene = Scene(query, vectors, index, np.arange(len(corpus), dtype=np.int32))
        read_text(scene, model.embed)
        return scene

    def again(self, embedder: Embedder | None) -> tuple[str, ...]:
        """The features whose values are computed from the slice alone (and the model, where it is the list's)."""
        own = [name for name, feature in FEATURES.items() if feature.own]
        modelled = EMBEDDED if self.exact and embedder is not None and embedder.name == self.model else ()
        return (*COUNTED, *modelled, *own)

    def values(self, query: Query, embedder: Embedder | None) -> dict[str, NDArray[np.float64]]:
        """By feature of `again` its value for each firm of the slice, ascending by id; NaN: nothing is known."""
        names = self.again(embedder)
        scene = self.scene(query, embedder if any(name in EMBEDDED for name in names) else None)
        return {name: np.asarray(FEATURES[name].values(scene), np.float64) for name in names}

    def _weighed(self, lexical: Lexical, query: Query) -> Lexical:
        """The postings of the slice's names, weighed by the counts of the whole corpus."""
        known = {_code(signs): count for signs, count in self.counts.items()}
        asked = {code for text in (*query.terms, query.whole) for code in grams(text)}
        wanted = np.array(sorted({*lexical.grams.tolist(), *(asked & known.keys())}), np.int64)
        moved = np.searchsorted(wanted, lexical.grams)
        held = np.zeros(len(wanted), np.int64)
        held[moved] = np.diff(lexical.starts)
        starts = np.concatenate([[0], np.cumsum(held)]).astype(np.int64)
        holding = np.array([known.get(code, 0) for code in wanted.tolist()], np.int64)
        idf = np.log(1 + (self.names - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        norms = np.asarray(K1 * (1 - B + B * lexical.lengths.astype(np.float32) / max(self.length, 1e-9)), np.float32)
        times = np.zeros(len(lexical.texts), np.int64)
        of_text = np.repeat(np.arange(lexical.size), np.diff(lexical.own_starts))
        order = np.lexsort((of_text, lexical.own_grams))  # by gram, then by text: the order of the postings
        times[:] = lexical.counts[order]
        of_gram = np.repeat(idf, held)
        weights = np.asarray(times * (K1 + 1) / (times + norms[lexical.texts]) * of_gram, np.float32)
        own = moved.astype(np.int32)[lexical.own_grams] if len(lexical.grams) else lexical.own_grams
        return replace(lexical, grams=wanted, own_grams=own, starts=starts, weights=weights, idf=idf)


def same(one: float | None, other: float | None) -> bool:
    """Whether two values of a feature are the same, unknown being none."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= TOLERANCE


class _Nothing:
    """Stands where no model is at hand: nothing that it gives is read."""

    name, size = "none", 1

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Zeros."""
        return np.zeros((len(texts), self.size), np.float32)


def _signs(code: int) -> str:
    return chr(code) if code >> _PAIR == 0 else chr(code >> _PAIR) + chr(code & ((1 << _PAIR) - 1))


def _code(signs: str) -> int:
    return ord(signs) if len(signs) == 1 else (ord(signs[0]) << _PAIR) | ord(signs[1])

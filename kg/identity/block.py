"""Which firms of many are worth comparing with a name: those that share its rarest signs and pairs of signs.

Texts are vectors over signs and pairs of neighbouring signs, weighted by rarity (TF-IDF) and of length one; near is
what has the largest product. Signs and pairs that a twelfth of all firms have tell nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

_PAIR = 1 << 21
"""Room for one sign: a pair is first * _PAIR + second, a sign alone itself."""
_SIGN_WEIGHT = 0.5
_COMMON_SHARE, _COMMON_LEAST = 12, 200
_STEP = 512
"""So many texts are looked up at once."""

Ints = NDArray[np.int64]


class GramIndex:
    """Finds the keys (0 and up) whose texts are nearest to a text. A key may have several texts."""

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        held = list(texts)
        self._keys = np.array([key for key, _ in held], np.int64)
        rows, found = grams([text for _, text in held])
        self._known, ids, counts = np.unique(found, return_inverse=True, return_counts=True)
        self._weight = np.log1p(len(held) / np.maximum(1, counts))
        self._weight[counts > max(_COMMON_LEAST, len(held) // _COMMON_SHARE)] = 0
        self._weight[self._known < _PAIR] *= _SIGN_WEIGHT
        self._texts = self._matrix(rows, ids, len(held)).T.tocsr()

    def near(self, texts: Sequence[str], count: int) -> list[list[tuple[int, float]]]:
        """At most `count` keys for each text with their likeness (0 to 1), the nearest first, equal ones in order."""
        result: list[list[tuple[int, float]]] = []
        for first in range(0, len(texts), _STEP):
            part = texts[first : first + _STEP]
            rows, found = grams(part)
            ids = np.searchsorted(self._known, found)
            ids[ids == len(self._known)] = 0
            known = self._known[ids] == found if len(self._known) else np.zeros(0, bool)
            product = self._matrix(rows[known], ids[known], len(part)) @ self._texts
            ends = product.indptr
            for row in range(len(part)):
                cut = slice(ends[row], ends[row + 1])
                result.append(self._best(product.indices[cut], product.data[cut], count))
        return result

    def _best(self, places: NDArray[np.int32], scores: NDArray[np.float64], count: int) -> list[tuple[int, float]]:
        most = 3 * count  # a key can stand here by several texts
        if len(scores) > most:
            kept = np.flatnonzero(scores >= np.partition(scores, -most)[-most])
            places, scores = places[kept], scores[kept]
        best: dict[int, float] = {}
        keys = self._keys[places]
        for at in np.lexsort((keys, -scores.round(6))):
            if len(best) == count:
                break
            best.setdefault(int(keys[at]), float(scores[at]))
        return list(best.items())

    def _matrix(self, rows: Ints, ids: Ints, count: int) -> csr_matrix:
        values = self._weight[ids]
        length = np.sqrt(np.bincount(rows, values**2, count))
        values = values / np.maximum(length[rows], 1e-9)
        used = values > 0
        return csr_matrix((values[used], (rows[used], ids[used])), shape=(count, len(self._known)))


def grams(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """The signs and pairs of neighbouring signs of texts, each once a text: number of the text, and the gram."""
    joined = "\0".join(texts) + "\0"
    signs = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    owner = np.cumsum(signs == 0) - (signs == 0)
    single = np.flatnonzero(signs != 0)
    double = np.flatnonzero((signs[:-1] != 0) & (signs[1:] != 0))
    rows = np.concatenate((owner[single], owner[double]))
    found = np.concatenate((signs[single], signs[double] * _PAIR + signs[double + 1]))
    order = np.lexsort((found, rows))
    rows, found = rows[order], found[order]
    fresh = np.ones(len(rows), bool)
    fresh[1:] = (rows[1:] != rows[:-1]) | (found[1:] != found[:-1])
    return rows[fresh], found[fresh]


def sign_pairs(text: str) -> list[str]:
    """The pairs of neighbouring signs of a text, each once."""
    return list(dict.fromkeys(text[at : at + 2] for at in range(len(text) - 1)))

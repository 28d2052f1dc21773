"""Many descriptions of firms (a million) taken together at once: blocks, scores and clusters on whole columns.

Two descriptions are compared when they share a key: the credit code, the name without place or legal form, the same
with any one sign left out, an alias, a rare brand. A pair that names alone make one is joined, the surest first, unless
two credit codes, two branches or places that exclude one another would come together.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from kg.identity.compare import SAME
from kg.identity.firm import Firm, alias_key, places_agree, region_code
from kg.identity.score import NameScore, name_score
from kg.values import credit_code
from kg.values.name import NameParts, split_name, written_names

_BLOCK = 24
"""A key that more descriptions share tells too little to compare them all."""
_ALIKE = 0.6
"""Cores less alike than this are not scored, unless the one is a short name."""
_STEP = 100_000
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Side:
    """What is kept of one description."""

    name: NameParts
    code: str | None
    places: frozenset[str]


def clusters(firms: Iterable[Firm], score: NameScore | None = None) -> Ints:
    """The number of the cluster of each description, int64 [firms]: the place of the cluster's first one."""
    sides: list[_Side] = []
    keys, owners = _gathered(firms, sides)
    pairs = _blocked(keys, owners)
    joined = _Joined(sides)
    codes: dict[str, int] = {}
    for at, side in enumerate(sides):
        if side.code:
            joined.join(codes.setdefault(side.code, at), at)
    sure, one, other = _scored(sides, pairs, score or name_score())
    for at in np.lexsort((other, one, -sure)):
        joined.join(int(one[at]), int(other[at]))
    return joined.roots()


def _gathered(firms: Iterable[Firm], sides: list[_Side]) -> tuple[Ints, Ints]:
    """Hashed keys of all descriptions with the number of their description; fills `sides`."""
    keys: list[int] = []
    owners: list[int] = []
    shared: dict[str, str] = {}
    for at, firm in enumerate(firms):
        name = split_name(written_names(firm.name)[0])
        places = frozenset(code for code in (name.place_code, region_code(firm.region)) if code)
        code = credit_code.normalise(firm.key) if firm.key else None
        sides.append(_Side(_interned(name, shared), code, places))
        found = {zlib.crc32(key.encode("utf-8", "surrogatepass")) for key in _keys(firm, name)}
        keys += found
        owners += [at] * len(found)
    return np.array(keys, np.int64), np.array(owners, np.int64)


def _keys(firm: Firm, name: NameParts) -> Iterator[str]:
    yield name.rest
    yield f"core {name.core}"
    yield f"brand {name.brand}"
    if len(name.rest) > 3:
        for at in range(len(name.rest)):
            yield f"without {name.rest[:at]}{name.rest[at + 1 :]}"
    for text in (*written_names(firm.name)[1:], *firm.former):
        yield split_name(text).rest
    for alias in firm.aliases:
        yield f"alias {alias_key(alias)}"
    if not name.form:
        yield f"alias {alias_key(firm.name)}"


def _interned(name: NameParts, shared: dict[str, str]) -> NameParts:
    """The name with its often repeated parts held once."""
    for part in ("place", "brand", "trade", "form"):
        text = getattr(name, part)
        object.__setattr__(name, part, shared.setdefault(text, text))
    return name


def _blocked(keys: Ints, owners: Ints) -> Ints:
    """Pairs of descriptions that share a key, each once, int64 [pairs, 2], the first number the smaller."""
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[starts, len(keys)])
    held = []
    for size in range(2, _BLOCK + 1):
        block = starts[sizes == size]
        if len(block):
            rows, columns = np.triu_indices(size, 1)
            held.append(_packed(owners[block[:, None] + rows].ravel(), owners[block[:, None] + columns].ravel()))
    packed = np.unique(np.concatenate(held)) if held else np.zeros(0, np.int64)
    return np.stack((packed >> 32, packed & 0xFFFFFFFF), axis=1)


def _packed(one: Ints, other: Ints) -> Ints:
    packed: Ints = np.unique((np.minimum(one, other) << 32) | np.maximum(one, other))
    return packed


def _scored(sides: Sequence[_Side], pairs: Ints, score: NameScore) -> tuple[NDArray[np.float32], Ints, Ints]:
    """Pairs that are one firm: score (the surest 1), and both numbers."""
    sure: list[NDArray[np.float32]] = [np.zeros(0, np.float32)]
    kept: list[Ints] = [np.zeros((0, 2), np.int64)]
    for first in range(0, len(pairs), _STEP):
        part = _worth(sides, pairs[first : first + _STEP])
        ones, others = ([sides[at] for at in part[:, side].tolist()] for side in (0, 1))
        agree = [places_agree(one.places, other.places) for one, other in zip(ones, others, strict=True)]
        told = score.pairs([one.name for one in ones], [other.name for other in others], agree)
        values = np.array([value for value, _ in told], np.float32)
        equal = [one.name.bare == other.name.bare for one, other in zip(ones, others, strict=True)]
        values = np.where(equal, np.where(agree, np.float32(1), np.float32(0)), np.minimum(values, np.float32(0.96)))
        same = values >= SAME
        sure.append(values[same])
        kept.append(part[same])
    both = np.concatenate(kept)
    return np.concatenate(sure), both[:, 0], both[:, 1]


def _worth(sides: Sequence[_Side], pairs: Ints) -> Ints:
    """Pairs that are worth a score: no two codes, no two units, and alike, or one of them a short name."""
    ones, others = ([sides[at] for at in pairs[:, side].tolist()] for side in (0, 1))
    likeness = cpdist(
        [one.name.rest for one in ones],
        [other.name.rest for other in others],
        scorer=Indel.normalized_similarity,
        dtype=np.float32,
    )
    worth = [
        not (one.code and other.code)
        and (one.name.unit == other.name.unit or not one.name.unit or not other.name.unit)
        and (one.name.unit != "branch" or one.name.bare == other.name.bare)
        for one, other in zip(ones, others, strict=True)
    ]
    short = [not (one.name.form and other.name.form) for one, other in zip(ones, others, strict=True)]
    kept: Ints = pairs[np.array(worth, bool) & ((likeness >= _ALIKE) | np.array(short, bool))]
    return kept


class _Joined:
    """Descriptions that are known to be one, with what must not come together."""

    def __init__(self, sides: Sequence[_Side]) -> None:
        self._root = list(range(len(sides)))
        self._codes = [side.code for side in sides]
        self._places = [side.places for side in sides]

    def find(self, at: int) -> int:
        root = self._root
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.find(one), self.find(other)))
        codes = self._codes[one], self._codes[other]
        if one == other or (all(codes) and codes[0] != codes[1]):
            return
        if not places_agree(self._places[one], self._places[other]) and codes[0] != codes[1]:
            return
        self._root[other] = one
        self._codes[one] = codes[0] or codes[1]
        self._places[one] |= self._places[other]

    def roots(self) -> Ints:
        return np.array([self.find(at) for at in range(len(self._root))], np.int64)

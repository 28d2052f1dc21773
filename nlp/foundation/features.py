"""An item's name as numbers: hashed character n-grams, counts of the words that speak for each class, and two vectors.

Vectors of the fetched model: of the whole name, and of its last two words, since what a thing is stands at its end.
Only hashes of characters are kept: from the weights no item can be read back.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
from numpy.typing import NDArray

from nlp.foundation.words import Words, core_of, normal, remarks_of

Row = NDArray[np.float32]

BUCKETS = 4096
"""Buckets of the hashed n-grams."""
_LONGEST = 4
_CHARACTERS, _ENDING = 3.0, 2.0
WHOLE, LAST = 4.0, 3.0
"""Lengths of the blocks: they set how much regularisation each bears (chosen by cross validation)."""
_HEAD, _JOINED, _REMARK, _SIGN = 2.0, 0.75, 0.75, 0.6


def word_size(classes: int) -> int:
    """How many numbers the block of words has: head, joined heads, remark, signs; and the head's length by class."""
    return classes * (4 + _LONGEST)


def characters(name: str) -> Row:
    """Hashed n-grams (1 to 4 signs) of the whole name and of its end, float32 [BUCKETS]."""
    text, core = f"^{normal(name)}$", core_of(name)
    grams = {text[i : i + size] for size in range(1, _LONGEST + 1) for i in range(len(text) - size + 1)}
    endings = {core[-size:] for size in range(1, _LONGEST + 1)}
    return _CHARACTERS * _hashed("g", grams) + _ENDING * _hashed("s", endings)


def words(name: str, known: Words, with_head: bool = True) -> Row:
    """What known words say of each class, float32 [word_size]. Without the head: as if it were not in the lists."""
    count = len(known.labels)
    row = np.zeros(word_size(count), np.float32)
    if with_head:
        _add_head(row, name, known)
    for classes in known.in_name(name).values():
        for each in classes:
            row[3 * count + each] += _SIGN
    row[3 * count : 4 * count] = np.minimum(row[3 * count : 4 * count], 3 * _SIGN)
    return row


def last_words(name: str) -> str:
    """The last two words of a name without its remarks: 高性能谐波减速器 → 谐波减速器."""
    import rjieba  # its dictionary is read at import: only where there is a model to use the words

    return "".join(rjieba.cut(core_of(name))[-2:])


def vectors(rows: Row, mean: Row, length: float) -> Row:
    """A model's vectors less the mean of the training items, each at the length of its block."""
    moved = rows - mean
    return np.asarray(length * moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), np.float32)


def _add_head(row: Row, name: str, known: Words) -> None:
    count = len(known.labels)
    head = known.head(name)
    if head is not None:
        for each in known.heads[head]:
            row[each] += _HEAD / len(known.heads[head]) ** 0.5
        row[4 * count + count * (min(len(head), _LONGEST) - 1) + known.heads[head][0]] = _JOINED
    for block, pieces in ((1, re.split("[、及与和/,]", core_of(name))[:-1]), (2, remarks_of(name))):
        for piece in pieces:
            other = known.head(piece)
            for each in known.heads[other] if other else ():
                row[block * count + each] = _JOINED if block == 1 else _REMARK


def _hashed(kind: str, grams: set[str]) -> Row:
    row = np.zeros(BUCKETS, np.float32)
    for gram in grams:
        row[zlib.crc32(f"{kind}{gram}".encode("utf-8", "surrogatepass")) % BUCKETS] += 1
    return row / max(float(np.linalg.norm(row)), 1e-6)

"""The signs of a text as numbers: hashes of the runs of signs around any place, by which the context models read.

`Signs` holds the text once; `around_places` and `around_spans` give, for each place or span, the numbers of its
features in a table of `2**BITS` weights. Digits count as one sign. What each feature looks at stands in
`PLACE_FEATURES` and `SPAN_FEATURES`. Linear in the number of places, whole arrays at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

BITS = 17
"""A context model has 2**BITS weights for each of its outputs."""
LONGEST_RUN = 6
_PAD = 24
"""Zeros on both sides of the text: further than any feature looks."""
_BAG = 12

Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]

_MIX = np.uint64(0x9E3779B97F4A7C15)
_SALT = np.uint64(0xD1B54A32D192ED03)
_OPEN, _CLOSE = "《“(", "》”)"
_SENTENCE = "。;\n"

PLACE_FEATURES = (
    *(f"the {n} signs before" for n in range(1, LONGEST_RUN + 1)),
    *(f"the {n} signs after" for n in range(1, LONGEST_RUN + 1)),
    *("1 before and 1 after", "2 before and 1 after", "1 before and 2 after", "2 before and 2 after", "3 and 3"),
    *(f"three signs {k} before" for k in range(1, _BAG)),
    *(f"three signs {k} after" for k in range(1, _BAG)),
    *("first two signs of the line", "first four", "last four of the line before", "first four of the sentence"),
    *("kind of document with 2 before", "kind with 2 after", "open quote or bracket with 1 before", "with 1 after"),
    *("last two signs of the column's head", "last four", "last four of the cell to the left", "part of the text"),
)
"""What a place is described by; the order is the order of the hashes' salts."""

SPAN_FEATURES = (
    *(f"the {n} signs before" for n in range(1, LONGEST_RUN + 1)),
    *(f"the {n} signs behind" for n in range(1, LONGEST_RUN + 1)),
    *("1 before and 1 behind", "2 and 2", "3 and 3", "1 and 3", "3 and 1"),
    *(f"three signs {k} before" for k in range(1, _BAG)),
    *(f"two signs {k} before" for k in range(1, _BAG)),
    *(f"three signs {k} behind" for k in range(1, _BAG)),
    *(f"two signs {k} behind" for k in range(1, _BAG)),
    *("first two signs of the line", "first four", "last four of the line before", "first four of the sentence"),
    *("kind of document with 2 before", "kind with 3 before", "kind with 2 behind", "kind with 3 behind"),
    *("sort of mention with 2 before", "sort with 2 behind", "sort and kind"),
    *("first two signs inside", "last two", "last three", "last four", "length and kind"),
    *("open quote or bracket with 1 before", "first three of the bracket behind"),
    *("last two signs of the column's head", "last four", "last four of the cell to the left", "part of the text"),
)
"""What a span is described by; `behind` is behind the brackets that follow it."""


class Signs:
    """One text, ready for hashing. `kind` is the number of the kind of document."""

    def __init__(self, text: str, kind: int = 0) -> None:
        self.text = text
        self.kind = kind
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
        self._size = len(codes)
        padded = np.zeros(self._size + 2 * _PAD, np.uint64)
        digits = (codes >= 48) & (codes <= 57)
        padded[_PAD : _PAD + self._size] = np.where(digits, 48, codes)
        self._runs = [padded]
        for n in range(1, LONGEST_RUN):
            shorter = self._runs[-1]
            self._runs.append(_mixed(shorter[: len(shorter) - 1]) + padded[n:])
        self._line, self._sentence = _starts(codes, "\n"), _starts(codes, _SENTENCE)
        self._quote = _open(codes)
        self._head, self._left = self._cells(codes)

    def around_places(self, places: Places) -> NDArray[np.int32]:
        """The features' numbers of places between signs (0 to the length), int32 [len(places), features]."""
        return _numbers(self._place(places), len(places), len(PLACE_FEATURES))

    def around_spans(self, starts: Places, ends: Places, behind: Places, sorts: Places) -> NDArray[np.int32]:
        """The features' numbers of spans, int32 [len(starts), features].

        `behind` is where the context to the right begins (past brackets), `sorts` numbers the sort of mention.
        """
        return _numbers(self._span(starts, ends, behind, sorts), len(starts), len(SPAN_FEATURES))

    def _run(self, n: int, at: Places) -> Numbers:
        """The hash of the `n` signs that begin at each place; signs outside the text are zeros."""
        return self._runs[n - 1][at + _PAD]

    def _of(self, values: Places, at: Places) -> Places:
        return values[np.minimum(at, self._size)]

    def _place(self, at: Places) -> Iterator[Numbers]:
        kind = np.uint64(self.kind + 1)
        before = [self._run(n, at - n) for n in range(1, LONGEST_RUN + 1)]
        after = [self._run(n, at) for n in range(1, LONGEST_RUN + 1)]
        yield from before
        yield from after
        for left, right in ((1, 1), (2, 1), (1, 2), (2, 2), (3, 3)):
            yield _mixed(before[left - 1]) + after[right - 1]
        for k in range(1, _BAG):
            yield _mixed(self._run(3, at - 3 - k)) + np.uint64(k > 5)
        for k in range(1, _BAG):
            yield _mixed(self._run(3, at + k)) + np.uint64(k > 5)
        yield from self._lines(at)
        yield _mixed(before[1]) + kind
        yield _mixed(after[1]) + kind
        quote = self._of(self._quote, at).astype(np.uint64)
        yield _mixed(before[0]) + quote
        yield _mixed(after[0]) + quote
        yield from self._table(at)

    def _span(self, start: Places, end: Places, behind: Places, sort: Places) -> Iterator[Numbers]:
        kind = np.uint64(self.kind + 1)
        sorts = sort.astype(np.uint64)
        before = [self._run(n, start - n) for n in range(1, LONGEST_RUN + 1)]
        after = [self._run(n, behind) for n in range(1, LONGEST_RUN + 1)]
        yield from before
        yield from after
        for left, right in ((1, 1), (2, 2), (3, 3), (1, 3), (3, 1)):
            yield _mixed(before[left - 1]) + after[right - 1]
        for side in (-1, 1):
            for n in (3, 2):
                for k in range(1, _BAG):
                    place = start - n - k if side < 0 else behind + k
                    yield _mixed(self._run(n, place)) + np.uint64(k > 5)
        yield from self._lines(start)
        yield _mixed(before[1]) + kind
        yield _mixed(before[2]) + kind
        yield _mixed(after[1]) + kind
        yield _mixed(after[2]) + kind
        yield _mixed(before[1]) + sorts
        yield _mixed(after[1]) + sorts
        yield _mixed(sorts) + kind
        yield self._run(2, start)
        for n in (2, 3, 4):
            yield self._run(n, np.maximum(start, end - n))
        yield _mixed(np.minimum(40, end - start).astype(np.uint64)) + kind
        yield _mixed(before[0]) + self._of(self._quote, start).astype(np.uint64)
        yield np.where(behind > end, self._run(3, end), np.uint64(0))
        yield from self._table(start)

    def _lines(self, at: Places) -> Iterator[Numbers]:
        line, sentence = self._of(self._line, at), self._of(self._sentence, at)
        near = (at - line < 4).astype(np.uint64)
        yield _mixed(self._run(2, line)) + near
        yield _mixed(self._run(4, line)) + near
        yield np.where(near > 0, self._run(4, line - 5), np.uint64(0))
        yield self._run(4, sentence)

    def _table(self, at: Places) -> Iterator[Numbers]:
        head, left = self._of(self._head, at), self._of(self._left, at)
        for n, place in ((2, head), (4, head), (4, left)):
            yield np.where(place > 0, self._run(n, place - n), np.uint64(0))
        part = (at * 8 // max(1, self._size)).astype(np.uint64)
        yield _mixed(part) + np.uint64(self.kind + 1)

    def _cells(self, codes: NDArray[np.int64]) -> tuple[Places, Places]:
        """For each place the end of its column's head and of the cell to its left; 0 where there is none."""
        head = np.zeros(self._size + 1, np.int64)
        left = np.zeros(self._size + 1, np.int64)
        if not (codes == 9).any():
            return head, left
        at, heads = 0, list[int]()
        for line in self.text.split("\n"):
            if "\t" not in line:
                heads = []
            else:
                ends: list[int] = []
                place = at
                for column, cell in enumerate(line.split("\t")):
                    end = place + len(cell)
                    if column < len(heads):
                        head[place : end + 1] = heads[column]
                    if ends:
                        left[place : end + 1] = ends[-1]
                    ends.append(end)
                    place = end + 1
                heads = heads or ends
            at += len(line) + 1
        return head, left


def _mixed(values: Numbers) -> Numbers:
    mixed: Numbers = (values + np.uint64(1)) * _MIX
    return mixed ^ (mixed >> np.uint64(29))


def _numbers(columns: Iterator[Numbers], rows: int, features: int) -> NDArray[np.int32]:
    result = np.empty((rows, features), np.int32)
    salts = np.arange(1, features + 1, dtype=np.uint64) * _SALT  # an array: wraps without a warning
    for column, values in enumerate(columns):
        salted = _mixed(values ^ salts[column]) * _MIX
        result[:, column] = (salted >> np.uint64(64 - BITS)).astype(np.int32)
    return result


def _starts(codes: NDArray[np.int64], marks: str) -> Places:
    """For each place the start of its line or sentence."""
    result = np.zeros(len(codes) + 1, np.int64)
    ends = np.flatnonzero(np.isin(codes, [ord(mark) for mark in marks])) + 1
    result[ends] = ends
    return np.maximum.accumulate(result)


def _open(codes: NDArray[np.int64]) -> Places:
    """For each place the quote or bracket that is open there (0: none), with a mark where it has just opened."""
    result = np.zeros(len(codes) + 1, np.int64)
    index = np.arange(1, len(codes) + 1)
    for number, (opening, closing) in enumerate(zip(_OPEN, _CLOSE, strict=True), 1):
        opened = np.maximum.accumulate(np.concatenate([[0], np.where(codes == ord(opening), index, 0)]))
        closed = np.maximum.accumulate(np.concatenate([[0], np.where(codes == ord(closing), index, 0)]))
        distance = np.arange(len(codes) + 1) - opened
        inside = (opened > closed) & (distance < 120)
        result = np.where(inside, 2 * number + (distance == 0), result)
    return result

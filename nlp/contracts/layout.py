"""Sentences, rows and items of a text: whether two places stand together."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

_ORDINAL = "[一二三四五六七八九十]{1,3}"
_MARK = re.compile(
    rf"(?:(?<=[\n。;:,])|^)(?:\d{{1,2}}(?:[、.](?!\d)|[)])|[(]\d{{1,2}}[)]|{_ORDINAL}、|[(]{_ORDINAL}[)])"
)
_BREAK = re.compile(r"[。;\n]")


@dataclass(frozen=True, slots=True)
class Layout:
    """The ends of sentences and rows (`breaks`) and the marks of list items (`marks`) of a text."""

    text: str
    breaks: tuple[int, ...]
    marks: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Layout:
        """Read the layout of a text."""
        return cls(
            text,
            tuple(match.start() for match in _BREAK.finditer(text)),
            tuple(match.start() for match in _MARK.finditer(text)),
        )

    def sentence(self, at: int) -> int:
        """The number of the sentence or row that holds a place."""
        return bisect_left(self.breaks, at)

    def item(self, at: int) -> int:
        """The number of the list item that holds a place; 0 before the first."""
        return bisect_right(self.marks, at)

    def row(self, at: int) -> bool:
        """Whether the place stands in a row of a table."""
        number = self.sentence(at)
        low = self.breaks[number - 1] if number else 0
        high = self.breaks[number] if number < len(self.breaks) else len(self.text)
        return self.text.find("\t", low, high) >= 0

    def column(self, at: int) -> int:
        """The number of the cell in its row."""
        number = self.sentence(at)
        return self.text.count("\t", self.breaks[number - 1] if number else 0, at)

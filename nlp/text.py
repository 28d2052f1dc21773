"""A document's text: what a reader returns, where its pages begin, and its normalised form with the way back."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one document as `bulian text` prints it; every span of a fact counts code points in `text`.

    `pages` holds the offset at which each page begins (the first is 0). In tables a row is a line and the
    cells of a row are divided by a tab. `warnings` are readable remarks on what was odd in the file; `recognised`
    are the pages, counted from 1, whose text was recognised from a picture.
    """

    text: str
    pages: tuple[int, ...] = (0,)
    media: str = "txt"
    title: str = ""
    warnings: tuple[str, ...] = ()
    recognised: tuple[int, ...] = ()

    def page_of(self, offset: int) -> int:
        """The page, counted from 1, that holds the code point at `offset`."""
        return max(1, bisect_right(self.pages, offset))


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text in normal form, and the offsets of the text that it was made from.

    `_norm` and `_orig` hold, for each run, where it begins in the normal form and in the original; `_plain`
    says whether the run is of equal length in both (else it is one replacement that cannot be divided).
    """

    text: str
    _norm: tuple[int, ...]
    _orig: tuple[int, ...]
    _plain: tuple[bool, ...]
    _length: int

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the span [start, end) of the normal form came from."""
        if end <= start:
            first, _ = self._cell(start)
            return first, first
        return self._cell(start)[0], self._cell(end - 1)[1]

    def _cell(self, at: int) -> tuple[int, int]:
        run = bisect_right(self._norm, at) - 1
        if self._plain[run]:
            first = self._orig[run] + at - self._norm[run]
            return min(first, self._length), min(first + 1, self._length)
        after = self._orig[run + 1] if run + 1 < len(self._orig) else self._length
        return self._orig[run], after


_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff\u00ad")
# Glyphs that the fonts of some exchange filings map wrongly (seen in announcements): 亿 as 惩, 山 as ft, % as U+F8FF.
_GLYPHS = re.compile(r"惩(?=[美港日欧]?元)|(?<=[\u4e00-\u9fff])ft(?=[\u4e00-\u9fff])|(?<=\d)\uf8ff")
_GLYPH = {"惩": "亿", "ft": "山", "\uf8ff": "%"}


def normalise(text: str) -> Normalised:
    """NFKC, invisible characters gone, glyphs of damaged fonts repaired; the way back is kept.

    Characters are normalised one by one, so combining sequences stay as they are. Linear in the text's length.
    """
    single: dict[int, str] = {}
    several: dict[str, str] = {}
    for char in set(text):
        form = "" if char in _INVISIBLE else unicodedata.normalize("NFKC", char)
        if form == char:
            continue
        if len(form) == 1:
            single[ord(char)] = form
        else:
            several[char] = form
    pattern = _GLYPHS.pattern
    if several:
        pattern += "|[" + "".join(re.escape(char) for char in sorted(several)) + "]"
    pieces: list[str] = []
    norm: list[int] = []
    orig: list[int] = []
    plain: list[bool] = []
    at = length = 0

    def run(piece: str, start: int, same: bool) -> None:
        nonlocal length
        norm.append(length)
        orig.append(start)
        plain.append(same)
        pieces.append(piece)
        length += len(piece)

    for match in re.finditer(pattern, text):
        if match.start() > at:
            run(text[at : match.start()].translate(single), at, True)
        found = match.group()
        form = _GLYPH.get(found) or several[found]
        if form:
            run(form, match.start(), False)
        at = match.end()
    run(text[at:].translate(single), at, True)
    return Normalised("".join(pieces), tuple(norm), tuple(orig), tuple(plain), len(text))

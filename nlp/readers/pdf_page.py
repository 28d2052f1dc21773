"""One page of a PDF: its text layer in the order of the file, its tables as rows of cells divided by tabs."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from nlp.readers.grid import Rule, Sign, Table, sign_lines, tables
from nlp.readers.page_break import joined

_THIN = 2.5
"""Points; what is thinner is a rule."""
_SHORT = 4.0
_MOST_PATHS = 10_000
_DEEPEST = 5
"""Forms in forms that are looked into."""
_MOST_SEGMENTS = 400
_MOST_SIGNS = 60_000
_MOST_FURNITURE = 2
"""Lines of a running head or foot."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read: the text that pdfium gives, or its signs with the tables found among them."""

    plain: str
    signs: tuple[Sign, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def text(self) -> str:
        """Where rules make tables, each stands in the place of its first sign; else pdfium's order alone."""
        if not self.tables:
            return self.plain
        table_of = {at: number for number, table in enumerate(self.tables) for at in table.signs}
        done: set[int] = set()
        parts: list[str] = []
        for sign in self.signs:
            number = table_of.get(sign.at)
            if number is None:
                parts.append(sign.char)
            elif number not in done:
                done.add(number)
                parts.append(f"\n{self.tables[number].text}\n")
        lines = "".join(parts).replace("\r\n", "\n").split("\n")
        return "\n".join(line for line in lines if line.strip())

    def _with(self, number: int, table: Table) -> Page:
        return replace(self, tables=(*self.tables[:number], table, *self.tables[number + 1 :]))

    def edge(self, last: bool) -> int | None:
        """The number of the last table, or of the first, where no more than a running head or foot stands beyond."""
        if not self.tables:
            return None
        pick = max if last else min
        number = pick(range(len(self.tables)), key=lambda at: self.tables[at].bottom)
        table = self.tables[number]
        beyond = (s for s in self.signs if s.char.strip() and (s.y > table.bottom if last else s.y < table.top))
        return number if len(sign_lines(list(beyond))) <= _MOST_FURNITURE else None


def read_page(page: Any) -> Page:
    """One page of a document. Raises pypdfium2.PdfiumError where it cannot be read."""
    textpage = page.get_textpage()
    try:
        text: str = textpage.get_text_bounded()
        if textpage.count_chars() > _MOST_SIGNS:
            return Page(text)
        across, down = _rules(page)
        if len(across) < 2:
            return Page(text)
        signs = _signs(textpage, page.get_rotation())
        return Page(text, tuple(signs), tuple(tables(across, down, signs)))
    finally:
        textpage.close()


def over_the_break(before: Page, after: Page) -> tuple[Page, Page]:
    """Two pages that follow one another, a table that is broken between them made whole as far as `joined` can."""
    last, first = before.edge(last=True), after.edge(last=False)
    if last is None or first is None:
        return before, after
    above, below = joined(before.tables[last], after.tables[first])
    return before._with(last, above), after._with(first, below)


def _signs(textpage: Any, rotation: int) -> list[Sign]:
    """The characters of a page with the boxes of their font, as high as the line and as wide as the advance.

    One that pdfium made (a blank, a line's end) stands where the sign before it stands, so that it falls into the same
    cell.
    """
    box = pdfium.FS_RECTF()
    signs: list[Sign] = []
    high = 0
    for at in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, at)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + (high - 0xD800) * 0x400 + code - 0xDC00 if high else 0xFFFD
        high = 0
        char = "-" if code == 2 else chr(code) if code else ""  # pdfium marks a hyphen at a line's end by U+0002
        if signs and (pdfium.FPDFText_IsGenerated(textpage, at) == 1 or char in "\r\n"):
            signs.append(signs[-1]._replace(char=char, at=at))
            continue
        pdfium.FPDFText_GetLooseCharBox(textpage, at, box)
        x0, y0 = _turned(box.left, box.top, rotation)
        x1, y1 = _turned(box.right, box.bottom, rotation)
        signs.append(Sign(char, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), at))
    return signs


def _turned(x: float, y: float, rotation: int) -> tuple[float, float]:
    """A point as the page is shown, y growing downwards; `rotation` is the page's, in degrees clockwise."""
    return {0: (x, -y), 90: (y, x), 180: (-x, y), 270: (-y, -x)}[rotation % 360]


def _rules(page: Any) -> tuple[list[Rule], list[Rule]]:
    """Horizontal and vertical rules of the page and of the forms on it: thin boxes, and straight strokes of paths."""
    across: list[Rule] = []
    down: list[Rule] = []
    rotation = page.get_rotation()
    matrices = [pypdfium2.PdfMatrix()]  # of the page and of the forms that are open
    paths = forms = 0
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM], max_depth=_DEEPEST):
        matrix = matrices[item.level]
        if item.type == pdfium.FPDF_PAGEOBJ_FORM:
            forms += 1
            matrices[item.level + 1 :] = [item.get_matrix().multiply(matrix)]
            continue
        paths += 1
        if paths > _MOST_PATHS or forms > _MOST_PATHS:
            return [], []
        for x0, y0, x1, y1 in _strokes(item, matrix):
            (x0, y0), (x1, y1) = _turned(x0, y0, rotation), _turned(x1, y1, rotation)
            width, height = abs(x1 - x0), abs(y1 - y0)
            if height <= _THIN and width > _SHORT:
                across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif width <= _THIN and height > _SHORT:
                down.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return across, down


def _strokes(path: Any, outer: pypdfium2.PdfMatrix) -> Iterator[tuple[float, float, float, float]]:
    """The boxes of a path's lines in points of the page: the whole where it is thin, else each straight segment if it
    is drawn. `outer` is the matrix of the forms that the path stands in."""
    try:
        left, bottom, right, top = outer.on_rect(*path.get_bounds())
    except pypdfium2.PdfiumError:
        return
    if right - left <= _THIN or top - bottom <= _THIN:
        yield left, bottom, right, top
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    count = pdfium.FPDFPath_CountSegments(path)
    if not pdfium.FPDFPath_GetDrawMode(path, fill, stroke) or not stroke.value or not 0 < count <= _MOST_SEGMENTS:
        return
    matrix = path.get_matrix().multiply(outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    begun = before = (0.0, 0.0)
    for number in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, number)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begun = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield (*before, *point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield (*point, *begun)
        before = point

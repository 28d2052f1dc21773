"""One page of a PDF: its text layer in the order of the file, its tables as rows of cells divided by tabs."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from nlp.readers.grid import Rule, Sign, Table, tables

_THIN = 2.5
"""Points; what is thinner is a rule."""
_SHORT = 4.0
_MOST_PATHS = 10_000
_MOST_SEGMENTS = 400
_MOST_SIGNS = 60_000


def page_text(page: Any) -> str:
    """The text of a page as pdfium orders it; where rules make tables, each stands in the place of its first sign.

    Raises pypdfium2.PdfiumError where the page cannot be read.
    """
    textpage = page.get_textpage()
    try:
        across, down = _rules(page)
        text: str = textpage.get_text_bounded()
        if len(across) < 2 or textpage.count_chars() > _MOST_SIGNS:
            return text
        signs = _signs(textpage, page.get_rotation())
        found = tables(across, down, signs)
        return _with_tables(signs, found) if found else text
    finally:
        textpage.close()


def _with_tables(signs: list[Sign], found: list[Table]) -> str:
    table_of = {at: number for number, table in enumerate(found) for at in table.signs}
    done: set[int] = set()
    parts: list[str] = []
    for sign in signs:
        number = table_of.get(sign.at)
        if number is None:
            parts.append(sign.char)
        elif number not in done:
            done.add(number)
            parts.append(f"\n{found[number].text}\n")
    lines = "".join(parts).replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if line.strip())


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
    """Horizontal and vertical rules: thin boxes, and straight strokes of paths."""
    across: list[Rule] = []
    down: list[Rule] = []
    rotation = page.get_rotation()
    for number, path in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=1)):
        if number > _MOST_PATHS:
            return [], []
        for x0, y0, x1, y1 in _strokes(path):
            (x0, y0), (x1, y1) = _turned(x0, y0, rotation), _turned(x1, y1, rotation)
            width, height = abs(x1 - x0), abs(y1 - y0)
            if height <= _THIN and width > _SHORT:
                across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif width <= _THIN and height > _SHORT:
                down.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return across, down


def _strokes(path: Any) -> Iterator[tuple[float, float, float, float]]:
    """The boxes of a path's lines in points: the whole where it is thin, else each straight segment if it is drawn."""
    try:
        left, bottom, right, top = path.get_bounds()
    except pypdfium2.PdfiumError:
        return
    if right - left <= _THIN or top - bottom <= _THIN:
        yield left, bottom, right, top
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    count = pdfium.FPDFPath_CountSegments(path)
    if not pdfium.FPDFPath_GetDrawMode(path, fill, stroke) or not stroke.value or not 0 < count <= _MOST_SEGMENTS:
        return
    matrix = path.get_matrix()
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

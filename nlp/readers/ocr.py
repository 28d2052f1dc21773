"""Text recognition of scanned pages and pictures, by the extra `ocr` (rapidocr; its models lie in the wheel).

Reads an image; gives its lines from above, cells of a line divided by tabs. Only what has no text layer is recognised.
Without the extra nothing is loaded and the readers say what to install. Limits: lines that a scan turned by more than
some degrees, handwriting and stamps over text are read badly; the score says how sure the recogniser is.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nlp.errors import RefusedFile
from nlp.readers.picture import MOST_PIXELS, frames, shrinking
from nlp.readers.text import plain
from nlp.text import Text

INSTALL = "install text recognition: pip install 'bulian[ocr]'"
_DOTS = 200
"""An inch, at which a page of a PDF is drawn."""
_MOST_PAGES = 300
_LEAST_SCORE = 0.6
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Recognised:
    """The text of a picture and the mean score (0 to 1) of its lines; 0 where it holds none."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as the recogniser found it: pixels, y downwards."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def available() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("rapidocr") is not None


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    # Lines one by one and no wider than they are: a page of text takes 0.5 GB where batches of six take 1.3, and half
    # the time. Lines are looked for in a picture of 960 pixels, as the models were trained, and read in the whole one.
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": 960,
            "Cls.cls_batch_num": 1,
            "Rec.rec_batch_num": 1,
            "Rec.rec_img_shape": [3, 48, 96],
        }
    )


def recognise(picture: Any) -> Recognised:
    """The text of a picture (PIL.Image in RGB, as `nlp.readers.picture` makes it ready). Needs the extra."""
    import numpy as np

    if min(picture.size) < 16:
        return Recognised("", 0.0)
    found = _engine()(np.asarray(picture)[:, :, ::-1])
    if found.txts is None or found.boxes is None:
        return Recognised("", 0.0)
    lines, scores = [], []
    for text, box, score in zip(found.txts, found.boxes, found.scores, strict=True):
        if text.strip() and score >= _LEAST_SCORE:
            xs, ys = [float(x) for x, _ in box], [float(y) for _, y in box]
            lines.append(_Line(" ".join(plain(text).split()), min(xs), max(xs), min(ys), max(ys)))
            scores.append(float(score))
    return Recognised("\n".join(_rows(lines)), sum(scores) / len(scores) if scores else 0.0)


def _rows(lines: Sequence[_Line]) -> Iterator[str]:
    """Lines side by side are cells of one row; a row is as high as its first line's middle reaches."""
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda found: found.top + found.bottom):
        middle = (line.top + line.bottom) / 2
        if rows and middle < rows[-1][0].bottom - 0.25 * (rows[-1][0].bottom - rows[-1][0].top):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        yield "\t".join(line.text for line in sorted(row, key=lambda found: found.left))


def read_image(data: bytes, name: str, max_pages: int) -> Text:
    """Read a picture, each frame of a TIFF a page.

    Raises RefusedFile: NL003 too large, NL006 broken, NL008 without the extra or without text in the picture.
    """
    if not available():
        raise RefusedFile("the file is a picture without text", code="NL008", hint=INSTALL, file=name)
    pages = [recognise(frame) for frame in frames(data, name, min(max_pages, _MOST_PAGES))]
    texts = [page.text for page in pages]
    if not any(text.strip() for text in texts):
        raise RefusedFile("no text was recognised in the picture", code="NL008", hint="scan it again", file=name)
    starts = [sum(len(text) + 1 for text in texts[:number]) for number in range(len(texts))]
    title = next(line for text in texts for line in text.split("\n") if line.strip())
    numbers = tuple(number for number, page in enumerate(pages, start=1) if page.text)
    return Text(
        "\n".join(texts), tuple(starts), "image", title[:120], remarks(numbers, [p.score for p in pages]), numbers
    )


def recognise_pages(document: Any, numbers: Sequence[int]) -> dict[int, Recognised]:
    """The text of pages (counted from 1) of a PDF that hold pictures and no text; at most 300 pages."""
    import pypdfium2
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    found: dict[int, Recognised] = {}
    for number in numbers[:_MOST_PAGES]:
        try:
            page = document[number - 1]
            sizes = [image.get_px_size() for image in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3)]
            if sum(width * height for width, height in sizes) <= MOST_PIXELS:
                width, height = (side * _DOTS / 72 for side in page.get_size())
                drawn = page.render(scale=shrinking(width, height) * _DOTS / 72)
                found[number] = recognise(drawn.to_pil().convert("RGB"))
            page.close()
        except (pypdfium2.PdfiumError, ValueError, MemoryError):
            continue
    return found


def remarks(numbers: Sequence[int], scores: Sequence[float]) -> tuple[str, ...]:
    """The warnings of recognised pages."""
    unsure = [str(number) for number, score in zip(numbers, scores, strict=False) if score < _SURE]
    said = (f"text recognised from pictures, page {short(numbers)}: check figures against the picture",)
    return (*said, f"recognised badly: page {short(unsure)}") if unsure else said


def short(numbers: Sequence[object]) -> str:
    """At most ten numbers in a row."""
    return ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")

"""Pictures of pages: opened within limits, and made ready for recognition.

Reads PNG, JPEG, TIFF and BMP; a TIFF has pages, of any other file that moves the first frame counts. A picture comes
out upright as its camera says, on white where it was transparent, with eight bits a colour, no larger than recognition
uses. Needs Pillow, which the extra `ocr` brings.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from typing import Any

from nlp.errors import RefusedFile

MOST_PIXELS = 50_000_000
"""Of one page: A4 at 600 dots an inch has 35 million."""
_LONGEST_SIDE = 2_000
_MOST_RECOGNISED = 3_000_000
"""Pixels: A4 at 170 dots an inch."""


def frames(data: bytes, name: str, most: int) -> Iterator[Any]:
    """The pages of a picture as PIL images, ready for recognition.

    Raises RefusedFile: NL003 more than MOST_PIXELS in a page or more than `most` pages, NL006 broken.
    """
    number = 0
    while (frame := _frame(data, name, number)) is not None:
        if number >= most:
            raise _too_large(f"it has more than {most} pages", name)
        yield frame
        number += 1


def _frame(data: bytes, name: str, number: int) -> Any:
    """One page; None where there is none of that number. Nothing of the file stays in memory but the page itself."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "TIFF", "BMP"]) as picture:
                if number and (picture.format != "TIFF" or not _turned_to(picture, number)):
                    return None
                if picture.width * picture.height > MOST_PIXELS:
                    raise _too_large(f"it has {picture.width:,} by {picture.height:,} pixels", name)
                return ready(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large("it has more pixels than a page needs", name) from error
    except (
        UnidentifiedImageError,
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        MemoryError,
        NotImplementedError,
        OSError,
        RuntimeError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:  # what Pillow raises on damaged files
        raise RefusedFile(
            "the picture is broken and cannot be opened", code="NL006", hint="scan it again", file=name
        ) from error


def _turned_to(picture: Any, number: int) -> bool:
    try:
        picture.seek(number)
    except EOFError:
        return False
    return True


def ready(picture: Any) -> Any:
    """The picture (PIL.Image) in RGB as recognition wants it."""
    from PIL import Image, ImageOps

    scale = shrinking(picture.width, picture.height)
    most = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
    if picture.format in ("JPEG", "MPO"):
        picture.draft("RGB", most)
    if picture.mode.startswith(("I", "F")):
        picture = _in_eight_bits(picture)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture.thumbnail(most)
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    picture = picture.convert("RGB")
    picture.thumbnail(most)
    return ImageOps.exif_transpose(picture)


def _in_eight_bits(picture: Any) -> Any:
    """A grey picture of 16 or 32 bits, its darkest black and its lightest white: Pillow would cut off what is above
    255."""
    import numpy as np
    from PIL import Image

    grey = np.nan_to_num(np.asarray(picture).astype("float32"), copy=False, posinf=0, neginf=0)
    grey -= grey.min()
    grey *= 255 / max(float(grey.max()), 1e-9)
    return Image.fromarray(grey.astype("uint8"))


def shrinking(width: float, height: float) -> float:
    """The factor (at most 1) by which a picture of these pixels is made smaller for recognition."""
    return min(1.0, _LONGEST_SIDE / max(width, height, 1), math.sqrt(_MOST_RECOGNISED / max(width * height, 1)))


def _too_large(what: str, name: str) -> RefusedFile:
    return RefusedFile(f"the picture is too large: {what}", code="NL003", hint="scan it at 200 to 300 dpi", file=name)

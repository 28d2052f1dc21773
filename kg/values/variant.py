"""Traditional signs as their simplified forms, one sign for one sign."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def simplified(text: str) -> str:
    """The text with every traditional sign as its most frequent simplified one (OpenCC's table); lengths stay."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8").lstrip("\ufeff").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    # A form may be rare enough to lie outside of the basic plane, where fonts end: then the sign stays as it is.
    return {ord(sign): forms.split()[0] for sign, forms in pairs if len(sign) == 1 and len(forms.split()[0]) == 1}

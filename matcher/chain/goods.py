"""The goods that a product's name names: several where it joins them, without words that say nothing of the good."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import yaml

_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_QUOTES = re.compile(r"[“”\"'《》【】]")


def plain(name: str) -> str:
    """A product's name without brackets, quotation marks and blanks, in one width and case."""
    text = _QUOTES.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", name))).casefold()
    return "".join(text.split())


def goods(name: str) -> Iterator[tuple[str, ...]]:
    """The goods of a plain name, the last first: each as it stands and then with one empty word less at its end.

    The last good is given with all that stands before it, because what it is is said by its end. 电机及其配件 gives
    电机及其配件 and 电机; 锻造及铸造设备 gives itself alone, because its parts have one head in common.
    """
    tails, joints, lent = _words()
    yield tuple(_shorter(name, tails))
    parts = joints.split(name)
    if len(parts) > 1 and not (lent.search(parts[-1]) and not lent.fullmatch(parts[-1])):
        for part in reversed(parts[:-1]):
            if len(part) > 1:
                yield tuple(_shorter(part, tails))


def _shorter(text: str, tails: re.Pattern[str]) -> Iterator[str]:
    yield text
    while (found := tails.search(text)) and found.start():
        text = text[: found.start()]
        yield text


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What a word list compiles to: empty ends, joints, and heads that parts have in common."""
    said = yaml.safe_load(files(__package__).joinpath("goods.yml").read_text("utf-8"))

    def either(name: str) -> str:
        return "|".join(map(re.escape, sorted(said[name], key=len, reverse=True)))

    return re.compile(f"(?:{either('tails')})$"), re.compile(either("joints")), re.compile(f"(?:{either('lent')})$")

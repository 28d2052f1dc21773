"""The goods that a product's name names: several where it joins them, without words that say nothing of the good."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_QUOTES = re.compile(r"[“”\"'《》【】]")


def plain(name: str) -> str:
    """A product's name without brackets, quotation marks and blanks, in one width and case, one word for a thing.

    Names of templates and of firms are compared so: 通讯设备 and 通信设备 are one name.
    """
    if not name.isalnum():  # blanks, brackets and other signs
        name = _QUOTES.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", name)))
        name = "".join(name.split())
    elif not name.isalpha() or not unicodedata.is_normalized("NFKC", name):
        name = unicodedata.normalize("NFKC", name)
    alike, written = _alike()
    return alike.sub(lambda found: written[found[0]], name.casefold())


def ends_with(text: str, head: str) -> bool:
    """Whether a text that ends in these signs has them as its head: ICT is no CT, and 非轴承 no 轴承."""
    before = text[: -len(head)]
    return before != "非" and not (before[-1:].isascii() and before[-1:].isalnum() and head[0].isascii())


def goods(name: str) -> Iterator[tuple[str, ...]]:
    """The goods of a plain name, the last first: each as it stands and then with one empty word less at its end.

    The last good is given with all that stands before it, because what it is is said by its end. 电机及其配件 gives
    电机及其配件 and 电机; 锻造及铸造设备 gives itself alone, because its parts have one head in common. 租赁电机 gives
    nothing: who lets goods does not make them.
    """
    tails, joints, lent, fronts = _words()
    if fronts.match(name):
        return
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
def _alike() -> tuple[re.Pattern[str], dict[str, str]]:
    """Words that are written as others, the longest first, and how."""
    written = {str(word).casefold(): str(other).casefold() for word, other in _said()["alike"].items()}
    return re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True)))), written


@cache
def _said() -> dict[str, Any]:
    return dict(yaml.safe_load(files(__package__).joinpath("goods.yml").read_text("utf-8")))


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What the word lists compile to: empty ends, joints, heads that parts have in common, and fronts."""
    said = _said()

    def either(name: str) -> str:
        return "|".join(map(re.escape, sorted(said[name], key=len, reverse=True)))

    ends = (re.compile(f"[-—–]*(?:{either(name)})$") for name in ("tails", "lent"))
    return next(ends), re.compile(either("joints")), next(ends), re.compile(either("fronts"))

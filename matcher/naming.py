"""Whether a product's name says the thing that is sought: the name itself, or a longer name of it.

Chinese compounds have their head at the end: 冷柜电机 is a 电机, 电机外壳 is not. So a longer name of a thing is
one that ends with it, once brackets and empty words at the end (系列, 产品, 制造) are gone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kg.values.name import name_key

EXACT, ALIKE, LONGER = 1.0, 0.95, 0.8
"""The name itself; the name once empty words, brackets or its neighbours in a list are gone; a longer name of it."""

_TAIL = re.compile(r"(?:系列|产品|类|业务|等|制造|生产|销售|研发|加工|收入)+$")
_NEED_TAIL = re.compile(r"(?:系列|产品|类)+$")
_BRACKET = re.compile(r"\(([^()]*)\)")
_LIST = re.compile(r"[、,;/]|及其|[及和与]")
_NOT_BEFORE = "非仿假类"
"""A sign directly before a name that makes it another thing (非金属)."""


@lru_cache(maxsize=65536)
def variants(product: str) -> tuple[str, ...]:
    """What a product's name may be read as: itself first, then without brackets and empty words, and its parts."""
    whole = _key(product)
    bare = _BRACKET.sub("", whole)
    found = [whole, bare, *_BRACKET.findall(whole)]
    parts = [part for part in _LIST.split(bare) if len(part) > 1]
    if len(parts) > 1:
        found += parts
    found += [_TAIL.sub("", text) for text in found]
    return tuple(dict.fromkeys(text for text in found if text))


def fit(need: str, product: str) -> float:
    """EXACT, ALIKE or LONGER where the product is what is sought by that name, else 0."""
    wanted = _wanted(need)
    whole = _key(product)
    if not wanted or not any(one in whole or "(" in whole for one in wanted):
        return 0.0
    if whole == wanted[0]:
        return EXACT
    names = variants(product)
    if not set(wanted).isdisjoint(names):
        return ALIKE
    return LONGER if any(ends_with(name, one) for name in names for one in wanted) else 0.0


def fits(needs: Sequence[str], products: Sequence[str]) -> list[float]:
    """For each product the best `fit` of any of the names."""
    wanted = {one for need in needs for one in _wanted(need)}
    maybe = re.compile("|".join(map(re.escape, sorted({*wanted, "("}))))  # most products are of other things
    return [max(fit(need, one) for need in needs) if maybe.search(_key(one)) else 0.0 for one in products]


_key = lru_cache(maxsize=65536)(name_key)


@lru_cache(maxsize=4096)
def _wanted(need: str) -> tuple[str, ...]:
    """What a need's name may be read as: itself first, then without brackets, without empty words at its end."""
    whole = name_key(need)
    found = (whole, _NEED_TAIL.sub("", whole), _BRACKET.sub("", whole))
    return tuple(dict.fromkeys(text for text in found if text))


def ends_with(name: str, sought: str) -> bool:
    """Whether a name (a key) is a longer name of what is sought: it ends with it, and not in the middle of a word."""
    if len(sought) < 2 or len(name) <= len(sought) or not name.endswith(sought):
        return False
    before, first = name[-len(sought) - 1], sought[0]
    word = before.isascii() and first.isascii() and before.isalnum() and first.isalnum()
    return not word and before not in _NOT_BEFORE

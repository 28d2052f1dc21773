"""The trade in a firm's name: 宁波中意液压马达有限公司 makes 液压马达, as far as a name can tell.

Words are of four kinds. A head names a product by itself (减震器). A field says of what (液压, 汽车) and needs a head
or a weak head behind it (液压设备). Weak heads (设备, 材料) and empty words (精密, 智能) say nothing alone. Tails
(科技, 集团) end a name and say nothing at all. The lists are in trade_words.yml.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from kg.yml import read_yaml

_LISTS: dict[str, Any] = read_yaml(files("kg.values").joinpath("trade_words.yml").read_text(encoding="utf-8"))
TAILS, EMPTY, WEAK, FIELDS, HEADS = (
    frozenset(_LISTS[name].split()) for name in ("tails", "empty", "weak", "fields", "heads")
)
TRADERS = frozenset(_LISTS["traders"].split())
"""Words of firms that make nothing; they are tails too."""
MAKES: dict[str, str] = _LISTS["makes"]
"""Words for a trade, and what firms of that trade make."""

TAILS |= TRADERS
_WORDS = TAILS | EMPTY | WEAK | FIELDS | HEADS | frozenset(MAKES)
_LONGEST = max(map(len, _WORDS))


@lru_cache(maxsize=65536)
def words(text: str) -> tuple[str, ...] | None:
    """The text cut into known words, the longest first at every place; None where it cannot be cut."""
    if not text:
        return ()
    for end in range(min(len(text), _LONGEST), 0, -1):
        if text[:end] in _WORDS and (end > 1 or text[:end] in HEADS | FIELDS | EMPTY):
            rest = words(text[end:])
            if rest is not None:
                return (text[:end], *rest)
    return None


def split_core(core: str) -> tuple[str, str]:
    """Brand and trade of a name without place and legal form: 中意液压马达 → 中意, 液压马达.

    The trade is the longest end of known words that leaves a brand of two signs; without known words all is brand.
    """
    if words(core) is not None:
        return "", core
    for start in range(1, len(core)):
        if words(core[start:]) is None or (start == 1 and words(core[2:]) is not None):
            continue  # the second sign of a brand of two can begin a word: 东|方电子
        return core[:start], core[start:]
    return core, ""


def product_of(trade: str) -> str | None:
    """The product that the trade words of a name tell of; None where only general words are left.

    液压马达 → 液压马达, 磁材技术 → 磁材, 泵业 → 泵, 精密机械 → None.
    """
    found = list(words(trade) or ())
    if any(word in TRADERS for word in found):
        return None
    while found and found[-1] in TAILS | EMPTY and found[-1] not in MAKES:
        found.pop()
    while len(found) > 1 and found[0] in TAILS:
        found.pop(0)
    if not found:
        return None
    last, before = found[-1], found[:-1]
    if last in MAKES:
        return "".join(before) + MAKES[last]
    if last in HEADS or (last in WEAK and any(word in FIELDS | HEADS for word in before)):
        return "".join(found)
    return None

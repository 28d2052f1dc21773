"""How far two names of firms speak of one firm, by rules set by hand from what was seen in real lists.

The score is 0 to 1; the reason says in words what the rule saw. Learned scorers have it among their facts, and what
they were not trained on rests on it.
"""

from __future__ import annotations

from importlib.resources import files
from itertools import permutations

from kg.identity.block import sign_pairs
from kg.values.name import NameParts

ALIKE = frozenset(
    pair
    for group in files("kg.identity").joinpath("alike.txt").read_text("utf-8").split()
    for pair in permutations(group, 2)
)
"""Pairs of signs that a hand or a scanner takes for one another: 天 and 夭, 科 and 料."""


def by_hand(one: NameParts, other: NameParts, agree: bool, rare: bool) -> tuple[float, str]:
    """Score in 0 to 1 and its reason. `agree`: places are compatible; `rare`: few firms have the brand of `other`."""
    if one.bare == other.bare:
        return 1.0, "名称相同"
    if one.core == other.core:
        return 0.95, "除组织形式外名称相同"
    if not one.form:
        score, reason = _short(one, other, rare)
        return (score - 0.1, reason) if one.listed and not other.listed else (score, reason)
    if agree and one.rest == other.rest and len(one.rest) > 2:
        return 0.9, "字号与行业相同，地名相容"
    slip = _one_sign(one, other, agree)
    if slip is not None:
        return slip
    if one.brand == other.brand and len(one.brand) > 1:
        return _same_brand(one, other, agree, rare)
    return round(0.5 * dice(one.core, other.core), 4), "仅部分文字相近"


def _same_brand(one: NameParts, other: NameParts, agree: bool, rare: bool) -> tuple[float, str]:
    if not agree:
        return 0.45, "字号相同，地名不相容"
    trade, trade2 = one.trade, other.trade
    near = dice(trade, trade2)
    listed = "股份" in one.form and "股份" in other.form
    if near >= 0.5 or (trade and trade2 and (trade.startswith(trade2) or trade2.startswith(trade))):
        return (0.78 if rare else 0.65), "字号相同，行业相近，地名相容"
    if rare and (listed or len(one.brand) > 2):
        return 0.6 + 0.05 * near, "字号相同，行业不同"
    return 0.5, "字号相同，行业不同"


def _short(one: NameParts, other: NameParts, rare: bool) -> tuple[float, str]:
    """A name without legal form: a short name, whose signs stand in the full name in this order."""
    if one.rest == other.rest and one.place == other.place:
        return 0.94, "除组织形式外名称相同"
    if len(one.core) > 6 and one.core in other.core:
        return 0.8, "简称是全称的一部分"
    short = one.core
    if len(short) > 1 and other.rest.startswith(short):
        return (0.85 if len(short) > 2 or rare else 0.65), "简称是全称的开头"
    if len(short) > 2 and other.core.startswith(short):
        return 0.8, "简称是全称的开头"
    brand = other.brand
    if len(brand) > 1 and short.startswith(brand) and follows(short, other.core):
        return (0.82 if rare else 0.72), "简称由字号与行业用字组成"
    if len(short) > 2 and short[:2] in other.core and follows(short, other.core):
        return (0.74 if other.listed else 0.66), "简称的字依次见于全称"
    if len(short) > 2 and other.listed and short[0] == other.core[0] and follows(short, other.core):
        return 0.71, "简称的字依次见于全称"
    return round(0.5 * dice(short, other.core), 4), "仅部分文字相近"


def _one_sign(one: NameParts, other: NameParts, agree: bool) -> tuple[float, str] | None:
    """A slip of one sign: outside a short brand, as brands of two signs that differ in one are two firms."""
    if len(one.core) != len(other.core) or len(one.core) < 5:
        return None
    apart = [at for at, (a, b) in enumerate(zip(one.core, other.core, strict=True)) if a != b]
    if len(apart) != 1:
        return None
    here = apart[0]
    if (one.core[here], other.core[here]) in ALIKE:
        return 0.75, "只差一字，两字形近"
    if one.place_code and other.place_code and one.place != other.place:
        return None
    brand, brand2 = one.brand, other.brand
    start = other.core.find(brand2) if brand2 else -1
    if start <= here < start + len(brand2) and len(brand2) < 4:
        return None
    return (0.75 if agree else 0.6), "只差一字，且不在字号中" if brand == brand2 else "只差一字"


def follows(short: str, full: str) -> bool:
    """Whether the signs of `short` stand in `full` in their order."""
    rest = iter(full)
    return all(sign in rest for sign in short)


def dice(one: str, other: str) -> float:
    """Pairs of neighbouring signs that two texts share, 0 to 1 (Dice)."""
    a, b = set(sign_pairs(one)), set(sign_pairs(other))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0

"""How far two names of firms speak of one firm: parts of a name, and a score with its reason in words.

The points are set by hand from what was seen in real lists. From `SAME` on two names are taken for one firm.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import permutations

from kg.identity.block import sign_pairs
from kg.identity.cluster import places_exclude
from kg.values.name import clean_name
from kg.values.region import Regions
from kg.values.trade import split_core

SAME = 0.7
"""The least score of one firm."""
_NOTE = re.compile(
    r"\((?:曾用名|原企业名称|原名称?|原|更名前|现更名为|现名|更名为)[:为]?([^()]*(?:\([^()]*\)[^()]*)*)\)$"
)
_SEAL = re.compile(r"\((?:盖章|公章|签章)\)|(?<=公司)[-_#]\d+$|[。;,、]+$|^\(?\d+[.、)]\s*")
_EXCHANGE = re.compile(r"^(?:s\*st|\*st|sst|st|xd|xr|dr|pt|g|s|n)(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[ab]$")
_FORM = re.compile(r"(?:股份|控股|集团)*(?:有限责任公司|有限公司|有限责任|有限公|有限|总公司|公司)$")
_BRACKETS = str.maketrans({**dict.fromkeys("[〔【﹝{〈「『", "("), **dict.fromkeys("]〕】﹞}〉」』", ")")})
_QUOTES = re.compile("[“”\"‘’'《》]")
_ALIKE = frozenset(
    pair
    for group in files("kg.identity").joinpath("alike.txt").read_text("utf-8").split()
    for pair in permutations(group, 2)
)
"""Pairs of signs that a hand or a scanner takes for one another: 天 and 夭, 科 and 料."""
_GROUP = re.compile(r"(?:控股|集团|股份|有限)+$")
_SIGNS = re.compile(r"[\s()\-·.,、。:;'\"]")
_BRACKET = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Name:
    """One written name, taken apart. `bare` holds no signs, `core` no legal form and no group word either."""

    bare: str
    core: str
    form: str
    place: str
    place_code: str | None
    rest: str
    listed: bool = False
    """Written as an exchange writes it (ST…, G…, …股份), or with the legal form of a company by shares."""

    @cached_property
    def parts(self) -> tuple[str, str]:
        """Brand and trade."""
        return split_core(self.rest)


def written_names(text: str) -> list[str]:
    """The names in one string of a list: 新名（曾用名：旧名） holds two. Numbering and seals are gone."""
    plain = unicodedata.normalize("NFKC", clean_name(text)).lower().translate(_BRACKETS)
    plain = _SEAL.sub("", _SEAL.sub("", _QUOTES.sub("", re.sub(r"\s", "", plain))))
    note = _NOTE.search(plain)
    return [name for name in (plain[: note.start()], note[1]) if name] if note else [plain]


def read_name(plain: str) -> Name:
    """Take apart a name that `written_names` gave."""
    bare = _SIGNS.sub("", plain)
    hit = _FORM.search(bare)
    form = hit.group() if hit and hit.start() > 1 else ""
    listed = "股份" in form
    if not form:
        short = _EXCHANGE.sub("", bare)
        listed = short != bare or bare.endswith("股份")
        bare = short if len(short) > 1 else bare
    core = bare[: len(bare) - len(form)] if form else bare
    group = _GROUP.search(core)
    core = core[: group.start()] if group and group.start() > 1 else core
    place, code, rest = _place(plain, core)
    return Name(bare, core, form, place, code, rest, listed)


def region_code(text: str | None) -> str | None:
    """GB/T 2260 code of a place in free text."""
    found = Regions.load().find(text) if text else None
    return found.code if found else None


def places_agree(ours: set[str], theirs: set[str]) -> bool:
    """Whether no place of the one side excludes all of the other's; unknown places agree."""
    return not ours or not theirs or any(not places_exclude(a, b) for a in ours for b in theirs)


def compare(one: Name, other: Name, agree: bool, rare: bool) -> tuple[float, str]:
    """Score in 0 to 1 and its reason. `agree`: places are compatible; `rare`: few firms have the brand of `other`."""
    if one.bare == other.bare:
        return 1.0, "名称相同"
    if one.core == other.core:
        return 0.95, "除组织形式外名称相同"
    if not one.form:
        score, reason = _short(one, other, rare)
        return (score - 0.1, reason) if one.listed and not other.listed else (score, reason)
    (brand, trade), (brand2, trade2) = one.parts, other.parts
    if agree and one.rest == other.rest and len(one.rest) > 2:
        return 0.9, "字号与行业相同，地名相容"
    slip = _one_sign(one, other, agree)
    if slip is not None:
        return slip
    if brand and brand == brand2 and len(brand) > 1:
        return _same_brand(one, other, trade, trade2, agree, rare)
    return round(0.5 * _dice(one.core, other.core), 4), "仅部分文字相近"


def _same_brand(one: Name, other: Name, trade: str, trade2: str, agree: bool, rare: bool) -> tuple[float, str]:
    if not agree:
        return 0.45, "字号相同，地名不相容"
    near = _dice(trade, trade2)
    listed = "股份" in one.form and "股份" in other.form
    if near >= 0.5 or (trade and trade2 and (trade.startswith(trade2) or trade2.startswith(trade))):
        return (0.78 if rare else 0.65), "字号相同，行业相近，地名相容"
    if rare and (listed or len(one.parts[0]) > 2):
        return 0.6 + 0.05 * near, "字号相同，行业不同"
    return 0.5, "字号相同，行业不同"


def _short(one: Name, other: Name, rare: bool) -> tuple[float, str]:
    """A name without legal form: a short name, whose signs stand in the full name in this order."""
    if one.rest == other.rest and one.place == other.place:
        return 0.94, "除组织形式外名称相同"
    if len(one.core) > 6 and one.core in other.core:
        return 0.8, "简称是全称的一部分"
    short = _GROUP.sub("", one.core)
    if len(short) > 1 and other.rest.startswith(short):
        return (0.85 if len(short) > 2 or rare else 0.65), "简称是全称的开头"
    if len(short) > 2 and other.core.startswith(short):
        return 0.8, "简称是全称的开头"
    brand = other.parts[0]
    if len(brand) > 1 and short.startswith(brand) and _follows(short, other.core):
        return (0.82 if rare else 0.72), "简称由字号与行业用字组成"
    if len(short) > 2 and short[:2] in other.core and _follows(short, other.core):
        return (0.74 if other.listed else 0.66), "简称的字依次见于全称"
    if len(short) > 2 and other.listed and short[0] == other.core[0] and _follows(short, other.core):
        return 0.71, "简称的字依次见于全称"
    return round(0.5 * _dice(short, other.core), 4), "仅部分文字相近"


def _one_sign(one: Name, other: Name, agree: bool) -> tuple[float, str] | None:
    """A slip of one sign: outside a short brand, as brands of two signs that differ in one are two firms."""
    if len(one.core) != len(other.core) or len(one.core) < 5:
        return None
    apart = [at for at, (a, b) in enumerate(zip(one.core, other.core, strict=True)) if a != b]
    if len(apart) != 1:
        return None
    here = apart[0]
    if (one.core[here], other.core[here]) in _ALIKE:
        return 0.75, "只差一字，两字形近"
    if one.place_code and other.place_code and one.place != other.place:
        return None
    brand, brand2 = one.parts[0], other.parts[0]
    start = other.core.find(brand2) if brand2 else -1
    if start <= here < start + len(brand2) and len(brand2) < 4:
        return None
    return (0.75 if agree else 0.6), "只差一字，且不在字号中" if brand == brand2 else "只差一字"


def _place(plain: str, core: str) -> tuple[str, str | None, str]:
    regions = Regions.load()
    for inside in _BRACKET.findall(plain):
        found = regions.find(inside)
        if found is not None:
            return inside, found.code, core.replace(inside, "", 1)
    span = regions.at(core)
    if span is not None and len(core) - span.end > 1:
        return core[: span.end], span.region.code, core[span.end :]
    for length in (3, 2):
        found = regions.find(core[:length])
        if found is not None and len(core) - length > 3:
            return core[:length], found.code, core[length:]
    return "", None, core


def _follows(short: str, full: str) -> bool:
    rest = iter(full)
    return all(sign in rest for sign in short)


def _dice(one: str, other: str) -> float:
    a, b = set(sign_pairs(one)), set(sign_pairs(other))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0

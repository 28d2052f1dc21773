"""Whether two descriptions are of one firm: a score, a verdict, and the reason a person can read.

An equal credit code decides first, and two codes are never one firm. Then names speak: the best pair of present and
former names, an alias that is one of the other's names, units that are no firm of their own (a branch, a plant, a
group). Shared patents, contracts and addresses add to what the names say and never replace it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.identity.firm import Firm, Known, places_agree, twins
from kg.identity.rules import dice
from kg.identity.score import Scored, name_score
from kg.values.region import Regions

SAME = 0.7
"""The least score of one firm."""
DIFFERENT = 0.3
"""Below this score two firms; from here to SAME a person decides."""
Verdict = Literal["same", "doubtful", "different"]
Trait = Literal[
    "code",
    "name",
    "place",
    "brand",
    "trade",
    "form",
    "unit",
    "alias",
    "former_name",
    "address",
    "patents",
    "contracts",
]
_UNITS = {"company": "公司", "branch": "分支机构", "plant": "工厂", "group": "集团", "institute": "研究机构", "": ""}
_APART, _DOUBT = DIFFERENT - 0.01, SAME - 0.01
_LEARNED_MOST = 0.95
_LISTED = 3
"""So many shared patents or contracts are named."""


@dataclass(frozen=True, slots=True)
class Point:
    """One trait of both sides as they tell it; a side that says nothing is empty."""

    trait: Trait
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two descriptions are of one firm (0 to 1), what decided, what agrees and what differs."""

    score: float
    verdict: Verdict
    reason: str
    agrees: tuple[Point, ...]
    differs: tuple[Point, ...]


def compare(one: Firm, other: Firm) -> Comparison:
    """Compare two descriptions; the same result whichever comes first, but for the sides of its points."""
    return compare_all([(Known(one), Known(other))])[0]


def compare_all(pairs: Sequence[tuple[Known, Known]]) -> list[Comparison]:
    """`compare` for many pairs that are made ready."""
    return [
        Comparison(
            round(score, 4),
            verdict(score),
            reason,
            tuple(point for point, same in points if same),
            tuple(point for point, same in points if not same),
        )
        for (score, reason), points in zip(judged(pairs), map(_told, pairs), strict=True)
    ]


def judged(pairs: Sequence[tuple[Known, Known]]) -> list[tuple[float, str]]:
    """The score of each pair and what decided, without the points."""
    agree = [places_agree(one.places, other.places) for one, other in pairs]
    spoken = [
        (at, a, b)
        for at, (one, other) in enumerate(pairs)
        if not (one.code and other.code)
        for a in one.names()
        for b in other.names()
        if a.bare != b.bare
    ]
    scores = name_score().pairs([a for _, a, _ in spoken], [b for _, _, b in spoken], [agree[at] for at, *_ in spoken])
    best: list[Scored] = [(0.0, "") for _ in pairs]
    for (at, *_), told in zip(spoken, scores, strict=True):
        best[at] = max(best[at], told)
    return [_judged(*pair, fits, told) for pair, fits, told in zip(pairs, agree, best, strict=True)]


def verdict(score: float) -> Verdict:
    """What a score means."""
    return "same" if score >= SAME else "different" if score < DIFFERENT else "doubtful"


def _judged(one: Known, other: Known, agree: bool, learned: Scored) -> Scored:
    if one.code and other.code:
        return (1.0, "统一社会信用代码相同") if one.code == other.code else (0.0, "统一社会信用代码不同")
    score, reason = max(_equal(one, other, agree), (min(learned[0], _LEARNED_MOST), learned[1]))
    shared = [
        word
        for word, found in (
            ("专利", one.firm.patents & other.firm.patents),
            ("合同", one.firm.contracts & other.firm.contracts),
            ("地址", _same_address(one, other)),
        )
        if found
    ]
    if shared and score >= DIFFERENT / 2:
        score, reason = score + (1 - score) / 2, f"{reason}，有相同的{'、'.join(shared)}"
    return _kept_apart(one, other, score, reason)


def _kept_apart(one: Known, other: Known, score: float, reason: str) -> Scored:
    """A branch, a plant or a group is not the company whose name it bears."""
    units = {one.name.unit, other.name.unit}
    if "branch" in units and "" not in units and one.name.bare != other.name.bare:
        return min(score, _APART), "总公司与分支机构不是同一主体" if len(units) > 1 else "两个不同的分支机构"
    if twins(one.name, other) or twins(other.name, one):
        return min(score, _DOUBT), f"{reason}，但有限公司可能是上市公司的子公司"
    if units == {"plant", "company"}:
        return min(score, _DOUBT), f"{reason}，但一方是工厂"
    if units == {"group", "company"} and not ("集团" in one.name.form and "集团" in other.name.form):
        return min(score, _DOUBT), f"{reason}，但一方是集团"
    return score, reason


def _equal(one: Known, other: Known, agree: bool) -> Scored:
    """What equal names and aliases say; nothing where there are none."""
    if one.name.bare == other.name.bare:
        return (1.0, "名称相同") if agree else (0.6, "名称相同，地区不同")
    names = [{name.bare for name in side.names()} for side in (one, other)]
    if names[0] & names[1]:
        return 0.97, "与曾用名相同"
    if one.aliases.keys() & (names[1] | other.aliases.keys()) or other.aliases.keys() & names[0]:
        return 0.96, "与登记的别名相同"
    return 0.0, ""


def _told(pair: tuple[Known, Known]) -> list[tuple[Point, bool]]:
    return [(point, same) for point, same in _points(*pair) if point.one and point.other]


def _points(one: Known, other: Known) -> Iterator[tuple[Point, bool]]:
    a, b = one.name, other.name
    yield Point("code", one.code or "", other.code or ""), one.code == other.code
    yield Point("name", one.firm.name, other.firm.name), a.bare == b.bare
    yield Point("brand", a.brand, b.brand), a.brand == b.brand
    yield Point("place", _places(one), _places(other)), places_agree(one.places, other.places)
    yield Point("trade", a.trade, b.trade), dice(a.trade, b.trade) >= 0.5 or a.trade == b.trade
    yield Point("form", a.form, b.form), a.form == b.form
    yield Point("unit", _UNITS[a.unit], _UNITS[b.unit]), a.unit == b.unit
    for trait, ours, theirs in _other_names(one, other):
        yield Point(trait, ours, theirs), True
    yield Point("address", one.firm.address or "", other.firm.address or ""), _same_address(one, other)
    patents = _shared(one.firm.patents, other.firm.patents)
    contracts = _shared(one.firm.contracts, other.firm.contracts)
    yield Point("patents", patents, patents), True
    yield Point("contracts", contracts, contracts), True


def _shared(ours: frozenset[str], theirs: frozenset[str]) -> str:
    return "、".join(sorted(ours & theirs)[:_LISTED])


def _other_names(one: Known, other: Known) -> Iterator[tuple[Trait, str, str]]:
    """Former names and aliases that one side calls the other's firm by, each with the name that it meets."""
    for side, beside, turned in ((one, other, False), (other, one, True)):
        for name in side.former:
            for met in beside.names():
                if met.bare == name.bare:
                    yield ("former_name", met.bare, name.bare) if turned else ("former_name", name.bare, met.bare)
        for key, alias in side.aliases.items():
            met_alias = beside.aliases.get(key) or next((n.bare for n in beside.names() if n.bare == key), None)
            if met_alias and not (turned and key in beside.aliases):
                yield ("alias", met_alias, alias) if turned else ("alias", alias, met_alias)


def _places(side: Known) -> str:
    regions = Regions.load()
    paths = ("".join(region.name for region in regions.path(code)) for code in sorted(side.places))
    return "、".join(paths) or side.name.place


def _same_address(one: Known, other: Known) -> bool:
    ours, theirs = one.firm.address, other.firm.address
    return bool(ours and theirs) and "".join(ours.split()) == "".join(theirs.split())  # type: ignore[union-attr]

"""What becomes of two firms that look like one: the program says so itself, a person is asked, or nothing.

Pure. False merges cost more than missed ones, so the program speaks alone only where the comparison is sure, nobody has
spoken on the two before, few records move, and no third firm is drawn in that the comparison keeps apart from one of
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kg.identity.compare import Comparison, compare
from kg.identity.decide import DIFFERENT, LARGE
from kg.identity.duplicates import pairs
from kg.identity.firm import Firm
from kg.records import Decision, RecordId
from kg.values.name import name_key, split_name, written_names

DOUBTS = ("score", "place", "large", "third", "undone")
"""Why a pair waits: between the thresholds; one name, but places that exclude one another; many records; a third firm
that only one of them could be; the program's word was taken back."""

SURE = 0.9
"""The least score on which the program joins two firms by itself, where their names are plainly one besides."""
_NAMESAKES = 12
"""Firms of one name that are compared each with each; of more, each with the first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Two firms (ids in order) that could be one, and why the program does not say so itself; "" where it does."""

    one: Firm
    other: Firm
    comparison: Comparison
    doubt: str

    @property
    def pair(self) -> tuple[str, str]:
        """The ids of both."""
        return self.one.id, self.other.id


def findings(
    firms: Collection[Firm],
    records: Mapping[str, Collection[str]],
    decisions: Iterable[Decision],
    among: Collection[str] | None = None,
) -> list[Finding]:
    """Pairs of firms that could be one, the surest first. `records` are those of each firm; with `among` only pairs of
    one of these firms. A pair that a person keeps apart is none.
    """
    spoken = _spoken(records, decisions)
    found: dict[tuple[str, str], Finding] = {}
    for one, other, comparison in _candidates(firms, among):
        first, second = (one, other) if one.id < other.id else (other, one)
        comparison = comparison if first is one else _turned(comparison)
        two_codes = first.key and second.key and first.key != second.key
        if two_codes or (first.id, second.id) in found or spoken.get((first.id, second.id)) == DIFFERENT:
            continue
        doubt = _doubt(first, second, comparison, records, spoken)
        found[first.id, second.id] = Finding(first, second, comparison, doubt)
    return sorted(_without_thirds(found), key=lambda item: (-item.comparison.score, item.pair))


def _candidates(firms: Collection[Firm], among: Collection[str] | None) -> Iterator[tuple[Firm, Firm, Comparison]]:
    seen = set()
    for one, other, comparison in pairs(firms, among):
        seen.add(frozenset((one.id, other.id)))
        yield one, other, comparison
    # One name in places that exclude one another: the comparison may be sure of either, a person is asked.
    named: dict[str, list[Firm]] = defaultdict(list)
    for firm in firms:
        named[name_key(firm.name)].append(firm)
    for group in named.values():
        for at, one in enumerate(group[:_NAMESAKES]):
            for other in group[at + 1 :]:
                if frozenset((one.id, other.id)) in seen:
                    continue
                if among is None or one.id in among or other.id in among:
                    yield one, other, compare(one, other)


def _turned(comparison: Comparison) -> Comparison:
    """The comparison with the sides of its points exchanged."""
    agrees, differs = (
        tuple(replace(point, one=point.other, other=point.one) for point in points)
        for points in (comparison.agrees, comparison.differs)
    )
    return replace(comparison, agrees=agrees, differs=differs)


def _spoken(records: Mapping[str, Collection[str]], decisions: Iterable[Decision]) -> dict[tuple[str, str], str]:
    """What was said on each two firms by way of their records: DIFFERENT where that holds, else "" (taken back)."""
    firm_of = {key: firm for firm, keys in records.items() for key in keys}
    spoken: dict[tuple[str, str], str] = {}
    for item in decisions:
        first, second = sorted(firm_of.get(key, "") for key in item.records)
        if first and first != second:
            holds = item.verdict == DIFFERENT and item.undone_at is None
            spoken[first, second] = DIFFERENT if holds else spoken.get((first, second), "")
    return spoken


def _doubt(
    one: Firm,
    other: Firm,
    comparison: Comparison,
    records: Mapping[str, Collection[str]],
    spoken: Mapping[tuple[str, str], str],
) -> str:
    if name_key(one.name) == name_key(other.name):
        return "place"  # else they would be one already
    if comparison.verdict != "same" or comparison.score < SURE or not _plainly_one(one, other, comparison):
        return "score"
    if (one.id, other.id) in spoken:
        return "undone"
    if min(len(records[one.id]), len(records[other.id])) > LARGE:
        return "large"
    return ""


def _plainly_one(one: Firm, other: Firm, comparison: Comparison) -> bool:
    """Whether the names leave no doubt: one is the other's former name, or nothing but the place and the word for a
    company with limited liability is written otherwise, beside a brand.

    A score tells which firm of a list a name means. That is not enough to join two firms of the world: of sister firms,
    numbered bureaus, a company and its daughter of the same brand, both exist (docs/measured.md).
    """
    if "unit" in {point.trait for point in comparison.differs}:
        return False
    if "former_name" in {point.trait for point in comparison.agrees}:
        return True
    first, second = (written_names(firm.name)[0] for firm in (one, other))
    a, b = split_name(first), split_name(second)
    if a.rest != b.rest or not {a.unit, b.unit} <= {"company", "group"} or _form(a.form) != _form(b.form):
        return False
    # One place written otherwise, not one place within another: 无锡 and 江苏江阴 have a bank each of the same words.
    same_place = a.place == b.place or (a.place_code is not None and a.place_code == b.place_code)
    return len(a.brand) > 1 and same_place and a.place != "中国" and ("(" in first) == ("(" in second)


def _form(form: str) -> str:
    return form.replace("有限责任公司", "有限公司")


def _without_thirds(found: Mapping[tuple[str, str], Finding]) -> list[Finding]:
    """Where sure pairs hang together, no two firms that they draw in may be different ones."""
    sure = {pair for pair, item in found.items() if not item.doubt}
    near: dict[str, set[str]] = defaultdict(set)
    firms: dict[str, Firm] = {}
    for one, other in sure:
        near[one].add(other)
        near[other].add(one)
        firms[one], firms[other] = found[one, other].one, found[one, other].other
    kept = []
    for pair, item in found.items():
        if pair in sure and not _close(pair, near, firms, found):
            item = Finding(item.one, item.other, item.comparison, "third")
        kept.append(item)
    return kept


def _close(
    pair: tuple[str, str],
    near: Mapping[str, set[str]],
    firms: Mapping[str, Firm],
    found: Mapping[tuple[str, str], Finding],
) -> bool:
    """Whether no firm that is sure to be one of the two is another than the other."""
    one, other = pair
    for third in near[one] ^ near[other]:
        if third in pair:
            continue
        apart = other if third in near[one] else one
        key = (min(third, apart), max(third, apart))
        if found[key].doubt == "place" if key in found else compare(firms[third], firms[apart]).verdict == "different":
            return False
    return True


def as_record(firm: Firm) -> RecordId:
    """The record that stands for a firm in a decision: a firm bears the id of its oldest record."""
    return RecordId(firm.id)

"""Which records are one enterprise: a pure function of records and decisions, the same for any order of either.

Rules, strongest first: a person's newest active word on a pair is obeyed; an equal credit code makes one enterprise;
an equal normalised name makes one, unless something speaks against it. Two credit codes are never one enterprise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.records import Decision, RecordId

_UNDATED = "9999"


@dataclass(frozen=True, slots=True)
class Identity:
    """What identity is judged by: a record's normalised name, credit code, region (GB/T 2260), first publication."""

    id: RecordId
    name_key: str
    credit_code: str | None = None
    region: str | None = None
    published: str | None = None


@dataclass(slots=True)
class _Group:
    """Records that are already known to be one."""

    members: list[Identity]
    codes: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    foes: set[RecordId] = field(default_factory=set)


def places_exclude(one: str, other: str) -> bool:
    """Whether two GB/T 2260 codes name places of which neither lies in the other."""
    a, b = _stem(one), _stem(other)
    return not (a.startswith(b) or b.startswith(a))


def cluster(records: Iterable[Identity], decisions: Iterable[Decision] = ()) -> dict[RecordId, str]:
    """The enterprise of every record: the id of the cluster's oldest record (by publication, then id)."""
    by_id = {record.id: record for record in records}
    groups = _Groups(by_id, decisions)
    groups.join_decided()
    groups.join_codes()
    groups.join_names()
    clusters: dict[RecordId, str] = {}
    for group in groups.all():
        anchor = min(group.members, key=lambda record: (record.published or _UNDATED, record.id))
        clusters.update((record.id, str(anchor.id)) for record in group.members)
    return clusters


def kin(records: Iterable[Identity], decisions: Iterable[Decision] = ()) -> dict[RecordId, RecordId]:
    """One record for each set of records that could meet in `cluster`: by a name, a code or a decision, step by step.

    Each set can be clustered by itself; a record that shares nothing with others is its own enterprise.
    """
    root: dict[str, str] = {}

    def find(item: str) -> str:
        root.setdefault(item, item)
        while root[item] != item:
            root[item] = item = root[root[item]]
        return item

    def join(one: str, other: str) -> None:
        a, b = sorted((find(one), find(other)))
        root[b] = a

    held = list(records)
    for record in held:
        join(record.id, f"~name {record.name_key}")
        if record.credit_code:
            join(record.id, f"~code {record.credit_code}")
    there = {record.id for record in held}
    for decision in decisions:
        if there.issuperset(decision.records):
            join(*decision.records)
    return {record.id: RecordId(find(record.id)) for record in held}


def verdicts(decisions: Iterable[Decision]) -> dict[tuple[RecordId, RecordId], Decision]:
    """The decision that holds for each pair of records: the newest one that is not undone."""
    held: dict[tuple[RecordId, RecordId], Decision] = {}
    for decision in decisions:
        first, second = sorted(decision.records)
        if decision.undone_at is None and first != second:
            known = held.get((first, second))
            if known is None or (known.at, known.id) < (decision.at, decision.id):
                held[first, second] = decision
    return held


class _Groups:
    def __init__(self, records: dict[RecordId, Identity], decisions: Iterable[Decision]) -> None:
        self.records = records
        self.of: dict[RecordId, _Group] = {}
        held = verdicts(decisions)
        self.same = sorted(
            (pair for pair, decision in held.items() if decision.verdict == "same"),
            key=lambda pair: (held[pair].at, held[pair].id),
            reverse=True,
        )
        for record in records.values():
            self.of[record.id] = _Group(
                [record],
                {record.credit_code} if record.credit_code else set(),
                {_stem(record.region)} if record.region else set(),
            )
        for (first, second), decision in held.items():
            if decision.verdict == "different" and first in records and second in records:
                self.of[first].foes.add(second)
                self.of[second].foes.add(first)

    def all(self) -> Iterator[_Group]:
        """Every group once."""
        seen: set[int] = set()
        for group in self.of.values():
            if id(group) not in seen:
                seen.add(id(group))
                yield group

    def join_decided(self) -> None:
        """Newest word first: where two words contradict one another by way of a third record, it wins."""
        for first, second in self.same:
            if first in self.of and second in self.of:
                self._join(self.of[first], self.of[second])

    def join_codes(self) -> None:
        by_code: dict[str, list[RecordId]] = defaultdict(list)
        for record in self.records.values():
            if record.credit_code:
                by_code[record.credit_code].append(record.id)
        for _, ids in sorted(item for item in by_code.items() if len(item[1]) > 1):
            ids.sort()
            for other in ids[1:]:
                self._join(self.of[ids[0]], self.of[other])

    def join_names(self) -> None:
        """Join the groups of one name that nothing tells apart: they are compatible with the same groups.

        Where two namesakes exclude one another, a third record that could be either stays alone: a false merge
        costs more than a missed one. "Compatible with the same" is an equivalence, so no order can matter.
        """
        by_name: dict[str, dict[int, _Group]] = defaultdict(dict)
        for record in self.records.values():
            group = self.of[record.id]
            by_name[record.name_key][id(group)] = group
        joins = [list(groups.values()) for _, groups in sorted(by_name.items()) if len(groups) > 1]
        pairs = [pair for groups in joins for pair in _twins(groups)]
        # A group can stand under two names; the pairs of all names are found before any is joined, and joined in
        # the order of their oldest records.
        pairs.sort(key=lambda pair: sorted((_first(pair[0]), _first(pair[1]))))
        for one, other in pairs:
            self._join(self.of[one.members[0].id], self.of[other.members[0].id])

    def _join(self, one: _Group, other: _Group) -> None:
        if one is other or _told_apart(one, other):
            return
        large, small = (one, other) if len(one.members) >= len(other.members) else (other, one)
        large.members += small.members
        large.codes |= small.codes
        large.regions |= small.regions
        large.foes |= small.foes
        for record in small.members:
            self.of[record.id] = large


def _first(group: _Group) -> RecordId:
    return min(record.id for record in group.members)


def _told_apart(one: _Group, other: _Group) -> bool:
    """Whether a person's word or two credit codes keep the groups apart."""
    if one.codes and other.codes and one.codes != other.codes:
        return True
    foes, members = (one.foes, other.members) if one.foes else (other.foes, one.members)
    return bool(foes) and any(record.id in foes for record in members)


def _conflict(one: _Group, other: _Group) -> bool:
    if _told_apart(one, other):
        return True
    if not one.regions or not other.regions or (one.codes and one.codes == other.codes):
        return False
    return all(places_exclude(a, b) for a in one.regions for b in other.regions)


def _twins(groups: list[_Group]) -> Iterator[tuple[_Group, _Group]]:
    """Pairs to join among groups of one name. Groups that look alike are taken together before all are compared."""
    alike: dict[tuple[frozenset[str], frozenset[str], object], list[_Group]] = defaultdict(list)
    for group in groups:
        own = _first(group) if group.foes else None
        alike[frozenset(group.codes), frozenset(group.regions), own].append(group)
    kinds = [members[0] for members in alike.values()]
    near = [
        frozenset(j for j, other in enumerate(kinds) if i == j or not _conflict(one, other))
        for i, one in enumerate(kinds)
    ]
    classes: dict[frozenset[int], list[_Group]] = defaultdict(list)
    for friends, members in zip(near, alike.values(), strict=True):
        classes[friends] += members
    for members in classes.values():
        members.sort(key=_first)
        for other in members[1:]:
            yield members[0], other


def _stem(code: str) -> str:
    """The code without the empty levels at its end: 330200 names the city 3302."""
    stem = code
    while len(stem) > 2 and stem.endswith("00"):
        stem = stem[:-2]
    return stem

"""What is to be planned: needs, firms, slots, wishes, conflicts; what a wish is worth; a diary that keeps the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from kg.yml import read_yaml
from matcher.errors import BadMeetingError

EXCLUDED, ONE, APART = "excluded", "one", "apart"
KINDS = (EXCLUDED, ONE, APART)
"""Conflicts: a need and a firm that never meet; two firms never both for one need; two firms never in one slot."""


@dataclass(frozen=True, slots=True)
class Need:
    """A need and the officer who sits for it; one officer may have several. `absent` are ids of slots."""

    id: str
    title: str
    officer: str
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm, the meetings that it may have at most (None: as many as slots), and the slots in which it is absent."""

    id: str
    name: str
    most: int | None = None
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of the day and how many tables there are in it."""

    id: str
    begin: str
    end: str
    tables: int


@dataclass(frozen=True, slots=True)
class Wish:
    """That a need and a firm might meet: place in the buyer's order, in the firm's, points of the ranker."""

    need: str
    firm: str
    buyer: int | None = None
    by_firm: int | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """One of KINDS; `need` where it holds for that need alone, None for all."""

    kind: str
    first: str
    second: str | None = None
    need: str | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A need and a firm in a slot at a table (from 1; 0 where none is given yet)."""

    need: str
    firm: str
    slot: str
    table: int = 0
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """What the parts of a wish are worth, and what a place in an order keeps of the place before it."""

    version: str
    buyer: int
    firm: int
    score: int
    place: float

    @classmethod
    def load(cls, own: Path | None = None) -> Points:
        """The operator's table where it exists, else the packaged one. Raises BadMeetingError MA051."""
        path = own if own is not None and own.is_file() else Path(__file__).with_name("points.yml")
        hint = "a map with version, buyer, firm and score (0 to 100) and place (above 0, at most 1)"
        try:
            raw = read_yaml(path.read_text("utf8"))
            made = cls(str(raw["version"]), int(raw["buyer"]), int(raw["firm"]), int(raw["score"]), float(raw["place"]))
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise BadMeetingError(f"points of wishes cannot be read: {error}", hint=hint, file=str(path)) from error
        if not (all(0 <= one <= 100 for one in (made.buyer, made.firm, made.score)) and 0 < made.place <= 1):
            raise BadMeetingError("points of wishes are out of their range", hint=hint, file=str(path))
        return made


@dataclass(frozen=True)
class Problem:
    """A day of meetings. Ids of each kind differ, and all ids that are named exist (the reader sees to it)."""

    needs: Sequence[Need]
    firms: Sequence[Firm]
    slots: Sequence[Slot]
    wishes: Sequence[Wish]
    conflicts: Sequence[Conflict] = ()
    confirmed: Sequence[Meeting] = ()
    points: Points = field(default_factory=Points.load)

    @cached_property
    def need(self) -> Mapping[str, Need]:
        """Needs by id."""
        return {one.id: one for one in self.needs}

    @cached_property
    def firm(self) -> Mapping[str, Firm]:
        """Firms by id."""
        return {one.id: one for one in self.firms}

    @cached_property
    def excluded(self) -> frozenset[tuple[str, str]]:
        """Need and firm that never meet."""
        return frozenset(
            (need.id, one.first)
            for one in self.conflicts
            if one.kind == EXCLUDED
            for need in self.needs
            if one.need in (None, need.id)
        )

    @cached_property
    def rivals(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """By need and firm, the firms of which only one may meet the need."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in self.conflicts:
            if one.kind == ONE and one.second is not None:
                for need in self.needs:
                    if one.need in (None, need.id):
                        found[need.id, one.first].add(one.second)
                        found[need.id, one.second].add(one.first)
        return {key: frozenset(value) for key, value in found.items()}

    @cached_property
    def apart(self) -> Mapping[str, frozenset[str]]:
        """By firm, the firms that are not in the same slot."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.conflicts:
            if one.kind == APART and one.second is not None:
                found[one.first].add(one.second)
                found[one.second].add(one.first)
        return {key: frozenset(value) for key, value in found.items()}

    @cached_property
    def worth(self) -> Mapping[tuple[str, str], int]:
        """Points of each pair that may meet, at least 1; those excluded are left out, confirmed ones are in."""
        best: dict[str, float] = defaultdict(float)
        for one in self.wishes:
            best[one.need] = max(best[one.need], one.score or 0.0)
        kept, points = self.points.place, self.points
        found = {}
        for one in self.wishes:
            total = points.buyer * kept ** (one.buyer - 1) if one.buyer else 0.0
            total += points.firm * kept ** (one.by_firm - 1) if one.by_firm else 0.0
            total += points.score * max(one.score or 0, 0) / best[one.need] if best[one.need] > 0 else 0.0
            if (one.need, one.firm) not in self.excluded:
                found[one.need, one.firm] = max(1, round(total))
        for meeting in self.confirmed:
            found.setdefault((meeting.need, meeting.firm), 1)
        return found

    @cached_property
    def fixed(self) -> Mapping[tuple[str, str], Meeting]:
        """Confirmed meetings by need and firm."""
        return {(one.need, one.firm): one for one in self.confirmed}

    @cached_property
    def wished(self) -> frozenset[str]:
        """Firms that a buyer or they themselves put in an order: each is to meet at least once where it can be."""
        return frozenset(one.firm for one in self.wishes if one.buyer or one.by_firm)

    @cached_property
    def step(self) -> int:
        """Points of one more wished firm that meets at all: more than all meetings together can be worth."""
        places = sum(slot.tables for slot in self.slots)
        return 1 + sum(sorted(self.worth.values(), reverse=True)[:places])

    def open(self, need: str, firm: str) -> tuple[str, ...]:
        """Slots in which neither side is absent."""
        away = self.need[need].absent | self.firm[firm].absent
        return tuple(slot.id for slot in self.slots if slot.id not in away)

    def most(self, firm: str) -> int:
        """Meetings that a firm may have."""
        most = self.firm[firm].most
        return len(self.slots) if most is None else most

    def value(self, meetings: Iterable[Meeting]) -> tuple[int, int]:
        """Wished firms that meet at least once, and the points of all meetings: the first counts before the second."""
        met = list(meetings)
        return len(self.wished & {one.firm for one in met}), sum(self.worth[one.need, one.firm] for one in met)


class Diary:
    """Meetings put down so far, and the first rule that one more would break."""

    def __init__(self, problem: Problem, meetings: Iterable[Meeting] = ()) -> None:
        self._problem = problem
        self._tables = {slot.id: slot.tables for slot in problem.slots}
        self._used: Counter[str] = Counter()
        self._times: Counter[str] = Counter()
        self._busy: set[tuple[str, str, str]] = set()
        self._firms: dict[str, set[str]] = defaultdict(set)
        self.pairs: set[tuple[str, str]] = set()
        for one in meetings:
            self.put(one)

    def put(self, one: Meeting) -> None:
        """Put a meeting down, whatever the rules say."""
        self._used[one.slot] += 1
        self._times[one.firm] += 1
        self._busy |= {("firm", one.firm, one.slot), ("officer", self._problem.need[one.need].officer, one.slot)}
        self._firms[one.slot].add(one.firm)
        self.pairs.add((one.need, one.firm))

    def cannot(self, need: str, firm: str, slot: str) -> str:
        """What nobody can do: be twice in a slot, or sit at a table that is not there. Empty where it can be."""
        if (need, firm) in self.pairs:
            return "already meet"
        if ("officer", self._problem.need[need].officer, slot) in self._busy:
            return "the officer is busy"
        if ("firm", firm, slot) in self._busy:
            return "the firm is busy"
        return "no table is left" if self._used[slot] >= self._tables[slot] else ""

    def never(self, need: str, firm: str) -> str:
        """Why a pair cannot meet in any slot, apart from who is busy; empty where it may."""
        problem = self._problem
        if (need, firm) in problem.excluded:
            return "excluded"
        if not problem.open(need, firm):
            return "no slot in which both are there"
        if self._times[firm] >= problem.most(firm):
            return "the firm has as many meetings as it may have"
        if any((need, other) in self.pairs for other in problem.rivals.get((need, firm), ())):
            return "the need meets a firm that excludes this one"
        return ""

    def against(self, need: str, firm: str, slot: str) -> str:
        """The first rule of any kind that a meeting would break; empty where there is none."""
        problem = self._problem
        found = self.cannot(need, firm, slot) or self.never(need, firm)
        if not found and slot not in problem.open(need, firm):
            return "one of them is absent"
        if not found and problem.apart.get(firm, frozenset()) & self._firms[slot]:
            return "a firm that is to be kept apart is in the slot"
        return found


def greedy(problem: Problem) -> tuple[Meeting, ...]:
    """A plan by hand: wished firms once each, the best wishes first, then all others, each in the first free slot."""
    met = list(problem.confirmed)
    diary = Diary(problem, met)
    order = sorted(problem.worth, key=lambda pair: (-problem.worth[pair], pair))
    for once in (True, False):
        for need, firm in order:
            if once and (firm not in problem.wished or any(firm == one.firm for one in met)):
                continue
            for slot in problem.slots:
                if not diary.against(need, firm, slot.id):
                    met.append(Meeting(need, firm, slot.id))
                    diary.put(met[-1])
                    break
    return tuple(met)

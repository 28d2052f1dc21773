"""A programme that is moved about: meetings in other slots as long as the rules hold and waits become fewer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from matcher.meeting.problem import Meeting, Problem

Side = tuple[str, str]


def waits(problem: Problem, meetings: Iterable[Meeting]) -> int:
    """Empty slots between the first and the last meeting, over all officers and firms."""
    return Day(problem, tuple(meetings)).waits


class Day:
    """Meetings by their place in a list, the slots of each officer and firm, and the sum of waits."""

    def __init__(self, problem: Problem, meetings: Sequence[Meeting]) -> None:
        self._problem, self._meetings = problem, list(meetings)
        self._number = {slot.id: number for number, slot in enumerate(problem.slots)}
        self._room = {slot.id: slot.tables for slot in problem.slots}
        self._used = Counter(one.slot for one in meetings)
        self._held: dict[Side, set[int]] = defaultdict(set)
        for one in meetings:
            for side in self._sides(one):
                self._held[side].add(self._number[one.slot])
        self.waits = sum(_waits(row) for row in self._held.values())

    def slot(self, at: int) -> str:
        """The slot of a meeting."""
        return self._meetings[at].slot

    def meetings(self) -> tuple[Meeting, ...]:
        """The meetings as they stand."""
        return tuple(self._meetings)

    def moved(self, *moves: tuple[int, str]) -> bool:
        """Move meetings where that leaves fewer waits and breaks no rule; whether they were moved."""
        before = [self._meetings[at] for at, _ in moves]
        after = [replace(one, slot=slot) for one, (_, slot) in zip(before, moves, strict=True)]
        if any(old.slot == new.slot for old, new in zip(before, after, strict=True)):
            return False
        if any((one.need, one.firm) in self._problem.fixed for one in before):
            return False
        if any(one.slot not in self._problem.open(one.need, one.firm) for one in after):
            return False
        sides = {side for one in before for side in self._sides(one)}
        was = sum(_waits(self._held[side]) for side in sides)
        for one in before:
            self._take(one)
        put = []
        for one in after:
            if not self._free(one):
                break
            self._put(one)
            put.append(one)
        now = sum(_waits(self._held[side]) for side in sides)
        if len(put) == len(after) and now < was:
            for (at, _), one in zip(moves, after, strict=True):
                self._meetings[at] = one
            self.waits += now - was
            return True
        for one in put:
            self._take(one)
        for one in before:
            self._put(one)
        return False

    def _sides(self, one: Meeting) -> tuple[Side, Side]:
        return ("officer", self._problem.need[one.need].officer), ("firm", one.firm)

    def _free(self, one: Meeting) -> bool:
        number = self._number[one.slot]
        if self._used[one.slot] >= self._room[one.slot]:
            return False
        if any(number in self._held[side] for side in self._sides(one)):
            return False
        apart = self._problem.apart.get(one.firm, frozenset())
        return not any(number in self._held["firm", other] for other in apart)

    def _take(self, one: Meeting) -> None:
        self._used[one.slot] -= 1
        for side in self._sides(one):
            self._held[side].discard(self._number[one.slot])

    def _put(self, one: Meeting) -> None:
        self._used[one.slot] += 1
        for side in self._sides(one):
            self._held[side].add(self._number[one.slot])


def _waits(row: set[int]) -> int:
    return max(row) - min(row) + 1 - len(row) if row else 0

"""The best programme by CP-SAT: who meets, then when, with the bound said; and why a wish was not met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcher.meeting.day import Day, waits
from matcher.meeting.problem import Diary, Meeting, Problem, greedy

SEED = 1
SECONDS = 1.0
"""Effort of each step, in the solver's own seconds: they count work and not time, so that a plan can be made again."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish that has no meeting, and why."""

    need: str
    firm: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Meetings in order of slot and table. `firms` and `points` are reached, the bounds are what no plan can exceed
    (a plan of more firms may have fewer points); `waits` are empty slots between meetings of an officer or a firm."""

    meetings: tuple[Meeting, ...]
    unmet: tuple[Unmet, ...]
    firms: int
    points: int
    firms_bound: int
    points_bound: int
    waits: int
    waits_bound: int
    seed: int
    seconds: float

    @property
    def proved(self) -> bool:
        """Whether no plan has more wished firms, or as many and more points."""
        return self.firms == self.firms_bound and self.points == self.points_bound


def plan(problem: Problem, seed: int = SEED, seconds: float = SECONDS) -> Plan:
    """The programme of a problem. The same problem, seed, effort and version of the solver give the same one.

    First who meets is chosen as if only totals counted, which also bounds every programme, and slots are then sought
    for that choice. Where it has none, pairs and slots are chosen together. Never worse than `greedy`.
    """
    start = greedy(problem)
    solve = _Solver(seed, seconds)
    chosen, bound = _choice(problem, solve, {(one.need, one.firm) for one in start})
    meetings = _times(problem, solve, chosen) if chosen is not None else None
    if meetings is None:
        meetings, nearer = _together(problem, solve, start)
        bound = min(bound, nearer)
    if _total(problem, meetings) < _total(problem, start):
        meetings = start
    meetings, waits_bound = _close(problem, solve, meetings)
    firms, points = problem.value(meetings)
    firms_bound = max(firms, min(len(problem.wished), bound // problem.step))
    # of plans with as many wished firms as the bound has, none has more points than what the bound leaves
    points_bound = bound - firms_bound * problem.step if firms == firms_bound else bound % problem.step
    return Plan(
        meetings=_tables(problem, meetings),
        unmet=tuple(_unmet(problem, meetings)),
        firms=firms,
        points=points,
        firms_bound=firms_bound,
        points_bound=max(points_bound, points) if firms == firms_bound else points_bound,
        waits=waits(problem, meetings),
        waits_bound=waits_bound,
        seed=seed,
        seconds=seconds,
    )


class _Solver:
    """CP-SAT with one worker, the kept seed and a limit that no clock moves."""

    def __init__(self, seed: int, seconds: float) -> None:
        from ortools.sat.python import cp_model  # late: it is large, and most commands and pages do without it

        self.cp, self._seed, self._seconds = cp_model, seed, seconds

    def __call__(self, model: Any, linear: int = 2) -> Any:
        """The solver after its run where it found anything, else None."""
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self._seed
        solver.parameters.max_deterministic_time = self._seconds
        solver.parameters.linearization_level = linear  # who meets is near its linear relaxation; waits are far from it
        return solver if solver.solve(model) in (self.cp.OPTIMAL, self.cp.FEASIBLE) else None


def _total(problem: Problem, meetings: Iterable[Meeting]) -> int:
    firms, points = problem.value(meetings)
    return firms * problem.step + points


def _rules(problem: Problem, model: Any, pair: dict[Pair, Any]) -> tuple[Any, Any]:
    """What holds of pairs in any slots; returns how many wished firms meet, and the points. What is
    confirmed stays whatever else is said.
    """
    fixed = problem.fixed
    by_firm: dict[str, list[Pair]] = defaultdict(list)
    for key in pair:
        by_firm[key[1]].append(key)
    for key in fixed:
        model.add(pair[key] == 1)
    for firm, keys in by_firm.items():
        model.add(sum(pair[key] for key in keys) <= max(problem.most(firm), sum(key in fixed for key in keys)))
    for (need, firm), others in problem.rivals.items():
        for other in others:
            two = ((need, firm), (need, other))
            if firm < other and all(one in pair for one in two) and not all(one in fixed for one in two):
                model.add_at_most_one(pair[one] for one in two)
    met = []
    for firm in sorted(problem.wished & set(by_firm)):
        one = model.new_bool_var("")
        model.add(one <= sum(pair[key] for key in by_firm[firm]))
        met.append(one)
    return sum(met), sum(problem.worth[key] * var for key, var in pair.items())


def _slots(problem: Problem, key: Pair) -> tuple[str, ...]:
    """Slots that are open to a pair; of a confirmed one, its own alone."""
    if key in problem.fixed:
        return (problem.fixed[key].slot,)
    return problem.open(*key)


def _choice(problem: Problem, solve: _Solver, hint: set[Pair]) -> tuple[list[Pair] | None, int]:
    """Pairs that are best by totals, and the bound on any programme."""
    model = solve.cp.CpModel()
    pair = {key: model.new_bool_var("") for key in sorted(problem.worth) if _slots(problem, key)}
    firms, points = _rules(problem, model, pair)
    officers: dict[str, list[Pair]] = defaultdict(list)
    for key, var in pair.items():
        officers[problem.need[key[0]].officer].append(key)
        model.add_hint(var, key in hint)
    for keys in officers.values():
        model.add(sum(pair[key] for key in keys) <= len({slot for key in keys for slot in _slots(problem, key)}))
    model.add(sum(pair.values()) <= sum(slot.tables for slot in problem.slots))
    # firms that meet at all first, then points: two easy questions instead of one of large numbers
    model.maximize(firms)
    first = solve(model)
    if first is None:
        return None, len(problem.wished) * problem.step + problem.step - 1
    reached, least = round(first.best_objective_bound), round(first.objective_value)
    model.add(firms >= least)
    model.clear_hints()
    for var in pair.values():
        model.add_hint(var, first.boolean_value(var))
    model.maximize(points)
    done = solve(model)
    # where the first step is not proved, nothing is known of the points of plans with more firms
    most = round(done.best_objective_bound) if done is not None and reached == least else problem.step - 1
    done = done or first
    return [key for key, var in pair.items() if done.boolean_value(var)], reached * problem.step + most


class _Timed:
    """Pairs in slots: a true variable is a meeting."""

    def __init__(self, problem: Problem, solve: _Solver, pairs: Iterable[Pair]) -> None:
        self.problem, self.model = problem, solve.cp.CpModel()
        self.at = {(key, slot): self.model.new_bool_var("") for key in sorted(pairs) for slot in _slots(problem, key)}
        self.rows: dict[tuple[str, str], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        slots: dict[str, list[Any]] = defaultdict(list)
        firms: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for ((need, firm), slot), var in self.at.items():
            self.rows["officer", problem.need[need].officer][slot].append(var)
            self.rows["firm", firm][slot].append(var)
            slots[slot].append(var)
            firms[firm, slot].append(var)
        for row in self.rows.values():
            for here in row.values():
                self.model.add_at_most_one(here)
        for room in problem.slots:
            self.model.add(sum(slots[room.id]) <= room.tables)
        held = {(one.firm, one.slot) for one in problem.confirmed}
        for firm, others in sorted(problem.apart.items()):
            for other in sorted(others):
                for room in problem.slots:
                    two = ((firm, room.id), (other, room.id))
                    # two confirmed meetings stay, though they break it
                    if firm < other and not all(one in held for one in two):
                        self.model.add_at_most_one([*firms[two[0]], *firms[two[1]]])

    def hint(self, meetings: Iterable[Meeting]) -> None:
        """Where the search begins."""
        said = {((one.need, one.firm), one.slot) for one in meetings}
        for key, var in self.at.items():
            self.model.add_hint(var, key in said)

    def each_once(self) -> None:
        """All pairs meet."""
        for row in self.pairs().values():
            self.model.add_exactly_one(row)

    def pairs(self) -> dict[Pair, list[Any]]:
        """Variables of each pair."""
        found: dict[Pair, list[Any]] = defaultdict(list)
        for (key, _), var in self.at.items():
            found[key].append(var)
        return found

    def meetings(self, done: Any) -> tuple[Meeting, ...]:
        """What the solver found."""
        return tuple(Meeting(*key, slot) for (key, slot), var in self.at.items() if done.boolean_value(var))


def _times(problem: Problem, solve: _Solver, pairs: Sequence[Pair]) -> tuple[Meeting, ...] | None:
    timed = _Timed(problem, solve, pairs)
    timed.each_once()
    done = solve(timed.model)
    return None if done is None else timed.meetings(done)


def _together(problem: Problem, solve: _Solver, start: tuple[Meeting, ...]) -> tuple[tuple[Meeting, ...], int]:
    """Pairs and slots at once, from the greedy plan on, and the bound."""
    timed = _Timed(problem, solve, [key for key in problem.worth if _slots(problem, key)])
    pair = {}
    for key, row in timed.pairs().items():
        pair[key] = timed.model.new_bool_var("")
        timed.model.add(sum(row) == pair[key])
    timed.hint(start)
    firms, points = _rules(problem, timed.model, pair)
    timed.model.maximize(problem.step * firms + points)
    done = solve(timed.model)
    if done is None:
        return start, len(problem.wished) * problem.step + problem.step - 1
    return timed.meetings(done), round(done.best_objective_bound)


def _close(problem: Problem, solve: _Solver, meetings: tuple[Meeting, ...]) -> tuple[tuple[Meeting, ...], int]:
    """The same pairs with as few waits as can be found, and the bound on them."""
    meetings = _drawn_together(problem, meetings)
    now = waits(problem, meetings)
    if not now:
        return meetings, 0
    timed = _Timed(problem, solve, [(one.need, one.firm) for one in meetings])
    timed.each_once()
    timed.hint(meetings)
    empty = []
    for row in timed.rows.values():
        if sum(len(here) for here in row.values()) < 2:
            continue
        busy = [sum(row.get(slot.id, [])) for slot in problem.slots]
        before, after = ([timed.model.new_bool_var("") for _ in busy] for _ in range(2))
        for place, here in enumerate(busy):
            timed.model.add(before[place] >= here)
            timed.model.add(after[place] >= here)
            if place:
                timed.model.add_implication(before[place - 1], before[place])
                timed.model.add_implication(after[place], after[place - 1])
            wait = timed.model.new_bool_var("")
            timed.model.add(wait >= before[place] + after[place] - 1 - here)
            empty.append(wait)
    timed.model.minimize(sum(empty))
    done = solve(timed.model, 1)
    if done is None:
        return meetings, 0
    found = timed.meetings(done)
    bound = max(0, round(done.best_objective_bound))
    return (found if waits(problem, found) < now else meetings), bound


def _drawn_together(problem: Problem, meetings: tuple[Meeting, ...]) -> tuple[Meeting, ...]:
    """Meetings moved to another slot, or exchanged with another one, as long as waits become fewer: where the search
    for fewer begins."""
    day = Day(problem, meetings)
    better = True
    while better:
        better = False
        for one in range(len(meetings)):
            for slot in problem.slots:
                better |= day.moved((one, slot.id))
            for other in range(one):
                better |= day.moved((one, day.slot(other)), (other, day.slot(one)))
    return day.meetings()


def _tables(problem: Problem, meetings: Iterable[Meeting]) -> tuple[Meeting, ...]:
    """Tables from 1 in each slot: confirmed ones as they were, each officer at the table of before where it is free."""
    fixed = problem.fixed
    seat = {officer: number for number, officer in enumerate(dict.fromkeys(one.officer for one in problem.needs), 1)}
    found: list[Meeting] = []
    rows = list(meetings)
    for slot in problem.slots:
        here = sorted((one for one in rows if one.slot == slot.id), key=lambda one: (one.need, one.firm))
        kept = [replace(one, confirmed=True) for one in (fixed.get((row.need, row.firm)) for row in here) if one]
        free = [one for one in range(1, slot.tables + 1) if one not in {row.table for row in kept}]
        open_ = [one for one in here if (one.need, one.firm) not in fixed] + [one for one in kept if not one.table]
        wanted = {id(one): seat[problem.need[one.need].officer] for one in open_}
        placed = [one for one in kept if one.table]
        for one in sorted(open_, key=lambda one: wanted[id(one)] not in free):
            table = wanted[id(one)] if wanted[id(one)] in free else free[0]
            free.remove(table)
            seat[problem.need[one.need].officer] = table
            placed.append(replace(one, table=table))
        found += sorted(placed, key=lambda one: one.table)
    return tuple(found)


def _unmet(problem: Problem, meetings: Iterable[Meeting]) -> Iterable[Unmet]:
    """Wishes without a meeting, the dearest first."""
    diary = Diary(problem, meetings)
    left = [(one.need, one.firm) for one in problem.wishes if (one.need, one.firm) not in diary.pairs]
    for need, firm in sorted(left, key=lambda key: (-problem.worth.get(key, 0), key)):
        reason = diary.never(need, firm)
        if not reason:
            said = [diary.against(need, firm, slot) for slot in problem.open(need, firm)]
            # the one rule where a single one stands in the way of all slots
            reason = (
                said[0] if len(set(said)) == 1 else "no slot in which both are free: wishes of more points took them"
            )
        yield Unmet(need, firm, problem.worth.get((need, firm), 0), reason or "the search ended before it was tried")

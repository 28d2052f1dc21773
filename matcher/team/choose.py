"""Choosing the members of a team: what is asked for in which order, by CP-SAT with a proof, and greedily to compare.

What counts, each before all that follow:

1. targets reached, a nearly met one counting half (as everywhere: `matcher.target.WORTH`),
2. stages shown,
3. the points by which the members together fall short of the first firm of the list: who stands at its head costs
   little, who stands at its foot much, so that no member is taken who adds nothing,
4. fewer members,
5. lower ranks.

At most one firm of a group is a member, and at most `size` firms are. CP-SAT: Perron and Didier, OR-Tools.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from matcher.scorecard import DIGITS
from matcher.target import WORTH, Verdict

MOST = 12
"""Members that a team may have."""

EFFORT = 0.2
"""What CP-SAT may spend on each of its three steps, in its own deterministic seconds: equal input, equal team."""

TRIES = 4
"""Teams that are looked at for each that is given, those among them that are an earlier one less a member."""

SEED = 20
"""Seed of CP-SAT's search."""

_UNIT: int = 10**DIGITS
_HALVES: dict[Verdict, int] = {verdict: int(2 * WORTH[verdict]) for verdict in ("met", "near", "missed", "unknown")}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm that could be a member: what comes of each target, the stages that it shows, and its groups.

    `groups` are ids that only one member may have: the firm's own and those of all firms above it.
    """

    id: str
    rank: int
    score: float
    verdicts: tuple[Verdict, ...] = ()
    stages: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


class Worth(NamedTuple):
    """What a team is worth, compared item by item: more is better.

    `halves` are half targets (two for a met one, one for a near one); `short` (in 1/10,000 point), `members` and
    `ranks` are negative.
    """

    halves: int
    stages: int
    short: int
    members: int
    ranks: int

    @property
    def reached(self) -> float:
        """Targets reached, a near one counting half."""
        return self.halves / 2

    @property
    def points_short(self) -> float:
        """Points by which the members together fall short of the list's first."""
        return -self.short / _UNIT


@dataclass(frozen=True, slots=True)
class Chosen:
    """A team: places of its members in the problem's candidates, ascending, its worth, and what is proved of it.

    `most_halves`, `most_stages` and `least_short` bound what any team could have on that step, where the steps before
    are as they are here; a step is proved where the team has just that.
    """

    members: tuple[int, ...]
    worth: Worth
    most_halves: int
    most_stages: int
    least_short: int

    @property
    def proved(self) -> bool:
        """Whether no team is better."""
        bound = (self.most_halves, self.most_stages, self.least_short)
        return bound == (self.worth.halves, self.worth.stages, -self.worth.short)


class Problem:
    """Candidates and what they are to cover together."""

    def __init__(self, candidates: Iterable[Candidate], size: int) -> None:
        """The order in which candidates come does not matter. `size` is at most MOST and at least 1."""
        self.candidates = tuple(sorted(candidates, key=lambda one: (one.rank, one.id)))
        self.size = min(max(size, 1), MOST)
        self.targets = max((len(one.verdicts) for one in self.candidates), default=0)
        self.stages = tuple(sorted({stage for one in self.candidates for stage in one.stages}))
        best = max((one.score for one in self.candidates), default=0.0)
        self.short = tuple(round((best - one.score) * _UNIT) for one in self.candidates)

    @cached_property
    def groups(self) -> list[list[int]]:
        """Places of candidates of one group, for each group that has several."""
        found: dict[str, list[int]] = {}
        for place, one in enumerate(self.candidates):
            for group in one.groups:
                found.setdefault(group, []).append(place)
        return [places for _, places in sorted(found.items()) if len(places) > 1]

    def together(self, places: Collection[int]) -> bool:
        """Whether these candidates may be one team."""
        seen: set[str] = set()
        for place in places:
            groups = self.candidates[place].groups
            if seen & groups:
                return False
            seen |= groups
        return len(places) <= self.size

    def worth(self, places: Collection[int]) -> Worth:
        """What a team of these candidates is worth."""
        team = [self.candidates[place] for place in places]
        halves = sum(
            max((_HALVES[one.verdicts[target]] for one in team if one.verdicts), default=0)
            for target in range(self.targets)
        )
        stages = len({stage for one in team for stage in one.stages})
        short = sum(self.short[place] for place in places)
        return Worth(halves, stages, -short, -len(team), -sum(one.rank for one in team))


def greedy(problem: Problem, taken: Collection[int] = ()) -> tuple[int, ...]:
    """Members one after the other, each the one that adds most, until none adds a target or a stage.

    The usual way to cover sets without a solver, kept to compare with; it starts from `taken`.
    """
    team = list(taken)
    while len(team) < problem.size:
        now = problem.worth(team)
        open_to = [
            place for place in range(len(problem.candidates)) if place not in team and problem.together([*team, place])
        ]
        best = max(open_to, key=lambda place: (problem.worth([*team, place]), -place), default=None)
        if best is None or problem.worth([*team, best])[:2] <= now[:2]:
            break
        team.append(best)
    return tuple(sorted(team))


def choose(problem: Problem, most: int = 1, effort: float = EFFORT) -> Iterator[Chosen]:
    """The best team, then the next best ones that differ from all before, at most `most` of them.

    None contains an earlier one whole, so that no member is there who adds nothing; one that is an earlier team less a
    member is passed over. Ends early where no other team covers anything, and after one that is not proved within
    `effort`: what is found next could be better.
    """
    before: list[tuple[int, ...]] = []
    given = 0
    while given < most and len(before) < most * TRIES:
        chosen = _Model(problem, before, effort).solved()
        if chosen is None or not chosen.members:
            return
        less = any(set(chosen.members) < set(other) for other in before)
        before.append(chosen.members)
        if not less:
            given += 1
            yield chosen
        if not chosen.proved:
            return


class _Model:
    """The problem as CP-SAT has it: a member is a true variable, and each step is solved with those before it kept."""

    def __init__(self, problem: Problem, before: Sequence[tuple[int, ...]], effort: float) -> None:
        from ortools.sat.python import cp_model  # late: it is large, and most commands and pages do without it

        self._cp = cp_model
        self._problem, self._before, self._effort = problem, before, effort
        self._model = model = cp_model.CpModel()
        self._member = member = [model.new_bool_var("") for _ in problem.candidates]
        model.add(sum(member) <= problem.size)
        for places in problem.groups:
            model.add_at_most_one(member[place] for place in places)
        for team in before:
            model.add(sum(member[place] for place in team) <= len(team) - 1)
        self._halves = sum(self._covered(target, least) for target in range(problem.targets) for least in (1, 2))
        self._stages = sum(self._shown(stage) for stage in problem.stages)
        self._short = sum(short * one for short, one in zip(problem.short, member, strict=True))

    def _covered(self, target: int, least: int) -> Any:
        """Whether a target is reached by `least` halves."""
        return self._any(
            place
            for place, one in enumerate(self._problem.candidates)
            if one.verdicts and _HALVES[one.verdicts[target]] >= least
        )

    def _shown(self, stage: str) -> Any:
        return self._any(place for place, one in enumerate(self._problem.candidates) if stage in one.stages)

    def _any(self, places: Iterable[int]) -> Any:
        """A variable that can only be true where one of these candidates is a member."""
        found = self._model.new_bool_var("")
        self._model.add(found <= sum(self._member[place] for place in places))
        return found

    def solved(self) -> Chosen | None:
        """The best team and its bounds; None where there is none, or none was found."""
        problem, team = self._problem, self._start()
        if not problem.candidates:
            return None
        # fewer members and lower ranks after the points: each member weighs more than all ranks together
        ranks = 1 + sum(sorted((one.rank for one in problem.candidates), reverse=True)[: problem.size])
        member = (problem.size + 1) * ranks
        least = self._short * member + sum(
            (ranks + one.rank) * var for one, var in zip(problem.candidates, self._member, strict=True)
        )
        bounds: list[int] = []
        for step, trivial in ((self._halves, 2 * problem.targets), (self._stages, len(problem.stages)), (least, 0)):
            self._hint(team)
            (self._model.minimize if step is least else self._model.maximize)(step)
            found, bound = self._solve()
            if found is not None and (team is None or problem.worth(found) > problem.worth(team)):
                team = found
            if team is None:
                return None
            bounds.append(trivial if bound is None else bound)
            if step is not least:
                self._model.add(step >= problem.worth(team)[len(bounds) - 1])
        assert team is not None
        worth = problem.worth(team)
        exact = bounds[2] == -worth.short * member - worth.members * ranks - worth.ranks
        short = -worth.short if exact else (bounds[2] - member + 1) // member
        return Chosen(
            team,
            worth,
            max(bounds[0], worth.halves),
            max(bounds[1], worth.stages),
            max(short, 0),
        )

    def _start(self) -> tuple[int, ...] | None:
        """The greedy team where it may still be had: where the search begins, and what it may not fall behind."""
        team = greedy(self._problem)
        return None if any(set(other) <= set(team) for other in self._before) else team

    def _hint(self, team: tuple[int, ...] | None) -> None:
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        for place, one in enumerate(self._member if team is not None else ()):
            self._model.add_hint(one, place in (team or ()))

    def _solve(self) -> tuple[tuple[int, ...] | None, int | None]:
        """The team that is best on this step and the bound on it; neither where the limit came before any answer."""
        solver = self._cp.CpSolver()
        # one worker and a limit that no clock moves: the same team on every machine
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = SEED
        solver.parameters.max_deterministic_time = self._effort
        solver.parameters.linearization_level = 2  # covers are near their linear relaxation: seconds become hundredths
        status = solver.solve(self._model)
        if status not in (self._cp.OPTIMAL, self._cp.FEASIBLE):
            return None, None
        members = tuple(place for place, one in enumerate(self._member) if solver.boolean_value(one))
        return members, round(solver.best_objective_bound)

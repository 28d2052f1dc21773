"""A team with its reasons: what each member covers by which fact, what stays uncovered and why, who could step in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from matcher.scorecard import DIGITS
from matcher.target import Figure, Shown, Verdict
from matcher.team.choose import EFFORT, Candidate, Chosen, Problem, Worth, choose, greedy
from matcher.team.stage import STAGES, Speaks

CANDIDATES = 200
"""Firms of a need's list that are looked at, from its head."""

SIZE = 5
"""Members that a team has at most, where nothing else is asked: as many as there are stages."""

ALTERNATIVES = 3
INSTEAD = 3
"""Other teams that are looked for, and firms that are named in place of each member."""

Why = Literal["words", "nobody", "unknown", "missed", "left_out", "together", "full"]
"""Why a target or a stage stays uncovered: it is said in words alone (there is no figure to compare), no firm of the
list says anything of it, only figures that cannot be compared are said, all figures miss it, only firms that are left
out show it, who shows it is of one group with a member, or there was no place left for who shows it."""

Barred = Literal["named", "named_group", "poster_group"]
"""Why a firm is left out: it was named, it is of one group with one that was, or with who asks."""


@dataclass(frozen=True, slots=True)
class Option:
    """A firm of the list: its name, rank and score, what it shows of each target, and what speaks for its stages."""

    id: str
    name: str
    rank: int
    score: float
    shown: tuple[Shown, ...] = ()
    spoken: Mapping[str, Speaks] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()

    def candidate(self) -> Candidate:
        """As it is chosen by."""
        verdicts = tuple(one.verdict for one in self.shown)
        return Candidate(self.id, self.rank, self.score, verdicts, frozenset(self.spoken), self.groups)


@dataclass(frozen=True, slots=True)
class Cover:
    """What a member covers: a target (its place) with verdict and figure, or a stage with the fact that speaks for it.

    `alone`: nobody else of the team covers it as well.
    """

    target: int | None = None
    verdict: Verdict | None = None
    figure: Figure | None = None
    speaks: Speaks | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Instead:
    """A firm that could take a member's place, and what the team would then reach less (or, below zero, more).

    `points` are those by which the team would fall shorter of the list's first.
    """

    option: Option
    targets: float
    stages: int
    points: float


@dataclass(frozen=True, slots=True)
class Member:
    """A member, what it covers, and who could take its place."""

    option: Option
    covers: tuple[Cover, ...]
    instead: tuple[Instead, ...] = ()


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A target (its place) or a stage that nobody of the team covers, why, and the firms of whom that is so.

    A target that is only nearly met is not among them: its cover says so. `figure` is the nearest that misses it.
    """

    why: Why
    target: int | None = None
    stage: str | None = None
    who: tuple[Option, ...] = ()
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Members in the order of the list, what stays uncovered, what the team is worth and what is proved of that."""

    members: tuple[Member, ...]
    uncovered: tuple[Uncovered, ...]
    worth: Worth
    chosen: Chosen

    @property
    def proved(self) -> bool:
        """Whether it is proved that no team is better."""
        return self.chosen.proved


@dataclass(frozen=True, slots=True)
class Teams:
    """The best team (None: no firm covers anything), others, what a greedy choice is worth, and who was left out."""

    targets: tuple[Figure, ...]
    words: tuple[str, ...]
    best: Team | None
    others: tuple[Team, ...]
    uncovered: tuple[Uncovered, ...]
    greedy: Worth
    left_out: tuple[tuple[Option, Barred], ...]
    options: int
    size: int


def teams(
    targets: Sequence[Figure],
    options: Sequence[Option],
    words: Sequence[str] = (),
    barred: Mapping[str, Barred] | None = None,
    size: int = SIZE,
    alternatives: int = ALTERNATIVES,
    effort: float = EFFORT,
) -> Teams:
    """Build teams of the options (each with what it shows of every target, or of none) that are not barred (by id).

    `words` are the names of targets that are said in words alone. Equal input gives equal teams.
    """
    barred = barred or {}
    left_out = tuple((one, barred[one.id]) for one in options if one.id in barred)
    builder = _Builder(
        targets, words, [one for one in options if one.id not in barred], [one for one, _ in left_out], size
    )
    found = [builder.team(chosen) for chosen in choose(builder.problem, 1 + max(alternatives, 0), effort)]
    best = found[0] if found else None
    return Teams(
        targets=tuple(targets),
        words=tuple(words),
        best=best,
        others=tuple(found[1:]),
        uncovered=best.uncovered if best else builder.uncovered(()),
        greedy=builder.problem.worth(greedy(builder.problem)),
        left_out=left_out,
        options=len(builder.problem.candidates),
        size=builder.problem.size,
    )


class _Builder:
    """The reasons of a choice, worked out from the options it was made of."""

    def __init__(
        self,
        targets: Sequence[Figure],
        words: Sequence[str],
        options: Sequence[Option],
        left_out: Sequence[Option],
        size: int,
    ) -> None:
        self.targets, self.words, self.left_out = targets, words, left_out
        self.problem = Problem((one.candidate() for one in options), size)
        by_id = {one.id: one for one in options}
        self.options = [by_id[one.id] for one in self.problem.candidates]

    def team(self, chosen: Chosen) -> Team:
        members = tuple(
            Member(self.options[place], tuple(self._covers(place, chosen.members)), self._instead(place, chosen))
            for place in chosen.members
        )
        return Team(members, self.uncovered(chosen.members), chosen.worth, chosen)

    def _covers(self, place: int, team: Sequence[int]) -> Iterator[Cover]:
        """What a member covers; a near target only where nobody of the team meets it."""
        option = self.options[place]
        others = [self.options[other] for other in team if other != place]
        for target, one in enumerate(option.shown):
            theirs = {other.shown[target].verdict for other in others if other.shown}
            if one.verdict == "met" or (one.verdict == "near" and "met" not in theirs):
                yield Cover(target, one.verdict, one.figure, alone=one.verdict not in theirs)
        for stage in STAGES:
            if stage in option.spoken:
                alone = not any(stage in other.spoken for other in others)
                yield Cover(speaks=option.spoken[stage], alone=alone)

    def _instead(self, place: int, chosen: Chosen) -> tuple[Instead, ...]:
        """The firms with which, in this member's place, the team is worth most; only those that cover something more
        than the others do."""
        kept = [other for other in chosen.members if other != place]
        bare = self.problem.worth(kept)
        found = []
        for other in range(len(self.options)):
            if other not in chosen.members and self.problem.together([*kept, other]):
                worth = self.problem.worth([*kept, other])
                if worth[:2] > bare[:2]:
                    found.append((worth, -other))
        now = chosen.worth
        return tuple(
            Instead(
                self.options[-other],
                now.reached - worth.reached,
                now.stages - worth.stages,
                round(worth.points_short - now.points_short, DIGITS),
            )
            for worth, other in sorted(found, reverse=True)[:INSTEAD]
        )

    def uncovered(self, team: Sequence[int]) -> tuple[Uncovered, ...]:
        """Targets and stages that nobody of the team covers."""
        return (*self._open_targets(team), *self._open_stages(team))

    def _open_targets(self, team: Sequence[int]) -> Iterator[Uncovered]:
        for place, target in enumerate(self.targets):
            shown = [(one, one.shown[place]) for one in self.options if one.shown]
            reach = [one for one, said in shown if said.verdict in ("met", "near")]
            if any(self.options[member] in reach for member in team):
                continue
            away = [one for one in self.left_out if one.shown and one.shown[place].verdict in ("met", "near")]
            missed = [(one, said.figure) for one, said in shown if said.verdict == "missed" and said.figure is not None]
            vague = [one for one, said in shown if said.verdict == "unknown" and said.figure is not None]
            if reach:
                yield Uncovered(self._crowded(reach, team), place, who=tuple(reach))
            elif away:
                yield Uncovered("left_out", place, who=tuple(away))
            elif missed:
                nearest, figure = min(missed, key=lambda one: (_beside(target, one[1]), one[0].rank))
                yield Uncovered("missed", place, who=(nearest,), figure=figure)
            elif vague:
                yield Uncovered("unknown", place, who=tuple(vague))
            else:
                yield Uncovered("nobody", place)
        yield from (Uncovered("words", len(self.targets) + place) for place in range(len(self.words)))

    def _open_stages(self, team: Sequence[int]) -> Iterator[Uncovered]:
        for stage in STAGES:
            if any(stage in self.options[member].spoken for member in team):
                continue
            able = [one for one in self.options if stage in one.spoken]
            away = [one for one in self.left_out if stage in one.spoken]
            if able:
                yield Uncovered(self._crowded(able, team), stage=stage, who=tuple(able))
            elif away:
                yield Uncovered("left_out", stage=stage, who=tuple(away))
            else:
                yield Uncovered("nobody", stage=stage)

    def _crowded(self, able: Sequence[Option], team: Sequence[int]) -> Why:
        """Why none of those who could is a member: all are of one group with a member, or there was no place."""
        taken = {group for member in team for group in self.options[member].groups}
        return "together" if all(one.groups & taken for one in able) else "full"


def _beside(target: Figure, figure: Figure) -> float:
    """How far a figure lies beside a target's bounds, as a share of the bound."""
    low, high = target.bounds(target.unit)
    try:
        least, most = figure.bounds(target.unit)
    except ValueError:
        return float("inf")
    gap, bound = max((low - most, low), (least - high, high))
    return gap / abs(bound) if bound else gap

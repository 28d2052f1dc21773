"""What a test report is worth: which parameter, shown by a firm, would settle targets of most open needs.

Targets give no points, so a report moves no rank: it turns a target that a firm nearly meets, or shows nothing of, to
met. It is arithmetic: what `matcher.target.compare` says once the report's figure is among the firm's (tested by doing
so). A target that the firm misses by its own figure of what is sought stays missed: no paper is proposed against what
is known.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.values.unit import comparable
from matcher.corpus import Corpus
from matcher.reverse import TOP, Board
from matcher.target import Figure, Verdict, compare, plain_name, same_name, verdict

BEYOND = 0.01
"""Share of a bound by which a report goes beyond it where the bound itself is not enough (greater than)."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The targets of one open need, and the names of what it seeks."""

    need: str
    targets: tuple[Figure, ...]
    sought: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A target that a report would turn to met: on which need, for which firm of its list, and what is shown now.

    `left` are the other targets of the need that are not met by what the firm shows.
    """

    need: str
    firm: str
    rank: int
    target: Figure
    verdict: Verdict
    figure: Figure | None
    left: int

    @property
    def counts(self) -> bool:
        """Whether the firm is in the need's top ten, where a buyer asks for it."""
        return self.rank <= TOP


@dataclass(frozen=True, slots=True)
class Report:
    """A test report on one parameter: the value that meets most targets, and those that it meets."""

    shows: Figure
    settled: tuple[Settled, ...]

    @property
    def needs(self) -> int:
        """Open needs of which it settles a target for a firm of the top ten."""
        return len({one.need for one in self.settled if one.counts})

    @property
    def firms(self) -> int:
        """Firms of a top ten for which it settles a target."""
        return len({one.firm for one in self.settled if one.counts})

    @property
    def last(self) -> int:
        """Pairs of need and firm of the top ten of which all targets are met by it."""
        return len({(one.need, one.firm) for one in self.settled if one.counts and not one.left})


def reports(
    boards: Sequence[Board],
    corpus: Corpus,
    demands: Sequence[Demand],
    shown: Mapping[str, Sequence[Figure]],
    firm: str | None = None,
) -> list[Report]:
    """Which reports would settle targets of most needs, by what each firm (id) shows now.

    For one firm over all needs on whose lists it is; without one for the firms that `shown` has as keys, over the
    needs in whose top ten they are. Ordered by needs in whose top ten it settles something, by firms that lack nothing
    else, then by targets.
    """
    ranks = dict(_ranks(boards, corpus, shown, firm))
    open_ones: list[Settled] = []
    for demand in demands:
        for ident, rank in ranks.get(demand.need, ()):
            found = compare(tuple(dict.fromkeys(demand.targets)), shown.get(ident, ()), demand.sought)
            unmet = sum(one.verdict != "met" for one in found)
            open_ones += [
                Settled(demand.need, ident, rank, one.target, one.verdict, one.figure, unmet - 1)
                for one in found
                if one.verdict in ("near", "unknown")
            ]
    parameters = _parameters(one.target for one in open_ones)
    made = [report for name, unit in parameters for report in _reports(name, unit, open_ones)]
    return sorted(made, key=lambda one: (-one.needs, -one.last, -len(one.settled), one.shows.name, one.shows.unit))


def top_firms(boards: Sequence[Board], corpus: Corpus, rows: Iterable[int]) -> list[str]:
    """Firms among these rows of the corpus that are in a top ten."""
    inside = {int(row) for board in boards for row in board.rows[board.top].tolist()}.intersection(rows)
    return [corpus.firms[row].id for row in sorted(inside)]


def _ranks(
    boards: Sequence[Board], corpus: Corpus, shown: Mapping[str, Sequence[Figure]], firm: str | None
) -> Iterable[tuple[str, list[tuple[str, int]]]]:
    """By need the firms that are looked at, with their ranks."""
    row = corpus.row(firm) if firm is not None else None
    for board in boards:
        if firm is None:
            ids = [corpus.firms[at].id for at in board.rows[board.top].tolist()]
            yield board.query.id, [(ident, rank) for rank, ident in enumerate(ids, 1) if ident in shown]
        elif row is not None and (candidate := board.candidate(row)) is not None and board.listed[candidate]:
            yield board.query.id, [(firm, board.place(candidate))]


def _parameters(targets: Iterable[Figure]) -> list[tuple[str, str]]:
    """Names and units of what is asked for, each once: one name in units that cannot be converted is two."""
    found: list[tuple[str, str]] = []
    for target in sorted(targets, key=lambda one: (one.name, one.unit)):
        if not any(
            plain_name(target.name) == plain_name(name) and comparable(target.unit, unit) for name, unit in found
        ):
            found.append((target.name, target.unit))
    return found


def _reports(name: str, unit: str, open_ones: Sequence[Settled]) -> Iterable[Report]:
    """Reports on a parameter until each target is met by one: the value that settles most of what is left, first."""
    mine = [one for one in open_ones if same_name(one.target.name, name) and comparable(one.target.unit, unit)]
    figures = [Figure(name, "=", value, unit=unit) for value in sorted({v for one in mine for v in _enough(one, unit)})]
    met = {figure: frozenset(one for one in mine if verdict(one.target, figure) == "met") for figure in figures}
    left = frozenset(mine)
    while left and figures:
        best = max(figures, key=lambda figure: _weight(met[figure] & left))
        if not met[best] & left:
            return
        yield Report(best, tuple(sorted(met[best], key=_order)))
        left -= met[best]


def _weight(found: Iterable[Settled]) -> tuple[int, int]:
    ones = list(found)
    return len({one.need for one in ones if one.counts}), len(ones)


def _order(one: Settled) -> tuple[bool, int, str, str, str]:
    return not one.counts, one.left, one.need, one.firm, one.target.name


def _enough(one: Settled, unit: str) -> list[float]:
    """Values in another unit that meet a target by the least; bounds that must be passed are passed by a hundredth."""
    target = one.target
    ends = [end for end in target.bounds(unit) if math.isfinite(end)]
    if target.operator in "<>":
        step = 1 if target.operator == ">" else -1
        ends = [float(np.round(end + step * (BEYOND * abs(end) or 1), 10)) for end in ends]
    return ends

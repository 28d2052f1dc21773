"""Why a firm stands where it does on a need: what it is short of, what would raise it, and why it is not listed.

All of it is arithmetic over the lines of the scorecard, which add up to the score. One thing is changed at a time and
the other firms stay as they are: a product that is added may also change what its neighbours are compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.conditions import Condition, Outcome, Truth
from matcher.query import Query
from matcher.rank import Ranked, Ranker, Ranking
from matcher.reverse import TOP, Board
from matcher.scorecard import DIGITS, Line

State = Literal["listed", "kept_out", "not_compared", "asks", "unknown"]
"""Listed; kept out by hard conditions; not among the candidates; the one who asks; not in the corpus."""

LEAST = 10.0**-DIGITS
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Step:
    """A value of a line at which the firm has `points` more and stands at `rank`."""

    value: float
    points: float
    rank: int


@dataclass(frozen=True, slots=True)
class Lift:
    """What would raise the rank: a feature from its value now (None: not known), or one wish that is not met.

    `steps`: the least value that brings the firm into the top ten, where one does, and the most that the line gives.
    """

    feature: str
    now: float | None
    steps: tuple[Step, ...]
    wish: Condition | None = None

    @property
    def best(self) -> Step:
        """The most that can be gained."""
        return self.steps[-1]


@dataclass(frozen=True, slots=True)
class Gap:
    """A line of the scorecard on which the firm has fewer points than the one it is compared with."""

    feature: str
    mine: float
    theirs: float

    @property
    def points(self) -> float:
        """How many fewer."""
        return round(self.theirs - self.mine, DIGITS)


@dataclass(frozen=True, slots=True)
class Near:
    """The product of a firm that is nearest to the need, and its cosine (1: the same)."""

    product: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Why:
    """A firm on one need.

    `rank` is that among the listed firms (0: it is not), `place` the one its score gives, were it not kept out.
    `tied` counts other listed firms of the same score: their order says nothing. `mark` is the firm it is compared
    with: the tenth, for a firm of the top ten the first (None: it is the first, or nobody is listed).
    """

    state: State
    firm: str
    query: Query
    scorecard: str
    compared: int
    listed: int
    rank: int = 0
    place: int = 0
    tied: int = 0
    entry: Ranked | None = None
    mark: Ranked | None = None
    gaps: tuple[Gap, ...] = ()
    lifts: tuple[Lift, ...] = ()
    near: Near | None = None

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The hard conditions that keep it out."""
        return tuple(one for one in self.entry.conditions if one.hard and not one.passes) if self.entry else ()


def why(ranker: Ranker, query: Query, firm_id: str) -> Why:
    """Why a firm of the corpus stands where it does on a need, or is not on its list.

    Raises BadQueryError (MA001) as `Ranker.rank` does.
    """
    ranking = ranker.rank(query, 0)
    card, compared, listed = ranking.scorecard.name, len(ranking.scene.rows), len(ranking.entries)
    row = ranker.corpus.row(firm_id)
    if row is None:
        return Why("unknown", firm_id, query, card, compared, listed)
    entry = ranking.place_of(firm_id)
    if entry is None:
        state: State = "asks" if firm_id in query.without else "not_compared"
        return Why(state, firm_id, query, card, compared, listed, near=_nearest(ranking, row))
    board = Board.of(ranking)
    candidate = board.candidate(row) or 0
    place = board.place(candidate)
    mark = None
    if listed and entry.rank != 1:
        mark = ranking.entries[0 if place <= TOP else min(TOP, listed) - 1]
    same = ranking.scores[ranking.order] == entry.score
    return Why(
        state="listed" if entry.rank else "kept_out",
        firm=firm_id,
        query=query,
        scorecard=card,
        compared=compared,
        listed=listed,
        rank=entry.rank,
        place=place,
        tied=int(same.sum()) - (1 if entry.rank else 0),
        entry=entry,
        mark=mark,
        gaps=_gaps(entry, mark) if mark else (),
        lifts=_lifts(ranking, board, candidate, place),
    )


def _gaps(entry: Ranked, mark: Ranked) -> tuple[Gap, ...]:
    pairs = zip(entry.contributions, mark.contributions, strict=True)
    gaps = [Gap(mine.feature, mine.points, theirs.points) for mine, theirs in pairs]
    return tuple(sorted((gap for gap in gaps if gap.points > 0), key=lambda gap: -gap.points))


def _nearest(ranking: Ranking, row: int) -> Near | None:
    """The nearest product of a firm that was not compared: no product of it is among the nearest of the need."""
    corpus, scene = ranking.scene.corpus, ranking.scene
    slots = corpus.slots(row)
    if not len(slots):
        return None
    cosines = scene.index.similarity(np.asarray(corpus.slot_product[slots.start : slots.stop]), scene.vectors)
    best = int(np.argmax(cosines))
    return Near(corpus.product_at(row, slots[best]).name, round(float(cosines[best]), 4))


def _lifts(ranking: Ranking, board: Board, candidate: int, place: int) -> tuple[Lift, ...]:
    """What would raise the firm, the best rank first."""
    found = []
    for at, line in enumerate(ranking.scorecard.lines):
        value, points = float(ranking.values[candidate, at]), float(ranking.points[candidate, at])
        now = None if np.isnan(value) else value
        if line.feature == "wishes":
            found += _wishes(ranking, board, candidate, line, value, points)
            continue
        least = _value_for(line, now, points + board.bar + LEAST - float(board.scores[candidate]))
        reach = [least] if least is not None and place > TOP and not line.rule else []  # a rule is met or not
        found.append(Lift(line.feature, now, _steps(board, candidate, line, points, [*reach, line.high])))
    better = [lift for lift in found if lift.best.points > 0 and lift.best.rank < place]
    return tuple(sorted(better, key=lambda lift: (lift.best.rank, -lift.best.points)))


def _steps(board: Board, candidate: int, line: Line, points: float, values: list[float]) -> tuple[Step, ...]:
    gains = [round(float(line.of(np.array([value]))[0]) - points, DIGITS) for value in values]
    scores = np.round(board.scores[candidate] + np.array(gains), DIGITS)
    ranks = board.places(np.full(len(values), candidate), scores)
    return tuple(Step(*one) for one in zip(values, gains, map(int, ranks), strict=True))


def _value_for(line: Line, now: float | None, points: float) -> float | None:
    """The least value at which a line gives that many points; None where none does. Lines rise, so it is bisected."""
    low, high = line.low if now is None else now, line.high
    if not np.isfinite(points) or low >= high or float(line.of(np.array([high]))[0]) < points:
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if float(line.of(np.array([middle]))[0]) >= points else (middle, high)
    return high


def _wishes(ranking: Ranking, board: Board, candidate: int, line: Line, value: float, points: float) -> list[Lift]:
    """Each wish that is not met, as what meeting it alone would bring (what is unknown counts half already)."""
    wishes, row = ranking.query.conditions.wishes(), int(ranking.scene.rows[candidate])
    found = []
    for wish in wishes:
        truth = wish.truth(lambda name: ranking.scene.corpus.values(row, name))
        if truth is not Truth.TRUE:
            met = value + (Truth.TRUE - truth) / int(Truth.TRUE) / len(wishes)
            found.append(Lift(line.feature, value, _steps(board, candidate, line, points, [met]), wish))
    return found

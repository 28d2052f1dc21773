"""The other direction: where a firm stands on each of many needs, by the same ranker, and what it lacks for each."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import is_

import numpy as np
from numpy.typing import NDArray

from matcher.aliases import Aliases
from matcher.conditions import Outcome, Truth
from matcher.embed import Vectors
from matcher.features.registry import FEATURES
from matcher.index import Index
from matcher.kept import Kept
from matcher.query import Query
from matcher.rank import Ranked, Ranker, Ranking
from matcher.scorecard import DIGITS, Scorecard

TOP = 10
"""Firms of a list that a buyer looks at: where a firm ought to stand."""

KEPT = 1500
"""Boards that are kept, the last that were asked for: of all open needs, and of those that some page asks for alone."""

EXPLAINED = 4000
"""Fits that are kept: ten each of four hundred firms, some kilobytes a fit. Each takes a ranking to make."""

ASKED = 4
"""Sets of needs whose boards are known by the very queries: telling what two of seven hundred seek takes a while."""

SHORT = 3
"""Lines of the scorecard that are named where a firm is short of points."""


@dataclass(frozen=True)
class Board:
    """What is kept of a need's ranking: who was compared, with how many points, and who is listed.

    `rows` are firms of the corpus, ascending. `rest` are the points of features that read more than the firm's own
    fields: what no paper of the firm alone can change. `sought` is the need as features see it, with other names of
    what is sought.
    """

    query: Query
    sought: Query
    scorecard: Scorecard
    vectors: Vectors
    index: Index
    rows: NDArray[np.int32]
    scores: NDArray[np.float64]
    rest: NDArray[np.float64]
    listed: NDArray[np.bool_]

    @classmethod
    def of(cls, ranking: Ranking) -> Board:
        """The board of a ranking in which all firms are listed that pass (made with `top` 0)."""
        listed = np.zeros(len(ranking.scene.rows), bool)
        listed[ranking.order] = True
        shared = [not FEATURES[line.feature].own for line in ranking.scorecard.lines]
        rest = ranking.points[:, shared].sum(axis=1)
        scene = ranking.scene
        return cls(
            query=ranking.query,
            sought=scene.query,
            scorecard=ranking.scorecard,
            vectors=scene.vectors,
            index=scene.index,
            rows=scene.rows,
            scores=ranking.scores,
            rest=rest,
            listed=listed,
        )

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        """Listed candidates from the last to the first."""
        order = np.lexsort((-self.rows, self.scores))
        return np.asarray(order[self.listed[order]])

    @property
    def top(self) -> NDArray[np.int64]:
        """Candidates of the top ten, the first one first."""
        return self._order[-TOP:][::-1]

    @cached_property
    def bar(self) -> float:
        """The score of the last firm of the top ten; below all scores where there are fewer firms than that."""
        return float(self.scores[self._order[-TOP]]) if len(self._order) >= TOP else -np.inf

    def candidate(self, row: int) -> int | None:
        """Where a firm of the corpus stands among those that were compared; None where it was not."""
        at = int(np.searchsorted(self.rows, row))
        return at if at < len(self.rows) and self.rows[at] == row else None

    def places(self, candidates: NDArray[np.int64], scores: NDArray[np.float64]) -> NDArray[np.int64]:
        """The place of each candidate, had it this score and passed; the others stay as they are.

        Ties are in the order of firms, as in the ranking itself.
        """
        order = self._order
        have = self.scores[order]
        low, high = np.searchsorted(have, scores, "left"), np.searchsorted(have, scores, "right")
        before = len(have) - high - (self.listed[candidates] & (self.scores[candidates] > scores))
        for at in np.flatnonzero(high > low).tolist():
            before[at] += int((self.rows[order[low[at] : high[at]]] < self.rows[candidates[at]]).sum())
        return np.asarray(before + 1, np.int64)

    def place(self, candidate: int) -> int:
        """The place that a candidate's score gives it, were it not kept out."""
        return int(self.places(np.array([candidate]), self.scores[[candidate]])[0])


@dataclass(frozen=True, slots=True)
class Short:
    """A line of the scorecard on which the firm has `points` fewer than the firm that it is compared with."""

    feature: str
    points: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A firm on one need: `rank` among the listed firms (0: a hard condition keeps it out), `place` by score alone.

    `mark` is the score of the tenth firm, for a firm of the top ten that of the first; `short` says on which lines it
    has fewer points than that one.
    """

    query: Query
    rank: int
    place: int
    listed: int
    compared: int
    entry: Ranked
    mark: float | None
    short: tuple[Short, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The hard conditions that keep it out."""
        return tuple(one for one in self.entry.conditions if one.hard and not one.passes)

    @property
    def unmet(self) -> tuple[Outcome, ...]:
        """The wishes that it does not meet, as far as is known."""
        return tuple(one for one in self.entry.conditions if not one.hard and one.truth is Truth.FALSE)

    @property
    def unknown(self) -> tuple[Outcome, ...]:
        """The conditions of which nothing is known that would decide them (those that keep it out are `failed`)."""
        return tuple(one for one in self.entry.conditions if one.truth is Truth.UNKNOWN and one not in self.failed)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Queries that were asked together, by which other names, and their boards."""

    queries: tuple[Query, ...]
    aliases: Aliases
    found: dict[str, Board]


class Boards:
    """The boards of the open needs over one corpus, made when they are first asked for and kept."""

    def __init__(self, ranker: Ranker) -> None:
        self.ranker = ranker
        self._kept: dict[str, Board] = {}
        self._asked: list[_Asked] = []
        self._fits = Kept[tuple[str, str], Fit](EXPLAINED)

    def of(self, queries: Iterable[Query]) -> list[Board]:
        """The boards of these needs, in their order; of others the last that were asked for are kept."""
        return list(self.made(queries).values())

    def made(self, queries: Iterable[Query]) -> dict[str, Board]:
        """The same by what is sought now: other names of a thing may have been added to the table."""
        queries, aliases = tuple(queries), self.ranker.aliases
        for asked in self._asked:
            if asked.aliases is aliases and same_objects(asked.queries, queries):
                return asked.found
        found = self._made(queries)
        self._asked = [*self._asked, _Asked(queries, aliases, found)][-ASKED:]
        return found

    def _made(self, queries: Iterable[Query]) -> dict[str, Board]:
        wanted = {_said(self.ranker.aliases.expand(query)[0]): query for query in queries}
        known = ChainMap(self._kept, *(asked.found for asked in self._asked))
        found = {said: known.get(said) or Board.of(self.ranker.rank(query, 0)) for said, query in wanted.items()}
        kept = {said: board for said, board in self._kept.items() if said not in found} | found
        self._kept = dict(list(kept.items())[-max(KEPT, len(found)) :])
        return found

    def fits(self, firm_id: str, queries: Iterable[Query], most: int = 0) -> tuple[list[Fit], int]:
        """A firm on the needs that it was compared for, best first, at most `most` (0: all); and how many there are.

        Those whose list it is on come first, by its rank there, then by score. Then those that it is kept out of, by
        the place that its score would give it. Scores of different needs say little beside one another.
        """
        return self.told(firm_id, self.made(queries), most)

    def told(self, firm_id: str, made: Mapping[str, Board], most: int = 0) -> tuple[list[Fit], int]:
        """The same over boards that were just `made`."""
        row = self.ranker.corpus.row(firm_id)
        found = []
        for said, board in made.items() if row is not None else ():
            candidate = board.candidate(int(row or 0))
            if candidate is not None:
                kept_out = not board.listed[candidate]
                place = board.place(candidate)
                found.append((kept_out, place, -float(board.scores[candidate]), board.query.id, said, board))
        found.sort(key=lambda one: one[:4])
        fits = [self._fit(firm_id, said, board, place) for _, place, _, _, said, board in found[: most or None]]
        return fits, len(found)

    def _fit(self, firm_id: str, said: str, board: Board, place: int) -> Fit:
        """The firm on the need; what was told last is kept, since the same people come back to the same firm."""
        return self._fits.get((firm_id, said), lambda: self._explained(firm_id, board, place))

    def _explained(self, firm_id: str, board: Board, place: int) -> Fit:
        ranking = self.ranker.rank(board.query, 0)
        entry = ranking.place_of(firm_id)
        if entry is None:
            raise ValueError(f"{firm_id} was not compared for {board.query.id}")
        listed = len(ranking.entries)
        mark = None
        if listed and entry.rank != 1:
            mark = ranking.entries[0 if place <= TOP else TOP - 1]
        return Fit(
            query=board.query,
            rank=entry.rank,
            place=place,
            listed=listed,
            compared=len(board.rows),
            entry=entry,
            mark=mark.score if mark else None,
            short=_short(entry, mark) if mark else (),
        )


def _short(entry: Ranked, mark: Ranked) -> tuple[Short, ...]:
    pairs = zip(entry.contributions, mark.contributions, strict=True)
    short = [Short(mine.feature, round(theirs.points - mine.points, DIGITS)) for mine, theirs in pairs]
    return tuple(sorted((one for one in short if one.points > 0), key=lambda one: -one.points)[:SHORT])


def _said(query: Query) -> str:
    return json.dumps([query.to_json(), sorted(query.without)], ensure_ascii=False, sort_keys=True, default=str)


def same_objects(one: Sequence[object], other: Sequence[object]) -> bool:
    """Whether both hold the very same objects in the same order."""
    return len(one) == len(other) and all(map(is_, one, other))


def candidates_among(board: Board, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Which candidates of a board are among these firms of the corpus."""
    return np.flatnonzero(np.isin(board.rows, rows))

"""The price of a paper: which one certificate, title or proof would move a firm into the most top tens.

It is arithmetic. Points of features that read the firm's own fields are reckoned anew with the paper, the others stay
as they are; the conditions are judged anew; the new score is compared with those of the other firms, which stay as
they are. So what is said here is what a ranking says once the paper is in the corpus (tested by doing so).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import Scene
from matcher.conditions import Condition, Truth
from matcher.corpus import Corpus
from matcher.features.registry import FEATURES
from matcher.fields import field_of, number
from matcher.firm import Firm, Item
from matcher.judge import failures, judge
from matcher.query import Query
from matcher.reverse import TOP, Board, candidates_among
from matcher.scorecard import DIGITS

Kind = Literal["certificate", "title", "proof"]

_KINDS: dict[str, Kind] = {"certificate": "certificate", "tier": "title", "honour": "title"}

_GAINED = frozenset({"certificate", "tier", "honour", "process"})
"""Fields to which a firm can add a value: it can be awarded a certificate. Of other fields a paper only proves what
is so already, so it helps where nothing is known."""

_NONE = frozenset(
    {"name", "firm", "products", "industries", "credit_code", "kind", "status", "as_of", "demo", "foundation"}
)
"""Fields that no paper settles, or whose change would change what other firms are compared with."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that would meet a condition which some open need has: it shows `value` in the condition's field."""

    demand: Condition
    value: Any

    @property
    def kind(self) -> Kind:
        """A certificate or a title to gain, or the proof of what may be so already."""
        return _KINDS.get(self.demand.field, "proof")

    def on(self, firm: Firm, as_of: date) -> Firm | None:
        """The firm with the paper; None where it would change nothing or contradict what is known."""
        truth = self.demand.truth(lambda name: firm.values(name, as_of))
        if truth is Truth.TRUE or (truth is Truth.FALSE and self.demand.field not in _GAINED):
            return None
        names = ("tier", "honour") if self.demand.field == "tier" else (self.demand.field,)
        more = {name: (*firm.items(name), Item(self.value)) for name in names}
        return replace(firm, fields={**firm.fields, **more})


@dataclass(frozen=True, slots=True)
class Move:
    """What a paper does to a firm on one need: its rank before and after (0: kept out), its score before and after."""

    need: str
    firm: str
    before: int
    after: int
    score_before: float
    score_after: float

    @property
    def opens(self) -> bool:
        """Whether the firm gets into the top ten by it."""
        return 0 < self.after <= TOP and not 0 < self.before <= TOP

    @property
    def lifts(self) -> bool:
        """Whether the firm stands better by it."""
        return self.after > 0 and (self.before == 0 or self.after < self.before)


@dataclass(frozen=True, slots=True)
class Price:
    """What a paper is worth: the moves that it makes, those into a top ten first."""

    paper: Paper
    moves: tuple[Move, ...]

    @property
    def opened(self) -> tuple[Move, ...]:
        """The moves into a top ten."""
        return tuple(move for move in self.moves if move.opens)

    @property
    def needs(self) -> int:
        """Open needs on which it brings a firm into the top ten."""
        return len({move.need for move in self.opened})

    @property
    def firms(self) -> int:
        """Firms that it brings into a top ten."""
        return len({move.firm for move in self.opened})


def papers_for(queries: Iterable[Query]) -> list[Paper]:
    """The papers that the needs' conditions ask for, each once, in a fixed order."""
    found: dict[tuple[str, str], Paper] = {}
    for query in queries:
        for leaf in query.conditions.leaves():
            value = _shown(leaf)
            if leaf.field not in _NONE and value is not None and leaf.truth_of((value,)) is Truth.TRUE:
                found.setdefault((leaf.field, str(value)), Paper(leaf, value))
    return [found[key] for key in sorted(found)]


def prices(boards: Sequence[Board], corpus: Corpus, firm_id: str) -> list[Price]:
    """What each paper is worth to one firm, over all these needs, dearest first; papers that lift it nowhere are none.

    Ordered by top tens that it opens, then by needs on which the firm stands better.
    """
    row = corpus.row(firm_id)
    if row is None:
        return []
    papers = papers_for(board.query for board in boards)
    made = [(row, paper) for paper in papers]
    moved = [(paper, move) for paper, move in _moves(boards, corpus, made, everyone=True) if move.lifts]
    return _priced(moved)


def opened(boards: Sequence[Board], corpus: Corpus, rows: Sequence[int]) -> list[Price]:
    """Which paper opens most needs, summed over firms of the corpus (by row); only moves into a top ten are counted.

    Each firm is reckoned alone, the others as they are now: two firms with the paper cannot both take the tenth place.
    """
    papers = papers_for(board.query for board in boards)
    able = sorted({int(row) for board in boards for row in board.rows[_able(board, rows)]})
    made = [(row, paper) for row in able for paper in papers]
    return _priced([(paper, move) for paper, move in _moves(boards, corpus, made, everyone=False) if move.opens])


def _priced(moved: Iterable[tuple[Paper, Move]]) -> list[Price]:
    by_paper: dict[tuple[str, str], tuple[Paper, list[Move]]] = {}
    for paper, move in moved:
        by_paper.setdefault((paper.demand.field, str(paper.value)), (paper, []))[1].append(move)
    found = [
        Price(paper, tuple(sorted(moves, key=lambda move: (not move.opens, move.after, move.need, move.firm))))
        for paper, moves in by_paper.values()
    ]
    return sorted(
        found,
        key=lambda one: (-one.needs, -len(one.opened), -len(one.moves), one.paper.demand.field, str(one.paper.value)),
    )


def _able(board: Board, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Candidates among these firms that are not in the top ten, and could be with all points of their own."""
    most = sum(line.points for line in board.scorecard.lines if FEATURES[line.feature].own)
    among = candidates_among(board, rows)
    among = among[np.round(board.rest[among] + most, DIGITS) >= board.bar]
    inside = board.listed[among] & (board.places(among, board.scores[among]) <= TOP)
    return np.asarray(among[~inside])


@dataclass(frozen=True)
class _Variants(Scene):
    """A scene in which firms with a paper stand for the firms: only features of the firm's own fields look at it."""

    firms: Corpus | None = None

    @property
    def corpus(self) -> Corpus:
        """The firms with their papers."""
        return self.firms if self.firms is not None else self.index.corpus


def _moves(
    boards: Sequence[Board], corpus: Corpus, made: Iterable[tuple[int, Paper]], everyone: bool
) -> list[tuple[Paper, Move]]:
    """What each paper does to its firm on each need; without `everyone` only where the top ten may come of it."""
    kept: list[tuple[int, Paper]] = []
    changed: list[Firm] = []
    for row, paper in made:
        firm = corpus.firms[row]
        with_paper = paper.on(firm, corpus.as_of)
        if with_paper is not None:
            kept.append((row, paper))
            named = (*firm.items("aliases"), Item(firm.id))  # lists of firms may name it by its id
            fields = {**with_paper.fields, "aliases": named}
            changed.append(replace(with_paper, id=f"{len(changed):08d}", fields=fields))
    if not changed:
        return []
    variants = Corpus.build(changed, as_of=corpus.as_of)
    rows = np.array([row for row, _ in kept])
    found = []
    for board in boards:
        able = candidates_among(board, rows) if everyone else _able(board, rows)
        chosen = np.flatnonzero(np.isin(rows, board.rows[able]))
        if not len(chosen):
            continue
        candidates = np.searchsorted(board.rows, rows[chosen])
        passes, scores = _again(board, variants, chosen, candidates)
        after = np.where(passes, board.places(candidates, scores), 0)
        was = board.scores[candidates]
        before = np.where(board.listed[candidates], board.places(candidates, was), 0)
        for place, one in enumerate(chosen.tolist()):
            row, paper = kept[one]
            move = Move(
                board.query.id,
                corpus.firms[row].id,
                int(before[place]),
                int(after[place]),
                float(was[place]),
                float(scores[place]),
            )
            found.append((paper, move))
    return found


def _again(
    board: Board, variants: Corpus, chosen: NDArray[np.int64], candidates: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whether each chosen variant passes the need's hard conditions, and its score."""
    judged = [judge(part, variants) for part in board.query.conditions.parts() if part.hard]
    passes = failures(judged, len(variants))[chosen] == 0
    scene = _Variants(board.sought, board.vectors, board.index, chosen.astype(np.int32), firms=variants)
    scores = board.rest[candidates].copy()
    for line in board.scorecard.lines:
        if FEATURES[line.feature].own:
            scores += line.of(FEATURES[line.feature].values(scene))
    return passes, np.asarray(np.round(scores, DIGITS))


def _shown(leaf: Condition) -> Any:
    """A value that meets a condition, the least that does; None where no value alone can."""
    first = leaf.value[0] if isinstance(leaf.value, list | tuple) and leaf.value else leaf.value
    if leaf.op in ("=", "contains", "prefix", ">=", "<=", "within", "in", "between"):
        return first
    if leaf.op in ("<", ">"):
        return _beyond(leaf.field, first, 1 if leaf.op == ">" else -1)
    return None


def _beyond(name: str, value: Any, step: int) -> Any:
    kind = field_of(name)
    if kind.kind == "date":
        try:
            return (date.fromisoformat(str(value)) + timedelta(days=step)).isoformat()
        except ValueError:
            return None
    if kind.kind == "ordinal":
        place = kind.order.index(value) + step if value in kind.order else -1
        return kind.order[place] if 0 <= place < len(kind.order) else None
    amount = number(value)
    return None if amount is None else amount + step

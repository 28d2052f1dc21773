"""The open needs from a firm's side: which fit it, what it lacks, which paper would open most of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from kg.values.name import name_key
from matcher.conditions import Condition
from matcher.judge import judge
from matcher.kept import Kept
from matcher.paper import Price, opened, prices
from matcher.proof import Demand, Report, reports, top_firms
from matcher.rank import Ranker
from matcher.reverse import Board, Boards, Fit, same_objects
from web.errors import WebError
from web.home import Home
from web.jobs.open_needs import OpenNeed, open_needs
from web.jobs.targets import figures_of

if TYPE_CHECKING:
    from kg.store import Graph

_BOARDS: WeakKeyDictionary[Ranker, Boards] = WeakKeyDictionary()
_MAKING = Lock()
"""Boards of all open needs are made once: whoever asks meanwhile waits for them instead of making them too."""


@dataclass(frozen=True, slots=True)
class Fits:
    """The needs of one firm, best first: `count` of them in all, by which corpus and scorecard."""

    fits: tuple[Fit, ...]
    count: int
    open: int
    corpus: str
    scorecard: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Papers by what they would open, for a firm or summed over the firms of a place; and test reports by the targets
    that they would settle, of which `asked` are asked by open needs."""

    prices: tuple[Price, ...]
    reports: tuple[Report, ...]
    asked: int
    firms: int
    open: int
    corpus: str
    scorecard: str


def _boards(ranker: Ranker) -> Boards:
    if ranker not in _BOARDS:
        _BOARDS[ranker] = Boards(ranker)
    return _BOARDS[ranker]


@dataclass(frozen=True, slots=True)
class _Worth:
    """What papers are worth to a firm, by which needs and boards."""

    needs: Sequence[OpenNeed]
    boards: Sequence[Board]
    opened: Opened


PAPERS_KEPT = 300
"""Firms of which the worth of papers is kept: the same people come back to the same firm."""

_PAPERS: WeakKeyDictionary[Ranker, Kept[str, _Worth]] = WeakKeyDictionary()


def make_boards(home: Home, graph: Graph) -> None:
    """Make the boards of all open needs, before the first firm that looks at them waits for it."""
    needs = open_needs(home, graph)
    with _MAKING:
        _boards(home.ranker()).of([need.query for need in needs])


def firm_fits(home: Home, firm_id: str, needs: Sequence[OpenNeed], most: int = 0) -> Fits:
    """Where a firm stands on each open need, at most `most` of them (0: all)."""
    ranker = home.ranker()
    boards = _boards(ranker)
    with _MAKING:
        made = boards.made(need.query for need in needs)
    found, count = boards.told(firm_id, made, most)
    return Fits(tuple(found), count, len(needs), ranker.corpus.stamp, _cards(list(made.values()), ranker))


def firm_papers(home: Home, graph: Graph, firm_id: str, needs: Sequence[OpenNeed]) -> Opened:
    """What each paper and each test report would be worth to a firm; kept as long as needs and boards are the same."""
    ranker = home.ranker()
    with _MAKING:
        boards = _boards(ranker).of([need.query for need in needs])

    def worth() -> _Worth:
        found = prices(boards, ranker.corpus, firm_id)
        return _Worth(needs, boards, _opened(graph, ranker, needs, boards, found, [firm_id], firm_id))

    def holds(kept: _Worth) -> bool:
        return same_objects(kept.needs, needs) and same_objects(kept.boards, boards)

    return _PAPERS.setdefault(ranker, Kept(PAPERS_KEPT)).get(firm_id, worth, holds).opened


def place_papers(home: Home, graph: Graph, place: str, needs: Sequence[OpenNeed]) -> Opened:
    """Which papers would open most needs to the firms of a place (GB/T 2260 code; empty: all firms), and which test
    reports would settle targets for most of those that are in top tens."""
    ranker = home.ranker()
    corpus = ranker.corpus
    if place:
        inside = judge(Condition("region", "within", place, True, "drop"), corpus).passes
        rows = np.flatnonzero(inside).tolist()
    else:
        rows = list(range(len(corpus)))
    with _MAKING:
        boards = _boards(ranker).of([need.query for need in needs])
    prices_of_all = opened(boards, corpus, rows)
    found = _opened(graph, ranker, needs, boards, prices_of_all, top_firms(boards, corpus, rows))
    return replace(found, firms=len(rows))


def _opened(
    graph: Graph,
    ranker: Ranker,
    needs: Sequence[OpenNeed],
    boards: Sequence[Board],
    found: Sequence[Price],
    firms: Sequence[str],
    firm: str | None = None,
) -> Opened:
    sought = {board.query.id: board.sought.terms for board in boards}
    demands = [Demand(need.query.id, need.targets, tuple(sought[need.query.id])) for need in needs if need.targets]
    shown = dict.fromkeys(firms, ()) | figures_of(graph, firms) if demands and firms else {}
    settled = reports(boards, ranker.corpus, demands, shown, firm)
    asked = sum(len(demand.targets) for demand in demands)
    return Opened(tuple(found), tuple(settled), asked, 1, len(needs), ranker.corpus.stamp, _cards(boards, ranker))


def _cards(boards: Sequence[Board], ranker: Ranker) -> str:
    """The scorecards that these needs are ranked by: needs with a text have one of their own."""
    return ", ".join(sorted({board.scorecard.name for board in boards})) or ranker.scorecard.name


def firm_id_of(graph: Graph, said: str) -> tuple[str, str]:
    """Id and name of the firm that an id or a whole name means. Raises WebError WE404 for none or several."""
    found = graph.read("firm", id=said) or [
        row for one in graph.read("posters", id="", name_key=name_key(said)) for row in graph.read("firm", id=one["id"])
    ]
    firms = {str(row["firm"]["id"]): str(row["firm"]["name"]) for row in found}
    if len(firms) != 1:
        reason = f"{len(firms)} firms are called" if firms else "no firm"
        raise WebError(f"{reason} {said[:80]}", code="WE404", hint=", ".join(firms) or "its id, or its whole name")
    return next(iter(firms.items()))

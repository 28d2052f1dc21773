"""Every award as a need with a known answer: project and buyer are given, the winner is sought among all firms.

The protocol. A test need is one contract of one announcement: its title and its buyer's name. The answer is any of
its winners. What may be used for it is what was known before its day: contracts of announcements of earlier days, and
a list of firms with products that is not made from announcements. Announcements of the same day and later, its own
among them, are not looked at. The pool is the firms of the list and all winners of earlier days; a winner that is not
in the pool is a miss, and how many are in it is told. The first part of the contracts by day is history alone, the
rest are the needs. A contract that an earlier announcement told already (a like title and the same winner) is no need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.records import Fact
from kg.values.name import name_key
from matcher.award import Award, History, alike
from matcher.corpus import Corpus
from matcher.embed import Embedder
from matcher.errors import BadRunError
from matcher.evaluate.ranking import SAMPLES, Figure, summary
from matcher.firm import Firm
from matcher.lexical import Lexical
from matcher.query import Query
from matcher.rank import Ranker
from matcher.scorecard import Scorecard

HISTORY = 0.6
"""Share of the contracts, the earliest ones, that are history alone."""

REPEATED = 0.8
"""Share of pairs of characters from which on two titles are one."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract of one announcement: who won it are firms by id."""

    title: str
    buyer: str
    day: str
    document: str
    winners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwardEvaluation:
    """Hits@10 and MRR by method, over the needs; `reachable` is the share whose winner is in the pool."""

    contracts: int
    needs: int
    repeats: int
    since: str
    reachable: float
    pool: int
    figures: Mapping[str, Mapping[str, Figure]]

    def to_json(self) -> dict[str, Any]:
        """As `bulian award-eval --json` prints it."""
        return {
            "contracts": self.contracts,
            "needs": self.needs,
            "repeats": self.repeats,
            "since": self.since,
            "reachable": round(self.reachable, 4),
            "pool": self.pool,
            "methods": figures_json(self.figures),
        }


def figures_json(figures: Mapping[str, Mapping[str, Figure]]) -> dict[str, Any]:
    """Figures by method and measure, as commands print them."""
    return {method: {name: one.to_json() for name, one in row.items()} for method, row in figures.items()}


def contracts_of(facts: Iterable[Fact], days: Mapping[str, str | None], firms: Iterable[Firm]) -> list[Contract]:
    """The contracts of facts of `bulian extract` that have a title, a buyer and a day, oldest first.

    `days` gives the day that each document (by SHA-256) bears; where it bears none the day of signing counts. A winner
    is the firm of the list whose name it has, else a firm of its own.
    """
    known = {name_key(firm.name): firm.id for firm in firms if firm.name}
    found: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for fact in facts:
        said = fact.properties
        title, buyer = said.get("project") or said.get("contract"), said.get("buyer")
        day = days.get(fact.document) or said.get("signed")
        if fact.relation != "WON_CONTRACT" or not (title and buyer and day):
            continue
        name = name_key(fact.source.name)
        found.setdefault((day, fact.document, title, buyer), {})[known.get(name, name)] = None
    return [
        Contract(title, buyer, day, document, tuple(won))
        for (day, document, title, buyer), won in sorted(found.items())
    ]


def awards_of(contracts: Iterable[Contract]) -> list[Award]:
    """Each contract once for each of its winners."""
    return [Award(one.title, one.buyer, firm, one.day) for one in contracts for firm in one.winners]


def needs_of(contracts: Sequence[Contract]) -> tuple[list[Contract], int]:
    """The contracts that are needs, and how many were left out because an earlier announcement told them."""
    if not contracts:
        raise BadRunError("no contract has a title, a buyer and a day", hint="facts of `bulian extract`, and documents")
    since = contracts[int(len(contracts) * HISTORY)].day
    later = [one for one in contracts if one.day >= since]
    needs = [one for one in later if not _told(one, contracts)]
    return needs, len(later) - len(needs)


def _told(contract: Contract, contracts: Iterable[Contract]) -> bool:
    winners = set(contract.winners)
    return any(
        other.day < contract.day
        and winners.intersection(other.winners)
        and alike(contract.title, other.title) >= REPEATED
        for other in contracts
    )


def evaluate(
    contracts: Sequence[Contract],
    listed: Sequence[Firm],
    embedder: Embedder,
    scorecard: str = "award",
    samples: int = SAMPLES,
    progress: Callable[[int], None] | None = None,
) -> AwardEvaluation:
    """Rank the pool for every need by the product's ranker and by the baselines, each with the same knowledge.

    Raises BadRunError (MA005) where there is no need.
    """
    needs, repeats = needs_of(contracts)
    awards = awards_of(contracts)
    ids = {firm.id for firm in listed}
    new = dict.fromkeys(award.firm for award in awards if award.firm not in ids)
    corpus = Corpus.build([*listed, *(Firm(name) for name in new)])
    methods = _Methods(corpus, awards, embedder, scorecard)
    places: dict[str, list[float]] = {}
    reachable, sizes = 0, []
    for need in needs:
        known = methods.known(need.day)
        pool = known | np.isin(corpus.id_list, list(ids))
        answer = np.isin(corpus.id_list, need.winners) & pool
        reachable += bool(answer.any())
        sizes.append(int(pool.sum()))
        for name, scores in methods.scores(need).items():
            places.setdefault(name, []).append(place_of(scores, answer, pool))
        if progress is not None:
            progress(1)
    figures = {name: hits_and_mrr(found, samples) for name, found in places.items()}
    return AwardEvaluation(
        len(contracts), len(needs), repeats, needs[0].day, reachable / len(needs), sizes[-1], figures
    )


def place_of(scores: Scores, answer: NDArray[np.bool_], pool: NDArray[np.bool_]) -> float:
    """Place of the best answer among the pool, ties in the middle of their places; infinite without an answer."""
    if not answer.any():
        return float("inf")
    best = scores[answer].max()
    among = scores[pool]
    return 1 + float((among > best).sum()) + (float((among == best).sum()) - 1) / 2


def hits_and_mrr(places: Sequence[float], samples: int = SAMPLES) -> dict[str, Figure]:
    """Hits@10 and MRR of the places, with percentile intervals of a bootstrap over needs (fixed seed)."""
    rows = [{"Hits@10": float(place <= 10), "MRR": 1 / place} for place in places]
    return summary(rows, samples, ("Hits@10", "MRR"))


class _Methods:
    """The ranker and the baselines over one corpus; each sees only what was known on the day of a need."""

    def __init__(self, corpus: Corpus, awards: Sequence[Award], embedder: Embedder, scorecard: str) -> None:
        self._corpus = corpus
        self._embedder = embedder
        card = Scorecard.load(scorecard)
        without = tuple(line for line in card.lines if line.feature != "precedents")
        self._rankers = {
            f"scorecard {card.name}": Ranker(corpus, embedder, card),
            f"scorecard {card.name} without precedents": Ranker(
                corpus, embedder, Scorecard(card.name, card.made, without)
            ),
        }
        self._all = History(awards, embedder, corpus.as_of)
        self._names = corpus.product_names
        self._lexical = Lexical.build(self._names)
        self._vectors = np.asarray(embedder.embed(list(self._names)), np.float32)
        self._day, self._history, self._winners = "", self._all, np.zeros(0, np.int64)

    def known(self, day: str) -> NDArray[np.bool_]:
        """The firms that had won something before the day."""
        if day != self._day:
            self._day, self._history = day, self._all.before(day)
            rows = [self._corpus.row(award.firm) for award in self._history.awards]
            self._winners = np.array([row for row in rows if row is not None], np.int64)
        found = np.zeros(len(self._corpus), bool)
        found[self._winners] = True
        return found

    def scores(self, need: Contract) -> dict[str, Scores]:
        """A score for every firm of the corpus, by method."""
        titles = [award.title for award in self._history.awards]
        buyer = name_key(need.buyer)
        own = np.array([name_key(award.buyer) == buyer for award in self._history.awards], np.float64)
        vector = self._embedder.embed([need.title])[0]
        found = {
            "popularity": self._sum(np.ones(len(titles))),
            "buyer's earlier winners": self._sum(own),
            "BM25 over characters": self._best(
                Lexical.build(titles).shares(need.title), self._lexical.shares(need.title), 0.0
            ),
            "bge": self._best(self._embedder.embed(titles) @ vector, self._vectors @ vector, -1.0),
        }
        query = Query("award", need.title, buyer=need.buyer)
        for name, ranker in self._rankers.items():
            ranker.history = self._history
            ranking = ranker.rank(query, 0)
            scores = np.full(len(self._corpus), -np.inf)
            scores[ranking.scene.rows] = ranking.scores
            found[name] = scores
        return found

    def _sum(self, weights: Scores) -> Scores:
        return np.bincount(self._winners, weights, len(self._corpus)).astype(np.float64)

    def _best(self, titles: NDArray[Any], products: NDArray[Any], least: float) -> Scores:
        """The best of a firm's earlier titles and of its products."""
        corpus = self._corpus
        best = np.full(len(corpus), least)
        np.maximum.at(best, self._winners, titles)
        owners = np.repeat(np.arange(len(corpus)), np.diff(corpus.firm_start))
        np.maximum.at(best, owners, products[corpus.slot_product])
        return best

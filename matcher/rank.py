"""Ranking: the firms for a need, with the points of every feature, what the conditions cost, and near misses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.aliases import Alias, Aliases
from matcher.award import History
from matcher.candidates import Scene, scene_of
from matcher.conditions import Outcome, Part, outcomes
from matcher.corpus import Corpus, Firm
from matcher.embed import Embedder
from matcher.errors import BadQueryError
from matcher.features.award import look_back
from matcher.features.registry import FEATURES
from matcher.features.requirement import read_text
from matcher.fields import FIELDS
from matcher.index import Index, query_vectors
from matcher.judge import Cost, Judgement, costs, failures, judge
from matcher.kept import Kept
from matcher.query import Query
from matcher.scorecard import DIGITS, Scorecard
from matcher.turns import turn

FOR_TEXTS = "bounty-v1"
"""Scorecard of needs that have a text, where none is named; names alone are ranked by the default one."""

KEPT = 32
"""Conditions whose judgement of all firms is kept."""

NEAR_MISSES = 10
"""Near misses that are listed."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a feature adds to a firm's score: its value (None: nothing is known), points, detail and evidence."""

    feature: str
    value: float | None
    points: float
    detail: dict[str, Any] = field(default_factory=dict)
    facts: tuple[str, ...] = ()

    def says(self, lang: str = "zh") -> str:
        """The detail as a sentence in the language."""
        return FEATURES[self.feature].says(self.detail, lang)

    def to_json(self) -> dict[str, Any]:
        """As it is written in explanations."""
        return {
            "feature": self.feature,
            "value": None if self.value is None else round(self.value, 6),
            "contribution": self.points,
            "detail": self.detail,
            "evidence": list(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Ranked:
    """A firm of a ranking. `tied`: another firm has the same score, so their order says nothing."""

    firm: Firm
    rank: int
    score: float
    tied: bool
    contributions: tuple[Contribution, ...]
    conditions: tuple[Outcome, ...]


class Entries(Sequence[Ranked]):
    """Firms of a ranking, explained when they are looked at."""

    def __init__(self, ranking: Ranking, order: NDArray[np.int64]) -> None:
        self._ranking = ranking
        self._order = order

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return self._ranking.explained(int(self._order[place]), place + 1, self._tied(place))

    def _tied(self, place: int) -> bool:
        scores = self._ranking.scores[self._order[max(place - 1, 0) : place + 2]]
        return int((scores == self._ranking.scores[self._order[place]]).sum()) > 1


@dataclass(frozen=True)
class Ranking:
    """The answer to a need. `scores` and `points` are of all candidates; `order` of the listed ones, best first."""

    query: Query
    scorecard: Scorecard
    corpus_stamp: str
    scene: Scene
    values: NDArray[np.float64]
    points: NDArray[np.float64]
    order: NDArray[np.int64]
    near_order: NDArray[np.int64]
    costs: tuple[Cost, ...]

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """Other names of the thing by which it was sought as well."""
        return self.scene.aliases

    @cached_property
    def scores(self) -> NDArray[np.float64]:
        """Score of every candidate: the sum of its points."""
        return np.asarray(np.round(self.points.sum(axis=1), DIGITS))

    @property
    def entries(self) -> Sequence[Ranked]:
        """The listed firms, best first, each with its contributions."""
        return Entries(self, self.order)

    @property
    def near_misses(self) -> Sequence[Ranked]:
        """The best firms that fail exactly one hard condition."""
        return Entries(self, self.near_order)

    def pairs(self) -> Iterator[tuple[str, float]]:
        """Id and score of the listed firms, best first, without explaining them."""
        ids = self.scene.corpus.id_list
        rows, scores = self.scene.rows[self.order].tolist(), self.scores[self.order].tolist()
        for row, score in zip(rows, scores, strict=True):
            yield ids[row], score

    def place_of(self, firm_id: str) -> Ranked | None:
        """One firm of the ranking, listed or not (rank 0 then); None where it is no candidate."""
        row = self.scene.corpus.row(firm_id)
        if row is None:
            return None
        found = np.flatnonzero(self.scene.rows == row)
        if not len(found):
            return None
        place = np.flatnonzero(self.order == found[0])
        if len(place):
            return self.entries[int(place[0])]
        return self.explained(int(found[0]), 0, False)

    def explained(self, candidate: int, rank: int, tied: bool) -> Ranked:
        """A candidate with its contributions and the outcome of each condition."""
        row = int(self.scene.rows[candidate])
        contributions = []
        lines = zip(self.scorecard.lines, self.values[candidate].tolist(), self.points[candidate].tolist(), strict=True)
        for line, value, points in lines:
            known = None if math.isnan(value) else value
            detail = FEATURES[line.feature].detail(self.scene, candidate) if known is not None else None
            says, facts = (dict(detail.says), detail.facts) if detail else ({}, ())
            contributions.append(Contribution(line.feature, known, points, says, facts))
        found = outcomes(self.query.conditions, lambda name: self.scene.corpus.values(row, name))
        firm = self.scene.corpus.firms[row]
        return Ranked(firm, rank, float(self.scores[candidate]), tied, tuple(contributions), tuple(found))


class Ranker:
    """Ranks the firms of a corpus for needs, by a scorecard. Equal input gives equal rankings."""

    def __init__(
        self, corpus: Corpus, embedder: Embedder, scorecard: Scorecard | None = None, before: Ranker | None = None
    ) -> None:
        """The first ranker of a corpus computes its index (vectors of every product name).

        `before` ranks the corpus that this one was changed from: what both have in common is not computed again.
        """
        self.corpus = corpus
        self.scorecard = scorecard or Scorecard.load()
        self._for_texts = scorecard or Scorecard.load(FOR_TEXTS)
        self.aliases = Aliases.load()  # a table of the operator's may take its place at any time
        self._embedder = embedder
        self._kept = Kept[str, Judgement](KEPT)
        self.index: Index = Index.of(corpus, embedder, before.index if before is not None else None)

    def rank(self, query: Query, top: int = 1000) -> Ranking:
        """The `top` best firms for a need (0: all candidates), among those that pass its hard conditions.

        Ties are in the order of firm ids. Raises BadQueryError (MA001) for a condition on a field that neither is
        declared nor occurs in the corpus.
        """
        with turn():
            return self._ranked(query, top)

    def _ranked(self, query: Query, top: int) -> Ranking:
        self._check(query)
        sought, aliases = self.aliases.expand(query)
        vectors = query_vectors(self._embedder, sought.terms, query.whole)
        judged = [self._judged(part) for part in query.conditions.parts() if part.hard]
        failed = failures(judged, len(self.corpus))
        scene = scene_of(sought, vectors, self.index, top, failed == 0, aliases)
        look_back(scene, lambda: self.history)
        read_text(scene, self._embedder.embed)
        card = self._for_texts if query.text else self.scorecard
        values = np.stack([FEATURES[line.feature].values(scene) for line in card.lines], axis=1)
        points = card.points(values)
        scores = np.round(points.sum(axis=1), DIGITS)
        order = np.lexsort((scene.rows, -scores))
        fails = failed[scene.rows]
        listed, near = order[fails[order] == 0], order[fails[order] == 1]
        return Ranking(
            query=query,
            scorecard=card,
            corpus_stamp=self.corpus.stamp,
            scene=scene,
            values=values,
            points=points,
            order=listed[:top] if top else listed,
            near_order=near[:NEAR_MISSES],
            costs=costs([one.of(scene.rows) for one in judged], fails),
        )

    def _judged(self, part: Part) -> Judgement:
        """What every firm is by a part of the conditions; that of the last ones is kept: many ask the same."""
        return self._kept.get(repr(part), lambda: judge(part, self.corpus))

    @cached_property
    def history(self) -> History:
        """Earlier awards of the corpus' firms. Set it to have a need ranked by what was known on another day."""
        return History.of(self.corpus, self._embedder)

    def _check(self, query: Query) -> None:
        for leaf in query.conditions.leaves():
            if not self.corpus.knows(leaf.field):
                known = sorted({*FIELDS, *self.corpus.holders})
                raise BadQueryError(f"no firm has a field {leaf.field!r}", hint=f"fields: {', '.join(known)}")

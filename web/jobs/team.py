"""Teams over the graph: the first firms of a need's list with their targets, what speaks for each stage, and groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.store import Graph
from matcher.query import Query
from matcher.target import figure_of
from matcher.team.stage import Reading, Stages
from matcher.team.team import ALTERNATIVES, CANDIDATES, SIZE, Barred, Option, Teams, teams
from web.home import Home
from web.jobs.chains import placer
from web.jobs.fit import firm_id_of
from web.jobs.targets import own_targets, shown_by, wanted

STAGES_FILE = "stages.yml"
"""The operator's own table of stages, in the data folder."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a team: members at most, firms that are not to be in it (ids or whole names), other teams."""

    size: int = SIZE
    without: tuple[str, ...] = ()
    alternatives: int = ALTERNATIVES


@dataclass(frozen=True, slots=True)
class Above:
    """A firm above another, and the statements that lead there."""

    id: str
    name: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Teams for a need, and all that is needed to make them again. `without` are names by id of the firms named."""

    query: Query
    teams: Teams
    stages: Stages
    above: Mapping[str, tuple[Above, ...]]
    without: Mapping[str, str]
    corpus: str
    scorecard: str


def team_for(home: Home, graph: Graph, query: Query, ask: Ask, own: Sequence[Mapping[str, Any]] | None = None) -> Found:
    """Teams of the first firms that pass the need's conditions; `own` are its targets where they are not the store's.

    Neither who asks, nor a firm that is named, nor one of the group of either is a member. Raises WebError WE404 for a
    name that is no firm or several, WE015 where nothing is loaded.
    """
    ranker = home.ranker()
    ranking = ranker.rank(query, CANDIDATES)
    scores = dict(ranking.pairs())
    own = own_targets(home, query.id) if own is None else own
    targets = wanted(query, own)
    words = [str(one["name"]) for one in own if figure_of(one) is None and one.get("name")]
    shown = shown_by(graph, list(scores), targets, query.terms)
    stages = Stages.load(home.folder / STAGES_FILE)
    names = [query.title, *(target.name for target in targets), *words]
    reading = Reading(stages, query.terms, names, query.text, placer(home), ranker.corpus.neighbours)
    named = dict(firm_id_of(graph, one.strip()) for one in dict.fromkeys(ask.without) if one.strip())
    above = parents(graph, [*scores, *named, *query.without])
    options = []
    for rank, (ident, score) in enumerate(scores.items(), 1):
        firm = ranker.corpus.firms[ranker.corpus.row(ident) or 0]
        groups = group(ident, above)
        options.append(Option(ident, firm.name, rank, score, tuple(shown.get(ident, ())), reading.of(firm), groups))
    barred = _barred(options, named, query.without, above)
    return Found(
        query=query,
        teams=teams(targets, options, words, barred, ask.size, ask.alternatives),
        stages=stages,
        above=above,
        without=named,
        corpus=ranking.corpus_stamp,
        scorecard=ranking.scorecard.name,
    )


def parents(graph: Graph, ids: Iterable[str]) -> dict[str, tuple[Above, ...]]:
    """The firms above each of these firms, the nearest first; those that have none are left out."""
    found: dict[str, dict[str, Above]] = defaultdict(dict)
    for row in graph.read("firm_parents", ids=list(ids)):
        facts = tuple(fact for fact in row["facts"] if fact)
        found[row["id"]].setdefault(row["parent"], Above(row["parent"], row["name"], facts))
    return {ident: tuple(rows.values()) for ident, rows in found.items()}


def group(ident: str, above: Mapping[str, Iterable[Above]]) -> frozenset[str]:
    """Ids by which a firm is of one group with another: its own and those of all firms above it."""
    return frozenset([ident, *(one.id for one in above.get(ident, ()))])


def _barred(
    options: Iterable[Option],
    named: Mapping[str, str],
    posters: Iterable[str],
    above: Mapping[str, Iterable[Above]],
) -> dict[str, Barred]:
    """Which options are no members, and why; who asks is no candidate to begin with."""
    asks = frozenset(one for poster in posters for one in group(poster, above))
    competes = frozenset(one for ident in named for one in group(ident, above))
    barred: dict[str, Barred] = {}
    for one in options:
        if one.id in named:
            barred[one.id] = "named"
        elif one.groups & asks:
            barred[one.id] = "poster_group"
        elif one.groups & competes:
            barred[one.id] = "named_group"
    return barred

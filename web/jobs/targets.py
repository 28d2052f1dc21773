"""A need's targets against what the firms of its shortlist show, by the facts HAS_PARAMETER of the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from kg.store import Graph
from matcher.query import Query
from matcher.target import Figure, Shown, compare, figure_of
from nlp.requirement.read import read_targets
from web.db.bounties import Bounty
from web.db.models import Need
from web.home import Home


def own_targets(home: Home, need_id: str) -> Sequence[Mapping[str, Any]]:
    """The targets of a stored bounty; none for anything else."""
    with home.database().session() as session:
        return list(getattr(session.get(Need, need_id), "targets", ()))


def targets_of(home: Home) -> dict[str, Sequence[Mapping[str, Any]]]:
    """The targets of all stored bounties, by id."""
    with home.database().session() as session:
        return {row.id: row.targets for row in session.execute(select(Bounty.id, Bounty.targets))}


def wanted(query: Query, own: Iterable[Mapping[str, Any]] = ()) -> list[Figure]:
    """The figures that a need asks for: its own targets, else those that its text says."""
    found = [figure for figure in map(figure_of, own) if figure is not None]
    if found:
        return found
    return list(_said(query.text or query.title))


@lru_cache(maxsize=4096)
def _said(text: str) -> tuple[Figure, ...]:
    read = read_targets(text)
    return tuple(Figure(one.name, one.operator, one.value, one.value_max, one.unit or "") for one in read)


def figures_of(graph: Graph, ids: Sequence[str]) -> dict[str, list[Figure]]:
    """The figures that these firms show; firms that show none are left out."""
    found: dict[str, list[Figure]] = defaultdict(list)
    for row in graph.read("firm_parameters", ids=list(ids)):
        figure = figure_of(row["figure"], row["figure"]["fact"])
        if figure is not None:
            found[row["id"]].append(figure)
    return found


def shown_by(
    graph: Graph, ids: Sequence[str], targets: Sequence[Figure], sought: Sequence[str]
) -> dict[str, list[Shown]]:
    """For each firm that shows something of one of the targets, what comes of every target."""
    if not targets or not ids:
        return {}
    found = {ident: compare(targets, of_firm, sought) for ident, of_firm in figures_of(graph, ids).items()}
    return {ident: shown for ident, shown in found.items() if any(one.figure for one in shown)}


def facts_of(shown: Mapping[str, Iterable[Shown]]) -> set[str]:
    """The facts that verdicts rest on."""
    return {one.figure.fact for found in shown.values() for one in found if one.figure and one.figure.fact}

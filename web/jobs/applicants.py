"""What the graph says of those who apply to a bounty: ownership on all levels, lists of violations, high-tech firms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kg.errors import KgError
from kg.store import Graph
from kg.validity import NOW
from kg.values.name import name_key
from web.db.accounts import Organisation
from web.db.bounties import Bounty
from web.db.models import ImportBatch
from web.home import Home
from web.jobs.ownership import Ancestry, ancestry, groups_of
from web.work.bounties.application_rules import Known, Listed, Party, Tie

LISTS = ("dishonest", "abnormal")
HIGH_TECH = "高新技术企业"


def known_of_parties(home: Home, bounty: Bounty, parties: Sequence[Party]) -> Known:
    """All that the rules of applications ask the graph for; where it does not answer, that alone."""
    firms = [party.firm for party in parties if party.firm and party.state != "declined"]
    try:
        graph = home.graph()
        present = {firm: _present(graph, firm) for firm in firms}
        posters = posters_of(home, graph, bounty)
        above = ancestry(graph, {*present.values(), *posters})
        ties = {firm: tie for firm, now in present.items() if (tie := _tie(now, posters, above)) is not None}
        return Known(
            posters=frozenset(posters) | {firm for firm, now in present.items() if now in posters},
            ties=ties,
            owned=frozenset(firm for firm in [*present, *posters] if present.get(firm, firm) in above),
            listed={firm: listed(graph, now) for firm, now in present.items()},
            lists=_lists_loaded(home),
            high_tech={firm: _high_tech(graph, now) for firm, now in present.items()},
        )
    except KgError:
        return Known(graph=False)


def posters_of(home: Home, graph: Graph, bounty: Bounty) -> dict[str, str]:
    """The firms of the graph that a bounty's poster is, with their names."""
    with home.database().session() as session:
        owner = session.get(Organisation, bounty.organisation_id) if bounty.organisation_id else None
    ids = [row["id"] for row in graph.read("posters", id=bounty.id, name_key=name_key(bounty.buyer))]
    ids += [owner.enterprise_id] if owner is not None and owner.enterprise_id else []
    found = [row["firm"] for ident in ids for row in graph.read("firm", id=ident)]
    return {str(firm["id"]): str(firm["name"]) for firm in found}


def groups_for(home: Home, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Groups of firms by any id that leads to them; none of those that the graph does not know or answer for."""
    try:
        graph = home.graph()
        present = {ident: _present(graph, ident) for ident in dict.fromkeys(ids)}
        groups = groups_of(graph, present.values())
    except KgError:
        return {}
    return {ident: groups[now] for ident, now in present.items()}


def _present(graph: Graph, firm: str) -> str:
    rows = graph.read("firm", id=firm)
    return str(rows[0]["firm"]["id"]) if rows else firm


def _tie(firm: str, posters: Mapping[str, str], above: Ancestry) -> Tie | None:
    """How a firm is of one group with one of the posters, by the shortest word: the same, above, below, beside."""
    own = above.get(firm, {})
    for poster, name in posters.items():
        theirs = above.get(poster, {})
        if firm == poster:
            return Tie("same", name)
        if poster in own:
            return Tie("below", name, own[poster].facts)
        if firm in theirs:
            return Tie("above", name, theirs[firm].facts)
    for poster in posters:
        theirs = above.get(poster, {})
        shared = next((one for one in own if one in theirs), None)
        if shared is not None:
            return Tie("beside", own[shared].name, (*own[shared].facts, *theirs[shared].facts))
    return None


def listed(graph: Graph, firm: str) -> tuple[Listed, ...]:
    """Entries of a firm on lists of violations, as `listed_in`."""
    return listed_in(graph.read("firm_profile", id=firm))


def listed_in(profile: Iterable[Mapping[str, Any]]) -> tuple[Listed, ...]:
    """Entries on lists of violations in the statements that fill a firm's own properties. One ends for all that say it
    on the day that any of them gives.
    """
    ends: dict[tuple[str, str, str | None], list[Mapping[str, Any]]] = {}
    for row in profile:
        values = json.loads(row["values"] or "{}")
        for kind in LISTS:
            if values.get(kind):
                ends.setdefault((kind, str(values[kind]), row["valid_from"]), []).append(row)
    found = []
    for (kind, _, since), rows in sorted(ends.items(), key=lambda one: (one[0][0], one[0][1], one[0][2] or "")):
        until = min(filter(None, (row["valid_to"] for row in rows)), default=None)
        found.append(Listed(kind, rows[0]["citation"]["fact"], until, since))
    return tuple(found)


def _high_tech(graph: Graph, firm: str) -> tuple[str, ...]:
    """Statements that a firm is certified as a high-tech firm."""
    rows = graph.read("firm_relation", id=firm, relation="HOLDS_CERTIFICATE", skip=0, limit=50, **NOW.params())
    return tuple(
        row["citation"]["fact"] for row in rows if HIGH_TECH in str(row["name"] or "") and row["citation"]["fact"]
    )


def _lists_loaded(home: Home) -> bool:
    with home.database().session() as session:
        wanted = select(ImportBatch.source).where(ImportBatch.source.in_(LISTS), ImportBatch.state == "loaded")
        return set(session.scalars(wanted)) == set(LISTS)

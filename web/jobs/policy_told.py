"""Who is told of policies: bureaus of the place with the firms that are touched there, a firm of itself alone.

Told once for each policy, reason and day. What is told is reckoned anew when the day, the graph or a policy changes.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from kg.store import Graph
from matcher.assess.change import WHOLE, Moves, moves
from matcher.assess.criteria import Criteria
from matcher.conditions import Truth
from web.beijing import day_of
from web.db.accounts import Organisation
from web.db.criteria import OwnFigure
from web.home import Home
from web.jobs.assessed import known_in_parts
from web.jobs.offers import traits_of
from web.jobs.policies import Dated, Touched, dated, touched
from web.work.bounties.application_told import people_in
from web.work.firms.own_figures import RIGHT, given_of
from web.work.pool.pool import READ
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change

NEAR = 30
"""Days before and after in which a policy is told."""
BUREAUS = ("authority", "organiser")
"""Kinds of organisations that are told of the firms of their place."""

_done: WeakKeyDictionary[Home, str] = WeakKeyDictionary()
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Place:
    id: str
    region: str
    firm: str


def policies_told(home: Home, at: dt.datetime) -> int:
    """Tell what is new, changed, was taken out or ends within NEAR days. Returns how many notices are new.

    Raises BadRulesError MA041 (an operator's rule set that cannot be used).
    """
    graph = home.graph()
    stamp = graph.stamp()
    if stamp is None:
        return 0
    day = dt.date.fromisoformat(day_of(at))
    found = dated(home, day, NEAR)
    with home.database().session() as session:
        rows = session.scalars(select(Organisation).where(Organisation.state == "open").order_by(Organisation.id)).all()
        places = [_Place(one.id, one.region if one.kind in BUREAUS else "", one.enterprise_id or "") for one in rows]
    said = stable_hash(day.isoformat(), stamp.stamp, *(one.digest for one in found), *(repr(one) for one in places))
    if not found or _done.get(home) == said:
        return 0
    new = sum(_bureau(home, graph, found, place, day) for place in places if place.region)
    new += _firms(home, graph, found, [place for place in places if place.firm], day)
    _done[home] = said
    if new:
        _log.info("policies are told", policies=len(found), notices=new)
    return new


def _bureau(home: Home, graph: Graph, found: Sequence[Dated], place: _Place, day: dt.date) -> int:
    """Tell the people of a bureau, each policy with the firms of its place that it touches."""
    with home.database().session() as session:
        people = people_in(session, place.id, READ)
    here = [one for one in found if one.covers(place.region)]
    if not people or not here:
        return 0
    made = touched(home, graph, here, place.region, day)
    with home.database().session() as session:
        changes = (_change(one, f"{one.key}?region={place.region}", _counted(one, made[one.key])) for one in here)
        return sum(tell_all(session, people, change, str(day)) for change in changes)


def _counted(one: Dated, made: Touched) -> dict[str, str]:
    """The firms of a place: of what changed those that stand otherwise now, else those that meet it or may."""
    moved = one.before is not None and one.now is not None
    counts = {name: made.count(truth, moved=moved) for name, truth in _TRUTHS.items()}
    return {"moved": "1" if moved else "", "firms": str(made.firms)} | {name: str(n) for name, n in counts.items()}


_TRUTHS = {"pass": Truth.TRUE, "miss": Truth.FALSE, "unknown": Truth.UNKNOWN}


def _change(one: Dated, address: str, told: dict[str, str]) -> Change:
    zh, en = one.policy.named("zh"), one.policy.named("en")
    said = {"what": one.statuses[0], "zh": zh, "en": en, "until": one.day.isoformat()} | told
    return Change("policy", f"{one.key}:{one.statuses[0]}:{one.day}", said, address=f"/policies/{address}")


def _firms(home: Home, graph: Graph, found: Sequence[Dated], places: Sequence[_Place], day: dt.date) -> int:
    """Tell the people of firms how their own one stands, with the figures that they kept; what does not touch it is
    not told: an offer that it misses, a rule set on which nothing changes for it.
    """
    new, of_firm = 0, defaultdict[str, list[_Place]](list)
    for place in places:
        of_firm[place.firm].append(place)
    for known in known_in_parts(graph, sorted(of_firm), day):
        for place in of_firm[known.id]:
            with home.database().session() as session:
                people = people_in(session, place.id, RIGHT)
                if people:
                    of = traits_of(known, day, given_of(_own(session, place)))
                    changes = [
                        change
                        for one in found
                        if (change := _touching(one, moves(one.before, one.now, of, day), place.firm)) is not None
                    ]
                    new += sum(tell_all(session, people, change, str(day)) for change in changes)
    return new


def _touching(one: Dated, by: Moves, firm: str) -> Change | None:
    """What a firm is told of a policy; None: it is not touched."""
    before, after = by.get(WHOLE, (None, None))
    stands = before if after is None else after
    others = sum(old is not new for key, (old, new) in by.items() if key != WHOLE and None not in (old, new))
    told = {"verdict": next((name for name, truth in _TRUTHS.items() if truth is stands), ""), "others": str(others)}
    if isinstance(one.policy, Criteria):
        if one.before is None or (before is after and not others):
            return None
        address = f"/firms/{firm}/criteria"
    elif stands is Truth.FALSE and (before is None or before is Truth.FALSE):
        return None
    else:
        address = f"/firms/{firm}/offers"
    made = _change(one, "", told)
    return Change(made.kind, f"{made.about}:{firm}", made.told, address=address)


def _own(session: Session, place: _Place) -> Sequence[OwnFigure]:
    wanted = select(OwnFigure).where(OwnFigure.organisation_id == place.id, OwnFigure.firm_id == place.firm)
    return session.scalars(wanted.order_by(OwnFigure.input, OwnFigure.year.desc())).all()

"""The daily look at all that is watched: what is there now is read in bulk, compared, and told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from kg.tier import Course, Said, courses
from kg.values.name import name_key
from web.beijing import day_of
from web.db.models import Need
from web.db.watches import Watch
from web.home import Home
from web.jobs.chains import placement
from web.jobs.fit import firm_fits
from web.jobs.needs import PUBLISHED
from web.jobs.open_needs import open_needs
from web.work.today.digest import look
from web.work.today.warned import warned

if TYPE_CHECKING:
    from kg.store import Graph


@dataclass(slots=True)
class Digest:
    """What a daily look did: watches that were looked at, things that were not found, notices that are new."""

    looked: int = 0
    absent: int = 0
    new: int = 0


def digest(home: Home, at: datetime, *, due: bool = False) -> Digest:
    """Look at everything that is watched, as of a time; with `due` only at what was not looked at on that day yet.

    Each watch is a transaction of its own: a look that is cut off is finished by the next, and tells nothing twice.
    """
    day, result = day_of(at), Digest()
    with home.database().session() as session:
        wanted = select(Watch).where(Watch.ended.is_(None)).order_by(Watch.id)
        watches = [one for one in session.scalars(wanted) if not (due and one.looked is not None and one.looked >= day)]
    if not watches:
        return result
    states = _states(home, watches, day)
    leads = _led(home.graph(), watches, states)
    for one in watches:
        state = states.get(one.id)
        try:
            with home.database().session() as session:
                watch = session.get_one(Watch, one.id)
                if watch.ended is None:
                    watch.seen = _renamed(watch.seen, leads)
                    result.new += look(session, watch, state, day)
        except StaleDataError:
            continue  # its person changed it just now: the next round looks
        result.looked += 1
        result.absent += state is None
    return result


def _states(home: Home, watches: Sequence[Watch], day: str) -> dict[str, dict[str, Any]]:
    """What is there now, by watch."""
    by: dict[str, list[Watch]] = defaultdict(list)
    for watch in watches:
        by[watch.kind].append(watch)
    graph, found = home.graph(), dict[str, dict[str, Any]]()
    _firms(home, graph, by["firm"], day, found)
    makers = _makers(graph, {watch.subject_id for watch in by["product"]})
    for watch in by["product"]:
        found[watch.id] = {"name": watch.name, "makers": makers.get(watch.subject_id, {})}
    if by["node"]:
        _nodes(home, by["node"], found)
    _needs(home, graph, by["need"], found)
    for watch in by["region"]:
        found[watch.id] = {"name": watch.name, "code": watch.subject_id}
    with home.database().session() as session:
        warned(session, watches, found)
    return found


def _firms(home: Home, graph: Graph, watches: Sequence[Watch], day: str, found: dict[str, dict[str, Any]]) -> None:
    now_is = _present(graph, {watch.subject_id for watch in watches})
    rows = {row["id"]: row for row in graph.read("watched_firms", ids=sorted(set(now_is.values())))} if watches else {}
    asked = open_needs(home, graph) if any(watch.best for watch in watches) else []
    for watch in watches:
        row = rows.get(now_is.get(watch.subject_id, watch.subject_id))
        if row is None:
            continue
        found[watch.id] = state = _firm(row, day) | {"id": row["id"]}
        if watch.best:
            cards = {need.query.id: need.card for need in asked}
            fits = firm_fits(home, row["id"], asked).fits if asked else ()
            state["fits"] = {
                fit.query.id: {
                    "name": cards[fit.query.id]["title"],
                    "rank": fit.rank,
                    "until": str(cards[fit.query.id]["deadline"] or ""),
                }
                for fit in fits
                if 0 < fit.rank <= watch.best
            }


def _firm(row: Mapping[str, Any], day: str) -> dict[str, Any]:
    lines = [
        Said(
            one["tier"],
            one["status"],
            one["dated"] or one["valid_from"] or one["as_of"],
            one["batch"],
            one["valid_to"] if one["status"] != "revoked" else None,
            one["fact"],
            one["level"] or "disclosed",
        )
        for one in row["honours"]
        if one["tier"] and one["status"]
    ]
    return {
        "name": row["name"],
        "products": {one["key"]: {"name": one["name"], "fact": one["fact"]} for one in row["products"]},
        "certificates": {
            f"{one['key']} {one['number'] or ''}".strip(): {
                "name": one["name"],
                "until": one["valid_to"],
                "fact": one["fact"],
            }
            for one in row["certificates"]
        },
        "titles": {course.tier: _title(course) for course in courses(lines, day)},
        "contracts": {
            one["key"]: {"name": one["name"] or one["key"], "until": one["day"], "fact": one["fact"]}
            for one in row["contracts"]
        },
    }


def _title(course: Course) -> dict[str, Any]:
    end = next((step.date for step in course.steps if step.kind == "end"), None)
    fact = next((step.fact for step in reversed(course.steps) if step.fact), None)
    return {"standing": course.standing, "until": end, "fact": fact}


def _makers(graph: Graph, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    asked = sorted(set(keys))
    for row in graph.read("watched_makers", keys=asked) if asked else ():
        found[row["key"]][row["id"]] = {"name": row["name"], "fact": row["fact"]}
    return found


def _nodes(home: Home, watches: Sequence[Watch], found: dict[str, dict[str, Any]]) -> None:
    corpus = home.corpus()
    placed = placement(home, corpus)
    for watch in watches:
        if watch.subject_id not in placed.nodes:
            continue
        here = set(placed.products(watch.subject_id).tolist())
        makers = {}
        for row in placed.firms(watch.subject_id).tolist():
            made = [
                corpus.product_at(row, slot) for slot in corpus.slots(row) if int(corpus.slot_product[slot]) in here
            ]
            firm = corpus.firms[row]
            makers[firm.id] = {"name": firm.name, "fact": next((one.fact for one in made if one.fact), None)}
        found[watch.id] = {"name": watch.name, "makers": makers}


def _needs(home: Home, graph: Graph, watches: Sequence[Watch], found: dict[str, dict[str, Any]]) -> None:
    """Needs that everybody sees, and those of the person's own organisation."""
    seen: list[tuple[Watch, Need]] = []
    with home.database().session() as session:
        for watch in watches:
            need = session.get(Need, watch.subject_id)
            if need is not None and (need.visibility == "public" or need.organisation_id == watch.organisation_id):
                seen.append((watch, need))
    makers = _makers(graph, {name_key(name) for _, need in seen for name in need.products})
    for watch, need in seen:
        mine = need.organisation_id == watch.organisation_id and bool(need.writers)
        found[watch.id] = {
            "name": need.title,
            "state": need.state if mine else _shown(need.state),
            "open": need.state in (*PUBLISHED, "open"),
            "until": need.deadline,
            "address": f"/drafts/{need.id}" if mine else f"/needs/{need.id}",
            "makers": {
                key: one for name in need.products for key, one in makers.get(name_key(name), {}).items()
            },
        }  # fmt: skip


def _shown(state: str) -> str:
    """A need's state as others see it: who is on a list or was asked is its buyer's business."""
    return "active" if state in PUBLISHED else state


def _present(graph: Graph, ids: Iterable[str]) -> dict[str, str]:
    """The enterprises that ids lead to now, where they lead anywhere."""
    asked = sorted(set(ids))
    rows = graph.read("watched_ids", ids=asked) if asked else ()
    return {row["id"]: row["firm"] for row in rows}


def _led(graph: Graph, watches: Sequence[Watch], found: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Where ids of makers that are gone lead to now: a firm that a decision joined with another one is no new firm."""
    gone = {
        key
        for watch in watches
        if "makers" in found.get(watch.id, {})
        for key in set(watch.seen.get("makers", ())) - set(found[watch.id]["makers"])
    }
    return _present(graph, gone)


def _renamed(seen: Mapping[str, Any], leads: Mapping[str, str]) -> dict[str, Any]:
    if "makers" not in seen:
        return dict(seen)
    return {**seen, "makers": {leads.get(key, key): one for key, one in seen["makers"].items()}}

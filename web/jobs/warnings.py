"""Early warnings over the graph: what the rules find on a day is kept, and found again unchanged where nothing changed.

Rules are the operator's (`warning_rules.yml` in the data folder), else the packaged ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Literal
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from matcher.chain.network import Network
from matcher.fields import number
from matcher.warning.find import DatedRun, Found, Look, Watched, Yearly, all_of
from matcher.warning.rule import WarningRules
from web.beijing import day_of
from web.db.chains import GapRun
from web.db.warnings import WarningRun
from web.db.watches import Watch
from web.home import Home
from web.jobs.chains import templates
from web.jobs.network import network
from web.work.today.warnings import Kept, Words, keep, last_run, owner_of

RULES_FILE = "warning_rules.yml"
"""The operator's own rules, in the data folder."""

_log = structlog.get_logger()
_made: WeakKeyDictionary[Network, dict[tuple[str, str, str], list[Found]]] = WeakKeyDictionary()
_making = Lock()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found, and what keeping it did."""

    day: str
    stamp: str
    rules: WarningRules
    found: tuple[Found, ...]
    kept: Kept


def rules_of(home: Home) -> WarningRules:
    """The rules that hold in this data folder. Raises BadRulesError (MA041)."""
    return WarningRules.load(home.folder / RULES_FILE)


def found_on(home: Home, day: str) -> list[Found]:
    """What the rules find in the present graph on a day; reckoned once for each graph, day, rules and inputs.

    Raises MA041 (rules), WE015 (nothing loaded).
    """
    rules, net = rules_of(home), network(home)
    with home.database().session() as session:
        inputs, runs, watched = _inputs(session)
    key = (day, rules.digest, inputs)
    with _making:
        kept = _made.setdefault(net, {})
        if key not in kept:
            kept.clear()
            chains = [one.chain for one in templates(home)]
            look = Look(net, date.fromisoformat(day), chains, yearly(home, "revenue"), runs, watched)
            kept[key] = look.by(rules)
        return kept[key]


def look(home: Home, at: datetime) -> Looked:
    """Look by all rules as of a time, and keep what is found. Raises as `found_on`."""
    day, rules = day_of(at), rules_of(home)
    stamp = home.graph().stamp()
    found = found_on(home, day)
    words = {one.id: Words(one.says("zh"), one.says("en"), rules.name) for one in rules.rules}
    with home.database().session() as session:
        kept = keep(session, all_of(found), words, day)
        counts = {
            one.rule.id: {
                "found": kept.found.get(one.rule.id, 0),
                "new": kept.new.get(one.rule.id, 0),
                "gone": kept.gone.get(one.rule.id, 0),
                "looked": one.looked(),
                "unknown": one.unknown(),
            }
            for one in found
        }
        session.add(
            WarningRun(
                at=at,
                day=day,
                stamp=stamp.stamp if stamp else "",
                rules=rules.name,
                rules_digest=rules.digest,
                inputs=_inputs(session)[0],
                counts=counts,
            )
        )
    _log.info("rules looked", warnings=sum(kept.found.values()), new=sum(kept.new.values()))
    return Looked(day, stamp.stamp if stamp else "", rules, tuple(found), kept)


def look_due(home: Home, at: datetime) -> Looked | None:
    """The look of a day, and again whenever the graph, the rules, dated runs or watches changed; None: not due."""
    stamp = home.graph().stamp()
    if stamp is None:
        return None
    rules = rules_of(home)
    with home.database().session() as session:
        last, (inputs, _, _) = last_run(session), _inputs(session)
    if last and (last.day, last.stamp, last.rules_digest, last.inputs) == (
        day_of(at),
        stamp.stamp,
        rules.digest,
        inputs,
    ):
        return None
    if last and last.day > day_of(at):
        return None  # somebody looked as of a later day
    return look(home, at)


def yearly(home: Home, metric: str) -> dict[str, list[Yearly]]:
    """A metric by firm and whole year; what documents say comes before a firm's own word."""
    found: dict[str, dict[int, Yearly]] = defaultdict(dict)
    rows = sorted(home.graph().read("yearly_metric", metric=metric), key=lambda row: row["level"] == "declared")
    for row in rows:
        value = number(row["value"])
        if len(row["period"]) == len("2026") and row["period"].isdigit() and value is not None:
            year = int(row["period"])
            found[row["firm"]].setdefault(year, Yearly(year, value, row["fact"]))
    return {firm: list(by.values()) for firm, by in found.items()}


def compared(home: Home, region: str) -> dict[str, tuple[str, list[str]]]:
    """Of which days of the graph there are runs of `bulian gaps`, by chain: of a region (code), else of that region of
    which there are most, with its code. A node that lost its last maker is seen from two days of one region on.
    """
    wanted = select(GapRun.chain, GapRun.region, GapRun.as_of).distinct().order_by(GapRun.as_of)
    days: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with home.database().session() as session:
        for chain, of, day in session.execute(wanted.where(GapRun.region == region) if region else wanted):
            days[chain][of].append(day)
    return {chain: max(found.items(), key=lambda one: (len(one[1]), one[0])) for chain, found in days.items()}


def _inputs(session: Session) -> tuple[str, Sequence[DatedRun], Sequence[Watched]]:
    """What the rules look at beside the graph, with a digest: dated runs of states, watched products and nodes."""
    newest = session.scalar(select(func.max(GapRun.number))) or 0
    runs = [
        DatedRun(run.number, run.chain, run.region, run.as_of, _makers(run.nodes))
        for run in session.scalars(select(GapRun).order_by(GapRun.number))
    ]
    kinds: dict[str, Literal["product", "node"]] = {"product": "product", "node": "node"}
    rows = session.scalars(select(Watch).where(Watch.ended.is_(None), Watch.kind.in_(kinds)).order_by(Watch.id)).all()
    watched = [
        Watched(owner_of(one.organisation_id, one.user_id), kinds[one.kind], one.subject_id, one.name) for one in rows
    ]
    return stable_hash("inputs", newest, *(one.key for one in rows))[:32], runs, watched


def _makers(nodes: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    return {node: int(said.get("firms_local", 0)) for node, said in nodes.items()}

"""What the rules of early warnings find in one state of the graph on a day, each with its values and its statements.

What is not known of a firm is counted, never taken as well or ill: a rule says of how many it looked at nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kg.projection.words import day as whole_day
from matcher.chain.network import Network
from matcher.chain.placement import node_id
from matcher.chain.sources import sourcings
from matcher.chain.template import Chain
from matcher.corpus import find
from matcher.fields import number, region_code, region_prefix
from matcher.firm import Firm, Item
from matcher.risk import courses_of
from matcher.warning.rule import WarningRule, WarningRules

Mask = NDArray[np.bool_]

RECENT = 2
"""Years before the present one down to which the newest revenue counts as present."""

STATED = 12
"""Statements of one warning that are kept."""


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """One warning: the rule, whom it names, what tells it apart (`about`), the values of its sentence, its statements.

    `subject` is a firm (by id) or a node (`chain:node`); `region` the code of its most exact place, "" where that is
    not known; `owner` who watches the thing, where a watch alone made it (None: it is everybody's).
    """

    rule: str
    kind: str
    subject: Literal["firm", "node"]
    subject_id: str
    name: str
    about: str = ""
    region: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Yearly:
    """A firm's figure of one year, and the statement that gives it."""

    year: int
    value: float
    fact: str | None


@dataclass(frozen=True, slots=True)
class DatedRun:
    """A dated run of states: the counts of makers by node (`chain:node`) in a region ("": the country)."""

    number: int
    chain: str
    region: str
    as_of: str
    makers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Watched:
    """A product (by its key, with its name) or node that somebody watches."""

    owner: str
    kind: Literal["product", "node"]
    subject_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found, and of whom it knows what it asks: `asked` and `known` are masks over firms.

    For a rule about nodes (or about nothing, where it has no bound to look by) they are None and `things` of
    `unknown_things` are not known.
    """

    rule: WarningRule
    warnings: tuple[EarlyWarning, ...]
    asked: Mask | None = None
    known: Mask | None = None
    things: int = 0
    unknown_things: int = 0

    def unknown(self, among: Mask | None = None) -> int:
        """How many that it asks of are unknown; `among` leaves some firms alone."""
        if self.asked is None or self.known is None:
            return self.unknown_things
        mask = self.asked & ~self.known
        return int(np.count_nonzero(mask if among is None else mask & among))

    def looked(self, among: Mask | None = None) -> int:
        """How many it asks of."""
        if self.asked is None:
            return self.things
        return int(np.count_nonzero(self.asked if among is None else self.asked & among))


class Look:
    """A look at one state of the graph on a day: what the network does not hold is given beside it."""

    def __init__(
        self,
        network: Network,
        day: date,
        chains: Sequence[Chain],
        revenue: Mapping[str, Sequence[Yearly]],
        runs: Sequence[DatedRun] = (),
        watched: Sequence[Watched] = (),
    ) -> None:
        self.network, self.day, self.chains = network, day, chains
        self.revenue, self.runs, self.watched = revenue, runs, watched

    def by(self, rules: WarningRules) -> list[Found]:
        """What the rules find that are switched on, in their order."""
        return [FINDERS[one.kind](self, one) for one in rules.rules if one.on]

    def place(self, row: int) -> str:
        """The code of a firm's most exact place, "" where none is known."""
        items = self.held("region").get(row, ())
        codes = [code for item in items if (code := region_code(str(item.value)))]
        return max(codes, key=lambda code: (len(region_prefix(code)), code), default="")

    def firm(
        self, rule: WarningRule, row: int, about: str, values: Mapping[str, Any], *items: str | None
    ) -> EarlyWarning:
        """A warning about a firm of the corpus."""
        end = self.network.firm(row)
        facts = tuple(dict.fromkeys(filter(None, items)))[:STATED]
        return EarlyWarning(rule.id, rule.kind, "firm", end.id, end.name, about, self.place(row), values, facts)

    def rows(self, rows: Iterable[int]) -> Mask:
        """A mask over firms."""
        found = np.zeros(len(self.network.corpus), bool)
        found[list(rows)] = True
        return found

    def held(self, name: str) -> Mapping[int, tuple[Item, ...]]:
        """The firms that have values in a field, with their values."""
        return self.network.corpus.held(name) or {}

    @cached_property
    def everybody(self) -> Mask:
        """All firms."""
        return np.ones(len(self.network.corpus), bool)


def _customer_share(look: Look, rule: WarningRule) -> Found:
    found, known = [], []
    for row, items in look.held("top_customer_ratio").items():
        largest = max((one for one in items if number(one.value) is not None), key=_value, default=None)
        if largest is None:
            continue
        known.append(row)
        if _value(largest) >= rule.bounds["above"]:
            values = {"share": _value(largest), "above": rule.bounds["above"]}
            found.append(look.firm(rule, row, "", values, largest.fact))
    return Found(rule, tuple(found), look.everybody, look.rows(known))


def _value(item: Item) -> float:
    return number(item.value) or 0.0


def _title_expires(look: Look, rule: WarningRule) -> Found:
    found, asked, known = [], [], []
    last = (look.day + timedelta(rule.bounds["within"])).isoformat()
    for row, items in look.held("titles").items():
        ends = []
        for course, lines in courses_of(Firm("", fields={"titles": items}), look.day):
            if course.tier not in rule.bounds["tiers"] or course.standing in ("revoked", "notice"):
                continue
            end = next((step for step in course.steps if step.kind == "end"), None)
            ends.append(end is not None and whole_day(end.date, last=True) is not None)
            until = whole_day(end.date, last=True) if end else None
            if end is None or until is None or not look.day.isoformat() <= until <= last:
                continue
            fact = end.fact or max(lines, key=lambda line: line.date or "").fact
            values = {"tier": course.tier, "until": str(end.date), "reckoned": end.reckoned}
            found.append(look.firm(rule, row, course.tier, values, fact))
        if ends:
            asked.append(row)
            if all(ends):
                known.append(row)
    return Found(rule, tuple(found), look.rows(asked), look.rows(known))


def _revenue_falls(look: Look, rule: WarningRule) -> Found:
    found, known, years = [], [], rule.bounds["years"]
    for ident, series in look.revenue.items():
        row = look.network.corpus.row(ident)
        by_year = {one.year: one for one in series}
        newest = max(by_year, default=0)
        last = [by_year.get(year) for year in range(newest - years, newest + 1)]
        figures = [one for one in last if one is not None]
        if row is None or len(figures) < len(last) or newest < look.day.year - RECENT:
            continue
        known.append(row)
        if all(after.value < before.value for before, after in pairwise(figures)):
            values = {"years": [[one.year, one.value] for one in figures]}
            found.append(look.firm(rule, row, "", values, *(one.fact for one in figures)))
    return Found(rule, tuple(found), look.everybody, look.rows(known))


def _last_maker_lost(look: Look, rule: WarningRule) -> Found:
    """Nodes that had makers at the last earlier dated run that says so, and have none in the newest one."""
    by: dict[tuple[str, str], list[DatedRun]] = defaultdict(list)
    for run in sorted(look.runs, key=lambda one: (one.as_of, one.number)):
        of = by[run.chain, run.region]
        if of and of[-1].as_of == run.as_of:
            of.pop()  # of several runs over the graph of one day the last one counts
        of.append(run)
    names = {node_id(chain, node): node for chain in look.chains for node in chain.nodes}
    found, compared = [], {chain for (chain, _), runs in by.items() if len(runs) > 1}
    for (_, region), runs in sorted(by.items()):
        newest = runs[-1]
        for node, makers in newest.makers.items():
            had = next((run for run in reversed(runs[:-1]) if run.makers.get(node, 0) > 0), None)
            if makers or had is None or node not in names:
                continue
            gone = next(run for run in runs if run.as_of > had.as_of and not run.makers.get(node, 0))
            values = {
                "had": had.makers[node],
                "before": had.as_of,
                "after": gone.as_of,
                "runs": [had.number, gone.number],
            }
            name = names[node].name
            found.append(EarlyWarning(rule.id, rule.kind, "node", node, name, region, region, values))
    total = sum(len(one.nodes) for one in look.chains)
    unknown = sum(len(one.nodes) for one in look.chains if one.id not in compared)
    return Found(rule, tuple(found), things=total, unknown_things=unknown)


def _cut_off(look: Look, rule: WarningRule) -> Found:
    """Makers and known suppliers of what somebody watches that are known to be in one of the places."""
    net, places = look.network, rule.bounds["places"]
    if not places:
        return Found(rule, ())
    inside = np.zeros(len(net.corpus), bool)
    for place in places:
        inside |= net.within(place)
    placed = look.rows(row for row, items in look.held("region").items() if items)
    asked = np.zeros(len(net.corpus), bool)
    found: dict[tuple[str, int, str], EarlyWarning] = {}
    for watch in look.watched:
        for row, facts in _suppliers(look, watch).items():
            asked[row] = True
            if not inside[row]:
                continue
            stands = [item.fact for item in look.held("region").get(row, ())]
            values = {"watched": watch.name, "watched_kind": watch.kind, "place": look.place(row)}
            one = look.firm(rule, row, f"{watch.kind}:{watch.subject_id}", values, *facts, *stands)
            found[watch.owner, row, watch.subject_id] = EarlyWarning(
                **{name: getattr(one, name) for name in EarlyWarning.__slots__ if name != "owner"}, owner=watch.owner
            )
    return Found(rule, tuple(found.values()), asked, placed)


def _suppliers(look: Look, watch: Watched) -> dict[int, list[str | None]]:
    """Rows of the firms that make a watched thing or are known to supply it, with the statements that say so."""
    net = look.network
    found: dict[int, list[str | None]] = defaultdict(list)
    if watch.kind == "node":
        for row in net.placement.firms(watch.subject_id).tolist() if watch.subject_id in net.placement.nodes else ():
            found[row] += [one.fact for one in net.made(row, watch.subject_id)[:1]]
        for place in net.sold_at.get(watch.subject_id, np.zeros(0, np.int64)).tolist():
            row = int(net.supplies.supplier[place])
            if row < len(net.corpus):
                found[row].append(net.supplies.step(place).fact)
        return found
    if (at := find(net.corpus.product_names, watch.name)) is not None:
        for row in net.corpus.makers(np.array([at], np.int64)).tolist():
            found[row] += [one.fact for one in net.corpus.firms[row].products if one.name == watch.name]
    return found


def _single_source(look: Look, rule: WarningRule) -> Found:
    net = look.network
    found, known = [], []
    for row, items in look.held("depends_on").items():
        known.append(row)
        for item in items:
            if item.value.get("single_source"):
                what = str(item.value["name"])
                found.append(look.firm(rule, row, f"stated:{what}", {"stated": True, "what": what}, item.fact))
    for one in sourcings(net, single=True):
        buyer = net.corpus.row(one.buyer.id)
        if one.orders < rule.bounds["orders"] or buyer is None:
            continue  # bodies that are no firms of the corpus have no place here; /single-sources has them
        values = {"node": one.node.id, "what": one.node.name, "orders": one.orders}
        values |= {"supplier": one.suppliers[0][0].name, "supplier_id": one.suppliers[0][0].id}
        found.append(look.firm(rule, buyer, one.node.id, values, *(step.fact for step in one.steps)))
    known += [row for row in net.supplies.buyer.tolist() if row < len(net.corpus)]
    return Found(rule, tuple(found), look.everybody, look.rows(known))


FINDERS: dict[str, Callable[[Look, WarningRule], Found]] = {
    "customer_share": _customer_share,
    "title_expires": _title_expires,
    "revenue_falls": _revenue_falls,
    "last_maker_lost": _last_maker_lost,
    "cut_off": _cut_off,
    "single_source": _single_source,
}
"""How each kind of rule is looked at."""


def all_of(found: Iterable[Found]) -> Iterator[EarlyWarning]:
    """All warnings, rule by rule."""
    for one in found:
        yield from one.warnings

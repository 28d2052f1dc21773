"""Policies that are new, that changed or that end within a time, and the firms that they touch, by the same engine.

A policy is a rule set of a tier (`seeds/criteria` and the data folder) or an offer that the operator loaded. Nothing is
known of one but what its file says: its days, its source, its words.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal
from weakref import WeakKeyDictionary

from kg.records import stable_hash
from kg.store import Graph
from matcher.assess.change import WHOLE, Moves, Policy, former, moves
from matcher.assess.criteria import Criteria, criteria
from matcher.assess.offer import Offer
from matcher.chain.network import Network
from matcher.conditions import Truth
from web.errors import WebError
from web.home import Home
from web.jobs.assess import FOLDER
from web.jobs.assessed import known_in_parts
from web.jobs.network import network
from web.jobs.offers import Former, offers, traits_of
from web.jobs.offers import former as former_offers
from web.jobs.thresholds import MOST
from web.jobs.warned import scope_of

Status = Literal["new", "changed", "ends", "gone", "holds"]
STATUSES: tuple[Status, ...] = ("ends", "changed", "new", "gone", "holds")
"""Ends soon; says something else than the version before it; new; taken out; none of these."""
DAYS = (30, 90, 180, 365)
"""Days back and ahead that may be asked for."""
SMALL = 500
"""Firms up to which the effect is reckoned without being asked for."""

_made: WeakKeyDictionary[Network, dict[tuple[str, str, str], Touched]] = WeakKeyDictionary()
_making = Lock()


@dataclass(frozen=True, slots=True)
class Dated:
    """A policy with the version before it (None: there is none). `now` is None where it was taken out.

    `statuses` say why it is looked at, `day` is the day of that: the last one of what ends, the first one of what is
    new, that of the change of what changed.
    """

    now: Policy | None
    before: Policy | None
    statuses: tuple[Status, ...]
    day: dt.date

    @property
    def policy(self) -> Policy:
        """It as it stands, or as it stood."""
        found = self.now or self.before
        if found is None:  # pragma: no cover  (never made so)
            raise ValueError("no policy")
        return found

    @property
    def key(self) -> str:
        """It as one word: rules-ID or offer-ID."""
        return f"{'rules' if isinstance(self.policy, Criteria) else 'offer'}-{self.policy.id}"

    @property
    def digest(self) -> str:
        """Both versions as one word."""
        versions = (one.model_dump_json() if one is not None else "" for one in (self.before, self.now))
        return stable_hash(*versions)

    @property
    def demo(self) -> bool:
        """Whether it is invented."""
        return isinstance(self.policy, Offer) and self.policy.demo

    def covers(self, region: str) -> bool:
        """Whether it may be for firms of a region."""
        return not isinstance(self.policy, Offer) or self.policy.scope.covers(region)


@dataclass(frozen=True, slots=True)
class Move:
    """How a firm stands on a policy, by indicator."""

    firm: str
    name: str
    region: str | None
    by: Moves


@dataclass(slots=True)
class Touched:
    """The firms of a place on both versions of a policy; of more than MOST firms some are left out, which is said."""

    firms: int = 0
    left_out: int = 0
    moves: list[Move] = field(default_factory=list)

    def counts(self, indicator: str = WHOLE) -> Counter[tuple[Truth | None, Truth | None]]:
        """Firms by how they stood and stand on an indicator, or on the whole."""
        return Counter(one.by[indicator] for one in self.moves if indicator in one.by)

    def count(self, after: Truth, indicator: str = WHOLE, *, moved: bool = False) -> int:
        """How many stand so now (on what was taken out: stood); `moved`: of those alone that stood otherwise before."""
        found = self.counts(indicator).items()
        if moved:
            return sum(n for (old, new), n in found if new is after and old not in (None, after))
        return sum(n for (old, new), n in found if (old if new is None else new) is after)


def dated(home: Home, day: dt.date, days: int, region: str = "") -> list[Dated]:
    """What is new, changed, ends or was taken out within so many days of a day, for firms of a region (code), what ends
    first, of all else the newest first. Raises BadRulesError MA041.
    """
    return dated_of(versions(home, day, days), region)


def dated_of(found: Iterable[Dated], region: str = "") -> list[Dated]:
    """The same among versions that are known."""
    found = [one for one in found if one.statuses != ("holds",) and one.covers(region)]
    return sorted(found, key=lambda one: (STATUSES.index(one.statuses[0]), _near(one), one.key))


def _near(one: Dated) -> int:
    """What ends first comes first, of all else what is newest."""
    return one.day.toordinal() if one.statuses[0] == "ends" else -one.day.toordinal()


def versions(home: Home, day: dt.date, days: int) -> list[Dated]:
    """Every rule set and offer with the version before it, and why it is looked at on a day. Raises MA041."""
    sets, old = criteria(home.settings.home / FOLDER), former_offers(home)
    before = former(sets)
    first, last = day - dt.timedelta(days), day + dt.timedelta(days)
    found = [_rules(one, before.get(one.id), day, first, last) for one in sets.values()]
    present = offers(home)
    found += [_offer(one, old.get(one.id), day, first, last) for one in present]
    here = {one.id for one in present}
    found += [
        Dated(None, one.offer, ("gone",) if first <= one.day <= day else ("holds",), one.day)
        for name, one in old.items()
        if name not in here
    ]
    return found


def version(home: Home, key: str, day: dt.date, days: int) -> Dated:
    """One of them by its key. Raises WE404, MA041."""
    for one in versions(home, day, days):
        if one.key == key:
            return one
    raise WebError("no such policy", code="WE404", hint="see the list of policies", place=key[:80])


def _rules(one: Criteria, before: Criteria | None, day: dt.date, first: dt.date, last: dt.date) -> Dated:
    statuses: list[Status] = []
    if one.effective_to is not None and day <= one.effective_to <= last:
        statuses.append("ends")
    if first <= one.since <= last:
        statuses.append("changed" if before is not None else "new")
    at = one.effective_to if "ends" in statuses and one.effective_to else one.since
    return Dated(one, before, tuple(statuses) or ("holds",), at)


def _offer(one: Offer, old: Former | None, day: dt.date, first: dt.date, last: dt.date) -> Dated:
    statuses: list[Status] = []
    at = one.since
    began = max(one.since, one.source.date)
    if first <= began <= last:
        statuses, at = ["new"], began
    if old is not None and first <= old.day <= day:
        statuses, at = ["changed", *statuses], old.day
    if one.until is not None and day <= one.until <= last:
        statuses, at = ["ends", *statuses], one.until
    return Dated(one, old.offer if old else None, tuple(statuses) or ("holds",), at)


def firms_in(home: Home, region: str) -> list[str]:
    """The ids of the firms of a place (code or name; "": of any). Raises MA001, WE015."""
    mask, corpus = scope_of(home, region, "").mask, network(home).corpus
    return [str(corpus.firms[int(row)].id) for row in mask.nonzero()[0]]


def touched(
    home: Home, graph: Graph, found: Sequence[Dated], region: str, day: dt.date, *, ask: bool = True
) -> dict[str, Touched]:
    """How the firms of a place stand on policies on a day, by key, by what documents say. Reckoned once for each graph,
    day and version; without `ask` only what is there already, unless the place has few firms.

    Raises MA001, WE015.
    """
    net, code = network(home), scope_of(home, region, "").code
    keys = {one.key: (code, day.isoformat(), one.digest) for one in found}
    with _making:
        kept = _made.setdefault(net, {})
        for stale in [key for key in kept if key[1] != day.isoformat()]:
            del kept[stale]
        known = {name: kept[key] for name, key in keys.items() if key in kept}
    lacking = [one for one in found if one.key not in known]
    firms = firms_in(home, region) if lacking else []
    if lacking and (ask or len(firms) <= SMALL):
        made = effects(graph, lacking, firms, day)  # outside of the lock: who asks for another place need not wait
        with _making:
            kept |= {keys[key]: one for key, one in made.items()}
        known |= made
    return known


def effects(graph: Graph, found: Iterable[Dated], firms: Sequence[str], day: dt.date) -> dict[str, Touched]:
    """How firms stand on both versions of policies, by key. Nothing is written."""
    policies = list(found)
    made = {one.key: Touched(min(len(firms), MOST), max(0, len(firms) - MOST)) for one in policies}
    for ident, name, region, by in _standings(graph, policies, sorted(firms)[:MOST], day):
        for key, each in by.items():
            made[key].moves.append(Move(ident, name, region, each))
    return made


def _standings(
    graph: Graph, policies: Sequence[Dated], firms: Sequence[str], day: dt.date
) -> Iterator[tuple[str, str, str | None, Mapping[str, Moves]]]:
    for known in known_in_parts(graph, firms, day):
        of = traits_of(known, day)
        yield known.id, known.name, known.region, {one.key: moves(one.before, one.now, of, day) for one in policies}

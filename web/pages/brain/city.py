"""One page for a city: tiers, chains, needs, warnings, titles that end, who is new, and how old the sources are."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, Field

from kg.projection.words import day as whole_day
from matcher.corpus import Corpus
from matcher.fields import TIERS
from matcher.warning.words import says
from web.beijing import today
from web.jobs.network import network
from web.jobs.policies import STATUSES, dated
from web.jobs.statistics import figures
from web.jobs.warned import Scope, scope_of
from web.jobs.warnings import found_on, rules_of
from web.pages.brain.statistics import GroupRow, GroupWords, statistics_groups
from web.pages.brain.warnings import WarningRow, new_in, run_of
from web.pages.chains.chains import ChainRow, chains_page
from web.pages.evidence.citation import Citation, citations
from web.pages.firms.search import NeedCard
from web.pages.needs.shortlist import Place, places
from web.words import place
from web.work.today.warnings import READ

if TYPE_CHECKING:
    from web.deps import Visit

SHOWN = 8
"""Lines of each part; a link leads to all of them."""

ENTRANT = 365
"""Days since the first line of a list (or the founding) in which a firm counts as new."""

AMONG = 200
"""Newest documents among which those that name a firm of the place are sought."""

NEEDS = 2000
"""Needs that are looked through."""

POLICY_DAYS = 90
"""Days back and ahead in which a policy is counted: what the page of policies shows first."""


class TitleRow(BaseModel):
    """A title that ends soon."""

    firm: str
    name: str
    says: str
    until: str
    source: Citation | None = None


class EntrantRow(BaseModel):
    """A firm that is new on a list, or newly founded."""

    firm: str
    name: str
    what: str = Field(description="a tier, or founded")
    day: str
    source: Citation | None = None


class SourceRow(BaseModel):
    """A document that names firms of the place."""

    id: str
    title: str | None
    publisher: str | None
    published: str
    firms: int


class CityPage(BaseModel):
    """What there is to know of a place today; every figure leads to where it stands."""

    region: str
    name: str
    firms: int
    tiers: list[GroupRow]
    tiers_unknown: int
    chains: list[ChainRow]
    needs: list[NeedCard]
    needs_open: int = Field(description="open needs and bounties anywhere")
    needs_here: int = Field(description="of these, posted by a firm of the place")
    needs_unknown: int = Field(description="of these, posted by who is not named or whose place is unknown")
    warnings: list[WarningRow] | None = Field(default=None, description="none: the reader may not see them")
    warnings_count: int = 0
    warnings_looked: str = ""
    titles: list[TitleRow]
    titles_count: int
    titles_unknown: int
    titles_rule: str = Field(description="the rule that says which; empty: none is switched on")
    entrants: list[EntrantRow]
    entrants_count: int
    sources: list[SourceRow]
    policies: dict[str, int] = Field(description="policies for firms of the place that end, changed, are new or gone")
    places: list[Place]
    as_of: str
    corpus: str
    graph: str


def city_page(visit: Visit, region: str) -> CityPage:
    """The page of a place (code or name; "": everywhere). Raises MA001, MA041, WE015."""
    home, graph, net = visit.home, visit.graph, network(visit.home)
    scope = scope_of(home, region, "")
    stamp = graph.stamp()
    warnings, count = new_in(visit, scope, SHOWN) if visit.actor.may(READ) else (None, 0)
    run = run_of(visit) if warnings is not None else None
    made = figures(home, net)
    tiers, unknown = statistics_groups(made, scope.mask, "tier", GroupWords(made.industries, visit.lang), _query(scope))
    needs, here, nowhere, opened = _needs(visit, scope)
    titles, titled, undated, rule = _titles(visit, scope)
    entrants, entered = _entrants(visit, net.corpus, scope)
    latest = graph.read("latest_documents", head=scope.head, among=AMONG, limit=SHOWN)
    return CityPage(
        region=scope.code,
        name=place(scope.code),
        firms=int(np.count_nonzero(scope.mask)),
        tiers=tiers,
        tiers_unknown=unknown,
        chains=chains_page(home, graph, scope.code or None, visit.lang).chains,
        needs=needs,
        needs_open=opened,
        needs_here=here,
        needs_unknown=nowhere,
        warnings=warnings,
        warnings_count=count,
        warnings_looked=run.at.isoformat() if run else "",
        titles=titles,
        titles_count=titled,
        titles_unknown=undated,
        titles_rule=rule,
        entrants=entrants,
        entrants_count=entered,
        sources=[SourceRow(**{name: row[name] for name in SourceRow.model_fields}) for row in latest],
        policies=_policies(visit, scope.code),
        places=places(net.corpus),
        as_of=stamp.written if stamp else "",
        corpus=net.corpus.stamp,
        graph=stamp.stamp if stamp else "",
    )


def _policies(visit: Visit, region: str) -> dict[str, int]:
    """How many policies end, changed, are new or gone within POLICY_DAYS; the firms they touch stand on their page."""
    found = dated(visit.home, today(), POLICY_DAYS, region)
    return {status: sum(status in one.statuses for one in found) for status in STATUSES[:-1]}


def _query(scope: Scope) -> str:
    return f"region={scope.code}" if scope.code else ""


def _needs(visit: Visit, scope: Scope) -> tuple[list[NeedCard], int, int, int]:
    """Open needs, those of the place first; how many are of it, how many of an unknown place, how many there are."""
    corpus = network(visit.home).corpus
    rows = visit.graph.read("needs", label=None, skip=0, limit=NEEDS)
    cards = [card for row in rows if (card := NeedCard(**row)).state in ("active", "open")]
    held, nowhere = corpus.held("region"), 0
    here: list[NeedCard] = []
    for card in cards:
        row = corpus.row(card.buyer.id) if card.buyer else None
        if row is None or held is None or row not in held:
            nowhere += 1
        if not scope.code or (row is not None and scope.mask[row]):
            here.append(card)
    rest = [card for card in cards if card not in here]
    return (here + rest)[:SHOWN], len(here), nowhere, len(cards)


def _titles(visit: Visit, scope: Scope) -> tuple[list[TitleRow], int, int, str]:
    """Titles of the place that end soon by the rules of warnings, the next first."""
    found = [one for one in found_on(visit.home, today().isoformat()) if one.rule.kind == "title_expires"]
    ends = [each for one in found for each in one.warnings if scope.holds(each.subject_id, each.region)]
    ends.sort(key=lambda one: (str(one.values["until"]), one.name))
    cited = citations(visit.graph, {fact for one in ends[:SHOWN] for fact in one.facts})
    rows = [
        TitleRow(
            firm=one.subject_id,
            name=one.name,
            says=says(one.kind, one.values, visit.lang),
            until=str(one.values["until"]),
            source=next((cited[fact] for fact in one.facts if fact in cited), None),
        )
        for one in ends[:SHOWN]
    ]
    rule = "; ".join(
        one.says(visit.lang) for one in rules_of(visit.home).rules if one.kind == "title_expires" and one.on
    )
    return rows, len(ends), sum(one.unknown(scope.mask) for one in found), rule


def _entrants(visit: Visit, corpus: Corpus, scope: Scope) -> tuple[list[EntrantRow], int]:
    """Firms of the place whose first line of a tier, or whose founding, is of the last year; the newest first."""
    last = today().isoformat()
    first = (today() - dt.timedelta(ENTRANT)).isoformat()
    found: list[tuple[str, int, str, str | None]] = []
    for row, items in (corpus.held("titles") or {}).items():
        if not scope.mask[row]:
            continue
        lines = [(whole_day(item.value.get("dated")), item) for item in items if item.value["tier"] in TIERS]
        day, item = min(((day, item) for day, item in lines if day), key=lambda one: one[0], default=("", None))
        if item is not None and len(lines) == sum(bool(day) for day, _ in lines) and first <= day <= last:
            found.append((day, row, str(item.value["tier"]), item.fact))
    for row, items in (corpus.held("founded") or {}).items():
        day = whole_day(str(items[0].value)) or ""
        if scope.mask[row] and first <= day <= last:
            found.append((day, row, "founded", items[0].fact))
    found.sort(key=lambda one: (one[0], one[1]), reverse=True)
    cited = citations(visit.graph, {fact for _, _, _, fact in found[:SHOWN] if fact})
    rows = [
        EntrantRow(firm=corpus.ids[row], name=corpus.firms[row].name, what=what, day=day, source=cited.get(fact or ""))
        for day, row, what, fact in found[:SHOWN]
    ]
    return rows, len(found)

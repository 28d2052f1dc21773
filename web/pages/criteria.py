"""A firm on the criteria of tiers: regimes side by side, each indicator with what it rests on or would settle it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from matcher.assess.criteria import Check, Score, checks_in, scores_in
from matcher.assess.engine import Assessment, Found, Judged, Scored
from matcher.assess.inputs import Given, inputs
from matcher.conditions import Truth
from web.jobs.assess import LADDER, standing
from web.pages.citation import Citation, Named, citations

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

VERDICTS = ("miss", "unknown", "pass")
"""Of a truth by its number: false, unknown, true."""


class Used(BaseModel):
    """A value that was looked at."""

    name: str
    value: float
    unit: str
    year: int | None = None
    least: bool = Field(default=False, description="there may be more than is known")
    said: str = Field(description="stated, own, reckoned, counted, inferred, higher_tier, credit_code")
    sources: list[Citation] = []


class Wanted(BaseModel):
    """A bound that a test asks for."""

    name: str
    unit: str
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None


class Paper(BaseModel):
    """What would settle an unknown input."""

    input: str
    name: str
    paper: str


class Indicator(BaseModel):
    """One indicator of a set."""

    id: str
    words: str
    verdict: str = Field(description="pass, miss or unknown")
    verified: bool = Field(description="false: the words were not read in a source")
    used: list[Used] = []
    missing: list[Paper] = []
    wanted: list[Wanted] = []


class Row(BaseModel):
    """A row of the table of points: from `low`, which is sure, to `high`."""

    words: str
    group: str
    low: float
    high: float
    most: float
    verified: bool
    used: list[Used] = []
    missing: list[Paper] = []


class Group(BaseModel):
    """Points of a group, or in total."""

    id: str
    words: str
    low: float
    high: float
    most: float
    open: bool = False


class RuleSet(BaseModel):
    """How the firm stands on one rule set."""

    id: str
    tier: str
    title: str
    since: str
    until: str | None = None
    holds: bool = Field(description="whether it holds on the day")
    source: list[str]
    note: str = ""
    verdict: str
    passed: int
    missed: int
    unknown: int
    indicators: list[Indicator]
    rows: list[Row] = []
    groups: list[Group] = []


class Tier(BaseModel):
    """One tier with its rule sets, the newest first."""

    tier: str
    held: bool
    next: bool = Field(description="the lowest tier above the highest that is held")
    sets: list[RuleSet]


class CriteriaPage(BaseModel):
    """A firm on all tiers, on a day."""

    firm: Named
    day: str
    last: int = Field(description="the year that counts as the last one")
    usual: bool = Field(description="whether that is the year before the day")
    own: bool = Field(default=False, description="whether figures of the reader's own are in it")
    tiers: list[Tier]


def criteria_page(
    home: Home, graph: Graph, firm: Named, day: dt.date, lang: str, own: Sequence[Given] = ()
) -> CriteriaPage:
    """The page of a firm. Raises BadRulesError MA041 (an operator's set that cannot be used)."""
    found = standing(home, graph, firm.id, day, own)
    cited = citations(graph, _facts(found.assessments))
    reader = _Reader(cited, lang)
    return CriteriaPage(
        firm=firm,
        day=day.isoformat(),
        last=found.last,
        usual=found.last == day.year - 1,
        own=bool(own),
        tiers=[
            Tier(
                tier=tier,
                held=tier in found.held,
                next=tier == found.next_tier,
                sets=[reader.rule_set(one, day) for one in found.of(tier)],
            )
            for tier in LADDER
        ],
    )


def _facts(assessments: Iterable[Assessment]) -> Iterable[str]:
    for one in assessments:
        for found in (*(judged.found for judged in one.judged), *(row.found for row in one.scored)):
            for given in found.used:
                yield from given.facts()


class _Reader:
    """Puts assessments in words of one language, with the sentences that they rest on."""

    def __init__(self, cited: dict[str, Citation], lang: str) -> None:
        self._cited, self._lang = cited, lang

    def rule_set(self, one: Assessment, day: dt.date) -> RuleSet:
        criteria = one.criteria
        english = self._lang == "en"
        return RuleSet(
            id=criteria.id,
            tier=criteria.tier,
            title=criteria.named(self._lang),
            since=criteria.effective_from,
            until=criteria.effective_to.isoformat() if criteria.effective_to else None,
            holds=criteria.holds(day),
            source=list(criteria.source),
            note=criteria.note_en if english else criteria.note,
            verdict=VERDICTS[one.truth],
            passed=one.count(Truth.TRUE),
            missed=one.count(Truth.FALSE),
            unknown=one.count(Truth.UNKNOWN),
            indicators=[self._indicator(judged) for judged in one.judged],
            rows=[self._row(row) for row in one.scored],
            groups=self._groups(one),
        )

    def _groups(self, one: Assessment) -> list[Group]:
        if one.criteria.table is None:
            return []
        english = self._lang == "en"
        groups = [
            Group(
                id=group.id,
                words=group.en if english else group.zh,
                low=one.scores[group.id].low,
                high=one.scores[group.id].high,
                most=group.most,
                open=group.open,
            )
            for group in one.criteria.table.groups
        ]
        total = one.scores["total"]
        most = sum(group.most for group in groups)
        return [*groups, Group(id="total", words="", low=total.low, high=total.high, most=most)]

    def _indicator(self, judged: Judged) -> Indicator:
        indicator, found = judged.indicator, judged.found
        asked = [test for test in checks_in(indicator.test) if test.bounded]
        return Indicator(
            id=indicator.id,
            words=indicator.en if self._lang == "en" else indicator.zh,
            verdict=VERDICTS[found.truth],
            verified=indicator.verified,
            used=self._used(found),
            missing=self._missing(found) if VERDICTS[found.truth] == "unknown" else [],
            wanted=[*map(self._wanted, asked), *map(self._scored, scores_in(indicator.test))],
        )

    def _row(self, row: Scored) -> Row:
        item = row.item
        return Row(
            words=item.en if self._lang == "en" else item.zh,
            group=item.group,
            low=row.points.low,
            high=row.points.high,
            most=item.most,
            verified=item.verified,
            used=self._used(row.found),
            missing=self._missing(row.found) if row.points.low < row.points.high else [],
        )

    def _used(self, found: Found) -> list[Used]:
        return [
            Used(
                name=inputs()[given.input].named(self._lang),
                value=given.value,
                unit=inputs()[given.input].unit,
                year=given.year,
                least=given.least,
                said=given.said or "stated",
                sources=[self._cited[fact] for fact in dict.fromkeys(given.facts()) if fact in self._cited],
            )
            for given in found.used
        ]

    def _missing(self, found: Found) -> list[Paper]:
        return [
            Paper(input=name, name=inputs()[name].named(self._lang), paper=inputs()[name].settled_by(self._lang))
            for name in found.missing
        ]

    def _wanted(self, test: Check) -> Wanted:
        of = inputs()[test.input]
        bounds = {name: getattr(test, name) for name in ("at_least", "above", "at_most", "below")}
        # a compound rate is asked of amounts
        return Wanted(name=of.named(self._lang), unit="percent" if test.take == "compound" else of.unit, **bounds)

    def _scored(self, score: Score) -> Wanted:
        return Wanted(name=score.score, unit="point", at_least=score.at_least)

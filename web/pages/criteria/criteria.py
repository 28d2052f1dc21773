"""A firm on the criteria of tiers: regimes side by side, each indicator with what it rests on or would settle it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from matcher.assess.condition import SIDES
from matcher.assess.criteria import Check, Score, checks_in, scores_in
from matcher.assess.engine import Assessment, Found, Judged, Scored
from matcher.assess.inputs import Given, inputs
from matcher.assess.threshold import Applied, Local
from matcher.conditions import Truth
from web.jobs.assess import standing
from web.jobs.assessed import LADDER
from web.pages.criteria.scope import bound_words, scope_words
from web.pages.evidence.citation import Citation, Named, citations
from web.work.firms.own_figures import given_of

if TYPE_CHECKING:
    from kg.store import Graph
    from web.db.criteria import OwnFigure
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
    said: str = Field(
        description="stated, own, reckoned, counted, inferred, higher_tier, credit_code, other_scheme, no_term"
    )
    settles: bool = Field(default=True, description="false: it is shown, and leaves the condition unknown")
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


class LocalBound(BaseModel):
    """A bound of the operator's in place of that of the measures."""

    words: str
    was: str
    sure: bool = Field(description="false: whether the firm is one of those that it is for is not known")
    missing: list[str] = Field(default=[], description="what is not known of the firm")
    scope: list[str]
    source: str
    since: str
    until: str | None = None


class Indicator(BaseModel):
    """One indicator of a set."""

    id: str
    words: str
    verdict: str = Field(description="pass, miss or unknown")
    verified: bool = Field(description="false: the words were not read in a source")
    used: list[Used] = []
    missing: list[Paper] = []
    wanted: list[Wanted] = []
    thresholds: list[LocalBound] = Field(default=[], description="the operator's bounds in place of the measures'")


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
    local: bool = Field(default=False, description="with the operator's thresholds, beside the measures themselves")
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


class KeptFigure(BaseModel):
    """A figure that the firm's own people kept."""

    name: str
    unit: str
    value: float
    year: int | None
    by: str
    at: str


class Kept(BaseModel):
    """All that they kept: as they read it, and as values of inputs."""

    figures: list[KeptFigure]
    given: list[Given]

    @classmethod
    def of(cls, rows: Sequence[OwnFigure], lang: str) -> Kept:
        """The rows of the store in the words of a language."""
        figures = [
            KeptFigure(
                name=inputs()[row.input].named(lang),
                unit=inputs()[row.input].unit,
                value=row.value,
                year=row.year or None,
                by=row.by_name,
                at=row.at.isoformat(),
            )
            for row in rows
            if row.input in inputs()
        ]
        return cls(figures=figures, given=[one for one in given_of(rows) if one.input in inputs()])


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
    reader = Reader(cited, lang)
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
                sets=[each for one in found.of(tier) for each in reader.sets(one, found.locals, day)],
            )
            for tier in LADDER
        ],
    )


def _facts(assessments: Iterable[Assessment]) -> Iterable[str]:
    for one in assessments:
        yield from facts_in((*(judged.found for judged in one.judged), *(row.found for row in one.scored)))


def facts_in(found: Iterable[Found]) -> Iterable[str]:
    """The statements that findings rest on."""
    return (fact for one in found for given in one.used for fact in given.facts())


class Reader:
    """Puts assessments in words of one language, with the sentences that they rest on."""

    def __init__(self, cited: dict[str, Citation], lang: str) -> None:
        self._cited, self._lang = cited, lang

    def sets(self, one: Assessment, locals_: Mapping[str, Local], day: dt.date) -> Iterable[RuleSet]:
        """A set, and behind it the same with the thresholds that count for the firm."""
        yield self.rule_set(one, day)
        by = locals_.get(one.criteria.id)
        if by is None:
            return
        found = self.rule_set(by.assessment, day)
        found.id, found.local, found.rows, found.groups = f"{found.id}-local", True, [], []
        for indicator in found.indicators:
            indicator.thresholds = [self._bound(each) for each in by.applied.get(indicator.id, ())]
        yield found

    def _bound(self, one: Applied) -> LocalBound:
        row = one.threshold
        return LocalBound(
            words=bound_words(row.place, row.value, self._lang),
            was=bound_words(row.place, one.was, self._lang),
            sure=one.sure,
            missing=[SIDES[name][self._lang == "en"] for name in one.missing],
            scope=scope_words(row.scope, self._lang),
            source=row.source,
            since=row.since.isoformat(),
            until=row.until.isoformat() if row.until else None,
        )

    def rule_set(self, one: Assessment, day: dt.date) -> RuleSet:
        """A set with what came of each indicator."""
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
            indicators=[self.indicator(judged) for judged in one.judged],
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

    def indicator(self, judged: Judged) -> Indicator:
        """An indicator with what came of it."""
        indicator, found = judged.indicator, judged.found
        asked = [test for test in checks_in(indicator.test) if test.bounded]
        return Indicator(
            id=indicator.id,
            words=indicator.en if self._lang == "en" else indicator.zh,
            verdict=VERDICTS[found.truth],
            verified=indicator.verified,
            used=self.used(found.used),
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
            used=self.used(row.found.used),
            missing=self._missing(row.found) if row.points.low < row.points.high else [],
        )

    def used(self, given: Iterable[Given]) -> list[Used]:
        """Values that were looked at, each with its sentences."""
        return [
            Used(
                name=inputs()[one.input].named(self._lang),
                value=one.value,
                unit=inputs()[one.input].unit,
                year=one.year,
                least=one.least,
                said=one.said or "stated",
                settles=one.settles,
                sources=[self._cited[fact] for fact in dict.fromkeys(one.facts()) if fact in self._cited],
            )
            for one in given
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

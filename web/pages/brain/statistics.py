"""Figures of a set of firms beside those that were published of the first little giants, each with its definition.

What was not read of a firm is unknown: it counts in no share, and stands beside it as a number of firms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import numpy as np
from pydantic import BaseModel, Field

from kg.values.region import Regions
from matcher.statistics.measure import Measure, Said, measures
from matcher.statistics.published import Figure, published
from web.errors import WebError
from web.jobs.network import network
from web.jobs.statistics import AskedSet, Figures, FirmSet, chosen, figures, nodes
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.needs.shortlist import Place, places
from web.words import number

if TYPE_CHECKING:
    from kg.store import Graph
    from matcher.statistics.table import Count, Rows
    from web.accounts.actor import Actor
    from web.home import Home

FIRMS = 30
"""Firms on a page of the table."""

BOOKLET = 100
"""Firms that a booklet may have (`web.pages.firms.booklet`)."""

OPEN_GROUPS = 30
"""Groups that are listed of a measure whose groups are those that firms are in."""

SHOWN = ("city", "industry", "age", "rd_ratio", "institute", "foundation", "tier", "size")
"""Measures that the table of firms shows."""


class GroupRow(BaseModel):
    """A group of a measure; the empty id is what is unknown."""

    id: str
    words: str
    firms: int
    published: int | None = Field(default=None, description="firms of the published set in this group")
    address: str = Field(description="this page with the firms of the group in its table")


class PublishedFigure(BaseModel):
    """What was printed of the published set; nothing is recomputed."""

    share: float | None = None
    mean: float | None = None
    distinct: int | None = None
    says: str


class MeasureRow(BaseModel):
    """A measure of the set."""

    id: str
    title: str
    definition: str
    unit: str
    open_groups: bool = Field(description="the groups are those that firms are in, by their Chinese names")
    presence: bool = Field(description="what was read proves presence, and nothing proves absence")
    groups: list[GroupRow]
    distinct: int = Field(description="groups in which a firm is")
    more: int = Field(default=0, description="groups that are not listed here")
    unknown: int = Field(description="firms of which nothing is known")
    met: int | None = None
    missed: int | None = None
    open: int = Field(description="firms of which the question has no answer")
    share: float | None = Field(default=None, description="percent of those of which it is known")
    least: float | None = Field(default=None, description="percent of all firms that is sure")
    most: float | None = Field(default=None, description="percent of all firms that is possible")
    mean: float | None = None
    valued: int = Field(default=0, description="firms that the mean is over")
    published: PublishedFigure | None = None


class FirmCell(BaseModel):
    """What is known of a firm by one measure."""

    words: str
    source: Citation | None = None


class FirmRow(BaseModel):
    """A firm of the set."""

    id: str
    name: str
    cells: dict[str, FirmCell]


class PublishedSet(BaseModel):
    """The set whose figures were published."""

    name: str
    firms: int
    year: int
    source: str


class NodeChoice(BaseModel):
    """A node of a chain to choose from."""

    id: str
    chain: str
    name: str


class StatisticsPage(BaseModel):
    """Figures of a set of firms, with all that is needed to make them again."""

    region: str = ""
    tier: str = ""
    notice: bool = False
    node: str = ""
    list_id: str = ""
    list_title: str = ""
    firms_said: str = ""
    count: int = Field(description="firms of the set")
    all: int = Field(description="firms of the graph")
    measures: list[MeasureRow]
    published: PublishedSet
    chosen: str = Field(default="", description="measure:group whose firms are listed; all without it")
    chosen_words: str = ""
    listed: int = Field(description="firms that the table goes through")
    firms: list[FirmRow]
    columns: list[Named] = Field(description="measures that the table shows")
    not_found: list[str] = Field(default=[], description="names that mean no firm")
    several: list[str] = Field(default=[], description="names that mean several")
    places: list[Place] = []
    nodes: list[NodeChoice] = []
    address: str = Field(description="the set as a query of an address")
    graph: str
    as_of: str
    corpus: str


def statistics_page(
    home: Home,
    graph: Graph,
    actor: Actor,
    ask: AskedSet,
    within: str,
    lang: str,
    skip: int = 0,
    limit: int = FIRMS,
) -> StatisticsPage:
    """The figures of a set. `within` is `measure:group`, the firms that are listed. Raises as `chosen`, and WE422."""
    found = chosen(home, graph, actor, ask)
    net = network(home)
    made = figures(home, net)
    words = GroupWords(made.industries, lang)
    address = query_of(ask)
    rows = [_measure(one, words, address) for one in made.table.counts(found.rows)]
    listed = found.rows & _filtered(made, within) if within else found.rows
    at = np.flatnonzero(listed)
    stamp = graph.stamp()
    return StatisticsPage(
        region=found.region,
        tier=ask.tier,
        notice=ask.notice,
        node=ask.node,
        list_id=ask.list_id,
        list_title=found.title,
        firms_said=ask.firms,
        count=int(np.count_nonzero(found.rows)),
        all=len(net.corpus),
        measures=rows,
        published=_published(lang),
        chosen=within,
        chosen_words=words.chosen(within),
        listed=len(at),
        firms=_firms(graph, made, at[skip : skip + limit].tolist(), words),
        columns=[Named(id=name, name=measures()[name].named(lang)) for name in SHOWN],
        **_named(found),
        places=places(net.corpus),
        nodes=[NodeChoice(id=one, chain=chain, name=name) for one, chain, name in nodes(home)],
        address=address,
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=net.corpus.stamp,
    )


def query_of(ask: AskedSet) -> str:
    """The set as a query of an address, without what is not asked for."""
    said = asdict(ask) | {"notice": "1" if ask.notice else ""}
    said["list"] = said.pop("list_id")
    return urlencode({name: value for name, value in said.items() if value})


def _named(found: FirmSet) -> dict[str, list[str]]:
    return {"not_found": list(found.not_found), "several": list(found.several)}


def _published(lang: str) -> PublishedSet:
    one = published()
    return PublishedSet(name=one.named(lang), firms=one.firms, year=one.year, source=one.source(lang))


def _filtered(made: Figures, within: str) -> Rows:
    measure, _, group = within.partition(":")
    if measure not in made.table.columns:
        raise WebError(f"no measure {measure[:40]}", code="WE422", hint="take a link of the page", place="in")
    return made.table.columns[measure].within(group)


class GroupWords:
    """Names of groups in a language: fixed ones, cities by their code, classes of industry by theirs."""

    def __init__(self, industries: Mapping[str, str], lang: str) -> None:
        self.lang = lang
        self._industries = industries

    @property
    def unknown(self) -> str:
        """What is not known."""
        return "不详" if self.lang == "zh" else "unknown"

    def group(self, measure: Measure, group: str) -> str:
        """A group's name."""
        if not group:
            return self.unknown
        fixed = next((one for one in measure.groups if one.id == group), None)
        if fixed is not None:
            return fixed.named(self.lang)
        if measure.id == "industry":
            return f"{self._industries.get(group, '')} {group}".strip()
        region = Regions.load().by_code(group)
        return region.name if region else group

    def chosen(self, within: str) -> str:
        """The group whose firms are listed."""
        measure, _, group = within.partition(":")
        if measure not in measures():
            return ""
        of = measures()[measure]
        return f"{of.named(self.lang)}{'：' if self.lang == 'zh' else ': '}{self.group(of, group)}"

    def said(self, measure: Measure, said: Said) -> str:
        """What is known of a firm."""
        if said.value is not None:
            shown = number(said.value, 1)
            if measure.unit == "percent":
                return f"{shown} %"
            since = "、".join(said.words)
            return f"{since}（{shown} 年）" if self.lang == "zh" else f"{since} ({shown} years)"
        named = ("、" if self.lang == "zh" else ", ").join(self.group(measure, group) for group in said.groups)
        return f"{named}{'：' if self.lang == 'zh' else ': '}{'、'.join(said.words)}" if said.words else named


def _measure(one: Count, words: GroupWords, address: str) -> MeasureRow:
    measure = one.measure
    printed = published().of(measure.id)
    groups, distinct = _groups(one, printed), sum(count > 0 for _, count in one.groups)
    shown = groups if measure.groups else groups[:OPEN_GROUPS]
    rows = [_group(measure, group, count, printed, words, address) for group, count in shown]
    if one.unknown:
        rows.append(_group(measure, "", one.unknown, None, words, address))
    numbers = {name: getattr(one, name) for name in _NUMBERS}
    return MeasureRow(
        id=measure.id,
        title=measure.named(words.lang),
        definition=measure.defined(words.lang),
        unit=measure.unit,
        open_groups=not measure.groups,
        presence=measure.presence,
        groups=rows,
        distinct=distinct,
        more=len(groups) - len(shown),
        published=_figure(printed, words.lang) if printed else None,
        **numbers,
    )


_NUMBERS = ("unknown", "met", "missed", "open", "share", "least", "most", "mean", "valued")
_FEW = 10
"""Up to so many groups are all shown, those of no firm too."""


def _groups(one: Count, printed: Figure | None) -> list[tuple[str, int]]:
    """The groups that are listed: those with firms, of few groups all, and those of which a number was published."""
    named = dict(one.groups)
    found = [pair for pair in one.groups if pair[1] or 0 < len(one.measure.groups) <= _FEW]
    return found + [(group, 0) for group in (printed.groups if printed else {}) if not named.get(group)]


def _group(
    measure: Measure, group: str, count: int, printed: Figure | None, words: GroupWords, address: str
) -> GroupRow:
    within = urlencode({"in": f"{measure.id}:{group}"})
    return GroupRow(
        id=group,
        words=words.group(measure, group),
        firms=count,
        published=printed.groups.get(group) if printed else None,
        address=f"/statistics?{address}{'&' if address else ''}{within}#firms",
    )


def statistics_groups(
    made: Figures, rows: Rows, measure: str, words: GroupWords, address: str
) -> tuple[list[GroupRow], int]:
    """The groups of one measure of a set, each with the address of its firms, and how many firms are unknown."""
    one = next(count for count in made.table.counts(rows) if count.measure.id == measure)
    found = [_group(one.measure, group, count, None, words, address) for group, count in _groups(one, None)]
    return found, one.unknown


def _figure(printed: Figure, lang: str) -> PublishedFigure:
    return PublishedFigure(
        share=printed.share, mean=printed.mean, distinct=printed.distinct, says=printed.defined(lang)
    )


def _firms(graph: Graph, made: Figures, rows: Sequence[int], words: GroupWords) -> list[FirmRow]:
    said = {row: made.table.said(row) for row in rows}
    cited = citations(graph, {fact for one in said.values() for each in one.values() for fact in each.facts[:1]})
    return [
        FirmRow(
            id=made.table.corpus.ids[row],
            name=made.table.corpus.firms[row].name,
            cells={
                name: FirmCell(
                    words=words.said(measures()[name], one),
                    source=next((cited[fact] for fact in one.facts[:1] if fact in cited), None),
                )
                for name, one in said[row].items()
                if name in SHOWN
            },
        )
        for row in rows
    ]

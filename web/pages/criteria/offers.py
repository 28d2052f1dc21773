"""Policies and offers as pages show them: a list with filters, one of them, and how a firm stands on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from kg.values.region import Regions
from matcher.assess.condition import SIDES
from matcher.assess.inputs import Given
from matcher.assess.offer import KINDS, Fit, Offer
from matcher.conditions import Truth
from web.errors import WebError
from web.jobs.offers import fits, offers
from web.pages.criteria.criteria import VERDICTS, Indicator, Paper, Reader, Used, facts_in
from web.pages.criteria.scope import scope_words
from web.pages.evidence.citation import Named, citations
from web.words import place
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

_KINDS = {
    "policy": ("政策", "policy"), "subsidy": ("补贴", "subsidy"), "loan": ("贷款", "loan"),
    "insurance": ("保险", "insurance"), "ip": ("知识产权", "intellectual property"), "training": ("培训", "training"),
    "export": ("出口", "export"), "fair": ("展会", "fair"),
}  # fmt: skip
_STATES = {"open": ("可申请", "open"), "ahead": ("未开始", "not yet"), "over": ("已截止", "over")}
_SIZES = {
    "large": ("大型", "large"),
    "medium": ("中型", "medium"),
    "small": ("小型", "small"),
    "micro": ("微型", "micro"),
}
_SOON = 30
"""Days before the last one from which on it is marked."""


class OfferRow(BaseModel):
    """An offer."""

    id: str
    kind: str
    title: str
    provider: str
    amount: str
    rate: str
    fee: str
    since: str
    until: str | None
    state: str = Field(description="open, ahead or over, on the day of the page")
    soon: bool = Field(description="it ends within 30 days")
    scope: list[str] = Field(description="whom it is for, in words; empty: everybody")
    conditions: list[str]
    source: str
    source_date: str
    source_url: str
    note: str
    demo: bool


class OffersPage(BaseModel):
    """The offers that the filters leave."""

    day: str
    kind: str
    region: str
    open: bool
    rows: list[OfferRow]
    all: int
    over: int = Field(description="how many of those shown are over")
    kinds: list[tuple[str, int]]
    regions: list[tuple[str, str]]


class FitRow(BaseModel):
    """An offer with how the firm stands on it."""

    offer: OfferRow
    verdict: str = Field(description="pass, miss or unknown, of whom it is for and every condition together")
    reach: str = Field(description="whether it is for this firm: pass, miss or unknown")
    reach_missing: list[str]
    reach_used: list[Used] = []
    indicators: list[Indicator]


class FirmOffers(BaseModel):
    """A firm on all offers, what is open and fits first."""

    firm: Named
    day: str
    own: bool = Field(default=False, description="whether figures of the firm's own are in it")
    rows: list[FitRow]
    counts: dict[str, int] = Field(description="of the open ones: pass, unknown, miss")
    papers: list[Paper] = Field(description="what would settle what is unknown of open ones, the most telling first")


def offers_page(
    home: Home, day: dt.date, lang: str, kind: str = "", region: str = "", opened: bool = False
) -> OffersPage:
    """The offers of a kind, for firms of a region (those for everywhere too), open on the day or all."""
    everything = offers(home)
    kind = kind if kind in KINDS else ""
    found = [
        one
        for one in everything
        if kind in ("", one.kind) and one.scope.covers(region) and (not opened or one.state(day) == "open")
    ]
    order = ("open", "ahead", "over")
    found.sort(key=lambda one: (order.index(one.state(day)), one.until or dt.date.max, one.id))
    return OffersPage(
        day=day.isoformat(),
        kind=kind,
        region=region,
        open=opened,
        rows=[offer_row(one, day, lang) for one in found],
        all=len(everything),
        over=sum(one.state(day) == "over" for one in found),
        kinds=[(name, count) for name in KINDS if (count := sum(one.kind == name for one in everything))],
        regions=_regions(everything),
    )


def offer_page(home: Home, offer_id: str, day: dt.date, lang: str) -> OfferRow:
    """One offer. Raises WE404."""
    found = next((one for one in offers(home) if one.id == offer_id), None)
    if found is None:
        raise WebError(f"no offer {offer_id[:64]}", code="WE404", hint="see the list of offers")
    return offer_row(found, day, lang)


def firm_offers(
    home: Home, graph: Graph, firm: Named, day: dt.date, lang: str, own: Sequence[Given] = ()
) -> FirmOffers:
    """How a firm stands on every offer."""
    found = fits(home, graph, firm.id, day, own)
    cited = citations(graph, facts_in(judged.found for one in found for judged in one.judged))
    cited |= citations(graph, [fact for one in found for given in one.reach.used for fact in given.facts()])
    reader = Reader(cited, lang)
    rows = [_fit_row(one, reader, day, lang) for one in found]
    opened = [one for one in rows if one.offer.state == "open"]
    return FirmOffers(
        firm=firm,
        day=day.isoformat(),
        own=bool(own),
        rows=rows,
        counts={verdict: sum(one.verdict == verdict for one in opened) for verdict in ("pass", "unknown", "miss")},
        papers=_papers(opened),
    )


def _fit_row(one: Fit, reader: Reader, day: dt.date, lang: str) -> FitRow:
    return FitRow(
        offer=offer_row(one.offer, day, lang),
        verdict=VERDICTS[one.truth],
        reach=VERDICTS[one.reach.truth],
        reach_missing=[SIDES[name][lang == "en"] for name in one.reach.missing],
        reach_used=reader.used(one.reach.used) if one.reach.truth is not Truth.UNKNOWN else [],
        indicators=[reader.indicator(judged) for judged in one.judged],
    )


def _papers(rows: Iterable[FitRow]) -> list[Paper]:
    """Each paper once; that of most offers first."""
    counted: dict[str, tuple[int, Paper]] = {}
    for row in rows:
        if row.verdict != "unknown":
            continue
        for paper in {one.input: one for indicator in row.indicators for one in indicator.missing}.values():
            count, _ = counted.get(paper.input, (0, paper))
            counted[paper.input] = (count + 1, paper)
    return [paper for _, paper in sorted(counted.values(), key=lambda pair: (-pair[0], pair[1].input))]


def offer_row(one: Offer, day: dt.date, lang: str) -> OfferRow:
    """An offer in words."""
    state = one.state(day)
    return OfferRow(
        id=one.id,
        kind=one.kind,
        title=one.named(lang),
        provider=one.provider,
        amount=one.amount,
        rate=one.rate,
        fee=one.fee,
        since=one.since.isoformat(),
        until=one.until.isoformat() if one.until else None,
        state=state,
        soon=state == "open" and one.until is not None and (one.until - day).days <= _SOON,
        scope=scope_words(one.scope, lang),
        conditions=[each.en if lang == "en" else each.zh for each in one.conditions],
        source=one.source.name,
        source_date=one.source.date.isoformat(),
        source_url=one.source.url,
        note=one.note,
        demo=one.demo,
    )


def _regions(found: Iterable[Offer]) -> list[tuple[str, str]]:
    """Places that offers name, with those above them."""
    codes = {region.code for one in found for code in one.scope.regions for region in Regions.load().path(code)}
    return [(code, place(code)) for code in sorted(codes)]


def offers_file(page: OffersPage, lang: str) -> bytes:
    """The same view as a workbook."""
    english = lang == "en"
    heads = (
        ("类别", "kind"), ("名称", "title"), ("提供方", "provider"), ("额度", "amount"), ("利率或费率", "rate"),
        ("费用", "fee"), ("开始", "from"), ("截止", "until"), ("状态", "state"), ("面向", "for"),
        ("条件", "conditions"), ("来源", "source"), ("来源日期", "source date"),
        ("来源网址", "source address"), ("虚构示例", "invented"),
        ("编号", "id"),
    )  # fmt: skip
    stop = ("；", "; ")[english]
    rows = [
        (
            _KINDS[one.kind][english], one.title, one.provider, one.amount, one.rate, one.fee, one.since, one.until,
            _STATES[one.state][english], stop.join(one.scope), stop.join(one.conditions), one.source, one.source_date,
            one.source_url, ("是", "yes")[english] if one.demo else "", one.id,
        )
        for one in page.rows
    ]  # fmt: skip
    about = [
        (("日期", "day")[english], page.day),
        (("类别", "kind")[english], _KINDS[page.kind][english] if page.kind else ("不限", "any")[english]),
        (("地区", "place")[english], place(page.region) or ("不限", "any")[english]),
        (("只列可申请的", "open ones alone")[english], (("否", "no"), ("是", "yes"))[page.open][english]),
        (
            ("说明", "what this is")[english],
            (
                "条件和日期以来源为准；没有写截止日期的不等于长期有效",
                "the source decides; no last day named does not mean for ever",
            )[english],
        ),
    ]
    sheet = Sheet(("政策与服务", "offers")[english], [head[english] for head in heads], rows)
    return workbook([sheet], ("口径", "definitions")[english], about)

"""Pools of the counties below a city, as it reads them: counted by county and district, with their age; a workbook."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from web.beijing import today
from web.db.models import now
from web.pages.pool.pool import STATES, definitions
from web.words import place
from web.work.pool import pool as work
from web.work.pool.below import entries_below, pools_below
from web.work.pool.inspection import to_mend
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.deps import Visit


class CountyRow(BaseModel):
    """The pool of a county."""

    organisation: str
    name: str
    region: str
    firms: int
    members: int
    states: dict[str, int]
    waiting: int = Field(description="findings of inspections that nobody mended yet")
    over: int = Field(description="of these, those whose last day is over")
    newest: str = Field(description="day of the newest step; empty: it has none")
    quiet: int = Field(description="entries of which nothing was written down for a year")


class DistrictRow(BaseModel):
    """Firms of a district over all these pools, by state."""

    district: str
    firms: int
    states: dict[str, int]


class CountiesPage(BaseModel):
    """The pools of all counties below."""

    made: str
    counties: list[CountyRow]
    districts: list[DistrictRow]
    firms: int = Field(description="entries of all these pools")
    several: int = Field(description="firms that stand in more than one of them")


def counties_page(visit: Visit) -> CountiesPage:
    """The pools of the counties below the reader's city. Raises WebError WE401, WE032."""
    visit.actor.need(work.READ)
    with visit.home.database().session() as session:
        pools = pools_below(session, visit.actor, now())
        waiting = to_mend(session, [one.organisation.id for one in pools])
        rows = [row for kept in entries_below(session, visit.actor).values() for row in kept]
    day = today().isoformat()
    late = Counter(one.organisation_id for one in waiting if (one.deadline or "") < day)
    open_ones = Counter(one.organisation_id for one in waiting)
    districts: dict[str, Counter[str]] = {}
    for row in rows:
        districts.setdefault(row.district, Counter())[row.state] += 1
    return CountiesPage(
        made=now().isoformat(),
        counties=[
            CountyRow(
                organisation=one.organisation.id,
                name=one.organisation.name,
                region=one.organisation.region,
                firms=one.firms,
                members=sum(one.states[state] for state in work.MEMBERS),
                states=dict(one.states),
                waiting=open_ones[one.organisation.id],
                over=late[one.organisation.id],
                newest=one.newest,
                quiet=one.quiet,
            )
            for one in pools
        ],
        districts=[
            DistrictRow(district=code, firms=districts[code].total(), states=dict(districts[code]))
            for code in sorted(districts, key=lambda code: (not code, code))
        ],
        firms=len(rows),
        several=sum(count > 1 for count in Counter(row.firm_id for row in rows).values()),
    )


def counties_file(visit: Visit) -> bytes:
    """The same as a workbook, with the firms for who may see their names. Raises as `counties_page`."""
    page, english = counties_page(visit), visit.lang != "zh"
    states = [STATES[name][english] for name in work.STATES]
    head = [
        *(("区县单位", "county"), ("所在地", "place"), ("企业", "firms"), ("在库", "in the pool")),
        *(("整改没完成", "still to be mended"), ("其中已过期限", "of these over"), ("最近一次登记", "newest step")),
        ("一年没有登记的", "without a step for a year"),
    ]
    sheets = [
        Sheet(("各区县", "counties")[english], [*(one[english] for one in head), *states], [
            (one.name, place(one.region), one.firms, one.members, one.waiting, one.over, one.newest, one.quiet,
             *(one.states.get(name, 0) for name in work.STATES)) for one in page.counties
        ]),
        Sheet(("按所在地", "by place")[english], [("所在地", "place")[english], ("企业", "firms")[english], *states], [
            (place(one.district) or ("不详", "unknown")[english], one.firms,
             *(one.states.get(name, 0) for name in work.STATES)) for one in page.districts
        ]),
    ]  # fmt: skip
    if visit.actor.may(work.PROPOSE):
        sheets.append(_firms(visit, page, english))
    about = definitions(visit, [])
    about.append(
        ("几个库里都有的企业", f"{page.several}，各库分别计数")
        if not english
        else ("firms in several of them", f"{page.several}; each pool counts its own")
    )
    return workbook(sheets, ("口径", "definitions")[english], about)


def _firms(visit: Visit, page: CountiesPage, english: bool) -> Sheet:
    heads = (
        ("区县单位", "county"), ("企业", "firm"), ("所在地", "place"), ("目标梯度", "aimed tier"), ("状态", "state"),
        ("有效期至", "valid until"), ("下次复核", "next recheck"), ("企业编号", "firm id"),
    )  # fmt: skip
    visit.actor.need(work.PROPOSE)
    with visit.home.database().session() as session:
        kept = entries_below(session, visit.actor)
    rows = [(county.name, one) for county in page.counties for one in kept.get(county.organisation, ())]
    ontology = visit.home.ontology
    return Sheet(("企业", "firms")[english], [head[english] for head in heads], [
        (county, one.firm_name, place(one.district), ontology.label(f"tier.{one.tier}", visit.lang),
         STATES[one.state][english], one.until, one.recheck, one.firm_id) for county, one in rows
    ])  # fmt: skip

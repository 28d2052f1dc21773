"""The cultivation pool as its pages show it, and its workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from kg.ontology import Ontology
from kg.values.region import Regions
from web.beijing import BEIJING
from web.db.models import new_id, now
from web.db.pool import PoolEntry, PoolInspection, PoolStep
from web.pages.pool.inspection import blank, inspections_sheet
from web.words import place
from web.work.pool import pool as work
from web.work.pool.below import below
from web.work.pool.draw import draws_in, draws_of
from web.work.pool.inspection import Inspection, inspections, to_mend
from web.work.pool.told import bureau_name
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.deps import Visit

PAGE = 200
"""Firms of a page of the list."""

STATES = {
    "candidate": ("候选", "candidate"),
    "invited": ("已邀请", "invited"),
    "in_pool": ("在库", "in the pool"),
    "applied": ("已申报", "applied"),
    "recognised": ("已认定", "recognised"),
    "recheck_due": ("待复核", "recheck due"),
    "rechecked": ("复核通过", "rechecked"),
    "lapsed": ("已失效", "lapsed"),
    "removed": ("已移出", "removed"),
}
_HEADS = {
    "firm": ("企业", "firm"),
    "district": ("区县", "district"),
    "code": ("区划代码", "code of division"),
    "tier": ("目标梯度", "aimed tier"),
    "state": ("状态", "state"),
    "until": ("有效期至", "valid until"),
    "recheck": ("下次复核", "next recheck"),
    "ban": ("再入库不早于", "not back before"),
    "round": ("第几次入库", "entry number"),
    "at": ("时间（北京时间）", "time (Beijing)"),
    "by": ("经办", "by"),
    "before": ("原状态", "state before"),
    "reason": ("理由", "reason"),
    "id": ("企业编号", "firm id"),
}


class Option(BaseModel):
    """A choice of a filter with the firms behind it."""

    value: str
    words: str
    count: int


class PoolPage(BaseModel):
    """A page of the list; `count` firms pass the filters, `all` are in the table.

    `of` and `whose` are the county whose pool a city reads, "" where it is the own one. `below` counts such counties,
    `waiting` what inspections found and nobody mended yet, by entry.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    rows: list[PoolEntry]
    count: int
    all: int
    districts: list[Option]
    asked: dict[str, str]
    typed: dict[str, str] = {}
    wrong: dict[str, str] = {}
    code: str = ""
    chosen: list[str] = []
    done: int | None = None
    refused: list[work.Refused] = []
    of: str = ""
    whose: str = ""
    below: int = 0
    waiting: dict[str, str] = {}


class EntryPage(BaseModel):
    """An entry with its history and what inspections found; `typed` is what its forms show, `draws` are the titles of
    those that chose it. `whose` is the county whose entry a city reads, "" where it is an own one.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: PoolEntry
    steps: list[PoolStep]
    inspections: list[Inspection]
    draws: dict[str, str]
    whose: str = ""
    ways: list[str]
    typed: dict[str, str]
    wrong: dict[str, str] = {}
    code: str = ""

    @property
    def past(self) -> list[PoolStep | PoolInspection]:
        """Steps and inspections together, the newest first."""
        looked = [one for each in self.inspections for one in each.rows]
        return sorted([*self.steps, *looked], key=lambda one: one.at, reverse=True)


class EnterPage(BaseModel):
    """The form by which firms enter, and what came of it."""

    typed: dict[str, str]
    wrong: dict[str, str] = {}
    done: int | None = None
    refused: list[work.Refused] = []


class CountsPage(BaseModel):
    """How many firms are in which state, by district and by aimed tier."""

    made: str
    all: int
    members: int
    districts: list[tuple[str, dict[str, int]]]
    tiers: list[tuple[str, dict[str, int]]]
    below: int = 0


def pool_page(visit: Visit, asked: work.Asked, number: int = 1, of: str = "") -> PoolPage:
    """A page of the organisation's list, or of that `of` a county below. Raises WebError WE401, WE032, WE404."""
    with visit.home.database().session() as session:
        rows = work.entries(session, visit.actor, asked, of=of)
        everything = work.entries(session, visit.actor, of=of)
        waiting = to_mend(session, [of or visit.actor.organisation])
        counties = len(below(session, visit.actor)) if not of else 0
        whose = bureau_name(session, of) if of else ""
    return PoolPage(
        of=of,
        whose=whose,
        below=counties,
        waiting={one.entry_id: one.deadline or "" for one in reversed(waiting)},
        rows=list(rows[(number - 1) * PAGE : number * PAGE]),
        count=len(rows),
        all=len(everything),
        districts=districts_of(one.district for one in everything),
        asked={name: getattr(asked, name) for name in ("district", "tier", "state", "name")},
    )


def districts_of(codes: Iterable[str]) -> list[Option]:
    """Divisions that hold firms, with those above them, each with its firms; the unknown last."""
    counts: Counter[str] = Counter()
    unknown = 0
    for code in codes:
        unknown += not code
        counts.update(region.code for region in Regions.load().path(code))
    found = [Option(value=code, words=place(code), count=counts[code]) for code in sorted(counts)]
    return found + ([Option(value="unknown", words="", count=unknown)] if unknown else [])


def entry_page(visit: Visit, entry_id: str) -> EntryPage:
    """An entry of the organisation, or of a county below. Raises as `work.one`."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, entry_id)
        steps = list(work.history(session, row))
        found = inspections(session, [row.id]).get(row.id, [])
        mine = visit.actor.owns(row.organisation_id)
        draws = {one.id: one.title for one in draws_of(session, row)}
        whose = "" if mine else bureau_name(session, row.organisation_id)
    typed = {name: getattr(row, name) or "" for name in work.FIELDS} | {"to": row.state, "reason": ""}
    return EntryPage(
        row=row,
        steps=steps,
        inspections=found,
        draws=draws,
        whose=whose,
        ways=ways_of(row.state) if mine else [],
        typed=typed | blank() | {"key": new_id()},
    )


def ways_of(state: str) -> list[str]:
    """Where a state leads, in the order of states."""
    return [to for to in work.STATES if to in work.POOL.ways[state]]


def counts_page(visit: Visit) -> CountsPage:
    """Counts of the organisation's pool. Raises WebError WE401, WE032."""
    with visit.home.database().session() as session:
        rows = work.counts(session, visit.actor)
        counties = len(below(session, visit.actor))
    districts: dict[str, Counter[str]] = {}
    tiers: dict[str, Counter[str]] = {tier: Counter() for tier in work.TIERS}
    for district, tier, state, count in rows:
        districts.setdefault(district, Counter())[state] += count
        tiers[tier][state] += count
    return CountsPage(
        made=now().isoformat(),
        all=sum(count for *_, count in rows),
        members=sum(count for *_, state, count in rows if state in work.MEMBERS),
        districts=[(code, dict(districts[code])) for code in sorted(districts, key=lambda code: (not code, code))],
        tiers=[(tier, dict(found)) for tier, found in tiers.items() if found],
        below=counties,
    )


def pool_file(visit: Visit, asked: work.Asked, of: str = "") -> bytes:
    """The list, the history of its firms and what inspections found as a workbook. Raises as `pool_page`."""
    with visit.home.database().session() as session:
        rows = work.entries(session, visit.actor, asked, of=of)
        kept = work.histories(session, visit.actor, of)
        looked = inspections(session, [one.id for one in rows])
        titles = {one.id: one.title for one in draws_in(session, of or visit.actor.organisation)}
        whose = bureau_name(session, of) if of else ""
    steps = [(row, one) for row in rows for one in kept.get(row.id, ())]
    english = visit.lang != "zh"
    ontology = Ontology.load()

    def words(name: str) -> str:
        return _HEADS[name][english]

    def state(name: str | None) -> str:
        return STATES[name][english] if name else ""

    def tier(name: str) -> str:
        return ontology.label(f"tier.{name}", visit.lang)

    heads = ("firm", "district", "code", "tier", "state", "until", "recheck", "ban", "round", "reason", "id")
    past = ("firm", "at", "by", "before", "state", "tier", "until", "recheck", "ban", "round", "reason")
    return workbook(
        [
            Sheet("pool" if english else "培育库", [words(name) for name in heads], [
                (one.firm_name, place(one.district), one.district, tier(one.tier), state(one.state), one.until,
                 one.recheck, one.ban, one.round, one.reason, one.firm_id) for one in rows
            ]),
            Sheet("history" if english else "历史", [words(name) for name in past], [
                (row.firm_name, one.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"), one.by_name or one.by,
                 state(one.before), state(one.state), tier(one.tier), one.until, one.recheck, one.ban, one.round,
                 one.reason) for row, one in steps
            ]),
            inspections_sheet(visit, rows, looked, titles),
        ],
        "definitions" if english else "口径",
        definitions(visit, rows, whose),
    )  # fmt: skip


def definitions(visit: Visit, rows: Sequence[PoolEntry], whose: str = "") -> list[tuple[str, str]]:
    """What a workbook of the pool rests on; `whose` is the county whose pool it is."""
    made = now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    who = whose or visit.actor.organisation_name or visit.actor.name
    if visit.lang == "zh":
        found = [
            ("来源", f"{who}的培育库，由经办人登记，未经其他部门核对"),
            ("导出（北京时间）", made),
            ("企业数", str(len(rows))),
            ("在库", "在库、已申报、已认定、待复核、复核通过"),
            ("区县", "按企业记录所在地（GB/T 2260），登记时可改"),
        ]
    else:
        found = [
            ("source", f"the pool of {who}, as its officers entered it; checked by nobody else"),
            ("exported (Beijing)", made),
            ("firms", str(len(rows))),
            ("in the pool", "in the pool, applied, recognised, recheck due, rechecked"),
            ("district", "the place of the firm's record (GB/T 2260), or as it was entered"),
        ]
    stamp = visit.graph.stamp()
    if stamp is not None and visit.site.is_demo(stamp.stamp):
        found.append(("演示数据", "虚构，不能当作事实") if visit.lang == "zh" else ("demo data", "invented, no facts"))
    return found

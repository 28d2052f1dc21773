"""Inspections of firms of the pool as their pages show them, and as a sheet of workbooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from web.beijing import BEIJING, today
from web.db.pool import PoolEntry, PoolInspection
from web.work.pool import inspection as pool_inspection
from web.work.pool.inspection import Inspection
from web.work.pool.told import bureau_name
from web.workbook import Sheet

if TYPE_CHECKING:
    from web.deps import Visit

RESULTS = {
    "in_order": ("符合", "in order"),
    "to_mend": ("要整改", "to be mended"),
    "unfit": ("不符合在库条件", "unfit for the pool"),
    "not_done": ("没有查成", "could not be looked at"),
}
_HEADS = (
    ("企业", "firm"), ("检查日期", "inspected on"), ("检查人", "by"), ("结果", "result"), ("查到了什么", "finding"),
    ("整改期限", "to be mended by"), ("已整改的日期", "mended on"), ("整改情况", "of the mending"),
    ("抽查", "draw"), ("第几次记", "row"), ("以这一行为准", "counts"), ("记录（北京时间）", "written (Beijing)"),
    ("经办", "officer"),
)  # fmt: skip


class InspectionLine(BaseModel):
    """What an inspection found, as it stood after a step."""

    model_config = ConfigDict(from_attributes=True)

    inspection: str
    number: int
    entry_id: str
    draw_id: str | None
    at: dt.datetime
    by_name: str
    day: str
    inspector: str
    result: str = Field(description="in_order, to_mend, unfit or not_done")
    finding: str
    deadline: str | None = Field(description="last day to mend")
    mended: str | None = Field(description="day on which it was mended; none: it was not, or nothing is to be")
    note: str


class InspectionPage(BaseModel):
    """An inspection with all its rows; `typed` is what its form shows, `whose` the pool of a county that is read."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: PoolEntry
    found: Inspection
    mine: bool
    whose: str = ""
    typed: dict[str, str]
    wrong: dict[str, str] = {}
    code: str = ""


def inspection_page(visit: Visit, entry_id: str, inspection: str) -> InspectionPage:
    """An inspection of a firm that the reader may see. Raises as `one_inspection`."""
    with visit.home.database().session() as session:
        row, found = pool_inspection.one_inspection(session, visit.actor, entry_id, inspection)
        mine = visit.actor.owns(row.organisation_id)
        whose = "" if mine else bureau_name(session, row.organisation_id)
    typed = {name: str(getattr(found.now, name) or "") for name in pool_inspection.FIELDS}
    return InspectionPage(row=row, found=found, mine=mine, whose=whose, typed=typed)


def blank(result: str = "in_order") -> dict[str, str]:
    """What the form of a new inspection shows."""
    return {"day": today().isoformat(), "result": result}


def as_cells(one: PoolInspection | InspectionLine | None, english: bool) -> tuple[str, str, str, str, str, str, str]:
    """Day, who, result, finding, last day, mended and note of an inspection; empty where there is none."""
    if one is None:
        return ("",) * 7
    said = RESULTS[one.result][english]
    return one.day, one.inspector, said, one.finding, one.deadline or "", one.mended or "", one.note


def inspections_sheet(
    visit: Visit, rows: Iterable[PoolEntry], found: Mapping[str, list[Inspection]], titles: Mapping[str, str]
) -> Sheet:
    """Every row of every inspection of these firms; `titles` are those of draws."""
    english = visit.lang != "zh"
    lines = [
        (
            row.firm_name, *as_cells(kept, english), titles.get(kept.draw_id or "", ""), kept.number,
            ("是", "yes")[english] if kept is one.now else "",
            kept.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"), kept.by_name or kept.by,
        )
        for row in rows
        for one in found.get(row.id, ())
        for kept in one.rows
    ]  # fmt: skip
    return Sheet(("检查", "inspections")[english], [head[english] for head in _HEADS], lines)

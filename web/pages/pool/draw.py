"""Draws for inspection as their pages show them, and a draw's workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from web.beijing import BEIJING
from web.db.models import new_id
from web.db.pool import PoolDraw, PoolInspection
from web.pages.pool.inspection import InspectionLine, as_cells, blank
from web.pages.pool.pool import Option
from web.words import place
from web.work.pool.draw import drawn_again, number_of, one_draw
from web.work.pool.inspection import of_draws
from web.work.pool.pool import Refused
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.deps import Visit

SHOWN = 12
"""Signs of a number that the page shows; the workbook has all."""


class DrawCount(BaseModel):
    """Firms of a draw of which a finding is written down, and those of them that are still to mend something."""

    done: int
    waiting: int


class DrawsPage(BaseModel):
    """Draws of the organisation and the form of a new one; `found` counts what inspections found, by draw."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    rows: list[PoolDraw]
    districts: list[Option]
    all: int
    typed: dict[str, str]
    wrong: dict[str, str] = {}
    found: dict[str, DrawCount] = {}


class DrawnFirm(BaseModel):
    """A firm that could be drawn: its place in the order of numbers, and whether it was drawn."""

    place: int
    entry: str
    firm: str
    name: str
    district: str
    number: str
    drawn: bool
    found: InspectionLine | None = None


class DrawPage(BaseModel):
    """A draw with the firms of its frame in the order of their numbers, whether it comes out the same again, what was
    found, and the form that writes it down.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: PoolDraw
    drawn: list[DrawnFirm]
    frame: list[DrawnFirm]
    same: bool
    typed: dict[str, str] = {}
    wrong: dict[str, str] = {}
    chosen: list[str] = []
    done: int | None = None
    refused: list[Refused] = []


def draw_page(visit: Visit, draw_id: str) -> DrawPage:
    """A draw of the organisation, computed again. Raises as `one_draw`."""
    with visit.home.database().session() as session:
        row = one_draw(session, visit.actor, draw_id)
        found = of_draws(session, visit.actor, draw_id).get(draw_id, {})
    numbers = {str(one["entry"]): number_of(row.seed, str(one["entry"])) for one in row.frame}
    chosen = set(row.drawn)
    frame = [
        DrawnFirm(
            place=order,
            number=numbers[str(one["entry"])],
            drawn=one["entry"] in chosen,
            found=InspectionLine.model_validate(found[str(one["entry"])]) if one["entry"] in found else None,
            **one,
        )
        for order, one in enumerate(sorted(row.frame, key=lambda one: numbers[str(one["entry"])]), 1)
    ]
    drawn = [one for one in frame if one.drawn]
    typed = blank() | {"key": new_id()}
    return DrawPage(row=row, frame=frame, drawn=drawn, same=drawn_again(row), typed=typed)


def counts_of(found: Mapping[str, Mapping[str, PoolInspection]]) -> dict[str, DrawCount]:
    """What was found, counted by draw."""
    return {
        draw: DrawCount(
            done=len(rows), waiting=sum(one.result == "to_mend" and one.mended is None for one in rows.values())
        )
        for draw, rows in found.items()
    }


def draw_file(visit: Visit, page: DrawPage) -> bytes:
    """A draw as a workbook: who was drawn, with what was found or room for it, and the whole frame with its numbers."""
    english, row = visit.lang != "zh", page.row
    visits = (
        ("企业", "firm"), ("区县", "district"), ("企业编号", "firm id"), ("检查日期", "inspected on"), ("检查人", "by"),
        ("结果", "result"), ("查到了什么", "finding"), ("整改期限", "to be mended by"), ("已整改的日期", "mended on"),
        ("整改情况", "of the mending"),
    )  # fmt: skip
    frame = (
        ("序", "order"), ("企业", "firm"), ("区县", "district"), ("条目编号", "entry id"), ("SHA-256", "SHA-256"),
        ("抽中", "drawn"),
    )  # fmt: skip
    made = row.created.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    how = (
        "种子、换行符、条目编号连起来取 SHA-256（UTF-8），按十六进制从小到大，取前几家",
        "SHA-256 of seed, line feed and the entry's id (UTF-8), in the order of the hexadecimal; the first are drawn",
    )[english]
    lines = [
        (("名称", "title")[english], row.title),
        (("抽取（北京时间）", "drawn (Beijing)")[english], made),
        (("种子", "seed")[english], row.seed),
        (("抽取数", "size")[english], f"{row.size}{(' 家/区县', ' of each district')[english] if row.each else ''}"),
        (("办法", "method")[english], how),
        (("可抽的企业", "firms that could be drawn")[english], str(len(page.frame))),
        (("摘要（SHA-256）", "digest (SHA-256)")[english], row.digest),
        (("来源", "source")[english], visit.actor.organisation_name or visit.actor.name),
    ]
    return workbook(
        [
            Sheet(("抽中企业", "drawn")[english], [head[english] for head in visits],
                  [(one.name, place(one.district), one.firm, *as_cells(one.found, english)) for one in page.drawn]),
            Sheet(("可抽企业", "frame")[english], [head[english] for head in frame],
                  [(one.place, one.name, place(one.district), one.entry, one.number,
                    ("是", "yes")[english] if one.drawn else "") for one in page.frame]),
        ],
        ("口径", "definitions")[english],
        lines,
    )  # fmt: skip

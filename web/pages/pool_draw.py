"""Draws for inspection as their pages show them, and a draw's workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from web.beijing import BEIJING
from web.db.pool import PoolDraw
from web.pages.pool import Option
from web.words import place
from web.work.pool_draw import drawn_again, number_of, one_draw
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.deps import Visit

SHOWN = 12
"""Signs of a number that the page shows; the workbook has all."""


class DrawsPage(BaseModel):
    """Draws of the organisation and the form of a new one."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    rows: list[PoolDraw]
    districts: list[Option]
    all: int
    typed: dict[str, str]
    wrong: dict[str, str] = {}


class DrawnFirm(BaseModel):
    """A firm that could be drawn: its place in the order of numbers, and whether it was drawn."""

    place: int
    entry: str
    firm: str
    name: str
    district: str
    number: str
    drawn: bool


class DrawPage(BaseModel):
    """A draw with the firms of its frame in the order of their numbers, and whether it comes out the same again."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: PoolDraw
    drawn: list[DrawnFirm]
    frame: list[DrawnFirm]
    same: bool


def draw_page(visit: Visit, draw_id: str) -> DrawPage:
    """A draw of the organisation, computed again. Raises as `one_draw`."""
    with visit.home.database().session() as session:
        row = one_draw(session, visit.actor, draw_id)
    numbers = {str(one["entry"]): number_of(row.seed, str(one["entry"])) for one in row.frame}
    chosen = set(row.drawn)
    frame = [
        DrawnFirm(place=order, number=numbers[str(one["entry"])], drawn=one["entry"] in chosen, **one)
        for order, one in enumerate(sorted(row.frame, key=lambda one: numbers[str(one["entry"])]), 1)
    ]
    return DrawPage(row=row, frame=frame, drawn=[one for one in frame if one.drawn], same=drawn_again(row))


def draw_file(visit: Visit, page: DrawPage) -> bytes:
    """A draw as a workbook: who was drawn, with room for what was found, and the whole frame with its numbers."""
    english, row = visit.lang != "zh", page.row
    visits = (
        ("企业", "firm"), ("区县", "district"), ("企业编号", "firm id"), ("检查日期", "inspected on"), ("检查人", "by"),
        ("结果", "outcome"),
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
                  [(one.name, place(one.district), one.firm, "", "", "") for one in page.drawn]),
            Sheet(("可抽企业", "frame")[english], [head[english] for head in frame],
                  [(one.place, one.name, place(one.district), one.entry, one.number,
                    ("是", "yes")[english] if one.drawn else "") for one in page.frame]),
        ],
        ("口径", "definitions")[english],
        lines,
    )  # fmt: skip

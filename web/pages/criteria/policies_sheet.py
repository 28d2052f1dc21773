"""Policies with the firms that they touch as a workbook: policies, what differs, firms, and what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.ontology import Ontology
from web.jobs import policies as job
from web.pages.criteria.policies import (
    DifferenceRow,
    FirmRow,
    PoliciesPage,
    PolicyPage,
    PolicyRow,
    TouchedRow,
    policies_page,
    policy_page,
    touched_firms,
)
from web.words import place
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.deps import Visit

MOST = 20_000
"""Rows of firms; how many were left out is said."""
STATUSES = {
    "ends": ("快到期", "ends"),
    "changed": ("有变化", "changed"),
    "new": ("新的", "new"),
    "gone": ("已撤下", "taken out"),
    "holds": ("现行", "holds"),
}
KINDS = {
    "added": ("新增", "added"),
    "dropped": ("取消", "dropped"),
    "changed": ("改了", "changed"),
    "reworded": ("换了说法", "reworded"),
    "same": ("没有变", "same"),
}
_VERDICTS = {"pass": ("符合", "met"), "miss": ("不符合", "missed"), "unknown": ("不详", "not known"), "": ("", "")}
_COUNTS = (
    ("符合", "met"), ("不符合", "missed"), ("不详", "not known"), ("新变为符合", "newly met"),
    ("新变为不符合", "newly missed"), ("新变为不详", "newly not known"),
)  # fmt: skip


def policies_file(visit: Visit, day: dt.date, days: int, region: str, *, count: bool = False) -> bytes:
    """The view as XLSX. Raises as `policies_page`."""
    page, english = policies_page(visit, day, days, region, count=count), visit.lang != "zh"
    opened = [policy_page(visit, row.key, day, days, page.region) for row in page.rows]
    lines = list(_firms(visit, page, day, english)) if page.seen else []
    sheets = [
        Sheet(("政策", "policies")[english], _head(_POLICY, page.seen, english), [
            [*_policy(row, visit.lang), *(_counts(row.touched) if page.seen else ())] for row in page.rows
        ]),
        Sheet(("差异", "differences")[english], _head(_DIFFERENCE, page.seen, english), [
            [*_difference(one, each, english), *(_counts(each.touched) if page.seen else ())]
            for one in opened for each in one.differences if each.kind not in ("same",) and one.former is not None
        ]),
    ]  # fmt: skip
    if page.seen:
        sheets.append(Sheet(("企业", "firms")[english], [head[english] for head in _FIRM], lines[:MOST]))
    return workbook(sheets, ("口径", "definitions")[english], _about(visit, page, len(lines), english))


_POLICY = (
    ("为什么在这里", "why"), ("日子", "day"), ("类别", "kind"), ("名称", "title"), ("提供方", "provider"),
    ("开始", "from"), ("截止", "until"), ("面向", "for"), ("上一版", "version before"), ("来源", "source"),
    ("来源日期", "source date"), ("来源网址", "source address"), ("虚构示例", "invented"), ("编号", "id"),
)  # fmt: skip
_DIFFERENCE = (
    ("政策", "policy"), ("指标或条件", "indicator or condition"), ("怎么变", "change"), ("上一版", "before"),
    ("这一版", "after"), ("原文核对过", "words were read"),
)  # fmt: skip
_FIRM = (
    ("政策", "policy"), ("企业", "firm"), ("所在地", "place"), ("上一版", "before"), ("这一版", "after"),
    ("企业编号", "firm id"),
)  # fmt: skip


def _head(columns: tuple[tuple[str, str], ...], seen: bool, english: bool) -> list[str]:
    return [head[english] for head in (*columns, *(_COUNTS if seen else ()))]


def _counts(one: TouchedRow | None) -> tuple[int | str, ...]:
    if one is None:
        return ("",) * len(_COUNTS)
    return one.passes, one.misses, one.unknown, one.newly_pass, one.newly_miss, one.newly_unknown


def _policy(row: PolicyRow, lang: str) -> list[str | None]:
    english = lang != "zh"
    stop = ("；", "; ")[english]
    kind = Ontology.load().label(f"tier.{row.tier}", lang) if row.tier else row.kind
    return [
        stop.join(STATUSES[one][english] for one in row.statuses), row.day, kind, row.title, row.provider, row.since,
        row.until, stop.join(row.scope), row.before, stop.join(row.source), row.source_date, row.source_url,
        ("是", "yes")[english] if row.demo else "", row.key,
    ]  # fmt: skip


def _difference(page: PolicyPage, row: DifferenceRow, english: bool) -> list[str]:
    read = (("否", "no"), ("是", "yes"))[row.verified][english]
    return [page.row.title, row.id, KINDS[row.kind][english], row.before, row.after, read]


def _firms(visit: Visit, page: PoliciesPage, day: dt.date, english: bool) -> Iterator[tuple[str, ...]]:
    """Of what changed the firms that stand otherwise now, of all else those that meet it or may."""
    found = job.dated(visit.home, day, page.days, page.region)
    made = job.touched(visit.home, visit.graph, found, page.region, day, ask=False)
    titles = {row.key: row for row in page.rows}
    for key, each in made.items():
        moved = bool(titles[key].before)
        for row in touched_firms(each, moved=moved):
            if moved or row.after != "miss":
                yield _firm(titles[key], row, english)


def _firm(policy: PolicyRow, row: FirmRow, english: bool) -> tuple[str, ...]:
    before, after = _VERDICTS[row.before][english], _VERDICTS[row.after][english]
    return policy.title, row.firm.name, place(row.region), before, after, row.firm.id


def _about(visit: Visit, page: PoliciesPage, firms: int, english: bool) -> Iterator[tuple[str, str]]:
    stamp = visit.graph.stamp()
    if stamp is not None and visit.site.is_demo(stamp.stamp):
        yield ("演示数据", "demo data")[english], ("企业和政策示例是虚构的", "firms and offers are invented")[english]
    yield ("日期", "day")[english], page.day
    yield ("前后天数", "days back and ahead")[english], str(page.days)
    yield ("所在地", "place")[english], place(page.region) or ("不限", "any")[english]
    if page.seen:
        yield ("企业数", "firms")[english], str(page.firms)
        yield ("企业行数", "rows of firms")[english], f"{min(firms, MOST)} / {firms}"
        if page.waiting:
            said = ("有的没有计算：先在页面上点“算出涉及的企业”", "some are not reckoned: ask for it on the page first")
            yield ("没有计算的", "not reckoned")[english], said[english]
    yield (
        ("怎么算", "how it is reckoned")[english],
        (
            "企业按公开文件对两版条件各判一次；没有读到的算不详，不算符合也不算不符合；指标按编号对应；只用载入的文件，"
            "没有载入的政策不在这里",
            "each firm is held against both versions by documents; what was not read is not known, neither met nor "
            "missed; indicators are paired by id; a policy that nobody loaded is not here",
        )[english],
    )
    yield ("图谱截至", "graph as of")[english], page.as_of

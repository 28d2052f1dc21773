"""PRODUCES with revenue: the table of revenue by product of an annual report or a prospectus.

Reads 主营业务分产品情况 (Shanghai), 营业收入构成 and 占公司营业收入10%以上的产品 (Shenzhen), 主营业务收入按产品分类.
Writes Enterprise → Product with revenue in CNY, share (percent, where the table gives it) and the year: the report's
own, the head's, or the year whose revenue is the table's total. Rows of industries, regions, totals and 其他 are
left. Limits: a product's name that wraps around its figures is put together from the lines above only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.records import Fact, Mention
from kg.values.money import unit_of
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import ANNUAL_REPORT, PROSPECTUS
from nlp.relations.metric_table import table_figures, unit_in
from nlp.tables import Line, Row, rows_of

_FROM = re.compile(r"分产品(?:情况)?$|^分产品|按产品(?:类别|种类)?(?:分类|划分|构成|列示)|产品类别(?=金额|20\d\d)")
_TO = re.compile(
    r"分地区|分行业|分销售模式|按地区|按销售模式|产销量|成本分析|情况的?说明|情况说明|成本构成|主要财务数据|(?:主要)?客户"
)
_NOT = re.compile(
    r"合计|总计|小计|抵销|抵消|^其他|其他$|其他业务|营业收入|主营业务|^其中|分行业|分地区|项目|直接|人工|费用|^单位|^\d|境内|境外|国内|国外"
    r"|内销|外销|直销|经销|地区"
)
_HEADING = re.compile(
    r"产品$|类别|行业|地区|模式|[年月末]|金额|比重|比例|占比|单位|营业|毛利|收入|成本|增减|[%()。,:;√□]|百分点|^[点减比例上同期]+$|适用|情况|合计|其他|\d"
)
_TOTAL = re.compile(r"^(?:主营业务收入)?(?:合计|总计)$")
_COST = re.compile(r"成本构成|成本分析|产销量|库存")
_REGION = 45


def product_revenue_facts(filing: Filing) -> list[Fact]:
    """One fact for each product and year with its revenue; the share is taken from whichever table gives it."""
    if filing.reading.kind not in (ANNUAL_REPORT, PROSPECTUS) or filing.issuer is None:
        return []
    found: dict[tuple[str, str | None], Fact] = {}
    for fact in _tables(filing, filing.issuer):
        if fact.target is None:
            continue
        key = (name_key(fact.target.name), fact.properties.get("period"))
        known = found.get(key)
        if known is None or (known.properties.get("share") is None and fact.properties.get("share") is not None):
            found[key] = fact
    return list(found.values())


def _tables(filing: Filing, issuer: str) -> Iterator[Fact]:
    lines = filing.lines
    done = 0
    for at, line in enumerate(lines):
        if at < done or len(line.flat) > 40 or not _FROM.search(line.flat) or "....." in line.text:
            continue
        if _COST.search("".join(part.flat for part in lines[max(0, at - 3) : at + 5])):
            continue
        last = next(
            (
                n
                for n in range(at + 1, min(at + _REGION, len(lines)))
                if _TO.search(lines[n].flat) and not _is_row(lines[n])
            ),
            min(at + _REGION, len(lines)),
        )
        unit = unit_in("".join(part.flat for part in lines[max(0, at - 8) : at + 4])) or "元"
        yield from _rows(filing, issuer, list(rows_of(lines, at + 1, last)), unit, lines)
        done = last


def _is_row(line: Line) -> bool:
    return bool(re.search(r"\d,\d{3}", line.text))


def _rows(filing: Filing, issuer: str, rows: Sequence[Row], unit: str, lines: Sequence[Line]) -> Iterator[Fact]:
    total = next((row.values[0] for row in rows if _TOTAL.match(row.labels[0]) and row.values), None)
    scale = float(unit_of(unit)[0])
    period = filing.year or _year_of(rows) or (_year_by_total(filing, total * scale) if total else None)
    for row in rows:
        product = _product(row, lines)
        revenue = row.values[0] if row.values else None
        if product is None or revenue is None or revenue <= 0 or not re.search(r"[,.]", row.cells[0]):
            continue
        properties = {
            "revenue": round(revenue * scale, 2),
            "share": _share(row, revenue, total),
            "period": period,
        }
        name, start, end = product
        yield filing.fact_at(
            "PRODUCES", issuer, Mention("Product", name), properties, (start, end), "product.revenue_rule"
        )


def _product(row: Row, lines: Sequence[Line]) -> tuple[str, int, int] | None:
    """The product of a row, put together from the lines that its name wraps over, and where they begin and end."""
    first = next((depth for depth in range(1, len(row.labels)) if not _is_part(lines[row.line - depth].flat)), None)
    depth = (first or len(row.labels)) - 1
    name, start, end = row.labels[depth], row.starts[depth], row.end
    if depth and not row.labels[0] and row.line + 1 < len(lines) and _is_part(lines[row.line + 1].flat):
        # figures set in the middle of a name of two lines
        name, end = name + lines[row.line + 1].flat, lines[row.line + 1].end
    name = re.sub(r"^(?:[(]?[\d一二三四五六七八九十]+[)、.])", "", name)
    if not 2 <= len(name) <= 30 or _NOT.search(name) or not re.search(r"[\u4e00-\u9fffA-Za-z]{2}", name):
        return None
    if re.search(r"[。;:,%]|增减|毛利率|分别[为是]|报告期", name):
        return None
    return name, start, end


def _is_part(flat: str) -> bool:
    """Whether a line without figures can be a part of a product's name."""
    return len(flat) <= 14 and not _HEADING.search(flat) and bool(re.search(r"[\u4e00-\u9fffA-Za-z]", flat))


def _share(row: Row, revenue: float, total: float | None) -> float | None:
    """The percentage beside the revenue, if it is the row's share: of the stated total, or marked by a percent sign."""
    if len(row.cells) < 2 or row.values[1] is None:
        return None
    share = row.values[1]
    if not 0 < share <= 100:
        return None
    if total:
        return share if abs(revenue / total * 100 - share) <= 0.06 else None
    return share if row.cells[1].endswith("%") and len(row.cells) in (2, 4, 5) else None


def _year_of(rows: Sequence[Row]) -> str | None:
    for row in rows:
        years = [column for column in row.columns if column and column != "change"]
        if years:
            return years[0] if row.columns[0] == years[0] else None
    return None


def _year_by_total(filing: Filing, total: float) -> str | None:
    """The year whose revenue in the document's tables is the total of this table."""
    for _, figure in table_figures(filing):
        if figure.metric == "revenue" and abs(figure.value - total) <= 1e-6 * total:
            return figure.period
    return None

"""Metrics from the standard tables of annual reports and the tables of prospectuses.

Reads 主要会计数据 (or 主要财务数据) by the years of its head, 研发投入情况表, 员工情况, and the shares of the five
largest customers and suppliers, in the wordings of both exchanges. Yields figures of the document's own firm. Rows
are taken from the regions under these headings alone, so that figures of quarters, segments, subsidiaries and the
parent company are left. Limits: tables whose cells come in another order than their heads are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.values.money import unit_of
from nlp.filing import Filing
from nlp.reading import ANNUAL_REPORT, PROSPECTUS
from nlp.tables import Line, Row, by_year, rows_of


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of one firm in one year; the span counts in the document's own text if `own_text`, else the reading."""

    metric: str
    value: float
    period: str
    start: int
    end: int
    method: str
    own_text: bool = True
    scope: str | None = None
    firm: str | None = None
    level: str = "disclosed"


_MONEY = ("revenue", "net_profit", "rd_expense")
_BRACKETS = re.compile(r"[(][^()]*[)]?|[:*]|^[一二三四五六七八九十\d]+[、.]")
_ROWS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("revenue", 1, re.compile(r"营业收入|营业总收入")),
    ("net_profit", 1, re.compile(r"归属于(?:上市公司|母公司|本公司|挂牌公司)?(?:普通股)?(?:股东|所有者)的净利润")),
    ("net_profit", 2, re.compile(r"净利润")),
    ("rd_expense", 2, re.compile(r"研发费用|研发投入")),
    ("rd_ratio", 2, re.compile(r"研发(?:费用|投入)占营业(?:总)?收入的?(?:比例|比重)")),
    ("debt_ratio", 1, re.compile(r"资产负债率|资产负债率合并")),
)
_FROM = re.compile(r"主要会计数据|主要财务数据|主要财务指标|主要会计数据和财务指标|财务数据摘要")
_TO = re.compile(
    r"季度|非经常性损益项目|会计准则下|公司业务概要|主要客户|第[三四]节|报告期末公司前三年|子公司|母公司(?!股东|所有者)|分行业"
)
_KEY: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("rd_expense", 1, re.compile(r"研发投入(?:金额)?合计|研发投入金额|研发投入总额")),
    (
        "rd_ratio",
        1,
        re.compile(
            r"研发投入(?:总额|合计|金额)?占(?:公司)?营业(?:总)?收入的?(?:比例|比重)|研发投入占营业收入的?(?:比例|比重)"
        ),
    ),
    ("rd_staff", 1, re.compile(r"(?:公司)?研发人员的?(?:数量|人数)(?:合计)?")),
    (
        "rd_staff_ratio",
        1,
        re.compile(
            r"(?:公司)?研发人员(?:的?数量|人数)?(?:占公司总人数的?(?:比例|比重)|占比|占(?:公司)?员工总数的?(?:比例|比重))"
        ),
    ),
    (
        "staff",
        1,
        re.compile(
            r"在职员工的?数量合计|报告期末在职员工的?数量合计|公司?在职员工的?数量合计|员工总数|员工总计|在职员工总数"
        ),
    ),
    ("top5_customers_ratio", 1, re.compile(r"前五[名大]客户(?:合计)?销售(?:金额|额)?(?:合计)?占年度销售总额的?比例")),
    ("top5_suppliers_ratio", 1, re.compile(r"前五[名大]供应商(?:合计)?采购(?:金额|额)?(?:合计)?占年度采购总额的?比例")),
)
_REGION = 70
_PERCENT = ("rd_ratio", "rd_staff_ratio", "top5_customers_ratio", "top5_suppliers_ratio", "debt_ratio")
_NO_ROW = re.compile(r"扣除|少数|损益|归属")


def table_figures(filing: Filing) -> Iterator[tuple[int, Figure]]:
    """Figures of the standard tables with their rank: 1 where the label is the metric's own, 2 for a near one."""
    kind = filing.reading.kind
    if kind not in (ANNUAL_REPORT, PROSPECTUS):
        return
    lines = filing.lines
    yield from _key_tables(lines)
    if kind == ANNUAL_REPORT and filing.year:
        yield from _single_rows(lines, filing.year)


def _key_tables(lines: Sequence[Line]) -> Iterator[tuple[int, Figure]]:
    """Rows of 主要会计数据 and the like, by year."""
    done = 0
    for at, line in enumerate(lines):
        if at < done or len(line.flat) > 40 or not _FROM.search(line.flat) or "....." in line.text:
            continue
        last = next(
            (
                n
                for n in range(at + 1, min(at + _REGION, len(lines)))
                if len(lines[n].flat) < 40 and _TO.search(lines[n].flat)
            ),
            min(at + _REGION, len(lines)),
        )
        unit = _unit(lines[at : at + 6])
        for row in rows_of(lines, at, last):
            unit = unit_in(row.head) or unit
            yield from _row_figures(row, unit, lines)
        done = last


def _row_figures(row: Row, unit: str, lines: Sequence[Line]) -> Iterator[tuple[int, Figure]]:
    for depth, (label, start) in enumerate(zip(row.labels, row.starts, strict=True)):
        for metric, rank, pattern in _ROWS:
            if not pattern.fullmatch(_BRACKETS.sub("", label)):
                continue
            if depth == 0 and metric == "net_profit" and row.line and _NO_ROW.search(lines[row.line - 1].text):
                return
            scale = float(unit_of(unit_in(label) or unit)[0]) if metric in _MONEY else 1.0
            for year, value in by_year(row).items():
                if metric in _PERCENT and not 0 < value < 100:
                    continue
                yield rank, Figure(metric, round(value * scale, 2), year, start, row.end, "metric.table_rule")
            return


def _single_rows(lines: Sequence[Line], year: str) -> Iterator[tuple[int, Figure]]:
    """Rows whose first cell is the year of the report: research, staff, the five largest."""
    for at, line in enumerate(lines):
        if not re.search(r"\d\s*%?$|\d%?[\s\t]", line.text):
            continue
        if not re.search(r"研发|员工|客户|供应商|例|比重|总人数|总额|%|\)", line.text):
            continue
        for row in rows_of(lines, max(0, at - 2), at + 1):
            if row.line != at:
                continue
            yield from _single_row(row, year, lines)


def _single_row(row: Row, year: str, lines: Sequence[Line]) -> Iterator[tuple[int, Figure]]:
    for label, start in zip(row.labels, row.starts, strict=True):
        plain = _BRACKETS.sub("", label)
        for metric, rank, pattern in _KEY:
            if not pattern.fullmatch(plain):
                continue
            value = row.values[0]
            if value is None or value <= 0 or (metric in _PERCENT and value > 100):
                return
            if metric == "rd_expense":
                value *= float(unit_of(unit_in(label) or _unit(lines[max(0, row.line - 12) : row.line]))[0])
            yield rank, Figure(metric, round(value, 2), year, start, row.end, "metric.table_rule")
            return


def _unit(lines: Sequence[Line]) -> str:
    for line in reversed(lines):
        found = unit_in(line.flat)
        if found:
            return found
    return "元"


def unit_in(text: str) -> str | None:
    """The unit of money that a head names: 单位：万元, 金额（元）."""
    match = re.search(r"(?:单位[:为]?|[(])(?:人民币)?([千万百亿]*元)", text)
    return match[1] if match else None

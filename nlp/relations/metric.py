"""REPORTS_METRIC: revenue, profit, research, staff, shares of the largest customers, market shares, by whole year.

Reads the standard tables (`metric_table`), sentences with a year or with years and 分别为, and market shares
(`market_share`). Writes Enterprise → Metric with value (CNY, persons, percent), period, and scope of a market share.
A sentence counts only where the firm it is about is named or is the document's own; figures of segments, subsidiaries
without a name, the parent company alone, competitors, forecasts and parts of a year are left. One value for each
firm, metric and year: tables first, then the first sentence; where two sentences differ by more than rounding, none.
Limits: tables of prospectuses in TXT are gone; sums of money are as rounded as the sentence gives them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.records import Fact, Mention
from kg.values.money import find_money
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import ANNOUNCEMENT, OTHER
from nlp.relations.market_share import Share, market_shares
from nlp.relations.metric_table import Figure, table_figures

UNITS = {"revenue": "CNY", "net_profit": "CNY", "rd_expense": "CNY", "staff": "persons", "rd_staff": "persons"}

_PERCENT = r"\d{1,3}(?:\.\d+)?%"
_MONEY = r"-?[\d,]+(?:\.\d+)?[万亿千百]*元"
_PEOPLE = r"[\d,]+[人名]"
_TO_VALUE = r"(?:合计|总计|共计)?(?:约|分别|各)?(?:约)?(?:为|达到?|是|:)?(?:人民币|约)?"
_RATIO_TO = r"(?:约)?(?:分别)?(?:约)?(?:为|达到?|是|:)?(?:约)?"
_OF_REVENUE = (
    r"占(?:公司)?(?:当期|同期|当年|各期|年度)?(?:合并)?(?:报表)?(?:的)?(?:营业总?收入|销售收入)的?(?:比例|比重|比率)?"
)
_OWNERS = r"(?:归属于?(?:上市公司|母公司|本公司|发行人|公司)?(?:普通股)?(?:股东|所有者)的)?"
_STAFF = r"(?:现有|共有|拥有|在册|在职)(?:正式|在职)?(?:员工|职工)(?:总数|人数)?(?:共|为|合计)?"
_ALL_STAFF = r"占(?:公司|本公司)?(?:全部|在册)?(?:员工总?人?数|总人数|员工总数量|员工)的?(?:比例|比重)?"
_SPENT = r"(?:研发(?:费用|投入)|研究开发费用?|研发支出)(?:总额|金额)?"
_EACH = r"[^。;]{0,30}?占(?:公司)?(?:当期|同期|各期|当年|年度)?(?:的)?"
_SALES = r"(?:营业总?收入|销售总额|销售收入|主营业务收入|年度销售总额)的?(?:比例|比重)?"
_BOUGHT = r"(?:原材料)?(?:采购总额|采购总金额|总采购额|采购金额|采购额|年度采购总额)的?(?:比例|比重)?"
_INCOME = r"(?:营业总?收入|全部收入|总收入|收入总额)的?(?:比例|比重)?"
_RESEARCHERS = r"(?:研发(?:技术)?人员|技术研发人员|研究开发人员)(?:总数|数量|人数)?"
_KINDS: tuple[tuple[str, str, str], ...] = (
    ("revenue", rf"(?:实现(?:的)?|合并|全部)?(?:营业总?收入|营收){_TO_VALUE}", _MONEY),
    ("net_profit", rf"(?:实现(?:的)?|合并)?{_OWNERS}净利润{_TO_VALUE}", _MONEY),
    ("rd_expense", _SPENT + _TO_VALUE, _MONEY),
    ("rd_ratio", _SPENT + _OF_REVENUE + _RATIO_TO, _PERCENT),
    ("staff", rf"(?:员工|职工)(?:总)?(?:人)?(?:总)?数(?:量)?{_TO_VALUE}|{_STAFF}", _PEOPLE),
    ("rd_staff", _RESEARCHERS + _TO_VALUE, _PEOPLE),
    ("rd_staff_ratio", rf"{_RESEARCHERS}[^。;]{{0,14}}?{_ALL_STAFF}{_RATIO_TO}", _PERCENT),
    ("main_business_ratio", rf"主营业务收入占(?:公司)?(?:当期|同期|各期)?{_INCOME}{_RATIO_TO}", _PERCENT),
    ("debt_ratio", rf"资产负债率(?:[(]合并(?:口径)?[)])?{_RATIO_TO}", _PERCENT),
    ("top5_customers_ratio", rf"前五[名大]客户{_EACH}{_SALES}{_RATIO_TO}", _PERCENT),
    ("top5_suppliers_ratio", rf"前五[名大]供应商{_EACH}{_BOUGHT}{_RATIO_TO}", _PERCENT),
)
_CUE = re.compile(r"营业总?收入|净利润|研发|研究开发|员工|职工|主营业务收入占|资产负债率|前五[名大](?:客户|供应商)")
_PATTERNS = tuple(
    (
        metric,
        re.compile(rf"(?:{cue})(?P<values>{value}(?:[、,和及与]{{1,2}}{value})*)(?!以[上内]|左右)"),
        re.compile(value),
    )
    for metric, cue, value in _KINDS
)
_YEARS = re.compile(
    r"(?<!\d)(20\d\d)(?:年(?!初|第|上半|下半|[1-9一二三四]季|前)|(?=[、,和及与]{1,2}20\d\d))(?P<part>度|末|全年|12月31日"
    r"|\d{1,2}月\d{1,2}日|(?:度)?\d{1,2}[-至]\d{1,2}月(?:份)?|\d{1,2}月末?|年?末)?"
)
_PERIOD_WORDS = re.compile(
    r"报告期(?:内)?(?:各期|各期末|各年|各年末)|报告期内|报告期各期|最近三年(?:及一期)?|近三年(?:及一期|一期)?"
)
_WRONG = re.compile(
    r"误将|预计|预测|计划|目标|力争|达产|假设|如果|若|拟|募集资金投资项目|募投|备考|同行业|行业|可比|竞争对手|我国|全国|国内|全球"
    r"|子公司|孙公司|母公司(?!(?:普通股)?股东|所有者)|分公司|控股股东|增长率|影响|上半年|季度|补贴|扣除|扣非|调整后|少数股东|不低于|不超过"
    r"|客户[^。]{0,6}(?:的|实现)|交易对方|标的|担保|累计|平均|合计分别|剔除|业务|产品|分红|分配"
)
_WRONG_RIGHT = re.compile(r"[^。,;]{0,12}(?:增长率|以上|的员工)")
_SEGMENT = re.compile(r"[\u4e00-\u9fff]{1,12}(?:业务|产品|部件|板块|分部|设备|系统|材料|地区|境外|境内)(?:的|实现|,)?$")
_ALONE = re.compile(r"^\W*$|[\d.%]$|适用$|情况$")
_ANNOUNCED = re.compile(
    r"占(?:本)?公司(?:最近一[个期]会计年度)?[((]?(20\d\d)年度?[))]?(?:的)?(?:经审计)?(?:的)?(?:合并)?(?:报表)?营业总?收入(?:的)?[((]?"
    r"(?:人民币|为)?([\d,.]+[万亿]?元)"
)


def metric_facts(filing: Filing) -> list[Fact]:
    """The metrics of a document, one value for each firm, metric, year and scope."""
    kind = filing.reading.kind
    if kind == ANNOUNCEMENT:
        return [_fact(filing, figure) for figure in _announced(filing)]
    chosen: dict[tuple[str, str, str, str | None], Figure] = {}
    for figure in (*_from_tables(filing), *_agreed(_sentences(filing))):
        firm = figure.firm or filing.issuer
        if firm is not None:
            chosen.setdefault((name_key(firm), figure.metric, figure.period, figure.scope), figure)
    for figure in _agreed([_of_share(share) for share in market_shares(filing)]):
        firm = figure.firm or filing.issuer
        if firm is not None:
            chosen.setdefault((name_key(firm), figure.metric, figure.period, figure.scope), figure)
    return [_fact(filing, figure) for figure in chosen.values()]


def _of_share(share: Share) -> Figure:
    start, end = share.quote
    return Figure(
        "market_share",
        share.value,
        share.period,
        start,
        end,
        "metric.market_rule",
        False,
        share.scope,
        share.firm,
        share.level,
    )


def _fact(filing: Filing, figure: Figure) -> Fact:
    firm = figure.firm or filing.issuer or ""
    properties = {
        "metric": figure.metric,
        "value": figure.value,
        "unit": UNITS.get(figure.metric, "percent"),
        "period": figure.period,
        "scope": figure.scope,
    }
    write = filing.fact_at if figure.own_text else filing.fact
    target = Mention("Metric", figure.metric)
    span = (figure.start, figure.end)
    return write("REPORTS_METRIC", firm, target, properties, span, figure.method, figure.level)


def _from_tables(filing: Filing) -> list[Figure]:
    """One figure for each metric and year: its own label before a near one, the earlier row before the later."""
    ranked = sorted(table_figures(filing), key=lambda pair: (pair[0], pair[1].start))
    own = {figure.metric for rank, figure in ranked if rank == 1}
    best: dict[tuple[str, str], Figure] = {}
    for rank, figure in ranked:
        # net profit before minorities must not fill the years that the attributable one lacks
        if rank > 1 and figure.metric == "net_profit" and figure.metric in own:
            continue
        best.setdefault((figure.metric, figure.period), figure)
    return list(best.values())


def _agreed(figures: Sequence[Figure]) -> Iterator[Figure]:
    """The figures that no other sentence of the document contradicts."""
    groups: dict[tuple[str | None, str, str, str | None], list[Figure]] = {}
    for figure in figures:
        groups.setdefault((figure.firm, figure.metric, figure.period, figure.scope), []).append(figure)
    for group in groups.values():
        low, high = min(f.value for f in group), max(f.value for f in group)
        if high - low <= 0.01 * abs(high):
            yield min(group, key=lambda f: (f.level != "disclosed", f.start))


def _sentences(filing: Filing) -> list[Figure]:
    text = filing.text
    found: list[Figure] = []
    at = 0
    for cue in _CUE.finditer(text):
        if cue.start() < at:
            continue
        start, end = filing.reading.sentence(cue.start(), cue.end(), 500)
        at = end
        for metric, pattern, value in _PATTERNS:
            for match in pattern.finditer(text, start, end):
                found += _sentence_figures(filing, metric, match, value, start, end)
    return found


def _sentence_figures(
    filing: Filing, metric: str, match: re.Match[str], value: re.Pattern[str], start: int, end: int
) -> Iterator[Figure]:
    text = filing.text
    before = text[start : match.start()]
    clause = re.split(r"[,;:]", before)[-1]
    if _WRONG.search(clause) or _WRONG.search(match.group()) or _WRONG_RIGHT.match(text, match.end()):
        return
    if metric == "revenue" and (_SEGMENT.search(clause) or clause.endswith(("占", "主营", "的", "非"))):
        return
    if re.search(r"预计|预测|计划|达产|假设|如果|募投项目|若|同行业|可比公司|竞争对手", before):
        return
    periods, level = _periods(filing, before)
    if not periods:
        periods, level = _year_of_line(filing, match.start()), "strongly_inferred"
    standard = filing.year is not None and metric.startswith("top5") and _ALONE.search(before)
    if standard and filing.year:
        # the sentence of the exchange's form under 主要销售客户及主要供应商情况 names neither firm nor year
        periods, level = [filing.year], "disclosed"
    values = value.findall(match["values"])
    if len(values) != len(periods) or (len(values) > 1 and "分别" not in text[start : match.end()]):
        return
    if metric == "debt_ratio" and "母公司" in text[match.end() : match.end() + 16]:
        return
    firms = [filing.issuer] if standard and filing.issuer else filing.about(start, match.start())
    if len(firms) != 1 or _other_between(filing, start, match.start()):
        return
    for period, given in zip(periods, values, strict=True):
        number = _value(metric, given)
        if period is not None and number is not None:
            yield Figure(metric, number, period, start, end, "metric.sentence_rule", False, None, firms[0], level)


_OTHER_PARTY = re.compile(
    r"(?:全资|控股|参股|下属)?[子孙]公司|竞争对手|可比公司|控股股东|母公司(?!股东|所有者)|前[三五十]大?(?!名?大?(?:客户|供应商))[名家]?企业"
)


def _other_between(filing: Filing, start: int, at: int) -> bool:
    """Whether somebody without a name stands between the last firm named and the figure."""
    subjects = filing.subject(start, at)
    since = subjects[-1].end if subjects else start
    return bool(_OTHER_PARTY.search(filing.text, since, at))


def _periods(filing: Filing, before: str) -> tuple[list[str | None], str]:
    """The years that a sentence names before a figure; None for a part of a year; those of 报告期 by the glossary."""
    matches = list(_YEARS.finditer(before))
    if matches:
        run = [matches[-1]]
        for match in reversed(matches[:-1]):
            if not re.fullmatch(r"[年度末]*[、,和及与以至]{1,2}", before[match.end() : run[0].start()]):
                break
            run.insert(0, match)
        tail = before[run[-1].end() :]
        span = re.search(r"20\d\d年?[-~]$", before[: run[0].start()])
        if span or len(tail) > 60 or re.search(r"至20\d\d|起|以来|之前", tail[:4]) or "成立" in tail:
            return [], "disclosed"
        found = [_whole(match) for match in run]
        return found, "disclosed"
    if _PERIOD_WORDS.search(before) and filing.periods:
        return list(filing.periods), "strongly_inferred"
    if "报告期" in before and filing.year:
        return [filing.year], "disclosed"
    return [], "disclosed"


def _year_of_line(filing: Filing, at: int) -> list[str | None]:
    """In a firm's own description: the only year that the line names with figures (现有员工…;2025年实现营业收入…)."""
    start, end = filing.reading.line(at)
    years = {m[1] for m in re.finditer(r"(20\d\d)年(?:度)?(?:实现|营业|公司)", filing.text[start:end])}
    return list(years) if filing.reading.kind == OTHER and len(years) == 1 else []


def _whole(match: re.Match[str]) -> str | None:
    part = match["part"] or ""
    if part in ("", "度", "末", "全年", "年末", "12月31日", "12月末", "12月"):
        return match[1]
    return None


def _value(metric: str, given: str) -> float | None:
    if UNITS.get(metric) == "CNY":
        money = find_money(given.lstrip("-"))
        value = money[0].high if len(money) == 1 else None
        return -value if value is not None and given.startswith("-") else value
    number = float(re.sub(r"[,人名%]", "", given) or "nan")
    if UNITS.get(metric) == "persons":
        return number if 1 <= number <= 1_000_000 and number == int(number) else None
    return number if 0 < number <= 100 else None


def _announced(filing: Filing) -> Iterator[Figure]:
    """The year's revenue to which an announcement compares its contract."""
    if filing.issuer is None:
        return
    for match in _ANNOUNCED.finditer(filing.text):
        value = _value("revenue", match[2])
        if value is not None:
            yield Figure(
                "revenue", value, match[1], match.start(), match.end(), "metric.share_rule", False, None, filing.issuer
            )
            return

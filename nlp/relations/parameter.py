"""HAS_PARAMETER: what a firm says its product reaches, and what a test report measured.

Reads sentences about a product that the document names among the firm's (P的抗拉强度不低于1850MPa, …) with the reader
of figures that requirements use, what a firm states of its products (`parameter_statement`), and rows under 检测结果 in
reports on a sample (样品为…P; 委托单位 is the firm). Writes Enterprise → Product with name, operator, value, unit and
the condition of a test. Shares, money, counts of people and figures of markets are left. Limits: a figure is given to
the product named last before it in the same sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.names import Name
from nlp.products.item import product_spans
from nlp.reading import OTHER, PROSPECTUS
from nlp.relations.parameter_statement import stated
from nlp.requirement.naming import name_before
from nlp.requirement.quantity import Quantity, find_quantities

_NO_NAME = re.compile(
    r"占|率$(?<!效率)(?<!功率)(?<!频率)(?<!转率)|收入|产量|销量|产能|价|市场|份额|比例|比重|增长|年|月|日|人|家|金额|费|成本|利润|投资|面积|公司|客户|数量|订单|采购|能力"
)
_NO_UNIT = frozenset(
    (
        "人",
        "名",
        "家",
        "年",
        "个月",
        "月",
        "元",
        "万元",
        "亿元",
        "户",
        "项",
        "个",
        "次",
        "台",
        "套",
        "种",
        "天",
        "d",
        "",
    )
)
# in the prose of a prospectus a figure with another unit is a business figure
_PHYSICAL = re.compile(
    r"(?:[kMGm]?Pa|[nμmck]?m|[μmk]?g|[mk]?N|N[·.]?m|℃|°C|[mk]?V|[μm]?A|[mMk]?W|[kMG]?Hz|HRC|HV|HB|dB|r/min"
    r"|rpm|[mμn]s|[mkM]?Ω|[μnp]F|m/s|g/cm3|W/.*)"
)
_REPORT = re.compile(r"(?:检测|测试|试验|检验)报告")
_CLIENT = re.compile(r"(?:委托|送检|申请|生产)单位[:\t]")
_SAMPLE = re.compile(
    r"(?:样品|试样|产品)(?:名称)?(?:为|:|\t)(?:[^,。;\n]*的)?([\u4e00-\u9fffA-Za-z0-9]{2,20}?)(?=[,。;\n\t]|经)"
)
_RESULT = re.compile(r"(?:检测|测试|试验|检验|实测)(?:结果|值)")
_CONDITION = re.compile(r"(?:试验|测试|检测)(?:在|条件为?:?)([^。;\n]{4,60}?)(?:下进行|下|。)")


def parameter_facts(filing: Filing) -> list[Fact]:
    """One fact for each firm, product, parameter and value."""
    if filing.reading.kind not in (OTHER, PROSPECTUS):
        return []
    seen: set[tuple[object, ...]] = set()
    result = []
    for fact in (*_reports(filing), *_sentences(filing), *_stated(filing)):
        if fact.target is None:
            continue
        said = fact.properties
        key = (name_key(fact.source.name), name_key(fact.target.name), said["name"], said["value"], said.get("unit"))
        if key not in seen:
            seen.add(key)
            result.append(fact)
    return result


def _properties(name: str, quantity: Quantity, condition: str | None = None) -> dict[str, object]:
    return {
        "name": name,
        "operator": quantity.operator,
        "value": quantity.value,
        "value_max": quantity.value_max,
        "unit": quantity.unit,
        "condition": condition,
    }


def _sentences(filing: Filing) -> Iterator[Fact]:
    text = filing.text
    products = {text[start:end] for start, end in product_spans(text)}
    names = sorted((name for name in products if len(name) >= 4), key=len, reverse=True)
    if not names or filing.issuer is None:
        return
    for match in re.finditer("(?:" + "|".join(map(re.escape, names[:200])) + r")(?:产品)?的(?=[\u4e00-\u9fff])", text):
        start, end = filing.reading.sentence(match.start(), match.end(), 300)
        firms = filing.about(start, match.start())
        if len(firms) != 1 or re.search(
            r"竞争对手|同行|行业|国外|传统|普通|进口|要求|标准|预计|计划|拟", text[start:end]
        ):
            continue
        product = next(name for name in names if match.group().startswith(name))
        for name, quantity in _figures(text[match.end() : end]):
            if filing.reading.kind == PROSPECTUS and not _PHYSICAL.fullmatch(quantity.unit):
                continue
            yield filing.fact(
                "HAS_PARAMETER",
                firms[0],
                Mention("Product", product),
                _properties(name, quantity),
                (start, end),
                "parameter.sentence_rule",
            )


def _stated(filing: Filing) -> Iterator[Fact]:
    """Parameters that the document's firm states of its own products."""
    for one in stated(filing):
        yield filing.fact(
            "HAS_PARAMETER",
            filing.issuer or "",
            Mention("Product", one.product),
            _properties(one.name, one.quantity),
            one.span,
            "parameter.statement_rule",
        )


def _figures(passage: str) -> Iterator[tuple[str, Quantity]]:
    """Named figures with a technical unit, in order."""
    floor = 0
    for quantity in find_quantities(passage):
        span = name_before(passage, quantity.start, floor, False, True)
        floor = quantity.end
        if span is None or quantity.unit in _NO_UNIT or quantity.change:
            continue
        name = passage[span[0] : span[1]]
        if 2 <= len(name) <= 16 and not _NO_NAME.search(name):
            yield name, quantity


def _reports(filing: Filing) -> Iterator[Fact]:
    """Rows of a test report: item, demand, result."""
    text = filing.text
    sample = _SAMPLE.search(text)
    client = _CLIENT.search(text)
    firm = _named_at(filing.found, client.end()) if client else filing.issuer
    if not _REPORT.search(text[:400]) or sample is None or firm is None:
        return
    condition = _CONDITION.search(text)
    column: int | None = None
    for line in filing.lines:
        cells = [cell.strip() for cell in line.text.split("\t")]
        if len(cells) < 2:
            column = None
            continue
        results = [n for n, cell in enumerate(cells) if _RESULT.fullmatch(cell)]
        if results:
            column = results[0]
        elif column is not None and column < len(cells):
            quantities = list(find_quantities(cells[column]))
            if len(quantities) == 1 and quantities[0].unit:
                yield filing.fact_at(
                    "HAS_PARAMETER",
                    firm,
                    Mention("Product", sample[1]),
                    _properties(cells[0], quantities[0], condition[1] if condition else None),
                    (line.start, line.end),
                    "parameter.report_rule",
                )


def _named_at(found: Sequence[Name], at: int) -> str | None:
    return next((name.text for name in found if at <= name.start <= at + 2), None)

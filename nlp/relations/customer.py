"""SUPPLIES: who delivers to whom, from passages on customers and suppliers.

Reads the tables of customers and suppliers (序号, name, content, amount) with the year of the sentence above them,
and sentences 主要客户包括A、B / 主要供应商为A、B. Writes supplier → buyer with product, amount in CNY and period; the
side is told by the passage: its customers are supplied by the document's firm, its suppliers supply it. Anonymous
rows (第一名, 客户A) are left; in a list of a sentence names without a form (岬屿重工) count beside one that has it.
Limits: contracts are another relation; a list whose subject is not clear is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.records import Fact, Mention
from kg.values.money import unit_of
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.names import names
from nlp.reading import ANNOUNCEMENT, ANNUAL_REPORT, OTHER, PROSPECTUS
from nlp.relations.evidence import enterprise
from nlp.relations.metric_table import unit_in
from nlp.subject import Subject
from nlp.tables import number

_CUSTOMERS = re.compile(r"客户(?:的)?(?:销售|情况|如下|名称)|(?:销售|营业收入)[^。]{0,16}客户")
_SUPPLIERS = re.compile(r"供应商(?:的)?(?:采购|情况|如下|名称)|采购[^。]{0,16}供应商")
_HEAD = re.compile(r"(?:客户|供应商)名称")
_ROW = re.compile(r"^\d{1,2}$")
_LISTED = re.compile(
    r"(?:主要|重要|核心|下游|知名|长期)?(?P<side>客户|供应商)(?:群体|主要|目前|均)?(?:包括了?|有|为|涵盖|是|如)(?:了)?[:]?(?P<list>[^。;\n]{4,200})"
)
_SELLS_TO = re.compile(
    r"(?:已)?成为(?:了)?(?P<list>[^。;\n]{4,160}?)(?:等[^。;,\n]{0,16})?的(?:核心|主要|重要|合格|长期|一级|战略)*供应商"
)
_NOT = re.compile(
    r"潜在|目标|拟|计划|不|未|同类|竞争对手|行业|可比|同行|供应商的|客户的|该|其他|其客户|终端|下游客户的|应收|关联"
)
_PRODUCT = re.compile(r"^[\u4e00-\u9fffA-Za-z0-9、/\-]{2,20}$")
_ANONYMOUS = re.compile(
    r"国内外|大型|地方|世界|知名|著名|各|多家|一级|部分|[和或及]|^[\u4e00-\u9fff]{2,4}(?:运营|服务|开发|石油|制药|燃气|中烟)公司$|^[省市县]"
)
_FULL = re.compile(r"(?:有限公司|有限责任公司|股份公司|集团|集团公司|总公司)$|[A-Za-z]")
_ITEM = re.compile(r"(?:(?!以及)[^、,;。和及与以]|以(?!及)){2,50}")
_MORE = re.compile(r"等(?:[^、,;。]*)$|[(][^()]*[)]$")
_BARE = re.compile(r"[\u4e00-\u9fff]{2,8}(?:公司)?|[A-Za-z][A-Za-z&.\- ]{1,20}(?:公司)?")
_KIND = re.compile(
    r"企业|厂|客户|用户|机构|部门|行业|医院|学校|院校|政府|地区|市场|商$|品牌|银行|加工|生产|大型|知名|各|其他|中心$|所$|馆$|单位|上市|[国省市县]公司$"
    r"|[的为是在从将等多占类]|供应|销售|产品|领域|国家|军|以上|子公司|分公司|运营|材料|设备$|零件|分别|主要"
)
_PRAISE = re.compile(r"^[\u4e00-\u9fff]*(?:企业|基地|制造商|生产商|厂商|供应商|运营商|品牌商|龙头)(?=.{4})")
_MOST = 30


def customer_facts(filing: Filing) -> list[Fact]:
    """One fact for each pair of firms, product and period."""
    if filing.reading.kind == ANNOUNCEMENT:
        return []
    seen: set[tuple[str, str, str | None, str | None]] = set()
    pairs: set[tuple[str, str]] = set()
    result = []
    for fact in (*_tables(filing), *_sentences(filing)):
        if fact.target is None:
            continue
        pair = (name_key(fact.source.name), name_key(fact.target.name))
        key = (*pair, fact.properties.get("product"), fact.properties.get("period"))
        plain = "amount" not in fact.properties
        if key in seen or pair[0] == pair[1] or (plain and pair in pairs):
            continue
        seen.add(key)
        pairs.add(pair)
        result.append(fact)
    return result


def _pair(own: str, other: str, side: str) -> tuple[Mention, Mention]:
    firm, partner = enterprise(own), enterprise(other)
    return (firm, partner) if side == "客户" else (partner, firm)


def _tables(filing: Filing) -> Iterator[Fact]:
    if filing.reading.kind not in (ANNUAL_REPORT, PROSPECTUS, OTHER) or filing.issuer is None:
        return
    lines = filing.lines
    for at, line in enumerate(lines):
        if not _HEAD.search(line.flat) or len(line.flat) > 60:
            continue
        above = "".join(part.flat for part in lines[max(0, at - 2) : at])
        customers, suppliers = bool(_CUSTOMERS.search(above + line.flat)), bool(_SUPPLIERS.search(above + line.flat))
        if "客户名称" in line.flat and _SUPPLIERS.search(above):
            continue
        if customers == suppliers:
            continue
        side = "客户" if customers else "供应商"
        year = re.search(r"(20\d\d)年(?:度)?(?![\d-])", above)
        unit = unit_in(line.flat) or unit_in(above) or "元"
        yield from _rows(filing, filing.issuer, at, side, year[1] if year else filing.year, unit)


def _rows(filing: Filing, issuer: str, at: int, side: str, period: str | None, unit: str) -> Iterator[Fact]:
    lines = filing.lines
    content = bool(re.search(r"采购内容|销售内容|产品", lines[at].flat))
    for n in range(at + 1, min(at + _MOST, len(lines))):
        parts = lines[n].text.split("\t") if "\t" in lines[n].text else lines[n].text.split()
        if not _ROW.match(parts[0]):
            return
        found = [name for name in names("".join(parts[1:2]), offices=False) if name.start == 0]
        amount = next((number(part) for part in parts[2:] if number(part) is not None and "%" not in part), None)
        if len(parts) < 3 or not found or found[0].end != len(parts[1]) or amount is None:
            continue
        source, target = _pair(issuer, parts[1], side)
        product = parts[2] if content and _PRODUCT.match(parts[2]) and number(parts[2]) is None else None
        properties = {"product": product, "amount": round(amount * float(unit_of(unit)[0]), 2), "period": period}
        span = (lines[n].start, lines[n].end)
        yield filing.fact_at("SUPPLIES", source, target, properties, span, "customer.table_rule")


def _sentences(filing: Filing) -> Iterator[Fact]:
    text = filing.text
    for pattern in (_LISTED, _SELLS_TO):
        for match in pattern.finditer(text):
            side = match.groupdict().get("side") or "客户"
            start, end = filing.reading.sentence(match.start(), match.start() + 1, 300)
            clause = text[max(start, match.start() - 40) : match.start()]
            own = filing.named(start, match.start())
            if len(own) != 1 or _NOT.search(clause[-12:]) or _NOT.search(text[match.start() : match.start("list")]):
                continue
            if re.search(r"子公司|竞争对手|股东", text[own[0].end : match.start()]):
                continue
            for other in _partners(filing, match.start("list"), match.end("list")):
                source, target = _pair(own[0].name, other.name, side)
                yield filing.fact("SUPPLIES", source, target, {}, (start, max(match.end(), end)), "customer.list_rule")


def _partners(filing: Filing, start: int, end: int) -> list[Subject]:
    """The firms of a list, from its first place on; those without a form count only beside one that has it."""
    listed: list[Subject] = []
    whole = False
    for item in _ITEM.finditer(filing.text, start, end):
        low, high = item.span()
        words = _MORE.sub("", item.group())
        named = [one for one in filing.subjects(low, high) if one.end >= low + len(words) - 1]
        if re.match(r"管辖|下属|旗下|所属|下辖", filing.text[high - len(item.group()) + len(words) :]):
            break
        if named and named[-1].own:
            continue
        if named and _FULL.search(named[-1].name):
            one = named[-1]
            name = one.name if one.name in filing.full_names.values() else _PRAISE.sub("", one.name)
            if not _ANONYMOUS.search(name):
                whole = True
                listed.append(Subject(name, False, one.start, one.end))
        elif _BARE.fullmatch(words) and not _KIND.search(words) and not _ANONYMOUS.search(words):
            listed.append(Subject(words, False, low, low + len(words)))
        elif not re.fullmatch(r"[\u4e00-\u9fff]{2,6}", words):
            break
        if len(words) < len(item.group()):
            break
    return listed if whole else []

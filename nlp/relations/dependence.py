"""DEPENDS_ON: what a firm must import, or can have from one source alone.

Reads 公司X主要依赖进口, 公司产品的X等配件需要从境外进口, 公司X源自进口, X由A独家供应, X供应商单一, X依赖单一供应商,
and the reverse: 公司为A的X的独家供应商 (A depends). Writes Enterprise → Product with imported and single_source. The
subject is named in the sentence or carried over from the one before it (`nlp.subject`); what is said of a country, an
industry, others or a project is left, and so is what denies it (不依赖, 打破, 替代, 改变). Limits: dependence told over
several sentences is not put together; 原材料, 设备 and the like name no product; customers are no products.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import ANNOUNCEMENT
from nlp.subject import Subject

_ABROAD = r"(?:国外|境外|海外|欧美|欧洲|日本|德国|美国|韩国|法国|瑞士|意大利|英国|北美)"
_MUCH = (
    r"(?:目前|仍然|仍|尚|还|主要|完全|高度|严重|绝?大部分|绝?大多数|大多|部分|基本上?|全部|全|均|都|必须|需要|需|须|一直|长期|较为|较"
    r"|终端|产品)"
)
_IMPORTED = re.compile(
    rf"(?:依赖于?|依靠){_ABROAD}?(?:的)?进口"
    rf"|(?<=[要部分均需须仍])(?:通过[^。;,]{{2,10}})?(?:从|向|由){_ABROAD}(?:[^。;,]{{0,10}}?(?:国家|地区|厂商|企业|公司|供应商))?(?:进口|采购|购买)"
    rf"|(?:来源于|来自于?|源自于?|源于|采购自){_ABROAD}?进口"
    r"|(?<=[要均需须仍部])(?:为|是|采用|使用|依赖)?进口(?![的\u4e00-\u9fff])"
)
_SINGLE = re.compile(
    r"由[^。;,]{2,30}?(?:独家|唯一)(?:供应|供货|提供)|(?:的)?(?:供应商|供应单位|供应来源|供应|货源)(?:较为|相对|比较)?单一(?![^。;,]{0,4}供应商同类)"
    r"|依赖于?(?:单一|唯一|独家|上游|少数|个别)(?:的)?(?:供应商|供应|来源)"
)
_SOLE = re.compile(r"(?:为|系|是|成为|作为)(?P<firm>[^。;,]{1,60}?)(?:产品)?(?:的)?(?:唯一|独家)(?:的)?供应商")
_ALONE = re.compile(
    r"独家(?:供应|供货|提供)|供应商[—―]{2}|(?:供应|货源|来源|供应商|单位)(?:较为|相对|比较)?单一"
    r"|(?:单一|唯一)(?:的)?(?:供应|供货|提供|来源)"
)
_NOT = re.compile(
    r"不(?:再|存在|会|依赖|完全|属)|无需|未|打破|替代|摆脱|改变|减少|降低|避免|解决|改观|突破|过去|曾|此前|以前|我国|国内|中国|行业|全国|世界|市场|竞争|下游"
    r"|长期以来|如果|若|拟|项目|募投|将|可比|同行|企业的|是否|有效|分散的?风险"
)
_OUTSIDE = re.compile(r"打破|改变|摆脱|改观|若|如果|我国|行业|国内(?!厂|供|采|其)|同行|可比|竞争对手|项目|募投|拟|突破")
_LIST = re.compile(r"[\u4e00-\u9fffA-Za-z0-9、\-+/()“” ]{2,70}$")
_BRACKETED = re.compile(r"原材料[(](?:包括|如|主要为)(?P<list>[^()]{2,60})[)]$")
_KINDS = r"(?:原材料|原辅材料|材料|原料|辅料|零部件|部件|配件|元器件|器件|组件|设备|产品|物料|零配件|备件|化工原料)"
_TAIL = re.compile(
    rf"(?:(?:等(?:的)?(?:各类|重要|主要|关键|核心|部分)*{_KINDS}?|的(?:原辅材料|材料|部件|配件))(?:产品)?)?(?:中)?(?:的)?(?:采购|供应|保障)?$"
)
_OF = re.compile(
    r"^.*(?:所必须的|所必需的|所需要?的?|所(?:使)?用的?|生产用|产品中?的|自产的|中的|采购的|使用的|经营的|其中)"
)
_LEAD = re.compile(
    rf"^(?:的|主要|其|同类型?|由于|这些|此类|该类|关键|核心|重要|等|及|和|且|但|因|部分|高端|上述|该|生产|少量|{_MUCH})+"
)
_NO_PRODUCT = re.compile(
    rf"^(?:{_KINDS}|技术|采购|公司|需求|客户|供应|它们|这些|进口|分别|直接|国产|主料|机器设备|生产设备|仪器设备|检测设备)$"
    r"|公司|[是为了将已占与]|技术|依赖|市场|方面|分别|通过|直接|采购|^于|之后|亦|报告期|\d{4}年|比例|金额|收入|成本|除|其他|销售|业务|需要|存在|风险|这些|此类"
    r"|进口|供应商|毛利|的原材料|的原料|导致|来源|向|从"
)
_NAMES_NO_GOOD = 18


@dataclass(frozen=True, slots=True)
class Dependence:
    """A product that a firm depends on; `at` is the verb's span, `quote` the sentence's, both in the reading."""

    firm: str
    product: str
    imported: bool
    single_source: bool
    at: tuple[int, int]
    quote: tuple[int, int]
    method: str


def dependence_facts(filing: Filing) -> list[Fact]:
    """One fact for each firm and product, at its first statement."""
    seen: set[tuple[str, str]] = set()
    result = []
    for one in dependences(filing):
        key = (name_key(one.firm), name_key(one.product))
        if key not in seen:
            seen.add(key)
            flags = {"imported": one.imported or None, "single_source": one.single_source or None}
            result.append(
                filing.fact("DEPENDS_ON", one.firm, Mention("Product", one.product), flags, one.quote, one.method)
            )
    return result


def dependences(filing: Filing) -> list[Dependence]:
    """What firms depend on, as often as the text states it."""
    if filing.reading.kind == ANNOUNCEMENT:
        return []
    found = list(_sole(filing))
    for pattern, imported in ((_IMPORTED, True), (_SINGLE, False)):
        for match in pattern.finditer(filing.text):
            found += _stated(filing, match, imported)
    return sorted(found, key=lambda one: one.at)


def _stated(filing: Filing, match: re.Match[str], imported: bool) -> Iterator[Dependence]:
    text = filing.text
    start, end = filing.reading.sentence(match.start(), match.end(), 300)
    clause = max(text.rfind(mark, start, match.start()) for mark in ",;:") + 1 or start
    before = text[clause : match.start()]
    if _NOT.search(before) or _NOT.match(text, match.end()) or _OUTSIDE.search(text, start, clause):
        return
    firms = _firms(filing, start, clause, match.start())
    if not firms:
        return
    goods = before[firms[-1].end - clause :] if firms[-1].end > clause else before
    products = _products(goods)
    alone = bool(_ALONE.search(text, start, end))
    method = "dependence.import_rule" if imported else "dependence.single_rule"
    for firm in firms:
        for product in products:
            yield Dependence(firm.name, product, imported, alone, match.span(), (start, end), method)


def _firms(filing: Filing, start: int, clause: int, at: int) -> list[Subject]:
    """The firms that the clause is about: named in the sentence, or the document's own carried over."""
    firms = filing.named(start, at)
    begin = firms[-1].end if firms else start
    if not filing.subject(start, at):
        carried = filing.who.carried(start)
        firms = [carried] if carried is not None else []
    if not firms or filing.who.other_party(begin, at):
        return []
    return firms


def _sole(filing: Filing) -> Iterator[Dependence]:
    """公司为A的X的独家供应商, 公司X为A的独家供应商: A depends on X, and has it from one source."""
    for match in _SOLE.finditer(filing.text):
        start, end = filing.reading.sentence(match.start(), match.end(), 300)
        maker = filing.named(start, match.start())
        if len(maker) != 1 or _OUTSIDE.search(filing.text, maker[0].end, match.end()):
            continue
        firm, at = _customer(filing, start, match)
        if firm is None or firm.name == maker[0].name:
            continue
        behind, ahead = filing.text[at : match.end("firm")], filing.text[maker[0].end : match.start()]
        for product in _products(behind.lstrip("的")) or _products(ahead):
            yield Dependence(firm.name, product, False, True, match.span(), (start, end), "dependence.sole_rule")


def _customer(filing: Filing, start: int, match: re.Match[str]) -> tuple[Subject | None, int]:
    """The one firm that is supplied, and where its mention ends; 其 is the only other firm before it."""
    if match["firm"].startswith("其"):
        others = [one for one in filing.subjects(start, match.start()) if not one.own]
        return (others[0] if len({one.name for one in others}) == 1 else None), match.start("firm") + 1
    named = filing.subjects(*match.span("firm"))
    if len(named) != 1 or named[0].start != match.start("firm"):
        return None, 0
    return (None if named[0].own else named[0]), named[0].end


def _products(passage: str) -> list[str]:
    """The items of a list such as 乳清粉、蛋白粉、乳糖等原材料, without the words around them."""
    bare = re.sub(rf"{_MUCH}+$", "", passage)
    bracketed = _BRACKETED.search(bare)
    match = _LIST.search(bracketed["list"] if bracketed else bare)
    if match is None:
        return []
    found = []
    parts = re.split(r"、|以及|和|及(?!其)", _TAIL.sub("", match.group(), count=1))
    for number, part in enumerate(parts):
        item = _LEAD.sub("", _OF.sub("", part) if number == 0 else part)
        item = re.sub(r"^(?:产品|生产)?的|的$", "", _TAIL.sub("", item)).strip("“” ")
        if len(item) < 2 or len(item) > _NAMES_NO_GOOD or _NO_PRODUCT.search(item):
            return []
        found.append(item)
    return found

"""PRODUCES: what a firm makes and sells, from prospectuses, annual reports and firms' own descriptions.

Reads the zones behind 主要产品, 主要从事, 主营业务 and 经营范围 of the firm that the document is about, and sentences
whose subject is a firm (X主要生产…). Items are weighed by zone and by how often the document says them; the best 35
are kept. Writes Enterprise → Product, quoting the zone; items of the scope of business are `inferred` (a licence is
no product). Limits: tables of revenue by product are not read here; names of more than 20 signs are left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.records import DocumentId, Fact, Mention
from kg.values.name import name_key
from nlp.names import Alias, Name
from nlp.reading import ANNUAL_REPORT, OTHER, PROSPECTUS, Reading
from nlp.relations.evidence import enterprise, fact, printed
from nlp.relations.issuer import issuer_of

MOST = 35
LONGEST = 20
_MOST_SCOPE = 20
_ECHO = 1.0

_SCOPE = re.compile(r"(?:经营范围|营业范围)(?:为|是|包括|变更为)*[:“]?([^\n]{6,900})")
_ZONES: tuple[tuple[float, str, re.Pattern[str]], ...] = (
    (
        3.0,
        "product.main_rule",
        re.compile(
            r"(?:主要|主导|核心|主营)产品(?:和服务|及服务|或服务)?(?:为|包括|有|是|涵盖|分为|:)(?:了)?([^。;\n]{3,260})"
        ),
    ),
    (3.0, "product.main_rule", re.compile(r"产品(?:主要)?(?:包括|分为|有|涵盖)([^。;\n]{3,200})")),
    (
        3.5,
        "product.business_rule",
        re.compile(
            r"(?:主要从事|专业从事|专注于|致力于|主营业务(?:为|是|包括|:)|主要业务(?:为|是|包括|:))([^。;\n]{3,200})"
        ),
    ),
)
_PLAIN_ZONES = tuple((method, pattern) for _, method, pattern in _ZONES if method == "product.main_rule")
_LISTED = re.compile(r"等(?:系列|研究|经营|组装|多种|多个|[一二三四五六七八九十\d]+[大类种个])?(?:主要|主导)?产品")
_LIST_BEFORE = re.compile(r"[^。;,:\n、]*(?:、[^。;,:\n、]+)+$")
_ETC = r"等(?=$|[、,;:。\x00]|产品|系列|业务|领域|方面|服务|[一二三四五六七八九十\d]|多|各)"
_SPLIT = re.compile(rf"[、,;:。/]|以及|及其|(?<!普)及|和(?!谐)|与|或|(?:\d[.)]|[(]\d[)])|{_ETC}")
_SCOPE_SPLIT = re.compile(rf"[、,;:。]|以及|(?:\d[.)]|[(]\d[)])|{_ETC}|(?<=.{{7}})[和与及](?=.{{5}})")
_DEEDS = (
    "研究|研发|研制|开发|生产|制造|制作|加工|销售|经营|批发|零售|从事|提供|组装|装配|购销"
    "|进出口|出口|进口|兼营|自营|主营|设计|安装|"
    "维修|维护|调试|办理|推广|运营|供应|承接|承揽|技术开发|技术研发|批零|收购|经销"
)
_HEAD = re.compile(
    rf"^(?:(?!制造执行|加工中心|销售终端|设计软件)(?:{_DEEDS})(?=.{{2}})|的|以|为|了|用于|各类|各种|各式|相关|主要|其|包括|公司|本公司"
    rf"|产品|主营|国内外|国内|该|一系列|系列|其中|对|"
    r"和(?!谐)|与|许可经营项目|一般经营项目|一般项目|许可项目|拥有|分为|有|涵盖|新型(?=.{4})|高性能(?=.{4}))+[:]?"
)
_TAIL = re.compile(
    r"(?:的(?:制造|生产|加工|研发|设计|销售)[与和及](?:.{2})?|(?:的)?(?:研究|研发|研制|开发|生产|制造|加工|销售|经营|批发|零售|购销|进出口|出口|业务|等"
    r"|系列|系列产品|领域|活动|为主|为核心|相结合|"
    r"及相关产品|的设计|的服务|的安装|的技术服务|[两二三四五六七八九]?[大个]类产品|[两三四五六]大系列|类产品|产品))+$"
)
_GENERIC = re.compile(
    r"^(?:[公本]司|产品|服务|业务|技术|设备|材料|其他|其它|商品|项目|客户|市场|行业|企业|国家"
    r"|货物|自产|系统|许可|配件|零部件|零配件|国际|资产|管理|工程|贸易|咨询|"
    r"软件|研发|行政|部门|生产|销售|开发|制造|加工|安装|设计|租赁|维修|制作|代理|发布|运输|检测"
    r"|评估|科研|投资|股权|融资|基金|控股|实业|发展|建设|运营|应用|集成|"
    r"推广|品牌|体系|流程|制度|独立|合作|联合|创业|创新|探索|招标|工作|保养|基础|领域|信息|工业"
    r"|农业|化工(?:品)?|中介|物业|领先|高效|市场化|产业化|新产品|新技术|高新技术|"
    r"解决方案|技术服务|技术咨询|技术转让|技术开发|技术支持|技术培训|进出口|短期|中期|长期|多种"
    r"|多个|各种|诸多|大宗|规模|优势|结构|质量|方案|专项设备|相关设备|整机|模块)$"
)
_NOISE = re.compile(
    r"审批|许可证|法律|法规|规定|禁止|除外|凭|批准|有效期|公司|股份|股东|发行|报告期|年度|%"
    r"|第.节|详见|具体|可以|根据|依法|不得|如下|方面|包括|目前|主要|行业|我国|"
    r"占|收入|利润|上述|本企业|本行|需要|以下|自营|项目的|的$|[是已将于被为较使]|能[够使在为]|可能|(?<![马雷])达(?=[到成产])|从(?!动)|在(?!线)|万元"
    r"|亿元|\d月|\d年|此外|因此|同时|积极|加强|完善|采取|进行|结合|确立|构筑|通过|之[一间]|"
    r"有利|提高|提升|实现|由于|随着|任何|其他|其它|有关|相对|更好|受|不|也|均|都|并|且|而|所|各"
    r"|及|战略|政策|地位|优势|募集|客户|厂家|厂商|企业(?!债)|供应商|规格|型号|品种|多年"
    r"|[一二三四五六七八九十几多]款|"
    r"要求|情况|因素|关系|水平|特点|标准|认定|工艺|流程|模式|募投|股权|管理层|原材料|辅料"
    r"|\d+[款项个种]|名称|变更|手续|增加|保持|方式|体系|研究院|协会"
)


@dataclass(slots=True)
class _Item:
    text: str
    weight: float
    start: int
    end: int
    method: str
    zone: tuple[int, int]


def product_facts(
    reading: Reading, found: Sequence[Name], shorts: Sequence[Alias], name: str, document: DocumentId
) -> list[Fact]:
    """The PRODUCES facts of the firm that the document is about, at most 35."""
    if reading.kind not in (PROSPECTUS, ANNUAL_REPORT, OTHER):
        return []
    issuer = issuer_of(reading, found)
    result = _told(reading, found, name, document) if reading.kind == OTHER else []
    if issuer is None:
        return result
    told = {(made.source.name, made.target.name) for made in result if made.target}
    best = _best(reading.text, issuer) if reading.kind != OTHER else _declared(reading.text, issuer)
    for item in best:
        if (printed(issuer), item.text) in told:
            continue
        result.append(
            fact(
                reading,
                name,
                document,
                "PRODUCES",
                enterprise(issuer),
                Mention("Product", item.text),
                {},
                item.zone,
                item.method,
                "inferred" if item.method == "product.scope_rule" else "disclosed",
            )
        )
    return result


_ROW = re.compile(r"(?m)^(?:主要|主导|主营|核心)?产品(?:名称|及服务|和服务)?\t([^\n]{2,400})$")
_MAKING = r"(?:主要|专业|专门|现已)(?:研发、?)?(?:生产|制造|研制)([^。;\n]{2,160})"
_OWN_MAKES = re.compile(rf"(?m)(?:^|(?<=。))(?:本?公司|我[司厂]|本企业){_MAKING}")
_MAKES = re.compile(r"(?:[(][^()]{0,40}[)])?(?:是[^。;\n]{0,20})?" + _MAKING)


def _told(reading: Reading, found: Sequence[Name], name: str, document: DocumentId) -> list[Fact]:
    """Products in sentences whose subject is the firm itself: X主要生产A、B和C."""
    result: list[Fact] = []
    for firm in found:
        makes = _MAKES.match(reading.text, firm.end) if firm.company else None
        if makes is None:
            continue
        for item in _items(makes[1], makes.start(1), "product.subject_rule", 1.0, (firm.start, makes.end())):
            product = Mention("Product", item.text)
            result.append(
                fact(reading, name, document, "PRODUCES", enterprise(firm.text), product, {}, item.zone, item.method)
            )
    return result


def _declared(text: str, issuer: str) -> list[_Item]:
    """What a firm's own sheet or description says that it makes, each once; then its scope of business."""
    items: dict[str, _Item] = {}
    for method, pattern in (("product.row_rule", _ROW), ("product.subject_rule", _OWN_MAKES), *_PLAIN_ZONES):
        for match in pattern.finditer(text):
            for item in _items(match.group(1), match.start(1), method, 1.0, match.span()):
                items.setdefault(name_key(item.text), item)
    for match in _own_scopes(text, issuer)[:1]:
        for item in _items(match.group(1), match.start(1), "product.scope_rule", 1.0, match.span()):
            items.setdefault(name_key(item.text), item)
    return list(items.values())[:MOST]


def _best(text: str, issuer: str) -> list[_Item]:
    items: dict[str, _Item] = {}
    for item in _candidates(text, issuer):
        key = name_key(item.text)
        known = items.get(key)
        if known is None:
            items[key] = item
        else:
            known.weight += 0.5 * item.weight
    for item in items.values():
        item.weight *= 1.0 + _ECHO * math.log1p(min(200, text.count(item.text, 0, 500_000)))
        item.weight *= 1.0 if len(item.text) <= 12 else 0.8
    ranked = sorted(items.values(), key=lambda item: (-item.weight, item.start))
    scope = [item for item in ranked if item.method == "product.scope_rule"][:_MOST_SCOPE]
    rest = [item for item in ranked if item not in scope]
    return sorted([*scope, *rest[: MOST - len(scope)]], key=lambda item: (-item.weight, item.start))


def _candidates(text: str, issuer: str) -> Iterator[_Item]:
    for number, match in enumerate(_own_scopes(text, issuer)):
        if number >= 3:
            break
        yield from _items(match.group(1), match.start(1), "product.scope_rule", 2.4, match.span())
    for weight, method, pattern in _ZONES:
        for number, match in enumerate(pattern.finditer(text)):
            if number >= 40:
                break
            yield from _items(match.group(1), match.start(1), method, weight / (1 + 0.15 * number), match.span())
    yield from _listed(text, 40)


def _listed(text: str, most: int) -> Iterator[_Item]:
    """Items of `A、B、C等产品`."""
    for number, match in enumerate(_LISTED.finditer(text)):
        if number >= most:
            break
        begin = max(0, match.start() - 120)
        before = _LIST_BEFORE.search(text[begin : match.start()])
        if before:
            start = begin + before.start()
            yield from _items(before.group(), start, "product.list_rule", 2.0, (start, match.end()))


def product_spans(text: str) -> list[tuple[int, int]]:
    """Spans of products in the zones that name them, for any text: each zone's items, in order."""
    spans: set[tuple[int, int]] = set()
    for weight, method, pattern in _ZONES:
        for match in pattern.finditer(text):
            spans.update((i.start, i.end) for i in _items(match.group(1), match.start(1), method, weight, match.span()))
    spans.update((item.start, item.end) for item in _listed(text, 1_000))
    return sorted(spans)


def _own_scopes(text: str, issuer: str) -> list[re.Match[str]]:
    """The statements of the issuer's own scope of business, the surest first: near its name, behind 公司的."""
    found = []
    for match in _SCOPE.finditer(text):
        before = text[max(0, match.start() - 500) : match.start()]
        last = before.rfind(issuer)
        rest = before[last + len(issuer) :] if last >= 0 else before[-250:]
        others = sum(1 for _ in re.finditer(r"有限公司|合伙企业|研究院|[院所厂](?=[的系为是])", rest))
        weight = (
            3.0 * (last >= 0)
            + 4.0 * bool(re.search(r"(?:发行人|公司|本行)(?:目前|现)?的?$", before))
            - 1.5 * min(2, others)
        )
        weight += 1.0 * bool(re.search(r"(?:法定代表人|注册资本|住所|成立|邮编|网址|邮箱)[^\n]*\n[^\n]*$", before))
        if weight > 0:
            found.append((-weight, match.start(), match))
    return [match for _, _, match in sorted(found)]


def _items(passage: str, at: int, method: str, weight: float, zone: tuple[int, int]) -> Iterator[_Item]:
    stop = re.search(r"。(?!(?:一般|许可|兼营|主营)?经营项目|一般项目|许可项目)|[(]依法|[(]以上|[(]涉及|”", passage)
    passage = passage[: stop.start()] if stop and stop.start() > 4 else passage
    if method != "product.scope_rule":
        passage = _nouns(passage)
    position = 0
    flat = re.sub(r"[(][^()]*[)]", lambda match: "\x00" * len(match.group()), passage)
    parts = _SCOPE_SPLIT.split(flat) if method == "product.scope_rule" else _SPLIT.split(flat)
    for part in parts:
        where = flat.find(part, position) if part else position
        position = where + len(part)
        raw = part.split("\x00")[0] or part.replace("\x00", "")
        clean = _clean(raw)
        if clean is None:
            continue
        offset = at + where + max(0, part.find(clean))
        yield _Item(clean, weight, offset, offset + len(clean), method, zone)


def _clean(raw: str) -> str | None:
    """The item without the verbs around it (生产, 销售): a product or a service; None where it is neither."""
    value = raw.strip(_EDGE)
    for _ in range(3):
        before = value
        value = _HEAD.sub("", value)
        shorter = _TAIL.sub("", value)
        value = shorter if len(shorter) >= 3 or (len(shorter) == 2 and not value.endswith("产品")) else value
        value = value.strip(_EDGE)
        if value == before:
            break
    if not 2 <= len(value) <= LONGEST or _GENERIC.match(value) or _NOISE.search(value):
        return None
    return value if re.search(r"[\u4e00-\u9fff]|[A-Za-z]{2}", value) else None


def _nouns(passage: str) -> str:
    """The part of a zone that lists: its first clause, and the next ones while they list without verbs."""
    clauses = passage.split(",")
    kept = [clauses[0]]
    for clause in clauses[1:]:
        if "、" not in clause or _NOISE.search(clause.split("、")[0]):
            break
        kept.append(clause)
    return ",".join(kept)


_EDGE = " \t“”\"'《》·-—的"

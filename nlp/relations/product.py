"""PRODUCES: what a firm makes and sells, from prospectuses, annual reports and firms' own descriptions.

Reads the zones behind 主要产品, 主要从事, 主营业务 and 经营范围 of the firm that the document is about; items are weighed
by zone and by how often the document says them, the best 35 are kept. Writes Enterprise → Product, quoting the zone's
sentence; items of the scope of business are `inferred` (a licence is not a product). Limits: tables of revenue by
product are not read here; names longer than 20 signs are left out.
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
from nlp.relations.evidence import enterprise, fact
from nlp.relations.party import issuer_of

MOST = 35
LONGEST = 20

_SCOPE = re.compile(r"经营范围(?:为|是|包括|变更为)?[:]?([^\n]{6,900})")
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
        2.5,
        "product.business_rule",
        re.compile(
            r"(?:主要从事|专业从事|专注于|致力于|主营业务(?:为|是|包括|:)|主要业务(?:为|是|包括|:))([^。;\n]{3,200})"
        ),
    ),
)
_LISTED = re.compile(r"等(?:系列|多种|多个|[一二三四五六七八九十\d]+[大类种个])?(?:主要|主导)?产品")
_LIST_BEFORE = re.compile(r"[^。;,:\n、]*(?:、[^。;,:\n、]+)+$")
_SPLIT = re.compile(r"[、,;:。/]|以及|及其|(?<!普)及|和(?!谐)|与|或|(?:\d[.)]|[(]\d[)])|等")
_VERBS = (
    "研究|研发|研制|开发|设计|生产|制造|制作|加工|销售|经营|批发|零售|安装|调试|维修|维护|租赁|施工|承包|承接|从事|提供|组装|装配|代理|办理|发放|吸收|买卖|发行|服务|咨询|推广|运营|"
    "技术开发|技术服务|技术咨询|技术转让|自营|主营|兼营|收购|进出口|出口|进口|配套|集成|运输|仓储|供应|建设|投资|管理|检测|测试|培训|印刷|出版|养殖|种植|改造|总承包|购销"
)
_HEAD = re.compile(
    rf"^(?:(?:{_VERBS})(?=.{{2}})|的|以|为|了|用于|各类|各种|相关|主要|其|包括|公司|本公司|产品|从事|主营|国内外|国内|该|一系列|系列|其中|对|许可经营项目|一般经营项目|一般项目|许可项目)+"
)
_TAIL = re.compile(rf"(?:的)?(?:(?:{_VERBS})+|业务|等|产品|系列|领域|活动|为主|为核心|相结合)+$")
_NOISE = re.compile(
    r"^(?:公司|产品|服务|业务|技术|设备|材料|其他|商品|项目|客户|市场|行业|企业|国家|法律|法规|货物|自产|上述|系统|许可|配件|零部件|零配件|相关|客户|国际|国内|自有|资产|管理|工程|贸易|咨询|软件|研发|机械|行政|部门|批准)$"
    r"|审批|许可证|法律|法规|规定|禁止|除外|凭|批准|有效期|公司|股份|股东|发行|报告期|年度|%|第.节|详见|具体|可以|根据|依法|国家|不得|如下|方面|包括|目前|主要|行业|我国|客户|占|收入|利润|上述|本企业|本行|需要|以下|自营|项目的|经营|的$|是|已|将|能|于|被|为|从|在"
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
    if issuer is None:
        return []
    result = []
    for item in _best(reading.text, issuer):
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
        item.weight *= 1.0 + 0.35 * math.log1p(min(200, text.count(item.text)))
        item.weight *= 1.0 if len(item.text) <= 12 else 0.8
    return sorted(items.values(), key=lambda item: (-item.weight, item.start))[:MOST]


def _candidates(text: str, issuer: str) -> Iterator[_Item]:
    for number, match in enumerate(_own_scopes(text, issuer)):
        if number >= 2:
            break
        for item in _items(match.group(1), match.start(1), "product.scope_rule", 2.4, match.span()):
            yield item
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
    spans = set()
    for weight, method, pattern in _ZONES:
        for match in pattern.finditer(text):
            spans.update((i.start, i.end) for i in _items(match.group(1), match.start(1), method, weight, match.span()))
    spans.update((item.start, item.end) for item in _listed(text, 1_000))
    return sorted(spans)


def _own_scopes(text: str, issuer: str) -> Iterator[re.Match[str]]:
    """Statements of the scope of business that follow the issuer's own name or label, in the order of the text."""
    rest = []
    for match in _SCOPE.finditer(text):
        before = text[max(0, match.start() - 400) : match.start()]
        last = before.rfind(issuer)
        others = [m.end() for m in re.finditer(r"有限公司|合伙企业", before) if not before[: m.end()].endswith(issuer)]
        if last >= 0 and not any(end > last + len(issuer) for end in others):
            yield match
        elif re.search(r"(?:发行人|公司|本公司|本行)(?:的)?$", before):
            rest.append(match)
    yield from rest


def _items(passage: str, at: int, method: str, weight: float, zone: tuple[int, int]) -> Iterator[_Item]:
    stop = re.search(r"。|[(]依法|[(]以上|[(]涉及", passage)
    passage = passage[: stop.start()] if stop and stop.start() > 4 else passage
    position = 0
    flat = re.sub(r"[(][^()]*[)]", lambda match: "\x00" * len(match.group()), passage)
    for part in _SPLIT.split(flat):
        where = flat.find(part, position) if part else position
        position = where + len(part)
        raw = part.split("\x00")[0] or part.replace("\x00", "")
        clean = _clean(raw)
        if clean is None:
            continue
        offset = at + where + max(0, part.find(clean))
        yield _Item(clean, weight, offset, offset + len(clean), method, zone)


def _clean(raw: str) -> str | None:
    value = raw.strip(" \t“”\"'《》·-—")
    for _ in range(3):
        before = value
        value = _HEAD.sub("", value)
        shorter = _TAIL.sub("", value)
        value = shorter if len(shorter) >= 2 else value
        value = value.strip(" \t“”\"'《》·-—的")
        if value == before:
            break
    if not 2 <= len(value) <= LONGEST or _NOISE.search(value) or not re.search(r"[\u4e00-\u9fffA-Za-z]", value):
        return None
    return value

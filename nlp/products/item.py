"""Items of a passage that lists products: split, without the verbs around them (生产, 销售), offsets kept.

Reads the zones of product statements (`LIST_ZONES`), lists `A、B等产品` and a firm's own scope of business. Writes
`Item`s; what is too general (设备, 服务), a clause, a place of use or longer than 20 signs is left out. Limits: a head
shared by two items (压缩、液化天然气加气站设备) is given to the last one only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.foundation.words import load_words

LONGEST = 20
SCOPE_METHOD = "product.scope_rule"

_SCOPE = re.compile(r"(?:经营范围|营业范围)(?:为|是|包括|变更为)*[:“]?((?:[^\n]|(?<=[;,、:])\n(?!\d|[(])){6,900})")
LIST_ZONES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "main",
        "product.main_rule",
        re.compile(
            r"(?:主要|主导|核心|主营)产品(?:和服务|及服务|或服务)?(?:为|包括|有|是|涵盖|分为|:)(?:了)?([^。;\n]{3,260})"
        ),
    ),
    ("kinds", "product.main_rule", re.compile(r"产品(?:主要)?(?:包括|分为|有|涵盖)([^。;\n]{3,200})")),
    (
        "business",
        "product.business_rule",
        re.compile(
            r"(?:主要从事|专业从事|专注于|致力于|主营业务(?:为|是|包括|:)|主要业务(?:为|是|包括|:))([^。;\n]{3,200})"
        ),
    ),
)
"""Kind, method and pattern of the zones that list what a firm makes or does."""

_LISTED = re.compile(
    r"等(?:(?:系列|研究|经营|组装|多种|多个|[一二三四五六七八九十\d]+[大类种个])?(?:主要|主导)?产品"
    r"|(?:多种|各类|各种|全系列|系列)[^,。;、\n的]{2,8}(?:设备|装置|系统|仪器|材料|器件|部件|制品|药品|服务))"
)
_LIST_BEFORE = re.compile(r"[^。;,:\n、]*(?:、[^。;,:\n、]+)+$")
_ETC = r"等(?!离子|级|截|距|宽|厚|强|容|渗|熔|精|角|边|温|静|压|电位|速|高|轴|径|同|于|额|效|待|比)"
_SPLIT = re.compile(
    rf"(?<![A-Z\d])[、](?![A-Z]群)|(?<=[A-Z\d])、(?![A-Z]\d*[、群型族])|[,;:。]|(?<![A-Z])/|/(?![A-Z])|以及|(?:\d[.)]|[(]\d[)])|{_ETC}"
)
_JOINED = re.compile(r"及其|(?<!普)及|和(?!谐)|与|或")
_SCOPE_SPLIT = re.compile(rf"[、,;:。]|以及|(?:\d[.)]|[(]\d[)])|{_ETC}|(?<=.{{7}})[和与及](?=.{{5}})")
_DEEDS = (
    "研究|研发|研制|开发|生产|制造|制作|加工|销售|经营|批发|零售|从事|提供|组装|装配|购销"
    "|进出口|出口|进口|兼营|自营|主营|设计|安装|"
    "维修|维护|调试|办理|推广|运营|供应|承接|承揽|技术开发|技术研发|批零|收购|经销"
)
_HEAD = re.compile(
    rf"^(?:(?!制造执行|加工中心|销售终端|设计软件)(?:{_DEEDS})(?=.{{2}})|的|以|为|了|用于|各类|各种|各式|相关|主要|其(?![他它])|包括|公司|本公司"
    rf"|产品|主营|国内外|国内|该|一系列|系列|其中|对(?!二|苯|位|讲)|"
    r"和(?!谐)|与|许可经营项目|一般经营项目|一般项目|许可项目|拥有|分为|有(?![机色源])|涵盖|新型(?=.{4})|高性能(?=.{4}))+[:]?"
)
_TAIL = re.compile(
    r"(?:[壹贰叁一二三]级(?:资质)?|的(?:制造|生产|加工|研发|设计|销售)[与和及](?:.{2})?|(?:的)?(?:研究|研发|研制|开发|生产|制造|加工|销售|经营|批发|零售|购销|进出口|出口|业务|等"
    r"|系列|系列产品|领域|活动|为主|为核心|相结合|[内外直]销|的研发设计|的研究发展|的设计研发|"
    r"及相关产品|的设计|的服务|的安装|的技术服务|[两二三四五六七八九]?[大个]类产品|等?[两二三四五六七八九]大?类|[两三四五六]大系列|类产品|产品))+$"
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
    r"^[两一二三四五六七八九十多各几]+[大个]?[类种]|审批|许可证|法律|法规|规定|禁止|除外|凭|批准|有效期|公司(?!银行|金融|业务|债)|股份|股东|报告期|年度|%"
    r"|发行(?=[人股前后价费数上]|$)|第.节|详见|具体|可以|根据|依法|不得|如下|方面|包括|目前|主要|行业|我国|"
    r"占|收入|利润|上述|本企业|本行|需要|以下|自营|项目的|的$|[是已将于被为较使]|能[够使在为]|可能|(?<![马雷])达(?=[到成产])|从(?!动)|在(?!线)|万元"
    r"|亿元|\d月|\d年|此外|因此|同时|积极|加强|完善|采取|进行|结合(?!疫苗|剂|料|件|蛋白|器)|确立|构筑|通过(?!式)|之[一间]|"
    r"有利|提高|提升(?![机器泵])|实现|由于|随着|任何|其他|其它|有关|相对|更好|受(?![电体话])"
    r"|不(?![锈粘饱透干定燃]|间断|停电)|也|均(?![质衡热压流])|都|并(?!网)|且|而|所|各"
    r"|战略|政策|地位|优势|募集|客户(?!端|关系管理)|厂家|厂商|企业(?!债|管理软件|年金|贷款)|供应商|规格|型号|品种|多年"
    r"|[一二三四五六七八九十几多]款|"
    r"要求|情况|因素|关系(?!管理)|水平(?![仪尺井])|特点|标准(?![件气仪源]|物质)|认定|工艺(?!品)|流程|模式|募投|股权|管理层|原材料|辅料"
    r"|\d+[款项个种]|名称|变更|手续|增加|保持(?![架器])|方式|体系|研究院|协会"
)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a passage with its span, and the span of the passage that a fact quotes."""

    text: str
    start: int
    end: int
    method: str
    zone: tuple[int, int]


def listed(text: str, most: int) -> Iterator[tuple[str, int, int]]:
    """The first passages `A、B、C等产品`: the list, where it begins, and where the words behind it end."""
    for number, match in enumerate(_LISTED.finditer(text)):
        if number >= most:
            break
        begin = max(0, match.start() - 120)
        before = _LIST_BEFORE.search(text[begin : match.start()])
        if before:
            yield before.group(), begin + before.start(), match.end()


def product_spans(text: str) -> list[tuple[int, int]]:
    """Spans of products in the zones that name them, for any text: each zone's items, in order."""
    spans: set[tuple[int, int]] = set()
    for _, method, pattern in LIST_ZONES:
        for match in pattern.finditer(text):
            spans.update((item.start, item.end) for item in items(match[1], match.start(1), method, match.span()))
    for passage, start, end in listed(text, 1_000):
        spans.update((item.start, item.end) for item in items(passage, start, "product.list_rule", (start, end)))
    return sorted(spans)


def own_scopes(text: str, issuer: str) -> list[re.Match[str]]:
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


def items(passage: str, at: int, method: str, zone: tuple[int, int]) -> Iterator[Item]:
    """The items of a passage that begins at `at`; `zone` is the span that a fact of them quotes."""
    stop = re.search(r"。(?!(?:一般|许可|兼营|主营)?经营项目|一般项目|许可项目)|[(]依法|[(]以上|[(]涉及|”", passage)
    passage = passage[: stop.start()] if stop and stop.start() > 4 else passage
    if method != SCOPE_METHOD:
        passage = _nouns(passage)
    flat = re.sub(r"[(][^()]*[)]", lambda match: "\x00" * len(match.group()), passage)
    scope = method == SCOPE_METHOD
    for start, part in _parts(_SCOPE_SPLIT if scope else _SPLIT, flat):
        joined = list(_parts(_JOINED, part))
        pieces = [(start, part)] if scope else [(start + within, piece) for within, piece in joined]
        if len(joined) == 2 and len(joined[0][1]) <= (6 if scope else 3) and not load_words().head(joined[0][1]):
            # 测量与控制仪器 is one name or two: which one is left to the score
            pieces = [(start, part), *((start + within, piece) for within, piece in joined)]
        for where, piece in pieces:
            raw = piece.split("\x00")[0] or piece.replace("\x00", "")
            clean = _clean(raw)
            if clean is not None:
                offset = at + where + max(0, piece.find(clean))
                yield Item(clean, offset, offset + len(clean), method, zone)


def _parts(separator: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """The parts between separators with where they begin."""
    start = 0
    for match in separator.finditer(text):
        yield start, text[start : match.start()]
        start = match.end()
    yield start, text[start:]


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
    if not 2 <= len(value) <= LONGEST or _GENERIC.match(value) or _NOISE.search(value) or HALF.match(value):
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


HALF = re.compile(
    r"[化型类性式者率量度他它](?!工|学|肥|妆|纤|材|钢|脂|能|样|子|具|油|石|疗|验)|[^(]*[)]|[^“]*”|[)”》、]|[^《]*》"
)
"""How a piece of a name begins that is no name."""
_EDGE = " \t\n“”\"'《》·-—的"

"""Parameters that a firm states of its own products in running text: 公司模具精度可达±0.002mm.

A figure with a technical unit counts where its sentence is about the document's own firm, its name ends in a word for
a measure, and the sentence names the product: made by the firm (公司研发的P,…), before the name (P精度), behind the
figure (生产剪切宽度1250毫米的P), or last named before in the same sentence. Figures that others reach (行业, 国内同类),
conditions (在…环境下) and what stands in brackets behind 水平 or 标准 are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nlp.filing import Filing
from nlp.requirement.naming import name_before
from nlp.requirement.quantity import EQUAL, Quantity, find_quantities

UNIT = (
    r"[kMGT]?Pa|[nμmckd]?m|[μmk]?g|[mk]?N|N[·.]?m|℃|°C|[mkM]?V|[μmk]?A|[mMkGμ]?W|[kMGT]?Hz|HRC|HV|HB|dB(?:\(A\))?|r/min|rpm"
    r"|[mμnp]s|[mkM]?Ω|[μnp]F|k?m/[hs]|m/min|g/cm3|g/m2|N/mm2?|W/.*|[kMG]bps|ppm|mAh|Ah|Wh/k?g|Wh/L|lm|lm/W|L/min|m3/h|kg/m3|nm"
)
_PHYSICAL = re.compile(f"(?:{UNIT})")
_HINT = re.compile(
    r"\d\s?(?:[nμuckmd]?m(?![A-Za-z])|毫米|微米|纳米|厘米|℃|度|[kMG]?Pa|dB|[kMG]?Hz|转|rpm|r/min|[kMmu]?W|千瓦|ppm|k?m/[hs]|公里/小时"
    r"|[kMG]bps|[kmM]?V(?![A-Za-z])|伏|Ω|mA|安|g/|N|HRC|HV|[mμun]s(?![A-Za-z])|毫秒|微秒|克|牛|吨|人|万?次)"
)
_MEASURE = re.compile(
    r"(?:精度|粗糙度|寿命|R角|功率|效率|电压(?:范围)?|电流|频率|压力|温度|尺寸|[直孔外内线]径|[厚宽长高深硬强密速幅光]度|重量|转速|扭矩|噪[声音]"
    r"|[延时]迟|时[延间]|误差|分辨率|容量|水分|含量|纯度|电阻|阻抗|流量|行程|[载负]荷|负载|波长|带宽|灵敏度|线宽|公差|量程|载客量|误码率|损耗)$"
)
_MADE = re.compile(
    r"(?:研发|开发|研制|生产|设计|推出|制造)+(?:并[^,。;]{2,6})?(?:出了?|了|的)(?P<product>[^,。;:、]{2,40}?)"
    r"(?=[,。;:]|代表|达到|采用|具有|具备|可(?:达|实现|自动|将|在)|能够|已(?:达|获|经|在)|均(?:为|达)|在[国全])"
)
_BEHIND = re.compile(
    r"的?(?:[^,。;]{0,16}的)?(?:高速|新型|高精度)?(?:[(][^()]{0,30}[)])?的?(?P<product>[\u4e00-\u9fffA-Za-z]{2,12})(?=[,。;])"
)
_MAKES = re.compile(r"(?:生产|制造|开发|研制|提供)$")
_SUITS = re.compile(r"(?P<product>[\u4e00-\u9fffA-Za-z]{4,20}?)(?:可以?|能够?)?(?:自动|灵活)?(?:适配|覆盖|支持|兼容)$")
_SUITED = re.compile(r"(?:(?:不同|各类|多种|等级|级别)*的?)(?P<name>[\u4e00-\u9fff]{4,8}?)(?=[,。;])")
_OTHERS = re.compile(
    r"(?:行业|同类|同行|国外|国内|市场|传统|普通|对手|平均|标准)(?:的|平均|产品|水平|标准)*(?:为|约|在)?$"
)
_NORM = re.compile(r"(?:水平|标准|要求|规定)[(][^()]*$")
_CONDITION = re.compile(r"[^,。;]{0,14}(?:环境|条件|工况|温度|情况|状态|前提)下")
_NOT = re.compile(
    r"拟|计划|将建|募投|募集资金|项目|采购|消耗|排放|厂界|噪声[^,]{0,6}标准|检测结果|设计时速|竞争对手|客户要求|不能|未能|未来|预计|如果|若|规定|政策"
)
_OWN_PART = re.compile(r"^(?:公司|本公司|发行人|该项?|其|其中|主要|目前|现有|主导|产品|的|技术|可|将|使)+")
# the firm, or what takes a part of its products out, stands directly before the product
_LEADS = re.compile(r"(?:公司|发行人|其中|产品中|[将使对])(?:的|生产的|该项技术)?(?=[\u4e00-\u9fff])")
_MODIFIER = re.compile(r"(?:表面|最[大小高低长短]|额定|使用|循环|加工|定位|尺寸|重复|工作|输出|输入|测量|整体|的)+$")
_RUN_IN = re.compile(r"(?:目标|指标)?(?:已经?|均|都|现已?)?$")
_NO_PRODUCT = re.compile(
    r"^(?:产品|系列|设备|技术|系统|装置|该|其|上述|多款|公司.*|.*(?:水平|要求|过程|方面))$|^[\d.]|项目|技术$"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A parameter: product, name, figure, and the sentence's span in the reading."""

    product: str
    name: str
    quantity: Quantity
    span: tuple[int, int]


def stated(filing: Filing) -> Iterator[Stated]:
    """All parameters that the document's firm states of its products, in order."""
    done = 0
    for hint in _HINT.finditer(filing.text):
        if hint.start() < done:
            continue
        start, end = filing.reading.sentence(hint.start(), hint.end(), 600)
        done = end
        sentence = re.sub(r"(?<![A-Za-z])R[az](?=\d)", "  ", filing.text[start:end])
        if _NOT.search(sentence):
            continue
        yield from _read(filing, sentence, (start, end))


def _read(filing: Filing, sentence: str, span: tuple[int, int]) -> Iterator[Stated]:
    product, floor = None, 0
    for quantity in find_quantities(sentence):
        before = sentence[floor : quantity.start]
        named = name_before(sentence, quantity.start, floor, False, True)
        after = floor
        floor = quantity.end
        subjects = filing.subject(span[0], span[0] + quantity.start)
        if len(subjects) != 1 or not subjects[0].own or _left(sentence, quantity, before):
            continue
        suits, suited = _SUITS.search(before), _SUITED.match(sentence, quantity.end)
        if suits and suited:
            own = _OWN_PART.sub("", suits["product"])
            yield Stated(own, suited["name"], quantity, span)
            continue
        if named:
            named = (named[0], named[0] + len(_RUN_IN.sub("", sentence[slice(*named)])))
        name = sentence[slice(*named)] if named else ""
        unit = _PHYSICAL.fullmatch(quantity.unit) or (quantity.unit in ("次", "人") and _MEASURE.search(name))
        if named is None or not unit:
            continue
        product = _product(sentence, quantity, after, named) or product
        name = _without(name, product)
        if product and _MEASURE.search(name) and len(name) <= 20 and not _NO_PRODUCT.search(product):
            yield Stated(product, name, _as_stated(sentence, quantity), span)


def _left(sentence: str, quantity: Quantity, before: str) -> bool:
    """Whether the figure is another's, a norm's or a condition's."""
    return bool(
        quantity.change
        or _OTHERS.search(before)
        or _NORM.search(sentence, 0, quantity.start)
        or _CONDITION.match(sentence, quantity.end)
    )


def _product(sentence: str, quantity: Quantity, floor: int, named: tuple[int, int]) -> str | None:
    """The product that the sentence names at this figure; None where the last one goes on."""
    behind = _BEHIND.match(sentence, quantity.end)
    if behind and re.search(r"(?:生产|制造|开发|研制|提供)[^,。;的]{0,12}$", sentence[floor : named[1]]):
        return behind["product"]
    lead = _LEADS.search(sentence[max(0, named[0] - 6) : named[0]] + sentence[slice(*named)])
    measure = _MEASURE.search(name := sentence[slice(*named)])
    own = _OWN_PART.sub("", _MODIFIER.sub("", name[: measure.start()])) if measure else ""
    made = list(_MADE.finditer(sentence, 0, named[0]))
    if lead and len(own) >= 2:
        return own
    if made:
        return _head(made[-1]["product"])
    return None


def _head(product: str) -> str:
    """The product without what stands before its last 的 or closing quote."""
    return re.split(r"的(?=.{2})", product)[-1].strip('“”"')


def _without(name: str, product: str | None) -> str:
    name = _OWN_PART.sub("", re.sub(r"^.*(?:生产|制造|提供|研制)(?=.{2})", "", name))
    rest = name.removeprefix(product) if product else name
    return rest.lstrip("的") if len(rest) >= 2 else name


def _as_stated(sentence: str, quantity: Quantity) -> Quantity:
    """What is reached is told, not asked for: 可达 says a value, 以上 and 低于 say a bound."""
    said = sentence[quantity.start : quantity.end]
    bound = re.search(r"[≥≤<>]|以[上下内]|超过|[大小高低多少优]于|至少|不|最[多少]", said)
    return quantity if bound or quantity.value_max is not None else replace(quantity, operator=EQUAL)

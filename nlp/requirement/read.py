"""Targets of a technical requirement: name, operator, value, unit, test method, and the words that say so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.values.unit import COUNTS, MONEY, find_unit
from nlp.requirement.method import method_of
from nlp.requirement.naming import name_after, name_before
from nlp.requirement.quantity import RANGE, Quantity, find_quantities
from nlp.requirement.wanted import ASKED, TOLD, Wanted, wanted
from nlp.text import normalise


@dataclass(frozen=True, slots=True)
class Target:
    """One asked-for figure; `quote == text[start:end]` in the text that was read, `value_max` only for a range.

    `method` is the standard or procedure of its test, where its sentence names one.
    """

    name: str
    operator: str
    value: float
    value_max: float | None
    unit: str | None
    quote: str
    start: int
    end: int
    method: str | None = None


_NOT_TECHNICAL = re.compile(
    r"投[资入]|资金|预算|经费|产值|利润|销售|收入|利税|人员|员工|职工|职称|博士|硕士|教授|专家|学历|"
    r"占地|建筑面积|注册|"
    r"周期内|电话|邮编|合同|售价|市场占有|就业|工期|专利号|编号|款|项目期|[甲乙丙]方"
)
_LAND = frozenset(("亩", "hm2"))
_TIMES = frozenset(("s", "min", "h", "d", "周"))
_DURATION = re.compile(r"时[间长效延]|寿命|周期|期$|速度|耗时|历时|响应|延迟")
_LASTING = re.compile(r"寿命|质保|保质|使用期|年限|周期|保存|有效期|耐久|储存|贮存|运行|服役|免维护|货架|不[变退褪锈]")
_RESULT = re.compile(
    r"专利|标准|论文|著作权|软著|新?品[种系]|样机|产品|生产线|示范|菌[株种]|型号|工艺|配方|数据库|"
    r"规程|规范|通道|接口|"
    r"路数|轴数?|级|层|数量|次数|数$"
)
# ①5 would be 15 in normal form
_BULLETS = dict.fromkeys(range(0x2460, 0x2474), "\n")
_PEOPLE = frozenset(("人", "名", "岁", "家", "户", "位", "亩地"))
_VERB = re.compile(
    r"(?:申请|授权|获得?|形成|发表|开发|研制|研发|培育|制定|完成|设计|配备|提供|产生|实现|承受|满足|"
    r"达到|建立|建成|(?<![耗节性功])能|可|要|"
    r"产出|输出|读出|[在于经过用])+$"
)
_CONDITION = re.compile(r"[^,。;、\n]{0,8}(?:条件|情况|工况|环境|状态|前提|温度|压力)下(?!降)|\s?(?:时|下)[,，]")
_ALTERNATIVE = re.compile(r"\s?(?:或者?|和|及|、|/|[降减缩下提增延升](?:[低少短高加长升])?[到至为])?\s?")
_STATED = re.compile(r"[(\[]?(?P<unit>[A-Za-zμΩ%℃°Å][A-Za-z\d/·μΩ%°]*(?:\([A-Z]\))?|毫米|微米|小时|分钟)[)\]]?\s?:?$")
_ENDED = re.compile(r"\s*(?:[,;。:、()\n和及与或的范之/]|$)")
_OUTPUT = re.compile(r"[件项篇个种套台条部株]")

Span = tuple[int, int]


def read_targets(text: str) -> list[Target]:
    """All targets of a requirement's text, in order. Offsets count code points of `text`."""
    plain = normalise(text.translate(_BULLETS))
    sections = wanted(plain.text)
    found: list[Target] = []
    figures = list(find_quantities(plain.text))
    floor, last = 0, None
    for place, quantity in enumerate(figures):
        following = figures[place + 1].start if place + 1 < len(figures) else len(plain.text)
        name = _name(plain.text, quantity, floor, following, last)
        unit = _unit(quantity, plain.text, floor, name)
        before, floor, last = floor, quantity.end, name
        if name is None or not _is_target(plain.text, quantity, name, unit, sections):
            continue
        first = name[0] if floor - name[0] < 60 else quantity.start
        start, end = plain.original(min(first, quantity.start), max(name[1], quantity.end))
        found.append(
            Target(
                plain.text[name[0] : name[1]],
                quantity.operator,
                quantity.value,
                quantity.value_max,
                unit or None,
                text[start:end],
                start,
                end,
                method_of(plain.text, quantity.start, quantity.end, before, following),
            )
        )
    return found


def _name(text: str, quantity: Quantity, floor: int, following: int, last: Span | None) -> Span | None:
    if last is not None and _ALTERNATIVE.fullmatch(text[floor : quantity.start]):
        return last
    over_comma = quantity.explicit and (not quantity.weak or quantity.operator == RANGE)
    name = name_before(text, quantity.start, floor, over_comma, quantity.explicit)
    if name is not None and not _VERB.search(text[name[0] : name[1]]):
        return name
    counted = quantity.unit and _OUTPUT.match(quantity.unit)
    of = text[quantity.end - 1 : quantity.end] in "上下" or text.startswith(("的", "("), quantity.end)
    if not (counted or of):
        return None
    later = name_after(text, quantity.end)
    return later if later and later[1] <= following else None


def _is_target(text: str, quantity: Quantity, name: Span, unit: str, sections: Wanted) -> bool:
    asked = sections.at(quantity.figure)
    if asked == TOLD or _was(text, quantity) or _CONDITION.match(text, quantity.end):
        return False
    word = text[name[0] : name[1]]
    around = word + text[quantity.end : quantity.end + 6]
    if _NOT_TECHNICAL.search(word) or unit in MONEY or unit in _PEOPLE:
        return False
    if unit in ("年", "月", "周") and not _LASTING.search(around):
        return False
    if quantity.explicit and not quantity.weak:
        return True
    if asked != ASKED:
        return False
    if quantity.explicit:
        return True
    if unit in _LAND or (unit in _TIMES and not _DURATION.search(around)):
        return False
    ended = bool(_ENDED.match(text, quantity.end))
    if unit in COUNTS:
        return ended or bool(_RESULT.search(around))
    return ended and (bool(unit) or quantity.operator == RANGE)


def _was(text: str, quantity: Quantity) -> bool:
    """The first figure of 由75%左右降至12%, 从10mm提高到12mm: how it was."""
    lead = text[max(0, quantity.start - 12) : quantity.start]
    tail = text[quantity.end : quantity.end + 12]
    return bool(
        re.search(r"[由从](?!于)[^,。;\n]*$", lead) and re.match(r"[^,。;\n]{0,10}(?:[到至为]|提高|降|增|减|缩)", tail)
    )


def _unit(quantity: Quantity, text: str, floor: int, name: Span | None) -> str:
    """The unit, also where it stands before its figure: dB(A):≤80.

    度 is a degree of heat, a kilowatt-hour or an angle, by what it is said of.
    """
    if not quantity.unit:
        stated = _STATED.search(text, max(floor, quantity.start - 20), quantity.start)
        own = find_unit(text, stated.start("unit")) if stated else None
        return own.symbol if own and own.symbol not in COUNTS else ""
    if not quantity.unit.startswith("°"):
        return quantity.unit
    word = text[name[0] : name[1]] if name else ""
    if re.search(r"温|热|冷", word):
        return quantity.unit.replace("°", "℃", 1)
    if re.search(r"能耗|耗能|电", word + text[max(floor - 12, 0) : quantity.figure]):
        return quantity.unit.replace("°", "kWh", 1)
    return quantity.unit

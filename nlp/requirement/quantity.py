"""Figures with their comparison: ≥170mAh/g, 不超过 2.2KW, 12%~15%, 25±2℃, 降至450度以下, 10mm左右.

Works on text in NFKC form. It says how a figure compares, not whether anybody asks for it: see `wanted`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from kg.values.date import find_dates
from kg.values.numeral import chinese_number
from kg.values.unit import COUNTS, Unit, comparable, converted, converted_difference, find_unit

LESS, AT_MOST, EQUAL, AT_LEAST, MORE, RANGE, ABOUT = "<", "<=", "=", ">=", ">", "range", "approx"

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_POWER = r"(?:\s?[×xX*]\s?10\s?\^?\s?(?P<power{0}>[-−]?\d{{1,2}}))?"
_SCALE = r"\s?(?P<scale{0}>百万|千万|十万|万亿|[万亿])?"
_HAN = "[一二三四五六七八九十百千两]+"
_FIGURE = re.compile(
    rf"(?P<pm>±|\+/-|\+-|正负)?\s?(?P<sign>(?<![A-Za-z\d)])[-−])?(?<![A-Za-z\d.#_])(?<!\d/)(?<![A-Za-z\d][-_~–])"
    rf"(?:百分之(?P<cent>{_HAN}|{_NUMBER})|(?P<low>{_NUMBER}){_POWER.format(1)}{_SCALE.format(1)}|(?P<han>{_HAN}))"
)
_TO = re.compile(r"\s?(?:[-–—−~∼至到]|-{2,3}|—{2}|\.{2,3}|…)\s?(?:\+)?(?=[-−]?\d)")
_TOLERANCE = re.compile(r"\s?(?:±|\+/-|\+-|正负)\s?(?=\d)")
_HIGH = re.compile(rf"(?P<sign>[-−]?)(?P<high>{_NUMBER}){_POWER.format(2)}{_SCALE.format(2)}")
_NO_FIGURE = re.compile(
    r"[A-Za-zⅠ-Ⅻ]|\s?(?:#|号|年代|年[\d初底末前后]|月\d|世纪|维|期|多?[亿万]?元|多[亿万]|中全会|强(?![度化])|"
    r"五规划|余|多[个家名条万台套])|/\d|:\d|\.\d"
)

_BEFORE = (
    (
        AT_LEAST,
        r"≥|≧|⩾|>=|=>|大于(?:或|且)?等于|(?:不[得能应可会宜要]?|无)(?:低于|小于|少于|短于|次于|低|小|"
        r"少)|至少|起码|最少|最低(?:为|达到?)?|不亚于",
    ),
    (
        AT_MOST,
        r"≤|≦|⩽|<=|=<|小于(?:或|且)?等于|(?:不[得能应可会宜要]?|无)(?:高于|大于|超过|多于|超出|长于|超|"
        r"高|大|多)|至多|最多|最长(?:为)?|最高不超过?|控制到|以不超过",
    ),
    (MORE, r">|高于|大于|超过|超出|多于|长于|高出|超(?=\s?\d)|突破"),
    (LESS, r"<|低于|小于|少于|短于|低过"),
)
_BETTER = r"优于|好于|高于或等于"
_RISE = (
    r"(?:提高|提升|增加|增长|增大|上升|延长|扩大|升高|升)[到至为达]|(?:可|能|要|应|需|须|均|都)?达到?(?:了)?|"
    r"不止|可耐|耐受"
)
_FALL = r"(?:降低|减少|下降|缩短|减小|减轻|压缩|缩小|下调|减|降|缩)[到至为]"
_HOLD = r"(?:严格)?(?:控制|保持|维持|稳定|限制|设定)在|控制|在|为|是|[:=]|等于|约为?|大约|大概|近|均|都|接近|左右"
_SUFFIX = (
    (AT_LEAST, r"(?:\s?[及或和]\s?)?以上|\(?含\)?以上|及更高|或更高|起步|起(?![动重始点])|↑"),
    (AT_MOST, r"(?:\s?[及或和]\s?)?(?:以下|以内)|之内|及更低|或更低|范围内|(?<=[%mgts米秒时钟天])内(?![部径])|↓"),
    (ABOUT, r"左右|上下|前后"),
)
_CHANGE = re.compile(
    r"(?P<verb>提高|提升|增加|增长|增大|上升|延长|扩大|降低|减少|下降|缩短|节约|节省|减小|减轻|减低|"
    r"增强|压缩|缩小|增产|节能|降耗|减重|减排|增重|改善|递增)(?P<of>率|幅度|量)?(?:了|约|近|达到?|"
    r"至少|超过|不低于|不少于|不小于|大于|≥|>|:|为)*\s?$"
)
_EXPLICIT = re.compile(
    r"(?:(?P<ge>{})|(?P<le>{})|(?P<gt>{})|(?P<lt>{})|(?P<better>{})|(?P<rise>{})|(?P<fall>{})|(?P<hold>{}))\s?$".format(
        *(pattern for _, pattern in _BEFORE), _BETTER, _RISE, _FALL, _HOLD
    )
)
_GROUPS = {"ge": AT_LEAST, "le": AT_MOST, "gt": MORE, "lt": LESS, "rise": AT_LEAST, "fall": AT_MOST}
_PARTS = (("sign", "low", "power1", "scale1"), ("sign", "high", "power2", "scale2"))
_SCALES = {"十万": 5, "百万": 6, "千万": 7, "万亿": 12, "万": 4, "亿": 8}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A compared figure. It stands at start:end with its comparison, its first digit at `figure`.

    `explicit` says that a sign or word compares it (else it merely stands there), `weak` that the word may
    tell as well as ask (达到, 约, 提高); `change` is the verb of a figure
    that is a difference (降低15%); `value_max` is set where the operator is `range`.
    """

    start: int
    figure: int
    end: int
    operator: str
    value: float
    value_max: float | None
    unit: str
    explicit: bool
    weak: bool = False
    change: str = ""


def find_quantities(text: str) -> Iterator[Quantity]:
    """All figures with a unit or a comparison, in order, not overlapping; dates and numbers of standards left out."""
    dates = [(date.start, date.end) for date in find_dates(text)]
    closed = sorted([*dates, *(hit.span() for hit in _STANDARD.finditer(text))])
    at = passed = shut = 0
    for hit in _FIGURE.finditer(text):
        while passed < len(closed) and closed[passed][0] <= hit.start():
            shut = max(shut, closed[passed][1])
            passed += 1
        if hit.start() < max(at, shut):
            continue
        found = _read(text, hit, at)
        if found is not None:
            at = found.end
            yield found


_STANDARD = re.compile(
    r"(?:GB|GJB|JB|HG|YB|YS|DL|QC|TB|NY|SJ|DB|ISO|IEC|EN|ASTM|DIN|JIS|IEEE|Q)(?:\s?/\s?[A-Z]{1,4})?\s?\d[\d.]*(?:\s?[-—–]\s?\d{2,4})?"
    r"|(?:ZL|CN)\s?\d{8,}(?:\.[\dX])?|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
)


def _read(text: str, hit: re.Match[str], floor: int) -> Quantity | None:
    low = _value(hit, 0)
    if low is None:
        return None
    end, cent = hit.end(), bool(hit["cent"])
    unit = None if cent else _unit(text, end)
    end = unit.end if unit else end
    high: Decimal | None = None
    if hit["pm"]:
        low, high = -low, low
    elif step := _TOLERANCE.match(text, end):
        second = _HIGH.match(text, step.end())
        if second is not None:
            spread, own = _value(second, 1) or Decimal(0), _unit(text, second.end())
            around = _spread(low, spread, unit, own)
            if around is None:
                return None
            low, high, end = low - around, low + around, second.end()
            unit, end = (unit or own, own.end) if own else (unit, end)
    elif (step := _TO.match(text, end)) and (second := _HIGH.match(text, step.end())):
        upper = _value(second, 1)
        after = _unit(text, second.end())
        if upper is not None and second["scale2"] and not hit["scale1"] and not unit:
            low = low.scaleb(_SCALES[second["scale2"]])
        lower = _as(low, unit, after)
        if (
            upper is None
            or lower is None
            or upper <= lower
            or (unit and not after and text[second.end() : second.end() + 1].isalnum())
        ):
            return None
        low, high, end = lower, upper, second.end()
        unit, end = (after, after.end) if after else (unit, end)
    symbol = "%" if cent else unit.symbol if unit else ""
    if (not unit and not cent and _NO_FIGURE.match(text, end)) or (unit and re.match(r"[A-Za-z]", text[end:])):
        return None
    return _compared(text, hit, floor, end, (low, high), symbol)


def _as(value: Decimal, unit: Unit | None, other: Unit | None) -> Decimal | None:
    """A range's lower figure in the unit of its upper one (800mm~1.2m); None where the two do not go together."""
    if unit is None or other is None or unit.symbol == other.symbol:
        return value
    return _short(converted(float(value), unit.symbol, other.symbol)) if comparable(unit.symbol, other.symbol) else None


def _spread(value: Decimal, spread: Decimal, unit: Unit | None, own: Unit | None) -> Decimal | None:
    """A tolerance in the unit of its figure: 1m±5mm, 25℃±2K, and parts of it: 220V±10%."""
    if unit is None or own is None or unit.symbol == own.symbol:
        return spread
    if comparable(own.symbol, unit.symbol):
        return _short(converted_difference(float(spread), own.symbol, unit.symbol))
    return abs(value) * spread / 100 if own.symbol == "%" else None


def _short(value: float) -> Decimal:
    """Twelve digits: what conversion adds in the last places of a float nobody wrote."""
    return Decimal(f"{value:.12g}")


def _compared(
    text: str, hit: re.Match[str], floor: int, end: int, values: tuple[Decimal, Decimal | None], unit: str
) -> Quantity | None:
    per = _PER.search(text, max(floor, hit.start() - 6), hit.start())
    time = find_unit(text, per.start("unit")) if per else None
    if per and time:
        unit = f"{unit}/{time.symbol}"
    start, operator, explicit, weak, change = _before(text, per.start() if per else hit.start(), floor)
    for after, pattern in _SUFFIX:
        tail = re.compile(rf"\s?(?:\(含\))?(?:{pattern})").match(text, end)
        if tail:
            operator, explicit, end = (operator if operator in (LESS, MORE) else after), True, tail.end()
            weak = weak and after == ABOUT
            break
    low, high = values
    if high is not None:
        operator = RANGE
    if not unit and (weak or hit["han"] or not explicit) and high is None:
        return None
    if hit["han"] and (
        "\n" in text[start:end] or not (explicit or (unit in COUNTS - _KINDS and _ENDS.match(text, end)))
    ):
        return None
    bounds = float(low), None if high is None else float(high)
    if not all(isfinite(bound) for bound in bounds if bound is not None):
        return None  # hundreds of digits: a damaged text, no figure
    return Quantity(start, hit.start(), end, operator, *bounds, unit, explicit, weak, change)


def _before(text: str, at: int, floor: int) -> tuple[int, str, bool, bool, str]:
    """Of the comparison before a figure: where it begins, operator, whether it is one, a weak one, a change's verb."""
    start, operator, explicit, weak = at, EQUAL, False, True
    while hit := _EXPLICIT.search(text, max(floor, start - 12), start):
        kind = hit.lastgroup or ""
        if kind == "hold":
            if not explicit and re.search(r"约|近|大概", hit[kind]):
                operator, explicit = ABOUT, True
            explicit = explicit or len(hit[kind]) > 2  # 控制在, 保持在
        elif kind == "better":
            fine = _FINE.search(text[max(floor, hit.start() - 12) : hit.start()])
            operator, explicit, weak = (AT_MOST if fine else AT_LEAST), True, False
        elif not explicit or operator == ABOUT:
            operator, explicit, weak = _GROUPS[kind], True, kind == "rise" and not re.match("[提增延升上扩]", hit[kind])
        if hit.start() == start:
            break
        start = hit.start()
    change = _CHANGE.search(text, max(floor, at - 14), at)
    if change:
        explicit_words = text[change.end("verb") : at]
        kept = operator if re.search(r"≥|>|<|超过|大于|不|至少|约|近", explicit_words) else AT_LEAST
        return change.end("verb"), kept, True, True, change["verb"]
    return start, operator, explicit, weak, ""


_KINDS = frozenset(("类", "种", "级", "点", "代", "次", "位", "头", "份", "层", "对", "家", "名", "人"))
_ENDS = re.compile(r"\s*(?:[,;。、\n]|$)")
_PER = re.compile(
    r"每(?P<unit>秒钟?|分钟|小时|天|日|年|月|周|吨|千克|公斤|升|立方米|平方米)(?:钟)?(?:[约达产]|可达到?)*\s?$"
)
_FINE = re.compile(
    r"精度|误差|偏差|分辨|公差|粗糙|跳动|不确定度|平面度|直线度|圆度|圆柱度|垂直度|平行度|同轴度|同心度|对称度|轮廓度|位置度|"
    r"漂移|[^信]噪[声音]|泄[漏露]|漏率|损耗|[能功电油水]耗|失真|滞后|迟滞|时[间延]|波动"
)


def _value(hit: re.Match[str], which: int) -> Decimal | None:
    sign, number, power, scale = _PARTS[which]
    if which == 0 and hit["cent"] and not hit["cent"][0].isdigit():
        return chinese_number(hit["cent"])
    if which == 0 and hit["han"]:
        return chinese_number(hit["han"])
    plain = (hit["cent"] if which == 0 and hit["cent"] else hit[number]).replace(",", "")
    value = Decimal(plain)
    if hit[power]:
        value = value.scaleb(int(hit[power].replace("−", "-")))
    if hit[scale]:
        value = value.scaleb(_SCALES[hit[scale]])
    return -value if hit[sign] else value


def _unit(text: str, at: int) -> Unit | None:
    if at < len(text) and text[at] == " ":
        at += 1
    return find_unit(text, at)

"""Sums of money in Chinese text: 5,000万元至6,000万元, 1.05亿美元, 人民币壹拾柒亿叁仟万元整.

Amounts are in whole units of their currency (yuan, dollars). Spans count in the given text; a sum without unit or
currency is not money, except where the caller knows the unit (a table's head): see `amount`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from kg.values.numeral import DIGITS, HALF_WIDTH, SIGNS, TENS, chinese_number

CURRENCIES = {
    "人民币": "CNY", "RMB": "CNY", "CNY": "CNY", "¥": "CNY", "元": "CNY", "圆": "CNY",
    "美元": "USD", "美金": "USD", "USD": "USD", "US$": "USD", "$": "USD",
    "欧元": "EUR", "EUR": "EUR", "€": "EUR", "港元": "HKD", "港币": "HKD", "HKD": "HKD", "HK$": "HKD",
    "日元": "JPY", "日圆": "JPY", "英镑": "GBP", "GBP": "GBP", "澳大利亚元": "AUD", "澳元": "AUD", "加元": "CAD",
    "加拿大元": "CAD", "新加坡元": "SGD", "新元": "SGD", "卢布": "RUB", "韩元": "KRW", "瑞士法郎": "CHF", "泰铢": "THB",
    "印度卢比": "INR", "印尼盾": "IDR", "越南盾": "VND", "林吉特": "MYR", "雷亚尔": "BRL", "兰特": "ZAR", "坚戈": "KZT",
    "新台币": "TWD", "台币": "TWD", "澳门元": "MOP", "澳门币": "MOP", "西非法郎": "XOF", "中非法郎": "XAF",
}  # fmt: skip
"""Words for currencies and their ISO 4217 codes."""

_PLACES = {
    "亿": 8,
    "億": 8,
    "惩": 8,
    "千万": 7,
    "仟万": 7,
    "百万": 6,
    "佰万": 6,
    "十万": 5,
    "万": 4,
    "萬": 4,
    "千": 3,
    "百": 2,
}


def _choice(words: object) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))  # type: ignore[attr-defined]


_BEFORE = _choice(
    ("人民币", "RMB", "CNY", "¥", "USD", "US$", "$", "EUR", "€", "HKD", "HK$", "GBP", "美元", "欧元", "港币")
)
_UNIT = _choice(word for word in CURRENCIES if not word.isascii() and word not in ("¥", "€", "人民币"))
# thousands with commas, or slips of the pen: 488.806.625.00, 17485 . 00
_NUMBER = r"\d{1,3}(?:,\s?\d{3,4})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:\.\d\d)?|\d+(?:\.\d+|\s\.\s\d+)?"
_SCALE = _choice(_PLACES)
_BLANK = r"\s{0,3}"
# 12亿3,456万元 is one sum: number and scale, several times, largest first
_ARABIC = rf"(?:(?:{_NUMBER}){_BLANK}(?:{_SCALE}){_BLANK}){{0,3}}(?:{_NUMBER}){_BLANK}(?:[余多]{_BLANK})?(?:{_SCALE})?"
_ARABIC_SCALED = rf"(?:(?:{_NUMBER}){_BLANK}(?:{_SCALE})){{1,3}}"
_CHINESE = rf"[{''.join(DIGITS)}十拾][{SIGNS}]*"
_TO = rf"{_BLANK}(?:至|到|-|—|–|~){_BLANK}"
_SUM = re.compile(
    rf"(?:(?P<before>{_BEFORE}){_BLANK}(?:[(:]{_BLANK}(?:大写)?[):]{{0,2}})?{_BLANK})?"
    rf"(?<![\d.A-Za-z])(?<!\d,)"
    rf"(?:(?P<low>{_ARABIC_SCALED}|{_ARABIC})(?P<low_unit>{_BLANK}(?:{_UNIT}))?{_TO}(?:{_BEFORE})?)?"
    rf"(?P<sum>{_ARABIC}|{_ARABIC_SCALED}|{_CHINESE})"
    rf"(?:{_BLANK}[余多]?(?P<unit>{_UNIT})(?![件器素月旦])(?P<coins>[{''.join(DIGITS)}]角(?:[{''.join(DIGITS)}]分)?)?)?"
    rf"(?:{_BLANK}(?P<after>人民币|RMB|USD|美元|欧元|港币))?"
)
_PART = re.compile(rf"(?P<number>{_NUMBER}){_BLANK}(?:[余多]{_BLANK})?(?P<scale>{_SCALE})?")
_NO_SUM = re.compile(r"\s?[年月日号%‰个项]")
_FORMAL = re.compile(r"[壹贰貳叁叄肆伍陆陸柒捌玖拾佰仟]")


@dataclass(frozen=True, slots=True)
class Money:
    """A sum or a range of sums (`low` = `high` for a plain sum) at `text == whole[start:end]`."""

    low: float
    high: float
    currency: str
    start: int
    end: int
    text: str


def find_money(text: str) -> list[Money]:
    """All sums of money in a text, in order, not overlapping."""
    return list(_sums(text))


@lru_cache(maxsize=1)
def _sums(text: str) -> tuple[Money, ...]:
    """The sums of the last text are kept: several readers ask for those of one document."""
    plain = text.translate(HALF_WIDTH)
    found = []
    for hit in _SUM.finditer(plain):
        money = _money(hit, text)
        if money is not None:
            found.append(money)
    return tuple(found)


def _money(hit: re.Match[str], text: str) -> Money | None:
    before, unit, after = hit["before"], hit["unit"], hit["after"]
    if not (unit or before or after) or (not unit and _NO_SUM.match(hit.string, hit.end())):
        return None
    value = _value(hit["sum"], formal_enough=bool(before or _FORMAL.search(hit["sum"])))
    if value is None:
        return None
    if hit["coins"]:
        value += _coins(hit["coins"])
    currency = _currency(before, unit, after)
    low = _low(hit, value)
    start = hit.start("sum") if low is None and hit["low"] else hit.start()
    return Money(
        float(value if low is None else low), float(value), currency, start, hit.end(), text[start : hit.end()]
    )


def _currency(before: str | None, unit: str | None, after: str | None) -> str:
    for word in (unit if unit not in ("元", "圆") else None, after, before, unit):
        if word:
            return CURRENCIES[word]
    return "CNY"


def _value(number: str, formal_enough: bool = True) -> Decimal | None:
    if number[0].isascii():
        total = Decimal(0)
        for part in _PART.finditer(number):
            total += _decimal(part["number"]).scaleb(_PLACES.get(part["scale"] or "", 0))
        return total
    # 三元 and 一元 are words, 三十元 and 叁元 are sums
    if not formal_enough and not any(sign in number for sign in (*TENS, "万", "亿")):
        return None
    return chinese_number(number)


def _decimal(number: str) -> Decimal:
    plain = re.sub(r"[,\s]", "", number)
    if plain.count(".") > 1:
        whole, _, rest = plain.rpartition(".")
        plain = whole.replace(".", "") + ("." if len(rest) == 2 else "") + rest
    return Decimal(plain)


def _low(hit: re.Match[str], high: Decimal) -> Decimal | None:
    if not hit["low"]:
        return None
    low = _value(hit["low"])
    if low is None:
        return None
    if not hit["low_unit"] and not re.search(_SCALE, hit["low"]):
        scale = re.search(rf"({_SCALE})$", hit["sum"].rstrip())
        low = low.scaleb(_PLACES[scale[1]]) if scale else low
    return low if low <= high else None


def _coins(text: str) -> Decimal:
    tenths = Decimal(DIGITS[text[0]]) / 10
    return tenths + (Decimal(DIGITS[text[2]]) / 100 if len(text) > 2 else 0)


def amount(text: str, unit: str = "元") -> tuple[float, str] | None:
    """A number whose unit stands elsewhere (`12,345.60` under a head 金额（万元）), as amount and currency.

    A unit inside `text` wins over the given one; None where the text holds no number.
    """
    found = find_money(text)
    if found:
        return found[0].high, found[0].currency
    number = _PART.search(text.translate(HALF_WIDTH))
    if number is None:
        return None
    scale, currency = unit_of(unit)
    value = _value(number.group())
    if number["scale"]:
        scale = Decimal(1)
    return (float(value * scale), currency) if value is not None else None


def unit_of(text: str) -> tuple[Decimal, str]:
    """Scale and currency of a unit's word: 万元, 亿美元, 人民币元, 单位：千元; plain yuan where it says none."""
    plain = text.translate(HALF_WIDTH)
    currencies = [word for word in re.findall(rf"{_UNIT}|{_BEFORE}", plain) if word not in ("元", "圆")]
    scale = re.search(rf"({_SCALE}){_BLANK}(?:{_UNIT}|$|\))", plain)
    places = _PLACES[scale[1]] if scale else 0
    return Decimal(1).scaleb(places), CURRENCIES[currencies[0]] if currencies else "CNY"


def fen(yuan: float) -> int:
    """Yuan as whole fen, rounded half up: the form in which sums are compared."""
    return int((Decimal(str(yuan)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))

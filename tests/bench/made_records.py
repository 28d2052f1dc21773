"""Made descriptions of firms with their truth: as lists, filings and hands write them. Names are made of syllables.

A firm has one to five descriptions; one in fifteen is a sister of the firm before (its brand and place, another trade),
one in fifty a branch of it. Half of the descriptions have the credit code, six in ten a region.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from kg.identity.firm import Firm
from kg.identity.rules import ALIKE
from kg.values.credit_code import ALPHABET, check_sign
from kg.values.region import Region, Regions

SEED = 20261125
_SIGNS = (
    "华东方正新海天科宏达瑞丰盛泰恒信安康明光大成立创远博中力兴隆金宝龙凯鼎合众联同德润和佳美利源通顺发永嘉"
    "飞翔锐智诚义仁礼星辰日月山河江川湖林森木石玉珠银铜铁强伟杰英豪雄俊奇妙雅静怡乐欣悦祥福禄寿喜庆吉旺富贵荣昌"
    "贝拓迈卓越尚品优特斯普罗曼尼维克莱米诺格兰登巴加纳索"
)
_HEADS = (
    *("精密机械", "轴承", "电子", "新材料", "模具", "液压", "阀门", "传动", "自动化", "光电", "汽车零部件", "包装"),
    *("化工", "医疗器械", "纺织", "食品", "电器", "泵业", "电缆", "塑料", "环保", "软件", "照明", "仪表", "压缩机"),
)
_TAILS = ("", "", "", "科技", "制造", "设备", "实业", "技术")
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
_SLIPS: dict[str, list[str]] = {}
for _one, _other in sorted(ALIKE):
    _SLIPS.setdefault(_one, []).append(_other)
_CITIES = [
    region
    for code in range(110000, 660000, 100)
    if (region := Regions.load().by_code(str(code))) is not None and region.level == "city" and not region.last_seen
]


def records(count: int) -> Iterator[tuple[Firm, int]]:
    """Descriptions with the number of the firm they are of."""
    chance = random.Random(SEED)
    made = number = 0
    parts = _parts(chance)
    while made < count:
        kind = chance.random()
        if number and kind < 0.065:
            parts = (parts[0], parts[1], chance.choice(_HEADS) + chance.choice(_TAILS), chance.choice(_FORMS), "")
        elif number and kind < 0.085:
            parts = (*parts[:4], chance.choice(_CITIES).name.removesuffix("市") + "分公司")
        else:
            parts = _parts(chance)
        code = _code(chance, parts[0].code)
        for _ in range(min(count - made, chance.choice((1, 2, 2, 3, 4)))):
            yield _described(chance, made, parts, code), number
            made += 1
        number += 1


_Parts = tuple[Region, str, str, str, str]


def _parts(chance: random.Random) -> _Parts:
    brand = "".join(chance.choice(_SIGNS) for _ in range(chance.choice((2, 2, 2, 3, 3))))
    return chance.choice(_CITIES), brand, chance.choice(_HEADS) + chance.choice(_TAILS), chance.choice(_FORMS), ""


def _described(chance: random.Random, number: int, parts: _Parts, code: str) -> Firm:
    city, brand, trade, form, branch = parts
    place, kind, note = city.name.removesuffix("市"), chance.random(), ""
    if kind < 0.08:
        form = chance.choice(_FORMS[2:5]) if "集团" not in form else form
    elif kind < 0.16:
        place = chance.choice(("", city.name, Regions.load().path(city.code)[0].name.removesuffix("省")))
    elif kind < 0.22:
        slips = [(at, sign) for at, sign in enumerate(brand + trade) if sign in _SLIPS]
        if slips:
            at, sign = chance.choice(slips)
            text = (brand + trade)[:at] + chance.choice(_SLIPS[sign]) + (brand + trade)[at + 1 :]
            brand, trade = text[: len(brand)], text[len(brand) :]
    elif kind < 0.26:
        trade = trade + "科技" if chance.random() < 0.5 and not trade.endswith("科技") else trade
    elif kind < 0.29:
        note = f"（曾用名：{place}{brand}{chance.choice(_HEADS)}有限公司）"
    elif kind < 0.33 and not branch:
        form = ""
    name = place + brand + trade + form + branch + note
    if chance.random() < 0.15:
        name = chance.choice((f" {name}", name + "（盖章）", name[:4] + " " + name[4:], f"{number % 9 + 1}、{name}"))
    return Firm(
        f"r{number}",
        name,
        key=code if chance.random() < 0.5 else None,
        region="".join(one.name for one in Regions.load().path(city.code)) if chance.random() < 0.6 else None,
    )


def _code(chance: random.Random, region: str) -> str:
    first = "91" + region + "".join(chance.choice(ALPHABET) for _ in range(9))
    return first + check_sign(first)

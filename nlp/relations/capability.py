"""CAPABLE_OF: processes that a firm masters, with the equipment and yearly capacity told beside them.

Reads 主要工艺为X, 采用X加Y工艺, 掌握X、Y工艺, 掌握P的生产工艺, and what plants can do (现有年产5万吨P的生产能力) of
the document's firm in firms' own descriptions and prospectuses. Writes Enterprise → Process with equipment, capacity
and unit where the same sentence gives them (拥有6台…, 年加工能力180万件); the process of a capacity is what is made.
Limits: processes named without the word 工艺 are not read; capacities that are planned, or come by a project, are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import OTHER, PROSPECTUS

_MAIN = re.compile(
    r"(?:主要|核心|关键)工艺(?:包括|为|有|:|\t)(?P<list>[\u4e00-\u9fffA-Za-z、和及\-]{2,60}?)(?=[,。;\n\t])"
)
_WITH = re.compile(
    r"(?:采用|掌握了?|具备了?)(?P<list>[\u4e00-\u9fffA-Za-z、和及加\-+]{2,40}?)(?:等(?:多[项种]|各种)?)?(?:的)?(?:生产)?工艺(?=[,。;\n、]|的(?:生产)?企业)"
)
_MASTERS = re.compile(
    r"(?:掌握了?|具备|拥有)(?P<list>[\u4e00-\u9fffA-Za-z0-9、和及\-]{2,40}?)(?:等[\u4e00-\u9fff]{2,10}?)?的"
    r"(?:完整|成熟|核心|关键|全套)?的?(?:生产|制造|加工)(?:技术)?[与和及、]?工艺"
)
_USES = re.compile(
    r"(?:采用的?是?|运用)(?P<list>[\u4e00-\u9fffA-Za-z、和及加\-+]{2,40}?)(?:等)?(?:的)?(?:生产)?工艺(?=[,。;\n、])"
)
_PLANT = re.compile(
    r"(?:现有|已形成|已?具备|拥有|已?具有|已建成|形成了|已达到|目前)(?:的)?(?:年产)?(?:约)?(?P<value>\d[\d,]*(?:\.\d+)?)"
    r"(?P<scale>[万亿千])?(?P<unit>台套|台|件|套|吨|只|米|片|平方米|支|个|立方米|MW|GWh|MWh)/?年?(?:的)?"
    r"(?P<made>[\u4e00-\u9fffA-Za-z0-9\-]{2,20}?)(?:的)?(?:年|设计|生产)*(?:产能|生产能力|加工能力)"
)
_PLANNED = re.compile(
    r"拟|计划|将(?![^,]{0,4}达)|募投|募集资金|达产|建成后|完成后|实施后|预计|新增|竞争对手|行业|国内|国外|外协|不|未|目标|规划"
)
_SPLIT = re.compile(r"[、+]|和|及|加(?!工|热|压|氢|成)")
_NO_PROCESS = re.compile(
    r"高水[准平]|先进|国际|国内|传统|生产|技术$|^工艺|流程|公司|自主|成熟|多种|各种|同类|特殊|特定|创新|不同|相同|其|的|以下|上述|全套|新型?$|现代|关键|核心|完整|等$|全流程|标准化|产业化"
)
_MACHINES = re.compile(r"(?:拥有|配有|现有|配备)(?P<equipment>\d+(?:台|条|套|座)[^,。;\n]{2,30})")
_CAPACITY = re.compile(
    r"年(?:加工|生产|处理|检测)?(?:能力|产能|产)(?:达到?|为|约)?(?:[\u4e00-\u9fff]{2,10}?)??(?P<value>\d+(?:\.\d+)?)"
    r"(?P<scale>[万亿千])?(?P<unit>台|件|套|吨|只|米|片|次|公里|平方米|支|个)"
)
_LEFT = re.compile(r"外协|拟|计划|将|募投|竞争对手|行业|国外|不(?!仅|断)|未(?!来)")
_PROJECT = re.compile(r"该项目在现有")
_SCALE = {"千": 1e3, "万": 1e4, "亿": 1e8}


def capability_facts(filing: Filing) -> list[Fact]:
    """One fact for each firm and process."""
    if filing.reading.kind not in (OTHER, PROSPECTUS):
        return []
    text = filing.text
    seen: set[tuple[str, str]] = set()
    result = []
    for pattern in (_MAIN, _WITH, _MASTERS, _USES):
        for match in pattern.finditer(text):
            start, end = filing.reading.sentence(match.start(), match.end(), 300)
            firms = filing.about(start, match.start())
            firms = firms or _behind(filing, match.end(), end)
            if len(firms) != 1 or _LEFT.search(text[start : match.start()]):
                continue
            if filing.is_own(firms[0]) and not all(one.own for one in filing.subjects(start, match.start())):
                continue  # 公司 may be the other firm that the sentence names
            if re.search(r"技术[与和]|设备的|产品的", match["list"]):
                continue
            properties = _beside(text[match.end() : end]) if pattern is _MAIN else {}
            for part in _SPLIT.split(match["list"]):
                key = (name_key(firms[0]), name_key(part))
                if not 2 <= len(part) <= 14 or _NO_PROCESS.search(part) or key in seen:
                    continue
                seen.add(key)
                target = Mention("Process", part)
                result.append(
                    filing.fact("CAPABLE_OF", firms[0], target, properties, (start, end), "capability.process_rule")
                )
    return result + [fact for fact in _plants(filing) if (name_key(fact.source.name), _made(fact)) not in seen]


def _made(fact: Fact) -> str:
    return name_key(fact.target.name) if fact.target else ""


def _behind(filing: Filing, start: int, end: int) -> list[str]:
    """The firm of a sentence that names it last: 掌握…工艺的企业极少,本公司是其中之一."""
    said = re.search(r"(?:本公司|发行人|公司)(?:是|为)(?:其中|国内)", filing.text[start:end])
    return [filing.issuer] if said and filing.issuer else []


def _plants(filing: Filing) -> Iterator[Fact]:
    """What the firm's plants make, with the capacity that stands."""
    seen: set[str] = set()
    for match in _PLANT.finditer(filing.text):
        start, end = filing.reading.sentence(match.start(), match.end(), 300)
        firms = filing.about(start, match.start()) or (
            [filing.issuer] if filing.issuer and _PROJECT.search(filing.text[start : match.end()]) else []
        )
        made = re.sub(r"^(?:的|年产)|(?:产品|的)$", "", match["made"])
        if len(firms) != 1 or _PLANNED.search(filing.text[start : match.end()]) or name_key(made) in seen:
            continue
        if _NO_PROCESS.search(made) or len(made) < 2:
            continue
        seen.add(name_key(made))
        unit = "台" if match["unit"] == "台套" else match["unit"]
        capacity = float(match["value"].replace(",", "")) * _SCALE.get(match["scale"] or "", 1.0)
        properties = {"capacity": capacity, "unit": unit}
        yield filing.fact(
            "CAPABLE_OF", firms[0], Mention("Process", made), properties, (start, end), "capability.plant_rule"
        )


def _beside(rest: str) -> dict[str, object]:
    """Equipment and yearly capacity in the rest of the sentence."""
    machines, capacity = _MACHINES.search(rest), _CAPACITY.search(rest)
    found: dict[str, object] = {}
    if machines:
        found["equipment"] = machines["equipment"]
    if capacity:
        found["capacity"] = float(capacity["value"]) * _SCALE.get(capacity["scale"] or "", 1.0)
        found["unit"] = capacity["unit"]
    return found

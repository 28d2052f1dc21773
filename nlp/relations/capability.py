"""CAPABLE_OF: processes that a firm masters, with the equipment and yearly capacity told beside them.

Reads 主要工艺为X, 采用X加Y工艺, 掌握X、Y工艺 of the document's firm in firms' own descriptions and prospectuses.
Writes Enterprise → Process with equipment, capacity and unit where the same sentence gives them (拥有6台…,
年加工能力180万件). Limits: processes named without the word 工艺 are not read.
"""

from __future__ import annotations

import re

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import OTHER, PROSPECTUS

_MAIN = re.compile(
    r"(?:主要|核心|关键)工艺(?:包括|为|有|:|\t)(?P<list>[\u4e00-\u9fffA-Za-z、和及\-]{2,60}?)(?=[,。;\n\t])"
)
_WITH = re.compile(
    r"(?:采用|掌握了?|具备)(?P<list>[\u4e00-\u9fffA-Za-z、和及加\-+]{2,40}?)(?:等)?(?:的)?(?:生产)?工艺(?=[,。;\n、])"
)
_SPLIT = re.compile(r"[、+]|和|及|加(?!工|热|压|氢|成)")
_NO_PROCESS = re.compile(
    r"先进|国际|国内|传统|生产|技术$|^工艺|流程|公司|自主|成熟|多种|各种|同类|特殊|特定|创新|不同|相同|其|的|以下|上述|全套|新型?$|现代|关键|核心|完整|等$|全流程|标准化|产业化"
)
_MACHINES = re.compile(r"(?:拥有|配有|现有|配备)(?P<equipment>\d+(?:台|条|套|座)[^,。;\n]{2,30})")
_CAPACITY = re.compile(
    r"年(?:加工|生产|处理|检测)?(?:能力|产能|产)(?:达到?|为|约)?(?:[\u4e00-\u9fff]{2,10}?)??(?P<value>\d+(?:\.\d+)?)"
    r"(?P<scale>[万亿千])?(?P<unit>台|件|套|吨|只|米|片|次|公里|平方米|支|个)"
)
_SCALE = {"千": 1e3, "万": 1e4, "亿": 1e8}


def capability_facts(filing: Filing) -> list[Fact]:
    """One fact for each firm and process."""
    if filing.reading.kind not in (OTHER, PROSPECTUS):
        return []
    text = filing.text
    seen: set[tuple[str, str]] = set()
    result = []
    for pattern in (_MAIN, _WITH):
        for match in pattern.finditer(text):
            start, end = filing.reading.sentence(match.start(), match.end(), 300)
            firms = filing.about(start, match.start())
            if len(firms) != 1 or re.search(
                r"外协|拟|计划|将|募投|竞争对手|行业|国外|不|未", text[start : match.start()]
            ):
                continue
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
    return result


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

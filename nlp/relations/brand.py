"""OWNS_BRAND: brands and marks that a firm calls its own.

Reads quoted names before 品牌, 牌, 商标 in sentences whose subject is a firm and that say 拥有, 注册, 旗下, 自主品牌,
or that the mark was recognised (驰名商标, 著名商标). Writes Enterprise → Brand. Limits: marks shown as pictures are
empty quotes and are left; brands of licensors are told by 授权 and 代理 and are left.
"""

from __future__ import annotations

import re

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import ANNOUNCEMENT

_BRAND = re.compile(
    r"(?P<list>[“\"][^”\"\n]{1,16}[”\"](?:[、和及与]?[“\"][^”\"\n]{1,16}[”\"]){0,8})(?:等)?(?:[两二三四五六七八九十\d]+"
    r"(?:个|大)?)?(?:自主|自有|系列|知名|注册)?(?:品牌|牌|商标)"
)
_OWNS = re.compile(r"拥有|注册|旗下|自主品牌|自有品牌|创立|创建|打造|培育|形成了?|持有|的$|^$|认定为|以$|生产的")
_NOT = re.compile(
    r"授权|代理|经销|许可|客户|竞争对手|供应商|国外|外资|国际品牌|申请|拟|未|侵|仿冒|可比|他人|第三方|转让"
)
_NAME = re.compile(r"[“\"]([^”\"\n]{1,16})[”\"]")
_NO_BRAND = re.compile(r"及图|图形|[。,;:]|^\d+$|公司|企业|名牌|著名|驰名|中国|十佳|最|专精特新|自主|品牌|战略|工程|一")


def brand_facts(filing: Filing) -> list[Fact]:
    """One fact for each firm and brand."""
    text = filing.text
    if filing.reading.kind == ANNOUNCEMENT:
        return []
    seen: set[tuple[str, str]] = set()
    result = []
    for match in _BRAND.finditer(text):
        start, end = filing.reading.sentence(match.start(), match.end(), 300)
        subjects = filing.named(start, match.start())
        if len(subjects) != 1:
            continue
        between = text[subjects[0].end : match.start()]
        if (
            len(between) > 40
            or not _OWNS.search(between)
            or _NOT.search(between)
            or _NOT.search(text[match.end() : match.end() + 8])
        ):
            continue
        for name in _NAME.findall(match["list"]):
            brand = name.strip()
            key = (name_key(subjects[0].name), name_key(brand))
            if not name_key(brand) or _NO_BRAND.search(brand) or key in seen:
                continue
            seen.add(key)
            result.append(
                filing.fact(
                    "OWNS_BRAND", subjects[0].name, Mention("Brand", brand), {}, (start, end), "brand.owned_rule"
                )
            )
    return result

"""DEPENDS_ON: what a firm must import, or can have from one source alone.

Reads 公司X依赖进口, X主要从境外采购, and 独家供应, 供应单一 beside them. Writes Enterprise → Product with imported
and single_source. The firm must be named in the sentence; what is said of a country or an industry (国内, 我国, 行业)
is left, and so is what denies it (不依赖, 打破, 替代, 改变). Limits: dependence told over several sentences is not
put together.
"""

from __future__ import annotations

import itertools
import re

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import ANNOUNCEMENT

_ADVERB = r"(?:目前|仍然|仍|尚|还|主要|完全|高度|严重|大部分|绝大部分|部分|基本|全部|均|都|需|需要|一直|长期)"
_DEPENDS = re.compile(
    r"依赖于?(?:国外|境外|海外)?进口|依靠进口|(?<=[要部分均需])(?:从|向)(?:国外|境外|海外|日本|德国|美国|韩国|欧洲)[^。;,]{0,12}?(?:进口|采购)"
)
_CLAUSE = re.compile(rf"([\u4e00-\u9fffA-Za-z0-9、\-]{{2,60}}?){_ADVERB}*$")
_NOT = re.compile(
    r"不(?:再|存在)?|无需|打破|替代|摆脱|改变|减少|降低|避免|解决|过去|曾|此前|我国|国内|中国|行业|全国|世界|客户|竞争|下游|长期以来|如果|若"
)
_SINGLE = re.compile(r"独家供应|供应(?:商)?(?:较为)?单一|单一供应商|供应单位?单一|唯一供应商|单一来源|供应单一")
_LEAD = re.compile(
    rf"^(?:的|产品(?:中)?(?:所)?(?:使用|用)的?|生产所用|生产所需|所需|所用|使用的|采购的|部分|主要|其|关键|核心|等|及|和|且|但|{_ADVERB})+"
)
_NO_PRODUCT = re.compile(
    r"^(?:原材料|材料|设备|产品|部件|零部件|技术|采购|公司|需求|市场|客户|供应|它们|这些|上述|原料|进口|分别|直接|均)$|公司|[是为了将已]|技术|依赖|市场|方面|^分别|^通过"
    r"|^直接|采购|^于|^之后|^亦|报告期|\\d{4}年"
)


def dependence_facts(filing: Filing) -> list[Fact]:
    """One fact for each firm and product."""
    text = filing.text
    if filing.reading.kind == ANNOUNCEMENT:
        return []
    seen: set[tuple[str, str]] = set()
    result = []
    for match in _DEPENDS.finditer(text):
        start, end = filing.reading.sentence(match.start(), match.end(), 300)
        subjects = filing.named(start, match.start())
        if not subjects:
            continue
        clause = _CLAUSE.search(text, subjects[-1].end, match.start())
        lead = text[subjects[-1].end : clause.start()] if clause else ""
        if clause is None or len(lead) > 40 or _NOT.search(text, subjects[-1].end, match.end()):
            continue
        if _NOT.search(text, start, subjects[0].start):
            continue
        products = _products(clause[1])
        properties = {"imported": True, "single_source": True if _SINGLE.search(text, start, end) else None}
        for subject, product in itertools.product(subjects, products):
            key = (name_key(subject.name), name_key(product))
            if key not in seen:
                seen.add(key)
                result.append(
                    filing.fact(
                        "DEPENDS_ON",
                        subject.name,
                        Mention("Product", product),
                        properties,
                        (start, end),
                        "dependence.import_rule",
                    )
                )
    return result


def _products(passage: str) -> list[str]:
    """The items of a list such as 乳清粉、蛋白粉、乳糖等原材料, without the words around them."""
    found = []
    for part in passage.split("、"):
        item = re.sub(r"等(?:主要|关键)?(?:原材料|材料|部件|零部件|元器件|设备)?$", "", _LEAD.sub("", part))
        if 2 <= len(item) <= 16 and not _NO_PRODUCT.search(item):
            found.append(item)
    return found

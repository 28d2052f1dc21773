"""Market shares of a firm's product in a year, with the product and market as scope.

Reads sentences such as 2019年公司罐式集装箱全球市场占有率达到15.55%. The subject must stand in the sentence and no
other party (a competitor, the leading three, an importer) between it and the figure: a competitor's share given to
the issuer would be the worst of errors, so doubtful sentences are left. Limits: shares of several products behind
分别为, ranges and shares without a year are not read.
"""

from __future__ import annotations

import re

from nlp.filing import Filing, Subject
from nlp.relations.metric_table import Figure

_SHARE = re.compile(
    r"(?:(?:市场)?占有率|市场份额)(?:已)?(?:约)?(?:为|达到?|是|约为|约占|接近|高达)?(?:约)?(?:了)?(\d{1,2}(?:\.\d+)?)%(?![、至\-~以左]|和|及|与)"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?:度|末|全年)?(?![\d初上下前第]|度?[1-9][-至]|[一二三四]季)")
_DOUBT = re.compile(
    r"预计|预测|估计|计划|目标|力争|达产|如果|假设|若|能够|只要|只需|募投|募集|拟|竞争对手|同行业|可比|上述|分别|合计"
    r"|前[一二三四五六七八九十\d]+[大名家强位]|企业|厂商|厂家|外资|合资|进口|国外|巨头|品牌商|客户|供应商|股东|累计|增长|由\d|从\d"
)
_OWN_WORDS = re.compile(r"企业名录|企业标准|本企业")
_MARKET = re.compile(
    r"(?P<product>.*?)(?:的?(?:销量|产量|销售额|销售收入|产品))?(?:[的在占中其]*)"
    r"(?P<market>国内外|国内|全球|国际|世界|中国|全国|全省|[\u4e00-\u9fff]{2,6}(?:省|市|自治区)(?:内)?)?"
    r"(?:[的在中]|细分|同类|同行业|行业|市场|总|销量|产品)*"
)
_LEAD = re.compile(r"^(?:的|生产的|主要产品|主导产品|产品|自主研发的|研制的|该|在|其|末|年度|年|度|实现|,)+")


def market_shares(filing: Filing) -> list[Figure]:
    """The market shares of firms in whole years."""
    text = filing.text
    found = []
    for match in _SHARE.finditer(text):
        start, end = filing.reading.sentence(match.start(), match.end(), 400)
        subjects = filing.named(start, match.start())
        if len(subjects) != 1 or _doubtful(text, start, match, subjects[0]):
            continue
        year = _year(text, start, match.start())
        if year is None:
            continue
        scope = _scope(text[max(subjects[0].end, year.end()) : match.start()])
        if scope is None:
            continue
        value = float(match[1])
        found.append(
            Figure("market_share", value, year[1], start, end, "metric.market_rule", False, scope, subjects[0].name)
        )
    return found


def _year(text: str, start: int, at: int) -> re.Match[str] | None:
    """The only year of the sentence before the figure."""
    years = list(_YEAR.finditer(text, start, at))
    named = {match[1] for match in re.finditer(r"(20\d\d)年", text[start:at])}
    return years[-1] if years and named == {years[-1][1]} else None


def _doubtful(text: str, start: int, share: re.Match[str], subject: Subject) -> bool:
    if _DOUBT.search(_OWN_WORDS.sub("", text[start : share.end()])):
        return True
    between = text[subject.end : share.start()]
    return between.count(",") > 1 or bool(
        re.match(r"的?(?:全资|控股|参股|[子孙]公司|主要竞争|产品(?:的)?(?:客户|用户))", between)
    )


def _scope(gap: str) -> str | None:
    """Product and market of a share, divided by a blank; None where the product cannot be told."""
    gap = _LEAD.sub("", gap)
    if "," in gap:
        first, second = gap.split(",", 1)
        made = re.match(r"([\u4e00-\u9fffA-Za-z0-9]{2,16}?)(?:的)?(?:销量|产量|销售)", first)
        if not made:
            return None
        gap = made[1] + second
    match = _MARKET.fullmatch(gap)
    if match is None:
        return None
    product = re.sub(r"^[的在]+|[的在]+$", "", match["product"])
    if not 2 <= len(product) <= 20 or re.search(r"[,;:。]|为|是|已|位居|排名|\d{2}|系列产品|品牌|^各?类产品", product):
        return None
    return " ".join(part for part in (product, match["market"]) if part)

"""HAS_HONOUR: recognitions of a firm: 专精特新 of each level, single champions, 高新技术企业, centres, marks.

Reads sentences in which a firm was recognised (被认定为, 获得, 通过…认定, 列入…名单, 是…高新技术企业) or runs a
recognised centre (设有…工程技术研究中心). Writes Enterprise → Honour with tier, batch, status and the date from which
it counts. The firm must be named in the sentence (or be the document's own); conditions, plans, rules of law and tax
law are left. Limits: honours outside the known classes are not read; the day of a recognition is often only a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.records import Fact, Mention
from kg.values.date import find_dates
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import ANNOUNCEMENT

_QUOTE = "[“”‘’'\"―‖]{0,3}"
_PLACE = r"(?:[\u4e00-\u9fff]{2,4}(?:省|市|区|县))?"
_CLASSES: tuple[tuple[str, str, str | None], ...] = (
    ("little_giant", rf"专精特新{_QUOTE}小巨人{_QUOTE}(?:企业)?", "专精特新“小巨人”企业"),
    ("champion", rf"(?:制造业)?{_QUOTE}单项冠军{_QUOTE}(?:示范)?(?:企业|产品)", "制造业单项冠军企业"),
    ("specialised", rf"{_QUOTE}专精特新{_QUOTE}(?:中小)?企业", "专精特新中小企业"),
    ("innovative", r"创新型中小企业", "创新型中小企业"),
    ("other", r"(?:国家火炬计划)?重点高新技术企业", None),
    ("other", r"高新技术企业(?!研究|研发)", "高新技术企业"),
    ("other", r"隐形冠军(?:培育)?企业|科技型中小企业(?!技术创新)|浙江制造精品|品字标(?:浙江制造)?", None),
    ("other", r"首台[(]?套[)]?(?:产品|装备)?", None),
    ("other", r"(?:国家|省级?|市级?)?(?:技术创新示范企业|知识产权(?:示范|优势)企业)", None),
    ("other", r"(?:国家|省级?|市级?)?(?:创新型(?:试点)?企业|绿色工厂)", None),
    ("other", rf"{_PLACE}[\u4e00-\u9fffA-Za-z]{{0,16}}(?:工程技术研究中心|工程技术中心|工程研究中心|重点实验室)", None),
    ("other", rf"(?:国家认定|国家级|省级|市级|{_PLACE}(?:级|认定)?)企业技术中心", None),
    ("other", r"博士后科研工作站|院士(?:专家)?工作站", None),
    ("other", rf"中国驰名商标|{_PLACE}(?:著名商标|名牌产品)", None),
)  # fmt: skip
_HONOUR = re.compile("|".join(f"(?P<c{n}>{pattern})" for n, (_, pattern, _) in enumerate(_CLASSES)))
_CENTRE = re.compile(r"中心$|实验室$|工作站$")
_GRANTED = re.compile(
    r"(?:被|经|由)[^。;]{0,90}?(?:认定|评定|评选|评|列入|授予|命名|确认|遴选|选|认证)(?:为|成为|通过)?|(?:认定|评定|评|选)为"
    r"|荣获|获得|获评|获批|获颁|获|取得|通过|入选|列入|拥有|持有"
)
_IS = re.compile(
    r"(?:是|为|系|属于|作为)(?:一家|国家级?|国内|省级?|市级?|[^。,;]{2,40}的)?(?:[\u4e00-\u9fff]{2,4}[省市])?$"
)
_RUNS = re.compile(
    r"(?:设有|建有|拥有|设立了?|组建了?|建立了?|建成了?|成立了?|获批|认定为|批准(?:为|设立)?)[^。;]{0,80}$"
)
_GAP = re.compile(r"[\u4e00-\u9fffA-Za-z0-9“”‘’\"'、,()《》<> \d:.―‖]{0,90}$")
_NOT = re.compile(
    r"如果|假如|若|不能|未能|未|尚|拟|将|计划|争取|目标|规划|可能|变化|不再|申报|申请(?!并)|提交|准备|符合|条件|规定|办法|指引|政策"
    r"|根据《|补助|奖励|补贴|资金|税务总局|多家|部分|产品主要|需要重点|所得税法|以下|等企业|可比|竞争对手|行业|客户|供应商|合作"
)
_IF = re.compile(r"如果|假如|若|即使|一旦|由于")
# an own firm's subsidiary is the subject: 公司的子公司岑曜检测于2012年被认定为
_SUBSIDIARY = re.compile(r"(?<![及和与])(?<!公司、)子公司(?!的)[\u4e00-\u9fff]{2,12}?(?:[于在被经获]|\d|通过|取得)")
_BARE = re.compile(
    r"(?:工程技术(?:研究)?中心|工程研究中心|重点实验室|企业技术中心|院士(?:专家)?工作站|著名商标|名牌产品)"
)
_BEHIND = re.compile(
    r"(?:认定)?(?:管理|发展|扶持|的?(?:相关)?(?:税收|优惠|条件|标准|政策|补助|奖励|要求|规定|研究|研发|所得税))|[^。,;]{0,10}(?:公示|变化|有效期届满|到期)"
    r"|》?(?:认定管理)"
)
_AFTER = re.compile(r"[^。;,]{0,16}?(?P<status>公示|复审|复核|撤销|取消)")
_BATCH = re.compile(r"第[一二三四五六七八九十\d]{1,3}批")
_RECHECKED = re.compile(r"复[审核]")
_REVOKED = re.compile(r"(?:被)?(?:撤销|取消)")


def honour_facts(filing: Filing) -> list[Fact]:
    """One fact for each firm, honour, batch and date."""
    if filing.reading.kind == ANNOUNCEMENT:
        return []
    seen: set[tuple[str, str, str | None]] = set()
    result = []
    for fact in _found(filing):
        if fact.target is None:
            continue
        key = (name_key(fact.source.name), name_key(fact.target.name), fact.valid_from)
        if key not in seen:
            seen.add(key)
            result.append(fact)
    dated = {(name_key(f.source.name), f.target.name) for f in result if f.valid_from and f.target}
    return [f for f in result if f.valid_from or not f.target or (name_key(f.source.name), f.target.name) not in dated]


def _found(filing: Filing) -> Iterator[Fact]:
    text = filing.text
    for match in _HONOUR.finditer(text):
        number = int((match.lastgroup or "c0")[1:])
        tier, _, canonical = _CLASSES[number]
        start, end = filing.reading.sentence(match.start(), match.end(), 400)
        before = text[start : match.start()]
        name, at = _named(match, canonical)
        if _BARE.fullmatch(name) or len(name) > 30:
            continue
        if not _granted(before + text[match.start() : at], _CENTRE.search(name) is not None):
            continue
        subjects = filing.subject(start, at)
        clause = text[max(at - 60, subjects[0].start if subjects else start) : at]
        lead = text[max(start, subjects[0].start - 12) : subjects[0].start] if subjects else ""
        if _NOT.search(clause) or _IF.search(lead) or _BEHIND.match(text, match.end()):
            continue
        if all(one.own for one in subjects) and _SUBSIDIARY.search(lead + clause):
            continue
        status = _status(clause, text[match.end() : end])
        batch = _BATCH.search(text, start, end)
        properties = {"tier": tier, "status": status, "batch": batch.group() if batch and tier != "other" else None}
        since = _since(before)
        for firm in filing.about(start, at):
            yield filing.fact(
                "HAS_HONOUR",
                firm,
                Mention("Honour", name),
                properties,
                (start, end),
                "honour.granted_rule",
                valid_from=since,
            )


def _named(match: re.Match[str], canonical: str | None) -> tuple[str, int]:
    """The honour's name and where it begins, without verbs that ran into it (设有, 建立)."""
    if canonical:
        return canonical, match.start()
    name = match.group()
    cut = re.match(
        r".*(?:设有|建有|拥有|设立了?|组建了?|建立了?|建成了?|成立了?|为|的|是|和|及|与|获得?|批准|认定|公司)(?=.{4})",
        name,
    )
    begin = cut.end() if cut else 0
    return name[begin:].strip("“”‘’"), match.start() + begin


def _granted(before: str, centre: bool) -> bool:
    if centre:
        return bool(_RUNS.search(before))
    granted = list(_GRANTED.finditer(before))
    if granted and _GAP.match(before[granted[-1].end() :]):
        return True
    return bool(_IS.search(before))


def _status(before: str, behind: str) -> str:
    after = _AFTER.match(behind)
    word = after["status"] if after else ""
    if word == "公示" or "公示" in before[-16:]:
        return "notice"
    if word in ("撤销", "取消") or _REVOKED.search(before[-20:]):
        return "revoked"
    return "rechecked" if word or _RECHECKED.search(before[-20:]) else "recognised"


def _since(before: str) -> str | None:
    """The last date in the sentence before the honour, but not one that ends a span (至2019年)."""
    dates = find_dates(before)
    if not dates or len(before) - dates[-1].end > 120:
        return None
    return None if re.search(r"[至到-]$", before[: dates[-1].start]) else dates[-1].iso

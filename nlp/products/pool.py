"""What a prospectus or an annual report might call products of its firm: every candidate with the places that say so.

Reads the zones behind 主要产品, 主要从事, 主营业务 and the scope of business, lists `A、B等产品`, revenue (`X收入占`),
deeds (`公司生产的X`, `X的生产`), volumes (`X产能`), projects (`年产…吨X项目`), `X产品`, headings and the glossary.
For each place it notes whether the sentence is about the document's own firm, another one, or nobody named. Weighing is
left to `nlp.products.score`. Limits: items of more than 20 signs are left out; a firm called by no name that the
document defines counts as nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice

from kg.values.name import name_key
from nlp.filing import Filing
from nlp.foundation.words import load_words
from nlp.products.item import HALF, LIST_ZONES, SCOPE_METHOD, Item, items, listed, own_scopes

MOST_PLACES = 60
"""Places read of each kind of list; the first ones of a filing are its summary and its chapter on business."""

_NO_NAME = r"[^,。、;:\n\d()%“”的年]"
_PATTERNS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    (
        "revenue",
        400,
        re.compile(
            rf"(?:^|[,。、;:\n和与及]|公司|发行人|年度?|其中|主要[为是]|来自|来源于)(?P<item>{_NO_NAME}{{2,16}}?)(?:产品|业务|类)?(?:的)?"
            r"(?:的?(?:销售|营业|业务))?(?:收入|销量|毛利率|毛利|销售额|销售单价)(?=[占分为较同的、(增下呈比和与及])"
        ),
    ),
    (
        "deed",
        300,
        re.compile(
            r"(?:公司|发行人|本行)(?:目前|现|主要|自主|已|可)*(?:研发|生产|销售|提供|开发|制造|设计|经营|办理|推出)"
            r"(?:和|与|并|、)?(?:研发|生产|销售|提供|制造|加工)?(?:的|了)?(?P<item>[^,。;\n\d年]{2,40}?)(?=[,。;\n]|主要|的)"
        ),
    ),
    (
        "own",
        200,
        re.compile(
            r"(?:自主|自行|独立)?(?:研发|研制|设计|开发|创新)(?:、|和|并)?(?:生产|制造|设计|开发)?的"
            rf"(?P<item>{_NO_NAME}{{2,16}}?)(?=[,。、;已进获通成可能具采等])"
        ),
    ),
    (
        "made",
        300,
        re.compile(
            r"(?:^|(?<=[,。;:\n从于事是为]))(?P<item>[^,。;:\n的]{2,60}?)(?:系列|等)?(?:产品)?的?"
            r"(?:研发|研究|开发|设计|生产|制造)(?:、|和|与|及|以及)(?:研发|开发|生产|制造|加工|销售|服务|安装)"
        ),
    ),
    (
        "volume",
        300,
        re.compile(
            rf"(?:^|[,。、;:\n和与及]|公司|发行人|年度?|其中|所)(?P<item>{_NO_NAME}{{2,16}}?)(?:产品|业务)?(?:的)?(?:年)?"
            r"(?:产能|产量|产销量|产销率|单价|(?:平均)?(?:销售)?价格|均价|出货量|生产线|市场占有率|订单)"
        ),
    ),
    (
        "project",
        200,
        re.compile(
            r"(?:年产[\d.,]*[万亿]?[^\d,。、\n]{1,3}?|(?<=[“《\n、:为建投]))(?P<item>[^,。;:\n\d]{2,30}?)(?:研发及)?"
            r"(?:产业化|扩产|技改|技术改造|扩建|新建|改扩建|生产线|生产基地|生产建设|建设|研发|项目)[^,。;:\n]{0,12}?项目"
        ),
    ),
    (
        "heading",
        400,
        re.compile(
            r"(?m)^(?:[(]?[\d一二三四五六七八九]{1,2}[)、.]|[①-⑳])(?P<item>[^,。;:\n\d]{2,20}?)(?:系列)?(?:产品|业务|:)?$"
        ),
    ),
    (
        "named",
        600,
        re.compile(
            rf"(?:公司|发行人|本行|^|[,。、;:\n和与及])(?:的)?(?P<item>{_NO_NAME}{{2,14}}?)(?:系列|类)?(?:产品|业务)(?=[的,。、;\n主包已在为市销收生])"
        ),
    ),
    (
        "glossary",
        200,
        re.compile(
            r"(?m)^(?P<item>[^,。;:\n\t指]{2,20}?)(?:\t|指)+[^\n]{0,80}?(?:设备|产品|系统|装置|材料|工具|元件|部件|业务|服务|药|一种)"
        ),
    ),
)
_OTHER = re.compile(
    r"该公司|该企业|竞争对手|同行业|上述公司|可比公司|控股股东|实际控制人|客户|供应商|股东|其主[营要]|关联方|采购"
)
_CLAUSES = 160
_PART = re.compile(r"(?:(?:关键|核心|专用|配套)(?:零?部件|零配件|组件|软件)|零?部件|零配件)$")
_STRAY = re.compile(
    r".*(?:导致|采购|影响了?|促使|使得?|带动|拓展|扩大|加大|改善|确保|建成|新增|新建|销售|主营|提供|受到?|增加|减少|包括|例如|随着|由于"
    r"|国内|列示|发布了?|拥有|具有|确认|外购|购买|遵循|涉及|应用|组织|负责|从事|完成|承担|委托|制定|取得|开展|推进|推动|推广|继续|巩固"
    r"|剔除|扣除|按照|预付给|终止|决定|聚焦|深耕|放弃了?|收缩了?|弥补了?|摆脱|依赖|促进|打造|涵盖|开发|研制|研发|生产|专注|订购|利用|测试|实现"
    r"|完善|提高|降低|抵消|针对|围绕|申请|投资|投入|采用|致力|大力|逐步|主要|重点|属于|分别|核心|主导|品牌|全球|中国|世界|有(?![机色源])|了|为|是|以|将|在|从|把|向"
    r"|因|按|于|与|和|及|或|的|系|对|给|等|产品|新市场|[^集]中)[“\"(]?"
    r"|[当本同上]期|[一二三四]期|现有?|部分|另外|其中|除|即|但|虽|若|如|中|由|该|他|它|事|类|品|种|司|各|每|单|前述|上述|总体|产品|设|后"
    r"|本(?:次|项目|公司)|竞争对手|外销|内销|直销|境内|境外|国外|海外|公司|发行人|[(].*|.*[)”》]|[A-Z]?\d{1,2}|其|此类|这类|发展|同类|行业|相关|整体"
)
"""What may stand before a name without belonging to it."""
_STRAY_BEHIND = re.compile(
    r"(?:等|的)?(?:销售|销售单价|销售量|销售额|毛利率?|产能|产量|总体|综合|单位成本|成本|采购.*|项目|建设项目|市场.*|实际|自主|自动|主营|业务"
    r"|具有.*|具备.*|生产线?|领域|行业|收入|产品|需求.*|新|等|相关|类|系列|研究|技术|研究开发|合计|之一|及相关|的分类|扩建.*|可|已)"
)
"""What may stand behind a name without belonging to it."""


class Who(StrEnum):
    """Whom a place is about."""

    OWN = "own"
    OTHER = "other"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Place:
    """One place that names a candidate: the kind of place, its number among those of its kind, and whom it is about."""

    kind: str
    number: int
    who: Who
    above: Who
    item: Item


@dataclass(slots=True)
class Candidate:
    """A possible product with its places, in the order in which they were read."""

    text: str
    places: list[Place] = field(default_factory=list)


def candidates(filing: Filing, issuer: str) -> dict[str, Candidate]:
    """The candidates by the key of their names; one that only has a stray word in front counts as what it names."""
    pool: dict[str, Candidate] = {}
    for place in _places(filing, issuer):
        text = place.item.text
        if text in filing.full_names:
            continue
        pool.setdefault(name_key(text), Candidate(text)).places.append(place)
    by_text = {candidate.text: key for key, candidate in pool.items()}
    for key, candidate in sorted(pool.items(), key=lambda entry: -len(entry[1].text)):
        core = _core(filing, candidate.text, by_text)
        if core is not None:
            pool[by_text[core]].places.extend(candidate.places)
            del pool[key]
    for piece in list(_pieces(pool)):
        if _stands_alone(filing.text, piece.text):
            pool.setdefault(name_key(piece.text), piece)
    return {key: candidate for key, candidate in pool.items() if not _broken(filing.text, candidate.text)}


def _stands_alone(text: str, name: str) -> bool:
    """Whether a piece of longer names is also said by itself."""
    return re.search(rf"(?:^|[\s,。、;:()“”的及和与为是]){re.escape(name)}", text) is not None


def _broken(text: str, name: str) -> bool:
    """Whether a name begins with the rest of a word that a line end broke: elsewhere one sign stands before it."""
    left = {text[match.start() - 1 : match.start()] for match in islice(re.finditer(re.escape(name), text), 60)}
    signs = left - {"", "\n", ">"}
    return len(signs) < len(left) and len(signs) == 1 and all("\u4e00" <= sign <= "\u9fff" for sign in signs)


def _pieces(pool: Mapping[str, Candidate]) -> Iterator[Candidate]:
    """What several candidates end in (JF型轴承, SF型轴承: 轴承), and the whole that a candidate is a part of."""
    words = load_words()
    ends: dict[str, dict[str, Candidate]] = {}
    for candidate in pool.values():
        text = candidate.text
        for at in range(1, len(text) - 2):
            if at >= 2 and words.head(text[at:]) and not HALF.match(text[at:]):
                ends.setdefault(text[at:], {}).setdefault(text[at - 1], candidate)
        part = _PART.search(text)
        if part and part.start() >= 4 and words.head(text[: part.start()]):
            yield _piece("part", candidate, 0, part.start())
    for end, owners in ends.items():
        if len(owners) >= 2:
            first = min(owners.values(), key=lambda candidate: candidate.places[0].item.start)
            yield _piece("end", first, len(first.text) - len(end), len(first.text))


def _piece(kind: str, owner: Candidate, start: int, end: int) -> Candidate:
    """A candidate of the signs from `start` to `end` of another one, at its places."""
    places = []
    for place in owner.places:
        at = place.item.text.find(owner.text[start:end])
        if at >= 0:
            item = replace(
                place.item,
                text=owner.text[start:end],
                start=place.item.start + at,
                end=place.item.start + at + end - start,
            )
            places.append(replace(place, kind=kind, item=item))
    return Candidate(owner.text[start:end], places)


def _core(filing: Filing, name: str, known: Mapping[str, str]) -> str | None:
    """The longest candidate that a name ends or begins with, if stray words or a firm are all that stands beside it."""
    for at in range(1, len(name) - 1):
        core = name[at:]
        if core in known and (_STRAY.fullmatch(name, 0, at) or name[:at] in filing.full_names):
            return core
        if name[:-at] in known and _STRAY_BEHIND.fullmatch(name, len(name) - at):
            return name[:-at]
    return None


def _places(filing: Filing, issuer: str) -> Iterator[Place]:
    text = filing.text
    for number, match in enumerate(own_scopes(text, issuer)[:3]):
        for item in items(match[1], match.start(1), SCOPE_METHOD, match.span()):
            yield Place("scope", number, Who.OWN, Who.OWN, item)
    for kind, method, pattern in LIST_ZONES:
        for number, match in enumerate(_first(pattern, text)):
            who, above = _about(filing, match.start())
            for item in items(match[1], match.start(1), method, match.span()):
                yield Place(kind, number, who, above, item)
    for number, (zone, start, end) in enumerate(listed(text, MOST_PLACES)):
        who, above = _about(filing, start)
        for item in items(zone, start, "product.list_rule", (start, end)):
            yield Place("list", number, who, above, item)
    for kind, most, pattern in _PATTERNS:
        for number, match in enumerate(_first(pattern, text, most)):
            who, above = _about(filing, match.start("item"))
            for item in items(match["item"], match.start("item"), f"product.{kind}_rule", match.span()):
                yield Place(kind, number, who, above, item)


def _first(pattern: re.Pattern[str], text: str, most: int = MOST_PLACES) -> Iterator[re.Match[str]]:
    for number, match in enumerate(pattern.finditer(text)):
        if number >= most:
            return
        yield match


def _about(filing: Filing, at: int) -> tuple[Who, Who]:
    """Whom the sentence up to `at` is about, and whom the text above it was about last."""
    text = filing.text
    stop = max(text.rfind(sign, max(0, at - _CLAUSES), at) for sign in "。\n;")
    start = stop + 1 if stop >= 0 else max(0, at - _CLAUSES)
    return _who(filing, start, at), _who(filing, max(0, start - 240), start)


def _who(filing: Filing, start: int, end: int) -> Who:
    others = [match.start() for match in _OTHER.finditer(filing.text, start, end)]
    found = filing.subject(start, end)
    if others and (not found or others[-1] > found[-1].start):
        return Who.OTHER
    if not found:
        return Who.NOBODY
    return Who.OWN if any(one.own for one in found) else Who.OTHER

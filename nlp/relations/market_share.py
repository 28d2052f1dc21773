"""Market shares of firms in a year, with product and market as scope.

Reads four wordings: 占有率为x%, 占(据)…x%的份额, 约占国内市场的x%, 以x%的市场份额. Several values behind 分别 belong to
as many firms (前三名分别为A、B和C), years or products of one firm, in their order. The firm is the subject of the
share's own clause, or of an earlier clause where nobody else stands between; a competitor's share given to the issuer
would be the worst of errors, so doubtful sentences are left. The year is the last time named before the share, in
the sentence or the one before it. 该产品 takes the product of the heading above. Limits: undated shares, parts of a
year, bounds (超过, 不到, 以上) and ranges are not read; a share whose product cannot be told is left.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.filing import Filing
from nlp.subject import Subject, is_full

_PERCENT = r"\d{1,2}(?:\.\d+)?%"
_VALUES = (
    rf"(?P<values>{_PERCENT}(?:[、,和及与]{{1,2}}{_PERCENT})*)(?![\-~至]|以[上下内外]|和\d|[^,;。]{{0,2}}以[上下])"
)
_ABOUT = r"(?:已经|已)?(?:分别|各)?(?:约)?(?:达到了?|达|为|是|占|高达)?(?:了)?(?:约|接近|近)?"
_WORD = r"(?:(?:市场)?占有率|市占率|(?:市场)?份额)"
_SHARES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<word>{_WORD})(?:比例)?{_ABOUT}(?:国产品牌的|国内市场的)?{_VALUES}",
        rf"(?P<word>占(?:有|据)了?|占)(?P<market>[^,;。\d%]{{0,26}}?)(?:的)?(?:约)?{_VALUES}(?:左右)?的?(?:市场)?份额",
        rf"(?P<word>约?占(?:据|有)?(?P<market>[^,;。\d%]{{0,12}}?)市场(?:份额|销量)?的?)(?:约)?{_VALUES}",
        rf"(?P<word>以){_VALUES}的{_WORD}",
    )
)
_CUE = re.compile(r"占有率|市占率|份额|占[^,;。\d]{0,14}市场")
_PART = r"(?:\d{1,2}[-至]\d{1,2}月|[上下]半年|年?初|第?[一二三四1-4]季度?|前\w季)"
_TIME = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)年(?P<part>度?{_PART}|\d{{1,2}}月(?:\d{{1,2}}日|份|末|底)?|度|年?末|年?底|全年)?(?P<open>以来|之?前|起|至|[-~]|开始|之?后)?"
    r"|(?P<no>报告期|目前|当前|现在|最近|近[一二三四五\d]年|截至本|未来)"
)
_PLANNED = re.compile(
    r"预计|预测|估计|计划|目标|力争|达产|如果|假设|假如|若|能够|只要|只需|募投|募集资金|拟|将(?:达|提|会|超|使)|未来|测算(?!的?20)"
)
_BOUND = re.compile(r"(?:超过|不到|不足|逾|低于|高于|突破|大于|小于|以上|至少|尚未|未)[^,;。]{0,3}$")
_RISE = re.compile(r"(?:增长|增加|提升|提高|下降|上升|减少|由|从)[^,;。]{0,4}$")
_ANAPHOR = re.compile(r"^(?:的)?(?:该|此|上述)(?:系列|类|种)?(?:产品|设备)|^(?:的)?(?:市场)?$")
_MEASURE = r"(?:按)?(?:的)?(?:累计)?(?:销售数量|出货量|装机量|销量|产量|销售量|销售额|销售收入|营收规模|收入规模|产品)"
_SCOPE = re.compile(
    rf"(?P<product>.*?)(?:{_MEASURE})?(?:[的在占中其]*)"
    r"(?P<market>国内外|国内|全球|国际|世界|中国|我国|全国|全省|[\u4e00-\u9fff]{2,6}(?:省|市|自治区)(?:内)?)?"
    r"(?:[的在中]|细分|同类|同行业|行业|市场|总|销量|产品|领域|内)*"
)
_MARKET = re.compile(r"国内外|国内|全球|国际|世界|中国|我国|全国|全省|国产品牌|[\u4e00-\u9fff]{2,6}(?:省|自治区)")
_MARKET_LEAD = re.compile(r"^(?:在)?(?P<market>国内|全球|国际|世界|中国|我国|全国)(?:的)?(?P<product>.{2,})$")
_LEAD = re.compile(
    r"^(?:的|生产的|主要产品|主导产品|核心产品|产品|自主研发的|研制的|经测算的|在|其|末|年度|度|实现|占有?|,)+"
)
_NO_PRODUCT = re.compile(
    r"[,;:。]|为|是|已|位居|排名|\d{2}|系列产品|^各?类产品|提升|综合|连续|品牌(?:力|的)|市场|整体|总体|逐年|不断|持续|主要客户|公司|主要产品"
)
_TOP = re.compile(
    r"(?P<scope>[^,;。\d]{2,24}?)(?:企业)?(?:营收规模|收入规模|出货量|销售额|销售量|销量|产量|市场份额|装机量)?前[一二三四五六七八九十\d]+[名大位](?:企业|厂商|公司|品牌)?分别(?:为|是)"
    r"(?P<list>[^,;。]{4,80}),(?:所占|其|各自)?(?:的)?$"
)
_FIRMS = re.compile(r"(?:^|[,;])(?P<list>[^,;。]{3,40}?)(?:[两二三四五]家)(?:企业|公司|厂商)(?:的)?$")
_LISTED = re.compile(r"[、和及与]|以及")
_HEADING = re.compile(
    r"^[(]?\w{1,3}[)、.]?(?P<topic>[\u4e00-\u9fffA-Za-z][^,。;:\n]{1,22}?)(?:产品)?(?:——|:|的产能消化|的市场|$)"
)
_HEADINGS = 12


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a market in percent; `at` is the value's span, `quote` the sentence's, both in the reading."""

    firm: str
    own: bool
    value: float
    period: str
    scope: str | None
    at: tuple[int, int]
    quote: tuple[int, int]
    level: str = "disclosed"


def market_shares(filing: Filing) -> list[Share]:
    """The market shares of firms in whole years, each as often as the text states it."""
    found: dict[int, Share] = {}
    read = 0
    for cue in _CUE.finditer(filing.text):
        if cue.start() < read:
            continue
        start, read = filing.reading.sentence(cue.start(), cue.end(), 500)
        for pattern in _SHARES:
            for match in pattern.finditer(filing.text, start, read):
                if match.start("values") not in found:
                    for share in _shares(filing, match, (start, read)):
                        found.setdefault(share.at[0], share)
    return [found[at] for at in sorted(found)]


def _shares(filing: Filing, match: re.Match[str], sentence: tuple[int, int]) -> Iterator[Share]:
    text, start = filing.text, sentence[0]
    before = text[start : match.start()]
    if _PLANNED.search(before) or _BOUND.search(text, start, match.start("values")):
        return
    if _RISE.search(match.group()[: match.start("values") - match.start()]) or _RISE.search(before):
        return
    values = [
        (float(value.group()[:-1]), (value.start(), value.end()))
        for value in re.finditer(_PERCENT, text[: match.end("values")][match.start("values") :])
    ]
    values = [(value, (low + match.start("values"), high + match.start("values"))) for value, (low, high) in values]
    if len(values) > 1 and "分别" not in text[start : match.start("values")]:
        return
    periods, level = _periods(filing, start, match.start(), len(values))
    if not periods:
        return
    for firm, scope, (value, at), period in _owned(filing, match, start, values, periods):
        yield Share(firm.name, firm.own, value, period, scope, at, sentence, level)


Owned = tuple[Subject, str | None, tuple[float, tuple[int, int]], str]


def _owned(
    filing: Filing,
    match: re.Match[str],
    start: int,
    values: Sequence[tuple[float, tuple[int, int]]],
    periods: Sequence[str],
) -> Iterator[Owned]:
    """Each value with its firm and scope: listed firms, or one firm with as many years or products, or one value."""
    text, count = filing.text, len(values)
    before = text[start : match.start()]
    top = _TOP.search(before) or _FIRMS.search(before)
    if top is not None:
        firms = _listed(filing, start + top.start("list"), start + top.end("list"))
        said = top.groupdict().get("scope")
        scope = _scope(re.sub(r"^.*年度?", "", said)) if said else _topic(filing, start)
        if len(firms) == count > 1 and len(periods) == 1 and scope:
            yield from ((firm, scope, value, periods[0]) for firm, value in zip(firms, values, strict=True))
        return
    firm = _subject(filing, start, match)
    if firm is None:
        return
    gap = text[max(firm.end, start) : match.start()]
    products = _products(gap, count) if count > 1 and len(periods) == 1 else []
    if products:
        yield from ((firm, scope, value, periods[0]) for scope, value in zip(products, values, strict=True))
        return
    if len(periods) not in (1, count) or (count > 1 and len(periods) == 1):
        return
    scope = _scope_of(filing, gap, match, start)
    if scope is not None:
        years = periods if len(periods) == count else [periods[0]] * count
        yield from ((firm, scope, value, year) for value, year in zip(values, years, strict=True))


def _subject(filing: Filing, start: int, match: re.Match[str]) -> Subject | None:
    """The one firm that the share is of, if nobody else stands between it and the share."""
    text, who = filing.text, filing.who
    subjects = who.of(start, match.start())
    if not subjects:
        firm = who.carried(start)
        begin = start
    else:
        firm, begin = subjects[-1] if len(subjects) == 1 else None, subjects[-1].end
    if firm is None or not (firm.own or is_full(firm.name)):
        return None
    between = text[begin : match.start()]
    if who.other_party(begin, match.start()) or re.match(r"的?(?:产品(?:的)?)?(?:客户|用户|股东|供应商)", between):
        return None
    if re.search(
        r"前[一二三四五六七八九十\d]+[名大家强位]|合计|企业|厂商|巨头|品牌(?!市场)(?=[^,]{0,4}$)|所处|所在", between
    ):
        return None
    return firm


def _listed(filing: Filing, start: int, end: int) -> list[Subject]:
    """The firms of a list; the words before it say that they are firms, so a name without a legal form will do."""
    firms, at = [], start
    for part in _LISTED.split(filing.text[start:end]):
        if not part:
            return []
        low = filing.text.index(part, at)
        at = low + len(part)
        named = filing.who.mentions(low, at)
        whole = named[0] if len(named) == 1 and named[0].end - named[0].start >= len(part) - 2 else None
        firms.append(whole or Subject(part, False, low, at))
    return firms


def _periods(filing: Filing, start: int, at: int, count: int) -> tuple[list[str], str]:
    """The years of the share: the last time named before it, or as many years in a row as there are values."""
    times = list(_TIME.finditer(filing.text, start, at))
    if not times and start:
        line = filing.reading.line(start)[0]
        before = filing.reading.sentence(start - 1, start - 1)[0]
        times = list(_TIME.finditer(filing.text, max(line, before), start))
        if len({time["year"] for time in times}) != 1 or not _CUE.search(filing.text, max(line, before), start):
            return [], "disclosed"
        year = _whole(times[-1])
        return ([year] if year else []), "strongly_inferred"
    run = times[-count:] if len(times) >= count > 1 else times[-1:]
    if len(run) > 1 and not all(
        re.fullmatch(r"[、和及与]", filing.text[a.end() : b.start()]) for a, b in itertools.pairwise(run)
    ):
        run = run[-1:]
    years = [_whole(time) for time in run]
    return [year for year in years if year] if all(years) else [], "disclosed"


def _whole(time: re.Match[str]) -> str | None:
    """The year of a time that is a whole year or its end."""
    part = time["part"] or ""
    if time["no"] or time["open"] or re.search(_PART, part) or part.endswith("份"):
        return None
    month = re.match(r"(\d{1,2})月", part)
    return None if month and month[1] != "12" else time["year"]


def _scope_of(filing: Filing, gap: str, match: re.Match[str], start: int) -> str | None:
    """Product and market, from the words between firm and share, the market behind the verb, or the heading above."""
    gap = _plain(gap)
    market = match.groupdict().get("market") or ""
    clauses = gap.split(",")
    own = _plain(clauses[-1])
    scope = _scope(own + market) if len(clauses) == 1 else None
    if scope is None and len(clauses) == 2:
        made = re.match(rf"(?:的)?([\u4e00-\u9fffA-Za-z0-9]{{2,16}}?){_MEASURE}", _plain(clauses[0]))
        scope = _scope(made[1] + own + market) if made and _only_market(own) else None
    if scope is None and market:
        scope = _scope(re.sub(r"市场$", "", market))
    if scope is None and (_ANAPHOR.match(own) or _only_market(own)):
        topic = _topic(filing, start)
        named = _MARKET.search(own + market)
        scope = f"{topic} {named.group()}" if topic and named else topic
    return scope


def _only_market(words: str) -> bool:
    return not re.sub(_MARKET, "", re.sub(r"[的在中总]|全部品牌|市场|累计|同类产品|该|系列|产品", "", words))


def _plain(words: str) -> str:
    """The words without times and fillers at their beginning."""
    return _LEAD.sub("", _TIME.sub("", words).strip(","))


def _scope(words: str) -> str | None:
    """Product and market of a share, divided by a blank; None where the product cannot be told."""
    match = _SCOPE.fullmatch(_LEAD.sub("", words))
    if match is None:
        return None
    product, market = re.sub(r"^[的在]+|[的在]+$|“|”", "", match["product"]), match["market"]
    led = _MARKET_LEAD.match(product)
    if led:
        product, market = led["product"], market or led["market"]
    if not 2 <= len(product) <= 22 or _NO_PRODUCT.search(product) or _MARKET.fullmatch(product):
        return None
    return " ".join(part for part in (product, market) if part)


def _products(gap: str, count: int) -> list[str]:
    """As many products as there are values: listed before the share, or behind the firm where 上述产品 stands in."""
    head, _, tail = gap.partition("上述产品")
    passage = head if tail else gap
    for words in (re.split(r"[,;]", passage)[0], re.split(r"[,;]", passage)[-1]):
        market = _MARKET.search(tail or words)
        core = re.sub(r"(?:主营业务)?收入.*$|的?(?:市场|国内市场|全球市场).*$", "", _plain(words))
        parts = [part for part in re.split(r"、|和|及|以及", re.sub(r"^.*?(?:在|的)(?=[^、]*、)", "", core)) if part]
        if len(parts) == count and all(_scope(part) for part in parts):
            return [" ".join((part, market.group()) if market else (part,)) for part in parts]
    return []


def _topic(filing: Filing, start: int) -> str | None:
    """The product of the nearest heading above a sentence: (3)水声探测设备——国产品牌市场占有率第一."""
    at = start
    for _ in range(_HEADINGS):
        begin, end = filing.reading.line(at)
        heading = _HEADING.match(filing.text[begin : min(end, begin + 60)])
        if heading and begin < start:
            topic = re.sub(r"(?:市场|行业|概况|分析|情况)+$", "", heading["topic"])
            return topic if len(topic) >= 2 and not _NO_PRODUCT.search(topic) else None
        if begin == 0:
            return None
        at = begin - 1
    return None

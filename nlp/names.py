"""Organisations by rules: legal forms and offices at the right edge, cue words at the left, and short names.

Reads the text of a `Reading`; writes `Name` spans and the table of short names (以下简称, 下称, 指). Limits: names
without a known ending are found only through the table of short names; a place before an office is kept as it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kg.values.name import name_key
from kg.values.region import Regions
from kg.values.trade import words

_FORMS = (
    "股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|集团公司|总公司|株式会社|公司|集团|联合社|合作社|联社|银行"
    r"|有限合伙|合伙企业|\((?:有限|普通|特殊普通)合伙\)"
)
_OFFICES = (
    "人民政府|管理委员会|管委会|委员会|指挥部|工程办公室|办公室|管理局|公安局|监督局|监理局"
    "|管理处|管理所|管理站|管理中心|"
    "建设局|水利局|水务局|财政局|教育局|卫生局|林业局|交通局|市政局|园林局|绿化局|城管局|规划局"
    "|环保局|保护局|铁路局|总局|分局|"
    "供电局|电网局|民政局|文化局|旅游局|发展局|农业局|国土局|房管局|工程局|电力局|体育局|农村局"
    "|贸易局|信息化局|公路局|航道局|港务局|"
    "开发区|水利厅|交通运输厅|交通厅|卫生厅|教育厅|公安厅|财政厅|总队|支队|大队|监狱|法院"
    "|检察院|中心|大学|学院|学校|中学|小学|"
    "研究院|研究所|设计院|科学院|医院|保健院|卫生院|建设处|项目部|经理部|建管局|水电站|电厂"
    "|发电厂|水厂|总厂|工厂|交易所|管理公司|电视台|事务所|出版社|杂志社|协会|学会|采购站|装备部|交通部|铁道部|财政部"
    "|国防部|交通运输部|发展部|后勤部|建设部|筹备组|办事处|军区|政府|商会|联合会|(?<![副代局])(?<!董事)局"
)
_COMPANY = re.compile(
    rf"(?:{_FORMS})(?:[(](?:有限|普通|特殊普通)合伙[)])?(?:(?:(?![与和的被由向在为将等]|及(?!利)|旗下|下属)[\u4e00-\u9fff]){{2,12}}?(?:分公司|项目经理部|项目部|分行(?!业)|支行))?"
)
_OFFICE = re.compile(rf"(?:{_OFFICES})(?![\u4e00-\u9fff]{{0,2}}(?:主任|部长))")
_LATIN = re.compile(
    r"[A-Z][A-Za-z0-9&.,'\- ]{1,60}?[ ,](?:Co\.?,? ?Ltd|LTD|Ltd|Limited|LIMITED|Inc|INC|GmbH|LLC|Corporation|CORP"
    r"|Corp|S\.?A|PLC|Plc|AG|B\.V|N\.V|Company|LTDA|Pty)(?![A-Za-z])\.?"
)
_BODY = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·&()—\-]*")
_MOST = 46
# Words after which a name begins. Single signs that also stand inside names have their exceptions beside them.
_LEFT = re.compile(
    r"(?:与(?!发展|改革|技术服务)|及(?!其)|以及|向(?!阳|荣)|系(?!统|列)|是|了|中标|入围|竞得|业主|代表|根据|经过|依据"
    r"|按照|确认|认为|在(?!线)|将(?!乐)|从(?!化|江)|被|(?<!财)经(?!济|开|贸|纬|营|典|络|纪|信)|关于|就(?!业)"
    r"|即|称|的|并|又|已|获[得悉]?(?!嘉)|或(?!多)|"
    r"(?<!自)由(?!于|港)|给|让|(?<![大合相会共等德天志协胡])同(?!意|方|仁|济|洲|兴|江|德|安|力|创|益|心|达|花)|"
    r"(?<![泰永呼谐平祥义人协仁共温饱中太元惠嘉百])和(?!平|田|谐|县|顺|静|硕|龙|布|兴|美|泰|记"
    r"|信|晶|而|盛|邦|佳|仁|众|君|合|丰|达|林|利|城乡|计划|信息|改革|社会|园林|技术|规划|旅游|水"
    r"|教育|体育|环境|国土|生态|林业|商务|文化|经济|科学|质量|安全|市场|综合|卫生)|"
    r"(?<![华])为(?!民|家)|(?<![单])于(?!洪|都|田|越)|对(?!外)|"
    r"(?:收到|接到|签到|取得|获得|来自|通知|确定|确认|授权[方人]?|委托[方人]?|授予|交予|解聘|续聘|改聘|牵头人|成员|包括|其中|分别"
    r"|转发|通过|发行人受?|控股(?!有限|集团|股份|公司|[(])|参股|全资|"
    r"子公司|孙公司|分公司|本公司|我公司|公司|单位|业主|招标人|采购人|发包人|发包方|甲方|乙方"
    r"|丙方|买方|卖方|需方|供方|受托[方人]|出租[方人]|承租[方人]|买受人|出卖人|总包方|股东|控制人|代理机构|中标人|"
    r"承包人|承包方|客户|对手方|对方|机构|名称|下属|旗下|所属|下称|简称|近日|日前|董事会|监事会"
    r"|保荐机构|主承销商|说明书|公告|编号|签订|签署|合同|协议))"
    r"[:]?(?=[\u4e00-\u9fffA-Z(])"
)
_LEAD = re.compile(
    r"^(?:[0-9.\-年月日一二三四五六七八九十、()]*(?:月\d{1,2}日|日(?![立东本照月新出]))|[\d.\-]+(?=[\u4e00-\u9fff])"
    r"|[一二三四五六七八九十]{1,3}是|[)\-—·&]+"
    r"|(?:本|我|该|各|其|上述|前述|原|原名|现|拟|和|与|及|则|而|且|或|下达|关联方|签约方|合作方"
    r"|采购方|招标方|交易对方|建设单位|招标单位|发标单位"
    r"|发包单位|采购单位|项目单位|出资人|投资人|受让方|转让方))+"
)
_POOR = re.compile(
    r"^(?:本|我|该|各|其|子|大型|行业|多家|关于|保证|母|分|总|孙|贵|两家?|全资子|控股子|参股"
    r"|上市|股份|项目|目标|有限|责任|发行人|集团|关联|全资|控股|下属|所属|"
    r"相关|有关|合资|合营|联营|国有|外资|新|独资|合伙|独立|物业|咨询|代理|招标代理|证券|担保"
    r"|保险|租赁|评估|境外|境内|多家|一家|其他|任何"
    r"|区|市|省|县|当地|地方|各级|国家|人民)*"
    r"(?:公司|集团|有限公司|有限责任公司|股份有限公司|股份公司|集团公司|总公司|银行|政府|商会|联合会|(?<![副代局])(?<!董事)局"
    r"|委员会|中心|大学|学院|学校|医院|办公室|研究院)$"
)
_NO_FIRM = re.compile(
    r"\d{4}|占|影响|提升|提高|增强|促进|促使|情况|详见|内容|金额|进一步|履行|完工|概况|确认|书|有利"
    r"|能够|可以|加强|扩大|巩固|推动|拓展|体现|说明|任何|不存在|均|导致|给予|完善"
    r"|我国|双方|各方|上述|可能|将对|符合|帮助|完成后|[本我]$|年度|截至|目前|推进|构成|介绍|获悉"
)
_INSIDE = frozenset("和同为经及与")
"""Cues of one sign that stand inside names, too."""
_WHOLE_FORM = re.compile("有限公司|有限责任公司")
_STOP_TAIL = re.compile(r"(?:项目|工程|合同|协议|业务|产品|研发|营销|技术|数据|物流|购物|展览|活动)中心$")
_QUOTED = re.compile(r"[“\"「『‘']([^”\"」』’'“]{1,24})[”\"」』’']")
_ALIAS = re.compile(
    r"[(][^()“\"]{0,40}?(?:简称|下称|称之?为|合称|以下称|称)[为:]{0,2}([^()]{1,70}(?:[(][^()]{1,12}[)][^()]{0,30})?)[)]"
)
_BARE_ALIAS = re.compile(r"[(]([“\"][^”\"]{1,20}[”\"])[)]")
_MEANS = re.compile(r"^([^\t\n。;]{1,60}?)\s*[\t]?指[\t:]?\s*([^\n\t。;]{4,60})$", re.M)
ROLE_WORDS = frozenset(
    [
        "甲方",
        "乙方",
        "丙方",
        "丁方",
        "买方",
        "卖方",
        "需方",
        "供方",
        "发包人",
        "发包方",
        "承包人",
        "承包方",
        "分包人",
        "分包方",
        "招标人",
        "招标方",
        "招标单位",
        "中标人",
        "中标方",
        "中标单位",
        "采购人",
        "采购方",
        "采购单位",
        "供应商",
        "业主",
        "业主方",
        "建设单位",
        "施工单位",
        "委托方",
        "受托方",
        "委托人",
        "受托人",
        "出卖人",
        "买受人",
        "出租方",
        "承租方",
        "出租人",
        "承租人",
        "总包方",
        "总承包方",
        "总承包人",
        "社会资本",
        "社会资本方",
        "投资人",
        "投资方",
        "政府方",
        "联合体",
        "订货方",
        "供货方",
        "用户",
        "客户",
        "定作人",
        "承揽人",
        "转让方",
        "受让方",
        "许可方",
        "被许可方",
        "授权方",
        "被授权方",
        "合作方",
        "双方",
        "各方",
        "公司",
        "本公司",
        "我公司",
        "发行人",
        "上市公司",
        "股份公司",
        "集团",
        "标的公司",
        "目标公司",
        "子公司",
        "全资子公司",
        "控股子公司",
        "交易对方",
        "对方",
        "招标代理机构",
        "招标代理",
        "代理机构",
        "牵头人",
        "联合体牵头人",
        "联合体成员",
        "项目公司",
        "合资公司",
        "保荐人",
        "主承销商",
    ]
)
SELF_WORDS = frozenset(["公司", "本公司", "我公司", "发行人", "股份公司", "上市公司"])


@dataclass(frozen=True, slots=True)
class Name:
    """A span of a `Reading` that names an organisation. `company` is False for offices, schools, hospitals."""

    text: str
    start: int
    end: int
    company: bool


@dataclass(frozen=True, slots=True)
class Alias:
    """`short` stands for `full` in this document; the span covers the statement in the `Reading`."""

    short: str
    full: str
    start: int
    end: int


def names(text: str, offices: bool = True) -> list[Name]:
    """All organisations named in `text`, in order, not overlapping; linear, as each ending looks back 46 signs."""
    found = [_grown(text, match.start(), match.end(), True) for match in _COMPANY.finditer(text)]
    if offices:
        found += [_grown(text, match.start(), match.end(), False) for match in _OFFICE.finditer(text)]
    found += [Name(match.group(), match.start(), match.end(), True) for match in _LATIN.finditer(text)]
    kept = sorted((name for name in found if name is not None), key=lambda name: (name.start, -name.end))
    result: list[Name] = []
    for name in kept:
        if result and name.start < result[-1].end:
            if name.end <= result[-1].end:
                continue
            last = result[-1]
            whole = text[last.start : name.end]
            if len(whole) <= _MOST + 10 and last.start <= name.start:
                result[-1] = Name(whole, last.start, name.end, name.company)
            continue
        result.append(name)
    return _agreed(text, result)


def _grown(text: str, start: int, end: int, company: bool) -> Name | None:
    """Grow an ending to the left up to punctuation, then cut cue words off."""
    window = text[max(0, start - _MOST) : start]
    match = _BODY.match(window[::-1])
    body = window[len(window) - (match.end() if match else 0) :]
    body = _balanced(body)
    cut = 0
    for cue in _LEFT.finditer(body + text[start:end]):
        if cue.end() <= len(body) and (len(body) - cue.end() + (end - start) >= 4 or cue.end() == len(body)):
            if (
                company
                and cue.group() in _INSIDE
                and _is_inside(body[cut : cue.start()], cue.group(), body[cue.end() :])
            ):
                continue
            cut = cue.end()
    body = body[cut:]
    if text[start:end] in ("公司", "集团"):  # X有限公司子公司
        body = body[max((form.end() for form in _WHOLE_FORM.finditer(body)), default=0) :]
    lead = _LEAD.match(body)
    while lead and lead.end():
        body = body[lead.end() :]
        lead = _LEAD.match(body)
    name = body + text[start:end]
    # "广东省水利厅" is a name, "有限公司" and "本公司" are not
    if len(name) < 4 or not body or _POOR.match(name) or _STOP_TAIL.search(name):
        return None
    if company and text[start:end] in ("公司", "集团", "银行") and (len(body) < 2 or _NO_FIRM.search(body)):
        return None
    return Name(name, end - len(name), end, company)


def _is_inside(before: str, cue: str, core: str) -> bool:
    """Whether a cue of one sign is of the name: right behind its place, or a brand would be missing behind the cue."""
    if not core:
        return False
    if len(core) == 1 or words(core) is not None or (len(core) > 2 and words(core[1:]) is not None):
        return True  # 众和投资管理, 新和成
    return cue in "同和" and _is_place(before)  # 上海同华


def _balanced(body: str) -> str:
    """Cut at a bracket that opens or closes without its partner."""
    remark = body.rfind(")-")
    body = body[remark + 2 :] if remark >= 0 else body
    depth = 0
    for at in range(len(body) - 1, -1, -1):
        if body[at] == ")":
            depth += 1
            if depth > 1:
                return body[at + 1 :]
        elif body[at] == "(":
            depth -= 1
            if depth < 0:
                return body[at + 1 :]
    if depth:
        return body[body.rfind(")") + 1 :]
    return body


PLACE = re.compile(r"中国|(?:[\u4e00-\u9fff]{2,8}?(?:省|市|县|区|州|旗|盟))+")


def _is_place(text: str) -> bool:
    place = Regions.load().at(text)
    return bool(PLACE.fullmatch(text)) or (place is not None and place.end == len(text))


def _agreed(text: str, found: list[Name]) -> list[Name]:
    """Where a longer span ends in a name that stands alone elsewhere after punctuation, the rest is not of the name."""
    clean = {name.text for name in found if name.start == 0 or text[name.start - 1] in ' \n\t,。;:、“"(《'}
    often = Counter(name.text for name in found)
    by_tail: dict[str, list[str]] = {}
    for whole in clean:
        if len(whole) >= 6:
            by_tail.setdefault(whole[-6:], []).append(whole)
    result = []
    for name in found:
        best = name
        if name.text not in clean:
            tails = [tail for tail in by_tail.get(name.text[-6:], ()) if name.text.endswith(tail)]
            tails = [tail for tail in tails if often[tail] >= often[name.text]]
            tails = [tail for tail in tails if not _is_place(name.text[: len(name.text) - len(tail)])]
            if tails:
                longest = max(tails, key=len)
                best = Name(longest, name.end - len(longest), name.end, name.company)
        result.append(best)
    return result


def _shorts(inside: str) -> Iterator[str]:
    quoted = _QUOTED.findall(inside)
    for part in (
        (x for y in quoted for x in re.split(r"[、/]", y)) if quoted else re.split(r"[、,或]|或者|及|和", inside)
    ):
        short = part.strip(" :为“”\"'‘’「」『』")
        if 1 < len(short) <= 20:
            yield short


def aliases(reading_text: str, found: list[Name], means: bool = True) -> list[Alias]:
    """The short names that the document defines: after a name in brackets, and in lines `short 指 full` (释义)."""
    result: list[Alias] = []
    ends = {name.end: name for name in found}
    for pattern in (_ALIAS, _BARE_ALIAS):
        for match in pattern.finditer(reading_text):
            owner = ends.get(match.start()) or _before_bracket(reading_text, match.start(), ends)
            if owner is None:
                continue
            for short in _shorts(match.group(1)):
                if name_key(short) != name_key(owner.text):
                    result.append(Alias(short, owner.text, owner.start, match.end()))
    if means:
        result += _glossary(reading_text)
    return list(dict.fromkeys(result))


def _before_bracket(text: str, at: int, ends: dict[int, Name]) -> Name | None:
    """The name before another bracket: 浙江天猫技术有限公司(优酷网)(以下简称…)."""
    if at and text[at - 1] == ")":
        opening = text.rfind("(", max(0, at - 30), at)
        if opening >= 0:
            return ends.get(opening)
    return None


def _glossary(text: str) -> list[Alias]:
    result = []
    for match in _MEANS.finditer(text):
        full = re.split(r"[,。;]", match.group(2))[0]
        owners = [name for name in names(full, offices=False) if name.start <= 3]
        if not owners:
            continue
        owner = owners[0]
        if full[owner.end :].startswith(
            ("法", "章程", "股东", "董事", "监事", "之", "的", "及")
        ):  # a law, an organ, a part
            continue
        for short in re.split(r"[、,/或\t]|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", match.group(1)):
            clean = short.strip(" “”\"'")
            clean = clean if clean.count("(") == clean.count(")") else clean.strip("()")
            if 1 < len(clean) <= 20 and not re.search(r"[。:]", clean) and name_key(clean) != name_key(owner.text):
                start = match.start(2) + owner.start
                result.append(Alias(clean, owner.text, match.start(1), start + len(owner.text)))
    return result

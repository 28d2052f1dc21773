"""Whole names of organisations: which of the spans that end like names are full names, and where they begin and end.

Reads the names of `nlp.names` (a rough left edge) and the bodies of `nlp.institutions`; gives spans that may overlap,
with what they are. Limits: a firm without a legal form, place or kind behind it (known by its brand alone) is none;
words that run into a name are known by a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.values.region import Regions, RegionSpan
from nlp.institutions import ABROAD, institutions, stands_alone, with_part
from nlp.names import Name


@dataclass(frozen=True, slots=True)
class Organisation:
    """A span of the text that was read; `firm` says enterprise, else a public or other body; `method` is the rule."""

    start: int
    end: int
    firm: bool
    method: str


def organisations(text: str, found: Sequence[Name], places: Sequence[RegionSpan]) -> Iterator[Organisation]:
    """The full names; `found` are the names of the text, `places` its regions."""
    for name in found:
        start, end = left_edge(text, name.start, name.end), name.end
        if name.company:
            end = _right_edge(text, start, end)
        whole = text[start:end]
        if is_full_name(whole) or (not name.company and stands_alone(whole)):
            if not name.company:
                end = with_part(text, end) or end
            yield Organisation(start, end, _is_firm(text[start:end], name.company), "name.suffix_rule")
    for start, end in institutions(text, places):
        yield Organisation(start, end, _is_firm(text[start:end], False), "name.institution_rule")


def is_full_name(text: str) -> bool:
    """Whether a name that ends like an organisation's is the whole of it, no role, kind or organ of a firm.

    A legal form behind two signs makes one; without it (电力公司, 审计委员会, 加工厂) the name has to begin with a
    place or with a word of the state.
    """
    plain = "".join(text.split())
    if _ROLE.match(plain) or _NO_NAME.search(plain):
        return False
    form = _FORM.search(plain)
    if form and form.start() > 1 and not _KIND.match(plain):
        return True
    if _STATE.match(plain) or _LATIN.fullmatch(plain):
        return True
    if _OLD_PLACE.match(plain):
        return True
    place = Regions.load().at(plain)
    return place is not None and len(plain) - place.end > 1 and not _PLAIN_WORKS.fullmatch(plain, place.end)


def left_edge(text: str, start: int, end: int) -> int:
    """Where a name begins: running words before its place are cut, and words that lead up to a name."""
    name = text[start:end]
    for pattern in (_NUMBER, _DATED, _LEAD):
        lead = pattern.match(name)
        if lead:
            start += lead.end()
            name = text[start:end]
    head = ABROAD.match(name) or _JOINED.match(name)
    if head:
        return start + head.end()
    for place in Regions.load().spans(name):
        before = name[: place.start]
        if before and not before.endswith("(") and not _BRANCHED.search(before) and _runs_in(before, name[: place.end]):
            return start + place.start
    return start


def _runs_in(before: str, place: str) -> bool:
    """Whether the signs before a place are words of the sentence: by such a word, or before a place's full name."""
    if _RUNNING.search(before):
        return True
    outer = Regions.load().at(before)
    whole = outer is not None and outer.end == len(before)
    return place.endswith(("省", "市", "自治区")) and not _STATE.match(before) and not whole


def _right_edge(text: str, start: int, end: int) -> int:
    """Where a firm's name ends: with its branch, without words of the sentence before one."""
    form = _FIRST_FORM.match(text, start, end)
    if form and form.end() < end and _VERB.search(text, form.end(), end):
        return form.end()
    branch = _BRANCH.match(text, end)
    return branch.end() if branch and not _VERB.search(branch.group()) else end


def _is_firm(text: str, company: bool) -> bool:
    return bool(_WORKS.search(text)) or (company and not text.startswith("中国人民银行"))


_FORM = re.compile(
    r"(?:有限责任|有限|集团|总|合伙)公司|(?:公司|集团|银行).*(?:分公司|支行|分行)$|事务所|合作社|联社|株式会社|\((?:有限|普通|特殊普通)合伙\)"
)
_FIRST_FORM = re.compile(r"[^。,;:\n]{2,40}?(?:有限责任公司|有限公司)")
_BRANCH = re.compile(
    r"[\u4e00-\u9fff]{2,6}?(?:分公司|分行(?!业)|支行|分所|营业部|办事处|代表处|[^厂公]厂(?![房商家区内长址]))"
)
_KIND = re.compile(r"(?:该|本|这|其|新|母|子|一人|几|各|两)?(?:家)?(?:有限责任|有限|股份有限|股份|集团|总|分)公司")
_ROLE = re.compile(
    r"[()](?![^()]{2,4}[)][^()]{2,}公司)|发行人|本公司|公司|上述|其他|(?:律师|会计师|注册会计师|资产评估|评估师)事务所"
)
_NO_NAME = re.compile(
    r"[的了等]|[副代]局$|董事局$|时有限|^直辖市|知名|^中华人民共和国公司|[二三四五六七八九十]大(?!学)|购置|移交|审定|组建|改制|机房|(?:^|[^限])(?:上市|子|大型|全国性)公司$|^(?:美国|中国|国内|外国)(?:公司|政府|银行)$|全[省市]|各|有\d|[一二三四五六七八九十两几多各]家|开发区$|[布格结]局$"
)
_PLAIN_WORKS = re.compile(r"(?:工厂|总厂|分厂|中心|公司|分公司|分行|支行|办事处|[两各]地|本地|当地).{0,2}")
_STATE = re.compile(
    r"美国|英国|日本|德国|韩国|欧盟|联合国|世界|国际(?=.{2,}(?:协会|组织|学会))|中国|中华|国家|国务院|全国|中共|中央|最高人民"
)
_OLD_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}[省市县](?=[\u4e00-\u9fff]{2,12}(?:局|厅|法院|政府|厂|中心)$)")
_BRANCHED = re.compile(r"(?:公司|银行|集团)$")
_RUNNING = re.compile(r"[到受由与及在向对为被经购托请决立商司付期意诺欠—\d\s]")
_VERB = re.compile(r"[的与及和为在将由向被等对]|转让|设立|成立|拟|出资|持有|收购|签订|控股|拥有|[、,。;:]")
_LEAD = re.compile(
    r"^.{0,24}(?:设立|成立|判决|供应商|客户|子公司|收购|转让|所持|持有|同意|利用(?!发电)|交予|合伙人|之一|前身|委托|聘请|认购|请求|支付|注销|担任|发起人|执行|归口|拥有|阅读|审阅|约定|第三方|安排|调整|兼任|主要有|租用|承诺|考虑到|预付|应付|应收"
    r"|就职于|任职于|供职于|任职|就职|[内始亦出生士]任|辞去|入职|考取|攻读|就读|加入|进入|加盟|创立|创办|派驻|兼|毕业于|先后任|历任|现任|曾任|尚欠)[—:]*原?(?=.{4})"
    r"|^(?:[\d年月日]*(?:至今)?任(?![丘县城])|如(?![意皋东家通])|指|以(?![岭色])|据|若|读(?!者)|赴|驻|有(?!研)|当期)(?=.{4})",
    re.DOTALL,
)
_DATED = re.compile(
    r"(?:.{0,6}?自|至)?(?:[一二三四五六七八九十〇○\d]*年|\d{1,2}月|至今|起任)[一二三四五六七八九十\d年月日至起今间底初末份—~\-]*"
    r"(?:(?:先后|曾|现|兼|担)?任职?|就职)?(?:于|在)?(?=.{4})"
)
_NUMBER = re.compile(r"[(][一二三四五六七八九十\d]{1,3}[)]")
_JOINED = re.compile(r"[\u4e00-\u9fff]{2,10}?(?:部|委员会)(?=国家|中国|全国|海关)")
_LATIN = re.compile(r"[A-Z][A-Za-z0-9&.,'()\- ]{5,}")
_WORKS = re.compile(r"[厂矿店]$|事务所(?:\([^()]*\))?$")

"""Public bodies, schools, institutes, associations and exchanges of a text: names that bear no legal form.

Reads the text of a `Reading` and its places; gives spans that may overlap. Three ways: a place and what kind of body it
is; a ministry or the State Council by name; a party committee. A body of a body (…委员会办公室) is named with its head.
Limits: short names of offices (工信部, 银监局) are left; a body called by its kind alone (审计委员会) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.values.region import RegionSpan

_SIGN = "[\u4e00-\u9fff]"
_SCHOOL = "大学|学院|研究生院|科学院|研究院|研究所|设计院|交易所|协会|学会|联合会|商会|基金会"
_OF_PLACE = re.compile(
    rf"{_SIGN}{{0,14}}?(?:{_SCHOOL}|事务所|委员会|[省市县区]委(?!员)|(?:[厅厂]|(?<![布格结])局)(?![长部级房区])|法院|检察院|银监会|人民政府|管委会)"
)
_MINISTRY = re.compile(
    r"(?:国家)?(?:财政|科学技术|科技|商务|工业和信息化|教育|交通运输|生态环境|环境保护|住房和城乡建设|农业农村|农业|国防|公安|卫生"
    r"|铁道|信息产业|民政|司法|人力资源和社会保障|自然资源|国土资源|水利|文化)部(?![门分件长位级队委])|国务院(?!令)|海关总署|审计署"
)
_PARTY = re.compile(rf"中共{_SIGN}{{2,10}}?[省市县区州]委(?!员)(?:办公室|[宣组][传织]部)?")
ABROAD = re.compile(
    r"(?:美国|英国|法国|德国|日本|加拿大|澳大利亚|新西兰|新加坡|意大利|荷兰|瑞士|瑞典|俄罗斯|韩国)(?=[\u4e00-\u9fff]{2,9}大学$)"
)
"""A country before the name of its university, which is not of the name."""
_ALONE = re.compile(
    rf"{_SIGN}{{2,14}}?(?:大学|学院|科学院|交易所|学会|协会|研究院|研究所|事务所|出版社|杂志社|勘探局|发电厂|水电厂|卷烟厂|制药厂|[园新税发]区(?:管理委员会|管委会))"
)
_KIND = re.compile(
    r"各|多|世界上|有关|国内|国外|行业|本|该|其|某|全国性|地方|高等|证券|期货|商品|商业|企业|公司|独立|民办|技术|专业|境[内外]|上述"
    r"|相关|同业|我国|当地|知名|著名|重点|众多|部分|下属|附属|所属|中央|海外|毕业|先后|包括|自律|曾|历|现|兼|大学|学院|科研|等|律师事|会计师事|注册|中介|全球|最|大型|解聘|续聘|改聘|聘任|归口|(?:新闻|传播|管理|工程|建筑|机械|经济|经贸|金融|会计|财经|动力|公共|公共事务|软件|法|商|教育|外语|艺术|人文)学院$|教育背景"
)
_PART = re.compile(
    rf"{_SIGN}{{0,14}}?(?:分会|委员会|研究所|研究院|研究生院|办公[室厅](?!副?主任)|分局|[一二三四五六七八九十]局|总队|支队)"
)
_RUNNING = re.compile(
    r"[到受由及在向为被购托请决司—\d\s]|与(?!改革)|设立|成立|[副兼]|会长|依照|规定|[至依符]|回复|移交|审定|对(?!外)|经(?![济贸营信纬])|和(?![信计社规改城技国园旅体水林生环文科卫农商])|商(?![务业会品])|自建|新建|拟建|区域内|有关|相关|所属|下属"
)

_VERB = re.compile(r"依照|规定|[至依符汇]|回复|审定")


def stands_alone(name: str) -> bool:
    """Whether a name that begins with no place is a school's, an association's or the like, and no kind of them."""
    return bool(_ALONE.fullmatch(name)) and not _KIND.match(name) and not _VERB.search(name)


def with_part(text: str, end: int) -> int | None:
    """Where a body of the body that ends at `end` ends itself, if one is named right behind it."""
    part = _PART.match(text, end)
    return part.end() if part and not _RUNNING.search(part.group()) else None


def institutions(text: str, places: Sequence[RegionSpan]) -> Iterator[tuple[int, int]]:
    """Spans of the names; a body of a body as a span of its own beside its head's."""
    spans = set()
    for place in places:
        found = _OF_PLACE.match(text, place.end)
        if found and not _RUNNING.search(found.group()):
            spans.add((place.start, found.end()))
    for pattern in (_MINISTRY, _PARTY):
        spans |= {found.span() for found in pattern.finditer(text)}
    yield from spans
    for start, end in spans:
        longer = with_part(text, end)
        if longer is not None:
            yield start, longer

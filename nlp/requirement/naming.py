"""What a figure is a figure of: 干鸡粪总有机物含量 in 干鸡粪总有机物含量不小于60%.

The name is the quantity's own noun phrase: back from the comparison to the next mark of punctuation, without what
leads into it (需, 保证, 在 … 条件下) and without the words of a sentence (应, 必须).
"""

from __future__ import annotations

import re

_STOP = re.compile(r"[,;。:!?\n、()\[\]{}【】《》<>\"“”'‘’≥≤=~|\t]")
_TAIL = re.compile(
    r"(?:[ \t:=+\-]|应该|应当|(?<![反响效适供感对相])应|需要|需|必须|须|要求|要|得|能够|(?<![耗节功性产动效智热电])能|"
    r"可以|可|均|都|也|则|将|基本|一般|最好|严格|尽量|分别|达到|达|为|是|在|到|至|约|不|保持|维持|"
    r"控制|稳定|设定|设计|平均|由|从|的|等|各|必|共|并|且|仅|有|只|只能|占|的(?:提高|提升|降低|改善)|"
    r"数值|指标|目标|要求|范围内|不超|大概|大约|近|介于|处于|小于|大于|可调)$"
)
_LEAD = re.compile(
    r".*(?:使得?(?!用)|保证|确保|实现|要求|能够|具有|具备|达到|满足|需要?(?![求水氧])|研发|研制|开发|"
    r"希望|预期|目标[是为]?|同时|并且|而且|以及|以便|从而|因此|其中|其(?!他)|采用|进行|包括|通过|"
    r"形成|获得|培育(?:出)?|选育(?:出)?|申请|制定|建立|建成|建设|完成|取得|发表|(?<![反响效适供感对相])应(?![力用变急答])|"
    r"必须|整体|最终|首先|其次|再次|可使|"
    r"条件下|情况下|过程中|状态下|时(?!间|长|速|延|效|率|域|序|刻|漂)|后(?![期续桥轮处])|下(?=[^降限沉垂游])|"
    r"将|把|对|让|与|且|年内|内(?=[^径部容压孔环圈壁应层外存饰衬]))(?=.{2})"
)
_OF = re.compile(r".*[的之](?=[^的之]{2})")
_VERB = re.compile(r"(?:提高|降低|减少|提升|增加|增大|缩短|延长|减小|降|升|提)[到至]?(?=.{2})")
_AFTER = re.compile(
    r"(?:\([^()\n]{0,20}\))?\s?的?\s?(?P<noun>[\u4e00-\u9fffA-Za-z]{2,12}?)(?=[,;。:、()\n]|$|[和与及])"
)
_AFTER_OF = re.compile(r"\s?的\s?(?P<noun>[\u4e00-\u9fffA-Za-z]{2,10})")
_BEGIN = re.compile(r"^(?:授权|配备|出版|发表|每[条台个套件]|所有|全部|整个)")
_QUALITY = re.compile(r"(?:(?<![降减提升增])[小大高低好强快]|恒定|稳定|进行|均匀|可靠|方便)$")
_FROM = re.compile(r"[,;]?\s?(?:由|从)(?!于|而|此)[^,;:。\n]*$")
_THAN = re.compile(r"(?:高于|低于|优于|超过|大于|小于).*$")
_NO_NAME = re.compile(r"[但而且若如当即则也又再更最或在上下中其]+")
_LONGEST = 24
_NUMBERING = re.compile(
    r"^\s*(?:[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])[)、.]{1,2}|\d{1,2}(?=[\u4e00-\u9fff])|[-—*•·●])\s*"
)


def name_before(
    text: str, start: int, floor: int, over_comma: bool = True, over_bracket: bool = True
) -> tuple[int, int] | None:
    """The span of the name before a comparison at `start`.

    It never reaches back over `floor`; over a comma, or out of a bracket, only where told.
    """
    end = start
    for _ in range(4):
        end = _trim(text, floor, _origin(text, floor, end))
        begin = max([floor, *(hit.end() for hit in _STOP.finditer(text, floor, end))])
        found = (
            None
            if _QUALITY.search(text, begin, end) and text[begin - 1 : begin] in (",", ";")
            else _own(text, begin, end)
        )
        if found is not None:
            return found
        left = _step(text, floor, begin, (":=;," if over_comma else ":=") + ("(" if over_bracket else ""))
        if left is None:
            return None
        end = left
    return None


def name_after(text: str, end: int) -> tuple[int, int] | None:
    """The span of a name that follows its figure (150Pa的压强, 5件发明专利)."""
    hit = _AFTER.match(text, end) or _AFTER_OF.match(text, end)
    return hit.span("noun") if hit else None


def _origin(text: str, floor: int, end: int) -> int:
    """Before the origin of a change: 由原来的每天 is no part of the name."""
    hit = _FROM.search(text, max(floor, end - 12), end)
    return hit.start() if hit else end


def _trim(text: str, floor: int, end: int) -> int:
    while end > floor and (hit := _TAIL.search(text, max(floor, end - 4), end)):
        end = hit.start()
    return end


def _step(text: str, floor: int, begin: int, marks: str) -> int | None:
    """Over what may stand between a name and its figure: a colon, a unit or a remark in brackets."""
    if begin <= floor:
        return None
    mark = text[begin - 1]
    if mark in marks:
        return begin - 1
    if mark in ")]】":
        opened = max(text.rfind(sign, floor, begin) for sign in "([【")
        return opened if opened >= floor else None
    if mark in "\"”'’》":
        return begin - 1
    return None


def _own(text: str, begin: int, end: int) -> tuple[int, int] | None:
    if hit := _NUMBERING.match(text[begin:end]):
        begin += hit.end()
    if than := _THAN.search(text, begin, end):
        end = than.start()
    for pattern in (_LEAD, _OF, _VERB, _BEGIN):
        hit = pattern.match(text[begin:end])
        if hit:
            begin += hit.end()
    while begin < end and (text[begin].isspace() or text[begin] in "其和及与或并且在于从由对将以是为.-*•"):
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    if end - begin > _LONGEST:
        joint = max(text.rfind(sign, begin, end - 2) for sign in " 和及与")
        begin = joint + 1 if joint > begin else end - _LONGEST
    name = text[begin:end]
    return (begin, end) if re.search(r"[\u4e00-\u9fffA-Za-z]", name) and not _NO_NAME.fullmatch(name) else None

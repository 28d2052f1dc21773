"""What was won or signed: titles of projects and of contracts in an announcement.

Reads a span of a `Reading` (a document, a list item, a table cell); writes `Title` candidates with a weight, best
first. A project stands after 项目名称, after 中标, in quotes; a contract in 《》 after 签订. Limits: several lots in
one title stay together; a lot named in another sentence is not joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MOST = 60
PROJECT = "project"
CONTRACT = "contract"

_WINNER = (
    r"(?:第?[一二三1-3]?名?(?:的)?(?:预|拟)?(?:中标|中选"
    r"|成交)(?:第[一二三])?(?:推荐)?(?:候选)?(?:人|单位|方|供应商|企业|公司|社会资本方?|联合体"
    r"|社会投资人|投资人)|中标候选|承包人|承包商|承包单位|供应商|社会资本)"
)
_ENDING = (
    r"(?:标段|合同段|标包|分标|[A-Za-z\d一二三四五六七八九十]标|包|项目|工程|采购|施工|招标|设备"
    r"|系统|服务|总承包|EPC|PPP|BOT|BT|活动|平台|建设|设计|[)])"
)
_CONTRACT_END = r"(?:合同书?|协议书?|合同协议书|订单|确认书|备忘录|意向书|合约|契约|委托书|责任书)"
_NOT_TITLE = re.compile(
    r"公告|报告|规则|证券报|时报|日报|办法|法$|条例|准则|决议|议案|细则|通知书?$|章程|规定"
    r"|招标文件|投标文件|指引|公示|网站?$|法律|函$|保证|授权书"
    r"|名单|有限公司$|^[此该本上述]{1,2}[次项批等一二三四五两几]{0,3}(?:项目|招标|工程|标段|分标|采购)|^(?:公司|本公司|甲方|乙方|买方|卖方|发包人|承包人|招标人)$"
)
_STRIP = re.compile(r"^[\s:,、“\"《‘'·的了为就是\-—]+|[\s,、;:”\"》’'。·\-—]+$")
_TAIL = re.compile(
    r"[-—]*(?:的)?(?:推荐(?:的)?)?(?:预)?中标(?:候选)?人?(?:名单)?公示$|(?:的)?(?:预|拟)?(?:中标"
    r"|成交)(?:结果)?(?:通知书?|公示|公告|候选人|单位|人|函)?(?:的)?$|(?:的)?(?:招标|投标|招投标"
    r"|公开招标|竞标|评标)(?:工作|活动)?$|(?:的)?(?:公告|通知|公示|结果)$"
    r"|(?:的)?第[一二三]$|的$"
)
_HEAD = re.compile(
    r"^(?:关于|公司|本公司|我公司|近日|日前|参与|参加|投标|中标|签订|签署|收到|对|在|就|为|由|了"
    r"|的|上述|以下|该|贵方|贵公司|确定|确认|你方|贵单位|所投|所递交|拟|联合体|成功|项目名称"
    r"|工程名称|[:,、])+"
)
_LABELS = re.compile(
    r"[,;。\s]?(?:招标编号|项目编号|招标人|采购人|业主|中标人|中标单位|中标金额|中标价|建设单位"
    r"|项目地点|工程地点|建设地点|工程内容|项目概况|发包人|合同金额|工期|招标单位|采购单位|编号"
    r"|标的|合同编号)[:为]"
)


@dataclass(frozen=True, slots=True)
class Title:
    """A candidate title: its text as printed (quotes off), its span in the `Reading`, kind and weight."""

    text: str
    start: int
    end: int
    kind: str
    weight: float


_BODY = r"[^。;\n,:“”]{4,110}?"
_PROJECT_RULES: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(pattern, re.M))
    for weight, pattern in (
        (
            9.0,
            r"(?:中标|招标|采购|投标)?(?:项目|工程|标的|标段)(?:名称"
            r"|的名称)[为是]?[:\t\n]{0,2}[“\"《]?([^。;\n\t]{5,160})",
        ),
        (6.0, r"(?:项目|工程)(?:名称)?[:][“\"《]?([^。;\n\t]{5,120})"),
        (
            7.5,
            r"(?:中标|中标了|预中标|中得|中选"
            r"|入围)(?:了)?[“\"]([^”\"\n。]{5,140})[”\"](?:[一-龥]{0,6}?(?:项目|工程|标段|招标))?",
        ),
        (
            8.0,
            rf"(?:为|成为|是|系"
            rf"|作为)(?:了)?(?:[^。;\n,“]{{0,25}}?)[“\"]([^”\"\n。]{{5,140}})[”\"][^。;\n,]{{0,16}}?{_WINNER}",
        ),
        (
            7.0,
            rf"(?:确定|确认|通知|评为|被评为|推荐|确定为|接受)[^。;\n,“]{{0,26}}(?:为|成为"
            rf"|是)({_BODY})(?:的)?{_WINNER}",
        ),
        (6.0, rf"(?:为|成为|是|系|作为)(?!联合体)({_BODY})(?:的)?{_WINNER}"),
        (
            5.5,
            rf"(?:在|参与的?|参加的?|参与了|参加了|参与投标的)[“\"]?({_BODY})[”\"]?(?:的"
            rf"|项目)?(?:[(][^()]{{0,40}}[)])?(?:公开)?(?:招标|投标|招投标|竞标|竞争性谈判|竞争性磋商"
            rf"|招标活动)[^。;\n]{{0,12}}中",
        ),
        (5.0, r"(?:参与|参加)(?:了)?[^。;\n,“”]{0,20}[“\"]([^”\"\n。]{5,140})[”\"]"),
        (
            5.5,
            r"(?<![预拟被未第为的已])(?:中标|中标承建|中标承接)(?:了"
            r"|以下[^:]{0,10}:)?(?![人单价金通结候公方社项额合后的及,。;、:])([^。;\n,“”]{6,120})",
        ),
        (5.0, r"《([^《》\n]{5,100}?)(?:的)?(?:预)?(?:中标|成交)(?:结果)?(?:通知书?|公示|公告)》"),
        (4.5, r"[“\"]([^”\"\n。;]{6,140}?(?:项目|工程|标段|合同段|采购|招标|标包|标))[”\"]"),
        (4.0, r"(?:关于|就)([^。;\n,“”《》]{5,90}?)(?:的)?(?:预)?中标(?:候选人)?(?:通知|结果|公示|公告)"),
        (4.0, r"(?:承建|承接|承包|承揽|负责|实施)(?:的|了)?([^。;\n,“”]{6,90}?(?:工程|项目|标段))"),
        (
            6.5,
            r"(?:^|[。;,\n:“《]|(?:为|是|的|中标|参与|参加"
            r"|就)了?)([^。;\n,:“”《》]{6,110}?)[”\"》]?[(](?:招标|项目|采购|标段|招标文件)?编号",
        ),
        (
            6.5,
            r"(?:^|[。;,\n:“《]|(?:为|是|的|中标|参与|参加"
            r"|就)了?)([^。;\n,“”《》]{6,110}?)[”\"》]?[(](?:以?下)?简?称[:为]?[“\"][^”\"]{0,14}(?:项目"
            r"|工程|标段|标的)[”\"]",
        ),
        (6.0, r"竞得(?:了)?([^。;\n,]{6,110}?(?:使用权|地块))"),
        (
            4.5,
            r"(?:中标|收到|关于|签订|签署)(?:了)?([^。\n“”《》]{6,80}?)(?:的)?(?:预)?(?:中标|中选"
            r"|成交)?(?:候选人|通知书|结果)?(?:的)?(?:提示性)?公告$",
        ),
        (3.0, r"(?:发布|公布|公示|公告)了?[“\"《]([^”\"》\n]{6,120}?)(?:预?中标[^”\"》]{0,12}|招标公告)?[”\"》]"),
    )
)
_CONTRACT_RULES: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(pattern, re.M))
    for weight, pattern in (
        (
            8.0,
            rf"(?:签订|签署|签定|订立|签约|达成|签(?![署订定约字]))(?:了|的"
            rf"|完成)?[^。;\n《]{{0,60}}《([^\n。]{{2,120}}?{_CONTRACT_END}[^《》\n]{{0,14}}?)》",
        ),
        (6.0, r"(?:合同|协议)(?:的)?名称[为是]?[:\t\n]{0,2}[《“]?([^。;\n\t《》]{4,100})"),
        (4.5, rf"《([^\n。]{{3,120}}?{_CONTRACT_END}(?:[(][^()《》]{{1,30}}[)])?)》"),
        (
            6.0,
            rf"(?:签订|签署|签定|订立|签(?![署订定约字]))(?:了"
            rf"|的)?(?:总?金额[^。;\n《》]{{0,36}}?元[^。;\n《》,]{{0,6}}?的)?[“\"]?([^。;\n《》,“”]{{2,80}}?{_CONTRACT_END})[”\"]?",
        ),
        (3.5, rf"元(?:人民币|左右)?(?:[)])?的[“\"]?([^。;\n《》,“”]{{2,60}}?{_CONTRACT_END})"),
        (3.0, rf"[“\"]([^”\"\n。;]{{4,100}}?{_CONTRACT_END})[”\"]"),
    )
)
_GENERIC = re.compile(
    r"^(?:本|该|上述|重大|正式|相关|日常经营|日常经营性|重要|前述|书面|此|本次|两份|一份|以下"
    r"|下列|如下|具体|有关|了|的|同类|类似|采购|特别重大|经营|任何|多个|多份|施工|该项目|项目"
    r"|业务|购销|工程|销售|买卖|供货|承包|合作|框架|补充|原)*"
    r"(?:合同|协议|合同书|协议书|订单|备忘录|意向书|合同协议书)$"
)
_EMPTY = re.compile(
    r"^(?:本|该|上述|重大|正式|相关|日常经营|日常经营性|重要|前述|书面|此|本次|两份|一份|以下"
    r"|下列|如下|具体|有关|了|的|同类|类似|特别重大|经营|任何|多个|多份|该项目|项目|业务|原)*"
    r"(?:合同|协议|合同书|协议书|订单|备忘录|意向书)$"
)


_JUNK = re.compile(
    r"万元|亿元|^总|总价|总金额|数量|排名|情况|取决|推荐|评标|包括|预计|事项|公示期|本次|^本|^该"
    r"|^上述|保证|业务|市场|报价|生效|进展|范围|影响"
    r"|^(?:重大|重要|特别重大)?(?:工程|项目|合同|经营合同|PPP项目|EPC项目|BT项目|BOT项目|招标"
    r"|采购)(?:项目|工程)?(?:[(].*[)])?$|产品|设计施工$|境内|境外|^[一-龥]{0,3}项目$|项工程$"
    r"|\d项$|联合体"
)


def projects(text: str, start: int, end: int) -> list[Title]:
    """Candidate projects inside `text[start:end]`, best first; one entry for each different text."""
    return _ranked(_found(_PROJECT_RULES, text, start, end, PROJECT), text, start, end)


def contracts(text: str, start: int, end: int) -> list[Title]:
    """Candidate contract titles inside `text[start:end]`, best first; one entry for each different text."""
    return _ranked(_found(_CONTRACT_RULES, text, start, end, CONTRACT), text, start, end)


def _found(
    rules: tuple[tuple[float, re.Pattern[str]], ...], text: str, start: int, end: int, kind: str
) -> Iterator[Title]:
    for weight, pattern in rules:
        for match in pattern.finditer(text, start, end):
            title = cleaned(text, match.start(1), match.end(1), kind)
            if title is not None:
                yield Title(title[0], title[1], title[2], kind, weight + _shape(title[0], kind))


def cleaned(text: str, start: int, end: int, kind: str) -> tuple[str, int, int] | None:
    """Trim words that are not of the title; None where nothing usable is left."""
    label = _LABELS.search(text, start, end)
    if label:
        end = label.start()
    while True:
        value = text[start:end]
        if kind == PROJECT:
            cut = re.search(
                r"[,](?:中标|合同|总|金额|工期|投标|报价|具体|现|该|项目|工程总|招标|建设)|(?:中标(?:价|金额"
                r"|通知)|[(](?:以下|下)?简?称|[(]招标编号|[(]项目编号|[(]编号)",
                value,
            )
            if cut and cut.start() >= 4:
                end = start + cut.start()
                continue
            tail = _TAIL.search(value)
            if tail and tail.start() >= 4:
                end = start + tail.start()
                continue
        head = _HEAD.match(value) if kind == PROJECT else None
        if head and head.end() and end - start - head.end() >= 4:
            start += head.end()
            continue
        strip = list(_STRIP.finditer(value))
        if not strip:
            break
        for match in strip:
            if match.start() == 0:
                start += match.end()
            elif match.end() == len(value):
                end -= match.end() - match.start()
        if end - start < 2:
            return None
    value = text[start:end]
    if "《" in value and "》" not in value:
        value_end = end
        if text[end : end + 1] == "》":
            end = value_end + 1
            value = text[start:end]
    if len(value) < (4 if kind == PROJECT else 2) or _NOT_TITLE.search(value):
        return None
    if kind == CONTRACT and (_EMPTY.match(value)):
        return None
    return value, start, end


def _shape(value: str, kind: str) -> float:
    """What the title's own form says: its ending, its length, verbs that do not belong."""
    if kind == CONTRACT:
        odd = 5.0 if re.search(r"生效|尚未|合同为|日常经营性合同$|^字|条款|所签|签订|签署", value) else 0.0
        return -odd + (
            (-2.5 if _GENERIC.match(value) else 0.0)
            - (2.0 if len(value) > 70 else 0.0)
            - (1.5 if "补充" in value else 0)
        )
    weight = 1.0 if re.search(rf"{_ENDING}$", value) else -1.0
    if _JUNK.search(value):
        weight -= 5.0
    weight += 0.5 if re.search(r"项目|工程|标段|采购|系统", value) else -1.0
    if len(value) < 8:
        weight -= 1.5
    if re.search(r"公司|签订|收到|中标|不存在|影响|占|根据|尚|预计|具体", value):
        weight -= 1.0
    return weight


def _ranked(found: Iterator[Title], text: str, start: int, end: int) -> list[Title]:
    """One candidate for each text; said again elsewhere or longer than a contained one adds weight."""
    best: dict[str, Title] = {}
    for title in found:
        known = best.get(title.text)
        if known is None or (title.weight, -title.start) > (known.weight, -known.start):
            best[title.text] = title
    result = []
    for title in sorted(best.values(), key=lambda title: (-title.weight, title.start))[:_MOST]:
        more = min(3, text.count(title.text, start, end) - 1) if len(title.text) >= 6 else 0
        early = 0.6 * (1 - (title.start - start) / max(1, end - start))
        result.append(Title(title.text, title.start, title.end, title.kind, title.weight + 0.5 * more + early))
    return sorted(result, key=lambda title: (-title.weight, title.start))

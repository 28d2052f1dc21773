"""ABOUT: the product or process that a patent is about, read off its title.

Reads the titles of patents (OWNS_PATENT of lists and filings). Writes Patent → Product with a score; the evidence is
the title where it stands in the quoted row or sentence. A title is a list of things (`X及其制备方法`, `X和Y`): each
is freed of what leads to it (`一种`, `用于…的`, `基于…的`); a way of making gives what it makes (`X的制备方法`: X),
another way gives the work (`X的异常检测方法`: 异常检测), an apparatus its own name, with what it belongs to where the
name alone says nothing (`…的固定装置`). Limits: ways told as a sentence (`判断…是否…的方法`) and words that say
nothing (`信息处理`) are left; the modifiers before a product stay in its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kg.records import Fact, Mention
from kg.values.name import name_key

_MOST = 24
_LIST = re.compile(r"、|,|，|;|；|以及|及其|及(?!物)|和(?!谐)|与(?!非门)|或(?!非门)")
_LEAD = re.compile(
    r"^(?:一[种类个]|新型的?|改进型?的|改进型(?=电力)|应用该\w{1,12}的|所述|该|其|相关|实现)+"
    r"|^(?:可?用于|适用于|应用于|面向|针对|基于|利用|采用|具有|带有?|具备|使用|根据|通过|含有|包括|提高|改善|降低|减少|消除|缓解|防止|避免)[^、,]{1,40}?的"
    r"|^基于(?=[^的]+$)"
)
_WORK = re.compile(r"的(?:控制|施工|使用|操作|安装|运行)$")
_WAY = re.compile(r"的?(?:方法|方式|工艺|工法|流程|技术|策略|算法|手段|过程|途径)(?:流程)?$")
_MAKING = re.compile(
    r"(?:的|之)?(?:(?:连续|快速|高效|清洁|绿色|低温|高温|工业化|规模化|原位|大规模|批量|湿法|干法|节能|生物|化学|半?合成|一步"
    r"|自动化?|环保|简易|无害化)*)(?:制备|生产|制造|合成|制作|加工|成型|成形|冶炼|提取|提纯|纯化|制取|制得|培养|栽培|养殖|种植|酿造|发酵|回收|铸造"
    r"|锻造|轧制|烧结|焙烧|炼制|分离|构建)$"
)
_MAKES = re.compile(
    r"^(?:从[^、,]{1,20}中|以[^、,]{1,20}为[^、,]{0,6}原料)?(?:工业化|低成本|高效|快速|连续|联产|联合|调控|可控|批量|规模化|原位|绿色)*(?:制备|生产|制造|合成|制作|提取|分离|冶炼|回收|制取)"
)
_USE = re.compile(r"(?:在|作为)[^、]{2,40}?(?:中的)?(?:应用|用途)$|的(?:应用|用途|使用方法|使用)$")
_APPARATUS = re.compile(r"(?:装置|系统|设备|机构|组件|结构|平台|框架|单元|模块|器件|终端|介质)$")
_BARE = re.compile(
    r"^(?:(?:可|自|多|双|三维|自动|智能|综合|安全|环保|电子|数据|信息|图像|快速|多功能|相关|计算机|可读|存储|移动|通用|便携式?|数字化|一体化|定位|固定|夹持|夹紧"
    r"|支撑|防护|保护|控制|监测|检测|监控|处理|调节|测试|测量|试验|加工|装配|安装|连接|管理|辅助|收集|预警|清洗|输送|驱动|整形|定制"
    r"|检修|分析|识别|存储|查询|传输|通信|服务|评估|预测|优化|计算|网络|终端|客户端|服务器|提醒|推荐|显示|输入|输出|分配|调度|采集)*)"
    r"(?:装置|系统|设备|机构|组件|结构|平台|框架|单元|模块|器件|介质|终端|方法|服务器|客户端|产品|装备|部件|工具|程序|处理器|电路|芯片|机器)?$"
)
_SAYS_NOTHING = re.compile(
    r"(?:应用|用途|使用|制备|生产|制造|合成|分离|加工|检测|测试|控制)(?:[和与及](?:应用|用途))?$"
)
_SENTENCE = re.compile(
    r"是否|判断|如何|^将.*[为成]|^(?:测定|消除|确定|减少|降低|提高|防止|避免|改善|增强|控制|抑制|在)"
)
_OF = re.compile(r"[^的]*$")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a title names: the span in it, and how sure the rule that read it is (0 to 1)."""

    name: str
    start: int
    end: int
    score: float


def subjects_of(title: str) -> list[Subject]:
    """The products and processes of a patent's title, in order; the first is what it is about before all."""
    found: list[Subject] = []
    for start, end in _things(title):
        thing = _named(title, start, end, bool(found))
        if thing is not None and name_key(thing.name) not in {name_key(one.name) for one in found}:
            found.append(thing)
    return found


def with_subjects(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts, each OWNS_PATENT of a titled patent followed by one ABOUT for each thing that it is about."""
    seen: set[tuple[str, str]] = set()
    for fact in facts:
        yield fact
        patent = fact.target
        if fact.relation != "OWNS_PATENT" or patent is None or patent.name == patent.key:
            continue
        at = fact.quote.find(patent.name)
        for thing in subjects_of(patent.name):
            key = (patent.key or f"{patent.name} {fact.source.name}", thing.name)
            if key in seen:
                continue
            seen.add(key)
            start, end = (at, at + len(patent.name)) if at >= 0 else (0, len(fact.quote))
            yield Fact(
                doc=fact.doc,
                document=fact.document,
                relation="ABOUT",
                source=patent if patent.key else replace(patent, local=fact.source.name),
                target=Mention("Product", thing.name),
                properties={"score": thing.score},
                page=fact.page,
                start=fact.start + start,
                end=fact.start + end,
                quote=fact.quote[start:end],
                method="about.title_rule",
                level="strongly_inferred",
                valid_from=fact.valid_from,
            )


def _things(title: str) -> Iterator[tuple[int, int]]:
    """The members of the title's list; signs inside brackets part nothing."""
    start = at = _led(title, 0, len(title))
    depth = 0
    while at < len(title):
        sign = title[at]
        depth += (sign in "([（【《") - (sign in ")]）】》")
        joint = _LIST.match(title, at) if depth <= 0 and at > start else None
        if joint is not None and not (title[at] in ",，" and title[at - 1 : at].isascii()):
            yield start, at
            start = at = joint.end()
            continue
        at += 1
    yield start, len(title)


def _named(title: str, start: int, end: int, further: bool) -> Subject | None:
    """The thing in one member of the list; None where it names none."""
    start = _led(title, start, end)
    use = _USE.search(title[start:end])
    if use:
        end = start + use.start()
    way = _WAY.search(title[start:end])
    score = 0.9
    if way:
        end = start + way.start()
        making = _MAKING.search(title[start:end])
        makes = _MAKES.match(title[start:end])
        if making and making.start() > 1:
            end = start + making.start()
        elif makes and start + makes.end() < end - 1:
            start += makes.end()
        elif further or _SENTENCE.search(title[start:end]):
            return None
        else:
            score = 0.7
            work = _WORK.search(title[start:end])
            end = start + work.start() if work else end
        start = _led(title, start, end)
    start = _own(title, start, end)
    name = title[start:end].strip(" 的之")
    name = name if name.count("“") == name.count("”") else name.strip("“”")
    if (
        len(name) < 2
        or len(name) > _MOST
        or _BARE.match(name)
        or _SAYS_NOTHING.match(name)
        or (further and _APPARATUS.search(name) and len(name) < 6)
    ):
        return None
    start = title.index(name, start)
    return Subject(name, start, start + len(name), score if not further else 0.8)


def _led(title: str, start: int, end: int) -> int:
    """Where the thing begins behind the words that lead to it."""
    while lead := _LEAD.match(title[start:end]):
        start += lead.end()
    return start


def _own(title: str, start: int, end: int) -> int:
    """Behind the last 的, unless what stands there says nothing by itself."""
    tail = _OF.search(title, start, end)
    own = tail.start() if tail else start
    return own if own > start and not _BARE.match(title[own:end]) and end - own >= 2 else start

"""Where a patent stands in the chains: by the goods that its title names and by its classes, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from matcher.chain.goods import plain
from matcher.chain.placement import LEAST, Place, Placer

POINTS = {"title and class": 1.0, "title": 0.8, "class": 0.6, "wide class": 0.4}
"""Score by rule. A class without a group (H02K) says too little of itself: it is under LEAST."""

_FRONT = re.compile(r"^(?:一种|一类|新型|改进的?)+")
_ABOUT = re.compile(
    r"的?(?:(?:制备|制造|生产|加工|合成|控制|检测|测试|装配|成型|焊接|设计|使用|回收|处理|清洗|安装|提取|纯化)+"
    r"(?:方法|工艺|装置|设备|系统|技术|流程)|方法|工艺|用途|应用|结构|组件|总成|系统|装置|机构)$"
)
_JOINTS = re.compile(r"、|，|,|;|；|以及|及其|及|和|与")
_CLASS = re.compile(r"[A-H]\d\d[A-Z](?:\d+(?:/\d+)?)?")


def patent_places(placer: Placer, title: str, classes: Iterable[str] = ()) -> tuple[Place, ...]:
    """Where a patent stands, best first; places under LEAST are left out.

    `title` names goods (谐波减速器的制造方法 is about 谐波减速器), `classes` are those of the IPC, in any writing.
    The name of a place is the template's name that the title met, else the class.
    """
    named: dict[str, str] = {}
    for good in goods_of_title(title):
        for place in placer.places(good):
            named.setdefault(place.node, place.name)
    held = [found[0] for one in classes for found in _CLASS.finditer(re.sub(r"\s", "", one.upper()))]
    classed = {
        ident: (given, prefix)
        for ident, node in placer.nodes.items()
        for prefix in node.ipc
        for given in held
        if _under(given, prefix)
    }
    places = []
    for ident in named.keys() | classed.keys():
        given, prefix = classed.get(ident, ("", ""))
        if ident in named:
            rule = "title and class" if given else "title"
        else:
            rule = "class" if len(prefix) > 4 else "wide class"
        if POINTS[rule] >= LEAST:
            places.append(Place(ident, POINTS[rule], rule, named.get(ident, given)))
    return tuple(sorted(places, key=lambda place: (-place.score, place.node)))


def goods_of_title(title: str) -> Iterator[str]:
    """The goods that a title is about, without what is done with them: each part of it, and the part before that."""
    for part in _JOINTS.split(_FRONT.sub("", plain(title))):
        good = _FRONT.sub("", part)
        while (found := _ABOUT.search(good)) and found.start() > 1:
            yield good
            good = good[: found.start()]
        if len(good) > 1:
            yield good


def _under(given: str, prefix: str) -> bool:
    """Whether a class lies under another: F16H49/00 under F16H49, but not under F16H4."""
    rest = given[len(prefix) :]
    return given.startswith(prefix) and ("/" in prefix or not prefix[-1].isdigit() or not rest[:1].isdigit())

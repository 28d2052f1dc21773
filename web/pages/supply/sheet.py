"""What if, tiers of suppliers and single sources as workbooks of the same view, with what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from web.pages.chains.sheet import KINDS
from web.words import place
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.pages.chains.chains import StateRow
    from web.pages.evidence.citation import Citation
    from web.pages.path import StepRow
    from web.pages.supply.sourcing import SourcingPage, TiersPage
    from web.pages.supply.whatif import WhatIfPage


def what_if_workbook(page: WhatIfPage, lang: str, demo: bool) -> bytes:
    """Nodes with their states before and after, who could step in, firms downstream, needs."""
    say = _Say(lang)
    nodes = Sheet(
        say("环节", "nodes"),
        say.each(
            ("产业链", "chain"), ("环节", "node"), ("原有企业", "makers before"), ("失去", "lost"),
            ("原状态", "state before"), ("之后的状态", "state after"), ("为什么", "because"),
            ("还有谁在做", "still make it"), ("后面的环节", "nodes behind it"),
        ),
        [
            (
                one.chain_name, one.name, one.makers, one.lost, _kinds(one.before, lang), _kinds(one.after, lang),
                one.after.says, "、".join(firm.name for firm in one.left), "、".join(end.name for end in one.behind),
            )
            for one in page.nodes
        ],
    )  # fmt: skip
    near = Sheet(
        say("谁可以补上", "who could step in"),
        say.each(("产业链", "chain"), ("环节", "node"), ("企业", "firm"), ("所在地", "place"), ("为什么", "because")),
        [
            (one.chain_name, one.name, firm.name, place(firm.place or ""), "；".join(why.says for why in firm.reasons))
            for one in page.nodes
            for firm in one.near
        ],
    )
    firms = Sheet(
        say("下游", "downstream"),
        say.each(("企业", "firm"), ("没有别的已知供应商", "no other known supplier"), *_PATH),
        [(one.name, say("是", "yes") if one.sole else "", *_way(one.path)) for one in page.firms],
    )
    needs = Sheet(
        say("需求", "needs"),
        say.each(("编号", "id"), ("标题", "title"), ("还有几家能做", "makers left"), *_PATH),
        [(one.id, one.title, one.left, *_way(one.path)) for one in page.needs],
    )
    said = place(page.said) if page.kind == "region" else page.said
    what = {"firm": ("企业消失", "a firm is gone"), "region": ("地区中断", "a place is cut off")}
    about = [
        (say("假设", "what if"), f"{say(*what.get(page.kind, ('进口中断', 'an import stops')))}: {said}"),
        (say("状态从哪里看", "states seen from"), place(page.seen) if page.seen else say("全国", "the country")),
        (say("受影响的环节", "nodes hit"), str(page.node_count)),
        (say("受影响的下游", "hit downstream"), str(page.firm_count)),
    ]  # fmt: skip
    return workbook([nodes, near, firms, needs], say("口径", "definition"), [*about, *_about(page, say, demo)])


def tiers_workbook(page: TiersPage, lang: str, demo: bool) -> bytes:
    """The suppliers of a firm by tier."""
    say = _Say(lang)
    sheet = Sheet(
        say("供应商层级", "tiers of suppliers"),
        say.each(("层级", "tier"), ("企业", "firm"), ("所在地", "place"), ("编号", "id"), *_PATH),
        [(one.tier, one.name, place(one.region or ""), one.id, *_way(one.path)) for one in page.suppliers],
    )
    about = [(say("企业", "firm"), f"{page.firm.name}, {page.firm.id}"), *_about(page, say, demo)]
    return workbook([sheet], say("口径", "definition"), about)


def sourcing_workbook(page: SourcingPage, lang: str, demo: bool) -> bytes:
    """What buyers have from one source or nearly so."""
    say = _Say(lang)
    sheet = Sheet(
        say("单一来源和集中度", "single sources"),
        say.each(
            ("买方", "buyer"), ("产业链", "chain"), ("环节", "node"), ("已知供货", "known supplies"),
            ("供应商数", "suppliers"), ("最多的一家", "first supplier"), ("它的占比", "its share"),
            ("集中度", "concentration"), ("最新依据", "newest source"), ("原文", "sentence"), ("文件", "document"),
            ("发布者", "publisher"), ("依据编号", "fact"),
        ),
        [
            (
                one.buyer.name, one.chain_name, one.name, one.orders, len(one.suppliers), one.suppliers[0].name,
                one.first, one.concentration, one.newest, *_first(one.sources),
            )
            for one in page.rows
        ],
    )  # fmt: skip
    about = [
        (say("买方", "buyer"), page.buyer),
        (say("环节", "node"), page.node or page.chain or ""),
        (say("买方所在地", "place of the buyer"), place(page.region) if page.region else ""),
        (
            say("集中度", "concentration"),
            say(
                "各供应商占已知供货次数之比的平方和，1 为单一来源",
                "sum of the squared shares of known supplies; 1 is one source",
            ),
        ),
        *_about(page, say, demo),
    ]  # fmt: skip
    return workbook([sheet], say("口径", "definition"), [line for line in about if line[1]])


_PATH = (("路径", "path"), ("依据编号", "facts"), ("最新依据", "newest source"))


def _way(path: Sequence[StepRow]) -> tuple[str, str, str]:
    cited = [step.source for step in path if step.source]
    return (
        " → ".join(step.says for step in path),
        " ".join(source.fact or "" for source in cited),
        max((source.date for source in cited if source.date), default=""),
    )


def _first(sources: Sequence[Citation]) -> tuple[str, str, str, str]:
    if not sources:
        return ("", "", "", "")
    one = sources[0]
    return (one.quote or "", one.title or "", one.publisher or "", one.fact or "")


def _kinds(row: StateRow, lang: str) -> str:
    return " ".join(KINDS[kind][lang != "zh"] for kind in row.kinds)


class _Say:
    """Words in the language of the workbook."""

    def __init__(self, lang: str) -> None:
        self._side = lang != "zh"

    def __call__(self, zh: str, en: str) -> str:
        return en if self._side else zh

    def each(self, *pairs: tuple[str, str]) -> list[str]:
        """One word of each pair."""
        return [pair[self._side] for pair in pairs]


def _about(page: WhatIfPage | TiersPage | SourcingPage, say: _Say, demo: bool) -> Iterator[tuple[str, str]]:
    if demo:
        yield say("演示数据", "demo data"), say("企业都是虚构的", "the firms are invented")
    yield say("图谱截至", "graph as of"), f"{page.as_of}, {page.graph}"
    yield say("语料", "corpus"), page.corpus
    yield (
        say("口径", "definition"),
        say(
            "只数已读到的供货和产品；没有读到不等于没有，单一来源是就已读到的而言",
            "known supplies and products alone; what was not read may exist: a source is single in what was read",
        ),
    )

"""The portrait of a cluster as a workbook, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from kg.ontology import Ontology
from web.pages.chains.cluster import ClusterPage
from web.pages.chains.sheet import KINDS, say
from web.pages.record_sheet import gap_sheet, patent_sheet, source, source_heads
from web.words import need_state, place
from web.workbook import Sheet, workbook

DEFINITION = (
    "集群的企业是它的产业链上各环节的企业：按已读到的产品名归到环节；规划没有列出企业名单；"
    "有区域时只数所在地在那里的企业，所在地不详的不算；没有读到不等于没有，空白的年份是没有读到",
    "firms of a cluster are those at the nodes of its chains, by names of products that were read; the plan lists no "
    "firms; with a region only firms that are known to be there count; what was not read may exist, and an empty year "
    "was not read",
)


def cluster_workbook(page: ClusterPage, lang: str, demo: bool) -> bytes:
    """Counts, firms, products, patents, awards, gaps, needs and years of a cluster."""
    sheets = [
        *(one(page, lang) for one in (_counts, _firms, _products)),
        patent_sheet(page.patents, lang),
        _awards(page, lang),
        gap_sheet(page.gaps, lang),
        *(one(page, lang) for one in (_needs, _years)),
    ]
    return workbook(sheets, say(lang, "口径", "definition"), _about(page, lang, demo))


def _counts(page: ClusterPage, lang: str) -> Sheet:
    label = Ontology.load().label
    rows: list[tuple[str, object]] = []
    if page.counts:
        one = page.counts
        rows = [
            (say(lang, "环节", "nodes"), one.nodes),
            (say(lang, "有企业的环节", "nodes with a firm"), one.held),
            *((f"{say(lang, '缺口', 'gaps')}: {say(lang, *KINDS[kind])}", count) for kind, count in one.kinds.items()),
            (say(lang, "企业", "firms"), one.firms),
            (say(lang, "所在地不详的企业", "firms of unknown place"), one.unplaced),
            *((label(f"tier.{tier}", lang), count) for tier, count in one.tiers.items()),
            (say(lang, "没有读到梯度的企业", "firms of which no tier was read"), one.untiered),
            (say(lang, "产品名", "product names"), one.products),
            (say(lang, "专利", "patents"), one.patents),
            (say(lang, "申请日不详的专利", "patents of unknown day"), one.undated_patents),
            (say(lang, "中标合同", "contracts won"), one.awards),
            (say(lang, "日期不详的合同", "contracts of unknown day"), one.undated_awards),
            (say(lang, "需求和榜单", "needs and bounties"), one.needs),
        ]
    return Sheet(say(lang, "概况", "counts"), (say(lang, "什么", "what"), say(lang, "数", "count")), rows)


def _firms(page: ClusterPage, lang: str) -> Sheet:
    label = Ontology.load().label
    heads = ("企业", "所在地", "梯度", "环节") if lang == "zh" else ("firm", "place", "tiers", "nodes")
    rows = [
        (
            one.name,
            place(one.region) if one.region else say(lang, "不详", "unknown"),
            "、".join(label(f"tier.{tier}", lang) for tier in one.tiers),
            "、".join(page.nodes[node] for node in one.nodes),
            *source(one.source),
        )
        for one in page.firms
    ]
    return Sheet(say(lang, "企业", "firms"), (*heads, *source_heads(lang)), rows)


def _products(page: ClusterPage, lang: str) -> Sheet:
    heads = ("产品", "企业数") if lang == "zh" else ("product", "firms")
    return Sheet(say(lang, "产品", "products"), heads, [(one.name, one.makers) for one in page.products])


def _awards(page: ClusterPage, lang: str) -> Sheet:
    heads = ("企业", "合同", "日期", "买方", "环节") if lang == "zh" else ("firm", "contract", "day", "buyer", "nodes")
    rows = [
        (
            one.firm.name,
            one.title,
            one.day,
            one.buyer,
            "、".join(page.nodes[node] for node in one.nodes),
            *source(one.source),
        )
        for one in page.awards
    ]
    return Sheet(say(lang, "中标", "awards"), (*heads, *source_heads(lang)), rows)


def _needs(page: ClusterPage, lang: str) -> Sheet:
    heads = (
        ("编号", "标题", "状态", "发布", "截止", "环节")
        if lang == "zh"
        else ("id", "title", "state", "published", "deadline", "nodes")
    )
    rows = [
        (
            one.need.id,
            one.need.title,
            need_state(one.need.label, one.need.state, lang),
            one.need.published,
            one.need.deadline,
            "、".join(page.nodes[node] for node in one.nodes),
        )
        for one in page.needs
    ]
    return Sheet(say(lang, "需求和榜单", "needs"), heads, rows)


def _years(page: ClusterPage, lang: str) -> Sheet:
    heads = (
        ("年份", "专利（申请）", "中标合同", "名单上的梯度", "企业成立")
        if lang == "zh"
        else ("year", "patents filed", "contracts won", "tiers on lists", "firms founded")
    )
    rows = [
        (one.year, *(one.counts.get(what) for what in ("patents", "awards", "titles", "founded"))) for one in page.years
    ]
    return Sheet(say(lang, "历年", "years"), heads, rows)


def _about(page: ClusterPage, lang: str, demo: bool) -> Iterator[tuple[str, str]]:
    if demo:
        yield say(lang, "演示数据", "demo data"), say(lang, "企业都是虚构的", "the firms are invented")
    one = page.cluster
    until = one.valid_to or say(lang, "止日不详", "end unknown")
    yield say(lang, "集群", "cluster"), f"{one.name}, {one.plan}, {one.grade or ''}, {one.valid_from or ''}–{until}"
    if one.source:
        yield (
            say(lang, "规划", "plan"),
            f"{one.source.title or ''}, {one.source.publisher or ''}, {one.source.date or ''}",
        )
    for chain in one.chains:
        yield say(lang, "产业链", "chain"), f"{chain.name}: {chain.reason}"
    yield say(lang, "看哪里", "region"), place(page.region) if page.region else say(lang, "全国", "country")
    yield say(lang, "图谱截至", "graph as of"), f"{page.as_of}, {page.graph}"
    yield say(lang, "语料", "corpus"), page.corpus
    yield (
        say(lang, "状态的规则", "rules of states"),
        f"{page.rules.name}, {page.rules.effective_from}"
        + say(lang, "，本系统自定，不是官方标准", ", the system's own, no official standard"),
    )
    yield say(lang, "口径", "definition"), say(lang, *DEFINITION)

"""A chain and a node as workbooks of the same view, with what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kg.ontology import Ontology
from web.pages.chains.chains import ChainPage, StateRow
from web.pages.chains.node import NodeFirm, NodePage
from web.words import place
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.jobs.proposals import NodeProposals, ProposedBuyer, ProposedFirm

_STAGES = {"up": ("上游", "upstream"), "mid": ("中游", "midstream"), "down": ("下游", "downstream")}
KINDS = {
    "build": ("建", "build"),
    "fill": ("补", "fill"),
    "extend": ("延", "extend"),
    "strengthen": ("强", "strengthen"),
}
_COUNTS = (
    ("企业", "firms"), ("有梯度称号", "hold a tier"), ("读到专利", "with a patent read"), ("产品名", "product names"),
    ("已知供货", "known supplies"), ("买方", "buyers"), ("只从一家购的买方", "buyers of one firm alone"),
    ("最多一家占比", "share of the first firm"),
)  # fmt: skip
_FIRMS = (
    ("企业", "firm"), ("所在地", "place"), ("梯度", "tier"), ("产品", "products"), ("原文", "sentence"),
    ("文件", "document"), ("发布者", "publisher"), ("日期", "date"), ("可信度", "level"), ("依据编号", "fact"),
)  # fmt: skip


def chain_workbook(page: ChainPage, lang: str, demo: bool) -> bytes:
    """The nodes with their states and counts; with the other region on a sheet of its own."""
    sheets = [_states(_place(page.region, lang), page.nodes, lang)]
    if page.other:
        sheets.append(_states(_place(page.other, lang), list(page.others.values()), lang))
    about = [*_about(page, lang, demo), (say(lang, "链", "chain"), f"{page.name} {page.version}")]
    return workbook(sheets, say(lang, "口径", "definition"), about)


def node_workbook(page: NodePage, lang: str, demo: bool) -> bytes:
    """Firms here and elsewhere, products, needs, patents and years of a node, as the page shows them."""
    zh = lang == "zh"
    sheets = [
        _states(_place(page.region, lang), [page.state], lang),
        _firms(say(lang, "这里的企业", "firms here"), page.here, lang),
        _firms(say(lang, "别处的企业", "firms elsewhere"), page.elsewhere, lang),
        Sheet(
            say(lang, "产品", "products"),
            ("产品", "这里的企业", "全国的企业") if zh else ("product", "firms here", "firms in the country"),
            [(one.name, one.here, one.everywhere) for one in page.products],
        ),
        Sheet(
            say(lang, "需求", "needs"),
            ("编号", "标题", "状态", "截止") if zh else ("id", "title", "state", "deadline"),
            [(one.id, one.title, one.state, one.deadline) for one in page.needs],
        ),
        Sheet(
            say(lang, "专利", "patents"),
            ("编号", "标题", "申请", "权利人", "依据编号") if zh else ("id", "title", "filed", "owners", "fact"),
            [
                (
                    one.id,
                    one.title,
                    one.filed,
                    "、".join(owner.name for owner in one.owners),
                    one.source.fact if one.source else "",
                )
                for one in page.patents
            ],
        ),
        Sheet(
            say(lang, "历年", "years"),
            ("年份", "专利", "合同", "企业成立") if zh else ("year", "patents", "contracts", "firms founded"),
            [
                (year.year, *(year.counts.get(what) for what in ("patents", "contracts", "founded")))
                for year in page.year_rows
            ],
        ),
    ]
    if page.proposals:
        sheets.append(_proposals(page.proposals, lang))
    about = [*_about(page, lang, demo), (say(lang, "环节", "node"), f"{page.chain_name}: {page.name}, {page.version}")]
    about.append((say(lang, "模板里的产品名", "names of the template"), "、".join(page.names)))
    return workbook(sheets, say(lang, "口径", "definition"), about)


def _states(name: str, rows: list[StateRow], lang: str) -> Sheet:
    side = lang != "zh"
    heads = [pair[side] for pair in (("环节", "node"), ("位置", "stage"), ("状态", "state"), ("为什么", "because"))]
    heads += [pair[side] for pair in _COUNTS]
    heads += [f"{say(lang, '全国', 'country')}: {pair[side]}" for pair in _COUNTS]
    heads.append(say(lang, "依赖进口和卡脖子", "import and chokepoints"))
    lines = []
    for row in rows:
        line: list[object] = [
            row.name,
            _STAGES[row.stage][side],
            " ".join(KINDS[kind][side] for kind in row.kinds),
            row.says,
        ]
        for one in (row.here, row.country):
            line += [one.firms, one.titled, one.patented, one.products, one.orders, one.buyers, one.single, one.first]
        line += ["\n".join(_flags(row, lang))]
        lines.append(line)
    return Sheet(name, heads, lines)


_FLAGS = {
    ("firm", "depends"): ("企业自述依赖", "firms say that they depend on it"),
    ("firm", "imported"): ("企业自述依赖进口", "firms say that they import it"),
    ("list", "imported"): ("清单标为依赖进口", "listed as dependent on import"),
    ("list", "chokepoint"): ("清单标为卡脖子", "listed as a chokepoint"),
}


def _flags(row: StateRow, lang: str) -> Iterator[str]:
    """What is depended on, each flag with publisher and date of its sources."""
    for flag in row.flags:
        said = ", ".join(
            dict.fromkeys(f"{one.publisher or one.title} {one.date or ''}".strip() for one in flag.sources)
        )
        yield f"{say(lang, *_FLAGS[flag.by, flag.flag])}: {flag.says}{f' ({said})' if said else ''}"


def _firms(name: str, firms: list[NodeFirm], lang: str) -> Sheet:
    ontology = Ontology.load()
    lines = []
    for one in firms:
        tiers = "、".join(ontology.label(f"tier.{tier}", lang) for tier in one.tiers)
        line: list[object] = [one.name, place(one.region), tiers, "、".join(made.name for made in one.made)]
        if one.source:
            said = one.source
            level = ontology.label(f"level.{said.level}", lang)
            line += [said.quote, said.title, said.publisher, said.date, level, said.fact]
        else:
            line += [""] * 6
        lines.append(line)
    return Sheet(name, [pair[lang != "zh"] for pair in _FIRMS], lines)


def _proposals(found: NodeProposals, lang: str) -> Sheet:
    """Who could take the node up, each with its reasons."""
    kinds: tuple[tuple[str, Sequence[ProposedFirm | ProposedBuyer]], ...] = (
        (say(lang, "这里相近的企业", "near, here"), found.local_near),
        (say(lang, "可以引进的企业", "elsewhere"), found.elsewhere),
        (say(lang, "可以延伸过来的企业", "extensions"), found.extensions),
        (say(lang, "这里需要它的买方", "buyers"), found.buyers),
    )
    heads = (
        ("类别", "企业", "所在地", "为什么", "依据编号")
        if lang == "zh"
        else ("kind", "firm", "place", "because", "facts")
    )
    lines = [
        (
            kind,
            one.name,
            place(one.place or ""),
            "；".join(why.says for why in one.reasons),
            " ".join(dict.fromkeys(why.fact for why in one.reasons if why.fact)),
        )
        for kind, firms in kinds
        for one in firms
    ]
    return Sheet(say(lang, "谁可以补上", "proposals"), heads, lines)


def _about(page: ChainPage | NodePage, lang: str, demo: bool) -> Iterator[tuple[str, str]]:
    if demo:
        yield say(lang, "演示数据", "demo data"), say(lang, "企业都是虚构的", "the firms are invented")
    yield say(lang, "看哪里", "region"), _place(page.region, lang)
    yield say(lang, "图谱截至", "graph as of"), f"{page.as_of}, {page.graph}"
    yield say(lang, "语料", "corpus"), page.corpus
    yield (
        say(lang, "判定规则", "rules"),
        f"{page.rules.name}, {page.rules.effective_from}"
        + say(lang, "，本系统自定，不是官方标准", ", the system's own, no official standard"),
    )
    yield (
        say(lang, "口径", "definition"),
        say(
            lang,
            "企业按已读到的产品名归到环节；没有读到不等于没有；所在地不详的企业不算在任何地方",
            "firms stand at a node by names of products that were read; what was not read may exist; "
            "firms of unknown place count nowhere",
        ),
    )


def _place(region: str | None, lang: str) -> str:
    return place(region) if region else say(lang, "全国", "country")


def say(lang: str, zh: str, en: str) -> str:
    """The word of the language."""
    return zh if lang == "zh" else en

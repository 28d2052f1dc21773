"""The map of the industrial foundation as workbooks, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from kg.ontology import Ontology
from web.pages.chains.sheet import KINDS, say
from web.pages.foundation.fields import FieldPage, FieldRow, FieldsPage, SchemeRow
from web.pages.record_sheet import gap_sheet, patent_sheet, source, source_heads
from web.words import place
from web.workbook import Sheet, workbook

WHYS = {
    "word": ("人工更正", "a person's word"),
    "rule": ("规则归类", "by rule"),
    "node": ("在链上环节", "at a node of a chain"),
    "crosswalk": ("由另一体系的类带入", "from a class of another scheme"),
}
GROUNDS = {
    "same": ("名称相同", "same name"),
    "contains": ("名称包含", "one name holds the other"),
    "new": ("那里没有这一类", "no such class there"),
    None: ("不详", "unknown"),
}
_SAID = {
    "stands": ("属于", "is in it"),
    "not": ("不属于", "is not in it"),
    "withdrawn": ("撤回", "taken back"),
    "ask_stands": ("建议：属于", "proposed: is in it"),
    "ask_not": ("建议：不属于", "proposed: is not in it"),
    "ask_withdrawn": ("建议：撤回", "proposed: take back"),
    "declined": ("不采纳", "not taken"),
}


def fields_workbook(page: FieldsPage, lang: str, demo: bool) -> bytes:
    """A sheet for each scheme: its classes with counts, gaps and what stands beside them in other schemes."""
    sheets = [_classes(one, lang) for one in page.schemes]
    return workbook(sheets, say(lang, "口径", "definition"), _about(page, lang, demo, page.schemes))


def field_workbook(page: FieldPage, lang: str, demo: bool) -> bytes:
    """The products, firms, patents, nodes with gaps, and words of people of a class."""
    sheets = [
        *(one(page, lang) for one in (_products, _firms)),
        patent_sheet(page.patents, lang),
        gap_sheet(page.gaps, lang),
        _said(page, lang),
    ]
    about = [(say(lang, "类", "class"), f"{page.scheme.title}: {page.row.name}")]
    return workbook(sheets, say(lang, "口径", "definition"), [*about, *_about(page, lang, demo, [page.scheme])])


def _products(page: FieldPage, lang: str) -> Sheet:
    zh = lang == "zh"
    heads = (
        ("产品", "企业数", "为什么归入", "分", "理由", "环节")
        if zh
        else ("product", "firms", "why", "score", "reason", "node")
    )
    rows = [
        (
            one.name,
            one.makers,
            say(lang, *WHYS[one.why]),
            one.score,
            one.reason or one.via,
            f"{one.chain}: {one.node.name}" if one.node else "",
            *source(one.source),
        )
        for one in page.products
    ]
    return Sheet(say(lang, "产品", "products"), (*heads, *source_heads(lang)), rows)


def _firms(page: FieldPage, lang: str) -> Sheet:
    label = Ontology.load().label
    heads = ("企业", "所在地", "梯度", "产品") if lang == "zh" else ("firm", "place", "tiers", "products")
    rows = [
        (
            one.name,
            place(one.region) if one.region else say(lang, "不详", "unknown"),
            "、".join(label(f"tier.{tier}", lang) for tier in one.tiers),
            "、".join(one.products),
            *source(one.source),
        )
        for one in page.firms
    ]
    return Sheet(say(lang, "企业", "firms"), (*heads, *source_heads(lang)), rows)


def _said(page: FieldPage, lang: str) -> Sheet:
    heads = (
        ("日期", "产品", "说法", "理由", "角色", "有效")
        if lang == "zh"
        else ("day", "product", "word", "reason", "role", "counts")
    )
    rows = [
        (one.day, one.product, say(lang, *_SAID[one.act]), one.reason, one.by_role, say(lang, *_YES[one.counts]))
        for one in page.said
    ]
    return Sheet(say(lang, "人工更正", "corrections"), heads, rows)


_YES = {True: ("是", "yes"), False: ("否", "no")}


def _classes(one: SchemeRow, lang: str) -> Sheet:
    side = lang != "zh"
    heads = [
        pair[side]
        for pair in (
            ("类", "class"), ("企业", "firms"), ("所在地不详的企业", "firms of unknown place"), ("产品", "products"),
            ("专利", "patents"), *WHYS.values(), ("链上环节", "nodes"), *KINDS.values(),
            ("其他体系的对应", "other schemes"),
        )
    ]  # fmt: skip
    return Sheet(one.id, heads, [_class(row, lang) for row in one.rows])


def _class(row: FieldRow, lang: str) -> list[object]:
    unknown = say(lang, "不详", "unknown")
    beside = "；".join(
        f"{one.scheme}: {'、'.join(one.names)} {say(lang, *GROUNDS[one.ground])}".replace(":  ", ": ")
        for one in row.beside
    )
    return [
        row.name, row.firms, row.unplaced, row.products, row.patents, *(row.whys.get(why, 0) for why in WHYS),
        unknown if row.nodes is None else row.nodes,
        *(unknown if row.nodes is None else row.kinds.get(kind, 0) for kind in KINDS), beside,
    ]  # fmt: skip


def _about(page: FieldsPage | FieldPage, lang: str, demo: bool, shown: list[SchemeRow]) -> Iterator[tuple[str, str]]:
    if demo:
        yield say(lang, "演示数据", "demo data"), say(lang, "企业都是虚构的", "the firms are invented")
    yield say(lang, "看哪里", "region"), place(page.region) if page.region else say(lang, "全国", "country")
    yield say(lang, "图谱截至", "graph as of"), f"{page.as_of}, {page.graph}"
    yield say(lang, "语料", "corpus"), page.corpus
    for one in shown:
        read = say(lang, "已核对官方文本", "official text read") if one.verified else say(
            lang, "转载，官方文本未核对", "a re-post, the official text was not read")  # fmt: skip
        yield one.id, f"{one.title}, {one.effective_from}–{one.effective_to or ''}, {one.source}, {read}"
        yield (
            f"{one.id}: {say(lang, '类不详的产品', 'products of unknown class')}",
            f"{one.unclassed} / {one.products}",
        )
    yield (
        say(lang, "状态的规则", "rules of states"),
        f"{page.rules.name}, {page.rules.effective_from}"
        + say(lang, "，本系统自定，不是官方标准", ", the system's own, no official standard"),
    )
    yield say(lang, "口径", "definition"), say(lang, *DEFINITION)


DEFINITION = (
    "产品按语句（规则和分，或人工更正）归类；“六基”的类还包括写明这一类的链上环节的产品；"
    "从别的体系只带入名称相同或被包含的类，没有官方对照表，其余不详；"
    "企业按它做的产品算，所在地不详的不算在任何地方；没有读到不等于没有",
    "products are classed by statements (rule and score, or a person's word); classes of liuji-2026 also hold what "
    "stands at nodes of chains that name them; from other schemes only classes of the same name, or of a name that is "
    "held, are carried over: no official crosswalk was read and the rest is unknown; firms count by what they make, "
    "those of unknown place nowhere; what was not read may exist",
)

"""Figures of a set of firms as a workbook: measures, groups, firms with their sources, and the definitions."""

from __future__ import annotations

from collections.abc import Iterator

from web import workbook as book
from web.pages.brain.statistics import MeasureRow, StatisticsPage
from web.words import place
from web.workbook import Sheet

MOST = 5000
"""Firms that a workbook lists."""

_MEASURES = (
    ("指标", "measure"), ("占已知的 %", "% of known"), ("占全部至少 %", "% of all, at least"),
    ("占全部至多 %", "% of all, at most"), ("平均", "mean"), ("平均的企业数", "firms of the mean"), ("类数", "groups"),
    ("是", "yes"), ("否", "no"), ("不详", "unknown"), ("公布：占比或平均 %", "published: share or mean, %"),
    ("公布：类数", "published: groups"), ("公布的口径", "as published"), ("本表的口径", "definition here"),
)  # fmt: skip
_GROUPS = (("指标", "measure"), ("类", "group"), ("编号", "id"), ("企业数", "firms"), ("公布的企业数", "published"))
_SOURCES = (
    ("企业", "firm"), ("编号", "id"), ("指标", "measure"), ("值", "value"), ("原文", "sentence"), ("文件", "document"),
    ("发布者", "publisher"), ("日期", "date"), ("可信度", "level"), ("依据编号", "fact"),
)  # fmt: skip


def workbook(page: StatisticsPage, lang: str, demo: bool) -> bytes:
    """The view as XLSX; at most `MOST` firms, the sheet of definitions says how many were left out."""
    at = lang != "zh"

    def head(pairs: tuple[tuple[str, str], ...]) -> list[str]:
        return [pair[at] for pair in pairs]

    firms_head = [("企业", "firm")[at], ("编号", "id")[at], *(column.name for column in page.columns)]
    firms = [
        [one.name, one.id, *(one.cells[column.id].words if column.id in one.cells else "" for column in page.columns)]
        for one in page.firms
    ]
    groups = [[one.title, row.words, row.id, row.firms, row.published] for one in page.measures for row in one.groups]
    sheets = [
        Sheet(("指标", "measures")[at], head(_MEASURES), [_measure(one) for one in page.measures]),
        Sheet(("分类", "groups")[at], head(_GROUPS), groups),
        Sheet(("企业", "firms")[at], firms_head, firms),
        Sheet(("依据", "sources")[at], head(_SOURCES), list(_sources(page, lang))),
    ]
    return book.workbook(sheets, ("口径", "definition")[at], _about(page, lang, demo))


def _measure(one: MeasureRow) -> list[object]:
    printed = one.published
    figure = next((value for value in (printed.share, printed.mean) if value is not None), None) if printed else None
    return [
        one.title, _round(one.share), _round(one.least), _round(one.most), _round(one.mean), one.valued or None,
        one.distinct, one.met, one.missed, one.open if one.met is not None else one.unknown, figure,
        printed.distinct if printed else None, printed.says if printed else None, one.definition,
    ]  # fmt: skip


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _sources(page: StatisticsPage, lang: str) -> Iterator[list[object]]:
    from kg.ontology import Ontology

    ontology = Ontology.load()
    titles = {column.id: column.name for column in page.columns}
    for firm in page.firms:
        for name, cell in firm.cells.items():
            if cell.source:
                said = cell.source
                level = ontology.label(f"level.{said.level}", lang)
                yield [
                    firm.name, firm.id, titles[name], cell.words, said.quote, said.title, said.publisher, said.date,
                    level, said.fact,
                ]  # fmt: skip


def _about(page: StatisticsPage, lang: str, demo: bool) -> Iterator[tuple[str, str]]:
    at = lang != "zh"
    if demo:
        yield ("演示数据", "demo data")[at], ("企业都是虚构的", "the firms are invented")[at]
    every = ("不限", "any")[at]
    yield ("所在地", "place")[at], place(page.region) or every
    yield ("梯度", "tier")[at], f"{page.tier or every}{' +notice' if page.notice else ''}"
    yield ("链上环节", "node")[at], page.node or every
    yield ("名单", "list")[at], page.list_title or every
    yield ("指定的企业", "firms named")[at], page.firms_said or every
    yield ("没有找到的名称", "names that mean none")[at], "、".join([*page.not_found, *page.several]) or "—"
    yield ("只看", "only")[at], page.chosen_words or every
    yield ("企业数", "firms")[at], f"{page.count} / {page.all}"
    yield ("列出的企业", "firms listed here")[at], f"{len(page.firms)} / {page.listed}"
    yield ("图谱截至", "graph as of")[at], f"{page.as_of}, {page.graph}"
    yield ("语料", "corpus")[at], page.corpus
    yield (
        ("公布的数", "published figures")[at],
        f"{page.published.name}, {page.published.firms}, {page.published.year}: {page.published.source}",
    )
    yield (
        ("怎么算", "how it is counted")[at],
        (
            "没有读到的算不详，不算没有；占比只在已知的里面算；“至少”把不详全当作不是，“至多”全当作是",
            "what was not read is unknown, never no; shares are of what is known; at least counts all unknown as no, "
            "at most as yes",
        )[at],
    )

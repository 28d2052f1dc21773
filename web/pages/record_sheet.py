"""Sheets that workbooks of clusters and of fields share: patents, gaps, the cells of a source."""

from __future__ import annotations

from collections.abc import Sequence

from web.pages.chains.record import RecordGap, RecordPatent
from web.pages.chains.sheet import KINDS, say
from web.pages.evidence.citation import Citation
from web.workbook import Sheet


def patent_sheet(patents: Sequence[RecordPatent], lang: str) -> Sheet:
    """Patents with owners and sentences."""
    heads = ("编号", "标题", "申请", "权利人") if lang == "zh" else ("id", "title", "filed", "owners")
    rows = [
        (
            one.id,
            one.title,
            one.filed or say(lang, "不详", "unknown"),
            "、".join(owner.name for owner in one.owners),
            *source(one.source),
        )
        for one in patents
    ]
    return Sheet(say(lang, "专利", "patents"), (*heads, *source_heads(lang)), rows)


def gap_sheet(gaps: Sequence[RecordGap], lang: str) -> Sheet:
    """Nodes that lack something, with the state of each and why."""
    heads = ("产业链", "环节", "状态", "为什么") if lang == "zh" else ("chain", "node", "state", "because")
    rows = [
        (one.chain_name, one.row.name, " ".join(say(lang, *KINDS[kind]) for kind in one.row.kinds), one.row.says)
        for one in gaps
    ]
    return Sheet(say(lang, "缺口", "gaps"), heads, rows)


def source_heads(lang: str) -> tuple[str, ...]:
    """Heads of the columns of a source."""
    if lang == "zh":
        return ("原文", "文件", "发布者", "日期", "依据编号")
    return ("sentence", "document", "publisher", "date", "fact")


def source(one: Citation | None) -> tuple[str, ...]:
    """The cells of a source."""
    if one is None:
        return ("",) * 5
    return (one.quote or "", one.title or "", one.publisher or "", one.date or "", one.fact or "")

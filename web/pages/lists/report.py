"""The sourcing report of a frozen list with the firms that were kept side by side, as DOCX and as XLSX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from web.jobs.report import TRUTHS, Report, Table
from web.jobs.report_files import document, xlsx
from web.pages.lists.compare import MOST, Cell, side_by_side


def report_file(content: Mapping[str, Any], kind: str, lang: str, demo: bool) -> bytes:
    """The report of a frozen version: `kind` is docx or xlsx."""
    report = Report(content, lang, demo)
    return xlsx(report) if kind == "xlsx" else document(report, _compared(report))


def _compared(report: Report) -> list[Table]:
    """Up to three firms side by side: those that were not rejected, in their order."""
    items = report.content["items"]
    decided = [item["firm"] for item in items if item["state"] not in ("", "rejected")]
    wanted = (decided or [item["firm"] for item in items if item["state"] != "rejected"])[:MOST]
    if len(wanted) < 2:
        return []
    page = side_by_side(report.content, wanted, "", "", report.lang)
    rows = tuple((row.words, *(_said(report, cell) for cell in row.cells)) for row in page.rows)
    name = report.said(("并排比较", "side by side"))
    head = (report.said(("比什么", "what")), *(firm.name for firm in page.firms))
    return [Table(name, name, head, rows, report.said(("不详不是没有。", "Unknown is not no.")))]


def _said(report: Report, cell: Cell) -> str:
    words = [report.said(TRUTHS[cell.truth])] if cell.truth else []
    words += [f"{one.words}{report.cites([one.fact])}" for one in cell.stated]
    if cell.more:
        words.append(report.said((f"另有 {cell.more} 项", f"and {cell.more} more")))
    return "\n".join(words) or report.said(("不详", "unknown"))

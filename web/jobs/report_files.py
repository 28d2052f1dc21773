"""The sourcing report as files: DOCX, which committees edit, and XLSX with a sheet of sources."""

from __future__ import annotations

from collections.abc import Sequence

from web.jobs.report import Report, Table
from web.paper import new_paper, pairs, saved, table
from web.workbook import Sheet, workbook


def xlsx(report: Report) -> bytes:
    """The report as a workbook: a sheet for each table, the last one says what it rests on."""
    sheets = [Sheet(one.sheet, one.head, one.rows) for one in report.tables()]
    return workbook(sheets, report.said(("口径", "definition")), [*report.need(), *report.about()])


def document(report: Report, compared: Sequence[Table] = ()) -> bytes:
    """The report as a document, `compared` being the tables of firms side by side."""
    paper = new_paper(report.title)
    paper.add_heading(report.title, 0)
    pairs(paper, report.about())
    paper.add_heading(report.said(("需求", "The need")), 1)
    pairs(paper, report.need())
    ranked, *others = report.tables()
    annex = others.pop()
    for one in (ranked, *compared, *others):
        table(paper, one)
    paper.add_page_break()  # type: ignore[no-untyped-call]
    table(paper, annex)
    return saved(paper)

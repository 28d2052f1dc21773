"""The sourcing report as files: DOCX, which committees edit, and XLSX with a sheet of sources."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from web.jobs.report import Report, Table
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from docx.document import Document

FONT, FONT_EAST = "Calibri", "宋体"
LONG = 2000
"""Signs of a cell in the document; the workbook has all."""


def xlsx(report: Report) -> bytes:
    """The report as a workbook: a sheet for each table, the last one says what it rests on."""
    sheets = [Sheet(table.sheet, table.head, table.rows) for table in report.tables()]
    return workbook(sheets, report.said(("口径", "definition")), [*report.need(), *report.about()])


def document(report: Report, compared: Sequence[Table] = ()) -> bytes:
    """The report as a document, `compared` being the tables of firms side by side."""
    import docx as library

    paper = library.Document()
    _styles(paper)
    paper.core_properties.title, paper.core_properties.author = report.title, ""
    paper.add_heading(report.title, 0)
    _pairs(paper, report.about())
    paper.add_heading(report.said(("需求", "The need")), 1)
    _pairs(paper, report.need())
    ranked, *others = report.tables()
    annex = others.pop()
    for table in (ranked, *compared, *others):
        _table(paper, table)
    paper.add_page_break()  # type: ignore[no-untyped-call]
    _table(paper, annex)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _styles(paper: Document) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.6)
    for name in ("Normal", "Title", "Heading 1"):
        style: Any = paper.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT_EAST)
    normal: Any = paper.styles["Normal"]
    normal.font.size = Pt(9)


def _pairs(paper: Document, pairs: Sequence[tuple[str, str]]) -> None:
    for name, text in pairs:
        line = paper.add_paragraph()
        line.add_run(f"{name}  ").bold = True
        line.add_run(text)


def _table(paper: Document, table: Table) -> None:
    """A table with its head on every page; said to be empty where nothing stands in it."""
    paper.add_heading(table.name, 1)
    if table.note:
        paper.add_paragraph(table.note)
    if not table.rows:
        paper.add_paragraph("—")
        return
    made = paper.add_table(rows=len(table.rows) + 1, cols=len(table.head), style="Table Grid")
    first, *rows = made.rows
    _head(first)
    for cell, words in zip(first.cells, table.head, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    for line, values in zip(rows, table.rows, strict=True):
        for cell, value in zip(line.cells, values, strict=True):
            cell.text = _said(value)


def _head(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _said(value: Any) -> str:
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    clean = "".join(sign for sign in text if sign >= " " or sign in "\t\n")
    return clean if len(clean) <= LONG else clean[:LONG] + "…"

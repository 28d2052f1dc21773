"""A document for people (DOCX): headings, lines of name and text, tables with their head on every page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

    from web.jobs.report import Table

FONT, FONT_EAST = "Calibri", "宋体"
LONG = 2000
"""Signs of a cell; the workbook, where there is one, has all."""

A4 = (21.0, 29.7)
"""Width and height in cm, upright."""


def new_paper(title: str, *, upright: bool = False) -> Document:
    """An empty document of A4, lying unless it is to stand upright."""
    import docx as library
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    paper = library.Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = map(Cm, A4 if upright else A4[::-1])
    section.left_margin = section.right_margin = Cm(1.6)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        style: Any = paper.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT_EAST)
    normal: Any = paper.styles["Normal"]
    normal.font.size = Pt(9)
    paper.core_properties.title, paper.core_properties.author = title, ""
    return paper


def saved(paper: Document) -> bytes:
    """The document as a file."""
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def pairs(paper: Document, lines: Sequence[tuple[str, str]]) -> None:
    """Lines of name and text."""
    for name, text in lines:
        line = paper.add_paragraph()
        line.add_run(f"{name}  ").bold = True
        line.add_run(clean(text))


def table(paper: Document, one: Table, level: int = 1) -> None:
    """A table with its head on every page; said to be empty where nothing stands in it."""
    paper.add_heading(one.name, level)
    if one.note:
        paper.add_paragraph(one.note)
    if not one.rows:
        paper.add_paragraph(one.empty)
        return
    made = paper.add_table(rows=len(one.rows) + 1, cols=len(one.head), style="Table Grid")
    first, *rows = made.rows
    _head(first)
    for cell, words in zip(first.cells, one.head, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    for line, values in zip(rows, one.rows, strict=True):
        for cell, value in zip(line.cells, values, strict=True):
            cell.text = clean(value)


def clean(value: Any) -> str:
    """A value as text without signs that no document may hold, cut where it is too long for a cell."""
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    kept = "".join(sign for sign in text if sign >= " " or sign in "\t\n")
    return kept if len(kept) <= LONG else kept[:LONG] + "…"


def _head(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

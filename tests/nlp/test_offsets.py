"""Offsets of facts through every reader: `text[start:end] == quote`, on the right page, whatever stands around."""

from __future__ import annotations

import html
import io

import docx
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from kg.records import DocumentId
from nlp.extract import extract_text
from nlp.readers import read
from nlp.readers.docx import read_docx
from nlp.text import Text

SENTENCES = [
    "甬川岚峤传动股份有限公司（以下简称“岚峤传动”）成立于2011年5月18日，注册资本12,800万元。",
    "公司于2026年3月2日收到清溪县水利局发来的《中标通知书》，确定公司为“泵站设备采购项目”的中标单位，中标金额1.2亿元。",
    "公司主要产品包括谐波减速器、柔性轴承和密封件。",
    "公司拥有发明专利ZL201610611945.6，被认定为高新技术企业，通过了ISO 9001质量管理体系认证。",
]
# Everything but surrogates: marks of direction, wide and compatibility forms, combining signs, controls, emoji.
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
DOCUMENT = st.lists(st.one_of(st.sampled_from(SENTENCES), ANY), min_size=2, max_size=8)
SETTINGS = settings(max_examples=40, deadline=None)


def exact(text: Text) -> int:
    """How many facts there are; each quotes its place."""
    facts = extract_text(text, "a", DocumentId("0" * 64))
    for fact in facts:
        assert 0 <= fact.start < fact.end <= len(text.text)
        assert text.text[fact.start : fact.end] == fact.quote
        assert fact.page == text.page_of(fact.start)
    return len(facts)


@SETTINGS
@given(DOCUMENT, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_txt(parts: list[str], encoding: str) -> None:
    exact(read("\n".join((SENTENCES[0], *parts)).encode(encoding, "replace"), "a.txt"))


@SETTINGS
@given(DOCUMENT, st.sampled_from(["p", "div", "td", "li", "span"]))
def test_html(parts: list[str], tag: str) -> None:
    cells = "".join(f"<{tag}>{html.escape(part)}</{tag}>" for part in parts)
    body = f"<table><tr>{cells}</tr></table>" if tag == "td" else cells
    exact(read(f"<html><body><p>{SENTENCES[0]}</p>{body}</body></html>".encode("utf-8", "replace"), "a.html"))


@SETTINGS
@given(DOCUMENT)
def test_docx(parts: list[str]) -> None:
    document = docx.Document()
    for part in (SENTENCES[0], *parts):
        document.add_paragraph("".join(c for c in part if c in "\t\n" or (ord(c) >= 32 and c not in "\ufffe\uffff")))
    out = io.BytesIO()
    document.save(out)
    exact(read_docx(out.getvalue(), "a.docx", 1_000_000))


@SETTINGS
@given(st.lists(DOCUMENT, min_size=1, max_size=4), st.booleans())
def test_pdf(pages: list[list[str]], ruled: bool) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out)
    for number, parts in enumerate(pages, start=1):
        canvas.setFont("STSong-Light", 6)
        for row, part in enumerate((f"标记{number}号页", *parts, SENTENCES[0])):
            shown = "".join(c for c in part if "\u4e00" <= c <= "\u9fff" or c.isascii() or c in "（）“”《》，。、")
            canvas.drawString(60, 760 - 30 * row, shown)
            if ruled:
                canvas.line(50, 775 - 30 * row, 560, 775 - 30 * row)
        if ruled:
            for x in (50, 300, 560):
                canvas.line(x, 775, x, 400)
        canvas.showPage()
    canvas.save()
    text = read(out.getvalue(), "a.pdf")
    assert len(text.pages) == len(pages)
    assert exact(text) > 0
    for number in range(1, len(pages) + 1):
        assert text.page_of(text.text.index(f"标记{number}号页")) == number

"""Tables of made PDFs: ruled, three-line, merged, wrapped, turned, broken over pages; exact rows of cells."""

from __future__ import annotations

import io
from typing import Any

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table

from kg.records import DocumentId
from nlp.extract import extract_text
from nlp.readers import read
from nlp.readers.grid import Rule, Sign, tables
from nlp.tables import by_year, lines_of, rows_of

BODY = ParagraphStyle("body", fontName="STSong-Light", fontSize=10, leading=14, wordWrap="CJK")
FONT = ("FONTNAME", (0, 0), (-1, -1), "STSong-Light")
GRID: list[tuple[Any, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
THREE: list[tuple[Any, ...]] = [
    ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
    ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
]
FIGURES = [
    ["主要会计数据", "2025年", "2024年", "本年比上年增减", "2023年"],
    ["营业收入", "1,200.00", "1,000.00", "20.00", "900.00"],
    ["归属于上市公司股东的净利润", "110.00", "", "", "100.00"],
]


def pdf(*story: Flowable | str, size: tuple[float, float] = A4) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    flow = [Paragraph(part, BODY) if isinstance(part, str) else part for part in story]
    SimpleDocTemplate(out, pagesize=size, invariant=1).build(flow)
    return out.getvalue()


def table(rows: list[list[Any]], style: list[tuple[Any, ...]], **more: Any) -> Table:
    return Table(rows, style=[FONT, *style], **more)


def tabbed(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows)


@pytest.mark.parametrize("style", [GRID, THREE], ids=["ruled", "three-line"])
def test_cells_stand_in_their_columns(style: list[tuple[Any, ...]]) -> None:
    text = read(pdf("以下单位：元", table(FIGURES, style), "说明：无。"), "a.pdf").text
    assert text == f"以下单位：元\n{tabbed(FIGURES)}\n说明：无。"
    revenue, profit = rows_of(lines_of(read(pdf(table(FIGURES, style)), "a.pdf")))
    assert by_year(revenue) == {"2025": 1200.0, "2024": 1000.0, "2023": 900.0}
    assert by_year(profit) == {"2025": 110.0, "2023": 100.0}, "an empty cell moves nothing"


@pytest.mark.parametrize("style", [GRID, THREE], ids=["ruled", "three-line"])
def test_wrapped_cells_are_one_cell(style: list[tuple[Any, ...]]) -> None:
    long = "归属于母公司所有者的扣除非经常性损益后的净利润"
    rows = [["项目", "2025年度"], [Paragraph(long, BODY), "110.00"], [Paragraph("短", BODY), "7.00"]]
    text = read(pdf(table(rows, [*style, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")], colWidths=[120, 90])), "a.pdf").text
    assert text == f"项目\t2025年度\n{long}\t110.00\n短\t7.00"


def test_merged_cells_stand_once() -> None:
    rows = [
        ["产品", "2025年", "", "2024年", ""],
        ["", "金额", "占比", "金额", "占比"],
        ["轴承", "1.0", "50.00%", "2.0", "40.00%"],
    ]
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (4, 0))]
    assert read(pdf(table(rows, [*GRID, *spans])), "a.pdf").text == tabbed(rows)


def test_open_sides_and_prose_beside() -> None:
    inner = [("INNERGRID", (0, 0), (-1, -1), 0.5, colors.black), *THREE]
    assert read(pdf("前文。", table(FIGURES, inner)), "a.pdf").text == f"前文。\n{tabbed(FIGURES)}"


@pytest.mark.parametrize("repeat", [0, 1])
@pytest.mark.parametrize("style", [GRID, THREE], ids=["ruled", "three-line"])
def test_a_table_over_pages_keeps_its_columns(style: list[tuple[Any, ...]], repeat: int) -> None:
    rows = [["项目", "2025年度", "2024年度"], *([f"第{n}类费用", f"{n}.50", f"{n}.25"] for n in range(1, 121))]
    text = read(pdf(table(rows, style, repeatRows=repeat)), "a.pdf")
    assert len(text.pages) >= 3
    found = list(rows_of(lines_of(text)))
    assert len(found) == 120
    for n, row in enumerate(found, start=1):
        assert row.labels[0] == f"第{n}类费用"
        assert by_year(row) == {"2025": n + 0.5, "2024": n + 0.25}
        assert f"第{n}类费用" in text.text[row.starts[0] : row.end]
        assert text.page_of(row.starts[0]) == text.page_of(row.end - 1)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page(rotation: int) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf(table(FIGURES, GRID), size=landscape(A4)))
    page = document[0]
    page.set_rotation(rotation)
    out = io.BytesIO()
    document.save(out)
    text = read(out.getvalue(), "a.pdf").text
    cells = {cell for line in text.split("\n") for cell in line.split("\t")}
    assert cells == {cell for row in FIGURES for cell in row}
    if rotation in (0, 180):
        assert len(text.split("\n")) == 3


def test_a_turned_head_is_one_cell() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out)
    for x in (100, 200, 300):
        canvas.line(x, 500, x, 620)
    for y in (500, 520, 620):
        canvas.line(100, y, 300, y)
    canvas.setFont("STSong-Light", 10)
    canvas.drawString(110, 505, "轴承")
    canvas.drawString(210, 505, "3.5")
    canvas.saveState()
    canvas.translate(150, 530)
    canvas.rotate(90)
    canvas.drawString(0, 0, "产品名称")
    canvas.restoreState()
    canvas.drawString(210, 560, "年产能")
    canvas.save()
    assert read(out.getvalue(), "a.pdf").text == "产品名称\t年产能\n轴承\t3.5"


def test_rules_without_a_table_change_nothing() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setFont("STSong-Light", 10)
    for y in (800, 400, 60):
        canvas.line(72, y, 520, y)
    for n in range(20):
        canvas.drawString(72, 780 - 30 * n, "公司所属行业竞争充分，下游需求稳定增长，产品质量稳定，客户认可度较高。")
    canvas.rect(60, 50, 470, 760)
    canvas.save()
    assert "\t" not in read(out.getvalue(), "a.pdf").text


def test_facts_quote_the_rows_of_a_table() -> None:
    report = [
        "甬川岚峤传动股份有限公司 2025年年度报告",
        "公司的中文名称 甬川岚峤传动股份有限公司",
        "一、主要会计数据",
        "单位：万元",
        table(FIGURES, GRID),
    ]
    text = read(pdf(*report), "a.pdf")
    found = [f for f in extract_text(text, "a.pdf", DocumentId("0" * 64)) if f.relation == "REPORTS_METRIC"]
    assert {(f.properties["metric"], f.properties["period"], f.properties["value"]) for f in found} >= {
        ("revenue", "2025", 12_000_000.0),
        ("revenue", "2024", 10_000_000.0),
        ("net_profit", "2025", 1_100_000.0),
        ("net_profit", "2023", 1_000_000.0),
    }
    assert all(text.text[f.start : f.end] == f.quote for f in found)


def test_absurd_rules_are_no_table() -> None:
    signs = [Sign("轴", 10, 10, 20, 20, 0)]
    many = [Rule(float(3 * n), 0, 9000) for n in range(3000)]
    assert tables(many, many, signs) == []
    assert tables(many[:1500], many[:1500], signs) == []
    assert tables([Rule(0, 0, 5)] * 5, [], signs) == []

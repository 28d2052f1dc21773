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
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

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


LONG = "谐波减速器柔性轴承的疲劳寿命在额定负载下不低于一万小时并且经过第三方检测机构按照现行标准进行的型式试验"


@pytest.mark.parametrize("repeat", [0, 1])
@pytest.mark.parametrize("shift", range(0, 60, 7))
def test_a_row_cut_at_the_page_end_is_whole(repeat: int, shift: int) -> None:
    """Whatever line of a row the page's end falls on; the row stands where it begins, and its rest nowhere else."""
    cells = [[f"{n}号产品", f"{n}号{LONG}", f"{n}.50", f"{LONG}之{n}"] for n in range(1, 31)]
    rows: list[list[Any]] = [["名称", "说明", "2025年度", "备注"]]
    rows += [[a, Paragraph(b, BODY), c, Paragraph(d, BODY)] for a, b, c, d in cells]
    top = [*GRID, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black)]
    broken = table(rows, top, colWidths=[60, 150, 70, 130], repeatRows=repeat, splitInRow=1)
    text = read(pdf(Spacer(1, shift), broken), "a.pdf")
    assert len(text.pages) >= 3
    lines = [line for line in text.text.split("\n") if not line.startswith("名称")]
    assert lines == ["\t".join(row) for row in cells]
    for page, start in enumerate(text.pages[1:], start=2):
        assert text.page_of(start) == page and text.text[start - 1] == "\n"


def test_rows_below_a_merged_cell_are_no_rest() -> None:
    rows = [
        ["客户", "产品", "金额"],
        *([f"{'甲' if n == 0 else ''}", f"第{n}号柔性轴承产品", f"{n}.50"] for n in range(100)),
    ]
    merged = [
        ("BOX", (0, 0), (-1, -1), 0.5, colors.black),
        ("LINEAFTER", (0, 0), (-1, -1), 0.5, colors.black),
        ("LINEBELOW", (1, 0), (-1, -1), 0.5, colors.black),
        ("LINEBELOW", (0, 0), (0, 0), 0.5, colors.black),
    ]
    text = read(pdf(table(rows, merged, colWidths=[60, 102, 60])), "a.pdf")
    assert len(text.pages) >= 2 and len(text.text.split("\n")) == 101


def test_an_empty_column_is_kept_behind_the_page_end() -> None:
    rows = [["项目", "附注", "2025年度"], *([f"第{n}类", "五" if n < 9 else "", f"{n}.50"] for n in range(1, 91))]
    text = read(pdf(table(rows, GRID)), "a.pdf").text
    assert {line.count("\t") for line in text.split("\n")} == {2}


@pytest.mark.parametrize(("style", "turn"), [(GRID, 0), (GRID, 90), (THREE, 0)], ids=["ruled", "turned", "three-line"])
def test_rules_inside_forms_are_read(style: list[tuple[Any, ...]], turn: int) -> None:
    """A table set in a form in a form, each moved and scaled, as programs that place pages on pages do."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out)
    placed = table(FIGURES, style)
    width, height = placed.wrapOn(canvas, 500, 500)
    canvas.beginForm("inner", 0, 0, width, height)
    placed.drawOn(canvas, 0, 0)
    canvas.endForm()
    canvas.beginForm("outer", 0, 0, 600, 600)
    canvas.translate(20, 30)
    canvas.scale(2, 2)
    canvas.doForm("inner")
    canvas.endForm()
    canvas.translate(*((60, 400) if not turn else (400, 60)))
    canvas.rotate(turn)
    canvas.scale(0.4, 0.4)
    canvas.doForm("outer")
    canvas.showPage()
    canvas.save()
    text = read(out.getvalue(), "a.pdf").text
    if turn:
        assert {cell for line in text.split("\n") for cell in line.split("\t") if cell} == {
            cell for row in FIGURES for cell in row if cell
        }
    else:
        assert text == tabbed(FIGURES)


def test_a_bomb_of_forms_is_read_without_its_rules() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.beginForm("f0")
    canvas.rect(0, 0, 9, 9)
    canvas.endForm()
    for level in range(1, 5):
        canvas.beginForm(f"f{level}")
        for _ in range(12):
            canvas.doForm(f"f{level - 1}")
        canvas.endForm()
    canvas.doForm("f4")
    canvas.drawString(72, 700, "text")
    canvas.save()
    assert read(out.getvalue(), "a.pdf").text == "text"


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

"""Chapters of prospectuses and annual reports as PDF: a page of definitions, ruled and three-line tables."""

# ruff: noqa: E501  (Chinese signs count twice; a sentence stays on its line)
from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from seeds.demo.make.document import Written, date_zh
from seeds.demo.make.world import Firm, World, pick

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
"""WenQuanYi Micro Hei (Apache-2.0; Debian's fonts-wqy-microhei), of which each chapter embeds its own signs."""

_BODY = ParagraphStyle("body", fontName="CJK", fontSize=10.5, leading=18, firstLineIndent=21, wordWrap="CJK")
_HEAD = ParagraphStyle("head", fontName="CJK", fontSize=13, leading=24, spaceBefore=8, wordWrap="CJK", keepWithNext=1)
_CELL = ParagraphStyle("cell", fontName="CJK", fontSize=9, leading=12, wordWrap="CJK")
_RULED = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
_THREE_LINES = [
    ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
    ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
]
Rows = Sequence[Sequence[str]]


def font() -> Path:
    """The font of the chapters; raises FileNotFoundError with what to install where this machine lacks it."""
    if not FONT.exists():
        raise FileNotFoundError(f"{FONT}: install the package fonts-wqy-microhei")
    return FONT


class _Chapter:
    """The story of one PDF while it is written."""

    def __init__(self, header: str, notice: str) -> None:
        pdfmetrics.registerFont(TTFont("CJK", str(font()), subfontIndex=0))
        pdfmetrics.registerFontFamily("CJK", normal="CJK", bold="CJK", italic="CJK", boldItalic="CJK")
        self.header, self.notice = header, notice
        self.story: list[Flowable] = []

    def head(self, text: str) -> None:
        self.story.append(Paragraph(text, _HEAD))

    def say(self, *texts: str) -> None:
        self.story += [Paragraph(text, _BODY) for text in texts]

    def table(self, rows: Rows, widths: Sequence[float], ruled: bool = True) -> None:
        cells = [[Paragraph(cell, _CELL) for cell in row] for row in rows]
        style = TableStyle(_RULED if ruled else _THREE_LINES)
        self.story += [Spacer(1, 4), Table(cells, colWidths=widths, style=style, repeatRows=1), Spacer(1, 8)]

    def turn(self) -> None:
        self.story.append(PageBreak())

    def pdf(self, title: str) -> bytes:
        out = io.BytesIO()
        template = SimpleDocTemplate(out, pagesize=A4, title=title, author=self.notice, invariant=1)

        def marks(canvas: Any, _: Any) -> None:
            canvas.setFont("CJK", 8)
            canvas.drawString(72, A4[1] - 40, self.header)
            canvas.drawRightString(A4[0] - 72, A4[1] - 40, self.notice)
            canvas.drawCentredString(A4[0] / 2, 34, f"1-1-{canvas.getPageNumber() + 96}")

        template.build(self.story, onFirstPage=marks, onLaterPages=marks)
        return out.getvalue()


def _definitions(chapter: _Chapter, doc: Written, firm: Firm, others: Sequence[Firm]) -> None:
    chapter.head("第一节 释义")
    chapter.say("在本文件中，除非文义另有所指，下列词语具有如下含义：")
    rows = [["本公司、公司、发行人", "指", firm.name]]
    for other in (firm, *others):
        rows.append([other.short, "指", other.name])
        doc.state("ALIAS_OF", other.short, ("Enterprise", other.name, None))
    rows += [["报告期", "指", "2023年度、2024年度及2025年度"], ["元、万元", "指", "人民币元、人民币万元"]]
    chapter.table(rows, (130, 30, 290))


def _profile(chapter: _Chapter, doc: Written, firm: Firm) -> None:
    chapter.head("第二节 公司基本情况")
    rows = [
        ["中文名称", firm.name],
        ["股票简称", firm.short],
        ["证券代码", firm.more["stock"]],
        ["统一社会信用代码", firm.code or ""],
        ["注册资本", f"{firm.capital:,}万元"],
        ["成立日期", date_zh(firm.founded)],
        ["注册地址", firm.address],
        ["公司网址", firm.more["site"]],
        ["经营范围", firm.scope + "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"],
    ]
    chapter.table(rows, (120, 330))
    doc.state("PROFILE", firm, short_name=firm.short, stock_code=firm.more["stock"], credit_code=firm.code,
              registered_capital=firm.capital * 1e4, founded=firm.founded, address=firm.address, website=firm.more["site"])  # fmt: skip
    doc.state("LOCATED_IN", firm, ("Region", firm.county, firm.region), address=firm.address)


def _revenue(chapter: _Chapter, doc: Written, firm: Firm, shares: Sequence[float], period: str) -> None:
    total = firm.more["revenue"]
    chapter.head("（二）主营业务收入按产品分类")
    chapter.say("单位：万元")
    rows = [["产品类别", "金额", "占比"]]
    for product, share in zip(firm.products, shares, strict=True):
        rows.append([product, f"{total * share / 100:,.2f}", f"{share:.2f}%"])
        doc.state(
            "PRODUCES",
            firm,
            ("Product", product, None),
            share=share,
            revenue=round(total * share * 100, 2),
            period=period,
        )
    rest = 100 - sum(shares)
    rows += [["其他", f"{total * rest / 100:,.2f}", f"{rest:.2f}%"], ["合计", f"{total:,.2f}", "100.00%"]]
    chapter.table(rows, (200, 120, 120), ruled=False)


def _figures(chapter: _Chapter, doc: Written, firm: Firm, period: str) -> None:
    more = firm.more
    growth = 1.06 + pick(firm.id, 14) / 100
    chapter.head("（三）主要财务数据")
    chapter.say("单位：万元")
    years = [str(int(period) - back) for back in range(3)]
    rows = [["项目", *(f"{year}年度" for year in years)]]
    for label, metric, start in (
        ("营业收入", "revenue", more["revenue"]),
        ("净利润", "net_profit", more["net"]),
        ("研发费用", "rd_expense", more["rd"]),
    ):
        values = [start / growth**back for back in range(3)]
        rows.append([label, *(f"{value:,.2f}" for value in values)])
        for year, value in zip(years, values, strict=True):
            doc.state(
                "REPORTS_METRIC",
                firm,
                ("Metric", metric, None),
                metric=metric,
                value=round(round(value, 2) * 1e4, 2),
                period=year,
            )
    ratio = round(more["rd"] / more["revenue"] * 100, 2)
    rows.append(["研发费用占营业收入的比例", f"{ratio:.2f}%", "-", "-"])
    doc.state("REPORTS_METRIC", firm, ("Metric", "rd_ratio", None), metric="rd_ratio", value=ratio, period=period)
    chapter.table(rows, (160, 95, 95, 95))
    staff = round(more["rd_staff"] / more["staff"] * 100, 2)
    chapter.say(
        f"截至{period}年末，公司员工总数为{more['staff']}人，其中研发人员{more['rd_staff']}人，占员工总数的比例为{staff:.2f}%。"
    )
    for metric, value in (("staff", more["staff"]), ("rd_staff", more["rd_staff"]), ("rd_staff_ratio", staff)):
        doc.state("REPORTS_METRIC", firm, ("Metric", metric, None), metric=metric, value=float(value), period=period)


def _parties(
    chapter: _Chapter, doc: Written, firm: Firm, customers: Sequence[tuple[Firm, float]],
    suppliers: Sequence[tuple[Firm, str, float]], period: str,
) -> None:  # fmt: skip
    chapter.head("（四）主要客户和供应商")
    chapter.say(f"{period}年度公司主要客户销售情况如下：")
    rows = [["序号", "客户名称", "销售金额（万元）", "占营业收入比例"]]
    for number, (customer, amount) in enumerate(customers, start=1):
        rows.append([str(number), customer.name, f"{amount:,.2f}", f"{amount / firm.more['revenue'] * 100:.2f}%"])
        doc.state("SUPPLIES", firm, ("Enterprise", customer.name, None), amount=round(amount * 1e4, 2), period=period)
    chapter.table(rows, (40, 220, 100, 90))
    chapter.say(f"{period}年度公司主要供应商采购情况如下：")
    rows = [["序号", "供应商名称", "采购内容", "采购金额（万元）"]]
    for number, (supplier, product, amount) in enumerate(suppliers, start=1):
        rows.append([str(number), supplier.name, product, f"{amount:,.2f}"])
        doc.state(
            "SUPPLIES",
            supplier.name,
            ("Enterprise", firm.name, firm.code),
            product=product,
            amount=round(amount * 1e4, 2),
            period=period,
        )
    chapter.table(rows, (40, 200, 120, 90), ruled=False)


def _patents(chapter: _Chapter, doc: Written, world: World, firm: Firm) -> None:
    chapter.head("（五）主要专利")
    rows = [["序号", "专利名称", "专利号", "类型", "申请日"]]
    for patent in world.patents():
        if firm.id in patent["owners"]:
            rows.append([str(len(rows)), patent["title"], patent["number"], patent["kind"], patent["filed"]])
            doc.state(
                "OWNS_PATENT",
                firm,
                ("Patent", patent["title"], patent["number"]),
                kind=patent["kind_code"],
                filed=patent["filed"],
            )
    chapter.table(rows, (35, 190, 110, 50, 65))


def lilan(world: World) -> Written:
    """Prospectus chapter of the reducer maker: what it sells, whom it supplies, what it must import."""
    firm = world.firm("F01")
    doc = Written(
        "documents/p01-prospectus.pdf",
        "prospectus",
        f"{firm.name}招股说明书（第六节 业务与技术）",
        firm.name,
        "2026-05-29",
    )
    chapter = _Chapter(f"{firm.name} 招股说明书（示例）", world.notice)
    chapter.head(f"{firm.name}首次公开发行股票招股说明书（节选）")
    _definitions(chapter, doc, firm, [world.firm(key) for key in ("B1", "F02", "F06", "F34", "F05")])
    chapter.turn()
    _profile(chapter, doc, firm)
    chapter.head("第六节 业务与技术")
    chapter.head("（一）主营业务及主要产品")
    chapter.say(
        f"公司主要从事{'、'.join(firm.products)}的研发、生产和销售，产品应用于工业机器人、协作机器人和数控转台。"
        "谐波减速器由波发生器、柔轮和刚轮组成，柔轮在工作中反复变形，其材料的疲劳强度决定了整机寿命。",
        "根据行业协会（虚构）统计，2025年公司谐波减速器在国内的市场占有率为8.60%，排名第三。",
        "公司柔轮材料目前主要依赖进口，报告期内向境外供应商采购的柔轮用钢占同类采购额的81.50%，存在供应单一的风险。"
        "公司正与省内企业共同推进替代材料的验证。",
    )
    doc.state(
        "REPORTS_METRIC",
        firm,
        ("Metric", "market_share", None),
        metric="market_share",
        value=8.6,
        period="2025",
        scope="谐波减速器 国内",
    )
    doc.state("DEPENDS_ON", firm, ("Product", "柔轮材料", None), imported=True, single_source=True)
    chapter.say(
        "报告期内，公司采购的主要原材料包括钢带材、轴承、电机、铸件和电子元器件，采用以产定购的方式；"
        "生产以订单为主、安全库存为辅；销售以直销为主，境外销售通过代理商完成。",
        "谐波减速器行业的下游为机器人、数控机床和医疗设备，上游为特种钢、轴承和机床刀具。"
        "若下游机器人行业需求不及预期，公司经营业绩将受到影响。",
    )
    _revenue(chapter, doc, firm, (68.4, 21.25, 8.1), "2025")
    _figures(chapter, doc, firm, "2025")
    chapter.turn()
    customers = [(world.firm("B1"), 11860.4), (world.firm("F10"), 2133.5)]
    suppliers = [
        (world.firm("F02"), "钢带材", 3920.6),
        (world.firm("F06"), "柔性轴承", 2874.15),
        (world.firm("F34"), "齿轮零件", 1530.8),
        (world.firm("F05"), "热处理加工", 488.2),
    ]
    _parties(chapter, doc, firm, customers, suppliers, "2025")
    _patents(chapter, doc, world, firm)
    chapter.say("公司参与起草了《机器人用谐波齿轮减速器》（T/EX 99-2024，示例团体标准），为第二起草单位。")
    doc.state("DRAFTED_STANDARD", firm, ("Standard", "机器人用谐波齿轮减速器", "T/EX 99-2024"), role="第二起草单位")
    doc.data = chapter.pdf(doc.title)
    return doc


def yungang(world: World) -> Written:
    """Prospectus chapter of the first maker: its strip is what flexsplines are made of, and it never says so."""
    firm = world.firm("F02")
    doc = Written(
        "documents/p02-prospectus.pdf",
        "prospectus",
        f"{firm.name}招股说明书（第六节 业务和技术）",
        firm.name,
        "2026-03-27",
    )
    chapter = _Chapter(f"{firm.name} 招股说明书（示例）", world.notice)
    chapter.head(f"{firm.name}公开发行股票招股说明书（节选）")
    _definitions(chapter, doc, firm, [world.firm(key) for key in ("F01", "B3", "F23", "O5")])
    chapter.turn()
    _profile(chapter, doc, firm)
    chapter.head("第六节 业务和技术")
    chapter.head("（一）主营业务及主要产品")
    chapter.say(
        f"公司专业从事特种合金材料的研发与制造，主要产品包括{'、'.join(firm.products)}，广泛应用于精密传动、仪器仪表、"
        "风电和能源装备领域。公司采用真空感应熔炼加真空自耗重熔工艺，马氏体时效钢带材的抗拉强度不低于1850兆帕，"
        "旋转弯曲疲劳极限达到760兆帕，厚度0.2毫米至1.5毫米。",
        "公司于2023年被列入第五批专精特新“小巨人”企业名单（示例），拥有省级企业技术中心（示例）。",
        "2025年公司马氏体时效钢带材在国内细分市场的占有率为12.30%。",
    )
    strip = ("Product", "马氏体时效钢带材", None)
    doc.state("HAS_PARAMETER", firm, strip, name="抗拉强度", operator=">=", value=1850.0, unit="兆帕")
    doc.state("HAS_PARAMETER", firm, strip, name="旋转弯曲疲劳极限", operator="=", value=760.0, unit="兆帕")
    doc.state("HAS_PARAMETER", firm, strip, name="厚度", operator="range", value=0.2, value_max=1.5, unit="毫米")
    doc.state("CAPABLE_OF", firm, ("Process", "真空感应熔炼", None))
    doc.state("CAPABLE_OF", firm, ("Process", "真空自耗重熔", None))
    doc.state(
        "HAS_HONOUR",
        firm,
        ("Honour", "专精特新“小巨人”企业", None),
        tier="little_giant",
        batch="第五批",
        status="recognised",
    )
    doc.state(
        "REPORTS_METRIC",
        firm,
        ("Metric", "market_share", None),
        metric="market_share",
        value=12.3,
        period="2025",
        scope="马氏体时效钢带材 国内",
    )
    chapter.say(
        "公司所处行业为特殊钢压延加工，上游为镍、钴、钼等合金原料，下游客户采购公司带材后自行冲压、旋压成形。"
        "公司产品以销定产，主要原材料价格参照交易所（虚构）月均价确定。",
        "报告期内公司产能利用率分别为82.10%、86.45%和91.30%，新建的精密冷轧线预计于2027年投产。",
    )
    _revenue(chapter, doc, firm, (38.65, 33.2, 22.8), "2025")
    _figures(chapter, doc, firm, "2025")
    chapter.turn()
    _parties(
        chapter,
        doc,
        firm,
        [(world.firm("F01"), 3920.6), (world.firm("B3"), 2260.9)],
        [(world.firm("F23"), "铜铬锆棒材", 640.3)],
        "2025",
    )
    _patents(chapter, doc, world, firm)
    doc.data = chapter.pdf(doc.title)
    return doc


_ANNUAL = {
    "F06": (
        (30.5, 44.1, 19.4),
        [("B1", 2864.0), ("F01", 2874.15)],
        [("F29", "氮化硅陶瓷球", 305.7), ("F35", "涂层加工", 118.2)],
    ),
    "F09": ((71.3, 14.6, 9.9), [("B3", 9870.0), ("F07", 1422.6)], [("F40", "砂轮", 96.4)]),
    "F20": (
        (52.7, 28.9, 12.2),
        [("B2", 3980.0), ("B3", 896.0)],
        [("F31", "运动控制器", 1102.5), ("F38", "直线导轨", 433.1)],
    ),
}


def annual(world: World, key: str, number: int) -> Written:
    """Chapter of an annual report for 2025."""
    firm = world.firm(key)
    doc = Written(
        f"documents/r0{number}-annual.pdf",
        "annual_report",
        f"{firm.name}2025年年度报告（节选）",
        firm.name,
        "2026-04-24",
    )
    shares, customers, suppliers = _ANNUAL[key]
    children = [other for other in world.small() if other.more.get("parent") == key]
    partners = [world.firm(other[0]) for other in customers] + children
    chapter = _Chapter(f"{firm.name} 2025 年年度报告（示例）", world.notice)
    chapter.head(doc.title)
    _definitions(chapter, doc, firm, partners)
    _profile(chapter, doc, firm)
    chapter.turn()
    chapter.head("第三节 管理层讨论与分析")
    chapter.head("（一）报告期内公司从事的主要业务")
    chapter.say(f"报告期内，公司主营业务为{'、'.join(firm.products)}的生产与销售，主营业务未发生重大变化。")
    _revenue(chapter, doc, firm, shares, "2025")
    _figures(chapter, doc, firm, "2025")
    _parties(
        chapter,
        doc,
        firm,
        [(world.firm(k), v) for k, v in customers],
        [(world.firm(k), p, v) for k, p, v in suppliers],
        "2025",
    )
    _patents(chapter, doc, world, firm)
    if children:
        chapter.head("（六）主要控股参股公司")
        rows = [["公司名称", "公司类型", "主要业务", "持股比例"]]
        for child in children:
            rows.append([child.name, "子公司", child.products[0], "100%"])
            doc.state("SUBSIDIARY_OF", child.name, ("Enterprise", firm.name, firm.code), share=100.0)
            doc.state("PRODUCES", child.name, ("Product", child.products[0], None))
        chapter.table(rows, (180, 60, 130, 70))
    doc.data = chapter.pdf(doc.title)
    return doc


def reports(world: World) -> list[Written]:
    """The five PDF chapters."""
    return [lilan(world), yungang(world), *(annual(world, key, n) for n, key in enumerate(_ANNUAL, start=1))]

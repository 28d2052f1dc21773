"""Supplier profiles, a test report, a scanned certificate, and the files that no reader can use."""

from __future__ import annotations

import io
import zipfile

import docx
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from seeds.demo.make.document import Written, date_zh
from seeds.demo.make.reports import font
from seeds.demo.make.world import Firm, World, pick

_DOCX = ("F03", "F04", "F05", "F07", "F10", "F13", "F16", "F17", "F19", "F22", "F25", "F26", "F29", "F40")
_TXT = ("F27", "F30", "F38")
_EPOCH = (2026, 1, 1, 0, 0, 0)


def _statements(doc: Written, firm: Firm) -> None:
    """What every profile says of its firm."""
    doc.state("PROFILE", firm, credit_code=firm.code, founded=firm.founded, address=firm.address,
              registered_capital=firm.capital * 1e4, short_name=firm.short)  # fmt: skip
    doc.state("ALIAS_OF", firm.short, ("Enterprise", firm.name, None))
    doc.state("LOCATED_IN", firm, ("Region", firm.county, firm.region), address=firm.address)
    for product in firm.products:
        doc.state("PRODUCES", firm, ("Product", product, None))
    for metric, value in _metrics(firm):
        doc.state("REPORTS_METRIC", firm, ("Metric", metric, None), metric=metric, value=value, period="2025")


def _metrics(firm: Firm) -> list[tuple[str, float]]:
    more = firm.more
    return [
        ("staff", float(more["staff"])),
        ("rd_staff", float(more["rd_staff"])),
        ("revenue", more["revenue"] * 1e4),
        ("rd_expense", more["rd"] * 1e4),
    ]


def _honours(world: World, firm: Firm) -> list[tuple[str, str]]:
    """(tier, year) of the titles that a firm's own profile mentions."""
    return [
        (group["tier"], group["batch"])
        for group in world.raw["honours"]
        if firm.id in group["rows"] and group["tier"] == "specialised"
    ]


def _prose(world: World, doc: Written, firm: Firm) -> list[str]:
    more = firm.more
    lines = [
        f"{firm.name}（简称：{firm.short}）成立于{date_zh(firm.founded)}，位于{firm.address}，注册资本{firm.capital:,}万元。",
        f"公司主要生产{'、'.join(firm.products)}。" + (f"{more['story']}。" if "story" in more else ""),
        f"公司现有员工{more['staff']}人，其中研发人员{more['rd_staff']}人；2025年实现营业收入{more['revenue']:,}万元，研发费用{more['rd']:,}万元。",
    ]
    if "柔轮材料仍依赖进口" in more.get("story", ""):
        doc.state("DEPENDS_ON", firm, ("Product", "柔轮材料", None), imported=True)
    if more.get("process"):
        process, equipment = more["process"]
        lines.append(f"主要工艺为{process}，拥有{equipment}。")
        doc.state("CAPABLE_OF", firm, ("Process", process, None))
    for _, batch in _honours(world, firm):
        lines.append(f"公司于{batch[:4]}年被认定为示例省专精特新中小企业。")
        doc.state("HAS_HONOUR", firm, ("Honour", "专精特新中小企业", None), tier="specialised", status="recognised")
    if pick(firm.id, 3):
        number = f"EX{pick(firm.code or '', 90000) + 10000}Q"
        lines.append(f"公司通过了ISO 9001质量管理体系认证（证书编号{number}，有效期至2027年6月30日）。")
        doc.state(
            "HOLDS_CERTIFICATE",
            firm,
            ("Certificate", "ISO 9001质量管理体系认证", None),
            number=number,
            valid_to="2027-06-30",
        )
    return lines


def _paper(world: World, number: int, firm: Firm) -> Written:
    """A profile as a firm sends it to a buyer: a table of basic data, then prose."""
    doc = Written(
        f"documents/s{number:02d}-profile.docx",
        "profile",
        f"{firm.name}供应商情况表",
        firm.name,
        f"2026-0{1 + pick(firm.id, 9)}-1{pick(firm.name, 9)}",
    )
    paper = docx.Document()
    paper.core_properties.title, paper.core_properties.author = doc.title, "示例"
    paper.add_paragraph(world.notice)
    paper.add_heading(doc.title, level=1)
    rows = [
        ("企业名称", firm.name),
        ("统一社会信用代码", firm.code or ""),
        ("注册地址", firm.address),
        ("成立日期", firm.founded),
        ("注册资本", f"{firm.capital:,}万元"),
        ("所属行业", f"{firm.industry[1]}（GB/T 4754 {firm.industry[0]}）"),
        ("经营范围", firm.scope),
        ("主要产品", "；".join(firm.products)),
    ]
    if firm.more.get("former"):
        rows.insert(1, ("曾用名", firm.more["former"]))
        doc.state("ALIAS_OF", firm.more["former"], ("Enterprise", firm.name, firm.code))
    table = paper.add_table(rows=len(rows), cols=2, style="Table Grid")
    for row, (label, value) in zip(table.rows, rows, strict=True):
        row.cells[0].text, row.cells[1].text = label, value
    paper.add_heading("一、企业简介", level=2)
    for line in _prose(world, doc, firm):
        paper.add_paragraph(line)
    paper.add_heading("二、承诺", level=2)
    paper.add_paragraph("本企业承诺所填内容真实有效。（本表为虚构示例，不代表任何真实企业）")
    doc.state("IN_INDUSTRY", firm, ("Industry", firm.industry[1], f"GB/T 4754:{firm.industry[0]}"))
    _statements(doc, firm)
    doc.data = _packed(paper)
    return doc


def _txt(world: World, number: int, firm: Firm) -> Written:
    doc = Written(f"documents/t{number:02d}-profile.txt", "profile", f"{firm.name}简介", firm.name, "2026-02-18")
    lines = [
        f"　　{doc.title}",
        "",
        f"　　{world.notice}",
        *(f"　　{line}" for line in _prose(world, doc, firm)),
        f"　　统一社会信用代码：{firm.code}",
    ]
    _statements(doc, firm)
    doc.data = "\r\n".join(lines).encode("gb18030")
    return doc


def _packed(paper: object) -> bytes:
    """The DOCX with fixed times inside, so that the same world gives the same bytes."""
    raw, out = io.BytesIO(), io.BytesIO()
    paper.save(raw)  # type: ignore[attr-defined]
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if "thumbnail" not in item.filename:
                data = old.read(item)
                if item.filename in ("_rels/.rels", "[Content_Types].xml"):
                    data = _without_thumbnail(data)
                new.writestr(zipfile.ZipInfo(item.filename, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _without_thumbnail(data: bytes) -> bytes:
    start = data.find(b"thumbnail")
    if start < 0:
        return data
    opening, closing = data.rfind(b"<Relationship ", 0, start), data.find(b"/>", start) + 2
    return data[:opening] + data[closing:] if opening >= 0 else data


def _test_report(world: World) -> Written:
    """A laboratory's report on the strip of the first maker."""
    laboratory, firm = world.firm("F26"), world.firm("F02")
    doc = Written(
        "documents/x01-test-report.docx",
        "test_report",
        "马氏体时效钢带材旋转弯曲疲劳试验报告",
        laboratory.name,
        "2026-04-02",
    )
    paper = docx.Document()
    paper.core_properties.title, paper.core_properties.author = doc.title, "示例"
    paper.add_paragraph(world.notice)
    paper.add_heading(doc.title, level=1)
    paper.add_paragraph(f"委托单位：{firm.name}　　检测单位：{laboratory.name}　　报告编号：HJ-EX-2026-0417")
    paper.add_paragraph(
        "样品为厚度0.45毫米的马氏体时效钢带材，经固溶时效处理。试验在室温、应力比R=-1、10的7次方循环下进行。"
    )
    rows = [
        ("检测项目", "技术要求", "检测结果"),
        ("旋转弯曲疲劳极限", "≥700兆帕", "762兆帕"),
        ("抗拉强度", "≥1850兆帕", "1912兆帕"),
        ("非金属夹杂物最大尺寸", "≤10微米", "7.6微米"),
    ]
    table = paper.add_table(rows=len(rows), cols=3, style="Table Grid")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    paper.add_paragraph("结论：所检项目符合委托方技术要求。本报告为虚构示例，仅对来样负责。")
    for name, value, unit in (
        ("旋转弯曲疲劳极限", 762.0, "兆帕"),
        ("抗拉强度", 1912.0, "兆帕"),
        ("非金属夹杂物最大尺寸", 7.6, "微米"),
    ):
        doc.state(
            "HAS_PARAMETER",
            firm,
            ("Product", "马氏体时效钢带材", None),
            name=name,
            operator="=",
            value=value,
            unit=unit,
        )
    doc.data = _packed(paper)
    return doc


def _certificate(world: World) -> Written:
    """A scanned certificate: grey, slightly turned, text only in the picture."""
    firm = world.firm("F03")
    doc = Written(
        "documents/x02-certificate.png",
        "certificate",
        "汽车行业质量管理体系认证证书（扫描件）",
        firm.name,
        "2025-08-20",
        expect="NL008",
    )
    picture = Image.new("L", (1000, 700), 246)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 970, 670), outline=90, width=4)
    lines = [
        (250, 70, 40, "质量管理体系认证证书"),
        (300, 130, 20, world.notice),
        (90, 210, 26, "兹证明"),
        (90, 260, 30, firm.name),
        (90, 320, 22, f"统一社会信用代码：{firm.code}"),
        (90, 365, 22, f"地址：{firm.address}"),
        (90, 415, 22, "其质量管理体系符合 IATF 16949:2016 标准"),
        (90, 460, 22, "覆盖范围：精密薄壁环件的制造"),
        (90, 530, 22, "证书编号：EX-IATF-2025-0318"),
        (90, 570, 22, "有效期：2025年8月20日至2028年8月19日"),
    ]
    for x, y, size, text in lines:
        pen.text((x, y), text, font=ImageFont.truetype(str(font()), size), fill=40)
    picture = picture.rotate(0.7, resample=Image.Resampling.BICUBIC, fillcolor=232).quantize(16)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    doc.data = out.getvalue()
    doc.state(
        "HOLDS_CERTIFICATE",
        firm,
        ("Certificate", "IATF 16949质量管理体系认证", None),
        number="EX-IATF-2025-0318",
        valid_to="2028-08-19",
    )
    return doc


def _troubles(world: World) -> list[Written]:
    """An empty PDF, a broken DOCX, and a DOCX that calls itself PDF."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setTitle(world.notice)
    canvas.showPage()
    canvas.save()
    empty = Written(
        "documents/z01-empty.pdf",
        "unreadable",
        "空白页（示例）",
        world.firm("F22").name,
        "2026-05-11",
        out.getvalue(),
        expect="NL008",
    )
    whole = _paper(world, 0, world.firm("F24"))
    broken = Written(
        "documents/z02-broken.docx",
        "unreadable",
        "截断的文件（示例）",
        world.firm("F24").name,
        "2026-05-12",
        whole.data[:9000],
        expect="NL006",
    )
    profile = _paper(world, 15, world.firm("F09"))
    profile.file, profile.expect, profile.facts = "documents/z03-misnamed.pdf", "NL005", []
    return [empty, broken, profile]


def profiles(world: World) -> list[Written]:
    """All profiles and odd files."""
    docx = [_paper(world, number, world.firm(key)) for number, key in enumerate(_DOCX, start=1)]
    texts = [_txt(world, number, world.firm(key)) for number, key in enumerate(_TXT, start=1)]
    return [*docx, *texts, _test_report(world), _certificate(world), *_troubles(world)]

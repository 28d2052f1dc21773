"""Official lists, catalogues, patents and a buyer's own sheets, in the shapes in which they are passed around."""

# ruff: noqa: E501  (Chinese signs count twice; a sentence stays on its line)
from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
import xlwt

from seeds.demo.make.document import Written
from seeds.demo.make.world import Firm, World, pick

_MADE = datetime.datetime(2026, 1, 1)
_HONOUR = {"little_giant": "专精特新“小巨人”企业", "specialised": "专精特新中小企业"}


def _county(world: World, firm: Firm) -> tuple[str, str]:
    city = world.place((firm.region or "")[:4] + "00").removeprefix("示例省")
    return city, firm.county


def _honour_facts(
    doc: Written, firm: Firm, group: Mapping[str, Any], status: str, valid: tuple[str, str | None]
) -> None:
    doc.state(
        "HAS_HONOUR",
        firm,
        ("Honour", _HONOUR[group["tier"]], None),
        tier=group["tier"],
        batch=group["batch"],
        status=status,
    )
    doc.facts[-1]["valid_from"], doc.facts[-1]["valid_to"] = valid
    doc.facts[-1]["source"]["key"] = None


def _official_xls(world: World, group: Mapping[str, Any], head: str, published: str, status: str) -> Written:
    """A notice's annex as .xls: annex line, title and notice over all columns, a head of two merged rows."""
    doc = Written(f"lists/{group['list']}.xls", "list", head, world.firm("O4").name, published, source="little-giants")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("附件（示例）")
    sheet.write(0, 0, "附件1")
    sheet.write_merge(1, 1, 0, 4, head)
    sheet.write_merge(2, 2, 0, 4, world.notice)
    sheet.write_merge(3, 4, 0, 0, "序号")
    sheet.write_merge(3, 4, 1, 1, "企业名称")
    sheet.write_merge(3, 3, 2, 3, "所在地区")
    sheet.write(4, 2, "市")
    sheet.write(4, 3, "县（市、区）")
    sheet.write_merge(3, 4, 4, 4, "备注")
    for number, key in enumerate(group["rows"], start=1):
        firm = world.firm(key)
        city, county = _county(world, firm)
        former = firm.more.get("former")
        name = f"{firm.name}（曾用名：{former}）" if former else firm.name
        for column, value in enumerate((number, name if number % 3 else f"{name[:6]}\n{name[6:]}", city, county, "")):
            sheet.write(4 + number, column, value)
        _honour_facts(doc, firm, group, status, (published, None))
        if former:
            doc.state("PROFILE", firm.name, former_names=[former])
    out = io.BytesIO()
    book.save(out)
    doc.data = out.getvalue()
    return doc


def _specialised(world: World, group: Mapping[str, Any], published: str, years: tuple[str, str]) -> Written:
    """A provincial list as GB18030 CSV; the list of 2025 has lost its credit codes, so that namesakes need the county."""
    codes = group["list"].endswith("2022")
    title = f"{group['batch'][:4]}年度示例省专精特新中小企业名单"
    doc = Written(f"lists/{group['list']}.csv", "list", title, world.firm("O4").name, published, source="specialised")
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow([f"{title}（{world.notice}）", "", "", "", "", ""])
    sheet.writerow(["序号", "企业名称", "统一社会信用代码", "所在市", "所在县区", "有效期"])
    for number, key in enumerate(group["rows"], start=1):
        firm = world.firm(key)
        span = "至".join(date.replace("-", ".") for date in years)
        sheet.writerow([number, firm.name, firm.code if codes else "", *_county(world, firm), span])
        _honour_facts(doc, firm, group, "recognised", years)
        doc.facts[-1]["source"]["key"] = firm.code if codes else None
    doc.data = out.getvalue().encode("gb18030")
    return doc


_CERTIFIED = (
    ("F03", "IATF 16949质量管理体系认证", "2028-08-19"), ("F06", "IATF 16949质量管理体系认证", "2027-03-14"),
    ("F02", "ISO 9001质量管理体系认证", "2027-11-30"), ("F02", "AS 9100航空航天质量管理体系认证", "2026-12-31"),
    ("F05", "ISO 9001质量管理体系认证", "2026-09-30"), ("F26", "实验室能力认可（示例）", "2029-01-20"),
    ("F14", "ISO 9001质量管理体系认证", "2027-05-06"), ("F15", "特种设备制造许可", "2028-02-10"),
    ("F28", "ISO 22163轨道交通质量管理体系认证", "2027-09-18"), ("F39", "ISO 9001质量管理体系认证", "2028-04-01"),
)  # fmt: skip


def _certificates(world: World) -> Written:
    doc = Written(
        "lists/certificates.csv",
        "list",
        "体系认证获证企业清单",
        world.firm("O4").name,
        "2026-10-09",
        source="certificates",
    )
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow([f"{doc.title}（{world.notice}）", "", "", "", ""])
    sheet.writerow(["获证组织", "统一社会信用代码", "认证项目", "证书编号", "有效期至"])
    for key, name, until in _CERTIFIED:
        firm = world.firm(key)
        number = f"EX-{pick(key + name, 900000) + 100000}"
        sheet.writerow([firm.name, firm.code, name, number, until])
        doc.state("HOLDS_CERTIFICATE", firm, ("Certificate", name, None), number=number, valid_to=until)
    doc.data = out.getvalue().encode("gb18030")
    return doc


_CATALOGUES: dict[str, Sequence[tuple[str, str, str, float | None, float | None, str]]] = {
    "F03": (
        ("精密薄壁环件", "CY-TR40", "壁厚", 0.35, 0.8, "毫米"),
        ("精密薄壁环件", "CY-TR40", "壁厚公差", None, 0.018, "毫米"),
        ("精密薄壁环件", "CY-TR40", "晶粒度", 8, None, "级"),
        ("冷辗轴承套圈", "CY-LR62", "外径", 20, 180, "毫米"),
        ("不锈钢锻环", "CY-FR", "外径", 80, 600, "毫米"),
    ),
    "F08": (
        ("六维力传感器", "TX-6F200", "量程", None, 200, "牛"),
        ("六维力传感器", "TX-6F200", "串扰", None, 1.5, "%"),
        ("关节扭矩传感器", "TX-T100", "量程", None, 100, "牛米"),
        ("关节扭矩传感器", "TX-T100", "非线性", None, 0.2, "%"),
        ("应变片", "TX-SG", "电阻", 350, 350, "欧"),
    ),
    "F14": (
        ("高压柱塞泵", "TY-A45", "额定压力", 35, None, "兆帕"),
        ("高压柱塞泵", "TY-A45", "排量", 45, 45, "毫升每转"),
        ("高压柱塞泵", "TY-A45", "试验寿命", 5200, None, "小时"),
        ("电液比例阀", "TY-EP06", "通径", 6, 6, "毫米"),
        ("插装阀", "TY-C16", "额定流量", 120, 120, "升每分钟"),
    ),
}  # fmt: skip


def _catalogue(world: World, key: str) -> Written:
    """A firm's product catalogue: the first rows are letterhead, one row a parameter."""
    firm = world.firm(key)
    doc = Written(
        f"lists/catalogue-{key.lower()}.xlsx",
        "catalogue",
        f"{firm.name}产品目录",
        firm.name,
        "2026-07-20",
        source="product-catalogue",
    )
    rows: list[Sequence[Any]] = [[f"{firm.name} 产品目录（2026版）"], [world.notice], []]
    rows.append(["企业名称", "统一社会信用代码", "产品名称", "型号", "参数", "下限", "上限", "单位"])
    for product, model, name, low, high, unit in _CATALOGUES[key]:
        rows.append([firm.name, firm.code, product, model, name, low, high, unit])
        operator = ">=" if high is None else "<=" if low is None else "=" if low == high else "range"
        value, limit = (high, None) if low is None else (low, high if operator == "range" else None)
        doc.state("PRODUCES", firm, ("Product", product, None))
        doc.state(
            "HAS_PARAMETER",
            firm,
            ("Product", product, None),
            name=name,
            operator=operator,
            value=float(value or 0),
            value_max=None if limit is None else float(limit),
            unit=unit,
            condition=f"型号 {model}",
        )
    doc.data = _xlsx("产品目录", rows)
    return doc


def _patents(world: World, year: int) -> Written:
    """Grants of one year as JSON lines, one line a patent with all its owners."""
    doc = Written(
        f"lists/patents-{year}.jsonl",
        "patents",
        f"{year}年授权专利数据",
        "示例知识产权数据服务",
        f"{year if year < 2026 else 2026}-{'12-31' if year < 2026 else '10-31'}",
        source="patents",
    )
    lines = []
    for patent in world.patents():
        if (patent["granted"] >= "2026") != (year == 2026):
            continue
        owners = [world.firm(key) for key in patent["owners"]]
        line = {
            "note": world.notice,
            "number": patent["number"],
            "title": patent["title"],
            "kind": patent["kind"],
            "filed": patent["filed"],
            "granted": patent["granted"],
            "assignees": [owner.name for owner in owners],
            "assignee_code": owners[0].code,
            "ipc": patent["ipc"],
        }
        lines.append(json.dumps(line, ensure_ascii=False))
        for owner in owners:
            doc.state(
                "OWNS_PATENT",
                owner,
                ("Patent", patent["title"], patent["number"]),
                kind=patent["kind_code"],
                filed=patent["filed"],
                granted=patent["granted"],
            )
    doc.data = ("\n".join(lines) + "\n").encode()
    return doc


def _supplier_sheet(world: World) -> Written:
    """The first buyer's approved suppliers: short names, an old name, a blocked one, no codes for half of them."""
    buyer = world.firm("B1")
    doc = Written(
        "lists/suppliers-b1.xlsx",
        "supplier_sheet",
        f"{buyer.name}合格供应商名录",
        buyer.name,
        "2026-09-30",
        source="supplier-sheet",
        organisation="B1",
    )
    rows: list[Sequence[Any]] = [[doc.title + "（示例）"], [world.notice]]
    rows.append(["供应商", "统一社会信用代码", "供货类别", "状态", "最近供货"])
    entries = (
        ("F01", 0, "减速器", "合格", "2026-09"), ("F06", 1, "轴承", "合格", "2026-08"), ("F07", 1, "电机", "合格", "2026-08"),
        ("F24", 0, "铸件", "整改", "2026-05"), ("F39", 1, "编码器", "合格", "2026-09"), ("F18", 0, "线束", "停用", "2024-11"),
        ("F13", 2, "液压", "合格", "2025-12"), ("F31", 0, "控制器", "黑名单", "2023-06"),
    )  # fmt: skip
    for key, way, kind, state, last in entries:
        firm = world.firm(key)
        name = (firm.name, firm.short, firm.more.get("former", firm.name))[way]
        rows.append([name, firm.code if way == 0 else "", kind, state, last])
    doc.data = _xlsx("名录", rows)
    return doc


def _bom(world: World) -> Written:
    """A bill of materials of a robot joint."""
    buyer = world.firm("B1")
    doc = Written(
        "lists/bom-joint.xlsx",
        "bom",
        "协作机器人关节物料清单",
        buyer.name,
        "2026-10-18",
        source="bom",
        organisation="B1",
    )
    rows: list[Sequence[Any]] = [["物料清单（示例） 关节型号 YH-J14"], [world.notice]]
    rows.append(["层级", "物料编码", "物料名称", "规格", "单机用量", "单位", "现供应商", "备注"])
    parts = (
        (1, "谐波减速器", "速比101", 1, "台", "F01", ""), (2, "柔轮", "杯形，壁厚0.4毫米", 1, "件", "", "材料进口"),
        (2, "柔性轴承", "内径42毫米", 1, "套", "F06", ""), (1, "无框力矩电机", "外径85毫米", 1, "台", "F07", ""),
        (1, "空心轴编码器", "通孔25毫米", 2, "只", "F39", ""), (1, "关节扭矩传感器", "量程100牛米", 1, "只", "", "待寻源"),
        (1, "关节壳体压铸件", "铝合金", 2, "件", "F24", ""), (1, "交叉滚子轴承", "内径70毫米", 1, "套", "F06", ""),
        (1, "圆形连接器", "12芯", 2, "只", "", ""), (1, "内六角螺钉", "M4×12，12.9级", 32, "只", "", ""),
    )  # fmt: skip
    for number, (level, name, spec, count, unit, key, note) in enumerate(parts, start=1):
        rows.append([level, f"YH14-{number:03d}", name, spec, count, unit, world.firm(key).short if key else "", note])
    doc.data = _xlsx("BOM", rows)
    return doc


def _xlsx(sheet_name: str, rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _MADE, "comments": "虚构示例"})
    sheet = book.add_worksheet(sheet_name)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value)
    book.close()
    return out.getvalue()


def sheets(world: World) -> list[Written]:
    """The twelve lists and sheets."""
    groups = {group["list"]: group for group in world.raw["honours"]}
    return [
        _official_xls(
            world, groups["little_giants_2023"], "第五批专精特新“小巨人”企业公示名单（示例）", "2023-07-14", "notice"
        ),
        _official_xls(
            world,
            groups["little_giants_recheck_2026"],
            "2026年专精特新“小巨人”复核通过企业公示名单（示例）",
            "2026-08-05",
            "recheck_notice",
        ),
        _specialised(world, groups["specialised_2022"], "2022-12-01", ("2022-12-01", "2025-11-30")),
        _specialised(world, groups["specialised_2025"], "2025-12-15", ("2025-12-15", "2028-12-14")),
        _certificates(world),
        *(_catalogue(world, key) for key in _CATALOGUES),
        _patents(world, 2025),
        _patents(world, 2026),
        _supplier_sheet(world),
        _bom(world),
    ]

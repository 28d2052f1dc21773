"""Official lists in the forms in which they come: pages, several heads, sections; everything is invented."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwt

from kg.mapping import SourceError
from kg.mapping.page import is_page, page_tables
from tests.kg.mapping.test_facts import read, said

TITLE = "关于第四批专精特新“小巨人”企业和第一批复核通过企业的公示"
NOTICE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}</title></head>
<body><table><tr><td><div><h1>{TITLE}</h1><p>现将名单予以公示，公示期为2022年8月8日至12日。</p></div></td></tr><tr><td>
<p>附件1</p><p>第四批专精特新“小巨人”企业名单</p>
<table><thead><tr><th rowspan="2">序号</th><th rowspan="2">企业名称</th><th colspan="2">所在地区</th></tr>
<tr><th>市</th><th>县（市、区）</th></tr></thead>
<tbody><tr><td>1</td><td>宁波岚川泵业<br>有限公司</td><td rowspan="2">宁波市</td><td>镇海区</td></tr>
<tr><td>2</td><td>宁波恒越轴承有限公司（曾用名：宁波恒跃轴承厂）</td><td>北仑区</td></tr></tbody></table>
<p>附件2</p><p>第一批专精特新“小巨人”复核通过企业名单</p>
<table><tr><td>序号</td><td>企业名称</td><td>市</td><td>县（市、区）</td></tr>
<tr><td>1</td><td>宁波砚山机械有限公司</td><td>宁波市</td><td>余姚市</td></tr></table></td></tr></table></body></html>"""


def statuses(found: list[object]) -> list[tuple[str, object, object]]:
    return [(name, p["status"], p["batch"]) for name, _, p in said(found, "HAS_HONOUR")]  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_page_of_a_notice(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notice.html"
    path.write_bytes(NOTICE.encode(encoding))
    found, refusals = read("little-giants", path, title=TITLE, published="2022-08-08")
    assert refusals == []
    assert statuses(found) == [  # type: ignore[arg-type]
        ("宁波岚川泵业有限公司", "notice", "第四批"),
        ("宁波恒越轴承有限公司", "notice", "第四批"),
        ("宁波砚山机械有限公司", "recheck_notice", "第一批"),
    ]
    assert {fact.target.key for fact in found if fact.relation == "LOCATED_IN" and fact.target} == {
        "330211", "330206", "330281",
    }  # fmt: skip
    assert [fact.page for fact in found if fact.relation == "HAS_HONOUR"] == ["1:3", "1:4", "2:2"]


def test_sections_across_a_sheet(tmp_path: Path) -> None:
    """An .xls with a title, two rows of heads and the counties as notes across the table."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    sheet.write_merge(0, 0, 0, 3, "2025年度宁波市专精特新“小巨人”企业名单")
    for column, head in enumerate(("序号", "企业信息", "企业信息", "备注")):
        sheet.write(1, column, head)
    for column, head in enumerate(("序号", "企业名称", "统一社会信用代码", "备注")):
        sheet.write(2, column, head)
    lines = ["一、海曙区（1家）", (1, "宁波岚川泵业有限公司"), "二、余姚市（2家）", (2, "宁波恒越轴承有限公司"),
             (3, "宁波砚山机械有限公司"), "注：排名不分先后。"]  # fmt: skip
    for number, line in enumerate(lines, 3):
        if isinstance(line, str):
            sheet.write_merge(number, number, 0, 3, line)
        else:
            sheet.write(number, 0, line[0])
            sheet.write(number, 1, line[1])
    path = tmp_path / "list.xls"
    book.save(str(path))
    found, refusals = read("little-giants", path, published="2025-10-10")
    assert refusals == [] and {status for _, status, _ in statuses(found)} == {"recognised"}  # type: ignore[arg-type]
    places = [
        (fact.source.name[:4], fact.target.key) for fact in found if fact.relation == "LOCATED_IN" and fact.target
    ]
    assert places == [("宁波岚川", "330203"), ("宁波恒越", "330281"), ("宁波砚山", "330281")]
    assert all("分节: " in fact.quote for fact in found if fact.relation == "LOCATED_IN")


@pytest.mark.parametrize(
    ("title", "above", "status"),
    [
        ("关于第五批专精特新“小巨人”企业名单的公示", "第五批企业名单", "notice"),
        ("关于公布第五批专精特新“小巨人”企业名单的通知", "第五批企业名单", "recognised"),
        ("关于2026年专精特新“小巨人”复核通过企业名单的公示", "附件1", "recheck_notice"),
        ("关于公布2026年专精特新“小巨人”复核通过企业名单的通知", "附件1", "rechecked"),
        ("关于公布第五批和复核通过的第二批专精特新“小巨人”企业名单的通知", "第五批企业名单", "recognised"),
        ("关于公布第五批和复核通过的第二批专精特新“小巨人”企业名单的通知", "第二批复核通过企业名单", "rechecked"),
    ],
)
def test_a_notice_is_no_recognition(tmp_path: Path, title: str, above: str, status: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{above},,\n企业名称,市,县（市、区）\n宁波岚川泵业有限公司,宁波市,镇海区\n", "utf-8")
    found, _ = read("little-giants", path, title=title)
    assert [p["status"] for _, _, p in said(found, "HAS_HONOUR")] == [status]


def test_spans_that_ask_for_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "wide.html"
    path.write_text("<table>" + "<tr><td colspan=99999 rowspan=99999>企业名称</td></tr>" * 9 + "</table>", "utf-8")
    with pytest.raises(SourceError) as caught:
        read("little-giants", path)
    assert caught.value.code == "KG802"
    path.write_text("<html><p>没有表格</p></html>", "utf-8")
    with pytest.raises(SourceError) as caught:
        read("little-giants", path)
    assert caught.value.code == "KG803"


def test_what_begins_as_a_page() -> None:
    assert is_page(b"\xef\xbb\xbf <HTML xmlns:x='urn:excel'>") and is_page(b"<?xml version='1.0'?><html>")
    assert not is_page(b"name,city\n") and not is_page("企业名称,市\n".encode("gb18030"))
    (table,) = page_tables("<h2>一</h2><table><tr><td><b>甲</b>公司</td><td>x</td></tr></table>")
    assert table.grid == [["甲公司", "x"]] and table.above == "一"

"""Reading of rows: formats, encodings, heads, merged cells; everything here is invented."""

from __future__ import annotations

import json
import resource
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
import yaml

from kg.mapping import Manifest, SourceError, rows
from kg.mapping.sheet import SheetError, grids

HEAD = "序号,企业名称,所在市,金额（万元）\n"
BODY = "1,甬川恒越轴承有限公司,甬川市,1200\n2,甬川岚川泵业有限公司,甬川市,\n"
TREE = {
    "id": "invented",
    "title": "示例名单",
    "tables": [
        {
            "columns": {
                "name": {"heads": ["企业名称", "单位名称"], "type": "firm", "required": True},
                "city": {"heads": ["所在市", "市"]},
                "sum": {"heads": ["金额"], "type": "money"},
            },
            "facts": [
                {
                    "relation": "PROFILE",
                    "source": {"type": "Enterprise", "name": "name"},
                    "properties": {"registered_capital": "sum"},
                    "when": "sum",
                }
            ],
        }
    ],
}


def manifest(folder: Path, **changes: object) -> Manifest:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.yml").write_text(yaml.safe_dump({**TREE, **changes}, allow_unicode=True), encoding="utf-8")
    return Manifest.load(folder)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(("附件1\n" + HEAD + BODY).encode(encoding))
    found = list(rows(manifest(tmp_path / "m"), path))
    assert [row.page for row in found] == ["1:3", "1:4"]
    assert found[0].text == "序号: 1\n企业名称: 甬川恒越轴承有限公司\n所在市: 甬川市\n金额（万元）: 1200"
    assert "金额" not in found[1].text


def test_unknown_encoding(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xff\x80\x81" + HEAD.encode())
    with pytest.raises(SourceError) as caught:
        list(rows(manifest(tmp_path / "m"), path))
    assert caught.value.code == "KG802"


def test_merged_heads_notes_and_repeated_heads(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("附件")
    sheet.merge_range("A1:D1", "示例名单")
    sheet.merge_range("A2:A3", "序号")
    sheet.merge_range("B2:B3", "企业名称")
    sheet.merge_range("C2:D2", "所在地区")
    sheet.write_row("C3", ["市", "县"])
    sheet.write_row("A4", [1, "甬川恒越轴承\n有限公司", "甬川市", "东浦区"])
    sheet.merge_range("C5:C6", "临澜市")
    sheet.write_row("A5", [2, "临澜岚川泵业有限公司"])
    sheet.write_row("A6", [3, "临澜砺川阀门有限公司"])
    sheet.write_row("A7", ["序号", "企业名称", "市", "县"])
    sheet.write_row("A8", [4, "甬川砚川齿轮有限公司", "甬川市", ""])
    sheet.merge_range("A9:D9", "注：排名不分先后")
    book.add_worksheet("说明").write("A1", "填写说明")
    book.close()
    found = list(rows(manifest(tmp_path / "m"), path))
    assert [row.page for row in found] == ["附件:4", "附件:5", "附件:6", "附件:8"]
    assert [row.cells["市"] for row in found] == ["甬川市", "临澜市", "临澜市", "甬川市"]
    assert found[0].text == "序号: 1\n企业名称: 甬川恒越轴承 有限公司\n市: 甬川市\n县: 东浦区"


def test_the_old_format_of_sheets(tmp_path: Path) -> None:
    # made by the demo's generator with xlwt
    path = Path(__file__).parents[3] / "seeds" / "demo" / "lists" / "little_giants_2023.xls"
    found = list(rows(manifest(tmp_path / "m"), path))
    assert len(found) == 6
    assert all(row.cells["市"] and row.cells["县（市、区）"] for row in found)


def test_json_lines_with_other_names_and_broken_lines(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    lines = [
        json.dumps({"单位名称": "甬川恒越轴承有限公司", "n": 1.0, "l": ["a", "b"], "none": None}),
        "{broken",
        "[1]",
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    (row,) = rows(manifest(tmp_path / "m"), path)
    assert row.text == "企业名称: 甬川恒越轴承有限公司\nn: 1\nl: a、b"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "KG802"),
        ("a.xlsx", b"PK\x03\x04broken", "KG802"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "KG802"),
        ("a.csv", "公司,城市\n甲,乙\n".encode(), "KG803"),
        ("missing.csv", None, "KG802"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError) as caught:
        list(rows(manifest(tmp_path / "m"), tmp_path / name))
    assert caught.value.code == code
    assert caught.value.file == name


@pytest.mark.parametrize(
    "name", ["little_giants_2023.xls", "catalogue-f03.xlsx", "specialised_2022.csv", "patents-2025.jsonl"]
)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_files_cut_short_are_read_or_refused(tmp_path: Path, name: str, part: float) -> None:
    data = (Path(__file__).parents[3] / "seeds" / "demo" / "lists" / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: int(len(data) * part)])
    try:
        list(rows(manifest(tmp_path / "m"), path))
    except SourceError as error:
        assert error.code in ("KG802", "KG803")
        assert error.hint


def test_a_json_line_that_nests_without_end_is_one_broken_line(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    good = json.dumps({"企业名称": "甬川恒越轴承有限公司"}, ensure_ascii=False)
    path.write_text("\n".join([good, '{"a":' + "[" * 200_000, good]), encoding="utf-8")
    assert [row.page for row in rows(manifest(tmp_path / "m"), path)] == ["1:1", "1:3"]


def test_an_archive_that_unpacks_to_more_than_two_hundred_times_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("company.json", bytes(60 << 20))
    assert path.stat().st_size < 1 << 20
    tables = [{**TREE["tables"][0], "part": "company.json"}]  # type: ignore[dict-item]
    with pytest.raises(SourceError, match="unpacks to") as caught:
        list(rows(manifest(tmp_path / "m", tables=tables), path))
    assert caught.value.code == "KG802"


def test_rows_without_a_cell_above_the_heads_and_far_below(tmp_path: Path) -> None:
    """A sheet that begins with empty rows, and one with a stray cell a hundred thousand rows below its list."""
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(2, 0, HEAD.strip().split(","))
        sheet.write_row(3, 0, ["1", "甬川恒越轴承有限公司", "甬川市", "1200"])
        sheet.write(100_000, 0, "附注")
    found = list(rows(manifest(tmp_path / "m"), path))
    assert [row.page.rpartition(":")[2] for row in found if "甬川恒越轴承有限公司" in row.text] == ["4"]


def test_a_damaged_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("company.json", json.dumps({"企业名称": "甬川恒越轴承有限公司"}) * 500)
    data = bytearray(path.read_bytes())
    data[60:80] = bytes(20)
    path.write_bytes(bytes(data))
    tables = [{**TREE["tables"][0], "part": "company.json"}]  # type: ignore[dict-item]
    with pytest.raises(SourceError) as caught:
        list(rows(manifest(tmp_path / "m", tables=tables), path))
    assert caught.value.code == "KG802"


def test_an_archive_without_its_member(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.json", "{}")
    tables = [{**TREE["tables"][0], "part": "company.json"}]  # type: ignore[dict-item]
    with pytest.raises(SourceError) as caught:
        list(rows(manifest(tmp_path / "m", tables=tables), path))
    assert caught.value.code == "KG803"


@pytest.mark.parametrize(
    "changes",
    [
        {
            "tables": [
                {"columns": {"name": "企业名称"}, "facts": [{"relation": "X", "source": {"type": "E", "name": "no"}}]}
            ]
        },
        {"tables": [{"columns": {"name": {"type": "colour"}}, "facts": []}]},
        {"tables": [{"columns": {"name": "n"}, "derive": {"x": {"guess": "name"}}, "facts": []}]},
        {"tables": [{"columns": {"name": "n"}, "derive": {"x": {"lookup": "no", "by": "name"}}, "facts": []}]},
        {"tables": [{"columns": {"name": "n"}, "agree": "no", "facts": []}]},
        {"tables": None},
        {"colour": "red"},
    ],
)
def test_wrong_manifests(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(SourceError) as caught:
        manifest(tmp_path / "m", **changes)
    assert caught.value.code == "KG801"
    assert caught.value.file == "m/manifest.yml"


def test_a_manifest_extends_another(tmp_path: Path) -> None:
    manifest(tmp_path / "base")
    child = tmp_path / "child"
    child.mkdir()
    (child / "manifest.yml").write_text("extends: ../base\nid: child\ndemo: true\n", encoding="utf-8")
    loaded = Manifest.load(child)
    assert (loaded.id, loaded.title, loaded.demo) == ("child", "示例名单", True)
    assert loaded.tables


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        Manifest.load(tmp_path / "nowhere")


def book_claiming(path: Path, place: str, dimension: str = "A1:D3") -> None:
    """An XLSX of a few hundred bytes with a cell at a place far outside its table, under a dimension that may lie."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>企业名称</t></is></c>'
        f'</row><row><c r="{place}"><v>1</v></c></row></sheetData></worksheet>'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{office}"><sheets><sheet name="名单" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)


@pytest.mark.parametrize(
    ("place", "dimension"),
    [("XFD1048576", "A1:D3"), ("XFD999999", "A1:XFD1048576"), ("EZZZ9999", "A1:D3"), ("ZZZZZZ2", "A1:D3")],
)
def test_a_sheet_that_claims_all_memory_is_refused(tmp_path: Path, place: str, dimension: str) -> None:
    path = tmp_path / "far.xlsx"
    book_claiming(path, place, dimension)
    assert path.stat().st_size < 3000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SourceError) as caught:
        list(rows(manifest(tmp_path / "m"), path))
    assert caught.value.code in ("KG802", "KG803") and caught.value.hint
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KiB


def test_memory_of_the_reader_is_limited(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    book_claiming(path, "ZZ100000")
    with pytest.raises(SheetError) as caught:
        grids(path, memory=400 << 20)
    assert caught.value.args[0] == "large"

"""Doubts about rows, and private columns; everything here is invented."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.mapping import Manifest, Refusal, SourceError, facts, rows
from kg.mapping.doubt import Doubter, name_doubts
from kg.records import Document, DocumentId, Fact
from kg.values.credit_code import check_sign

DOCUMENT = Document(DocumentId("0" * 64), "list.csv", "名单", "list", "csv", source="invented")
ENTERPRISE = {"type": "Enterprise", "name": "name", "key": "code"}
TREE: Mapping[str, Any] = {
    "id": "invented",
    "title": "名单",
    "tables": [
        {
            "columns": {
                "name": {"heads": "企业名称", "type": "firm", "required": True},
                "code": {"heads": "信用代码", "type": "credit_code"},
                "city": "所在市",
                "address": {"heads": "地址", "type": "address"},
                "product": "主导产品",
                "revenue": {"heads": "营业收入（万元）", "type": "money", "private": True},
                "phone": {"heads": "联系电话", "type": "number", "private": True},
            },
            "derive": {"region": {"region": ["city", "address"]}},
            "facts": [
                {"relation": "PRODUCES", "source": ENTERPRISE, "target": {"type": "Product", "name": "product"}},
                {
                    "relation": "LOCATED_IN",
                    "source": ENTERPRISE,
                    "target": {"type": "Region", "name": "region", "key": "region"},
                },
            ],
        }
    ],
}
HEAD = "企业名称,信用代码,所在市,地址,主导产品,营业收入（万元）,联系电话,备注\n"


def code(first: str) -> str:
    return first + check_sign(first)


HERE, THERE = code("91330200MA2000001"), code("91330100MA2000001")


def manifest(folder: Path, **table: object) -> Manifest:
    folder.mkdir(exist_ok=True)
    tree = {**TREE, "tables": [{**TREE["tables"][0], **table}]}
    (folder / "manifest.yml").write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return Manifest.load(folder)


def read(folder: Path, body: str, **how: Any) -> tuple[list[Fact], list[Refusal]]:
    path = folder / "list.csv"
    path.write_text(HEAD + body, "utf-8")
    made, refusals = facts(manifest(folder / "m"), path, DOCUMENT, **how)
    return list(made), refusals


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"宁波岚川泵业有限公司,{HERE},宁波市,宁波市镇海区骆驼街道9号,泵", ""),
        ("无锡岚川泵业有限公司,,无锡市,,泵", ""),
        ("宁波岚川泵业有限公司宁海分公司,,宁波市,,泵", ""),
        ("王小川,,宁波市,,泵", "KG810"),
        ("测试,,宁波市,,泵", "KG810"),
        ("宁波某某有限公司,,宁波市,,泵", "KG810"),
        ("宁波岚川泵业有限公司 13800000000,,宁波市,,泵", "KG810"),
        ("宁波岚川泵业有限公司,,宁波市,杭州市西湖区文一路9号,泵", "KG811"),
        (f"宁波岚川泵业有限公司,{THERE},宁波市,,泵", "KG811"),
        ("宁波岚川泵业有限公司、宁波砚山机械厂,,宁波市,,泵", "KG812"),
        ("宁波岚川泵业有限公司宁波砚山机械有限公司,,宁波市,,泵", "KG812"),
    ],
)
def test_rows_that_wait_for_a_person(tmp_path: Path, line: str, expected: str) -> None:
    found, refusals = read(tmp_path, f"宁波恒越轴承有限公司,,宁波市,,轴承\n{line}\n")
    assert [(r.place[:3], r.code) for r in refusals] == ([("1:3", expected)] if expected else [])
    assert ("泵" in {fact.target.name for fact in found if fact.target}) == (not expected)
    taken, left = read(tmp_path, f"宁波恒越轴承有限公司,,宁波市,,轴承\n{line}\n", take=lambda row, doubts: True)
    assert left == [] and "泵" in {fact.target.name for fact in taken if fact.target}


@pytest.mark.parametrize(
    ("line", "expected", "secret"),
    [
        ("王小川,,宁波市,,泵", "KG810", "王小川"),
        ("宁波岚川泵业有限公司,,宁波市,杭州市西湖区文一路9号,泵", "KG811", "文一路"),
        (f"宁波岚川泵业有限公司,{THERE},宁波市,,泵", "KG811", "3301"),
        ("宁波岚川泵业有限公司、宁波砚山机械厂,,宁波市,,泵", "KG812", "砚山"),
        (f"宁波岚川泵业有限公司,{HERE},宁波市,,轴承", "KG813", "恒越"),
    ],
)
def test_a_reason_says_nothing_of_private_cells(tmp_path: Path, line: str, expected: str, secret: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + f"宁波恒越轴承有限公司,{HERE},宁波市,,轴承\n{line}\n", "utf-8")
    (tmp_path / "manifest.yml").write_text(yaml.safe_dump({**TREE, "private": True}, allow_unicode=True), "utf-8")
    made, refusals = facts(Manifest.load(tmp_path), path, DOCUMENT)
    assert list(made) == []
    assert [refusal.code for refusal in refusals] == [expected]
    assert secret not in refusals[0].reason and "岚川" not in refusals[0].reason


def test_likely_duplicates(tmp_path: Path) -> None:
    body = (
        f"宁波恒越轴承有限公司,{HERE},宁波市,,轴承\n宁波恒越轴承有限公司,{HERE},宁波市,,轴承\n"
        f"宁波恒越轴承有限公司,{HERE},宁波市,,轴承套圈\n宁波岚川泵业有限公司,{HERE},宁波市,,泵\n"
        f"宁波恒越轴承有限公司,{code('91330200MA2000002')},宁波市,,衬套\n"
    )
    _, refusals = read(tmp_path, body)
    assert [(r.place, r.code) for r in refusals] == [(f"1:{n}:企业名称", "KG813") for n in (3, 5, 6)]
    assert "says what row 1:2 says" in refusals[0].reason and HERE in refusals[1].reason
    _, refusals = read(tmp_path, body[: body.index("\n") + 1], repeats=lambda text: "catalogue.csv")
    assert [r.code for r in refusals] == ["KG813"] and "catalogue.csv" in refusals[0].reason


def test_private_columns_stay_out_of_facts_and_text(tmp_path: Path) -> None:
    kept: list[Mapping[str, Any]] = []
    body = "宁波恒越轴承有限公司,,宁波市,,轴承,1234,138x,老板姓王\n"
    found, refusals = read(tmp_path, body, keep=lambda row, values: kept.append({**values, "row": row}))
    assert len(found) == 2 and kept[0]["revenue"] == 12_340_000 and kept[0]["row"].cells["备注"] == "老板姓王"
    assert all(secret not in repr(found) + repr(refusals) for secret in ("1234", "138x", "王", "12340000"))
    assert [(r.place, r.reason, r.kept) for r in refusals] == [("1:2:联系电话", "the cell is no number", True)]
    (row,) = rows(manifest(tmp_path / "m"), tmp_path / "list.csv")
    assert row.text == "企业名称: 宁波恒越轴承有限公司\n所在市: 宁波市\n主导产品: 轴承"
    assert all(fact.quote == row.text[fact.start : fact.end] != "" for fact in found)


def test_no_fact_may_rest_on_a_private_column(tmp_path: Path) -> None:
    for name, derive in (("revenue", {}), ("told", {"told": {"text": "{phone}"}})):
        fact = {"relation": "PROFILE", "source": ENTERPRISE, "properties": {"address": name}}
        with pytest.raises(SourceError, match="private"):
            manifest(tmp_path / "m", derive=derive, facts=[fact])


def test_a_table_without_firms_is_not_doubted(tmp_path: Path) -> None:
    table = manifest(tmp_path / "m", columns={"name": "企业名称", "code": {"type": "credit_code"}}, derive={}, facts=[])
    assert Doubter(table.tables[0]).doubts(next(iter(rows(manifest(tmp_path / "m"), _list(tmp_path)))), {}, []) == []


def _list(folder: Path) -> Path:
    path = folder / "list.csv"
    path.write_text(HEAD + "王小川,,宁波市,,泵\n", "utf-8")
    return path


def test_no_real_name_is_doubted(shared: Path) -> None:
    with zipfile.ZipFile(shared / "data/chainkg/chainkg.zip") as archive:
        member = next(name for name in archive.namelist() if name.rpartition("/")[2] == "company.json")
        names = [json.loads(line)["fullname"] for line in archive.read(member).splitlines()]
    for path in ("names/firms.jsonl", "enterprises/small_giants_ningbo.jsonl"):
        names += [json.loads(line)["name"] for line in (shared / "data" / path).open(encoding="utf-8")]
    assert len(names) == 10_218
    assert [name for name in names if list(name_doubts("name", name))] == []

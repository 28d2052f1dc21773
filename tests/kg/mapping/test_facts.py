"""Facts of rows, and what is refused; everything here is invented."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from kg.mapping import Manifest, Refusal, SourceError, facts, manifests, rows
from kg.ontology import Ontology
from kg.records import Document, DocumentId, Fact
from kg.values.credit_code import check_sign

SEEDS = Path(__file__).parents[3] / "seeds"
CODE = "91000000MA0000001" + check_sign("91000000MA0000001")


def read(source: str, path: Path, title: str = "", published: str | None = None) -> tuple[list[Fact], list[Refusal]]:
    manifest = Manifest.load(manifests(SEEDS)[source])
    digest = DocumentId(hashlib.sha256(path.read_bytes()).hexdigest())
    document = Document(digest, path.name, title or path.name, "list", "list", published=published, source=manifest.id)
    made, refusals = facts(manifest, path, document)
    found = list(made)
    ontology = Ontology.load()
    texts = {row.page: row.text for row in rows(manifest, path)}
    for fact in found:
        assert ontology.check_fact(fact) == []
        assert fact.quote == texts[str(fact.page)][fact.start : fact.end] != ""
        assert fact.document == digest
    return found, refusals


def said(found: list[Fact], relation: str) -> list[tuple[str, str, dict[str, object]]]:
    return [
        (fact.source.name, fact.target.name if fact.target else "", dict(fact.properties))
        for fact in found
        if fact.relation == relation
    ]


def test_good_rows_are_kept_and_bad_ones_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "2025年度示例省专精特新中小企业名单,,,,\n"
        "企业名称,统一社会信用代码,所在市,所在县区,有效期\n"
        f"甬川恒越轴承有限公司,{CODE},甬川市,东浦区,2025.12.15至2028.12.14\n"
        f"甬川岚川泵业有限公司,{CODE[:-1]}?,甬川市,东浦区,2025.12.15至2028.12.14\n"
        ",,甬川市,东浦区,2025.12.15至2028.12.14\n"
        "甬川砚川科技有限公司,,甬川市,东浦区,近三年\n",
        encoding="gb18030",
    )
    found, refusals = read("specialised", path)
    assert [(r.place, r.code, r.kept) for r in refusals] == [
        ("1:4:统一社会信用代码", "KG807", True),
        ("1:5:企业名称", "KG806", False),
        ("1:6:有效期", "KG807", True),
        ("1:6:有效期", "KG807", True),
    ]
    assert all(r.file == "list.csv" and r.reason for r in refusals)
    assert [name for name, _, _ in said(found, "HAS_HONOUR")] == [
        "甬川恒越轴承有限公司",
        "甬川岚川泵业有限公司",
        "甬川砚川科技有限公司",
    ]
    first = found[0]
    assert first.source.key == CODE
    assert (first.valid_from, first.valid_to) == ("2025-12-15", "2028-12-14")
    assert first.properties == {"tier": "specialised", "batch": "2025年度", "status": "recognised"}
    assert [(target, fact.level) for fact in found if fact.relation == "PRODUCES" for target in [fact.target.name]] == [  # type: ignore[union-attr]
        ("轴承", "inferred"),
        ("泵", "inferred"),
    ]


def test_the_same_file_gives_the_same_facts(tmp_path: Path) -> None:
    path = SEEDS / "demo" / "lists" / "little_giants_2023.xls"
    assert read("little-giants", path) == read("little-giants", path)


def test_too_few_rows_stop_the_load(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("企业名称,认证项目\n,ISO 9001\n", encoding="utf-8")
    manifest = Manifest.load(manifests(SEEDS)["certificates"])
    document = Document(DocumentId("0" * 64), path.name, "", "list", "csv")
    made, refusals = facts(manifest, path, document)
    with pytest.raises(SourceError) as caught:
        list(made)
    assert caught.value.code == "KG804"
    assert [refusal.code for refusal in refusals] == ["KG806"]


def test_namesakes_of_one_list_are_two_records(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "企业名称,所在市,所在县区\n甬川恒越有限公司,甬川市,清溪县\n甬川恒越有限公司,甬川市,石浦县\n", encoding="utf-8"
    )
    found, _ = read("specialised", path, title="2025年专精特新名单")
    assert len({fact.source.local for fact in found}) == 2


def test_statuses_of_notices() -> None:
    lists = SEEDS / "demo" / "lists"
    notice, _ = read("little-giants", lists / "little_giants_2023.xls", published="2023-07-14")
    recheck, _ = read("little-giants", lists / "little_giants_recheck_2026.xls", published="2026-08-05")
    assert {fact.properties["status"] for fact in notice if fact.relation == "HAS_HONOUR"} == {"notice"}
    honours = [fact for fact in recheck if fact.relation == "HAS_HONOUR"]
    assert {(f.properties["status"], f.properties["recognition"], f.valid_from) for f in honours} == {
        ("recheck_notice", "strongly_inferred", "2026-08-05")
    }
    (former,) = (fact for fact in notice if fact.relation == "PROFILE")
    assert former.source.name == "甬川栎川液压科技股份有限公司"
    assert former.properties["former_names"] == ["甬川望圻液压件有限公司"]


def test_parameters_of_a_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_text(
        "企业名称,产品名称,型号,参数,下限,上限,单位,网站\n"
        "甬川恒越轴承有限公司,柔性轴承,A1,内径,10,50,毫米,www.example.com\n"
        "甬川恒越轴承有限公司,柔性轴承,A1,转速,0,,转每分,\n"
        "甬川恒越轴承有限公司,柔性轴承,A1,噪声,,45,分贝,\n"
        "甬川恒越轴承有限公司,柔性轴承,A1,层数,2,2,层,\n"
        "甬川恒越轴承有限公司,柔性轴承,A1,材质,不锈钢,,,\n",
        encoding="utf-8",
    )
    found, refusals = read("product-catalogue", path)
    assert [(p["name"], p["operator"], p["value"], p.get("value_max")) for _, _, p in said(found, "HAS_PARAMETER")] == [
        ("内径", "range", 10, 50),
        ("转速", ">=", 0, None),
        ("噪声", "<=", 45, None),
        ("层数", "=", 2, None),
    ]
    assert [refusal.place for refusal in refusals] == ["1:6:下限"]
    assert said(found, "PROFILE") == [("甬川恒越轴承有限公司", "", {"website": "www.example.com"})]
    assert len(said(found, "PRODUCES")) == 5


def test_patents_without_persons(tmp_path: Path) -> None:
    path = tmp_path / "patents.jsonl"
    lines = [
        {
            "title": "柔轮",
            "assignee": "甬川恒越轴承有限公司;示例大学",
            "assignee_code": CODE,
            "abstract": "本实用新型…",
        },
        {"title": "扳手", "assignee": "某某某"},
        {"title": "轴承", "number": "ZL201610611945.6", "assignee": "甬川恒越轴承有限公司、某某某", "kind": "发明专利"},
    ]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    found, refusals = read("patents", path)
    assert [(f.source.name, f.source.key, f.target.key, f.properties["kind"]) for f in found if f.target] == [
        ("甬川恒越轴承有限公司", CODE, None, "utility_model"),
        ("示例大学", None, None, "utility_model"),
        ("甬川恒越轴承有限公司", None, "ZL201610611945.6", "invention"),
    ]
    assert [(r.place, r.code, r.kept) for r in refusals] == [("1:2:assignees", "KG807", False)]


def archive(path: Path, **members: list[dict[str, object]]) -> Path:
    names = (
        "company",
        "industry",
        "product",
        "company_industry",
        "industry_industry",
        "company_product",
        "product_product",
    )
    with zipfile.ZipFile(path, "w") as written:
        for name in names:
            lines = members.get(name, [])
            written.writestr(
                f"data/{name}.json", "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            )
    return path


def test_the_archive(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "chain.zip",
        company=[
            {"name": "恒越轴承", "fullname": "甬川恒越轴承股份有限公司", "code": "999001"},
            {"name": "岚川泵业", "fullname": "示例石化股份有限公司", "code": "999002.SH"},
            {"name": "岚川泵业", "fullname": "临澜岚川泵业股份有限公司", "code": "999002"},
            {"name": "砚川股份", "fullname": "甲股份有限公司", "code": "999003"},
            {"name": "砚川股份", "fullname": "乙股份有限公司", "code": "999003"},
        ],
        industry=[{"code": "640000", "name": "机械"}, {"code": "640100", "name": "轴承"}],
        product=[{"name": "轴承"}, {"name": "分部间抵销"}, {"name": "面粉适量鸡蛋适量"}],
        company_industry=[{"company_code": "999001.SZ", "industry_code": "640100", "industry_name": "轴承"}],
        industry_industry=[
            {
                "from_code": "640100",
                "from_industry": "轴承",
                "rel": "上级行业",
                "to_industry": "机械",
                "to_code": "640000",
            }
        ],
        company_product=[
            {"company_name": "恒越轴承", "product_name": "柔性轴承", "rel_weight": 0.25, "company_code": "999001.SZ"},
            {"company_name": "岚川泵业", "product_name": "柱塞泵", "rel_weight": 1.4, "company_code": "999002.SH"},
            {"company_name": "砚川股份", "product_name": "平衡项目", "rel_weight": -0.1, "company_code": "999003.SH"},
            {"company_name": "砚川股份", "product_name": "阀门", "rel_weight": 0.5, "company_code": "999003.SH"},
        ],
        product_product=[
            {"from_entity": "轴承", "to_entity": "轴承钢", "rel": "上游材料"},
            {"from_entity": "轴承", "to_entity": "电机", "rel": "下游产品"},
            {"from_entity": "轴承", "to_entity": "柔性轴承", "rel": "产品小类"},
            {"from_entity": "轴承", "to_entity": "轴承", "rel": "产品小类"},
            {"from_entity": "轴承", "to_entity": "电机", "rel": "无此关系"},
        ],
    )
    found, refusals = read("chainkg", path)
    assert said(found, "PRODUCES") == [
        ("甬川恒越轴承股份有限公司", "柔性轴承", {"share": 25.0}),
        ("临澜岚川泵业股份有限公司", "柱塞泵", {}),
        ("砚川股份", "阀门", {"share": 50.0}),
    ]
    assert [fact.source.local for fact in found if fact.relation == "PRODUCES"] == ["999001", "999002", "999003"]
    assert said(found, "INPUT_OF") == [("轴承钢", "轴承", {}), ("轴承", "电机", {})]
    assert said(found, "KIND_OF") == [("柔性轴承", "轴承", {})]
    assert [(f.source.key, f.target.key) for f in found if f.relation == "PART_OF" and f.target] == [
        ("sw:640100", "sw:640000")
    ]
    assert [name for name, _, _ in said(found, "LISTED")] == ["机械", "轴承", "轴承"]
    assert Counter(r.code for r in refusals) == {"KG809": 3, "KG808": 4, "KG807": 3}
    assert "company_product.json:2:rel_weight" in {r.place for r in refusals if r.kept}


def test_demo_lists_say_what_they_should() -> None:
    truth = [json.loads(line) for line in (SEEDS / "demo" / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    demo = [
        ("little-giants", "little_giants_2023.xls"),
        ("little-giants", "little_giants_recheck_2026.xls"),
        ("specialised", "specialised_2022.csv"),
        ("specialised", "specialised_2025.csv"),
        ("certificates", "certificates.csv"),
        ("product-catalogue", "catalogue-f03.xlsx"),
        ("product-catalogue", "catalogue-f08.xlsx"),
        ("product-catalogue", "catalogue-f14.xlsx"),
        ("patents", "patents-2025.jsonl"),
        ("patents", "patents-2026.jsonl"),
    ]

    relations = ("HAS_HONOUR", "HOLDS_CERTIFICATE", "HAS_PARAMETER", "PRODUCES", "OWNS_PATENT")

    for source, name in demo:
        found, refusals = read(source, SEEDS / "demo" / "lists" / name, published="2026-01-01")
        assert refusals == []
        ours = {(f.relation, f.source.name, f.target.name if f.target else "") for f in found}
        wanted = {
            (line["relation"], line["source"]["name"], line["target"]["name"])
            for line in truth
            if line["doc"] == f"lists/{name}" and line["relation"] in relations
        }
        assert wanted <= ours, (name, wanted - ours)


def test_the_shipped_list_of_ningbo() -> None:
    found, refusals = read("little-giants-ningbo", SEEDS / "little_giants_ningbo" / "notice_2022-08-08.csv")
    assert refusals == []
    honours = [fact for fact in found if fact.relation == "HAS_HONOUR"]
    assert Counter(fact.properties["status"] for fact in honours) == {"notice": 101, "recheck_notice": 4}
    assert {fact.target.key[:4] for fact in found if fact.relation == "LOCATED_IN" and fact.target} == {"3302"}  # type: ignore[index]
    assert all("gov.cn" in row.cells["公告网址"] for row in rows(Manifest.load(SEEDS / "little_giants_ningbo"),
               SEEDS / "little_giants_ningbo" / "notice_2022-08-08.csv"))  # fmt: skip


@pytest.mark.shared
def test_the_list_of_ningbo_as_it_came(shared: Path) -> None:
    found, refusals = read("little-giants-ningbo", shared / "data" / "enterprises" / "small_giants_ningbo.jsonl")
    assert refusals == []
    honours = [fact for fact in found if fact.relation == "HAS_HONOUR"]
    assert Counter(fact.properties["status"] for fact in honours) == {"recheck_notice": 147, "notice": 101}
    assert len({fact.source.local_key for fact in honours}) == 159
    makers = {f.source.name: f.target.name for f in found if f.relation == "PRODUCES" and f.target}
    assert makers["宁波中意液压马达有限公司"] == "液压马达"
    assert 70 <= len(makers) <= 90


@pytest.mark.shared
def test_real_patents(shared: Path) -> None:
    found, refusals = read("patents", shared / "data" / "patents" / "patents.dev.jsonl")
    assert len(found) + len(refusals) >= 470
    assert len(refusals) < 40


@pytest.mark.shared
def test_the_real_archive(shared: Path) -> None:
    path = shared / "data" / "chainkg" / "chainkg.zip"
    manifest = Manifest.load(manifests(SEEDS)["chainkg"])
    document = Document(DocumentId("0" * 64), path.name, "", "archive", "zip", source=manifest.id)
    made, refusals = facts(manifest, path, document)
    counts = Counter(fact.relation for fact in made)
    refused = [refusal for refusal in refusals if not refusal.kept]
    assert sum(counts.values()) + len(refused) == 266_782
    assert counts["PRODUCES"] > 49_000 and counts["INPUT_OF"] > 57_000 and counts["KIND_OF"] > 52_800
    assert {r.code for r in refused} == {"KG808", "KG809"}

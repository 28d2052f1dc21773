"""Lists on a real Neo4j: what is private stays out of graph, journal and store; doubts, hiding, undo; all invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from kg.errors import BulianError
from kg.rebuild import digest
from kg.values.credit_code import check_sign
from web.db.imports import AcceptedRow, PrivateFile, PrivateRow
from web.db.models import Event, ImportBatch
from web.errors import Usage, WebError
from web.home import Home
from web.jobs import lists
from web.jobs.demo import demo_folder
from web.jobs.needs import read_needs
from web.jobs.private import Contributor, rows_in
from web.pages.evidence.evidence import evidence_page
from web.pages.evidence.sources import documents_of, sources_page

pytestmark = pytest.mark.graph
LISTS = demo_folder() / "lists"
CODE = "91330200MA2000001" + check_sign("91330200MA2000001")
SHEET = (
    "宁波市优质中小企业培育库,,,,,,,,,\n"
    "序号,企业名称,统一社会信用代码,县（市、区）,主导产品,细分市场,上年度营业收入（万元）,研发费用（万元）,联系人,联系电话\n"
    f"1,宁波岚川泵业有限公司,{CODE},宁波市镇海区,屏蔽泵；磁力泵,化工用泵,23456.7,1789.01,章秘书,13900001111\n"
    "2,宁波恒越轴承有限公司,,宁波市北仑区,薄壁轴承,机器人轴承,34567.8,保密,柳经理,13900002222\n"
)
SECRETS = ("23456.7", "234567000", "1789.01", "17890100", "保密", "章秘书", "13900001111", "柳经理", "13900002222")


def fail(error: BulianError) -> None:
    raise error


def everything_public(home: Home) -> str:
    """All that an analyst may reach: nodes and edges of the graph, journal, document store."""
    rows = home.graph().read_statement(
        "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN properties(n) AS n, properties(r) AS r"
    )
    files = [
        path.read_bytes().decode("utf-8", "replace")
        for folder in ("documents", "journal")
        for path in sorted((home.folder / folder).rglob("*"))
        if path.is_file()
    ]
    return "\n".join([*map(repr, rows), *files])


def rows_of(home: Home, organisation: str | None, kind: str) -> list[PrivateRow]:
    """The present private rows of one kind that one organisation brought (None: the operator)."""
    wanted = select(PrivateRow).where(PrivateRow.organisation_id == organisation, PrivateRow.kind == kind)
    with home.database().session() as session:
        return [row for row in session.scalars(wanted.order_by(PrivateRow.created)) if row.state == "current"]


def test_a_bureaus_sheet_gives_products_and_places_and_keeps_the_rest(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "cultivation.csv"
    path.write_bytes(SHEET.encode("gb18030"))
    refused: list[BulianError] = []
    batch = lists.import_list(home, "cultivation", path, refused.append)
    assert batch.state == "loaded" and batch.id and batch.facts >= 5
    assert [(error.code, error.place) for error in refused] == [("KG807", "1:4:研发费用（万元）")]
    public = everything_public(home)
    assert "屏蔽泵" in public and "磁力泵" in public and "薄壁轴承" in public and "330211" in public
    for secret in SECRETS:
        assert secret not in public + repr([error.as_row() for error in refused])
    with home.database().session() as session:
        kept = session.scalars(select(PrivateFile)).one()
        assert kept.data == path.read_bytes()
    first, second = rows_in(home, batch.id)
    assert first.values["revenue"] == 234_567_000 and first.values["research"] == 17_890_100
    assert first.values["phone"] == "13900001111" and second.cells["研发费用（万元）"] == "保密"
    assert (first.place, first.code, first.organisation_id) == ("1:3", CODE, None)
    assert lists.import_list(home, "cultivation", path, fail).state == "already"
    newer = tmp_path / "newer.csv"
    newer.write_bytes(SHEET.replace("13900001111", "13900003333").encode("gb18030"))
    again = lists.import_list(home, "cultivation", newer, refused.append)
    assert again.state == "loaded" and again.id and rows_in(home, batch.id) == []
    assert lists.undo(home, again.id).state == "rolled_back" and rows_in(home, again.id) == []
    assert home.journal.documents() == [] and home.graph().counts().labels.get("Fact", 0) == 0


def test_a_buyers_sheets_never_reach_the_graph(home: Home) -> None:
    before = everything_public(home)
    with pytest.raises(Usage, match="private"):
        lists.import_list(home, "supplier-sheet", LISTS / "suppliers-b1.xlsx", fail)
    with pytest.raises(Usage, match="public"):
        lists.import_list(home, "little-giants", LISTS / "little_giants_2023.xls", fail, organisation="B1")
    suppliers = lists.import_list(home, "supplier-sheet", LISTS / "suppliers-b1.xlsx", fail, organisation="B1")
    bom = lists.import_list(home, "bom", LISTS / "bom-joint.xlsx", fail, organisation="B1")
    assert (suppliers.rows, suppliers.facts) == (8, 0) and (bom.rows, bom.facts) == (10, 0)
    assert everything_public(home) == before and list(home.documents.all()) == []
    rows = rows_of(home, "B1", "supplier_sheet")
    assert [row.values["state"] for row in rows].count("blocked") == 1 and rows[1].values["name"] == "峤石轴承"
    assert [row.values["product"] for row in rows_of(home, "B1", "bom")][:2] == ["谐波减速器", "柔轮"]
    assert rows_of(home, "B2", "bom") == rows_of(home, None, "bom") == []
    again = lists.import_list(home, "bom", LISTS / "bom-joint.xlsx", fail, organisation="B1")
    assert again.state == "already" and again.id == bom.id
    assert lists.import_list(home, "bom", LISTS / "bom-joint.xlsx", fail, organisation="B2").state == "loaded"
    assert bom.id and lists.undo(home, bom.id).state == "rolled_back" and rows_of(home, "B1", "bom") == []
    assert len(rows_of(home, "B2", "bom")) == 10
    assert sources_page(home, home.graph()).refusals == []


def test_doubtful_rows_wait_and_are_taken_for_a_reason(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("企业名称,证书名称\n宁波岚川泵业有限公司,ISO 9001\n王小川,ISO 9001\n测试,ISO 9001\n", "utf-8")
    refused: list[BulianError] = []
    tried = lists.import_list(home, "certificates", path, refused.append, dry_run=True)
    assert tried.refused == 2 and [error.place for error in refused] == ["1:3:企业名称", "1:4:企业名称"]
    assert lists.import_list(home, "certificates", path, refused.append).facts == 1
    with pytest.raises(Usage, match="reason"):
        lists.import_list(home, "certificates", path, refused.append, accept=["1:3"])
    with pytest.raises(Usage, match="no doubt about 1:2"):
        lists.import_list(home, "certificates", path, refused.append, accept=["1:2", "1:3"], because="x")
    taken = lists.import_list(
        home, "certificates", path, refused.append, accept=["1:3"], because="a workshop under its owner's name"
    )
    assert taken.facts == 2 and taken.refused == 1
    with home.database().session() as session:
        row = session.scalars(select(AcceptedRow)).one()
        assert (row.place, row.doubts, row.reason) == ("1:3", ["KG810"], "a workshop under its owner's name")
        events = session.scalars(select(Event).where(Event.to_state == "row_accepted")).all()
        assert len(events) == 1 and "KG810: a workshop" in events[0].reason
    before = digest(home.graph())
    assert lists.import_list(home, "certificates", path, fail).state == "already"
    assert digest(home.graph()) == before
    path.write_text(path.read_text("utf-8") + "宁波恒越轴承有限公司,ISO 14001\n", "utf-8")  # issued anew: it stays
    assert lists.import_list(home, "certificates", path, refused.append).facts == 3


def test_a_declaration_made_twice_is_doubted(home: Home, tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    line = "企业名称,产品名称\n宁波岚川泵业有限公司,屏蔽泵\n"
    first.write_text(line, "utf-8")
    second.write_text(line + "宁波岚川泵业有限公司,磁力泵\n", "utf-8")
    lists.import_list(home, "product-catalogue", first, fail)
    refused: list[BulianError] = []
    assert lists.import_list(home, "product-catalogue", second, refused.append).rows == 2
    assert [error.code for error in refused] == ["KG813"] and "a.csv" in refused[0].reason


def test_a_hidden_contributor_is_named_nowhere(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "甬川云桁采购清单.csv"
    path.write_text("甬川云桁机器人集团有限公司,\n企业名称,产品名称\n宁波岚川泵业有限公司,屏蔽泵\n", "utf-8")
    hidden = Contributor("甬川云桁机器人集团有限公司")
    batch = lists.import_list(home, "product-catalogue", path, fail, published="2026-05-04", contributor=hidden)
    assert batch.facts and "云桁" not in everything_public(home) + repr(batch)
    (document,) = home.documents.all()
    fact = next(iter(home.journal.read(document.id)))
    assert fact.level == "disclosed" and document.published == "2026-05-04"
    graph = home.graph()
    (row,) = graph.read_statement("MATCH (f:Fact {relation: 'PRODUCES'}) RETURN f.id AS id")
    page = evidence_page(graph, home.documents, row["id"])
    assert "一家采购方，经运营者核实" in page.model_dump_json() and "2026-05-04" in page.model_dump_json()
    assert "云桁" not in page.model_dump_json() + sources_page(home, graph).model_dump_json()
    assert documents_of(graph, hidden.shown_as, document.kind).documents
    with home.database().session() as session:
        assert session.scalars(select(PrivateFile)).one().contributor == hidden.name
    path.write_text("企业名称,产品名称\n宁波岚川泵业有限公司,云桁专用泵\n", "utf-8")
    with pytest.raises(WebError, match="name the contributor"):
        lists.import_list(home, "product-catalogue", path, fail, contributor=hidden)


def test_a_change_of_the_manifest_reads_the_file_again(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    tree = {
        "id": "own-list",
        "title": "自有名单",
        "tables": [
            {
                "columns": {"name": {"heads": "企业名称", "type": "firm", "required": True}, "product": "产品"},
                "facts": [
                    {
                        "relation": "PRODUCES",
                        "source": {"type": "Enterprise", "name": "name"},
                        "target": {"type": "Product", "name": "product"},
                    }
                ],
            }
        ],
    }
    (folder / "manifest.yml").write_text(yaml.safe_dump(tree), "utf-8")
    path = tmp_path / "own.csv"
    path.write_text("企业名称,产品\n宁波岚川泵业有限公司,屏蔽泵\n", "utf-8")
    assert lists.import_list(home, str(folder), path, fail).state == "loaded"
    assert lists.import_list(home, str(folder), path, fail).state == "already"
    tree["publisher"] = "示例市"
    (folder / "manifest.yml").write_text(yaml.safe_dump(tree), "utf-8")
    assert lists.import_list(home, str(folder), path, fail).state == "loaded"
    assert lists.import_list(home, str(folder), path, fail, published="2026-01-02").state == "loaded"
    assert len(home.journal.documents()) == 1
    with home.database().session() as session:
        assert len(session.scalars(select(ImportBatch)).all()) == 3


def test_a_need_posted_twice_waits_for_a_reason(home: Home, tmp_path: Path) -> None:
    def read(*lines: dict[str, object]) -> tuple[int, list[str]]:
        path = tmp_path / "needs.jsonl"
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
        refused: list[BulianError] = []
        return read_needs(home, path, refused.append).new, [f"{error.place} {error.code}" for error in refused]

    first = {"id": "n1", "title": "柔轮材料", "products": ["柔轮用钢"], "buyer": "甬川榫道机器人科技有限公司"}
    assert read(first) == (1, [])
    again = {**first, "id": "n2", "title": "求购柔轮用钢"}
    assert read(first, again) == (0, ["n2 WE045"])
    assert read({**again, "buyer": "甬川煊芒激光装备股份有限公司"}) == (1, [])
    assert read({**again, "id": "n3", "accept": "a second plant, with its own tests"}) == (1, [])
    with home.database().session() as session:
        event = session.scalars(select(Event).where(Event.subject_id == "n3").order_by(Event.number)).first()
        assert event is not None and event.reason == "a second plant, with its own tests"

"""A second home by the importer: equal by digest to the graph that the loader makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.bulk import make_home
from kg.documents import DocumentStore
from kg.journal import Journal
from kg.neo4j.admin import ImportFailedError, import_full
from kg.neo4j.process import LocalNeo4j
from kg.ontology import Ontology
from kg.parts import Parts
from kg.rebuild import digest
from kg.records import Mention
from kg.store import Graph
from tests.graph_fixture import QUICK
from tests.kg.test_loader import House
from tests.kg.worlds import World, document, firm, product

ONTOLOGY = Ontology.load()
ODD = [
    '引"号"',
    "逗,号",
    "行\n两行\r\n",
    "反斜\\杠\\",
    " 空 格 ",
    "'",
    "\x1f分",
    "𠮷野",
    "",
    "-",
    "0012",
    "true",
    "1e5",
    "{a: 1}",
]


def world() -> World:
    """Two editions of a list, two filings: every kind of value and edge that is hard on a file of commas."""
    told = World()
    first, second = document("名单一", "2024-01-05", "list"), document("名单二", "2025-01-05", "list")
    filing, other = document('年报,"甲"', "2025-03-01"), document("公告\n二", "2025-06-30", demo=True)
    for number, text in enumerate(ODD):
        told.say(first, firm(f"宁波{text}厂", local=f"k{number}"), "PRODUCES", product(f"{text}泵"), quote=text)
        told.say(filing, firm("宁波一厂"), "PRODUCES", product(f"阀{text}"), share=number / 2, quote=f"产{text}阀")
        told.say(other, firm("宁波二厂"), "PRODUCES", product("阀"), share=number, page=f"表,{text}:{number}")
    for doc, code in ((first, "330203"), (second, "330212")):
        told.say(doc, firm("宁波一厂"), "LOCATED_IN", Mention("Region", "", code), address=f"路{code}")
    told.say(filing, firm("一厂"), "ALIAS_OF", firm("宁波一厂"))
    told.say(filing, firm("宁波一厂"), "PROFILE", None, credit_code="91330200A000000001", former_names=["宁波老厂"])
    told.say(second, firm("宁波二厂"), "PROFILE", None, founded="2001-05", credit_code="91330200A000000002")
    contract = Mention("Contract", "泵站设备采购安装工程合同")
    told.say(
        other,
        firm("宁波二厂"),
        "WON_CONTRACT",
        contract,
        buyer="水务局",
        consortium=["宁波一厂", '"三"厂'],
        signed="2025",
    )
    told.say(other, firm("宁波一厂"), "SUPPLIES", firm("宁波二厂"), product="泵", amount=12.5)
    told.say(other, firm("宁波一厂"), "SUPPLIES", firm("宁波一厂"), product="自用")
    told.say(
        filing,
        firm("宁波一厂"),
        "REPORTS_METRIC",
        Mention("Metric", "收入", "revenue"),
        metric="revenue",
        value=12,
        period="2024",
        scope="group",
    )
    told.say(
        other,
        firm("宁波一厂"),
        "REPORTS_METRIC",
        Mention("Metric", "收入", "revenue"),
        metric="revenue",
        value=1.5,
        period="2024",
        scope="group",
    )
    told.say(filing, firm("宁波一厂"), "OWNS_PATENT", Mention("Patent", "一种泵"), kind="invention", filed="2020-01-02")
    told.say(
        filing,
        product("阀"),
        "IN_FOUNDATION_FIELD",
        Mention("FoundationField", "阀", "liuji-2026:1"),
        scheme="liuji-2026",
        score=0.5,
    )
    told.say(first, product("泵"), "INPUT_OF", product("阀"), page=3)
    told.say(second, product("泵"), "INPUT_OF", product("阀"), page="表:3")
    told.say(first, product('"钢",'), "KIND_OF", product("材"))
    told.decide("same", (first, firm("宁波厂", local="k8")), (other, firm("宁波二厂")))
    return told


@pytest.fixture
def second(parts: Parts, tmp_path: Path) -> Iterator[LocalNeo4j]:
    server = LocalNeo4j(tmp_path / "neo4j", parts.neo4j_jars(), heap="512m", pagecache="64m", java_options=QUICK)
    yield server
    server.stop()


@pytest.mark.graph
def test_an_imported_home_is_the_loaded_graph(graph: Graph, tmp_path: Path, second: LocalNeo4j) -> None:
    house = House(graph, tmp_path)
    house.update(house.write(world()))
    loaded = house.check()
    steps: list[str] = []
    connection = make_home(second, ONTOLOGY, house.store, house.journal, house.decisions, progress=steps.append)
    assert steps == ["project", "import", "start", "index"]
    with Graph(connection.url, connection.user, connection.password) as made:
        assert digest(made) == loaded
        assert {row["name"] for row in made.read("indexes")} >= {row["name"] for row in graph.read("indexes")}
        stamp = made.stamp()
        assert stamp is not None and stamp.stamp
        assert not made.read("pending")
    assert not (tmp_path / "neo4j" / "import").exists()


@pytest.mark.graph
def test_a_home_of_nothing_is_an_empty_graph(tmp_path: Path, second: LocalNeo4j) -> None:
    connection = make_home(second, ONTOLOGY, DocumentStore(tmp_path / "documents"), Journal(tmp_path / "journal"))
    with Graph(connection.url, connection.user, connection.password) as made:
        assert digest(made).labels == {}


@pytest.mark.graph
def test_the_importer_says_what_it_refuses(parts: Parts, tmp_path: Path) -> None:
    sheet = tmp_path / "nodes.csv"
    sheet.write_text('key:ID(Product)\n"a"\n"a"\n', "utf8")
    with pytest.raises(ImportFailedError, match="defined more than once"):
        import_full(tmp_path / "home", parts.neo4j_jars(), [("Product", sheet)], [], array_delimiter="\x1f")

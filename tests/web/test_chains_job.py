"""Chains in the graph: templates as documents and their versions, places and classes as people correct them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError

from kg.check.edges import listed_edges
from kg.check.rows import Opened
from kg.errors import BulianError
from kg.rebuild import digest, rebuild
from matcher.chain.edit import difference, put, without
from matcher.chain.template import Chain, packaged
from matcher.errors import BadChainError
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.chains import ChainCorrection, ChainGap, ChainVersion
from web.db.models import Need, now
from web.errors import Usage, WebError
from web.home import Home
from web.jobs import chains
from web.jobs.chain_versions import approve, dated, held, preview, read, submit, wrong
from web.jobs.chains import correct, drop, faults, keep, load, loaded, placer, templates
from web.jobs.corrections import Corrected, corrections, log, waiting, word_of
from web.jobs.field_map import field_map
from web.jobs.field_words import correct_field, place_of
from web.jobs.gap_store import show_gaps
from web.jobs.lists import import_list, sources, undo
from web.jobs.network import network
from web.work.analysis.chain_version import begin, of, step, write

BEARING = "robot:flexible-bearing"

PLACES = """MATCH (p:Product {name: $name})-[r:AT]->(n:ChainNode)
RETURN n.id AS node, r.rule AS rule, r.reason AS reason, r.score AS score, r.document AS document, r.page AS page
ORDER BY node"""


ROWS = """企业名称,产品名称
甬川甲轴承有限公司,柔性轴承
甬川乙传动有限公司,短筒柔轮谐波减速器
甬川乙传动有限公司,茶具
"""


def fail(error: BulianError) -> None:
    raise error


@pytest.fixture(scope="module")
def home(empty_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Three products in the graph, and one of the shipped chains."""
    few = {name: one for name, one in chains._packaged().items() if name == "robot"}
    path = tmp_path_factory.mktemp("list") / "products.csv"
    path.write_text(ROWS, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chains, "_packaged", lambda: few)
        import_list(empty_home, "product-catalogue", path, fail)
        load(empty_home)
        yield empty_home


def places(home: Home, name: str) -> dict[str, dict[str, object]]:
    rows = home.graph().read_statement(PLACES, timeout=10.0, name=name)
    return {row["node"]: row for row in rows}


def test_products_stand_where_the_placer_says_each_open_at_the_templates_row(home: Home) -> None:
    found = places(home, "短筒柔轮谐波减速器")
    row = found["robot:harmonic-reducer"]
    assert (row["rule"], row["reason"], row["page"]) == ("kind", "谐波减速器", "robot:harmonic-reducer")
    wanted = {one.node: one.score for one in placer(home).places("短筒柔轮谐波减速器")}
    assert {node: row["score"] for node, row in found.items()} == wanted
    document, robot = home.documents.get(str(row["document"])), templates(home)[0].chain
    assert document.source == "chain:robot" and document.published == robot.version
    counts = home.graph().counts()
    assert counts.types["HAS_NODE"] == sum(len(one.chain.nodes) for one in templates(home))
    assert counts.types["FEEDS"] == sum(len(node.feeds) for one in templates(home) for node in one.chain.nodes)
    assert home.kinds() == {False}


def test_a_load_again_changes_nothing_and_places_what_came_later(home: Home, tmp_path: Path) -> None:
    assert (load(home).changed, load(home).names) == (0, 3)
    path = tmp_path / "later.csv"
    path.write_text("企业名称,产品名称\n甬川丙密封有限公司,骨架油封\n", "utf-8")
    batch = import_list(home, "product-catalogue", path, fail)
    assert places(home, "骨架油封") == {}
    assert load(home).changed and places(home, "骨架油封")["robot:seal"]["rule"] == "same"
    undo(home, str(batch.id))
    assert load(home).names == 3 and places(home, "骨架油封") == {}


def test_clusters_come_with_their_plan_and_the_chains_in_them(home: Home) -> None:
    rows = home.graph().read_statement(
        "MATCH (k:Cluster)<-[r:FOR_CLUSTER]-(p:Policy) RETURN k{.*} AS cluster, p.name AS policy, r.page AS page, "
        "[(c:Chain)-[i:IN_CLUSTER]->(k) | [c.id, i.reason]] AS chains",
        timeout=10.0,
    )
    found = {row["cluster"]["id"]: row for row in rows}
    assert len(found) == 12 + 10 + 9
    part = found["ningbo-361-2023:关键基础件"]
    assert part["cluster"] == {
        "id": "ningbo-361-2023:关键基础件",
        "name": "关键基础件",
        "plan": "宁波“361”（2023）",
        "grade": "千亿级",
        "valid_from": "2023-01-01",
        "valid_to": "2027-12-31",
    }
    assert part["chains"] == [["basic-part", "名称相同"]] and "甬政发〔2023〕43号" in part["policy"]
    assert "valid_to" not in found["ningbo-246-2019:文体用品"]["cluster"]
    assert found["ningbo-246-2019:文体用品"]["chains"] == []


IN_CLASS = """MATCH (p:Product)-[r:IN_CLASS]->(c:ProductClass)
RETURN p.name AS product, c.code AS code, r.rule AS rule ORDER BY code, product"""


def test_products_are_in_the_classes_that_bear_their_name_or_that_the_operator_says(home: Home, tmp_path: Path) -> None:
    example = sources()["product-classes"] / "example.csv"
    batch = import_list(home, "product-classes", example, fail)
    assert batch.refused == 0 and load(home).changed == 1 and load(home).changed == 0
    linked = [tuple(row.values()) for row in home.graph().read_statement(IN_CLASS, timeout=10.0)]
    assert linked == [("短筒柔轮谐波减速器", "99010101", "mapped"), ("柔性轴承", "9901020101", "same")]
    part = "MATCH (a:ProductClass)-[:PART_OF]->(b:ProductClass) RETURN a.code AS part, b.code AS whole ORDER BY part"
    assert {tuple(row.values()) for row in home.graph().read_statement(part, timeout=10.0)} == {
        ("9901", "99"),
        ("990101", "9901"),
        ("99010101", "990101"),
        ("9901010101", "99010101"),
        ("99010201", "9901"),
        ("9901020101", "99010201"),
    }
    own = tmp_path / "hs.csv"
    own.write_text("HS编码,商品名称\n8483.40,齿轮\n84834010,滚珠丝杠\n848,少一位\n7701,没有这一章\n", "utf-8")
    refused: list[BulianError] = []
    import_list(home, "product-classes-hs", own, refused.append, dry_run=True)
    assert [(error.place, error.code) for error in refused] == [("1:4:HS编码", "KG807"), ("1:5:HS编码", "KG807")]
    assert "'7701' is no HS code" in refused[1].reason


def test_corrections_hold_survive_a_rebuild_and_can_be_taken_back(home: Home) -> None:
    before = places(home, "柔性轴承")
    assert [*before] == [BEARING]
    correct(home, Corrected("柔性轴承", BEARING, "not", "只用于谐波减速器"))
    correct(home, Corrected("柔性轴承", "robot:harmonic-reducer", "stands", "随减速器成套供货"))
    now = places(home, "柔性轴承")
    assert BEARING not in now
    assert now["robot:harmonic-reducer"]["rule"] == "corrected"
    assert now["robot:harmonic-reducer"]["reason"] == "随减速器成套供货"
    makers = "MATCH (e:Enterprise)-[:PRODUCES]->(:Product {name: '柔性轴承'}) RETURN e.id AS id"
    assert home.graph().trail()[-1].firms == {row["id"] for row in home.graph().read_statement(makers, timeout=10.0)}
    assert all(Opened(home.documents, row["document"]).row(row["page"]) for row in listed_edges(home.graph(), "AT"))
    said = digest(home.graph())
    load(home)
    rebuild(home.graph(), home.ontology, home.documents, home.journal, home.decisions())
    assert digest(home.graph()) == said
    with pytest.raises(WebError) as caught:
        correct(home, Corrected("柔性轴承", BEARING, "not", "再说一次"))
    assert caught.value.code == "WE013"
    for node in (BEARING, "robot:harmonic-reducer"):
        correct(home, Corrected("柔性轴承", node, "withdrawn"))
    assert places(home, "柔性轴承") == before
    assert len(log(home)) == 4 and corrections(home) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Corrected("柔性轴承", "robot:none", "not", "x"), "WE005"),
        (Corrected("没有这种产品", BEARING, "stands", "x"), "WE005"),
        (Corrected("柔性轴承", BEARING, "withdrawn"), "WE005"),
        (Corrected("柔性轴承", BEARING, "not", "  "), "WE003"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(home: Home, said: Corrected, code: str) -> None:
    with pytest.raises((WebError, Usage)) as caught:
        correct(home, said)
    assert caught.value.code == code


def test_an_operators_template_wins_over_the_shipped_one_and_can_be_taken_away(home: Home, tmp_path: Path) -> None:
    shipped = next(one for one in templates(home) if one.chain.id == "robot")
    lines = shipped.data.decode().replace("products: [柔性轴承, ", "products: [")
    own = tmp_path / "own.yml"
    own.write_text(lines, "utf-8")
    with pytest.raises(BadChainError, match="says something else already"):
        keep(home, own)
    own.write_text(lines.replace(shipped.chain.version, "2027-01-02"), "utf-8")
    keep(home, own)
    assert loaded(home) == set()
    load(home)
    assert loaded(home) == {"robot"}
    assert "robot:flexible-bearing" not in places(home, "柔性轴承")
    assert next(one for one in templates(home) if one.chain.id == "robot").own
    drop(home, "robot")
    assert "robot:flexible-bearing" in places(home, "柔性轴承")
    with pytest.raises(WebError):
        drop(home, "robot")
    own.write_text("id: Robot!\nname: 自\nname_en: own\nversion: soon\nnodes: []\n", "utf-8")
    with pytest.raises(BadChainError, match=r"is no day.*id is not made"):
        keep(home, own)


@pytest.mark.parametrize("statement", ["UPDATE chain_correction SET act = 'stands'", "DELETE FROM chain_correction"])
def test_the_log_of_corrections_is_append_only(home: Home, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), home.database().session() as session:
        session.add(ChainCorrection(product="柔性轴承", node=BEARING, act="withdrawn"))
        session.flush()
        session.execute(text(statement))


def test_the_shipped_templates_have_no_faults(home: Home) -> None:
    assert [found for one in templates(home) for found in faults(one.chain)] == []


def test_a_proposal_moves_nothing_until_somebody_who_may_says_the_same(home: Home) -> None:
    analyst, operator = (Actor(user="u1", name="甲", roles=frozenset({role})) for role in ("analyst", "operator"))
    assert (word_of(operator, "not"), word_of(analyst, "not")) == ("not", "ask_not")
    with pytest.raises(WebError, match="roles do not allow"):
        word_of(analyst, "declined")
    with pytest.raises(WebError, match="roles do not allow"):
        word_of(Actor(user="u2", roles=frozenset({"expert"})), "not")
    said = len(log(home))
    asked = Corrected("柔性轴承", BEARING, "ask_not", "只用于谐波减速器", "analyst", "甲")
    assert correct(home, asked).places == 0 and BEARING in places(home, "柔性轴承")
    assert [row.reason for row in waiting(home)] == ["只用于谐波减速器"]
    correct(home, Corrected("柔性轴承", BEARING, "declined", "仍单独供货"))
    assert waiting(home) == [] and BEARING in places(home, "柔性轴承")
    correct(home, asked)
    correct(home, Corrected("柔性轴承", BEARING, "not", "只用于谐波减速器"))
    assert waiting(home) == [] and BEARING not in places(home, "柔性轴承")
    correct(home, Corrected("柔性轴承", BEARING, "withdrawn"))
    assert len(log(home)) == said + 5


CLASSES = """MATCH (p:Product {name: $name})-[r:IN_FOUNDATION_FIELD]->(f:FoundationField)
RETURN f.id AS id, r.score AS score, r.reason AS reason, r.level AS level, r.fact AS fact ORDER BY id"""
PARTS = "基础零部件和元器件"


def classes(home: Home, name: str) -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in home.graph().read_statement(CLASSES, timeout=10.0, name=name)}


def test_a_persons_class_survives_a_rebuild_and_a_reading_again_and_can_be_taken_back(
    home: Home, tmp_path: Path
) -> None:
    name, mine = "短筒柔轮谐波减速器", f"catalogue-2021:{PARTS}"
    before = classes(home, name)
    assert list(before) == [mine] and before[mine]["level"] == "inferred"
    stands = place_of("liuji-2026", "核心基础零部件")
    assert correct_field(home, Corrected(name, place_of("catalogue-2021", PARTS), "not", "是整机")) == 1
    assert correct_field(home, Corrected(name, stands, "stands", "主机厂确认")) == 1
    [now] = classes(home, name).values()
    assert (now["id"], now["score"], now["reason"]) == ("liuji-2026:核心基础零部件", 1.0, "主机厂确认")
    assert name in home.graph().read("citations", ids=[now["fact"]])[0]["citation"]["quote"]
    said = digest(home.graph())
    rebuild(home.graph(), home.ontology, home.documents, home.journal, home.decisions())
    assert digest(home.graph()) == said
    again = tmp_path / "again.csv"
    again.write_text(f"企业名称,产品名称\n甬川丁传动有限公司,{name}\n", "utf-8")
    batch = import_list(home, "product-catalogue", again, fail)
    assert list(classes(home, name)) == ["liuji-2026:核心基础零部件"], "another document changes nothing of it"
    net = network(home)
    fields = field_map(home, net)
    assert fields.products("liuji-2026:核心基础零部件")[name].why == "word" and name not in fields.products(mine)
    whole = fields.products("siji-2016:核心基础零部件（元器件）")
    assert (whole[name].why, whole[name].via) == ("crosswalk", "liuji-2026:核心基础零部件")
    assert fields.products("liuji-2026:核心基础零部件")["柔性轴承"].node == BEARING
    assert fields.nodes_of(mine) is None, "no crosswalk leads from the fields of nodes to this class"
    undo(home, str(batch.id))
    for place in (stands, place_of("catalogue-2021", PARTS)):
        correct_field(home, Corrected(name, place, "withdrawn"))
    assert classes(home, name) == before
    with pytest.raises(WebError, match="no class"):
        correct_field(home, Corrected(name, "field/catalogue-2021:没有", "stands", "x"))
    assert not any(row.node.startswith("field/") for row in corrections(home))


EDITOR, SECOND = (
    Actor(user=name, name=name, roles=frozenset({"operator"}), kind="operator") for name in ("编写人", "批准人")
)


def drafted(home: Home, change: Callable[[Chain], Chain], reason: str = "按企业意见调整") -> str:
    now_held = held(home, "robot")
    with step(home.database(), "") as session:
        row = begin(session, EDITOR, "robot", now_held.data.decode(), now_held.sha256, now())
        text = change(Chain.parse(row.text)).text()
        write(session, EDITOR, row, text, now_held.sha256, reason, row.version, now())
        return row.id


def version_of(home: Home, ident: str) -> ChainVersion:
    with home.database().session() as session:
        return session.get_one(ChainVersion, ident)


def test_a_template_is_edited_reviewed_by_another_and_holds_with_its_gap_kept(home: Home) -> None:
    shipped = held(home, "robot")
    gap = ChainGap(
        id=f"few:{BEARING}:CN:2026-01-01", chain="robot", node=BEARING, kind="补", rule="few", as_of="2026-01-01",
        firms_local=1, firms_all=1,
    )  # fmt: skip
    with home.database().session() as session:
        session.add(gap)
        session.add(Need(title="柔性轴承", gap=gap.id))
    reducer = next(node for node in shipped.chain.nodes if node.id == "harmonic-reducer")
    wider = replace(reducer, products=(*reducer.products, "柔性轴承"))
    ident = drafted(home, lambda chain: put(without(chain, "flexible-bearing"), wider))
    seen = preview(home, shipped.chain, read("robot", version_of(home, ident).text))
    assert [node.id for node in seen.difference.removed] == ["flexible-bearing"]
    assert {one.id for one in seen.difference.changed} == {"harmonic-reducer", "alloy-steel", "ring-blank"}
    moved = {one.product: (one.before, one.after) for one in seen.moves}
    assert moved == {"柔性轴承": (("flexible-bearing",), ("harmonic-reducer",))} and seen.count == 1
    assert [(one.gap.id, [need.title for need in one.needs]) for one in seen.gaps] == [(gap.id, ["柔性轴承"])]
    with pytest.raises(WebError, match="cannot become approved"):
        approve(home, SECOND, "robot", ident, version_of(home, ident).version, now())
    submit(home, EDITOR, "robot", ident, version_of(home, ident).version, now())
    for who, seen_version, code in ((EDITOR, 0, "WE240"), (SECOND, -1, "WE242")):
        with pytest.raises(WebError) as refused:
            approve(home, who, "robot", ident, version_of(home, ident).version + seen_version, now())
        assert refused.value.code == code
    assert held(home, "robot") == shipped
    done = approve(home, SECOND, "robot", ident, version_of(home, ident).version, now())
    assert (done.number, done.day) == (2, day_of(now())) and held(home, "robot").chain.version == done.day
    with home.database().session() as session:
        kept = of(session, Actor(), "robot")
    assert [(row.number, row.origin) for row in kept] == [(2, "edited"), (1, "shipped")]
    assert kept[1].text == shipped.data.decode()
    load(home)
    assert set(places(home, "柔性轴承")) == {"robot:harmonic-reducer"}
    show_gaps(home, home.graph())
    assert home.graph().read_statement("MATCH (g:Gap) RETURN g.id AS id, [(g)-[:AT_NODE]->(n) | n.id] AS at") == [
        {"id": gap.id, "at": []}
    ]
    assert not home.graph().read_statement("MATCH (n:ChainNode {id: $id}) RETURN n.id AS id", id=BEARING)
    late = drafted(home, lambda chain: put(chain, replace(reducer, name="谐波减速机")))
    submit(home, EDITOR, "robot", late, version_of(home, late).version, now())
    drop(home, "robot")
    with pytest.raises(WebError) as refused:
        approve(home, SECOND, "robot", late, version_of(home, late).version, now())
    assert refused.value.code == "WE244", "another template holds than the one it was compared with"
    assert set(places(home, "柔性轴承")) == {BEARING}
    with home.database().session() as session:
        session.execute(delete(Need).where(Need.gap == gap.id))
        session.execute(delete(ChainGap).where(ChainGap.id == gap.id))
    show_gaps(home, home.graph())


def test_a_draft_with_faults_does_not_go_to_review(home: Home) -> None:
    ident = drafted(home, lambda chain: replace(chain, nodes=chain.nodes[:20]))
    assert "20 nodes, not 25 to 60" in " ".join(wrong("robot", version_of(home, ident).text))
    with pytest.raises(BadChainError, match="20 nodes"):
        submit(home, EDITOR, "robot", ident, version_of(home, ident).version, now())
    assert (
        wrong("robot", "nodes: [")
        and "of the chain" in wrong("robot", "id: x\nname: x\nname_en: x\nversion: x\nnodes: []")[0]
    )
    again = drafted(home, lambda chain: chain, reason="")
    with pytest.raises(WebError) as refused:
        submit(home, EDITOR, "robot", again, version_of(home, again).version, now())
    assert refused.value.code == "WE243"


@pytest.mark.parametrize("template", packaged(), ids=lambda chain: chain.id)
def test_a_template_is_the_same_after_it_was_written_and_read(template: Chain) -> None:
    assert Chain.parse(template.text()) == template
    assert difference(template, Chain.parse(dated(template.text(), "2027-01-02"))).nothing

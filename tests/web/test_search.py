"""What people type into the search box, and what must come first: the list of search_cases.yml on the demo.

Who is proposed for a node of a chain is tested here too: it needs the same demo.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from kg.search import search
from kg.suggestion import suggestions
from matcher.errors import BadQueryError
from web.home import Home
from web.jobs.proposals import proposals

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("search")]  # one demo for all of them
CASES = yaml.safe_load(Path(__file__).with_name("search_cases.yml").read_text("utf-8"))


def test_there_are_sixty_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize(("typed", "kind", "name", "how"), CASES, ids=[str(case[0]) for case in CASES])
def test_what_is_meant_comes_first(demo_home: Home, typed: str, kind: str, name: str, how: str) -> None:
    hits = search(demo_home.graph(), typed, [kind])
    assert hits, "nothing is found"
    assert (hits[0].name, hits[0].how) == (name, how)


def test_a_code_is_found_in_parts_and_in_full_width(demo_home: Home) -> None:
    code = "".join(demo_home.graph().read_statement(
        "MATCH (e:Enterprise) WHERE e.credit_code IS NOT NULL RETURN e.credit_code AS code LIMIT 1"
    )[0]["code"])  # fmt: skip
    for typed in (code, code.lower(), f"{code[:6]} {code[6:]}", "".join(chr(ord(sign) + 0xFEE0) for sign in code)):
        assert search(demo_home.graph(), typed, ["Enterprise"])[0].how == "code"


def test_a_former_name_is_told(client: TestClient) -> None:
    page = client.get("/search", params={"q": "望圻液压件"}).text
    assert "甬川栎川液压科技股份有限公司" in page
    assert "甬川望圻液压件有限公司" in page


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("谐坡减速器", "谐波减速器"),
        ("xibojiansuqi", "谐波减速器"),
        ("xiebojianshuqi", "谐波减速器"),
        ("甬川砺岗精密传动", "甬川砺岚精密传动股份有限公司"),
        ("碟刑弹簧片", "碟形弹簧"),
        ("jiaochagunzhizhoucheng", "交叉滚子轴承"),
    ],
)
def test_what_was_nearly_typed_is_asked_for(demo_home: Home, typed: str, name: str) -> None:
    graph = demo_home.graph()
    assert name in suggestions(graph, typed, search(graph, typed))


@pytest.mark.parametrize("typed", ["谐波减速器", "饕餮", "zzzz", "x", "", '+ - " OR', "量子通信加密芯片"])
def test_nothing_is_asked_where_a_hit_is_sure_or_nothing_is_near(demo_home: Home, typed: str) -> None:
    graph = demo_home.graph()
    assert suggestions(graph, typed, search(graph, typed)) == []


def test_the_page_asks_what_was_meant(client: TestClient) -> None:
    page = client.get("/search", params={"q": "谐坡减速器"}).text
    assert "您要找的是不是" in page
    assert client.get("/search", params={"q": "xibojiansuqi", "lang": "en"}).text.count("Did you mean") == 1


def test_a_node_of_the_demo(demo_home: Home) -> None:
    found = proposals(demo_home, "robot:harmonic-reducer", "990100")
    assert (found.region, found.makers_here) == ("990100", 1)
    names = [one.name for one in found.local_near]
    assert "清溪岑曜精密环件有限公司" in names and "甬川砺岚精密传动股份有限公司" not in names
    for firm in found.local_near:
        assert firm.region and "甬川市" in firm.region
        assert firm.score is not None and any(reason.fact for reason in firm.reasons)
    ring = next(one for one in found.local_near if one.name == "清溪岑曜精密环件有限公司")
    assert any(reason.feature == "patents" for reason in ring.reasons)
    rolling = next(ability for ability in ring.abilities if ability.process == "冷辗扩")
    assert rolling.equipment and rolling.evidence and rolling.evidence["quote"]
    made = [path[0] for one in found.extensions for path in one.paths]
    assert made and all(step.relation == "PRODUCES" and step.evidence for step in made)


def test_a_buyer_of_the_demo_asks_and_bought(demo_home: Home) -> None:
    found = proposals(demo_home, "robot:encoder", "甬川市")
    buyer = next(one for one in found.buyers if one.name == "甬川云桁机器人集团有限公司")
    assert {ground for ground, _ in buyer.grounds} >= {"need", "contract"}
    contract = next(path for ground, path in buyer.grounds if ground == "contract")
    assert buyer.reasons[0].feature == "way" and contract[0].evidence and contract[0].what == "关节空心轴编码器年度采购"


def test_no_such_node_or_place(demo_home: Home) -> None:
    for node, region in (("robot:none", "990100"), ("robot:encoder", "无此地")):
        with pytest.raises(BadQueryError):
            proposals(demo_home, node, region)

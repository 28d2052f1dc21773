"""Who could take up a node: a made corpus of six firms in two cities."""

from __future__ import annotations

import pytest

from matcher.chain.network import Asked, Network
from matcher.chain.placement import Placement, Placer
from matcher.chain.proposal import proposals
from matcher.chain.supply import Supplies, Supply, bought
from matcher.chain.template import packaged
from matcher.corpus import Corpus, Firm, Item, Product, Relation
from matcher.embed import Embedder
from matcher.errors import BadQueryError
from matcher.rank import Ranker

NODE = "robot:harmonic-reducer"


def firm(ident: str, region: str, *products: str, **fields: tuple[Item, ...]) -> Firm:
    place = (Item(region, f"{ident}-place"),) if region else ()
    made = tuple(Product(name, fact=f"{ident}-{name}") for name in products)
    return Firm(ident, f"企业{ident}", made, fields={"region": place, **fields})


@pytest.fixture
def network(characters: Embedder) -> Network:
    """Here (330200): b makes bearings, g gears, j joints, s flexsplines' steel; elsewhere (310000) m makes reducers."""
    firms = [
        firm("b", "330206", "柔性轴承"),
        firm("g", "330211", "谐波减速器齿轮箱体"),
        firm("j", "330200", "关节模组", depends_on=(Item({"name": "谐波减速器", "imported": True}, "j-depends"),)),
        firm("m", "310000", "谐波减速器"),
        firm("s", "330200", "柔轮钢坯料"),
        firm("x", "", "谐波减速器"),
    ]
    corpus = Corpus.build(firms, [Relation("柔轮钢坯料", "input_of", "谐波减速器")])
    placer = Placer(packaged())
    supplies = Supplies(corpus, [Supply("m", "企业m", "b", "企业b", "谐波减速器年度采购项目", "contract")])
    return Network(Ranker(corpus, characters), placer, Placement.of(corpus, placer), supplies)


def test_firms_here_are_near_and_those_elsewhere_make_it(network: Network) -> None:
    found = proposals(network, NODE, "330200")
    near = [one.firm.id for one in found.local_near]
    assert near and set(near) <= {"b", "g", "j", "s"}
    assert [one.entry.firm.id for one in found.elsewhere] == ["m"]
    assert [step.fact for step in found.elsewhere[0].path] == ["m-谐波减速器", None]
    assert (found.makers_here, found.makers_all, found.unplaced) == (0, 2, 1)


def test_who_needs_it_here_by_the_surest_ground(network: Network) -> None:
    """A need counts before a dependence, a dependence before a contract, a contract before the trade."""
    asked = [
        Asked("n1", "减速器寻源", ("谐波减速器",), "s", "企业s"),
        Asked("n2", "别处", ("谐波减速器",), "m", "企业m"),
    ]
    found = {
        one.firm.id: [ground for ground, _ in one.grounds] for one in proposals(network, NODE, "330200", asked).buyers
    }
    assert list(found) == ["s", "j", "b"]
    assert found == {"s": ["need"], "j": ["depends", "feeds"], "b": ["contract"]}


def test_extensions_come_over_nodes_and_over_products(network: Network) -> None:
    """Each way is told step by step: over a neighbouring node, or over a relation of products."""
    found = {one.firm.id: one.paths[0] for one in proposals(network, NODE, "330200").extensions}
    assert [step.relation for step in found["b"]] == ["PRODUCES", "AT", "FEEDS"]
    assert [step.relation for step in found["s"]] == ["PRODUCES", "INPUT_OF", "AT"]
    assert found["s"][0].fact == "s-柔轮钢坯料"
    assert found["b"][-1].says() == "柔性轴承环节供给谐波减速器环节"


def test_a_node_that_no_chain_has_is_refused(network: Network) -> None:
    with pytest.raises(BadQueryError, match="MA001"):
        proposals(network, "robot:none", "330200")


@pytest.mark.parametrize(
    ("title", "thing"),
    [
        ("柔性轴承年度供货合同", "柔性轴承"),
        ("六轴机器人减速器2026年度集中采购项目", "六轴机器人减速器"),
        ("偏航变桨轴承标段", "偏航变桨轴承"),
        ("谐波减速器", "谐波减速器"),
    ],
)
def test_what_a_title_buys(title: str, thing: str) -> None:
    assert bought(title) == thing

"""What if: a made corpus in which one maker of reducers supplies two firms, one of which has no other."""

from __future__ import annotations

import pytest

from matcher.chain.network import Asked, Network
from matcher.chain.placement import Placement, Placer
from matcher.chain.supply import Supplies, Supply
from matcher.chain.template import packaged
from matcher.chain.whatif import Scenario, what_if
from matcher.corpus import Corpus, Firm, Item, Product
from matcher.embed import Embedder
from matcher.errors import BadQueryError
from matcher.rank import Ranker

NEED = Asked("n", "减速器寻源", ("谐波减速器",), "k", "企业k")


def firm(ident: str, region: str, *products: str, **fields: tuple[Item, ...]) -> Firm:
    made = tuple(Product(name, fact=f"{ident}-{name}") for name in products)
    return Firm(ident, f"企业{ident}", made, fields={"region": (Item(region),), **fields})


@pytest.fixture
def network(characters: Embedder) -> Network:
    firms = [
        firm("a", "330200", "谐波减速器"),
        firm("g", "330200", "谐波减速器齿轮箱体"),
        firm("j", "310000", "关节模组"),
        firm("k", "310000", "协作机器人", depends_on=(Item({"name": "编码器", "imported": True}, "k-depends"),)),
        firm("r", "440300", "RV减速器"),
        firm("s", "440300", "RV减速器"),
    ]
    corpus = Corpus.build(firms)
    placer = Placer(packaged())
    told = [("a", "j"), ("a", "k"), ("r", "k"), ("j", "x"), ("k", "y")]
    supplies = [Supply(one, f"企业{one}", to, f"企业{to}", "供货", f"{one}-{to}") for one, to in told]
    return Network(Ranker(corpus, characters), placer, Placement.of(corpus, placer), Supplies(corpus, supplies))


def test_a_maker_disappears(network: Network) -> None:
    found = what_if(network, Scenario(firms=("a",), chain="robot"), [NEED])
    (node,) = found.nodes
    assert (node.node.id, node.before, node.lost, node.left) == ("robot:harmonic-reducer", 1, 1, ())
    assert node.near and node.near[0].firm.id == "g", "who could step in"
    after = {end.id: [step.relation for step in path] for end, path in node.after}
    assert after["robot:joint"] == ["FEEDS"] and after["robot:humanoid"] == ["FEEDS", "FEEDS"]
    hit = {one.firm.id: (one.sole, [step.fact for step in one.path]) for one in found.firms}
    assert hit == {
        "j": (True, ["a-j"]),
        "k": (False, ["a-k"]),
        "x": (False, ["a-j", "j-x"]),
        "y": (False, ["a-k", "k-y"]),
    }
    assert all(isinstance(one.sole, bool) for one in found.firms)
    (need,) = found.needs
    assert (need.need.id, need.left, [step.relation for step in need.path]) == ("n", 0, ["ASKS_FOR", "AT"])


def test_a_place_is_cut_off(network: Network) -> None:
    found = what_if(network, Scenario(region="440300", chain="robot"), [NEED])
    assert found.lost == 2 and found.needs == ()
    assert [(one.node.id, one.before, one.lost) for one in found.nodes if one.node.id.startswith("robot:")] == [
        ("robot:rv-reducer", 2, 2)
    ]
    assert {one.firm.id for one in found.firms} == {"k", "y"}


def test_an_import_stops_for_those_who_say_that_they_import(network: Network) -> None:
    found = what_if(network, Scenario(imported="绝对值编码器"))
    assert found.lost == 0
    first, *further = found.firms
    assert (first.firm.id, first.path[0].relation, first.path[0].fact) == ("k", "DEPENDS_ON", "k-depends")
    assert [one.firm.id for one in further] == ["y"]
    assert any(one.node.id == "robot:encoder" for one in found.nodes)


@pytest.mark.parametrize("scenario", [Scenario(), Scenario(firms=("none",)), Scenario(firms=("a",), region="330200")])
def test_a_scenario_that_says_nothing_is_refused(network: Network, scenario: Scenario) -> None:
    with pytest.raises(BadQueryError, match="MA001"):
        what_if(network, scenario)

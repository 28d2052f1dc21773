"""What a chain lacks in a region: a made corpus in which each rule holds at one node."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from matcher.chain.network import Network
from matcher.chain.placement import Placement, Placer
from matcher.chain.state import State, StateRules, states, supply_tiers
from matcher.chain.supply import Supplies, Supply
from matcher.chain.template import Chain, packaged
from matcher.corpus import Corpus, Firm, Item, Product
from matcher.embed import Embedder
from matcher.errors import BadRulesError
from matcher.rank import Ranker

HERE, ELSEWHERE = "330200", "310000"
RULES = replace(StateRules.load(), few=2, strong=4, many=4, orders=3)


def firm(ident: str, region: str, product: str, **fields: tuple[Item, ...]) -> Firm:
    place = (Item(region),) if region else ()
    return Firm(ident, f"企业{ident}", (Product(product, fact=f"{ident}-made"),), fields={"region": place, **fields})


@pytest.fixture
def network(characters: Embedder) -> Network:
    """Five makers of flexible bearings here (one buys abroad), one of reducers, three of servo motors of whom one
    supplies all; a maker of magnets elsewhere, and one of joints of whom no place is known."""
    firms = [firm(f"b{n}", "330206", "柔性轴承") for n in range(4)]
    firms += [
        firm("b4", "330211", "柔性轴承", depends_on=(Item({"name": "轴承钢", "imported": True}, "b4-depends"),)),
        firm("r", HERE, "谐波减速器", tier=(Item("little_giant"),), patents=(Item("一种谐波减速器"),)),
        *(firm(f"s{n}", "330200", "伺服电机") for n in range(3)),
        firm("m", ELSEWHERE, "钕铁硼磁钢"),
        firm("j", "", "关节模组"),
    ]
    corpus = Corpus.build(firms)
    placer = Placer(packaged())
    sold = [("s0", "x1"), ("s0", "x2"), ("s0", "x3"), ("b0", "r"), ("s1", "r"), ("b1", "b0")]
    what = {"s": "伺服电机采购项目", "b": "柔性轴承年度采购合同"}
    supplies = [Supply(one, f"企业{one}", other, f"企业{other}", what[one[0]], f"{one}-{other}") for one, other in sold]
    return Network(Ranker(corpus, characters), placer, Placement.of(corpus, placer), Supplies(corpus, supplies))


def robot() -> Chain:
    return next(chain for chain in packaged() if chain.id == "robot")


def seen(network: Network, region: str | None, rules: StateRules = RULES) -> dict[str, State]:
    return {state.node.partition(":")[2]: state for state in states(network, robot(), region, rules)}


def test_each_kind_follows_from_its_rule_with_its_counts(network: Network) -> None:
    found = seen(network, HERE)
    assert list(found) == [node.id for node in robot().nodes]
    none, few, many, one = (found[node] for node in ("magnet", "harmonic-reducer", "flexible-bearing", "servo-motor"))
    assert (none.kinds, none.because, none.local.firms, none.country.firms) == (("建",), ("none",), 0, 1)
    assert few.kinds == ("补", "延") and few.because == ("few", "neighbour")
    assert (few.neighbour, few.neighbour_firms, few.local.titled, few.local.patented) == (
        "robot:flexible-bearing",
        5,
        1,
        1,
    )
    assert many.kinds == () and many.local.firms == 5, (
        "no maker of bearings anywhere holds a tier: it is not known weak"
    )
    assert (
        one.kinds == ()
        and one.local.first == 0.75
        and (one.local.orders, one.local.buyers, one.local.single) == (4, 4, 4)
    )
    assert found["joint"].kinds == ("建",) and found["joint"].country.firms == 1, "no place of it is known"


def test_rules_decide_and_are_read_from_a_file(network: Network, tmp_path: Path) -> None:
    assert seen(network, HERE, replace(RULES, source=0.7))["servo-motor"].because == ("source",)
    strong = seen(network, HERE, replace(RULES, many=3, concentration=0.7))["servo-motor"]
    assert strong.kinds == ("强",) and strong.because == ("concentration",)
    own = tmp_path / "state_rules.yml"
    packaged_rules = Path("matcher/chain/state_rules.yml").read_text("utf8")
    own.write_text(packaged_rules.replace("few: 2", "few: 0").replace("bulian-2026", "ours"), encoding="utf8")
    rules = StateRules.load(own)
    assert (rules.name, rules.few) == ("ours", 0)
    own.write_text("name: ours\nfew: several\n", encoding="utf8")
    with pytest.raises(BadRulesError, match="MA041"):
        StateRules.load(own)


def test_an_import_is_said_only_by_a_sentence(network: Network) -> None:
    found = seen(network, HERE)
    (said,) = found["alloy-steel"].dependences
    assert (said.firm, said.imported, said.fact) == ("b4", True, "b4-depends")
    assert not any(state.dependences for node, state in found.items() if node != "alloy-steel")


def test_words_have_the_counts(network: Network) -> None:
    state = seen(network, HERE)["harmonic-reducer"]
    names = {"robot:flexible-bearing": "柔性轴承"}
    assert state.says("zh", RULES, names) == "只有 1 家（不多于 2 家）；相邻的“柔性轴承”有 5 家"
    assert "neighbouring node" in state.says("en", RULES, names)


def test_tiers_relative_to_a_firm(network: Network) -> None:
    corpus = network.corpus
    row = corpus.row("r")
    assert row is not None
    tiers = {network.supplies.end(member).id: tier for member, tier in supply_tiers(network, row).items()}
    assert tiers == {"b0": 1, "s1": 1, "b1": 2}


def test_the_country_is_all_regions_together(network: Network) -> None:
    found = seen(network, None)
    assert found["magnet"].local == found["magnet"].country and found["magnet"].kinds == ("补",)

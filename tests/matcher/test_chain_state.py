"""What a chain lacks in a region: a made corpus in which each rule holds at one node."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from matcher.chain.network import Network
from matcher.chain.placement import Placement, Placer
from matcher.chain.sources import sourcings, supply_tiers
from matcher.chain.state import State, StateRules, states
from matcher.chain.supply import Supplies, Supply
from matcher.chain.template import Chain, packaged
from matcher.corpus import Corpus, Firm, Item, Product
from matcher.embed import Embedder
from matcher.errors import BadQueryError, BadRulesError
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
    """Each supplier with the statements that lead from it to the firm."""
    corpus = network.corpus
    row = corpus.row("r")
    assert row is not None
    tiers = {one.firm.id: (one.tier, [step.fact for step in one.path]) for one in supply_tiers(network, row)}
    assert tiers == {"b0": (1, ["b0-r"]), "s1": (1, ["s1-r"]), "b1": (2, ["b1-b0", "b0-r"])}
    assert supply_tiers(network, row, most=1) == supply_tiers(network, row)[:2]


def test_single_sources_by_buyer_and_node(network: Network) -> None:
    """What one buyer has from two is no single source, and is found where all are asked for."""
    place = len(network.supplies.known)
    found = {(one.buyer.id, one.node.id): one for one in sourcings(network)}
    assert place == 6 and ("r", "robot:servo-motor") in found and ("r", "robot:flexible-bearing") in found
    one = found["r", "robot:servo-motor"]
    assert (one.single, one.first, one.orders, [step.fact for step in one.steps]) == (True, 1.0, 1, ["s1-r"])
    assert {one.buyer.id for one in sourcings(network, region=HERE)} == {"r", "b0"}, "no place of the bodies is known"
    assert [one.buyer.id for one in sourcings(network, buyer="b0", node="robot")] == ["b0"]
    more = [
        Supply("s0", "企业s0", "r", "企业r", "伺服电机", "s0-r"),
        Supply("s0", "企业s0", "r", "企业r", "伺服电机", "s0-r2"),
    ]
    both = Network(
        network.ranker, network.placer, network.placement, Supplies(network.corpus, [*network.supplies.known, *more])
    )
    assert ("r", "robot:servo-motor") not in {(one.buyer.id, one.node.id) for one in sourcings(both)}
    (shared,) = sourcings(both, buyer="r", node="robot:servo-motor", single=False)
    assert [(firm.id, count) for firm, count in shared.suppliers] == [("s0", 2), ("s1", 1)]
    assert (shared.first, round(shared.concentration, 3)) == (2 / 3, 0.556)
    with pytest.raises(BadQueryError, match="MA001"):
        sourcings(network, node="robot:none")


def test_the_country_is_all_regions_together(network: Network) -> None:
    found = seen(network, None)
    assert found["magnet"].local == found["magnet"].country and found["magnet"].kinds == ("补",)

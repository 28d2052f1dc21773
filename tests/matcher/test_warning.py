"""Early warnings: rules are checked with their places; each kind finds what it says, and counts the unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from matcher.chain.network import Network
from matcher.chain.placement import Placement, Placer
from matcher.chain.supply import Supplies, Supply
from matcher.chain.template import packaged
from matcher.corpus import Corpus, Firm, Item, Product
from matcher.embed import Embedder
from matcher.errors import BadRulesError
from matcher.rank import Ranker
from matcher.warning.find import DatedRun, Found, Look, Watched, Yearly
from matcher.warning.rule import WarningRules
from matcher.warning.words import says

DAY = date(2026, 6, 1)
PACKAGED = Path("matcher/warning/rules.yml").read_text("utf-8")


def edited(tmp_path: Path, old: str, new: str) -> WarningRules:
    path = tmp_path / "warning_rules.yml"
    assert old in PACKAGED
    path.write_text(PACKAGED.replace(old, new, 1), "utf-8")
    return WarningRules.load(path)


def title(**said: str) -> Item:
    return Item({"tier": "specialised", "status": "recognised", **said}, "t")


@pytest.fixture
def network(characters: Embedder) -> Network:
    home, away = (Item("330206", "home"),), (Item("310000", "away"),)
    firms = [
        Firm("a", "甲", fields={"region": home, "top_customer_ratio": (Item(62.5, "share"),)}),
        Firm("b", "乙", fields={"region": home, "top_customer_ratio": (Item(12, "less"),)}),
        Firm("c", "丙", fields={"region": home, "titles": (title(dated="2023-08-01"), title(tier="innovative"))}),
        Firm("d", "丁", fields={"titles": (title(dated="2024-08-01"),)}),
        Firm(
            "e", "戊", fields={"region": away, "depends_on": (Item({"name": "轴承钢", "single_source": True}, "one"),)}
        ),
        Firm("f", "己", (Product("谐波减速器", fact="made"),), fields={"region": away}),
        Firm("g", "庚", (Product("谐波减速器", fact="made"),)),
    ]
    corpus, placer = Corpus.build(firms), Placer(packaged())
    sold = [Supply("f", "己", "a", "甲", "谐波减速器采购", f"s{n}") for n in range(2)]
    return Network(Ranker(corpus, characters), placer, Placement.of(corpus, placer), Supplies(corpus, sold))


def look(network: Network, rules: WarningRules, **more: object) -> dict[str, Found]:
    revenue = {
        "a": [Yearly(2023, 9, "r3"), Yearly(2024, 8, "r4"), Yearly(2025, 7, "r5")],
        "b": [Yearly(2023, 9, None), Yearly(2025, 7, None)],
        "c": [Yearly(2018, 9, None), Yearly(2019, 8, None), Yearly(2020, 7, None)],
    }
    seen = Look(network, DAY, packaged(), revenue, **more)  # type: ignore[arg-type]
    return {one.rule.id: one for one in seen.by(rules)}


def test_rules_name_the_place_of_a_fault(tmp_path: Path) -> None:
    rules = WarningRules.load(tmp_path / "none.yml")
    assert not rules.own and len(rules.rules) == 6 and "180 天" in rules.rules[1].says()
    changed = edited(tmp_path, "above: 50", "above: 30")
    assert changed.own and changed.rules[0].bounds == {"above": 30.0} and changed.digest != rules.digest
    for old, new, place in (
        ("above: 50", "above: 500", "rules[1] above"),
        ("within: 180", "within: soon", "rules[2] within"),
        ("kind: revenue_falls", "kind: mood", "rules[3] kind"),
        ("places: []", "places: [乌有]", "rules[5] places"),
        ("id: cut-off", "id: one-customer", "rules"),
        ("    orders: 2", "    orders: 2\n    sorders: 3", "rules[6]"),
        ("rules:\n", "rules: [\n", "line"),
    ):
        with pytest.raises(BadRulesError, match="MA041") as failed:
            edited(tmp_path, old, new)
        assert (failed.value.place or "").startswith(place), (new, failed.value.place)
        assert str(failed.value.file).endswith("warning_rules.yml")


def test_each_rule_finds_its_firms_and_counts_the_unknown(network: Network) -> None:
    found = look(network, WarningRules.load())
    share, titles, falls = (found[name] for name in ("one-customer", "title-expires", "revenue-falls"))
    (one,) = share.warnings
    assert (one.subject_id, one.facts, one.region, share.looked(), share.unknown()) == ("a", ("share",), "330206", 7, 5)
    here = network.within("330200")
    assert (share.looked(here), share.unknown(here)) == (3, 1)
    (ends,) = titles.warnings
    assert (ends.subject_id, ends.about, ends.values["until"], ends.values["reckoned"]) == (
        "c",
        "specialised",
        "2026-08-01",
        True,
    )
    assert (titles.looked(), titles.unknown()) == (2, 1), "the innovative title of c has no date"
    assert "2026-08-01" in says(ends.kind, ends.values) and "as reckoned" in says(ends.kind, ends.values, "en")
    (fell,) = falls.warnings
    assert (fell.subject_id, fell.facts, falls.unknown()) == ("a", ("r3", "r4", "r5"), 6)
    sources = found["single-source"]
    assert [(each.subject_id, len(each.facts)) for each in sources.warnings[:2]] == [("e", 1), ("a", 2)]
    assert sources.unknown() == 5 and found["cut-off"].warnings == ()


def test_a_node_that_lost_its_last_maker_needs_two_dated_runs(network: Network) -> None:
    def lost(*runs: tuple[str, int]) -> Found:
        made = [DatedRun(at, "robot", "330200", day, {"robot:magnet": n}) for at, (day, n) in enumerate(runs)]
        return look(network, WarningRules.load(), runs=made)["last-maker-lost"]

    nothing = lost(("2026-01-01", 2))
    assert nothing.warnings == () and nothing.unknown_things == nothing.things
    (one,) = lost(("2026-01-01", 2), ("2026-02-01", 0), ("2026-03-01", 0)).warnings
    assert (one.subject, one.subject_id, one.values["had"]) == ("node", "robot:magnet", 2)
    assert (one.values["before"], one.values["after"]) == ("2026-01-01", "2026-02-01")
    assert lost(("2026-01-01", 2), ("2026-02-01", 0), ("2026-03-01", 1)).warnings == ()
    assert lost(("2026-02-01", 2), ("2026-02-01", 0)).warnings == (), "one day, the last count holds"


def test_a_cut_off_place_is_told_to_who_watches_alone(network: Network, tmp_path: Path) -> None:
    rules = edited(tmp_path, "places: []", "places: [上海市]")
    watched = [
        Watched("o\nu", "product", "谐波减速器", "谐波减速器"),
        Watched("\nv", "node", "robot:harmonic-reducer", "减速器"),
    ]
    found = look(network, rules, watched=watched)["cut-off"]
    assert [(one.subject_id, one.owner) for one in found.warnings] == [("f", "o\nu"), ("f", "\nv")]
    assert found.unknown() == 1 and "away" in found.warnings[0].facts, "the place of g is unknown"
    off = replace(rules, rules=tuple(replace(one, on=False) for one in rules.rules))
    assert look(network, off, watched=watched) == {}

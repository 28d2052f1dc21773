"""Discovery by rules: who is no candidate and why, what is never held against a firm, what never lowers it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.corpus import Corpus
from matcher.discovery.card import Card, Line, rules_of
from matcher.discovery.find import LEFT_OUT, Ask, Candidate, Discovery, Found
from matcher.discovery.trait import BY_NAME, NAMES, TRAITS
from matcher.embed import Embedder
from matcher.errors import BadQueryError, BadRunError, BadScorecardError
from matcher.evaluate.discovery import evaluate, hushed
from matcher.fields import TIERS
from matcher.firm import Firm, Item, Product, firm_from_json
from matcher.index import Index
from matcher.strings import Strings

DAY = date(2026, 11, 1)


def firm(ident: str, *products: str, **fields: Any) -> Firm:
    made = [{"name": name, "fact": f"{ident}-{name}"} for name in products]
    return firm_from_json({"id": ident, "name": fields.pop("name", f"{ident}有限公司"), "products": made} | fields)


def title(status: str, dated: str = "2025-08", tier: str = "little_giant", **more: Any) -> dict[str, Any]:
    return {"tier": tier, "status": status, "dated": dated, "fact": f"title-{status}-{tier}"} | more


GIANT = firm("giant", "谐波减速器", "机器人关节模组", titles=[title("recognised")], region="330200")
PLAIN = firm("plain", "谐波减速器", region="330203")


def seek(embedder: Embedder, *firms: Firm, **ask: Any) -> Found:
    corpus = Corpus.build([GIANT, *firms], as_of=DAY)
    return Discovery(Index.of(corpus, embedder)).find(Ask(**ask))


def ids(found: Found) -> list[str]:
    return [one.firm.id for one in found.candidates]


def reason(found: Found, ident: str) -> str | None:
    return next((one.reason for one in found.left_out if ident in [firm.id for firm in one.firms]), None)


def the(found: Found, ident: str) -> Candidate:
    return next(one for one in found.candidates if one.firm.id == ident)


# --- who is no candidate ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"titles": [title("recognised")]}, "listed"),
        ({"titles": [title("recheck_notice")]}, "listed"),
        ({"titles": [title("recognised", tier="champion")]}, "listed"),
        ({"honour": [{"tier": "little_giant", "status": "recognised"}]}, "past"),
        ({"titles": [title("notice")]}, "notice"),
        ({"titles": [title("recognised", "2021-07")]}, "past"),
        ({"kind": "branch"}, "kind"),
        ({"kind": "institute"}, "kind"),
        ({"kind": "university"}, "kind"),
        ({"kind": "agency"}, "kind"),
        ({"size": "large"}, "large"),
        ({"staff": 1200, "revenue": 5e8}, "large"),
        ({"titles": [title("revoked", "2026-02")]}, None),
        ({"titles": [title("recognised", "2020-07", valid_to="2023-07-01")]}, None),
        ({"titles": [title("recognised", tier="specialised")]}, None),
        ({"revenue": 5e9}, None),
        ({"staff": 5000}, None),
        ({"size": "medium", "staff": 5000, "revenue": 5e8}, None),
        ({}, None),
    ],
)
def test_who_is_left_out_and_why(characters: Embedder, fields: dict[str, Any], why: str | None) -> None:
    found = seek(characters, firm("x", "减速器", **fields), PLAIN)
    assert reason(found, "x") == why
    assert ("x" in ids(found)) is (why is None)
    assert "giant" not in ids(found) and reason(found, "giant") == "listed"


def test_a_firm_of_which_nothing_is_known_to_be_made_is_no_candidate(characters: Embedder) -> None:
    silent, patented = firm("silent", founded="2001"), firm("patented", patents=["一种柔轮"])
    found = seek(characters, silent, patented)
    assert reason(found, "silent") == "silent" and "patented" in ids(found)


def test_a_revoked_title_and_an_ended_one_are_said(characters: Embedder) -> None:
    found = seek(
        characters,
        firm("revoked", "减速器", titles=[title("revoked", "2026-02")]),
        firm("ended", "减速器", titles=[title("recognised", "2020-07", valid_to="2023-07-01")]),
    )
    said = {one.firm.id: [risk.says("zh") for risk in one.risks] for one in found.candidates}
    assert any("已撤销" in text for text in said["revoked"]) and any("2023-07-01" in text for text in said["ended"])


def test_each_tier_leaves_out_itself_and_those_above(characters: Embedder) -> None:
    world = [firm(tier, "减速器", titles=[title("recognised", tier=tier)]) for tier in TIERS]
    for place, tier in enumerate(TIERS):
        others = {"giant"} if tier == "champion" else set()
        assert set(ids(seek(characters, *world, tier=tier))) == {*TIERS[:place]} | others


def test_what_may_be_large_and_what_is_listed_on_an_exchange_are_said(characters: Embedder) -> None:
    found = seek(characters, firm("rich", "减速器", revenue=5e9, stock_code="300000"), PLAIN)
    assert the(found, "rich").may_be_large and the(found, "rich").stock_code == "300000"
    assert not the(found, "plain").may_be_large and the(found, "plain").stock_code is None


# --- what is known and what is not --------------------------------------------------------------------------------

KNOWN: dict[str, dict[str, Any]] = {
    "lower_tier": {"titles": [title("recognised", tier="specialised")], "tier": ["specialised"]},
    "inventions": {"inventions": ["一种柔轮", "一种刚轮"]},
    "patents": {"patents": ["一种柔轮"]},
    "standards": {"standards": ["GB/T 1-2020"]},
    "centres": {"honour": [{"name": "浙江省企业技术中心", "fact": "f"}]},
    "high_tech": {"honour": [{"name": "高新技术企业", "fact": "f"}]},
    "foundation": {"foundation": ["核心基础零部件"]},
    "certificates": {"certificate": ["ISO 9001"]},
    "contracts": {"contracts": ["某项目"]},
    "main_business": {"main_business_ratio": 95},
    "main_product": {"main_share": 91},
    "rd_ratio": {"rd_ratio": 5.5},
    "market_share": {"market_share": 12},
    "revenue": {"revenue": 6e7},
    "debt_ratio": {"debt_ratio": 40},
    "age": {"founded": "2010-03-01"},
    "sme": {"staff": 120},
}


def test_every_trait_is_read_and_what_is_not_known_is_said(characters: Embedder) -> None:
    assert set(KNOWN) | {"likeness"} == set(NAMES)
    for name, fields in KNOWN.items():
        one = the(seek(characters, firm("x", "减速器", **fields)), "x")
        known = {part.trait for part in one.known}
        assert name in known and not known & set(one.unknown) and known | set(one.unknown) == set(NAMES)
        assert all(part.says("zh") and part.says("en") for part in one.known)
    everything = firm("x", "减速器", **{key: value for fields in KNOWN.values() for key, value in fields.items()})
    assert the(seek(characters, everything), "x").unknown in ((), ("centres",), ("high_tech",))


def test_each_known_thing_has_its_fact(characters: Embedder) -> None:
    fields: dict[str, Any] = {
        name: [{"value": value, "fact": f"f-{name}"}]
        for name, value in {
            "founded": "2001", "staff": 90, "revenue": 8e7, "rd_ratio": 4, "inventions": "柔轮", "certificate": "ISO"
        }.items()
    }  # fmt: skip
    one = the(seek(characters, firm("x", "谐波减速器", **fields)), "x")
    assert all(part.seen.facts for part in one.known)
    assert one.alike[0].firm.id == "giant" and one.alike[0].says("zh") == "都做“谐波减速器”"
    assert one.alike[0].facts == ("x-谐波减速器", "giant-谐波减速器", "title-recognised-little_giant")


def test_conditions_are_met_missed_or_unknown(characters: Embedder) -> None:
    one = the(seek(characters, firm("x", "减速器", revenue=1e7, rd_ratio=4, inventions=["一种柔轮"])), "x")
    truths = {judged.condition.traits[0]: judged.truth for judged in one.conditions}
    assert truths["revenue"] == "missed" and truths["rd_ratio"] == "met"
    assert truths["inventions"] == "unknown", "one of four was read: there may be more"
    assert truths["market_share"] == truths["age"] == "unknown"
    assert one.count("met") + one.count("missed") + one.count("unknown") == len(one.conditions)


@pytest.mark.parametrize("tier", TIERS)
def test_rules_have_their_source_and_speak_of_traits(tier: str) -> None:
    rules = rules_of(tier)
    assert rules.source and rules.measures and rules.effective_from and rules.conditions
    for condition in rules.conditions:
        assert all(name in BY_NAME for name in condition.traits) and condition.says("zh") != condition.says("en")
        for name in condition.traits:
            if BY_NAME[name].counted:
                assert condition.truth({name: -1.0})[0] != "missed"
        assert condition.truth({}) == ("unknown", None)


# --- the score ----------------------------------------------------------------------------------------------------

CARD = Card.load()
VALUES = st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1e9)), min_size=len(TRAITS), max_size=len(TRAITS))


@given(VALUES, st.sampled_from([line.trait for line in CARD.lines]), st.floats(0, 1e9))
def test_more_of_a_trait_never_lowers(values: list[float], trait: str, more: float) -> None:
    """Of a known trait more is never less; one that was not known and is counted never lowers either."""
    before, place = np.array([values]), NAMES.index(trait)
    after = before.copy()
    if np.isnan(before[0, place]) and not BY_NAME[trait].counted:
        before[0, place] = 0.0
    after[0, place] = np.nan_to_num(before[0, place]) + more
    assert CARD.score(after)[0] >= CARD.score(before)[0]


@given(VALUES, st.sampled_from([line.trait for line in CARD.lines]))
def test_unknown_is_never_worse_than_the_worst_that_could_be_known(values: list[float], trait: str) -> None:
    unknown = np.array([values])
    unknown[0, NAMES.index(trait)] = np.nan
    worst = unknown.copy()
    worst[0, NAMES.index(trait)] = -1e9
    assert CARD.score(unknown)[0] >= CARD.score(worst)[0]


@given(st.integers(0, 6), st.booleans())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_more_invention_patent_never_lowers(characters: Embedder, count: int, old: bool) -> None:
    fields: dict[str, Any] = {"founded": "1990"} if old else {}
    some, more = ([f"一种柔轮{n}" for n in range(held)] for held in (count, count + 1))
    found = seek(
        characters,
        firm("some", "减速器", inventions=some, patents=some, **fields),
        firm("more", "减速器", inventions=more, patents=more, **fields),
    )
    assert the(found, "more").score >= the(found, "some").score
    assert the(found, "more").rank < the(found, "some").rank or the(found, "some").tied


def test_points_add_up_and_ties_are_said(characters: Embedder) -> None:
    found = seek(characters, PLAIN, firm("other", "谐波减速器"), firm("far", "印花布", founded="2025"))
    assert [round(sum(part.points or 0 for part in one.known), 4) for one in found.candidates] == [
        one.score for one in found.candidates
    ]
    assert [one.tied for one in found.candidates] == [True, True, False] and ids(found)[-1] == "far"


def test_the_order_is_that_of_likeness_where_nothing_else_is_known(characters: Embedder) -> None:
    cloth = [firm(f"z{n}", "印花布", "针刺布") for n in range(4)]
    found = seek(characters, *cloth, firm("b", "行星减速器"), firm("c", "谐波减速器", "机器人关节模组"))
    assert ids(found)[:2] == ["c", "b"]
    assert all(one.alike[0].firm.id == "giant" for one in found.candidates)


def test_without_a_listed_firm_likeness_is_unknown(characters: Embedder) -> None:
    corpus = Corpus.build([PLAIN], as_of=DAY)
    found = Discovery(Index.of(corpus, characters)).find(Ask())
    assert found.listed == 0 and ids(found) == ["plain"] and "likeness" in found.candidates[0].unknown


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ({"trait": "inventions", "curve": [[0, 2], [1, 1]]}, "not monotone"),
        ({"trait": "inventions", "curve": [[0, -1], [1, 1]]}, "counted"),
        ({"trait": "wealth", "curve": [[0, 0], [1, 1]]}, "no trait"),
    ],
)
def test_a_card_of_wrong_form_is_refused(tmp_path: Path, line: dict[str, Any], what: str) -> None:
    import json

    path = tmp_path / "points.json"
    path.write_text(json.dumps({"name": "own", "made": "by hand", "lines": [line]}), encoding="utf-8")
    with pytest.raises(BadScorecardError, match=what):
        Card.load(path)


def test_unknown_has_no_points() -> None:
    line = Line("rd_ratio", ((0.0, -5.0), (3.0, 2.0)))
    assert line.of(np.array([np.nan, 0.0, 1.5, 9.0])).tolist() == [0.0, -5.0, -1.5, 2.0]


# --- where and in which field -------------------------------------------------------------------------------------


def test_a_place_holds_those_below_it_and_those_whose_name_begins_with_it(characters: Embedder) -> None:
    found = seek(
        characters,
        PLAIN,
        firm("named", "减速器", name="宁波某某传动有限公司"),
        firm("else", "减速器", region="320500"),
        firm("nowhere", "减速器"),
        region="宁波市",
    )
    assert set(ids(found)) == {"plain", "named"} and found.unplaced == 1
    assert the(found, "named").by_name and the(found, "named").place == "330200" and not the(found, "plain").by_name
    assert set(ids(seek(characters, PLAIN, region="330203"))) == {"plain"}


def test_a_field_is_asked_by_product_industry_or_foundation_field(characters: Embedder) -> None:
    world = (
        firm("product", "PTA纤维", "减速器"),
        firm("industry", "减速器", industries=["化学纤维制造"]),
        firm("foundation", "减速器", foundation=["纤维材料"]),
        firm("node", "减速器", chain_node=["robot:reducer"]),
        firm("none", "减速器"),
    )
    assert set(ids(seek(characters, *world, field="纤维"))) == {"product", "industry", "foundation"}
    assert set(ids(seek(characters, *world, field="pta"))) == {"product"}
    assert ids(seek(characters, *world, field="没有的东西")) == []
    assert ids(seek(characters, *world, node="robot:reducer")) == ["node"]


@pytest.mark.parametrize("ask", [{"tier": "giant"}, {"region": "没有这个地方"}])
def test_what_cannot_be_asked_is_said(characters: Embedder, ask: dict[str, Any]) -> None:
    with pytest.raises(BadQueryError):
        seek(characters, PLAIN, **ask)


def test_texts_that_hold_signs_are_found_within_their_own_bounds() -> None:
    texts = Strings.of(["轴承", "", "滚动轴承", "轴", "承座", "轴承轴承"])
    assert texts.containing("轴承").tolist() == [0, 2, 5] and texts.containing("").tolist() == []


def test_what_is_kept_beside_the_corpus_gives_the_same(characters: Embedder, tmp_path: Path) -> None:
    corpus = Corpus.build([GIANT, PLAIN, firm("b", "行星减速器", founded="2001")], as_of=DAY).save(tmp_path / "c")
    first = Discovery(Index.of(corpus, characters)).prepare().find(Ask())
    again = Discovery(Index.of(Corpus.open(tmp_path / "c"), characters)).find(Ask())
    assert [(one.firm.id, one.score) for one in first.candidates] == [
        (one.firm.id, one.score) for one in again.candidates
    ]
    assert sorted(path.name for path in next((tmp_path / "c").glob("discovery-*")).iterdir() if path.is_dir()) == [
        "near-little_giant",
        "table",
    ]


def test_reasons_have_words_in_both_languages() -> None:
    assert all(zh and en and zh != en for zh, en in LEFT_OUT.values())


# --- measured by hiding -------------------------------------------------------------------------------------------


def world(count: int = 12) -> list[Firm]:
    """Listed makers of reducers, known by a list and by a filing; makers of cloth that no list names."""
    dice = np.random.default_rng(5)
    made = []
    for number in range(count):
        listed = {"titles": [title("recognised", fact=f"list-{number}")], "region": {"value": "330200", "fact": "list"}}
        made.append(firm(f"g{number:02}", f"谐波减速器{dice.integers(9)}型", "列名产品", **listed))
    return made + [firm(f"n{number:02}", f"印花布{dice.integers(9)}号") for number in range(5 * count)]


TELLING = frozenset(
    [f"list-{number}" for number in range(12)] + ["list"] + [f"g{number:02}-列名产品" for number in range(12)]
)


def test_what_gives_a_tier_away_is_hidden() -> None:
    quiet = hushed(world()[0], TELLING)
    assert [product.name for product in quiet.products] and not quiet.items("titles") and not quiet.items("region")
    assert "列名产品" not in [product.name for product in quiet.products]


def test_hidden_tiers_are_found_again_by_what_the_firms_make(characters: Embedder) -> None:
    found = evaluate(world(), DAY, TELLING, characters, samples=200)
    assert found.named == len(found.hidden) == 12 and found.pool == 72
    lines = {(line.pool, line.method): line for line in found.lines}
    assert lines["all", "card"].auc.mean > 0.95 and lines["all", "card"].by_chance < 0.01
    assert lines["all", "share of the city"].auc.mean == 0.5, "the place came from the list alone"
    assert 0.2 < lines["all", "chance"].auc.mean < 0.8
    again = evaluate(world(), DAY, TELLING, characters, samples=200)
    assert [line.to_json() for line in found.lines] == [line.to_json() for line in again.lines]


def test_a_firm_that_lists_alone_describe_takes_no_part(characters: Embedder) -> None:
    listed = Firm(
        "only", "只在名单", (Product("减速器", "inferred", "list"),), (), {"tier": (Item("little_giant", "list"),)}
    )
    assert "只在名单" not in evaluate([*world(), listed], DAY, TELLING, characters, samples=20).hidden
    with pytest.raises(BadRunError, match="too few"):
        evaluate([listed, PLAIN], DAY, TELLING, characters)

from __future__ import annotations

import gc
import json
import random
import weakref
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import candidates, index
from matcher.corpus import Corpus, Firm, Product, Relation, firm_from_json
from matcher.errors import BadQueryError, BadScorecardError
from matcher.features.registry import FEATURES
from matcher.query import Query, parse_query
from matcher.rank import Ranker, Ranking
from matcher.scorecard import Line, Scorecard

from .conftest import CharacterEmbedder

DAY = date(2026, 11, 25)
WORDS = ["谐波减速器", "减速机", "柔轮", "柱塞泵", "轴承 套圈", "特种钢带", "电机外壳", "冷柜电机", "电机", "PVC手套"]

FIRMS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["", "甲公司", "乙公司"]),
            "industries": st.lists(st.sampled_from(["齿轮", "泵", "钢"]), max_size=2),
            "products": st.lists(
                st.builds(
                    lambda name, level: {"name": name, "level": level, "fact": f"fact-{name}"},
                    st.sampled_from(WORDS),
                    st.sampled_from(["disclosed", "strongly_inferred", "inferred"]),
                ),
                max_size=4,
            ),
        },
        optional={
            "tier": st.sampled_from(["little_giant", "champion"]),
            "staff": st.integers(1, 500),
            "patents": st.just([{"value": "一种谐波减速器的柔轮", "fact": "p1"}]),
            "contracts": st.just(["柱塞泵采购"]),
            "as_of": st.sampled_from(["2026-05-01", "2019"]),
        },
    ),
    min_size=1,
    max_size=8,
)
NEEDS = st.builds(
    lambda title, text, staff, hard: parse_query(
        {
            "id": "n",
            "title": title,
            "text": text,
            "conditions": {"all": [{"field": "staff", "op": ">", "value": staff, "hard": hard}]},
        }
    ),
    st.sampled_from(WORDS),
    st.sampled_from(["", "壁厚不超过0.6毫米的柔轮"]),
    st.integers(0, 400),
    st.booleans(),
)


def firms_of(rows: list[dict[str, Any]]) -> list[Firm]:
    return [firm_from_json({"id": f"f{place}", **row}) for place, row in enumerate(rows)]


def rank(firms: list[Firm], need: Query | str, top: int = 0, chain: tuple[Relation, ...] = ()) -> Ranking:
    query = need if isinstance(need, Query) else Query("n", need)
    return Ranker(Corpus.build(firms, chain, DAY), CharacterEmbedder()).rank(query, top)


@settings(max_examples=60, deadline=None)
@given(FIRMS, NEEDS, st.randoms(use_true_random=False))
def test_contributions_add_up_and_order_is_of_the_content(rows: Any, need: Query, rng: random.Random) -> None:
    firms = firms_of(rows)
    ranking = rank(firms, need, chain=(Relation("柔轮", "input_of", "谐波减速器"),))
    facts = {item.fact for firm in firms for items in firm.fields.values() for item in items}
    facts |= {product.fact for firm in firms for product in firm.products}
    for entry in [*ranking.entries, *ranking.near_misses]:
        assert round(sum(one.points for one in entry.contributions), 4) == entry.score
        assert all(one.points >= 0 for one in entry.contributions)
        assert all(one.points == 0 for one in entry.contributions if one.value is None)
        assert {fact for one in entry.contributions for fact in one.facts} <= facts
        assert all(one.says(lang) for one in entry.contributions if one.points for lang in ("zh", "en"))
    shuffled = rng.sample(firms, len(firms))
    again = rank(shuffled, need, chain=(Relation("柔轮", "input_of", "谐波减速器"),))
    assert list(again.pairs()) == list(ranking.pairs())
    scores = [score for _, score in ranking.pairs()]
    assert scores == sorted(scores, reverse=True)
    hard = need.conditions.hard
    listed, near = len(ranking.entries), len(ranking.near_misses)
    assert listed + near == len(firms) if hard else listed == len(firms)


def test_a_longer_list_begins_with_the_shorter() -> None:
    firms = [firm_from_json({"id": f"f{n}", "products": [word]}) for n, word in enumerate(WORDS)]
    assert list(rank(firms, "电机", 3).pairs()) == list(rank(firms, "电机").pairs())[:3]


def test_ties_are_said_and_stand_in_the_order_of_ids() -> None:
    firms = [firm_from_json({"id": ident, "products": ["柱塞泵"]}) for ident in ("b", "a", "c")]
    firms.append(firm_from_json({"id": "d", "products": ["电机"]}))
    ranking = rank(firms, "柱塞泵")
    assert [(one.firm.id, one.rank, one.tied) for one in ranking.entries] == [
        ("a", 1, True),
        ("b", 2, True),
        ("c", 3, True),
        ("d", 4, False),
    ]


def test_levels_and_the_rule() -> None:
    firms = [
        firm_from_json({"id": "inferred", "products": [{"name": "冷柜电机", "level": "inferred"}]}),
        firm_from_json({"id": "strongly", "products": [{"name": "冷柜电机", "level": "strongly_inferred"}]}),
        firm_from_json({"id": "disclosed", "products": ["冷柜电机"]}),
        firm_from_json({"id": "itself", "products": ["电机", "手套", "钢带", "泵"]}),
        firm_from_json({"id": "part", "products": ["电机外壳"], "tier": "champion", "patents": ["电机"]}),
    ]
    order = [firm for firm, _ in rank(firms, "电机").pairs()]
    assert order == ["itself", "disclosed", "strongly", "inferred", "part"]


def test_costs_and_near_misses() -> None:
    firms = [
        firm_from_json({"id": "good", "products": ["柱塞泵"], "staff": 50, "region": "330211"}),
        firm_from_json({"id": "far", "products": ["柱塞泵"], "staff": 50, "region": "310115"}),
        firm_from_json({"id": "big", "products": ["柱塞泵"], "staff": 5000, "region": "330211"}),
        firm_from_json({"id": "both", "products": ["柱塞泵"], "staff": 5000, "region": "310115"}),
        firm_from_json({"id": "unknown", "products": ["柱塞泵"]}),
    ]
    need = parse_query(
        {
            "id": "n",
            "title": "柱塞泵",
            "conditions": {
                "all": [
                    {"field": "region", "op": "within", "value": "330200", "unknown": "drop"},
                    {"field": "staff", "op": "<", "value": 1000},
                ]
            },
        }
    )
    ranking = rank(firms, need)
    assert [firm for firm, _ in ranking.pairs()] == ["good"]
    assert [one.firm.id for one in ranking.near_misses] == ["big", "far", "unknown"]
    costs = [(cost.removes, cost.alone, cost.unknown, cost.candidates) for cost in ranking.costs]
    assert costs == [(3, 2, 1, 5), (2, 1, 1, 5)]
    missed = ranking.place_of("far")
    assert missed is not None and missed.rank == 0
    assert [one.passes for one in missed.conditions] == [False, True]
    assert ranking.place_of("nobody") is None
    kept = ranking.place_of("good")
    assert kept is not None and kept.rank == 1


def test_wishes_add_points_and_remove_nobody() -> None:
    firms = [firm_from_json({"id": n, "products": ["泵"], "staff": s}) for n, s in (("a", 9), ("b", 99))]
    need = parse_query(
        {"id": "n", "title": "泵", "conditions": [{"field": "staff", "op": ">", "value": 50, "hard": False}]}
    )
    ranking = rank(firms, need)
    assert [firm for firm, _ in ranking.pairs()] == ["b", "a"] and not ranking.costs


@pytest.mark.parametrize("all_firms", [20_000, 0])
def test_who_asks_is_never_ranked(all_firms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "ALL_FIRMS", all_firms)
    firms = firms_of([{"id": name, "products": ["谐波减速器"]} for name in ("a", "b", "c")])
    made = rank(firms, Query("n", "谐波减速器", without=frozenset({"b", "unknown"})))
    assert [firm for firm, _ in made.pairs()] == ["a", "c"] and made.place_of("b") is None
    assert len(rank(firms, Query("n", "谐波减速器", without=frozenset("abc"))).entries) == 0


def test_a_field_that_nobody_has_is_refused() -> None:
    need = parse_query({"id": "n", "title": "泵", "conditions": [{"field": "colour", "op": "=", "value": "red"}]})
    with pytest.raises(BadQueryError, match="colour"):
        rank([Firm("a")], need)


def test_firms_without_anything_are_ranked_last() -> None:
    firms = [Firm("empty"), firm_from_json({"id": "pump", "products": ["泵"]})]
    assert [firm for firm, _ in rank(firms, "柱塞泵").pairs()] == ["pump", "empty"]
    assert len(rank([], "泵").entries) == 0
    assert len(rank([Firm("a")], "泵").entries) == 1


@pytest.mark.parametrize("exact", [10, 10**6])
def test_a_large_corpus_ranks_alike(exact: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rng = random.Random(1)
    signs = "谐波减速器柔轮柱塞泵轴承套圈特种钢带电机外壳冷柜手套"
    firms = [
        firm_from_json(
            {
                "id": f"f{n:03}",
                "products": ["".join(rng.sample(signs, 4)) for _ in range(4)],
                "staff": n,
                "industries": [signs[n % 9]],
            }
        )
        for n in range(400)
    ]
    sought = firms[17].products[2].name
    need = parse_query({"id": "n", "title": sought, "conditions": [{"field": "staff", "op": "<", "value": 40}]})
    corpus = Corpus.build(firms, [], DAY)
    best = [firm for firm, _ in Ranker(corpus, CharacterEmbedder()).rank(need, 5).pairs()]
    monkeypatch.setattr(index, "ALL_FIRMS", 10)
    monkeypatch.setattr(candidates, "NEAREST", 30)
    monkeypatch.setattr(candidates, "LIKELY", 30)
    monkeypatch.setattr(index, "EXACT", exact)
    ranker = Ranker(corpus.save(tmp_path / "corpus"), CharacterEmbedder())
    found = ranker.rank(need, 5)
    assert len(found.scene.rows) < 200
    assert best[0] == next(firm for firm, _ in found.pairs()) == "f017"
    assert len(found.entries) == 5 and all(firm < "f040" for firm, _ in found.pairs())
    assert list(found.pairs()) == list(ranker.rank(need, 5).pairs())
    assert list(Ranker(Corpus.open(tmp_path / "corpus"), CharacterEmbedder()).rank(need, 5).pairs()) == list(
        found.pairs()
    )


@given(st.floats(-2, 3), st.floats(0, 1))
def test_a_line_is_monotone(value: float, more: float) -> None:
    line = Line("listed", 0.2, 1.0, 10)
    low, high, unknown = line.of(np.array([value, value + more, np.nan]))
    assert 0 <= low <= high <= 10 and unknown == 0


@pytest.mark.parametrize(
    "lines",
    [
        [{"feature": "luck", "from": 0, "to": 1, "points": 1}],
        [{"feature": "honour", "from": 0, "to": 1, "points": -1}],
        [{"feature": "honour", "from": 1, "to": 1, "points": 1}],
        [{"feature": "honour", "from": 0, "to": 1, "points": 1}] * 2,
        [
            {"feature": "listed", "from": 0, "to": 1, "points": 9, "rule": True},
            {"feature": "honour", "from": 0, "to": 1, "points": 9},
        ],
        [{"feature": "honour"}],
    ],
)
def test_bad_scorecards_are_refused(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(json.dumps({"name": "bad", "made": "", "lines": lines}))
    with pytest.raises(BadScorecardError):
        Scorecard.load(str(tmp_path / "bad.json"))
    with pytest.raises(BadScorecardError):
        Scorecard.load("v99")


def test_every_feature_is_documented_and_in_a_scorecard() -> None:
    cards = [Scorecard.load(file.stem) for file in Path("matcher/scorecards").glob("*.json")]
    # a reranker brings its line along
    assert {line.feature for card in cards for line in card.lines} | {"reranker"} == set(FEATURES)
    for feature in FEATURES.values():
        assert len(feature.doc) > 60 and feature.zh and feature.en


def test_needs_with_a_text_have_a_scorecard_of_their_own() -> None:
    firms = [firm_from_json({"id": f"f{n}", "products": [word]}) for n, word in enumerate(WORDS)]
    ranker = Ranker(Corpus.build(firms), CharacterEmbedder())
    text = "机器人关节用，精度高。要求柔轮寿命不低于8000小时，刚轮耐磨。"
    found = ranker.rank(Query("n", "谐波减速器的研发", text=text))
    assert (ranker.rank(Query("n", "谐波减速器")).scorecard.name, found.scorecard.name) == ("v1", "bounty-v1")
    said = {part.feature: part.says() for part in found.entries[0].contributions}
    assert "谐波减速器" in said["core"] and all(said[name] for name in ("text", "sentence", "covered"))
    assert found.entries[0].score == round(sum(part.points for part in found.entries[0].contributions), 4)
    named = Ranker(Corpus.build(firms), CharacterEmbedder(), Scorecard.load("v0"))
    assert named.rank(Query("n", "谐波减速器", text=text)).scorecard.name == "v0"


def test_neighbouring_pairs_of_a_ranking_are_never_out_of_order() -> None:
    firms = [firm_from_json({"id": f"f{n}", "products": WORDS[n : n + 2]}) for n in range(9)]
    entries = list(rank(firms, "谐波减速器").entries)
    assert all((a.score, b.firm.id) >= (b.score, a.firm.id) for a, b in pairwise(entries))


@pytest.mark.parametrize("text", ["", "用于机器人关节的谐波减速器，额定扭矩不低于50牛米"])
def test_a_ranking_is_gone_with_its_last_user(text: str) -> None:
    """What is kept of a need's candidates is large: it must not wait for the collector of cycles."""
    firms = [Firm("a", "甲", (Product("谐波减速器"),)), Firm("b", "乙", (Product("轴承"),))]
    ranking = Ranker(Corpus.build(firms), CharacterEmbedder()).rank(Query("n", "谐波减速器", text=text))
    assert [one.says() for one in ranking.entries[0].contributions]
    scene = weakref.ref(ranking.scene)
    gc.disable()
    try:
        del ranking
        assert scene() is None
    finally:
        gc.enable()

"""The price of a paper: what is reckoned is what a ranking says once the paper is in the corpus."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from matcher.corpus import Corpus, Firm, Item, Product, firm_from_json
from matcher.features.registry import FEATURES
from matcher.paper import Move, Paper, opened, papers_for, prices
from matcher.query import Query, parse_query
from matcher.rank import Ranker
from matcher.reverse import TOP, Board, Boards
from matcher.scorecard import Scorecard

from .conftest import CharacterEmbedder

DAY = date(2026, 11, 25)
WORDS = ["谐波减速器", "减速机", "柔轮", "柱塞泵", "冷柜电机", "电机"]
CERTIFICATES = ["质量管理体系认证", "环境管理体系认证"]

FIRM = st.fixed_dictionaries(
    {"products": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True)},
    optional={
        "certificate": st.lists(st.sampled_from(CERTIFICATES), min_size=1, max_size=2, unique=True),
        "tier": st.sampled_from(["innovative", "little_giant"]),
        "region": st.sampled_from(["330000", "330200", "440000"]),
        "staff": st.sampled_from([40, 800]),
        "founded": st.sampled_from(["2010-01-01", "2024-05-01"]),
        "patents": st.just(["一种谐波减速器的柔轮"]),
    },
)
LEAF = st.builds(
    lambda asked, hard, unknown: {**asked, "hard": hard, "unknown": unknown},
    st.sampled_from(
        [
            {"field": "certificate", "op": "contains", "value": "质量管理体系"},
            {"field": "certificate", "op": "not_contains", "value": "环境"},
            {"field": "tier", "op": ">=", "value": "specialised"},
            {"field": "region", "op": "within", "value": ["330200", "330100"]},
            {"field": "staff", "op": "<", "value": 500},
            {"field": "staff", "op": "between", "value": [30, 600]},
            {"field": "founded", "op": "<", "value": "2020-01-01"},
            {"field": "firm", "op": "not_in", "value": ["f003"]},
        ]
    ),
    st.booleans(),
    st.sampled_from(["keep", "drop"]),
)
NEED = st.builds(
    lambda title, leaves, any_of: {"title": title, "conditions": {"all": leaves, "any": any_of}},
    st.sampled_from(WORDS),
    st.lists(LEAF, max_size=3),
    st.lists(LEAF, max_size=2),
)


def world(rows: list[dict[str, Any]], needs: list[dict[str, Any]]) -> tuple[list[Firm], list[Query]]:
    firms = [firm_from_json({"id": f"f{place:03}", **row}) for place, row in enumerate(rows)]
    return firms, [parse_query({"id": f"n{place}", **need}) for place, need in enumerate(needs)]


def ranker_of(firms: list[Firm]) -> Ranker:
    return Ranker(Corpus.build(firms, as_of=DAY), CharacterEmbedder())


def by_force(firms: list[Firm], queries: list[Query], firm: Firm, paper: Paper) -> dict[str, tuple[int, float]]:
    """Rank and score of the firm on each need, by a corpus that has the paper."""
    with_paper = paper.on(firm, DAY)
    assert with_paper is not None
    ranker = ranker_of([with_paper if one.id == firm.id else one for one in firms])
    found = {query.id: ranker.rank(query, 0).place_of(firm.id) for query in queries}
    return {need: (one.rank, one.score) for need, one in found.items() if one is not None}


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(FIRM, min_size=12, max_size=16), st.lists(NEED, min_size=1, max_size=3))
def test_with_the_paper_in_the_corpus_the_firm_has_that_rank(rows: Any, needs: Any) -> None:
    firms, queries = world(rows, needs)
    ranker = ranker_of(firms)
    boards = Boards(ranker).of(queries)
    papers = papers_for(queries)
    summed: dict[str, set[tuple[str, str]]] = {}
    for firm in firms:
        said = {str(price.paper): price for price in prices(boards, ranker.corpus, firm.id)}
        now = {query.id: ranker.rank(query, 0).place_of(firm.id) for query in queries}
        for paper in papers:
            moves = {move.need: move for move in said[str(paper)].moves} if str(paper) in said else {}
            if paper.on(firm, DAY) is None:
                assert not moves
                continue
            for need, (rank, score) in by_force(firms, queries, firm, paper).items():
                was = now[need]
                assert was is not None
                real = Move(need, firm.id, was.rank, rank, was.score, score)
                assert moves.get(need) == (real if real.lifts else None)
                if real.opens:
                    summed.setdefault(str(paper), set()).add((need, firm.id))
    found = opened(boards, ranker.corpus, range(len(firms)))
    assert {str(one.paper): {(move.need, move.firm) for move in one.moves} for one in found} == summed
    assert [one.needs for one in found] == sorted((one.needs for one in found), reverse=True)


def test_the_dearest_paper_comes_first_and_says_where_it_leads() -> None:
    firms = [
        firm_from_json({"id": f"a{n:02}", "products": ["谐波减速器"], "certificate": "质量管理体系认证"})
        for n in range(12)
    ]
    firms.append(
        firm_from_json({"id": "z", "products": ["谐波减速器"], "certificate": "环境管理体系认证", "staff": 40})
    )
    asked = [
        {"field": "certificate", "op": "contains", "value": "质量管理体系", "hard": True, "unknown": "drop"},
        {"field": "tier", "op": ">=", "value": "specialised", "hard": False},
        {"field": "staff", "op": ">", "value": 500, "hard": False},
        {"field": "name", "op": "!=", "value": "甲", "hard": True},
    ]
    queries = [
        parse_query({"id": "n1", "title": "谐波减速器", "conditions": {"all": asked[:2]}}),
        parse_query({"id": "n2", "title": "谐波减速器", "conditions": {"all": asked[1:]}}),
    ]
    ranker = ranker_of(firms)
    found = prices(Boards(ranker).of(queries), ranker.corpus, "z")
    # a firm of 40 cannot prove that it has more than 500; nobody asks for a name
    assert [(one.paper.kind, one.paper.demand.field, one.paper.value) for one in found] == [
        ("title", "tier", "specialised"),
        ("certificate", "certificate", "质量管理体系"),
    ]
    title, certificate = found
    assert [(move.need, move.before, move.after, move.opens) for move in title.moves] == [("n2", 13, 1, True)]
    assert [(move.need, move.before, move.after, move.opens) for move in certificate.moves] == [("n1", 0, 13, False)]
    assert (title.needs, title.firms, certificate.needs) == (1, 1, 0)
    summed = opened(Boards(ranker).of(queries), ranker.corpus, range(len(firms)))
    assert [(one.paper.value, one.needs, one.firms) for one in summed] == [("specialised", 2, 3), (501.0, 1, 2)]
    assert prices([], ranker.corpus, "z") == prices(Boards(ranker).of(queries), ranker.corpus, "nobody") == []


@pytest.mark.parametrize(
    ("op", "value", "shown"),
    [(">", 500, 501.0), ("<", 500, 499.0), (">=", 500, 500), ("between", [30, 60], 30), ("!=", 3, None)],
)
def test_a_proof_shows_the_least_that_meets_the_condition(op: str, value: Any, shown: Any) -> None:
    query = parse_query({"id": "n", "title": "泵", "conditions": [{"field": "staff", "op": op, "value": value}]})
    assert [paper.value for paper in papers_for([query])] == ([] if shown is None else [shown])
    assert all(paper.kind == "proof" for paper in papers_for([query]))


def test_own_features_read_nothing_but_the_firms_own_fields() -> None:
    """What `own` promises: its value stays when other firms and products change, and no other one reads a field."""
    query = parse_query(
        {
            "id": "n",
            "title": "谐波减速器",
            "text": "柔轮",
            "conditions": [{"field": "staff", "op": "<", "value": 500, "hard": False}],
        }
    )
    plain = [Firm(f"f{n}", f"甲{n}", (Product(word),), ("齿轮",)) for n, word in enumerate(WORDS)]
    fields = {
        "tier": (Item("little_giant"),),
        "honour": (Item("little_giant"),),
        "certificate": (Item("质量管理体系认证"),),
        "region": (Item("330200"),),
        "staff": (Item(40),),
        "size": (Item("small"),),
        "revenue": (Item(1e7),),
        "founded": (Item("2010-01-01"),),
        "patents": (Item("一种谐波减速器"),),
        "contracts": (Item("谐波减速器采购"),),
        "as_of": (Item("2026-05-01"),),
        "process": (Item("谐波减速器装配"),),
        "status": (Item("recognised"),),
    }
    richer = [replace(plain[0], fields=fields), *plain[1:]]
    alone = [richer[0], Firm("x", "乙", (Product("PVC手套"), Product("谐波减速器整机")), ("橡胶",))]
    worlds = {"plain": plain, "richer": richer, "alone": alone}
    scenes = {said: ranker_of(firms).rank(query, 0).scene for said, firms in worlds.items()}
    for name, feature in FEATURES.items():
        of = {said: float(feature.values(scene)[0]) for said, scene in scenes.items()}
        if feature.own:
            assert np.isclose(of["richer"], of["alone"], equal_nan=True), f"{name} reads more than the firm"
        else:
            assert np.isclose(of["plain"], of["richer"], equal_nan=True), f"{name} reads fields and is not own"


def test_a_board_places_as_the_ranking_does() -> None:
    firms = [firm_from_json({"id": f"f{n:02}", "products": [WORDS[n % 5]], "staff": n}) for n in range(25)]
    query = parse_query({"id": "n", "title": "减速机", "conditions": [{"field": "staff", "op": ">", "value": 6}]})
    ranking = ranker_of(firms).rank(query, 0)
    board = Board.of(ranking)
    assert [board.place(board.candidate(firms.index(one.firm)) or 0) for one in ranking.entries] == list(range(1, 19))
    assert board.bar == ranking.entries[TOP - 1].score
    assert board.candidate(99) is None
    assert Scorecard.load().name == board.scorecard.name

"""Earlier awards: what is like a need, what was known on a day, and the evaluation of awards as needs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kg.records import DocumentId, Fact, Mention
from matcher.award import Award, History
from matcher.corpus import Corpus, Firm, Item, Product
from matcher.embed import Embedder
from matcher.errors import BadRunError
from matcher.evaluate.award import contracts_of, evaluate, needs_of, place_of
from matcher.query import Query
from matcher.rank import Ranker
from matcher.scorecard import Scorecard

AWARDS = [
    ("甬川市电能表采购", "甬川电力公司", "a", "2015-03-01"),
    ("甬川市电能表采购第二批", "甬川电力公司", "b", "2016-05"),
    ("北山水库大坝工程", "北山水利局", "c", "2016-08-09"),
    ("旧桥加固", "北山水利局", "c", ""),
]


def history(embedder: Embedder) -> History:
    return History((Award(*award) for award in AWARDS), embedder, date(2017, 1, 1))


def firms() -> list[Firm]:
    won: dict[str, list[Item]] = {}
    for title, buyer, firm, day in AWARDS:
        won.setdefault(firm, []).append(Item({"title": title, "buyer": buyer, "day": day}, f"fact-{title}"))
    return [Firm(name, f"{name}有限公司", fields={"awards": tuple(items)}) for name, items in won.items()] + [
        Firm("d", "丁有限公司", (Product("电能表"),))
    ]


def test_like_buyers_and_newer_awards_weigh_more(characters: Embedder) -> None:
    known = history(characters)
    like = known.like(["电能表采购"], characters.embed(["电能表采购"]), "甬川电力公司")
    weight = {
        known.awards[at].firm + known.awards[at].day: value for at, value in zip(like.places, like.weight, strict=True)
    }
    assert weight["b2016-05"] > weight["c2016-08-09"] and weight["a2015-03-01"] > weight["c2016-08-09"]
    stranger = known.like(["电能表采购"], characters.embed(["电能表采购"]), "外人")
    assert (stranger.weight <= like.weight).all() and (stranger.kin == 0).all()
    assert like.fresh[[known.awards[at].day for at in like.places].index("")] == 0


def test_nothing_of_the_day_itself_is_known(characters: Embedder) -> None:
    known = history(characters)
    assert [award.firm for award in known.before("2016-08-09").awards] == ["a", "b"]
    assert [award.firm for award in known.before("2015-03-01").awards] == []


def test_the_feature_and_its_sentence(characters: Embedder) -> None:
    ranker = Ranker(Corpus.build(firms(), as_of=date(2017, 1, 1)), characters, Scorecard.load("award"))
    ranking = ranker.rank(Query("n", "电能表采购第三批", buyer="甬川电力公司"))
    parts = {
        entry.firm.id: next(part for part in entry.contributions if part.feature == "precedents")
        for entry in ranking.entries
    }
    assert parts["d"].value is None and parts["d"].points == 0
    assert (parts["b"].value or 0) > (parts["c"].value or 0)
    assert parts["b"].says() == "曾中标“甬川市电能表采购第二批”（发包方 甬川电力公司，2016-05）"
    assert parts["b"].facts == ("fact-甬川市电能表采购第二批",)
    ranker.history = ranker.history.before("2016-01-01")
    again = ranker.rank(Query("n", "电能表采购第三批", buyer="甬川电力公司")).place_of("b")
    assert again is not None and again.contributions[-1].value is None


def fact(document: str, firm: str, **said: Any) -> Fact:
    return Fact(document, DocumentId(document), "WON_CONTRACT", Mention("Enterprise", firm), None, said)


def test_contracts_as_needs(characters: Embedder) -> None:
    listed = [Firm("d1", "丁有限公司", (Product("电能表"),))]
    said = [
        fact("1", "甲有限公司", project="电能表采购一批", buyer="甲电力公司"),
        fact("2", "乙有限公司", project="大坝加固", buyer="水利局"),
        fact("2", "丁有限公司", project="大坝加固", buyer="水利局"),
        fact("3", "乙有限公司", project="桥梁检修", buyer="公路局", signed="2015-03-01"),
        fact("4", "甲有限公司", project="电能表采购二批", buyer="甲电力公司"),
        fact("5", "乙有限公司", project="桥梁检修", buyer="公路局"),
        fact("6", "丙有限公司", project="无人知道的事", buyer="甲电力公司"),
        fact("7", "丙有限公司", project="没有日子", buyer="甲电力公司"),
        fact("8", "丙有限公司", buyer="甲电力公司"),
    ]
    days = {"1": "2015-01-01", "2": "2015-02-01", "3": None, "4": "2016-01-01", "5": "2016-01-01", "6": "2016-02-01"}
    contracts = contracts_of(said, days | {"8": "2016-01-01"}, listed)
    assert [one.title for one in contracts] == [
        "电能表采购一批",
        "大坝加固",
        "桥梁检修",
        "电能表采购二批",
        "桥梁检修",
        "无人知道的事",
    ]
    assert "d1" in contracts[1].winners and len(contracts[1].winners) == 2
    needs, repeats = needs_of(contracts)
    assert [one.title for one in needs] == ["电能表采购二批", "无人知道的事"] and repeats == 1
    found = evaluate(contracts, listed, characters, "award", samples=20)
    assert (found.needs, found.reachable, found.pool) == (2, 0.5, 3)
    assert found.figures["scorecard award"]["MRR"].mean == 0.5  # first for one need, the other's winner is new
    assert set(found.figures) == {
        "popularity",
        "buyer's earlier winners",
        "BM25 over characters",
        "bge",
        "scorecard award",
        "scorecard award without precedents",
    }
    with pytest.raises(BadRunError, match="MA005"):
        needs_of([])


def test_ties_share_the_middle_of_their_places() -> None:
    import numpy as np

    scores, pool = np.array([3.0, 1.0, 1.0, 1.0, 9.0]), np.array([True, True, True, True, False])
    assert place_of(scores, np.array([False, True, False, False, False]), pool) == 3
    assert place_of(scores, np.zeros(5, bool), pool) == float("inf")

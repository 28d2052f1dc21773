"""Who comes into top tens, and that nothing that can be paid for is read by any feature."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from matcher.corpus import Corpus, Item, firm_from_json
from matcher.fairness import groups, markdown, report
from matcher.features.registry import FEATURES
from matcher.fields import FIELDS
from matcher.query import parse_query
from matcher.rank import Ranker

from .conftest import CharacterEmbedder

DAY = date(2026, 11, 25)
PAID = ("paid", "sponsor", "sponsored", "promoted", "premium", "member", "subscription", "ad_spend", "boost", "fee")
WORDS = ["谐波减速器", "柔轮", "柱塞泵", "电机"]
QUERY = parse_query(
    {
        "id": "n",
        "title": "谐波减速器",
        "text": "柔轮",
        "conditions": [{"field": "staff", "op": "<", "value": 500, "hard": False}],
    }
)


def firms(**more: Any) -> list[Any]:
    rows: list[dict[str, Any]] = [
        {"staff": 40, "founded": "2020-01-01", "region": "330203", "tier": "little_giant"},
        {"size": "large", "founded": "1999", "region": "330200", "stock_code": "688001"},
        {"staff": 900, "region": "440300", "contracts": ["谐波减速器采购"]},
        {"region": "330000", "patents": ["一种柔轮"]},
    ]
    return [
        firm_from_json(
            {"id": f"f{n}", "name": f"甲{n}", "industries": ["齿轮"], "products": WORDS[: n + 1], **row, **more}
        )
        for n, row in enumerate(rows)
    ]


def test_unknown_is_no_member_and_no_other() -> None:
    found = {group.name: group.members for group in groups(Corpus.build(firms(), as_of=DAY))}
    assert found["small"] == (True, False, False, None)
    assert found["young"] == (True, False, None, None)
    assert found["remote"] == (False, False, True, None)
    assert found["unlisted"] == (True, False, True, True)
    assert found["growth_board"] == (None, True, None, None)
    assert found["untitled"] == (False, True, True, True)
    assert found["few_products"] == (True, True, False, False)
    # where no list was read, nobody is known to be on none
    bare = Corpus.build([firm_from_json({"id": "f", "products": ["泵"]})], as_of=DAY)
    assert [group.name for group in groups(bare) if group.members != (None,)] == ["few_products"]


def test_shares_are_of_what_is_known() -> None:
    corpus = Corpus.build(firms(), as_of=DAY)
    query = replace(QUERY, without=frozenset({"f1"}))
    shares = {one.group: one for one in report(corpus, [Ranker(corpus, CharacterEmbedder())], [query], {"n": ["f0"]})}
    small = shares["small"]
    assert (small.pool, small.known) == (4, 3) and small.in_pool == pytest.approx(1 / 3)
    # three firms are listed, of two of them the size is known
    assert (small.slots, small.filled, small.in_top, small.right) == (3, 2, 0.5, 1.0)
    assert shares["growth_board"].in_top is None and shares["growth_board"].low is None
    table = markdown(list(shares.values()), {"small": "few staff"})
    assert "| v1 | small | 3 of 4 | 33.3 % | 50.0 % | 50.0 % to 50.0 % | 100.0 % |" in table
    assert "| v1 | growth_board | 1 of 4 | 100.0 % | unknown | – | unknown |" in table


def test_no_feature_reads_what_is_paid_for() -> None:
    """Neither by name nor by effect: with every such field on one firm alone, all values of all firms stay."""
    plain = firms()
    paid = [replace(plain[3], fields={**plain[3].fields, **{name: (Item(1e9),) for name in PAID}})]
    scenes = [
        Ranker(Corpus.build(made, as_of=DAY), CharacterEmbedder()).rank(QUERY, 0) for made in (plain, plain[:3] + paid)
    ]
    assert list(scenes[0].pairs()) == list(scenes[1].pairs())
    for name, feature in FEATURES.items():
        one, other = (feature.values(ranking.scene) for ranking in scenes)
        assert np.array_equal(one, other, equal_nan=True), name
    assert not set(FIELDS) & set(PAID)
    assert not set(FEATURES) & set(PAID)

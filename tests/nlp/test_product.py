"""Products: items of lists, candidates with their places, declared features, the learned choice and the rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.learned.weights import BadWeightsError
from kg.records import DocumentId
from nlp.components import product_component
from nlp.filing import Filing
from nlp.names import aliases, names
from nlp.pipeline import build
from nlp.products.item import LONGEST, items, listed, own_scopes, product_spans
from nlp.products.likeness import BUCKETS, Likeness, runs
from nlp.products.pool import Who, candidates
from nlp.products.rules import MOST
from nlp.products.score import CUT, SHORTEST, ProductScore, best_place
from nlp.products.table import COLUMNS, table, with_likeness
from nlp.products.train import Sample, fit_likeness, measure, met
from nlp.reading import read_for_rules
from nlp.relations.product import product_facts
from nlp.text import Text

ISSUER = "浙江岑曜精密环件股份有限公司"
PROSPECTUS = f"""{ISSUER}
首次公开发行股票并在创业板上市招股说明书
公司名称：{ISSUER}
公司的经营范围：精密环件、轴承套圈的研发、生产、销售；货物进出口。（依法须经批准的项目，经批准后方可开展经营活动）
公司主要产品包括薄壁轴承套圈、齿轮环坯和法兰锻件，广泛用于风电行业。
公司生产的薄壁轴承套圈已获客户认可。报告期内薄壁轴承套圈收入占主营业务收入的60%。
当期薄壁轴承套圈收入增长。年产2万吨齿轮环坯技术改造项目已经投产。
砺岚轴承股份有限公司主要产品为调心滚子轴承。
"""


def filing(text: str = PROSPECTUS) -> Filing:
    reading = read_for_rules(Text(text, title=text.split("\n")[0]))
    found = names(reading.text, offices=False)
    return Filing(reading, found, aliases(reading.text, found), "a.txt", DocumentId("1" * 64))


def said(passage: str, method: str = "product.main_rule") -> list[str]:
    return [item.text for item in items(passage, 0, method, (0, len(passage)))]


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        ("薄壁轴承套圈、齿轮环坯和法兰锻件", ["薄壁轴承套圈", "齿轮环坯", "法兰锻件"]),
        ("环件的研发、生产和销售", ["环件"]),
        ("不锈钢法兰、轴承保持架等系列产品", ["不锈钢法兰", "轴承保持架"]),
        ("压力传感器等两大类产品", ["压力传感器"]),
        ("设备、其他产品、技术", []),
        ("有机硅树脂", ["有机硅树脂"]),
    ],
)
def test_items_without_the_verbs_around_them(passage: str, found: list[str]) -> None:
    assert said(passage) == found


def test_a_shared_head_is_offered_whole_and_in_parts() -> None:
    assert "测量与控制仪器" in said("测量与控制仪器、气相色谱仪", "product.scope_rule")
    assert "管道工程专业承包" in said("管道工程专业承包叁级", "product.scope_rule")


@given(st.text("甲环件轴承、,和的生产销售等()AB12 \n。", max_size=60))
def test_items_stand_where_they_say(passage: str) -> None:
    for item in items(passage, 0, "product.main_rule", (0, len(passage))):
        assert passage[item.start : item.end] == item.text and 2 <= len(item.text) <= LONGEST
    assert all(passage[start:end].strip() for start, end in product_spans(passage))


def test_lists_before_the_word_product() -> None:
    assert [zone for zone, *_ in listed("公司有环件、套圈等产品。", 9)] == ["公司有环件、套圈"]
    assert [zone for zone, *_ in listed("平板式冻结机、螺旋冻结机等多种冷冻设备。", 9)] == ["平板式冻结机、螺旋冻结机"]
    assert own_scopes(filing().text, ISSUER)


def test_candidates_know_their_places_and_whom_they_are_about() -> None:
    pool = candidates(filing(), ISSUER)
    ring = pool["薄壁轴承套圈"]
    assert {"kinds", "revenue"} <= {place.kind for place in ring.places} and best_place(ring).who is Who.OWN
    assert "当期薄壁轴承套圈" not in pool and "project" in {place.kind for place in pool["齿轮环坯"].places}
    assert all(place.who is not Who.OWN for place in pool["调心滚子轴承"].places)


def test_the_table_has_the_declared_columns() -> None:
    read = filing()
    pool = candidates(read, ISSUER)
    rows = table(read, ISSUER, pool, [0.0] * len(pool))
    assert rows.shape == (len(pool), len(COLUMNS)) and len(set(COLUMNS)) == len(COLUMNS)
    at = list(pool).index("薄壁轴承套圈")
    row = dict(zip(COLUMNS, rows[at].tolist(), strict=True))
    assert row["places_revenue"] > 0 and row["length"] == 6 and row["right_product"] > 0
    changed = with_likeness(rows, list(range(len(pool))))
    assert changed[-1, COLUMNS.index("rank_likeness")] > changed[0, COLUMNS.index("rank_likeness")]


def test_likeness_goes_through_a_file(tmp_path: Path) -> None:
    weights = np.zeros(BUCKETS, np.float32)
    weights[runs("套圈")] = 1.0
    made = Likeness(weights, -1.0)
    made.save(tmp_path / "likeness.npz")
    again = Likeness.load(tmp_path / "likeness.npz")
    assert again(["套圈", "董事"])[0] > again(["套圈", "董事"])[1] and again(["套圈"]) == made(["套圈"])
    with pytest.raises(BadWeightsError, match="NL042"):
        Likeness.load(tmp_path / "nothing.npz")


def test_the_packaged_score_prefers_products() -> None:
    score = ProductScore.load()
    ring, board = score.likeness(["轴承套圈", "董事会的表决"])
    assert ring > board and score.trees.columns == COLUMNS
    chosen = score.products(filing(), ISSUER)
    assert len(chosen) <= MOST and all(one.probability >= CUT for one in chosen)


def test_short_texts_and_the_rules_need_no_weights() -> None:
    read = filing()
    by_rules = product_facts(read)
    assert len(read.text) < SHORTEST and product_facts(read, ProductScore.load()) == by_rules
    assert {"薄壁轴承套圈", "齿轮环坯", "法兰锻件"} <= {fact.target.name for fact in by_rules if fact.target}


def test_a_long_filing_is_scored() -> None:
    read = filing(PROSPECTUS + "公司设立时的资产完整。\n" * 2_000)
    assert len(read.text) >= SHORTEST
    facts = product_facts(read, ProductScore.load())
    assert "薄壁轴承套圈" in {fact.target.name for fact in facts if fact.target}
    assert all(fact.target and fact.target.name in fact.quote.replace("\n", "") for fact in facts)


def test_the_component_knows_two_scorers() -> None:
    with pytest.raises(ValueError, match="guess is not one of"):
        product_component(build(()), "bulian_product", "guess")


def test_training_counts_as_the_scorer_does() -> None:
    assert met("空气压缩机及配件", "压缩机") and met("图书", "图书") and not met("一般图书", "图书")
    sample = Sample("a", 0, ["轴承套圈", "董事"], np.zeros((2, len(COLUMNS)), np.float32), ["套圈"], {"董事": False})
    sample.scores = np.array([0.9, 0.8], np.float32)
    figures = measure([sample])
    assert (figures["recall"], figures["products_per_firm"], figures["precision"]) == (0.0, 2.0, 0.0)
    learnt = fit_likeness(["轴承", "轴承套圈", "环件"], [sample])
    assert learnt(["轴承座"])[0] > learnt(["董事"])[0]

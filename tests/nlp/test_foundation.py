"""Classes of the industrial foundation: schemes and their crosswalk, words, the packaged weights, training."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.foundation import train
from nlp.foundation.classify import Classifier
from nlp.foundation.features import last_words
from nlp.foundation.scheme import UnknownSchemeError, schemes
from nlp.foundation.words import load_words

PLAIN = Classifier()


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("谐波减速器", "基础零部件和元器件"),
        ("毫米波雷达", "基础零部件和元器件"),
        ("电子级多晶硅", "基础材料"),
        ("铝锂合金", "基础材料"),
        ("五轴联动加工中心", "基础制造工艺及装备"),
        ("真空热处理工艺", "基础制造工艺及装备"),
        ("有限元分析软件", "工业基础软件"),
        ("制造执行系统（MES）", "工业基础软件"),
        ("轴承可靠性试验台", "产业技术基础"),
        ("工业机器人标准体系", "产业技术基础"),
    ],
)
def test_what_nobody_doubts(name: str, category: str) -> None:
    [found] = PLAIN.classify([name])
    assert found.category == category
    assert category in found.reason or "产业技术基础" in found.reason


@pytest.mark.parametrize("scheme", sorted(schemes()))
@given(names=st.lists(st.text(min_size=1, max_size=30), max_size=5))
def test_scores_add_to_one(scheme: str, names: list[str]) -> None:
    for found in Classifier(scheme).classify(names):
        assert set(found.scores) == {each.name for each in schemes()[scheme].classes}
        assert sum(found.scores.values()) == pytest.approx(1)
        assert found.reason
        if found.category is not None:
            assert found.category in found.scores


def test_crosswalk() -> None:
    assert [len(schemes()[name].classes) for name in ("siji-2016", "catalogue-2021", "liuji-2026")] == [4, 5, 6]
    assert Classifier("liuji-2026").classify(["滚动轴承"])[0].category == "核心基础零部件"
    assert Classifier("liuji-2026").classify(["功率芯片"])[0].category == "核心基础元器件"
    assert Classifier("liuji-2026").classify(["数控编程软件"])[0].category == "关键软件"
    [software] = Classifier("siji-2016").classify(["数控编程软件"])
    assert software.category is None and "没有" in software.reason
    with pytest.raises(UnknownSchemeError):
        Classifier("siji-1999")


def test_nothing_in_nothing_out() -> None:
    assert PLAIN.classify([]) == []


def test_cards_say_how_the_weights_came_about() -> None:
    for kind in ("plain", "vectors"):
        card = json.loads(files("nlp.foundation").joinpath("weights", f"{kind}.json").read_text("utf-8"))
        assert {"set", "split", "date", "command", "measure"} <= set(card)
        assert card["measure"]["cross_validation"]["accuracy"] >= 0.92
        assert card["measure"]["cross_validation"]["macro_f1"] >= 0.92
        held_back = card["measure"]["words_of_tested_items_held_back"]
        assert held_back["accuracy"] >= (0.92 if kind == "vectors" else 0.89)
        assert held_back["macro_f1"] >= (0.92 if kind == "vectors" else 0.88)


@pytest.mark.shared
def test_no_item_is_shipped_and_all_are_read(shared: Path) -> None:
    lines = (shared / "data/foundation/items.dev.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    words = load_words()
    shipped = {*words.heads, *words.signs, *(word for group in words.divisions.values() for word in group)}
    assert shipped.isdisjoint({row["item"] for row in rows})
    found = PLAIN.classify([row["item"] for row in rows])
    right = [each.category == row["category"] for each, row in zip(found, rows, strict=True)]
    # learnt on these very items: a check of the packaged file, not a measure
    assert sum(right) / len(right) >= 0.97


def test_training_learns_and_repeats_itself() -> None:
    names = [
        f"{word}{tail}"
        for word in ("甲", "乙", "丙", "丁", "戊", "己")
        for tail in ("轴承", "合金", "工艺", "软件", "标准")
    ]
    data = train.Set(tuple(names), np.array([place % 5 for place in range(len(names))]))
    first, second = train.learn(data), train.learn(data)
    assert np.array_equal(first.characters, second.characters)
    taught = train.learn(data, taught=train.listed(None))
    assert not np.array_equal(first.characters, taught.characters)
    assert train.cross_validate(data, held_back=False, repeats=1).accuracy == 1.0


def test_a_things_kind_stands_in_its_last_words() -> None:
    assert last_words("高性能谐波减速器（机器人用）").endswith("减速器")
    assert last_words("") == ""


def test_listed_words_are_items_of_one_class() -> None:
    words = train.listed(None)
    assert len(words.names) > 500 and all(len(word) > 1 for word in words.names)
    assert {"轴承", "合金"} <= set(words.names) and "系统" not in words.names

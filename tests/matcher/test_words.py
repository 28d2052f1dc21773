from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import lexical
from matcher.lexical import K1, B, Lexical, grams
from matcher.naming import ALIKE, EXACT, LONGER, fit


@pytest.mark.parametrize(
    ("need", "product", "expected"),
    [
        ("电机", "电机", EXACT),
        ("PVC手套", "pvc 手套", EXACT),
        ("电机", "冷柜电机", LONGER),
        ("电机", "电机外壳", 0),
        ("电机", "电机系列产品", ALIKE),
        ("电机产品", "电机", ALIKE),
        ("电机", "电机及控制器", ALIKE),
        ("控制器", "电机、控制器", ALIKE),
        ("聚丙烯", "聚丙烯（PP）", ALIKE),
        ("PP", "聚丙烯（PP）", ALIKE),
        ("聚丙烯（PP）", "聚丙烯", ALIKE),
        ("电机", "冷柜电机（含控制器）", LONGER),
        ("ED", "LED", 0),
        ("LED", "车用LED", LONGER),
        ("金属", "非金属", 0),
        ("汽油", "无铅汽油", LONGER),
        ("机", "飞机", 0),
        ("柱塞泵", "轴承", 0),
        ("", "轴承", 0),
        ("轴承", "", 0),
    ],
)
def test_names_of_a_thing(need: str, product: str, expected: float) -> None:
    assert fit(need, product) == expected


@given(st.text(max_size=12), st.text(max_size=12))
def test_fit_takes_any_text(need: str, product: str) -> None:
    assert 0 <= fit(need, product) <= EXACT


NAMES = st.lists(st.text(alphabet="泵轴承柔轮钢材aB ", max_size=8), min_size=1, max_size=12)


@given(NAMES, st.text(alphabet="泵轴承柔轮钢材aB ", max_size=8))
def test_postings_are_bm25(names: list[str], query: str) -> None:
    lexical = Lexical.build(names)
    docs = [grams(name) for name in names]
    mean = np.mean([len(doc) for doc in docs]) or 1e-9
    idf = {}
    for code in {code for doc in docs for code in doc}:
        holding = sum(code in doc for doc in docs)
        idf[code] = np.log(1 + (len(docs) - holding + 0.5) / (holding + 0.5))
    wanted = [code for code in set(grams(query)) if code in idf]
    own = sum(idf[code] for code in wanted)
    expected = [
        sum(
            idf[code] * doc.count(code) * (K1 + 1) / (doc.count(code) + K1 * (1 - B + B * len(doc) / mean))
            for code in wanted
        )
        / (own or 1)
        for doc in docs
    ]
    assert np.allclose(lexical.shares(query), expected, rtol=1e-4)


def test_postings_are_kept(tmp_path: Path) -> None:
    made = Lexical.build(["柱塞泵", "轴承 套圈", "", "𠮷田泵"])
    made.save(tmp_path)
    opened = Lexical.open(tmp_path, 4)
    for query in ("柱塞泵", "𠮷田", "套圈", "无", ""):
        assert np.array_equal(opened.shares(query), made.shares(query))
    assert made.shares("轴承套圈").argmax() == 1 and made.shares("𠮷田").argmax() == 3


@given(NAMES, st.text(alphabet="泵轴承柔轮钢材aB ", max_size=8), st.integers(1, 5), st.integers(0, 3))
def test_the_best_are_those_of_all(names: list[str], query: str, count: int, without: int) -> None:
    made = Lexical.build(names)
    shares = made.shares(query)
    allowed = np.arange(len(names)) >= without
    for mask, worth in ((None, shares), (allowed, shares[allowed])):
        rows, found = made.best(query, count, mask)
        assert np.allclose(np.sort(found), np.sort(worth[worth > 0])[-len(found) :] if len(found) else [], rtol=1e-4)
        assert np.allclose(shares[rows], found, rtol=1e-4) and len(found) == min(count, int((worth > 0).sum()))
    some = np.arange(0, len(names), 2)
    assert np.allclose(made.shares_of(query, some), shares[some], rtol=1e-4)
    other = query[1:] + "泵"
    either = np.maximum(shares, made.shares(other))
    assert np.allclose(made.best_shares_of([query, other], some), either[some], rtol=1e-4)


def test_long_lists_are_only_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Lexical.build([f"{'泵' * (n % 7 == 0)}轴承{n % 90}钢" for n in range(900)])
    wanted = np.sort(made.best("泵轴承8钢", 20)[1])
    monkeypatch.setattr(lexical, "LONG_LIST", 10)
    assert np.allclose(np.sort(made.best("泵轴承8钢", 20)[1]), wanted)


@given(NAMES, NAMES)
def test_changed_postings_are_those_that_would_be_built(before: list[str], after: list[str]) -> None:
    old, known = Lexical.build(before), {name: row for row, name in enumerate(before)}
    came_from = np.array([known.get(name, -1) for name in after], np.int32)
    changed, built = old.changed(came_from, after), Lexical.build(after)
    for field in dataclasses.fields(Lexical):
        assert np.array_equal(getattr(changed, field.name), getattr(built, field.name)), field.name

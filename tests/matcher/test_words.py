from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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

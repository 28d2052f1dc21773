"""Pairs of one set that could be one firm."""

from __future__ import annotations

from kg.identity.duplicates import pairs
from kg.identity.firm import Firm

FIRMS = [
    Firm("a", "甬川砺岚精密传动股份有限公司", former=("岑曜锻造有限公司",), patents=frozenset({"CN1"})),
    Firm("b", "甬川砺岚精密传动有限公司"),
    Firm("c", "岑曜锻造有限公司"),
    Firm("d", "天曜离心泵业有限公司", key="91000000MADEM0038R"),
    Firm("e", "另一个名称有限公司", key="91000000MADEM0038R"),
    Firm("f", "桁云机器人有限公司"),
    Firm("g", "甬川砺岚精密传动股份有限公司杭州分公司"),
]


def test_pairs_that_could_be_one() -> None:
    found = {(one.id, other.id): comparison.verdict for one, other, comparison in pairs(FIRMS)}
    assert found == {("a", "b"): "same", ("a", "c"): "same", ("d", "e"): "same"}


def test_pairs_of_some_firms_only() -> None:
    assert [(one.id, other.id) for one, other, _ in pairs(FIRMS, {"c"})] == [("a", "c")]
    assert list(pairs([], None)) == [] == list(pairs(FIRMS[:1]))

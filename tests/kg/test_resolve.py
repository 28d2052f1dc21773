"""Names as lists write them, against a register: which firm is meant, or that none is."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.identity.firm import Firm
from kg.identity.resolve import Resolver

CODES = ("91000000MADEM0038R", "91000000MADEM0417B")
FIRMS = [
    Firm("a", "甬川砺岚精密传动股份有限公司", ("砺岚传动", "*ST砺岚"), CODES[0], "浙江省宁波市"),
    Firm("b", "衢州岑曜(龙游)环件有限公司", ("岑曜锻造有限公司",), CODES[1], "浙江省衢州市"),
    Firm("c", "天曜离心泵业有限公司", (), None, "浙江省台州市"),
    Firm("d", "宁波岑曜软件有限公司", (), None, "浙江省宁波市"),
    Firm("e", "江川离心泵业有限公司", (), None, None),  # 江 is like 汀 and like 汇
]


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(FIRMS)


@pytest.mark.parametrize(
    ("name", "match", "reason"),
    [
        ("甬川砺岚精密传动股份有限公司", "a", "名称相同"),
        ("　甬川砺岚精密传动股份有限公司（盖章）", "a", "名称相同"),
        ("“衢州岑曜【龙游】环件有限公司”", "b", "名称相同"),
        ("衢州岑曜〔龙游〕环件有限公司-1005", "b", "名称相同"),
        ("甬川砺岚精密传动有限公司", None, "子公司"),
        ("天曜离心泵业股份有限公司", "c", "除组织形式外名称相同"),
        ("天曜离心泵业有限公司杭州分公司", None, "分支机构"),
        ("天曜离心泵业大学", None, "不足以认定"),
        ("*ST砺岚", "a", "与登记的别名相同"),
        ("岑曜锻造有限公司", "b", "与登记的别名相同"),
        ("某某环件有限公司（曾用名：衢州岑曜(龙游)环件有限公司）", "b", "名称相同"),
        ("夭曜离心泵业有限公司", "c", "只差一字，两字形近"),
        ("汀川离心泵业有限公司", "e", "只差一字，两字形近"),
        ("云桁机器人集团有限公司", None, "相近"),
        ("宁波岑曜化工有限公司", None, "不足以认定"),
    ],
)
def test_names(resolver: Resolver, name: str, match: str | None, reason: str) -> None:
    found = resolver.resolve(name)
    assert found.match == match and reason in found.reason, found


def test_a_code_decides_first_and_two_codes_are_never_one_firm(resolver: Resolver) -> None:
    assert resolver.resolve("另一个名称有限公司", CODES[0]).match == "a"
    other = resolver.resolve("衢州岑曜(龙游)环件有限公司", CODES[0])
    assert other.match == "a"
    unknown = Resolver(FIRMS[1:]).resolve("衢州岑曜(龙游)环件有限公司", CODES[0])
    assert unknown.match is None
    assert [each.score for each in unknown.candidates if each.reason == "统一社会信用代码不同"] == [0.0]


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    found = Resolver(FIRMS).resolve(text)
    assert 0 <= found.score <= 1 and len(found.candidates) <= 5
    assert [each.score for each in found.candidates] == sorted((each.score for each in found.candidates), reverse=True)


@pytest.mark.shared
def test_floors_on_the_development_queries(shared: Path, tmp_path: Path) -> None:
    """The score was learnt on these queries: what it does on others, its card says (cross validation by firms)."""
    folder = shared / "data" / "names"
    firms, queries = (
        [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]
        for name in ("firms.jsonl", "queries.dev.jsonl")
    )
    register = Resolver(
        Firm(each["id"], each["name"], tuple(each["aliases"]), each["key"], each["region"]) for each in firms
    )
    rows = []
    for query in queries:
        found = register.resolve(query["name"], None, query.get("region"))
        rows.append({"id": query["id"], "match": found.match, "candidates": [each.id for each in found.candidates]})
    out = tmp_path / "out.jsonl"
    out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("score_names", shared / "score" / "names.py")
    assert spec is not None and spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    said = scorer.main(str(out), str(folder / "queries.dev.jsonl"))
    assert said["precision"] >= 0.98 and said["f1"] >= 0.96, said
    assert said["recall5"] >= 0.99 and said["hard_f1"] >= 0.92, said
    sure = ("exact", "typography", "contract_exact", "alias", "annotated", "form_dropped")
    assert {name: said["categories"][name]["accuracy"] for name in sure} == dict.fromkeys(sure, 1.0)

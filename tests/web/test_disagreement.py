"""Two values of one thing stand side by side with their sources, and are never summed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kg.errors import BulianError
from tests.site_fixture import LOCAL
from web.app import create_app
from web.home import Home
from web.jobs.ingest import ingest
from web.pages.evidence.citation import Citation
from web.pages.evidence.disagreement import agree, differing, otherwise

AWARD = """甬川石浦齿轮股份有限公司关于项目中标的公告
甬川石浦齿轮股份有限公司（以下简称“公司”）近日收到招标人甬川云桁机器人集团有限公司发来的《中标通知书》，\
确定公司为“东浦区减速器齿圈智能产线建设项目”的中标单位，中标金额为人民币{amount}万元。
特此公告。
甬川石浦齿轮股份有限公司董事会
{day}
"""


@given(st.floats(1, 1e12), st.floats(1, 1e12))
def test_agreement_is_mutual(one: float, other: float) -> None:
    assert agree({"value": one}, {"value": other}) == agree({"value": other}, {"value": one})
    assert agree({"value": one}, {"value": one})


def test_rounding_and_parts_agree() -> None:
    assert agree({"founded": "2001"}, {"founded": "2001-05-12"})
    assert agree({"amount_max": 182336000.0}, {"amount_max": 182000000.0})
    assert not agree({"amount_max": 182336000.0}, {"amount_max": 128000000.0})
    assert agree({"address": "示例省甬川市清溪县溪口路9号"}, {"address": "甬川市清溪县溪口路9号"})


def test_three_statements_of_two_values_are_two() -> None:
    source = Citation(fact="a")
    said = [({"value": 1.0}, source), ({"value": 2.0}, source), ({"value": 1.001}, source), ({}, source)]
    assert [each.values for each in differing("value", said)] == [{"value": 1.0}, {"value": 2.0}]
    assert differing("value", said[:1] + said[2:]) == []


def test_other_periods_are_other_things() -> None:
    assert otherwise("PRODUCES", {"share": 1.0, "period": "2019"}, {"share": 9.0, "period": "2020"}) == {}
    assert otherwise("PRODUCES", {"share": 1.0, "period": "2019"}, {"share": 9.0, "period": "2019"}) == {"share": 9.0}


def fail(error: BulianError) -> None:
    raise error


@pytest.mark.graph
@pytest.mark.xdist_group("home")
def test_two_amounts_of_one_contract(home: Home, tmp_path: Path) -> None:
    said = {"award.txt": ("1,286.40", "2026年3月2日"), "correction.txt": ("1,820.00", "2026年3月9日")}
    for name, (amount, day) in said.items():
        (tmp_path / name).write_text(AWARD.format(amount=amount, day=day), encoding="utf-8")
    assert ingest(home, [tmp_path / name for name in said], fail).loaded == 2
    with TestClient(create_app(home), base_url=LOCAL, raise_server_exceptions=False) as client:
        query = {"q": "甬川石浦齿轮股份有限公司", "kind": "firm"}
        found = client.get("/api/v1/search", params=query).json()["firms"]
        firm = client.get(f"/api/v1/firms/{found[0]['id']}").json()
        (differs,) = [each for each in firm["disagreements"] if each["property"] == "amount"]
        assert differs["relation"] == "WON_CONTRACT"
        assert [each["values"]["amount_max"] for each in differs["said"]] == [18200000.0, 12864000.0]
        page = client.get(f"/firms/{firm['id']}").text
        assert 'id="otherwise"' in page and "1,286.4" in page and "1,820" in page and "3,106.4" not in page
        fact = differs["said"][0]["source"]["fact"]
        evidence = client.get(f"/api/v1/evidence/{fact}").json()
        assert [each["values"]["amount_max"] for each in evidence["otherwise"]] == [12864000.0]
        assert re.search(r"另有说法.*1,286\.4", client.get(f"/evidence/{fact}").text, re.DOTALL)

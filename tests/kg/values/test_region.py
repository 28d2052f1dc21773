from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.region import Regions

REGIONS = Regions.load()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("浙江省宁波市镇海区", "330211"),
        ("宁波市镇海区澥浦镇某路1号", "330211"),
        ("浙江省余姚市某镇", "330281"),
        ("宁波", "330200"),
        ("宁波北仑某路", "330206"),
        ("余姚", "330281"),
        ("宁波市高新区某路", "330200"),
        ("北京市朝阳区某街", "110105"),
        ("上海浦东新区", "310115"),
        ("吉林省吉林市", "220200"),
        ("吉林", "220000"),
        ("广西壮族自治区柳州市", "450200"),
        ("延边", "222400"),
        ("内蒙古包头市", "150200"),
        ("宁波市江东区某路", "330204"),
        ("鄞县", "330227"),
        ("甬川市清溪县", "990103"),
        ("台湾省", "710000"),
        ("重庆市江北区", "500105"),
        ("宁波市江北区", "330205"),
        ("海南省东方市", "469007"),
        ("公司位于湖北省恩施土家族苗族自治州", "422800"),
    ],
)
def test_places(text: str, code: str) -> None:
    region = REGIONS.find(text)
    assert region is not None
    assert region.code == code


@pytest.mark.parametrize("text", ["东方电气", "长城精工", "鼓楼区某路", "", "江山如画", "无此地"])
def test_brands_and_doubtful_names_are_no_places(text: str) -> None:
    assert REGIONS.find(text) is None


def test_within() -> None:
    assert REGIONS.find("镇海区") == REGIONS.by_code("330211")
    assert REGIONS.find("鼓楼区", within="320100") == REGIONS.by_code("320106")
    assert REGIONS.find("江北", within="330200") == REGIONS.by_code("330205")
    assert REGIONS.find("朝阳区", within="330000") is None


def test_paths() -> None:
    assert [region.name for region in REGIONS.path("330211")] == ["浙江省", "宁波市", "镇海区"]
    assert [region.name for region in REGIONS.path("110105")] == ["北京市", "朝阳区"]
    assert [region.name for region in REGIONS.path("469007")] == ["海南省", "东方市"]
    assert [region.level for region in REGIONS.path("990103")] == ["province", "city", "county"]
    assert REGIONS.path("123456") == []


def test_several_places() -> None:
    text = "由宁波市镇海区迁至甬川市东浦区"
    assert [(span.region.code, text[span.start : span.end]) for span in REGIONS.spans(text)] == [
        ("330211", "宁波市镇海区"),
        ("990101", "甬川市东浦区"),
    ]


@given(st.text(alphabet="宁波市镇海区北京朝阳(（ 省县东方吉林江", max_size=20))
def test_any_text(text: str) -> None:
    for span in REGIONS.spans(text):
        assert 0 <= span.start < span.end <= len(text)
        assert REGIONS.path(span.region.code)

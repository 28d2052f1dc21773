"""Who a clause is about: named in full or short, the document's own, carried over, or nobody."""

from __future__ import annotations

import pytest

from kg.records import DocumentId
from nlp.extract import analyse
from nlp.filing import Filing
from nlp.pipeline import build
from nlp.text import Text
from tests.nlp.conftest import PROSPECTUS, Facts

ISSUER = "甬川岚峤传动股份有限公司"
OTHER = "石浦礁岩液压有限公司"


def filing(text: str) -> Filing:
    pipeline = build(("bulian_reading", "bulian_names", "bulian_filing"))
    made: Filing = analyse(Text(PROSPECTUS + text), "a.txt", DocumentId("0" * 64), pipeline)._.filing
    return made


@pytest.mark.parametrize(
    ("clause", "firms"),
    [
        ("公司产品|", [ISSUER]),
        ("发行人产品|", [ISSUER]),
        ("本公司的减速器|", [ISSUER]),
        (f"{OTHER}的油泵|", [OTHER]),
        (f"公司与{OTHER}签约后,公司产品|", [ISSUER]),
        (f"公司向{OTHER}采购的油泵|", [ISSUER]),
        (f"公司和{OTHER}产品|", [ISSUER, OTHER]),
        (f"发行人全资子公司{OTHER}的油泵|", [OTHER]),
        ("行业内的油泵|", []),
    ],
)
def test_the_last_firm_that_is_no_object(clause: str, firms: list[str]) -> None:
    one = filing("\n" + clause.replace("|", "占比20%。"))
    start = one.text.rindex("\n") + 1
    assert [s.name for s in one.subject(start, start + clause.index("|"))] == firms


def test_a_short_name_that_nobody_defines() -> None:
    one = filing("\n岚峤传动成立很早。岚峤传动做减速器。岚峤传动有三厂。岚峤传动集团另有其人。")
    named = one.subjects(one.text.rindex("\n"), len(one.text))
    assert [(s.own, s.name) for s in named][:3] == [(True, ISSUER)] * 3


def test_a_clause_carries_on_with_the_firm_before_it() -> None:
    one = filing("\n公司生产减速器。国内市场占有率为20%。竞争对手生产油泵。国内市场占有率为30%。")
    first, second = (one.text.index(f"国内市场占有率为{value}") for value in ("20%", "30%"))
    carried = one.who.carried(first)
    assert carried is not None and carried.own
    assert one.who.carried(second) is None


@pytest.mark.parametrize(
    ("sentence", "shares"),
    [
        (
            "2021年国内谐波减速器销量前三名企业分别为甲峤、乙屿和丙礁,市场份额分别为30%、20%和10%。",
            {("甲峤", 30.0), ("乙屿", 20.0), ("丙礁", 10.0)},
        ),
        (
            "2020年、2021年公司谐波减速器国内市场占有率分别为8.5%和9.5%。",
            {(ISSUER, 8.5), (ISSUER, 9.5)},
        ),
        (f"2021年{OTHER}油泵国内市场占有率为12%。", {(OTHER, 12.0)}),
        ("公司谐波减速器国内市场占有率为12%。", set()),
        ("2021年1-6月公司谐波减速器国内市场占有率为12%。", set()),
        ("2021年公司谐波减速器国内市场占有率超过12%。", set()),
        ("公司未来将使2021年谐波减速器国内市场占有率达到12%。", set()),
        ("2021年公司及其竞争对手谐波减速器国内市场占有率为12%。", set()),
        (f"2021年公司控股子公司和{OTHER}的主要供应商油泵国内市场占有率为12%。", set()),
    ],
)
def test_a_share_belongs_to_the_firm_of_its_clause(facts: Facts, sentence: str, shares: set[tuple[str, float]]) -> None:
    found = facts(PROSPECTUS + sentence, "REPORTS_METRIC")
    assert {(f.source.name, f.properties["value"]) for f in found} == shares

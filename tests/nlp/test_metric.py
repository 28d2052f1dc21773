"""Metrics: the tables of both exchanges, sentences, and whose figure it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.records import DocumentId
from nlp.extract import extract_text
from nlp.text import Text
from tests.nlp.conftest import PROSPECTUS, REPORT, Facts

SHANGHAI = """七、近三年主要会计数据和财务指标
单位：元 币种：人民币
主要会计数据 2021年 2020年
本期比上
年同期增
减(%)
2019年
营业收入 1,320,000,000.00 1,200,000,000.00 10.00 950,000,000.00
归属于上市公司股东
的净利润 110,000,000.00 100,000,000.00 10.00 85,000,000.00
归属于上市公司股东
的扣除非经常性损益
的净利润
90,000,000.00 80,000,000.00 12.50 70,000,000.00
九、2021年分季度主要财务数据
营业收入 300,000,000.00 320,000,000.00 340,000,000.00 360,000,000.00
前五名客户销售额39,600.00万元，占年度销售总额30.00%；其中前五名客户销售额中关联方销售额0万元。
前五名供应商采购额20,000.00万元，占年度采购总额25.50%；其中关联方采购额0万元。
研发投入合计 66,000,000.00
研发投入总额占营业收入比例（%） 5.00
公司研发人员的数量 210
研发人员数量占公司总人数的比例（%） 14.20
母公司在职员工的数量 900
在职员工的数量合计 1,480
"""
SHENZHEN = """六、主要会计数据和财务指标
2021 年
2020 年 本年比上年
增减 2019 年
调整前 调整后 调整后 调整前 调整后
营业收入（元） 1,320,000,000.00 1,100,000,000.00 1,200,000,000.00 10.00% 900,000,000.00 950,000,000.00
归属于上市公司股东的净利
润（元） 110,000,000.00 99,000,000.00 100,000,000.00 10.00% 80,000,000.00 85,000,000.00
前五名客户合计销售金额占年度销售总额比
例 30.00%
前五名供应商合计采购金额占年度采购总额比例 25.50%
研发人员数量（人） 210 190 10.53%
研发人员数量占比 14.20% 13.90% 0.30%
研发投入金额（元） 66,000,000.00 54,000,000.00 22.22%
研发投入占营业收入比例 5.00% 4.50% 0.50%
报告期末在职员工的数量合计（人） 1,480
"""


def metrics(facts: Facts, text: str) -> dict[tuple[str, str], float]:
    return {
        (f.properties["metric"], f.properties["period"]): f.properties["value"] for f in facts(text, "REPORTS_METRIC")
    }


@pytest.mark.parametrize("body", [SHANGHAI, SHENZHEN])
def test_annual_reports_of_both_exchanges(facts: Facts, body: str) -> None:
    assert metrics(facts, REPORT + body) == {
        ("revenue", "2021"): 1.32e9,
        ("revenue", "2020"): 1.2e9,
        ("revenue", "2019"): 9.5e8,
        ("net_profit", "2021"): 1.1e8,
        ("net_profit", "2020"): 1e8,
        ("net_profit", "2019"): 8.5e7,
        ("rd_expense", "2021"): 6.6e7,
        ("rd_ratio", "2021"): 5.0,
        ("rd_staff", "2021"): 210.0,
        ("rd_staff_ratio", "2021"): 14.2,
        ("staff", "2021"): 1480.0,
        ("top5_customers_ratio", "2021"): 30.0,
        ("top5_suppliers_ratio", "2021"): 25.5,
    }


def test_years_and_respectively(facts: Facts) -> None:
    text = PROSPECTUS + "2019年度、2020年度和2021年1-6月，公司营业收入分别为1,000.00万元、2,000.00万元和900.00万元。"
    assert metrics(facts, text) == {("revenue", "2019"): 1e7, ("revenue", "2020"): 2e7}


@pytest.mark.parametrize(
    "sentence",
    [
        "预计2021年公司实现营业收入5,000万元。",
        "2021年公司减速机业务的营业收入5,000万元。",
        "2021年上半年公司实现营业收入5,000万元。",
        "2021年公司全资子公司实现营业收入5,000万元。",
        "2021年同行业可比公司营业收入5,000万元。",
        "2021年公司扣除非经常性损益后的净利润为5,000万元。",
        "2019-2021年公司研发投入合计5,000万元。",
        "2021年末，公司资产负债率为30.00%（母公司）。",
        "2021年末，公司资产负债率不超过30.00%。",
    ],
)
def test_what_is_no_figure_of_the_firm(facts: Facts, sentence: str) -> None:
    assert metrics(facts, PROSPECTUS + sentence) == {}


def test_a_figure_belongs_to_the_firm_of_its_sentence(facts: Facts) -> None:
    text = PROSPECTUS + "2021年石浦礁岩液压有限公司实现营业收入5,000万元。"
    assert [f.source.name for f in facts(text, "REPORTS_METRIC")] == ["石浦礁岩液压有限公司"]


def test_contradictions_give_nothing(facts: Facts) -> None:
    text = PROSPECTUS + "2021年公司实现营业收入5,000万元。2021年公司实现营业收入6,000万元。"
    assert metrics(facts, text) == {}


def test_market_share_with_its_scope(facts: Facts) -> None:
    text = PROSPECTUS + "2021年公司谐波减速器在国内的市场占有率为8.60%，排名第三。"
    (share,) = facts(text, "REPORTS_METRIC")
    assert (share.properties["value"], share.properties["scope"]) == (8.6, "谐波减速器 国内")


@pytest.mark.parametrize(
    "sentence",
    [
        "2021年公司的主要竞争对手在国内谐波减速器市场占有率为30.00%。",
        "2021年国内前三名企业谐波减速器市场占有率为70.00%。",
        "公司所在的谐波减速器市场，2021年外资品牌市场占有率为60%。",
        "达产后公司2021年谐波减速器市场占有率为20%。",
        "2021年公司谐波减速器市场占有率为10%-20%。",
    ],
)
def test_the_share_of_others_is_never_given_to_the_firm(facts: Facts, sentence: str) -> None:
    assert not [f for f in facts(PROSPECTUS + sentence, "REPORTS_METRIC") if f.properties["metric"] == "market_share"]


WORDS = "2021年 公司 营业收入 分别为 1,000万元 、 ， 。 市场占有率 12.5% 研发人员 30人 主要会计数据 2020年 净利润 ㎡"
MORE = ("\n", " ", "\u200b", "营业收入 1.00 2.00\n", "报告期内", "前五名客户", "占年度销售总额")
PIECES = st.lists(st.sampled_from([*WORDS.split(), *MORE]), max_size=40)


@settings(max_examples=60)
@given(PIECES)
def test_every_quote_stands_in_the_text(pieces: list[str]) -> None:
    text = REPORT + "".join(pieces)
    for fact in extract_text(Text(text), "a.txt", DocumentId("0" * 64)):
        assert text[fact.start : fact.end] == fact.quote

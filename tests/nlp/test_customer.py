"""Who supplies whom: tables and lists of customers and suppliers."""

from __future__ import annotations

from tests.nlp.conftest import PROSPECTUS, Facts

FIRM = "甬川岚峤传动股份有限公司"
TABLES = """2021年度公司主要客户销售情况如下：
序号 客户名称 销售金额（万元） 占营业收入比例
1 甬川云阔机器人有限公司 1,200.00 24.39%
2 第二名 900.00 18.00%
2021年度公司主要供应商采购情况如下：
序号 供应商名称 采购内容 采购金额（万元）
1 临澜磐石特钢有限公司 钢带材 392.00
"""


def test_tables_tell_the_direction(facts: Facts) -> None:
    found = facts(PROSPECTUS + TABLES, "SUPPLIES")
    assert [(f.source.name, f.target.name, dict(f.properties)) for f in found if f.target] == [
        (FIRM, "甬川云阔机器人有限公司", {"amount": 1.2e7, "period": "2021"}),
        ("临澜磐石特钢有限公司", FIRM, {"product": "钢带材", "amount": 3.92e6, "period": "2021"}),
    ]


def test_lists(facts: Facts) -> None:
    text = PROSPECTUS + "公司主要客户包括甬川云阔机器人有限公司、临澜海屿风电集团有限公司等。"
    assert [(f.source.name, f.target.name) for f in facts(text, "SUPPLIES") if f.target] == [
        (FIRM, "甬川云阔机器人有限公司"),
        (FIRM, "临澜海屿风电集团有限公司"),
    ]


def test_customers_of_others_and_kinds_of_customers_are_left(facts: Facts) -> None:
    for sentence in (
        "公司竞争对手的主要客户包括甬川云阔机器人有限公司。",
        "公司主要客户为大型石油公司、地方燃气公司。",
        "行业内主要供应商包括临澜磐石特钢有限公司。",
    ):
        assert facts(PROSPECTUS + sentence, "SUPPLIES") == [], sentence


def test_a_list_may_hold_names_without_a_form_beside_one_that_has_it(facts: Facts) -> None:
    text = PROSPECTUS + "公司主要客户为国内液压行业龙头企业石浦礁岩液压有限公司、岬屿重工和琼礁公司等大型企业。"
    found = facts(text, "SUPPLIES")
    assert {f.target.name for f in found if f.target} == {"石浦礁岩液压有限公司", "岬屿重工", "琼礁公司"}


def test_kinds_of_customers_are_no_firms(facts: Facts) -> None:
    for words in ("大型燃气集团、地方燃气公司", "石浦礁岩集团管辖的各局、水泥厂", "岬屿重工、琼礁机械"):
        assert facts(PROSPECTUS + f"公司主要客户为{words}等。", "SUPPLIES") == []

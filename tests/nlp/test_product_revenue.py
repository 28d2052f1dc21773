"""Revenue by product: the tables of both exchanges and of prospectuses."""

from __future__ import annotations

from tests.nlp.conftest import REPORT, Facts

TABLE = """（1）营业收入构成
单位：万元
2021 年 2020 年
同比增减
金额 占营业收入比重 金额 占营业收入比重
营业收入合计 132,000.00 100% 120,000.00 100% 10.00%
分行业
通用设备制造业 132,000.00 100.00% 120,000.00 100.00% 10.00%
分产品
精密减速机 92,400.00 70.00% 84,000.00 70.00% 10.00%
机器人关节
模组 33,000.00 25.00% 30,000.00 25.00% 10.00%
其他 6,600.00 5.00% 6,000.00 5.00% 10.00%
分地区
国内 100,000.00 75.76% 90,000.00 75.00% 11.11%
"""


def test_products_with_revenue_and_share(facts: Facts) -> None:
    found = {
        f.target.name: dict(f.properties)
        for f in facts(REPORT + TABLE, "PRODUCES")
        if f.target and "revenue" in f.properties
    }
    assert found == {
        "精密减速机": {"revenue": 9.24e8, "share": 70.0, "period": "2021"},
        "机器人关节模组": {"revenue": 3.3e8, "share": 25.0, "period": "2021"},
    }

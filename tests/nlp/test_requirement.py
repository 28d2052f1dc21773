"""Targets of technical requirements: how figures are read, what is a target, and the score over the labels."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.evaluate.gold import load
from nlp.evaluate.sets.requirements import evaluate
from nlp.foundation.classify import Classifier
from nlp.requirement.product import headline, products
from nlp.requirement.read import read_targets
from nlp.requirement.requirement import read_requirement, requirement_line
from tests.gold.draw_requirements import draw
from tests.gold.draw_requirements_fresh import draw_fresh

FLOOR = 0.85


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("功率不大于2.2KW", ("功率", "<=", 2.2, None, "kW")),
        ("设备噪音需小于70分贝；", ("设备噪音", "<", 70.0, None, "dB")),
        ("要求：表面粗糙度Ra≤0.8μm", ("表面粗糙度Ra", "<=", 0.8, None, "μm")),
        ("设备总长度需控制在32米以内", ("设备总长度", "<=", 32.0, None, "m")),
        ("技术指标：工作温度-40℃~85℃", ("工作温度", "range", -40.0, 85.0, "℃")),
        ("技术指标：温度25±2℃", ("温度", "range", 23.0, 27.0, "℃")),
        ("预期目标：含水量由75%左右降至12%---15%；", ("含水量", "range", 12.0, 15.0, "%")),
        ("目标：膜厚约为３０微米。", ("膜厚", "approx", 30.0, None, "μm")),
        ("产品收率提高3%以上", ("产品收率提高", ">=", 3.0, None, "%")),
        ("使用寿命不低于十年", ("使用寿命", ">=", 10.0, None, "年")),
        ("循环寿命达到10万次以上", ("循环寿命", ">=", 100000.0, None, "次")),
        ("注入剂量应达到1×1016ions/cm2以上", ("注入剂量", ">=", 1e16, None, "ions/cm2")),
        ("运行噪音dB(A):≤80", ("运行噪音dB", "<=", 80.0, None, "dB(A)")),
        ("预期目标：生产线效率达到每分钟30件", ("生产线效率", ">=", 30.0, None, "件/min")),
        ("定位精度优于0.1mm", ("定位精度", "<=", 0.1, None, "mm")),
        ("风机必须能产生150PA的压强，", ("压强", "=", 150.0, None, "Pa")),
        ("技术指标：厚度800μm～1.2mm", ("厚度", "range", 0.8, 1.2, "mm")),
        ("技术指标：长度1m±5mm", ("长度", "range", 0.995, 1.005, "m")),
        ("技术指标：温度25℃±2K", ("温度", "range", 23.0, 27.0, "℃")),
        ("技术指标：电压220V±10%", ("电压", "range", 198.0, 242.0, "V")),
        ("端面平面度优于0.6μm", ("端面平面度", "<=", 0.6, None, "μm")),
        ("发明专利不少于5项", ("发明专利", ">=", 5.0, None, "项")),
    ],
)
def test_targets(text: str, expected: tuple[str, str, float, float | None, str]) -> None:
    found = [(each.name, each.operator, each.value, each.value_max, each.unit) for each in read_targets(text)]
    assert found == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "要求2020年12月31日前完成。",
        "联系电话：0574-87654321，13812345678",
        "预算不超过200万元，目前已投入资金100万元。",
        "要求：1、安全可靠；2、结构简单；3.5、便于维修。",
        "需采用34CrNi3MoV钢和304N不锈钢丝",
        "应符合GB/T 1234-2008和GJB150A的规定",
        "现有工作基础：公司有员工40人，建筑面积25000平方米，年产能14000吨。",
        "目前国内产品的强屈比≥1.26，不能满足要求。",
        "我国矿山90%以上都是井下开采。",
        "需要专业技术人员不少于5名",
        "2年内实现国产化供货",
        "",
    ],
)
def test_what_is_no_target(text: str) -> None:
    assert read_targets(text) == []


_PIECES = st.sampled_from(
    ["温度", "≥", "不低于", "25", "±2", "℃", "～", "①", "㎡", "，", "。", "\n", "％", "１０", "mm", "以上", "控制在",
     "万", "由", "降至",
     "预期目标：", "现有基础：", "😀", "\u200b", "每分钟", "件", "（", "）", " ", "约", "至", "-", "9" * 400]
)  # fmt: skip


@given(st.lists(_PIECES | st.text(max_size=6), max_size=40).map("".join))
def test_quotes_are_slices(text: str) -> None:
    for target in read_targets(text):
        assert text[target.start : target.end] == target.quote
        assert 0 <= target.start < target.end <= len(text)
        assert target.name and target.operator in ("<", "<=", "=", ">=", ">", "range", "approx")
        assert (target.value_max is None) == (target.operator != "range")
        json.loads(json.dumps([target.value, target.value_max], allow_nan=False))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("石灰回转窑用碱性耐火材料的研发", ["石灰回转窑用碱性耐火材料"]),
        ("研发一种锅坯全自动抛光机", ["锅坯全自动抛光机"]),
        ("基于永磁同步内转子电机的无齿轮传动起重机研发", ["无齿轮传动起重机"]),
        ("聚四氟乙烯软管内管成型技术", ["聚四氟乙烯软管内管"]),
        ("锂电池技术在铁路养护机械上的应用", ["锂电池"]),
        ("", []),
        ("技术需求", []),
    ],
)
def test_products(title: str, expected: list[str]) -> None:
    assert products(title) == expected


@pytest.mark.shared
def test_score_over_the_labels(shared: Path) -> None:
    lines = (shared / "data/bounties/requirements.dev.jsonl").read_text("utf-8").splitlines()
    texts = {str(row["id"]): row["text"] for row in map(json.loads, filter(str.strip, lines))}
    fresh, first = load("requirements"), load("requirements_first")
    figures, others = draw_fresh(texts)
    assert [one.document for one in fresh] == [*figures, *others]
    assert sorted(one.document for one in first) == sorted(each for group in draw(texts) for each in group)
    report = evaluate(shared / "data")
    assert report.scores["target"].f1 >= FLOOR, report.scores
    assert report.scores["first draw: target"].f1 >= FLOOR, report.scores
    empty = {one.document for one in (*fresh, *first) if not one.labels}
    assert [one for one in report.outcomes if one.document in empty] == []


@pytest.mark.parametrize(
    ("text", "methods"),
    [
        ("技术指标：抗拉强度≥1850MPa（GB/T 228.1-2021），延伸率不低于12%。", ["GB/T 228.1-2021", None]),
        ("要求漏率不大于0.5Pa，采用氦质谱检漏法测定；寿命不低于5000h", ["氦质谱检漏法", None]),
        ("要求按《滚动轴承 寿命试验》测试，寿命不低于5000h", ["《滚动轴承 寿命试验》"]),
        ("噪声≤70dB，测试方法：距表面1米处测量。", ["距表面1米处测量"]),
        ("产品应符合GB/T 1234的规定。要求寿命不低于5000h。", [None]),
    ],
)
def test_methods_stand_in_the_targets_own_sentence(text: str, methods: list[str | None]) -> None:
    assert [each.method for each in read_targets(text)] == methods


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("寻找伺服电机用钕铁硼磁体，工作温度不低于180℃", "寻找伺服电机用钕铁硼磁体"),
        ("需求名称：耐低温动密封\n技术指标：漏率≤1Pa", "耐低温动密封"),
        ("漏率≤1Pa，寿命≥500h", ""),
        ("", ""),
    ],
)
def test_a_text_without_a_title_is_named_by_its_first_clause(text: str, first: str) -> None:
    assert headline(text) == first


def test_a_requirement_becomes_the_commands_line() -> None:
    read = read_requirement("", "矿用减速器，要求传动效率≥96%（GB/T 1234）", Classifier())
    line = requirement_line("a", read)
    assert line["products"] == ["矿用减速器"] and line["fields"] == ["基础零部件和元器件"]
    assert line["targets"][0]["method"] == "GB/T 1234"
    assert "method" not in requirement_line(1, read_requirement("", "要求传动效率≥96%", Classifier()))["targets"][0]


def test_time_grows_with_the_text_alone() -> None:
    def seconds(times: int) -> float:
        text = "技术指标：压力不低于8MPa，泄漏量≤3mL/h（GB/T 1），厚度800μm~1.2mm。" * times
        begun = time.process_time()
        assert len(read_targets(text)) == 3 * times
        return time.process_time() - begun

    seconds(10)
    assert seconds(4000) < 10 * max(seconds(1000), 0.05), "four times the text, at most ten times the time"

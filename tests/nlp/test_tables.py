"""Rows of tables: labels over several lines, columns by year, restated columns, page furniture."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.tables import by_year, cells_of, columns_of, lines_of, number, rows_of
from nlp.text import Text


def test_numbers_of_cells() -> None:
    assert [number(cell) for cell in ("1,234.50", "(12.3)", "-4.49", "4.12%", "--", "2,12", "第一名")] == [
        1234.5,
        -12.3,
        -4.49,
        4.12,
        None,
        None,
        None,
    ]


def test_label_and_cells() -> None:
    assert cells_of("减速机 1,200.00 35.1 减少 3.96") == ("减速机", ["1,200.00", "35.1", "减少3.96"])
    assert cells_of("研发 人员\t12\t-") == ("研发人员", ["12", "-"])
    assert cells_of("100.00 200.00") == ("", ["100.00", "200.00"])


def test_columns_of_heads() -> None:
    assert columns_of("主要会计数据 2019年 2018年 本期比上年同期增减(%) 2017年") == ("2019", "2018", "change", "2017")
    assert columns_of("项目 2025年度 2024年度 2023年度") == ("2025", "2024", "2023")
    assert columns_of("项目 2019年1-6月 2018年度") == (None, "2018")
    assert columns_of("2021 年 2020 年 本年比上年增减 2019 年 调整前 调整后 调整后 调整前 调整后") == (
        "2021",
        None,
        "2020",
        "change",
        None,
        "2019",
    )
    assert columns_of("金额 占比") == ()


def test_rows_by_year_with_wrapped_labels() -> None:
    text = Text(
        "项目 2021年 2020年 增减(%)\n归属于上市公司股东\n的净利润 110.00 100.00 10.00\n营业收入 120.00 100.00 99.00\n"
    )
    wrapped, wrong = rows_of(lines_of(text))
    assert "归属于上市公司股东的净利润" in wrapped.labels
    assert by_year(wrapped) == {"2021": 110.0, "2020": 100.0}
    assert by_year(wrong) == {"2021": 120.0}, "a growth that does not fit says that the columns are not understood"


def test_running_heads_are_no_lines() -> None:
    pages = [f"某某公司年度报告\n{n} / 4\n正文第{n}页的内容\n" for n in range(1, 5)]
    starts = [sum(map(len, pages[:n])) for n in range(4)]
    lines = lines_of(Text("".join(pages), tuple(starts)))
    assert not any("年度报告" in line.flat or "/" in line.flat for line in lines)


@given(st.text(st.sampled_from("12,.0%-()年度增减 \n\t营业收入调整前后个百分点①Ⅲ"), max_size=120))
def test_rows_stand_in_the_text(text: str) -> None:
    for row in rows_of(lines_of(Text(text))):
        assert all(0 <= start <= row.end <= len(text) for start in row.starts)
        by_year(row)

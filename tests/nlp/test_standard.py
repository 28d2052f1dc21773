"""Standards that a firm drafted."""

from __future__ import annotations

from tests.nlp.conftest import PROSPECTUS, Facts


def test_number_and_role(facts: Facts) -> None:
    told = "公司作为第一起草单位起草了《精密减速机通用条件》（JB/T99999-2020），"
    text = PROSPECTUS + told + "公司产品执行《齿轮》（GB/T 99998-2008）。"
    (drafted,) = facts(text, "DRAFTED_STANDARD")
    assert drafted.target is not None
    assert (drafted.target.name, drafted.target.key) == ("精密减速机通用条件", "JB/T 99999-2020")
    assert drafted.properties == {"role": "第一起草单位"}


def test_standards_that_are_followed_are_left(facts: Facts) -> None:
    assert facts(PROSPECTUS + "公司按照《精密减速机通用条件》（JB/T 99999-2020）生产。", "DRAFTED_STANDARD") == []

"""What a short name stands for, freed of what ran into it; what defines no firm."""

from __future__ import annotations

import pytest

from nlp.aliases import settled
from nlp.names import Alias


@pytest.mark.parametrize(
    ("text", "short", "full", "firm"),
    [
        ("岚峤传动 指 甬川岚峤传动股份有限公司", "岚峤传动", "甬川岚峤传动股份有限公司", "甬川岚峤传动股份有限公司"),
        ("(2)石浦礁岩有限公司(以下简称“礁岩”)", "礁岩", "(2)石浦礁岩有限公司", "石浦礁岩有限公司"),
        ("曾历任石浦礁岩有限公司(现称石浦岬有限公司)", "石浦岬有限公司", "曾历任石浦礁岩有限公司", "石浦礁岩有限公司"),
        ("报告期内,公司指标较可比公司", "报告期内", "标较可比公司", None),
        ("客户指定采购公司", "客户", "定采购公司", None),
        ("主要竞争对手之一\n指 石浦礁岩有限公司", "主要竞争对手之一", "石浦礁岩有限公司", None),
        ("指 甬川岚峤有限公司\n指 石浦礁岩有限公司", "指 甬川岚峤有限公司", "石浦礁岩有限公司", None),
        ("CO.,LTD(以下简称“泰国礁”)", "泰国礁", "CO.,LTD", None),
    ],
)
def test_settled(text: str, short: str, full: str, firm: str | None) -> None:
    made = settled(Alias(short, full, text.find(full) if "(" in text else 0, len(text)), text)
    assert (made and made.full) == firm

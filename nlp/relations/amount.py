"""What a contract is worth: weighs every sum of money in an announcement by the words around it.

Reads a span of a `Reading`; writes `Amount` candidates, best first. Registered capital, turnover, deposits, fines and
unit prices stand near and are weighed down. Limits: sums of parts are not added up; rates (元/吨) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.values.money import Money, find_money


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum with its weight as the contract's value; `money` has low, high (in whole units) and currency."""

    money: Money
    weight: float


_GOOD: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        (6.0, r"(?:中标|成交|中选|预中标)[^。;,\n]{0,8}?(?:价|金额|总额|额|报价|总价)"),
        (
            6.0,
            r"(?:合同|协议|订单|签约)[^。;,\n]{0,10}?(?:总金额|总价|金额|总额|价款|价|造价|标的额|价值|总值|暂定价|额)",
        ),
        (5.0, r"(?:总金额|总价款?|总造价|总额|工程造价|工程价款|交易金额|交易价|标的金额|总承包价)"),
        (4.5, r"(?:合计|共计|总计|累计)"),
        (4.0, r"(?:投标报价|投标价|投标总价|报价|项目金额|工程金额|采购金额|销售金额|价格|金额|造价)"),
        (3.5, r"(?:总投资|投资总额|投资额|投资估算|总投资额|估算价|投资约?|预算)"),
        (2.0, r"(?:价值|约|为|人民币)"),
    )
)
_GOOD_BEHIND: tuple[tuple[float, re.Pattern[str]], ...] = (
    (
        3.5,
        re.compile(r"^(?:人民币|左右|整|[)(大写小写:零一-龥]{0,30}[)])?的[^。;,\n]{0,40}(?:合同|协议|订单|项目|工程)"),
    ),
    (2.0, re.compile(r"^[^。;,\n]{0,6}中标")),
)
_BAD: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        (
            -9.0,
            r"(?:注册资本|注册资金|实收资本|实缴|认缴|出资|总资产|净资产|资产总额|股本|股权|市值|资本金)[^。;\n]{0,26}",
        ),
        (
            -8.0,
            r"(?:营业(?:总)?收入|主营业务收入|净利润|利润总额|销售收入|销售额|总收入|产值|营收|贡献|净利"
            r"|毛利|成本)[^。;\n]{0,26}",
        ),
        (
            -8.0,
            r"(?:保证金|违约金|罚|赔偿|定金|预付款?|首付|进度款|担保|保函|押金|质保金|履约|借款|贷款"
            r"|授信|补贴|补助|首期|每期|尾款|余款|利息|滞纳)[^。;,\n]{0,24}",
        ),
        (-6.0, r"(?:单价|每[一-龥]{1,3}|年租金|月租|均价|起步价|超过|不低于|大于|以上)[^。;,\n]{0,12}"),
        (
            -3.0,
            r"(?:其中|暂列金|安全文明|归属于|归属|本公司(?:份额|部分)|分别为|所占份额|已(?:完成|交付"
            r"|确认|支付|收到|履行|结算))[^。;\n]{0,24}",
        ),
        (-4.0, r"(?:上年|去年|20\d\d年度|最近一个会计年度|过去三年|最近三年|此前|曾)[^。;\n]{0,40}"),
        (-2.5, r"(?:原|调整前|变更前|由)[^。;,\n]{0,12}"),
    )
)
_RATE = re.compile(r"^(?:整)?(?:[)])?[/每](?!人民币)")


def amounts(text: str, start: int, end: int, whole: Sequence[Money] | None = None) -> list[Amount]:
    """Candidate values inside `text[start:end]`, best first. `whole` saves a second search of the same text."""
    found = whole if whole is not None else find_money(text)
    inside = [money for money in found if start <= money.start and money.end <= end]
    counts: dict[float, int] = {}
    for money in inside:
        counts[money.high] = counts.get(money.high, 0) + 1
    result = []
    for money in inside:
        weight = _weight(text, money, start)
        if weight is None:
            continue
        weight += 0.7 * min(3, counts[money.high] - 1)
        weight += 1.2 * (1 - (money.start - start) / max(1, end - start))
        result.append(Amount(money, weight))
    return sorted(result, key=lambda amount: (-amount.weight, amount.money.start))


def _weight(text: str, money: Money, start: int) -> float | None:
    right = text[money.end : money.end + 50]
    if _RATE.match(right) or money.high < 1000:
        return None
    stop = max(start, money.start - 60)
    left = text[stop : money.start]
    left = left[max(left.rfind("。"), left.rfind(";"), left.rfind("\n\n")) + 1 :]
    weight = 0.0
    near = 0
    for value, pattern in _GOOD:
        hits = list(pattern.finditer(left))
        if hits and hits[-1].end() > near and len(left) - hits[-1].end() <= 32:
            distance = len(left) - hits[-1].end()
            weight = max(weight, value - 0.05 * distance)
            near = max(near, hits[-1].end() - 3)
    for value, pattern in _GOOD_BEHIND:
        if pattern.match(right):
            weight += value
    for value, pattern in _BAD:
        hits = list(pattern.finditer(left))
        if hits and hits[-1].end() >= len(left) - 1 and hits[-1].start() + 3 >= near - 8:
            weight += value
    if re.match(r"[^。;\n]{0,6}占", right):
        weight += 0.3
    if money.currency != "CNY":
        weight -= 0.8
    if (
        re.search(r"(?:折合|约合|折算|相当于|合计?)(?:成)?(?:人民币)?约?(?:为)?(?:人民币)?$", left)
        and money.currency == "CNY"
    ):
        weight += 4.0
    if re.search(r"(?:更正|调整|变更|增加|减少|修改)(?:为|到|至)[^。;,\n]{0,8}$", left):
        weight += 4.0
    return weight

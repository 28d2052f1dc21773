"""Several contracts in one announcement: rows of a table, items of a list, repeated labels.

Reads the text of a `Reading`; writes a `Block` for each contract, or none where the document tells of one only. A
list counts when at least two items have a title and a sum of their own. Limits: rows with merged cells are read from
the right; lots enumerated inside one sentence stay together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from kg.values.money import Money, find_money
from nlp.relations.amount import Amount, amounts
from nlp.relations.title import CONTRACT, PROJECT, Title, cleaned, contracts, projects

_MOST = 200
TABLE_RULE = "contract.table_rule"
LIST_RULE = "contract.list_rule"

_HEADS = {
    "amount": re.compile(
        r"(?:价格?|金额|总价|造价|总额|投资额?|报价)(?:[(].*[)])?$|^中标价|^中标金额|^合同金额|金额[(]"
    ),
    "supplier": re.compile(
        r"中标人|中标单位|中标公司|承包|供应商|乙方|卖方|施工单位|签约主体|实施主体|投标主体"
        r"|中标主体|签订主体|签约单位|中标候选人|承建单位|中标企业|供货方|签约方$|子公司"
    ),
    "buyer": re.compile(
        r"招标人|招标单位|招标方|业主|采购人|采购单位|采购方|建设单位|发包|甲方|客户|买方|合同对方"
        r"|交易对方|对方|需方|委托方|项目单位|购买方"
    ),
    "contract": re.compile(r"^合同(?:名称|书)?$|合同名称|协议名称"),
    "project": re.compile(
        r"项目名称|工程名称|标段名称|中标项目|中标工程|^项目$|^工程$|项目内容|中标内容|标的|工程项目"
        r"|^名称$|项目或|采购内容|^中标标段$|合同标的"
    ),
}
_UNIT = re.compile(r"(?:单位[::]?|[(])(?:人民币)?(万元|亿元|元|万美元|百万元|千元)")
_FACTOR = {"万元": 1e4, "亿元": 1e8, "元": 1.0, "万美元": 1e4, "百万元": 1e6, "千元": 1e3}
_NUMBER = re.compile(r"^(?:约|人民币|¥|￥|RMB)*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:元)?$")
_SUM = re.compile(r"^(?:合计|总计|小计|共计|累计)")
_MARKERS = (
    re.compile(r"(?:(?<=[\n。;:,])|^)(\d{1,2})(?:[、.](?!\d)|[)])"),
    re.compile(r"(?:(?<=[\n。;:,])|^)[(](\d{1,2})[)]"),
    re.compile(r"(?:(?<=[\n。;:,])|^)([一二三四五六七八九十]{1,3})、"),
    re.compile(r"(?:(?<=[\n。;:,])|^)[(]([一二三四五六七八九十]{1,3})[)]"),
)
_DIGITS = {char: at for at, char in enumerate("〇一二三四五六七八九")}
_LABEL = re.compile(r"(?:项目|工程|合同)名称[:]")


_SEVERAL = re.compile(
    r"(?:以下|如下|下列|若干|多项|多个|数个|[两二三四五六七八九十\d]\s?(?:项|个"
    r"|份))[^。;\n]{0,12}(?:工程|项目|合同|中标|协议|标段|通知书)|分别(?:中标|与|签订|签署)"
)
_CLAUSE = re.compile(r"[^。;\n]{12,600}")
_TOLD = re.compile(r"签订|签署|签约")


@dataclass(frozen=True, slots=True)
class Block:
    """One contract's part of the text: its span, and what a row or item says itself."""

    start: int
    end: int
    project: Title | None
    contract: Title | None
    amount: Amount | None
    supplier: str | None = None
    buyer: str | None = None
    own_buyer: bool = False
    method: str = LIST_RULE


def blocks(text: str, money: Sequence[Money]) -> list[Block]:
    """The contracts that the text tells apart, at least two; an empty list where it tells of one."""
    rows = _table(text)
    if rows:
        return rows
    best: list[Block] = []
    for parts in _sequences(text):
        found = _items(text, parts, money)
        if len(found) > len(best):
            best = found
    return best


def _table(text: str) -> list[Block]:
    """Rows under a head that names a project (or contract) and a price or a party."""
    best: list[Block] = []
    lines: list[tuple[int, int]] = []
    at = 0
    for part in text.split("\n"):
        lines.append((at, at + len(part)))
        at += len(part) + 1
    for index, (start, end) in enumerate(lines):
        if "\t" not in text[start:end]:
            continue
        columns = _columns(text[start:end].split("\t"))
        if not columns or not ({"project", "contract"} & columns.keys()) or len(columns) < 2:
            continue
        above = text[max(0, start - 40) : start]
        found = _rows(text, lines[index + 1 :], columns, text[start:end].split("\t"), above)
        if len(found) > len(best):
            best = found
    return best if len(best) > 1 or (best and best[0].supplier) else []


def _columns(cells: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, cell in enumerate(cells):
        if len(cell) > 24:
            continue
        for role, pattern in _HEADS.items():
            if role not in columns and pattern.search(cell):
                columns[role] = at
                break
    return columns


def _rows(text: str, lines: list[tuple[int, int]], columns: dict[str, int], head: list[str], above: str) -> list[Block]:
    unit = 1.0
    price = columns.get("amount")
    known = _UNIT.search(head[price]) if price is not None else None
    known = known or (_UNIT.search(above) if price is not None else None)
    if known:
        unit = _FACTOR[known.group(1)]
    result = []
    for start, end in lines:
        cells = text[start:end].split("\t")
        if len(cells) < 2:
            break
        shift = len(cells) - len(head)
        if _SUM.match(cells[0]) or abs(shift) > 1:
            continue
        spans, at = [], start
        for cell in cells:
            spans.append((at, at + len(cell)))
            at += len(cell) + 1

        def cell_of(role: str, spans: list[tuple[int, int]] = spans, shift: int = shift) -> tuple[int, int] | None:
            place = columns.get(role)
            if place is None or not 0 <= place + shift < len(spans):
                return None
            return spans[place + shift]

        block = _row(text, (start, end), cell_of("project"), cell_of("contract"), cell_of("amount"), unit)
        if block is None:
            continue
        supplier, buyer = cell_of("supplier"), cell_of("buyer")
        result.append(
            Block(
                start,
                end,
                block.project,
                block.contract,
                block.amount,
                _party(text, supplier),
                _party(text, buyer),
                buyer is not None,
                TABLE_RULE,
            )
        )
    return result


def _party(text: str, span: tuple[int, int] | None) -> str | None:
    if span is None:
        return None
    value = text[span[0] : span[1]].strip(" \n-—/")
    return value if 2 <= len(value) <= 60 and not value.isdigit() else None


def _row(
    text: str,
    line: tuple[int, int],
    project: tuple[int, int] | None,
    contract: tuple[int, int] | None,
    price: tuple[int, int] | None,
    unit: float,
) -> Block | None:
    titles: dict[str, Title] = {}
    for kind, span in ((PROJECT, project), (CONTRACT, contract)):
        if span is None or span[1] - span[0] < 4:
            continue
        clean = cleaned(text, span[0], span[1], kind)
        if clean is not None:
            titles[kind] = Title(clean[0], clean[1], clean[2], kind, 9.0)
    if not titles:
        return None
    amount = None
    if price is not None:
        value = text[price[0] : price[1]].strip()
        number = _NUMBER.match(value)
        found = find_money(value)
        if number:
            sum_ = float(number.group(1).replace(",", "")) * (1.0 if value.endswith("元") else unit)
            amount = Amount(Money(sum_, sum_, "CNY", price[0], price[1], value), 9.0)
        elif found:
            money = found[0]
            amount = Amount(
                Money(money.low, money.high, money.currency, price[0] + money.start, price[0] + money.end, money.text),
                9.0,
            )
    return Block(line[0], line[1], titles.get(PROJECT), titles.get(CONTRACT), amount)


def _ordinal(value: str) -> int:
    if value.isdigit():
        return int(value)
    if value == "十":
        return 10
    tens, _, ones = value.partition("十")
    if "十" in value:
        return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
    return _DIGITS.get(value, 0)


def _sequences(text: str) -> list[list[tuple[int, int]]]:
    """Runs of list items 1, 2, 3… of one style, and blocks under a repeated label, each as spans."""
    result = []
    for marker in _MARKERS:
        run: list[int] = []
        expected = 1
        for match in marker.finditer(text):
            number = _ordinal(match.group(1))
            if run and number == expected:
                run.append(match.start())
                expected = number + 1
            elif not run and 1 < number <= 3:  # the first lines of a list may be lost
                run, expected = [match.start()], number + 1
            elif number == 1:
                if len(run) > 1:
                    result.append(_spans(text, [*run, match.start()], closed=True))
                run, expected = [match.start()], 2
        if len(run) > 1:
            result.append(_spans(text, run))
    if _SEVERAL.search(text[:1500]):
        result.append([match.span() for match in _CLAUSE.finditer(text) if _TOLD.search(match.group())])
    labels = [match.start() for match in _LABEL.finditer(text)]
    if len(labels) > 1:
        result.append(_spans(text, labels))
    return result


def _spans(text: str, starts: list[int], closed: bool = False) -> list[tuple[int, int]]:
    spans = list(pairwise(starts))
    if closed:
        return spans
    longest = max(end - start for start, end in spans)
    last = starts[-1]
    return [*spans, (last, min(len(text), last + 2 * longest + 60))]


def _items(text: str, parts: list[tuple[int, int]], money: Sequence[Money]) -> list[Block]:
    """The items that have a title and a sum; none where fewer than two differ."""
    found: list[Block] = []
    for start, end in parts[: 4 * _MOST]:
        if len(found) >= _MOST:
            break
        titles = projects(text, start, end)
        papers = contracts(text, start, end)
        lead = _lead(text, start, end)
        project = titles[0] if titles and titles[0].weight >= 5.0 else lead
        contract = papers[0] if papers and papers[0].weight >= 5.0 else None
        sums = amounts(text, start, end, money)
        amount = sums[0] if sums and sums[0].weight >= 3.0 else None
        title = project or contract
        if title is None or amount is None:
            continue
        if any(_alike(title.text, (other.project or other.contract or title).text) for other in found):
            continue
        if any(other.amount and other.amount.money.high == amount.money.high for other in found):
            continue
        found.append(Block(start, end, project, contract, amount))
    return found if len(found) > 1 else []


_MARK = re.compile(r"[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)、.]*")
_LEAD = re.compile(r"[^,;。:\n]{6,100}?(?=[,;。:]|$)")


def _lead(text: str, start: int, end: int) -> Title | None:
    """An item that begins with its title: `1、X工程施工标段,中标价…`."""
    mark = _MARK.match(text, start, end)
    match = _LEAD.match(text, mark.end() if mark else start, end)
    if match is None or not re.search(r"项目|工程|标段|采购|标$|施工|[)]$", match.group()):
        return None
    if re.search(r"公司|收到|签订|签署|中标|影响|金额|本公告|合计", match.group()):
        return None
    clean = cleaned(text, match.start(), match.end(), PROJECT)
    return Title(clean[0], clean[1], clean[2], PROJECT, 6.0) if clean else None


def _alike(one: str, two: str) -> bool:
    if one == two or (min(len(one), len(two)) >= 8 and (one in two or two in one)):
        return True
    if re.findall(r"\d+", one) != re.findall(r"\d+", two):
        return False
    return SequenceMatcher(None, one, two, autojunk=False).ratio() > 0.9

"""Notices of several awards at once: lots, a consortium, the list of a quarter."""

from __future__ import annotations

from collections.abc import Callable

from seeds.demo.make.document import Written, date_zh, money
from seeds.demo.make.html import Block, Section, Table
from seeds.demo.make.notices import RISK, Contract, masthead, publish, short, won
from seeds.demo.make.world import World


def lots(world: World, contract: Contract) -> Written:
    """One buyer, several lots with a winner each; the unit stands in the table's head only."""
    buyer = world.firm(contract["buyer"])
    doc = Written(
        f"documents/{contract['id']}-lots.html",
        "award",
        f"{contract['project']}中标结果公告",
        buyer.name,
        contract["date"],
    )
    rows = [["序号", "标段名称", "中标人", "中标价（万元）"]]
    for number, (lot, key, amount) in enumerate(contract["lots"], start=1):
        winner = world.firm(key)
        rows.append([str(number), lot, winner.name, f"{amount / 1e4:,.1f}"])
        won(doc, {"project": lot, "amount": amount}, winner, buyer)
    total = sum(amount for _, _, amount in contract["lots"])
    rows.append(["合计", "", "", f"{total / 1e4:,.1f}"])
    sections: list[Section] = [
        (None, [doc.title, f"{contract['project']}已于近日完成评标，招标人{buyer.name}现将各标段中标结果公布如下。"]),
        ("一、中标结果", [Table(rows)]),
        ("二、说明", [f"{buyer.name}将在30日内与各中标人签订合同。", date_zh(contract["date"])]),
    ]
    publish(doc, world, sections)
    return doc


def consortium(world: World, contract: Contract) -> Written:
    """A lead and its members; the price is the whole consortium's."""
    lead, buyer = world.firm(contract["supplier"]), world.firm(contract["buyer"])
    members = [world.firm(key) for key in contract["members"]]
    names = "、".join(member.name for member in members)
    doc = Written(
        f"documents/{contract['id']}-consortium.html", "award", "关于联合体项目中标的公告", lead.name, contract["date"]
    )
    date = date_zh(contract["date"], spaced=True)
    sections: list[Section] = [
        (
            None,
            [
                *masthead(lead, contract["date"], doc.title),
                f"{short(lead)}作为联合体牵头人，与{names}组成的联合体收到{buyer.name}（以下简称“招标人”）发来的中标通知书，"
                f"确定联合体为{contract['project']}的中标人，中标价{money(contract['amount'], '万元')}。",
            ],
        ),
        (
            "一、项目基本情况",
            [
                f"项目名称：{contract['project']}",
                f"联合体成员分工：{lead.short}负责焊接主机与总成，{members[0].name}负责产线软件，{members[1].name}负责电控系统。",
                f"归属于公司的份额约为{money(contract['amount'] * 0.62, '万元')}，以联合体协议约定为准。",
            ],
        ),
        ("二、风险提示", [RISK]),
        (None, ["特此公告。", f"{lead.name}董事会", date]),
    ]
    listed = [member.name for member in members]
    won(doc, contract, lead, buyer, consortium=listed)
    for member in members:
        won(
            doc,
            contract,
            member,
            buyer,
            role="member",
            consortium=[lead.name, *(n for n in listed if n != member.name)],
        )
    publish(doc, world, sections, cut=True)
    return doc


def quarter(world: World, contract: Contract) -> Written:
    """A list of a quarter's awards in prose with numbers."""
    supplier = world.firm(contract["supplier"])
    doc = Written(
        f"documents/{contract['id']}-quarter.html",
        "award",
        "关于2026年第三季度中标情况的公告",
        supplier.name,
        contract["date"],
    )
    items: list[Block] = []
    for number, (key, project, amount) in enumerate(contract["rows"], start=1):
        buyer = world.firm(key)
        items.append(f"{number}、{project}，招标人为{buyer.name}，中标金额{money(amount, '万元')}；")
        won(doc, {"project": project, "amount": amount}, supplier, buyer)
    total = sum(row[2] for row in contract["rows"])
    opening = f"2026年7月至9月，{short(supplier)}共中标{len(items)}个项目，合计金额约{money(total, '万元')}，具体如下："
    sections: list[Section] = [
        (None, [*masthead(supplier, contract["date"], doc.title), opening, *items]),
        (None, [RISK, f"{supplier.name}董事会", date_zh(contract["date"], spaced=True)]),
    ]
    publish(doc, world, sections)
    return doc


FORMS: dict[str, Callable[[World, Contract], Written]] = {
    "lots": lots, "consortium": consortium, "quarter": quarter,
}  # fmt: skip

"""Award notices, one function for each way in which an award is announced."""

# ruff: noqa: E501  (Chinese signs count twice; a sentence stays on its line)
from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from seeds.demo.make.document import Written, capital_numerals, date_zh, money
from seeds.demo.make.html import Block, Section, page
from seeds.demo.make.world import Firm, World, pick

Contract = Mapping[str, Any]
PROMISE = "本公司董事会及全体董事保证公告内容真实、准确、完整，不存在虚假记载或者重大遗漏（本公告为示例）。"
RISK = "项目的实施可能受市场环境、原材料价格等因素影响，敬请投资者注意风险。本公告为虚构示例。"


def won(doc: Written, contract: Contract, supplier: Firm, buyer: Firm | None, **more: Any) -> None:
    """The fact of a contract notice; the project names the contract, else its title does."""
    project, title = contract.get("project"), contract.get("contract")
    amount = contract.get("amount")
    properties: dict[str, Any] = {
        "buyer": buyer.name if buyer else None,
        "project": project,
        "contract": title,
        "amount_min": float(amount) if amount else None,
        "amount_max": float(amount) if amount else None,
        "currency": contract.get("currency", "CNY") if amount else None,
        "role": "lead",
    }
    properties.update(more)
    doc.state(
        "WON_CONTRACT", supplier, ("Contract", properties["project"] or properties["contract"], None), **properties
    )


def short(firm: Firm, alias: str | None = None) -> str:
    """The name with its short name defined."""
    return f"{firm.name}（以下简称“{alias or firm.short}”）"


_DEFINED = re.compile(r"([\u4e00-\u9fff]+(?:公司|学院))（以下简称“([^”]+)”）")


def publish(doc: Written, world: World, sections: Sequence[Section], cut: bool = False) -> None:
    """Write the page, and state the short names that its text defines (not the roles)."""
    text = "".join(block for _, blocks in sections for block in blocks if isinstance(block, str))
    for before, alias in _DEFINED.findall(text):
        full = max((firm.name for firm in world.firms.values() if before.endswith(firm.name)), default=None)
        former = [
            f.more["former"] for f in world.firms.values() if f.more.get("former") and before.endswith(f.more["former"])
        ]
        if alias not in ("公司", "招标人") and (full or former):
            doc.state("ALIAS_OF", alias, ("Enterprise", full or former[0], None))
    doc.data = page(doc.title, world.notice, sections, cut=cut)


def masthead(firm: Firm, date: str, title: str) -> list[Block]:
    """Stock code line, name and title; unlisted firms have no code."""
    number = f"{date[:4]}-{pick(firm.id + date, 90) + 10:03d}"
    stock = firm.more.get("stock")
    line = f"证券代码：{stock}     证券简称：{firm.short}    公告编号：{number}" if stock else f"公告编号：{number}"
    return [line, firm.name, title, PROMISE]


def portrait(doc: Written, firm: Firm) -> list[Block]:
    """The section on the other party, with the figures that are not the contract's."""
    doc.state("PROFILE", firm, founded=firm.founded, registered_capital=firm.capital * 1e4, address=firm.address)
    doc.state("LOCATED_IN", firm, ("Region", firm.county, firm.region), address=firm.address)
    return [
        f"1、名称：{firm.name}",
        f"2、注册资本：{firm.capital:,}万元人民币",
        f"3、成立日期：{date_zh(firm.founded, spaced=True)}",
        f"4、注册地址：{firm.address}",
        "5、公司与该交易对方不存在关联关系，上一年度未发生同类业务。",
    ]


def center(world: World, contract: Contract) -> Written:
    """The result page of a trading centre: numbered items, the centre itself is neither side."""
    supplier, buyer, office = world.firm(contract["supplier"]), world.firm(contract["buyer"]), world.firm("O2")
    doc = Written(
        f"documents/{contract['id']}-award.html",
        "award",
        f"{contract['project']}中标结果公告",
        office.name,
        contract["date"],
    )
    agent = world.firm("O1").name
    number = f"示例招-{contract['date'][:4]}-{pick(contract['id'], 9000) + 1000}"
    sections: list[Section] = [
        (None, [doc.title, f"一、项目编号：{number}", f"二、项目名称：{contract['project']}"]),
        (
            "三、中标信息",
            [
                f"供应商名称：{supplier.name}",
                f"供应商地址：{supplier.address}",
                f"中标金额：{money(contract['amount'], '万元')}（大写：人民币{capital_numerals(contract['amount'])}）",
            ],
        ),
        (
            "四、凡对本次公告内容提出询问，请按以下方式联系",
            [
                f"1.采购人信息 名称：{buyer.name} 地址：{buyer.address}",
                f"2.采购代理机构信息 名称：{agent} 地址：{world.place('990101')}启航路1号",
                f"公告期限：自本公告发布之日起1个工作日。 {office.name} {date_zh(contract['date'])}",
            ],
        ),
    ]
    for firm in (supplier, buyer):
        doc.state("LOCATED_IN", firm, ("Region", firm.county, firm.region), address=firm.address)
    won(doc, contract, supplier, buyer)
    publish(doc, world, sections)
    return doc


def notice(world: World, contract: Contract) -> Written:
    """The winner's own announcement."""
    supplier, buyer = world.firm(contract["supplier"]), world.firm(contract["buyer"])
    doc = Written(
        f"documents/{contract['id']}-award.html", "award", "关于收到中标通知书的公告", supplier.name, contract["date"]
    )
    unit, date = contract.get("unit", "万元"), date_zh(contract["date"], spaced=True)
    openings = (
        f"{short(supplier)}于{date}收到{buyer.name}发来的《中标通知书》，确认公司为“{contract['project']}”的中标单位，"
        f"中标金额为人民币{money(contract['amount'], unit)}（含税）。现将有关情况公告如下：",
        f"近日，{short(supplier, '公司')}参与了{buyer.name}组织的{contract['project']}的公开招标。根据招标人于{date}签发的"
        f"中标通知书，公司被确定为中标人，中标价{money(contract['amount'], unit)}。",
    )
    which = 0 if supplier.more.get("stock") else 1
    year = int(contract["date"][:4]) - 1
    sections: list[Section] = [
        (None, [*masthead(supplier, contract["date"], doc.title), openings[which]]),
        (
            "一、中标项目主要内容",
            [
                f"1、项目名称：{contract['project']}",
                f"2、招标人：{buyer.name}",
                f"3、标的物：{contract['product']}",
                f"4、交货期：合同签订后{6 + pick(contract['id'], 12)}个月内分批交货",
            ],
        ),
        ("二、交易对方情况", portrait(doc, buyer)),
        (
            "三、对公司的影响",
            [
                f"中标金额约占公司{year}年度经审计营业收入{money(supplier.more['revenue'] * 1e4, '万元')}的"
                f"{contract['amount'] / supplier.more['revenue'] / 100:.2f}%，将对公司经营业绩产生积极影响。",
                RISK,
            ],
        ),
        (None, ["特此公告。", f"{supplier.name}董事会", date]),
    ]
    doc.state("REPORTS_METRIC", supplier, ("Metric", "revenue", None), metric="revenue",
              value=round(supplier.more["revenue"] * 1e4, 2), period=str(year))  # fmt: skip
    won(doc, contract, supplier, buyer)
    publish(doc, world, sections, cut=True)
    return doc


def agency(world: World, contract: Contract) -> Written:
    """The notice of award comes from an agency; the buyer is named once, further down."""
    supplier, buyer, agent = (world.firm(contract[key]) for key in ("supplier", "buyer", "agency"))
    doc = Written(
        f"documents/{contract['id']}-award.html",
        "award",
        f"{supplier.short}：关于项目中标的提示性公告",
        supplier.name,
        contract["date"],
    )
    date = date_zh(contract["date"], spaced=True)
    sections: list[Section] = [
        (
            None,
            [
                *masthead(supplier, contract["date"], "关于项目中标的提示性公告"),
                f"{date}，{short(supplier)}收到{agent.name}发出的《中标通知书》（编号：HYZB-{pick(contract['id'], 900) + 100}），"
                f"通知书确定{supplier.short}为{contract['project']}的中标单位。",
            ],
        ),
        (
            "一、项目概况",
            [
                f"该项目业主为{buyer.name}，{agent.name}受其委托组织本次招标。项目总报价"
                f"{contract['amount']}元，投标保证金10万元将于合同签订后退还。",
                f"项目实施地点位于{world.place(buyer.region or '')}。",
            ],
        ),
        ("二、风险提示", ["公司尚未与业主签订正式合同，合同条款以最终签署为准。", RISK]),
        (None, [supplier.name, date]),
    ]
    won(doc, contract, supplier, buyer)
    publish(doc, world, sections, cut=True)
    return doc


def subsidiary(world: World, contract: Contract) -> Written:
    """The parent announces, its subsidiary wins."""
    supplier, parent, buyer = (world.firm(contract[key]) for key in ("supplier", "parent", "buyer"))
    doc = Written(
        f"documents/{contract['id']}-award.html", "award", "关于全资子公司项目中标的公告", parent.name, contract["date"]
    )
    date = date_zh(contract["date"], spaced=True)
    sections: list[Section] = [
        (
            None,
            [
                *masthead(parent, contract["date"], doc.title),
                f"{short(parent, '公司')}全资子公司{short(supplier)}于近日收到{buyer.name}的中标通知，"
                f"{supplier.short}中标“{contract['project']}”，中标总价为{money(contract['amount'], '万元')}。",
            ],
        ),
        ("一、招标方介绍", portrait(doc, buyer)),
        (
            "二、对公司的影响",
            [
                f"{supplier.short}注册资本{supplier.capital:,}万元，公司持有其100%股权，其业绩纳入公司合并报表。",
                f"本次中标有利于{supplier.products[0]}业务的拓展。{RISK}",
            ],
        ),
        (None, ["特此公告。", f"{parent.name}董事会", date]),
    ]
    doc.state("SUBSIDIARY_OF", supplier, ("Enterprise", parent.name, parent.code), share=100.0)
    won(doc, contract, supplier, buyer)
    publish(doc, world, sections)
    return doc


def branch(world: World, contract: Contract) -> Written:
    """A branch wins: its name holds the firm's, and it is not the firm."""
    supplier, parent, buyer = (world.firm(contract[key]) for key in ("supplier", "parent", "buyer"))
    doc = Written(
        f"documents/{contract['id']}-award.html",
        "award",
        f"{contract['project']}成交公告",
        world.firm("O2").name,
        contract["date"],
    )
    sections: list[Section] = [
        (
            None,
            [
                doc.title,
                f"{contract['project']}经评审，现将成交结果公告如下：采购人为{buyer.name}；成交供应商为{supplier.name}"
                f"（{parent.name}依法设立的分支机构）；成交金额{money(contract['amount'], '元')}。",
            ],
        ),
        ("其他事项", ["成交结果公示期为3日，如有异议请以书面形式提出。", date_zh(contract["date"])]),
    ]
    won(doc, contract, supplier, buyer)
    publish(doc, world, sections)
    return doc


def correction(world: World, contract: Contract) -> Written:
    """A later notice with another amount for the same award."""
    supplier, buyer, office = world.firm(contract["supplier"]), world.firm(contract["buyer"]), world.firm("O2")
    doc = Written(
        f"documents/{contract['id']}-correction.html",
        "award",
        f"{contract['project']}中标结果更正公告",
        office.name,
        contract["date"],
    )
    sections: list[Section] = [
        (
            None,
            [
                doc.title,
                f"我中心于此前发布的{contract['project']}中标结果公告（采购人：{buyer.name}）中标金额有误，现予以更正。",
            ],
        ),
        (
            "更正内容",
            [
                f"供应商名称：{supplier.name}",
                f"原公告中标金额{money(contract['was'], '万元')}，现更正为{money(contract['amount'], '万元')}，其余内容不变。",
                f"{office.name} {date_zh(contract['date'])}",
            ],
        ),
    ]
    won(doc, contract, supplier, buyer)
    publish(doc, world, sections)
    return doc


def pre_award(world: World, contract: Contract) -> Written:
    """First candidate of three; nothing is awarded yet."""
    supplier, buyer = world.firm(contract["supplier"]), world.firm(contract["buyer"])
    doc = Written(
        f"documents/{contract['id']}-candidate.html",
        "pre_award",
        "关于项目预中标的提示性公告",
        supplier.name,
        contract["date"],
    )
    date = date_zh(contract["date"], spaced=True)
    sections: list[Section] = [
        (
            None,
            [
                *masthead(supplier, contract["date"], doc.title),
                f"{date}，{buyer.name}在其采购平台公示了{contract['project']}的评标结果，{short(supplier)}为第一中标候选人，"
                f"投标报价{money(contract['amount'], '万元')}，公示期自公示之日起3日。",
            ],
        ),
        (
            "一、预中标项目情况",
            [
                f"1、项目名称：{contract['project']}",
                f"2、招标单位：{buyer.name}",
                f"3、主要标的：{contract['product']}",
            ],
        ),
        ("二、风险提示", ["公示期内公司能否最终中标尚存在不确定性。", RISK]),
        (None, [supplier.name, date]),
    ]
    won(doc, contract, supplier, buyer)
    publish(doc, world, sections)
    return doc


def plain(world: World, contract: Contract) -> Written:
    """A result posted as a text file in GB18030, columns by blanks, half of it in one paragraph."""
    supplier, buyer = world.firm(contract["supplier"]), world.firm(contract["buyer"])
    doc = Written(
        f"documents/{contract['id']}-award.txt", "award", f"{contract['project']}中标公示", buyer.name, contract["date"]
    )
    text = (
        f"　　　　{doc.title}\r\n\r\n　　{world.notice}\r\n"
        f"　　{contract['project']}（招标编号：SL{pick(contract['id'], 9000) + 1000}）评标工作已经结束，经评标委员会评审、招标人确认，\r\n"
        f"现将中标结果公示如下：\r\n"
        f"　　招 标 人：{buyer.name}\r\n　　中 标 人：{supplier.name}\r\n"
        f"　　中标金额：人民币{capital_numerals(contract['amount'])}（￥{contract['amount']:,}.00）\r\n"
        f"　　中标人注册地址：{supplier.address}\r\n"
        f"　　公示时间：{date_zh(contract['date'])}起三个工作日。\r\n"
    )
    won(doc, contract, supplier, buyer)
    doc.state("LOCATED_IN", supplier, ("Region", supplier.county, supplier.region), address=supplier.address)
    doc.data = text.encode("gb18030")
    return doc


FORMS: dict[str, Callable[[World, Contract], Written]] = {
    "center": center, "notice": notice, "agency": agency, "subsidiary": subsidiary, "branch": branch,
    "correction": correction, "pre_award": pre_award, "plain": plain,
}  # fmt: skip

"""Announcements of signed contracts: parties buried in prose, changes, progress, frameworks, foreign money."""

# ruff: noqa: E501  (Chinese signs count twice; a sentence stays on its line)
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from seeds.demo.make.document import Written, capital_numerals, date_zh, money
from seeds.demo.make.html import Section, Table
from seeds.demo.make.notices import RISK, Contract, masthead, portrait, publish, short, won
from seeds.demo.make.world import Firm, World, pick


def signed(world: World, contract: Contract) -> Written:
    """The supplier announces; in every second one the parties are 甲方 and 乙方 of the last section only."""
    supplier, buyer = world.firm(contract["supplier"]), world.firm(contract["buyer"])
    if contract.get("former"):  # before its renaming
        supplier = replace(supplier, name=supplier.more["former"], short="望圻液压", code=supplier.code)
    doc = Written(
        f"documents/{contract['id']}-signed.html", "signed", "关于签订重大合同的公告", supplier.name, contract["date"]
    )
    date = date_zh(contract["date"], spaced=True)
    ways = (
        f"{short(supplier)}于{date}与{buyer.name}（以下简称“{buyer.short}”）签订了《{contract['contract']}》，"
        f"合同总金额为人民币{money(contract['amount'], '万元')}（含税）。",
        f"{date}，公司与{buyer.name}就{contract['product']}的供应达成一致并签署《{contract['contract']}》，"
        f"约定由公司{'为其提供' if contract['product'].endswith('服务') else '向其供应'}上述产品，合同价款{money(contract['amount'], '元')}。",
    )
    which = pick(contract["id"], 2)
    sections: list[Section] = [
        (None, [*masthead(supplier, contract["date"], doc.title), ways[which]]),
        ("一、合同对方当事人情况", portrait(doc, buyer)),
        (
            "二、合同主要内容",
            [
                f"甲方：{buyer.name} 乙方：{supplier.name}",
                f"合同标的：{contract['product']}。合同金额（大写）人民币{capital_numerals(contract['amount'])}，甲方在合同生效后"
                f"15日内向乙方支付合同金额20%的预付款，即{money(contract['amount'] * 0.2, '万元')}。",
                f"违约责任：乙方逾期交货的，每逾期一日按逾期部分的0.05%支付违约金，最高不超过{money(contract['amount'] * 0.05, '万元')}。",
            ],
        ),
        ("三、合同履行对公司的影响", [f"本合同为公司日常经营合同，不影响公司业务独立性。{RISK}"]),
        (None, ["特此公告。", f"{supplier.name}", date]),
    ]
    won(doc, contract, supplier, buyer, signed=contract["date"])
    publish(doc, world, sections, cut=bool(contract.get("cut")))
    return doc


def foreign(world: World, contract: Contract) -> Written:
    """A Latin buyer name with blanks, an amount in dollars and no yuan."""
    supplier, buyer = world.firm(contract["supplier"]), world.firm(contract["buyer"])
    doc = Written(
        f"documents/{contract['id']}-signed.html",
        "signed",
        "关于签订日常经营重大合同的公告",
        supplier.name,
        contract["date"],
    )
    date = date_zh(contract["date"], spaced=True)
    sections: list[Section] = [
        (
            None,
            [
                *masthead(supplier, contract["date"], doc.title),
                f"{short(supplier)}于{date}与 {buyer.name} 签署了《{contract['contract']}》，由{supplier.short}在2026年至2027年"
                f"向对方供应{contract['product']}，合同金额{money(contract['amount'], '万元').replace('元', '美元')}。",
            ],
        ),
        ("二、交易对方", [f"{buyer.name} 是一家虚构的境外传动企业，与公司无关联关系。"]),
        ("三、风险提示", ["合同以美元结算，存在汇率波动风险。", RISK]),
        (None, [f"{supplier.name}董事会", date]),
    ]
    won(doc, contract, supplier, buyer, signed=contract["date"])
    publish(doc, world, sections)
    return doc


def progress(world: World, contract: Contract) -> Written:
    """How far a contract has come: the contract's total, not what was delivered."""
    supplier, buyer = world.firm(contract["supplier"]), world.firm(contract["buyer"])
    doc = Written(
        f"documents/{contract['id']}-progress.html",
        "progress",
        "关于重大合同履行进展的公告",
        supplier.name,
        contract["date"],
    )
    sections: list[Section] = [
        (
            None,
            [
                *masthead(supplier, contract["date"], doc.title),
                f"{short(supplier)}此前与{buyer.name}签订了《{contract['contract']}》，合同总金额{money(contract['amount'], '万元')}。"
                f"截至{date_zh(contract['date'], spaced=True)}，公司已交付{contract['product']}并累计确认收入"
                f"{money(contract['delivered'], '万元')}，剩余部分预计于2026年底前交付完毕。",
            ],
        ),
        (
            "二、以前年度与该客户的交易",
            [
                Table(
                    [
                        ["年度", "交易金额（万元）"],
                        ["2023年", "1,206.50"],
                        ["2024年", "2,388.00"],
                        ["2025年", "3,140.20"],
                    ]
                )
            ],
        ),
        (None, [RISK, supplier.name]),
    ]
    won(doc, contract, supplier, buyer)
    publish(doc, world, sections)
    return doc


def change(world: World, contract: Contract) -> Written:
    """A changed contract: the new amount holds."""
    supplier, buyer = world.firm(contract["supplier"]), world.firm(contract["buyer"])
    doc = Written(
        f"documents/{contract['id']}-change.html",
        "progress",
        "关于签订合同变更协议的公告",
        supplier.name,
        contract["date"],
    )
    date = date_zh(contract["date"], spaced=True)
    sections: list[Section] = [
        (
            None,
            [
                *masthead(supplier, contract["date"], doc.title),
                f"经友好协商，{short(supplier)}与{short(buyer)}于{date}对双方原签订的《{contract['contract']}》进行变更，"
                f"合同总价由{money(contract['was'], '亿元')}调整到{money(contract['amount'], '亿元')}，减少部分为试验台土建工程，"
                "由对方另行发包。",
            ],
        ),
        ("二、对公司的影响", ["本次变更不会对公司当期损益产生重大影响。", RISK]),
        (None, [f"{supplier.name}董事会", date]),
    ]
    won(doc, contract, supplier, buyer, signed=contract["date"])
    publish(doc, world, sections)
    return doc


def framework(world: World, contract: Contract) -> Written:
    """An agreement without an amount, registered capital standing near."""
    supplier, buyer = world.firm(contract["supplier"]), world.firm(contract["buyer"])
    doc = Written(
        f"documents/{contract['id']}-framework.html",
        "framework",
        "关于签署战略合作框架协议的公告",
        supplier.name,
        contract["date"],
    )
    date = date_zh(contract["date"], spaced=True)
    sections: list[Section] = [
        (
            None,
            [
                *masthead(supplier, contract["date"], doc.title),
                f"{short(supplier)}与{buyer.name}于{date}签署《{contract['contract']}》，双方就关节模组的联合开发和优先供货"
                "建立合作。本协议为意向性约定，不涉及具体金额。",
            ],
        ),
        ("一、合作方情况", portrait(doc, buyer)),
        ("二、风险提示", ["具体合作以后续订单为准。", RISK]),
        (None, [supplier.name, date]),
    ]
    won(doc, contract, supplier, buyer, signed=contract["date"])
    publish(doc, world, sections)
    return doc


def renaming(world: World, firm: Firm) -> Written:
    """A firm gives notice of its new name."""
    old, new = firm.more["former"], firm.name
    doc = Written("documents/d01-renaming.html", "renaming", "关于变更公司名称的公告", new, "2023-06-28")
    sections: list[Section] = [
        (
            None,
            [
                *masthead(firm, doc.published, doc.title),
                f"经股东会决议并办理工商变更登记，公司名称由“{old}”变更为“{new}”，证券简称同时由“望圻液压”变更为“{firm.short}”，"
                f"统一社会信用代码{firm.code}不变，住所仍为{firm.address}。",
            ],
        ),
        ("二、其他说明", ["变更后公司主体、业务和债权债务关系均不变，原签订的合同继续有效。本公告为虚构示例。"]),
        (None, [new, date_zh("2023-06-28", spaced=True)]),
    ]
    doc.state(
        "PROFILE",
        firm,
        credit_code=firm.code,
        address=firm.address,
        short_name=firm.short,
        former_short_name="望圻液压",
    )
    doc.state("ALIAS_OF", old, ("Enterprise", new, firm.code))
    doc.state("LOCATED_IN", firm, ("Region", firm.county, firm.region), address=firm.address)
    publish(doc, world, sections)
    return doc


FORMS: dict[str, Callable[[World, Contract], Written]] = {
    "signed": signed, "foreign": foreign, "progress": progress, "change": change, "framework": framework,
}  # fmt: skip

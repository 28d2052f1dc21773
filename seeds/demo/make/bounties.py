"""Published challenges and what follows: the posting, the award, the technical contract, the bureau's briefing."""

# ruff: noqa: E501  (Chinese signs count twice; a sentence stays on its line)
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seeds.demo.make.document import Written, date_zh, money
from seeds.demo.make.html import Section, Table
from seeds.demo.make.notices import publish, won
from seeds.demo.make.world import World

_SIGNS = {">=": "≥", "<=": "≤", "<": "<", ">": ">"}


def target_text(target: Mapping[str, Any]) -> str:
    """A target as a notice writes it."""
    if target["operator"] == "range":
        return f"{target['value']}至{target['value_max']}{target['unit']}"
    return f"{_SIGNS[target['operator']]}{target['value']}{target['unit']}"


def posting(world: World, bounty: Mapping[str, Any], number: int) -> Written:
    """The posting with its table of targets."""
    poster, office = world.firm(bounty["poster"]), world.firm(bounty["organiser"])
    doc = Written(
        f"documents/b0{number}-posting.html",
        "bounty",
        f"甬川市“揭榜挂帅”榜单：{bounty['title']}",
        office.name,
        bounty["published"],
    )
    rows = [["序号", "考核指标", "指标要求", "测试方法"]]
    rows += [[str(n), t["name"], target_text(t), t["method"]] for n, t in enumerate(bounty["targets"], start=1)]
    sections: list[Section] = [
        (
            None,
            [
                doc.title,
                f"榜单类别：{bounty['category']}　产业领域：{bounty['field']}　产业链环节：{bounty['node']}",
                f"发榜单位：{poster.name}",
            ],
        ),
        ("一、拟解决的主要技术问题", [bounty["text"]]),
        ("二、考核指标", [Table(rows)]),
        (
            "三、榜额与条款",
            [
                f"榜额{money(bounty['amount'], '万元')}，其中市级财政支持{money(bounty['city_grant'], '万元')}。知识产权归属：{bounty['ip_terms']}。",
                f"揭榜截止日期{date_zh(bounty['deadline'])}，完成时限{date_zh(bounty['due'])}。发榜单位及其下属企业不得揭榜；"
                "鼓励以联合体形式揭榜，联合体须明确牵头单位。",
            ],
        ),
        (None, [office.name, date_zh(bounty["published"])]),
    ]
    publish(doc, world, sections)
    return doc


def award(world: World, bounty: Mapping[str, Any]) -> Written:
    """Who takes the challenge: a team with its lead."""
    office = world.firm(bounty["organiser"])
    doc = Written(
        "documents/b03-award.html",
        "bounty_award",
        f"关于“{bounty['title']}”揭榜结果的公示",
        office.name,
        bounty["awarded"],
    )
    rows = [["单位名称", "角色", "任务分工"]]
    rows += [
        [world.firm(key).name, "牵头单位" if role == "lead" else "参与单位", task] for key, role, task in bounty["team"]
    ]
    lead = world.firm(bounty["team"][0][0])
    sections: list[Section] = [
        (
            None,
            [
                doc.title,
                f"经专家评审，{lead.name}牵头的联合体揭榜“{bounty['title']}”（发榜单位：{world.firm(bounty['poster']).name}），现予公示。",
            ],
        ),
        ("一、联合体组成", [Table(rows)]),
        (None, [f"公示期5个工作日。{office.name}", date_zh(bounty["awarded"])]),
    ]
    publish(doc, world, sections)
    return doc


def technical_contract(world: World, bounty: Mapping[str, Any]) -> Written:
    """The contract that the team's lead signs with the poster."""
    team = [world.firm(key) for key, _, _ in bounty["team"]]
    lead, poster = team[0], world.firm(bounty["poster"])
    doc = Written(
        "documents/b04-contract.html", "signed", "关于签订揭榜挂帅技术开发合同的公告", lead.name, "2026-09-18"
    )
    title = "柔轮材料及环坯制备技术开发合同"
    amount = bounty["amount"] - bounty["city_grant"]
    names = "、".join(member.name for member in team[1:])
    sections: list[Section] = [
        (
            None,
            [
                lead.name,
                doc.title,
                f"{lead.name}（以下简称“{lead.short}”）作为牵头人，与{names}组成联合体，于 2026 年 9 月 18 日与委托方{poster.name}"
                f"签订《{title}》，合同金额{money(amount, '万元')}，由委托方分三期支付。",
            ],
        ),
        (
            "二、合同主要条款",
            ["项目成果知识产权由双方共有；任一考核指标未达到的，委托方有权扣减尾款。", "本公告为虚构示例。"],
        ),
    ]
    facts = {"contract": title, "amount": amount}
    listed = [member.name for member in team[1:]]
    won(doc, facts, lead, poster, signed="2026-09-18", consortium=listed)
    for member in team[1:]:
        others = [lead.name, *(name for name in listed if name != member.name)]
        won(doc, facts, member, poster, signed="2026-09-18", role="member", consortium=others)
    publish(doc, world, sections)
    return doc


def briefing(world: World) -> Written:
    """The bureau's note on the weak node of the robot chain."""
    office = world.firm("O4")
    doc = Written(
        "documents/d02-briefing.html", "briefing", "甬川市机器人产业链运行简报（示例）", office.name, "2026-04-09"
    )
    one, two = world.firm("F01"), world.firm("F10")
    sections: list[Section] = [
        (
            None,
            [
                doc.title,
                "全市机器人产业链在减速器、电机、传感器和整机环节已形成集聚，柔轮材料环节尚无直接供货企业，为当前最薄弱的环节。",
                f"{one.name}、{two.name}反映，柔轮材料主要依赖进口，交货周期超过20周。",
                f"{world.firm('F06').name}主要生产{'、'.join(world.firm('F06').products)}，可实现本地配套。",
            ],
        ),
        (
            "二、工作打算",
            [
                "将柔轮材料列入揭榜挂帅榜单，组织材料、锻造、热处理和检测企业联合攻关。",
                f"{office.name} {date_zh(doc.published)}",
            ],
        ),
    ]
    for firm in (one, two):
        doc.state("DEPENDS_ON", firm, ("Product", "柔轮材料", None), imported=True)
    for product in world.firm("F06").products:
        doc.state("PRODUCES", world.firm("F06"), ("Product", product, None))
    publish(doc, world, sections, cut=True)
    return doc


def bounties(world: World) -> list[Written]:
    """The five documents around the challenges."""
    posted = world.raw["bounties"]
    return [
        *(posting(world, bounty, number) for number, bounty in enumerate(posted, start=1)),
        award(world, posted[0]),
        technical_contract(world, posted[0]),
        briefing(world),
    ]

"""Bounties as workbooks: exactly the view, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kg.ontology import Ontology
from kg.values.region import Regions
from web.pages.bounties.portal import Portal
from web.work.bounties.portal import AskedBounties, BountyCard
from web.work.typed import WAN
from web.workbook import Sheet, workbook

_WAN_YUAN = 10_000
_HEAD = (
    ("榜单", "bounty"), ("公开状态", "public state"), ("接受揭榜", "takes applications"), ("截止日", "deadline"),
    ("延长前的截止日", "deadline before it was moved"), ("榜额（万元）", "prize (CNY 10,000)"),
    ("其中财政支持（万元）", "of it public grant (CNY 10,000)"), ("城市", "city"), ("城市代码", "city (GB/T 2260)"),
    ("产业领域", "field"), ("六基类别", "class of the six foundations"), ("环节", "nodes"), ("榜单类别", "category"),
    ("方式", "form"), ("产品", "products"), ("发榜单位", "posted by"), ("组织单位", "host"), ("发布日", "published"),
    ("完成时限", "due"), ("编号", "id"),
)  # fmt: skip
_ENDED = (("结果", "outcome"), ("揭榜公示日", "notice of the award"), ("揭榜方", "solvers"))
WORDS = {
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "research": ("技术攻关", "research"),
    "transfer": ("成果转化", "transfer"),
    "agency": ("技术转移机构", "agency"),
    "agriculture": ("农业", "agriculture"),
    "prize": ("求解（给奖金）", "prize"),
    "scouting": ("征集（找伙伴）", "scouting"),
    "pending": ("还没有结果", "no outcome yet"),
    "awarded": ("已选出揭榜方", "solver chosen"),
    "settled": ("已结题", "settled"),
    "no_taker": ("流榜", "no taker"),
    "terminated": ("已终止", "terminated"),
    "about": ("口径", "definitions"),
    "demo": ("演示数据", "demo data"),
    "invented": ("企业和榜单都是虚构的", "firms and bounties are invented"),
    "source": ("来源", "source"),
    "store": ("本系统的榜单流程记录，只有公开的部分", "the public part of the workflow's records here"),
    "day": ("截至（北京时间）", "as of (Beijing's time)"),
    "count": ("榜单数", "bounties"),
    "unknown": ("没有写明所选条件而未列", "left out: do not say what was asked for"),
    "q": ("字词", "words"),
    "city": ("城市", "city"),
    "field": ("产业领域", "field"),
    "base": ("六基类别", "class of the six foundations"),
    "node": ("产业链或环节", "chain or node"),
    "category": ("榜单类别", "category"),
    "form": ("方式", "form"),
    "states": ("公开状态", "public state"),
    "until": ("截止日不晚于", "deadline until"),
    "least": ("榜额至少（万元）", "prize at least (CNY 10,000)"),
    "most": ("榜额至多（万元）", "prize at most (CNY 10,000)"),
    "city_is": ("城市", "city"),
    "city_of": (
        "组织单位名称开头的城市；没有的取所用规则的城市；都没有的不详。从不取发榜单位的城市",
        "the one that the host's name begins with, else that of the rules used, else not known; "
        "never that of the poster",
    ),
    "base_of": (
        "来源缺口所在、或列出其产品的产业链环节的类别",
        "the class of the node of its gap, or of the nodes that name one of its products",
    ),
    "state_is": ("公开状态", "public state"),
    "state_of": (
        "流程中不公开的阶段按此前最后一个公开的阶段显示：未完成和有争议的显示为揭榜成功",
        "a stage that is not public is shown as the last public one before it: failed or disputed ones as contracted",
    ),
}


def words(lang: str) -> dict[str, str]:
    """The words of a workbook in its language."""
    return {name: both[lang != "zh"] for name, both in WORDS.items()}


def portal_sheet(found: Portal, ontology: Ontology, names: dict[str, str], lang: str) -> bytes:
    """The list as XLSX; `names` are those of the nodes of chains."""
    say = words(lang)
    head = [both[lang != "zh"] for both in (*_HEAD, *(_ENDED if found.archive else ()))]
    rows = [
        [*_cells(card, ontology, names, say, lang), *(_ended(card, say) if found.archive else ())]
        for card in found.cards
    ]
    title = ("榜单", "bounties")[lang != "zh"]
    about = [
        *said_of(say, found.day, found.asked, ontology, lang, any(card.demo for card in found.cards)),
        (say["count"], str(len(found.cards))),
        (say["unknown"], str(found.unknown)),
        (say["city_is"], say["city_of"]),
        (say["base"], say["base_of"]),
        (say["state_is"], say["state_of"]),
    ]
    return workbook([Sheet(title, head, rows)], say["about"], about)


def said_of(
    say: dict[str, str], day: str, asked: AskedBounties, ontology: Ontology, lang: str, demo: bool
) -> Iterator[tuple[str, str]]:
    """What every workbook of bounties says of itself: whether it is invented, its source, its day, its filters."""
    if demo:
        yield say["demo"], say["invented"]
    yield say["source"], say["store"]
    yield say["day"], day
    region = Regions.load().by_code(asked.city)
    values = {
        "q": asked.q, "city": region.name if region else asked.city, "field": asked.field, "base": asked.base,
        "node": asked.node, "category": say.get(asked.category, ""), "form": say.get(asked.form, ""),
        "states": "、".join(ontology.label(f"bounty_state.{state}", lang) for state in asked.states),
        "until": asked.until,
        "least": "" if asked.least is None else f"{asked.least / WAN:.12g}",
        "most": "" if asked.most is None else f"{asked.most / WAN:.12g}",
    }  # fmt: skip
    yield from ((say[name], value) for name, value in values.items() if value)


def _cells(
    card: BountyCard, ontology: Ontology, names: dict[str, str], say: dict[str, str], lang: str
) -> Sequence[Any]:
    city = Regions.load().by_code(card.city)
    return (
        card.title,
        ontology.label(f"bounty_state.{card.state}", lang),
        say["yes"] if card.taking else say["no"],
        card.deadline,
        card.extended_from,
        None if card.amount is None else card.amount / _WAN_YUAN,
        None if card.city_grant is None else card.city_grant / _WAN_YUAN,
        city.name if city else "",
        card.city,
        card.field,
        "、".join(card.bases),
        "、".join(names.get(node, node) for node in card.nodes),
        say.get(card.category, card.category),
        say.get(card.form, card.form),
        "、".join(card.products),
        card.poster,
        card.organiser,
        card.published,
        card.due,
        card.id,
    )


def _ended(card: BountyCard, say: dict[str, str]) -> Sequence[Any]:
    return say.get(card.outcome, ""), card.awarded, "、".join(one.name for one in card.solvers)

"""How lists are ranked, on one page for a committee: fixed text, and the scorecards in use as their cards say them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from matcher.features.registry import FEATURES
from matcher.rank import FOR_TEXTS
from matcher.scorecard import DEFAULT, Scorecard

Lang = Literal["zh", "en"]

TITLE = {"zh": "排序办法", "en": "How lists are ranked"}
LEAD = {
    "zh": "一页说明，供采购和评审人员查阅。名单回答：对这个需求，哪些企业可能做得了，依据是哪句话。",
    "en": "One page for procurement and its committees. A list answers: who could fill this need, and by which words.",
}
SECTIONS: tuple[tuple[str, str, str, str], ...] = (
    (
        "规则在先，逐项相加",
        "自己列出所求产品（或更长的名称）的企业，一律排在没有列出的之前。其余按评分卡逐项加分，每项只加不减，值越高分不会越少；"
        "各项之和就是总分。每一项都写明值、分和依据，依据打开就是原文。同分写明并列，先后没有意义。分数只在一份名单内比较，不是质量评价。",
        "The rule first, then a sum",
        "A firm that lists the thing itself, or a longer name of it, stands before all that do not. The rest is a sum "
        "over the lines of a scorecard; no line takes points away, and a higher value is never worth less. Each line "
        "shows value, points and its sentence. Ties are said as ties. Scores compare the firms of one list and are no "
        "judgement of quality.",
    ),
    (
        "条件",
        "条件分必须、优先和任选其一。必须的条件不合则不列，并写明每条条件去掉几家、哪些企业只差一条；限地域要写理由，理由印在名单上。",
        "Conditions",
        "A condition must be met, is preferred, or is one of several. What must be met keeps firms off the list; how "
        "many each condition costs, and who fails just one, is shown. A limit to a place prints its reason.",
    ),
    (
        "不详",
        "没有读到不等于没有：不详不当作不符合（除非名单写明不详的也不要），也不得分、不扣分；优先的条件不详的计一半。没有进入资料的企业不会出现在名单上。",
        "What is unknown",
        "What was not read is not taken as no: it fails no condition (unless the list says so) and gives no points and "
        "takes none; a preference that is not known counts half. A firm of which nothing was loaded is on no list.",
    ),
    (
        "风险",
        "失信、经营异常、称号过期、仅有公示、客户或来源单一、信息陈旧，列在企业旁边，按写明的规则分轻重，从不计入分数。",
        "Risks",
        "Dishonesty, abnormal operation, expired titles, mere notices, one customer or source, stale facts: beside the "
        "firm, graded by written rules, never in the score.",
    ),
    (
        "名次不能买",
        "评分卡只有下面这些项目。没有付费、广告、会员或合作关系的项目；谁付费都不改变名次。名单的结果（留用、排除、授予）不会自动改变排序。",
        "No rank is for sale",
        "The lines below are all there are: none for payment, advertising, membership or partnership. What came of "
        "earlier lists changes no ranking by itself.",
    ),
    (
        "有异议怎么办",
        "在名单上点“为什么”，或输入没有列出的企业：页面写明名次、差在哪里、什么能提高名次。记录有误，请带原文向运营者提出；"
        "核实后撤回或更正，日期和理由留在企业页面上，名单随之重排。",
        "How to object",
        "“Why” beside each firm, or the name of one that is not listed, shows its rank, what it is short of and what "
        "would raise it. Where a record is wrong, bring its sentence to the operator: it is taken out or put right, "
        "day and reason stay on the firm's page, and lists change with it.",
    ),
)
"""Heading and text, in Chinese and in English."""

CARDS = ((DEFAULT, "需求只有名称时", "needs that are names alone"), (FOR_TEXTS, "需求有说明时", "needs with a text"))


class CardLine(BaseModel):
    """A line of a scorecard and the most that it gives; a rule comes before all others."""

    title: str
    points: float
    rule: bool


class Card(BaseModel):
    """A scorecard in use: for which needs, how it was made, all its lines that give points."""

    name: str
    use: str
    made: str
    lines: list[CardLine]


class Section(BaseModel):
    """A heading and its text."""

    title: str
    text: str


class MethodPage(BaseModel):
    """The note in one language."""

    title: str
    lead: str
    sections: list[Section]
    cards: list[Card] = Field(description="the packaged scorecards that lists are ranked by now")


def method_page(lang: str) -> MethodPage:
    """The note in a language, with the scorecards in use read from their cards."""
    own: Lang = "zh" if lang == "zh" else "en"
    at = 0 if own == "zh" else 2
    return MethodPage(
        title=TITLE[own],
        lead=LEAD[own],
        sections=[Section(title=row[at], text=row[at + 1]) for row in SECTIONS],
        cards=[_card(name, use[own != "zh"], own) for name, *use in CARDS],
    )


def _card(name: str, use: str, lang: Lang) -> Card:
    card = Scorecard.load(name)
    lines = [
        CardLine(title=FEATURES[line.feature].zh if lang == "zh" else FEATURES[line.feature].en, points=line.points,
                 rule=line.rule)
        for line in sorted(card.lines, key=lambda line: (not line.rule, -line.points))
        if line.points
    ]  # fmt: skip
    return Card(name=card.name, use=use, made=card.made, lines=lines)


def markdown() -> str:
    """The file docs/method.md: Chinese first, then English."""
    return "\n".join(f"{_markdown(method_page(lang), lang)}" for lang in ("zh", "en"))


def _markdown(page: MethodPage, lang: str) -> str:
    text = [f"# {page.title}\n", f"{page.lead}\n"]
    text += [f"## {section.title}\n\n{section.text}\n" for section in page.sections]
    text.append("## 在用的评分卡\n" if lang == "zh" else "## Scorecards in use\n")
    for card in page.cards:
        lines = [f"{line.title} {'规则' if lang == 'zh' else 'rule'}" if line.rule else f"{line.title} {line.points:g}"
                 for line in card.lines]  # fmt: skip
        sign = "、" if lang == "zh" else ", "
        text.append(f"**{card.name}** ({card.use}): {sign.join(lines)}. {card.made}.\n")
    return "\n".join(text)


if __name__ == "__main__":  # python -m web.pages.method writes docs/method.md anew
    (Path(__file__).resolve().parents[2] / "docs" / "method.md").write_text(markdown(), encoding="utf-8")

"""A team for a need or a bounty: members with their sentences, what stays uncovered and why, others, what is proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from matcher.query import Query
from matcher.target import Figure, Verdict
from matcher.team.team import Barred, Cover, Instead, Member, Option, Team, Teams, Uncovered, Why
from web.errors import WebError
from web.jobs.match import query_of
from web.jobs.team import Ask, Found, team_for
from web.pages.bounties.bounty import Bounty, bounty_of
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.firms.search import NeedCard

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

NAMED = 3
"""Firms that are named where a target or a stage stays uncovered; their number is said in full."""


class Sourced(BaseModel):
    """What is said with the sentences that it rests on."""

    title: str = ""
    says: str
    evidence: list[Citation] = []


class CoverRow(Sourced):
    """A target or a stage that a member covers."""

    kind: Literal["target", "stage"]
    verdict: Verdict | None = None
    alone: bool = Field(description="nobody else of the team covers it as well")


class InsteadRow(BaseModel):
    """A firm that could take a member's place, and what the team would then lack."""

    firm: Named
    rank: int
    targets: float = Field(description="targets less, a nearly met one counting half")
    stages: int = Field(description="stages less")
    points: float = Field(description="points by which the team would fall shorter of the list's first")
    says: str


class MemberRow(BaseModel):
    """A member of the team."""

    firm: Named
    rank: int
    score: float
    covers: list[CoverRow]
    instead: list[InsteadRow]


class UncoveredRow(Sourced):
    """A target or a stage that nobody of the team covers."""

    kind: Literal["target", "stage"]
    why: Why
    firms: list[Named] = []
    count: int = Field(default=0, description="firms of whom that is so")


class OtherRow(BaseModel):
    """Another team, beside the best one."""

    firms: list[Named]
    new: list[str] = Field(description="ids of those who are not in the best one")
    targets: float
    stages: int
    says: str
    proved: bool
    proof: str


class LeftOutRow(Sourced):
    """A firm of the list that is not to be a member."""

    firm: Named
    why: Barred


class TeamPage(BaseModel):
    """The answer, with all that is needed to make it again."""

    need: NeedCard
    bounty: bool
    awarded: bool = Field(default=False, description="the bounty was awarded already")
    size: int
    without: list[Named] = Field(description="firms that were named as not to be members")
    alternatives: int
    members: list[MemberRow]
    targets: float = Field(description="targets reached, a nearly met one counting half")
    asked: int = Field(description="targets that the need has, those in words alone included")
    stages: int = Field(description="of five")
    points_short: float = Field(description="points by which the members together fall short of the list's first")
    proved: bool
    proof: str
    uncovered: list[UncoveredRow]
    others: list[OtherRow]
    left_out: list[LeftOutRow]
    options: int = Field(description="firms of the list that were looked at and may be members")
    stages_version: str
    stages_origin: str
    graph: str
    as_of: str
    corpus: str
    scorecard: str


def team_page(home: Home, graph: Graph, need_id: str, ask: Ask, lang: str, bounty: bool = False) -> TeamPage:
    """Teams for a published need or bounty (`bounty`: for a bounty alone).

    Raises WE404 for what the graph does not hold, and for a firm not to be a member that nobody knows.
    """
    rows = graph.read("need_cards", ids=[need_id])
    if not rows or (bounty and rows[0]["label"] != "Bounty"):
        what = "bounty" if bounty else "need"
        raise WebError(f"no {what} {need_id[:80]}", code="WE404", hint="see the list of needs")
    card, query = NeedCard(**rows[0]), query_of(home, need_id)
    if query.id != need_id:  # as on the need's own page: a copy of the graph holds no text
        posters = frozenset([card.buyer.id] if card.buyer else [])
        query = Query(need_id, card.title, tuple(product.name for product in card.products), without=posters)
    terms = bounty_of(home, graph, need_id)
    found = team_for(home, graph, query, ask, [target.model_dump() for target in terms.targets] if terms else [])
    return _Page(graph, found, lang).made(card, terms, ask)


class _Page:
    """A found team in the words of a language, with its sentences."""

    def __init__(self, graph: Graph, found: Found, lang: str) -> None:
        self._found, self._teams, self._zh, self._lang = found, found.teams, lang == "zh", lang
        self._cited = citations(graph, _facts(found))
        self._stamp = graph.stamp()

    def made(self, card: NeedCard, terms: Bounty | None, ask: Ask) -> TeamPage:
        """The page."""
        found, all_of_it, best = self._found, self._teams, self._teams.best
        return TeamPage(
            need=card,
            bounty=card.label == "Bounty",
            awarded=bool(terms and (terms.team or terms.awarded)),
            size=all_of_it.size,
            without=[Named(id=ident, name=name) for ident, name in found.without.items()],
            alternatives=ask.alternatives,
            members=[self._member(one) for one in (best.members if best else ())],
            targets=best.worth.reached if best else 0.0,
            asked=len(all_of_it.targets) + len(all_of_it.words),
            stages=best.worth.stages if best else 0,
            points_short=best.worth.points_short if best else 0.0,
            proved=best.proved if best else True,
            proof=self._proof(best) if best else "",
            uncovered=[self._uncovered(one) for one in all_of_it.uncovered],
            others=[self._other(one) for one in all_of_it.others],
            left_out=[self._left_out(one, why) for one, why in all_of_it.left_out],
            options=all_of_it.options,
            stages_version=found.stages.version,
            stages_origin=found.stages.origin,
            graph=self._stamp.stamp if self._stamp else "",
            as_of=self._stamp.written if self._stamp else "",
            corpus=found.corpus,
            scorecard=found.scorecard,
        )

    def _member(self, one: Member) -> MemberRow:
        return MemberRow(
            firm=_named(one.option),
            rank=one.option.rank,
            score=one.option.score,
            covers=[self._cover(cover) for cover in one.covers],
            instead=[self._instead(instead) for instead in one.instead],
        )

    def _cover(self, one: Cover) -> CoverRow:
        if one.speaks is not None:
            return CoverRow(
                kind="stage",
                title=self._stage(one.speaks.stage),
                says=one.speaks.says(self._lang),
                evidence=self._sentences(one.speaks.fact),
                alone=one.alone,
            )
        target, figure = self._teams.targets[one.target or 0], one.figure
        shown = _figure(figure) if figure else ""
        verdict = {"met": ("达到", "met"), "near": ("接近", "nearly met")}[one.verdict or "met"][not self._zh]
        return CoverRow(
            kind="target",
            title=target.said(),
            says=f"{verdict}：{shown}" if self._zh else f"{verdict}: {shown}",
            evidence=self._sentences(figure.fact if figure else None),
            verdict=one.verdict,
            alone=one.alone,
        )

    def _instead(self, one: Instead) -> InsteadRow:
        return InsteadRow(
            firm=_named(one.option),
            rank=one.option.rank,
            targets=one.targets,
            stages=one.stages,
            points=one.points,
            says=self._change(one.targets, one.stages, one.points),
        )

    def _change(self, targets: float, stages: int, points: float) -> str:
        """What a team has less than the best one; what it has more stands there too."""
        zh = self._zh
        said = []
        for amount, noun, unit in ((targets, ("指标", "targets"), "项"), (stages, ("环节", "stages"), "个")):
            if amount:
                more = amount < 0
                if zh:
                    said.append(f"{'多' if more else '少'} {abs(amount):g} {unit}{noun[0]}")
                else:
                    said.append(f"{abs(amount):g} {noun[1]} {'more' if more else 'less'}")
        if not said:
            said.append("覆盖相同" if zh else "covers as much")
        if points:
            further = points > 0
            if zh:
                said.append(f"离第一名{'多' if further else '少'}差 {abs(points):.2f} 分")
            else:
                said.append(f"{abs(points):.2f} points {'further from' if further else 'nearer to'} the list's first")
        return ("，" if zh else ", ").join(said)

    def _uncovered(self, one: Uncovered) -> UncoveredRow:
        facts = [one.figure.fact] if one.figure else [_shows(option, one) for option in one.who[:NAMED]]
        says = self._why(one)
        return UncoveredRow(
            kind="stage" if one.stage else "target",
            title=self._stage(one.stage) if one.stage else self._target(one.target or 0),
            why=one.why,
            says=says,
            firms=[_named(option) for option in one.who[:NAMED]],
            count=len(one.who),
            evidence=[source for fact in facts for source in self._sentences(fact)],
        )

    def _why(self, one: Uncovered) -> str:
        zh = self._zh
        if one.why == "missed" and one.figure is not None:
            name, shown = one.who[0].name, _figure(one.figure)
            return f"写明的都达不到，最近的是{name}：{shown}" if zh else f"all figures miss it; nearest {name}: {shown}"
        return {
            "words": ("榜单只写了文字，没有可比较的数", "said in words alone: there is no figure to compare"),
            "nobody": ("名单上没有企业写明", "no firm of the list says anything of it"),
            "unknown": ("有企业写到，但不能比较", "some say something of it that cannot be compared"),
            "missed": ("写明的都达不到", "all figures miss it"),
            "left_out": ("只有不参加的企业写明", "only firms that are left out show it"),
            "together": ("写明的企业与成员同属一个集团", "who shows it is of one group with a member"),
            "full": ("有企业写明，名额不够", "some show it; there is no place left"),
        }[one.why][not zh]

    def _other(self, one: Team) -> OtherRow:
        best = self._teams.best
        assert best is not None
        inside = {member.option.id for member in best.members}
        worth, now = one.worth, best.worth
        points = round(worth.points_short - now.points_short, 4)
        return OtherRow(
            firms=[_named(member.option) for member in one.members],
            new=[member.option.id for member in one.members if member.option.id not in inside],
            targets=worth.reached,
            stages=worth.stages,
            says=self._change(now.reached - worth.reached, now.stages - worth.stages, points),
            proved=one.proved,
            proof=self._proof(one, first=False),
        )

    def _left_out(self, one: Option, why: Barred) -> LeftOutRow:
        words = {
            "named": ("指定不参加", "named as not to be a member"),
            "named_group": ("与指定不参加的企业同属一个集团", "of one group with a firm that was named"),
            "poster_group": ("与发布方同属一个集团", "of one group with whoever asks"),
        }
        facts = [fact for above in self._found.above.get(one.id, ()) for fact in above.facts] if why != "named" else []
        sources = [source for fact in dict.fromkeys(facts) for source in self._sentences(fact)]
        return LeftOutRow(firm=_named(one), why=why, says=words[why][not self._zh], evidence=sources)

    def _proof(self, team: Team, first: bool = True) -> str:
        """What is proved of a team's worth, or how far from the best it can be at most."""
        zh, chosen, worth = self._zh, team.chosen, team.worth
        if chosen.proved and not first:
            return "已证明是其余组合中最好的" if zh else "proved the best of the rest"
        if chosen.proved:
            return "已证明没有更好的组合" if zh else "proved: no team is better"
        left = []
        if chosen.most_halves > worth.halves:
            most = (chosen.most_halves - worth.halves) / 2
            left.append(f"指标最多还能多 {most:g} 项" if zh else f"at most {most:g} targets more")
        if chosen.most_stages > worth.stages:
            most = chosen.most_stages - worth.stages
            left.append(f"环节最多还能多 {most} 个" if zh else f"at most {most} stages more")
        short = worth.points_short - chosen.least_short / 10_000
        if short > 0:
            left.append(f"离第一名最多还能少差 {short:.2f} 分" if zh else f"at most {short:.2f} points nearer")
        return ("未证明最优：" if zh else "not proved: ") + ("，" if zh else ", ").join(left)

    def _target(self, place: int) -> str:
        targets = self._teams.targets
        return targets[place].said() if place < len(targets) else self._teams.words[place - len(targets)]

    def _stage(self, ident: str) -> str:
        return next(stage.named(self._lang) for stage in self._found.stages.stages if stage.id == ident)

    def _sentences(self, fact: str | None) -> list[Citation]:
        return [self._cited[fact]] if fact in self._cited else []


def _shows(option: Option, one: Uncovered) -> str | None:
    """The statement by which a firm that is no member shows what stays uncovered."""
    if one.stage is not None:
        return option.spoken[one.stage].fact if one.stage in option.spoken else None
    figure = option.shown[one.target or 0].figure if option.shown and one.target is not None else None
    return figure.fact if figure else None


def _facts(found: Found) -> set[str]:
    """All statements that the page may open."""
    teams: Teams = found.teams
    facts: set[str | None] = set()
    for member in teams.best.members if teams.best else ():
        facts |= {cover.figure.fact for cover in member.covers if cover.figure}
        facts |= {cover.speaks.fact for cover in member.covers if cover.speaks}
    for one in teams.uncovered:
        facts |= {_shows(option, one) for option in one.who[:NAMED]} | {one.figure.fact if one.figure else None}
    for option, _ in teams.left_out:
        facts |= {fact for above in found.above.get(option.id, ()) for fact in above.facts}
    return {fact for fact in facts if fact}


def _named(option: Option) -> Named:
    return Named(id=option.id, name=option.name)


def _figure(figure: Figure) -> str:
    return f"{figure.product} {figure.said()}".strip()

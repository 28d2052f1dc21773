"""Applications to a bounty as pages show them: the form, one application with its team and rules, lists of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from kg.errors import BulianError
from web.db.accounts import Organisation
from web.db.bounties import Application, Bounty, BountyFile, TeamMember
from web.db.models import now
from web.deps import Visit
from web.forms import Form
from web.jobs.applicants import known_of_parties
from web.pages.bounties.application_match import (
    Solver,
    TargetShown,
    missing_targets,
    partners,
    said,
    solvers,
    targets_shown,
)
from web.pages.merge import kept
from web.work.bounties import application as work
from web.work.bounties.application_broker import brings
from web.work.bounties.application_decision import STAGES, applied, led, most_solvers
from web.work.bounties.application_file import files
from web.work.bounties.application_party import may_lead, own_party
from web.work.bounties.application_rules import Check, checks
from web.work.bounties.application_withdrawal import asks_to_withdraw
from web.work.bounties.bounty import sides
from web.work.firms.known import Known, known_of

KNOWN = ("name", "credit_code", "region", "tier", "certificate", "product", "process")
"""What of a firm's record goes into the plan of a new application."""
KNOWN_OF_EACH = 5


class Page(BaseModel):
    """What pages of applications share: rows of the store stand in them as they are."""

    model_config = ConfigDict(arbitrary_types_allowed=True)


class TargetRow(Page):
    """A target of the bounty with what the application says of it, and what each member shows by facts."""

    number: int
    said: str
    method: str = ""
    member: str = ""
    promise: str = ""
    figure: str = ""
    shown: list[tuple[str, TargetShown]] = Field(default=[], description="by the member's name")


class ApplyPage(Page):
    """The form by which an organisation begins."""

    bounty: Bounty
    takes: bool
    targets: list[TargetRow]
    typed: dict[str, str]
    known: list[Known] = []
    checks: list[dict[str, Any]] = []
    wrong: dict[str, str] = {}
    code: str = ""


class ApplicationPage(Page):
    """An application as the reader may see it; `side` is as whom."""

    row: Application
    bounty: Bounty
    side: str
    takes: bool
    team: list[TeamMember]
    mine: str = Field(default="", description="the reader's own membership, where it waits for an answer")
    targets: list[TargetRow]
    checks: list[dict[str, Any]]
    files: list[BountyFile]
    broker: str = ""
    asks: bool = Field(default=False, description="the lead asks to take it back")
    missing: list[str] = []
    partners: list[Solver] | None = None
    graph: bool = True
    decisions: list[str] = []
    most: int = 1
    typed: dict[str, str] = {}
    wrong: dict[str, str] = {}
    code: str = ""
    member: dict[str, str] = Field(default={}, description="what was typed of a new member")
    reason: str = ""
    before: str = Field(default="", description="what the form was made of, for the merge page")


class AppliedPage(Page):
    """The applications to a bounty, for its host and poster; before the deadline the poster sees no more than this."""

    bounty: Bounty
    host: bool
    rows: list[Application]
    teams: dict[str, list[str]] = Field(default={}, description="members besides the lead, by application")
    hidden: bool = Field(description="whether applications are not for the reader yet")
    most: int
    solvers: list[Solver] | None = None
    failed: str = ""
    invited: list[str] = []
    told: int | None = None
    code: str = ""


class Section(Page):
    """What the page of a bounty says of applications to this reader."""

    bounty: Bounty
    takes: bool
    may_apply: bool = False
    may_bring: bool = False
    own: Application | None = None
    joined: Application | None = Field(default=None, description="of whose team the reader is, without leading it")
    leads: bool = Field(default=False, description="the reader's organisation hosts or posts it")
    host: bool = False


def section_of(visit: Visit, bounty: Bounty) -> Section:
    """The part of a bounty's page about applications."""
    actor, own = visit.actor, visit.actor.organisation
    takes = work.takes(bounty, now())
    with visit.home.database().session() as session:
        mine = work.own_application(session, actor, bounty.id) if actor.may(work.RIGHT) else None
        joined = work.joined(session, actor, bounty.id) if actor.may(work.RIGHT) else None
    side = sides(actor, bounty)
    applies = actor.may(work.RIGHT) and may_lead(actor, bounty) and own != bounty.organisation_id
    return Section(
        bounty=bounty,
        takes=takes,
        may_apply=applies and own is not None and takes,
        may_bring=takes and brings(actor, bounty),
        own=mine,
        joined=joined,
        leads=not side.isdisjoint(("host", "poster")),
        host="host" in side,
    )


def apply_page(visit: Visit, bounty: Bounty, typed: Mapping[str, str] | None = None, **more: Any) -> ApplyPage:
    """The form of a new application, filled with what is known of the reader's firm."""
    with visit.home.database().session() as session:
        party = own_party(session, visit.actor, bounty)
    known = known_of_parties(visit.home, bounty, [party])
    found = checks(work.challenge(bounty), [party], known, False, now().date().isoformat())
    own = _own_known(visit)
    filled = dict(typed) if typed is not None else {"plan": _plan(own)}
    targets = [
        TargetRow(
            number=number,
            said=said(one),
            method=str(one.get("method") or ""),
            promise=filled.get(f"promise.{number}", ""),
            figure=filled.get(f"figure.{number}", ""),
        )
        for number, one in enumerate(bounty.targets, 1)
    ]
    shown, _ = _shown(visit, bounty, {party.firm: party.name} if party.firm else {})
    for row in targets:
        row.shown = [(name, lines[row.number - 1]) for name, lines in shown.items()]
        if typed is None and row.shown and row.shown[0][1].figure:
            row.figure = row.shown[0][1].figure
    return ApplyPage(
        bounty=bounty,
        takes=work.takes(bounty, now()),
        targets=targets,
        typed=filled,
        known=own,
        checks=[one.kept() for one in found],
        **more,
    )


def _own_known(visit: Visit) -> list[Known]:
    """What is known of the reader's firm, at most some of each; nothing where no graph answers."""
    if visit.actor.enterprise is None:
        return []
    try:
        found = known_of(visit.home, visit.actor.enterprise, private=True)
    except BulianError:
        return []
    kept: list[Known] = []
    for name in KNOWN:
        kept += [one for one in found if one.field == name][:KNOWN_OF_EACH]
    return kept


def _plan(known: Sequence[Known]) -> str:
    """The first lines of a plan: what was proved, each with its source and day; to be written on."""
    lines = []
    for name in ("tier", "certificate", "product", "process"):
        for one in known:
            if one.field == name and not one.private:
                source = "，".join(filter(None, (one.source, one.date)))
                lines.append(f"{one.value}（{source}）" if source else one.value)
    return "\n".join(lines)


def _shown(visit: Visit, bounty: Bounty, firms: Mapping[str, str]) -> tuple[dict[str, list[TargetShown]], bool]:
    """What firms (by id, with names) show of the targets by name, and whether the graph answered."""
    if not firms or not bounty.targets:
        return {}, True
    try:
        found = targets_shown(visit.graph, bounty.targets, list(firms), bounty.products)
    except BulianError:
        return {}, False
    return {name: found[firm] for firm, name in firms.items()}, True


def application_page(visit: Visit, application_id: str, *, with_partners: bool = False, **more: Any) -> ApplicationPage:
    """An application with its team, its targets, its rules. Raises WebError WE401, WE404."""
    actor, at = visit.actor, now()
    with visit.home.database().session() as session:
        seen = work.one(session, actor, application_id)
        team = work.members(session, seen.row)
        parties = work.parties(session, seen.row)
        attached = files(session, seen.row)
        asks = asks_to_withdraw(session, seen.row)
        broker = session.get(Organisation, seen.row.broker_id) if seen.row.broker_id else None
    row, bounty = seen.row, seen.bounty
    shown, graph = _shown(
        visit, bounty, {one.firm_id: one.firm_name for one in team if one.firm_id and one.state != "declined"}
    )
    page = ApplicationPage(
        row=row,
        bounty=bounty,
        side=seen.side,
        takes=work.takes(bounty, at),
        team=team,
        mine=_mine(visit, team),
        targets=_rows(bounty, row, shown),
        checks=_checks(visit, row, bounty, parties, at),
        files=attached,
        broker=broker.name if broker else "",
        asks=asks,
        graph=graph,
        decisions=_decisions(row, bounty, seen.side),
        most=most_solvers(bounty),
        typed=_typed(row),
        before=kept(as_sent(row)),
    )
    if seen.side == "lead" and row.state == "draft":
        missing = missing_targets(shown, len(bounty.targets))
        page.missing = [said(bounty.targets[number - 1]) for number in missing]
        if with_partners:
            page.partners = _partners(visit, bounty, [one.firm_id for one in team if one.firm_id], missing)
    return page.model_copy(update=more)


def _partners(visit: Visit, bounty: Bounty, team: Sequence[str], missing: Sequence[int]) -> list[Solver]:
    try:
        return partners(visit.home, visit.graph, bounty, team, missing)
    except BulianError:
        return []


def _mine(visit: Visit, team: Sequence[TeamMember]) -> str:
    actor = visit.actor
    for one in team:
        own = one.organisation_id is not None and one.organisation_id == actor.organisation
        own = own or (one.firm_id is not None and one.firm_id == actor.enterprise)
        if own and one.role != "lead":
            return one.state
    return ""


def _rows(bounty: Bounty, row: Application, shown: Mapping[str, Sequence[TargetShown]]) -> list[TargetRow]:
    covers = {cover["target"]: cover for cover in row.coverage}
    return [
        TargetRow(
            number=number,
            said=said(one),
            method=str(one.get("method") or ""),
            member=covers.get(number, {}).get("member", ""),
            promise=covers.get(number, {}).get("promise", ""),
            figure=covers.get(number, {}).get("figure", ""),
            shown=[(name, lines[number - 1]) for name, lines in shown.items()],
        )
        for number, one in enumerate(bounty.targets, 1)
    ]


def _checks(
    visit: Visit, row: Application, bounty: Bounty, parties: Sequence[Any], at: datetime
) -> list[dict[str, Any]]:
    """As they were kept when it was sent; before that as they stand now."""
    if row.submitted is not None and row.checks:
        return row.checks
    known = known_of_parties(visit.home, bounty, parties)
    found: list[Check] = checks(
        work.challenge(bounty), parties, known, row.broker_id is not None, at.date().isoformat()
    )
    return [one.kept() for one in found]


def _decisions(row: Application, bounty: Bounty, side: str) -> list[str]:
    """The buttons of host and poster in this state."""
    if side not in ("host", "poster"):
        return []
    own = work.APPLICATION.ways[row.state]
    found = [to for to, stages in STAGES.items() if to in own and bounty.state in stages]
    return found if side == "host" else [to for to in found if to in ("talks", "selected", "not_selected")]


def _typed(row: Application) -> dict[str, str]:
    """An application as its form has it."""
    price = "" if row.price is None else f"{row.price / 100:.2f}".removesuffix(".00")
    typed = {"plan": row.plan, "price": price, "months": str(row.months or "")}
    for cover in row.coverage:
        for name in ("member", "promise", "figure"):
            typed[f"{name}.{cover['target']}"] = cover[name]
    return typed


def as_sent(row: Application) -> Form:
    """What the form of an application would send of it as it is now."""
    return {name: [value] for name, value in _typed(row).items()}


def applied_page(visit: Visit, bounty_id: str, *, with_solvers: bool = False, **more: Any) -> AppliedPage:
    """What host and poster see of a bounty's applications. Raises WebError WE401, WE404."""
    actor = visit.actor
    with visit.home.database().session() as session:
        bounty = led(session, actor, bounty_id)
        host = bounty.host_id == actor.organisation and actor.may(work.HOSTS)
        sent = applied(session, bounty)
        rows = [row for row in sent if _seen(session, actor, row)]
        teams = work.teams_of(session, [row.id for row in rows])
    page = AppliedPage(
        bounty=bounty,
        host=host,
        rows=rows,
        teams=teams,
        hidden=not host and bounty.state not in work.CLOSED,
        most=most_solvers(bounty),
        invited=bounty.invited,
    )
    if with_solvers:
        try:
            page.solvers = solvers(visit.home, visit.graph, bounty)
        except BulianError as error:
            page.failed = error.code
    return page.model_copy(update=more)


def _seen(session: Any, actor: Any, row: Application) -> bool:
    try:
        return work.one(session, actor, row.id).row is row
    except BulianError:
        return False

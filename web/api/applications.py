"""Applications to bounties as JSON: to lead, team, expert, host and poster what each may see and do, and when.

Sums are whole fen. Plans are written and files come on the pages.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from web.api.lock import STEP, Lock, LockDep, TagDep, requires_any
from web.api.shape import OWN, Given, Ident
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import WebError
from web.pages.bounties.application import application_page, applied_page
from web.pages.bounties.application_match import TargetShown
from web.pages.bounties.application_routes import LEADERS, READERS, take_step
from web.pages.bounties.page import bounty_page
from web.work.bounties import application as work
from web.work.bounties import application_broker as brokers
from web.work.bounties import application_team as teams
from web.work.bounties.bounty import mine

router = APIRouter(tags=["bounties"], responses=OWN)
WRITES = [Depends(requires(work.RIGHT))]
SENDS = [Depends(requires(work.SENDS))]
READS = [Depends(requires_any(*READERS))]
LEADS = [Depends(requires_any(*LEADERS))]
MOVES = [Depends(requires_any(work.SENDS, work.HOSTS, work.AWARDS))]


class ApplicationLine(Given):
    """An application."""

    id: str
    bounty_id: str
    firm_id: str | None
    firm_name: str
    form: str
    state: str
    submitted: dt.datetime | None


class OwnApplication(ApplicationLine):
    """One that the organisation leads or is asked to join."""

    bounty: str = Field(description="the bounty's title")
    part: str = Field(description="lead, or the state of the own membership")


class Member(Given):
    """One of a team."""

    id: str
    firm_id: str | None
    firm_name: str
    role: str
    task: str
    state: str = Field(description="asked, confirmed, declined")


class TargetLine(Given):
    """A target of the bounty, what is promised of it, and what each member shows by facts."""

    number: int
    said: str
    method: str
    member: str
    promise: str
    figure: str
    shown: list[tuple[str, TargetShown]]


class FileLine(Given):
    """An attachment; its bytes come by its page."""

    id: str
    name: str
    sha256: str


class ApplicationDetail(ApplicationLine):
    """An application as the reader may see it; `side` is as whom."""

    side: str
    plan: str
    price: int | None = Field(description="fen")
    months: int | None
    digest: str
    broker_share: float | None
    team: list[Member] = Field(default=[])
    targets: list[TargetLine] = Field(default=[])
    checks: list[dict[str, Any]] = Field(description="rules with their verdict, and the statements that say so")
    files: list[FileLine] = Field(default=[])
    broker: str = ""
    mine: str = Field(default="", description="the own membership, where it waits for an answer")
    asks_to_withdraw: bool = False
    decisions: list[str] = Field(default=[], description="what host or poster may decide now")


class ApplicationStep(BaseModel):
    """A step: of the lead (team_confirming, draft, submitted, withdrawn), of the host (checked, eligible, ineligible,
    reviewed, withdraw_yes, withdraw_no), of host or poster (talks, selected, not_selected)."""

    to: Literal[
        "team_confirming", "draft", "submitted", "withdrawn", "checked", "eligible", "ineligible", "reviewed",
        "withdraw_yes", "withdraw_no", "talks", "selected", "not_selected",
    ]  # fmt: skip
    reason: Annotated[str, Field(max_length=2000)] = ""


class MemberAnswer(BaseModel):
    """What the own organisation answers to a team that asks it."""

    confirms: bool


class BroughtLine(BaseModel):
    """An application that the organisation brought as a broker: how far it is, and the share in percent."""

    bounty_id: str
    bounty: str
    solver: str
    state: str
    submitted: dt.datetime | None
    share: float
    agreement: str = Field(description="state of the agreement; empty: there is none")
    agreed: float | None = Field(description="the share that stands in the agreement")


class CodeLine(BaseModel):
    """A broker's code, without the code: for which bounty, its share, until when, and when a solver took it."""

    bounty_id: str
    bounty: str
    share: float
    made: dt.datetime
    expires: dt.datetime
    used: dt.datetime | None


class Brought(BaseModel):
    """What a broker brought, and its codes."""

    applications: list[BroughtLine]
    codes: list[CodeLine]


class Applied(BaseModel):
    """Applications to a bounty for its host, and after the deadline for its poster (`hidden`: not yet)."""

    bounty_id: str
    hidden: bool
    most_solvers: int
    invited: list[str]
    applications: list[ApplicationLine]


class OwnBounty(Given):
    """A bounty of which the organisation is poster, host or county office."""

    id: str
    title: str
    state: str
    buyer: str
    deadline: str | None
    notice_until: str | None
    published: dt.datetime | None


class OwnBountyDetail(OwnBounty):
    """The same with its own rules as they are met, and the steps that the reader may take on its page."""

    sides: list[str]
    text: str
    targets: list[dict[str, Any]]
    rules: str
    checks: dict[str, str] = Field(description="verdict by rule")
    steps: list[str]
    files: list[FileLine]


@router.get("/own/bounties", summary="Bounties of the organisation", responses=OWN)
def own_bounties(visit: VisitDep) -> list[OwnBounty]:
    """Of which it is poster, host or county office; drafts too, for their poster."""
    with visit.home.database().session() as session:
        return [OwnBounty.model_validate(row) for row in mine(session, visit.actor)]


@router.get("/own/bounties/{bounty_id}", summary="A bounty for its sides")
def own_bounty(visit: VisitDep, bounty_id: Ident, lock: TagDep) -> OwnBountyDetail:
    """What its page shows them beyond what is public; for nobody else it is not there."""
    page = bounty_page(visit, bounty_id)
    if not page.side:
        raise WebError("no such bounty of yours", code="WE404", hint="see your bounties")
    row = page.row
    lock.tag(row)
    return OwnBountyDetail(
        **OwnBounty.model_validate(row).model_dump(),
        sides=sorted(page.side),
        text=row.text,
        targets=row.targets,
        rules=page.rules.title,
        checks={one.rule.kind: one.verdict for one in page.checks},
        steps=[one.to for one in page.steps],
        files=[FileLine.model_validate(one) for one in page.files],
    )


@router.get("/applications", summary="Applications of the organisation", dependencies=WRITES)
def applications(visit: VisitDep) -> list[OwnApplication]:
    """What it leads or is asked to join, the newest 200."""
    with visit.home.database().session() as session:
        rows = work.of_organisation(session, visit.actor)
        return [
            OwnApplication(**ApplicationLine.model_validate(row).model_dump(), bounty=bounty.title, part=part)
            for row, bounty, part in rows
        ]


@router.get("/applications/brought", summary="What a broker brought", dependencies=[Depends(requires(brokers.BRINGS))])
def brought(visit: VisitDep) -> Brought:
    """How far each application is, with whom, and the share; nothing of what it says."""
    with visit.home.database().session() as session:
        codes, rows = brokers.offers(session, visit.actor), brokers.brought(session, visit.actor)
        names = ("solver", "state", "submitted", "share", "agreement", "agreed")
        return Brought(
            applications=[
                BroughtLine(bounty_id=one.bounty_id, bounty=one.title, **{name: getattr(one, name) for name in names})
                for one in rows
            ],
            codes=[
                CodeLine(
                    bounty_id=one.bounty_id,
                    bounty=one.title,
                    share=one.share,
                    made=one.made,
                    expires=one.expires,
                    used=one.used,
                )
                for one in codes
            ],
        )


@router.get("/applications/{application_id}", summary="An application", dependencies=READS)
def application(visit: VisitDep, application_id: Ident, lock: TagDep) -> ApplicationDetail:
    """A draft for its lead and team alone; what was sent for the host; after the deadline for the poster."""
    return _detail(visit, application_id, lock)


def _detail(visit: Visit, application_id: str, lock: Lock) -> ApplicationDetail:
    page = application_page(visit, application_id)
    row = page.row
    lock.tag(row, *page.team)
    names = ("plan", "price", "months", "digest", "broker_share")
    return ApplicationDetail(
        **ApplicationLine.model_validate(row).model_dump(),
        **{name: getattr(row, name) for name in names},
        side=page.side,
        team=[Member.model_validate(one) for one in page.team],
        targets=[TargetLine.model_validate(one) for one in page.targets],
        checks=page.checks,
        files=[FileLine.model_validate(one) for one in page.files],
        broker=page.broker,
        mine=page.mine,
        asks_to_withdraw=page.asks,
        decisions=page.decisions,
    )


@router.post("/applications/{application_id}/state", summary="Take an application further", dependencies=MOVES,
             responses=STEP)  # fmt: skip
def state(visit: VisitDep, application_id: Ident, step: ApplicationStep, lock: LockDep) -> ApplicationDetail:
    """As the buttons of its page, by the rules that hold for it then."""
    with lock.step(visit.home.database()) as session:
        seen = work.one(session, visit.actor, application_id)
        lock.check(seen.row, *work.members(session, seen.row))
    take_step(visit, application_id, step.to, step.reason)
    return _detail(visit, application_id, lock)


@router.post("/applications/{application_id}/members/answer", summary="Confirm or decline a team", dependencies=SENDS,
             responses=STEP)  # fmt: skip
def answered(visit: VisitDep, application_id: Ident, said: MemberAnswer, lock: LockDep) -> Member:
    """For the own organisation; who declines does not see the application any more."""
    with lock.step(visit.home.database()) as session:
        seen = work.one(session, visit.actor, application_id)
        lock.check(seen.row, *work.members(session, seen.row))
        row = teams.answer(session, visit.actor, application_id, said.confirms, now())
        return Member.model_validate(row)


@router.get("/bounties/{bounty_id}/applications", summary="Applications to a bounty", dependencies=LEADS)
def applied(visit: VisitDep, bounty_id: Ident) -> Applied:
    """For its host; for its poster once the deadline is over."""
    page = applied_page(visit, bounty_id)
    return Applied(
        bounty_id=page.bounty.id,
        hidden=page.hidden,
        most_solvers=page.most,
        invited=page.invited,
        applications=[ApplicationLine.model_validate(one) for one in page.rows],
    )

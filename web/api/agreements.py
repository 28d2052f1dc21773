"""Agreements of bounties as JSON: terms, acceptance by hash, changes by consent, milestones. Sums are whole fen."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from web.api.applications import FileLine
from web.api.lock import STEP, Lock, LockDep, TagDep, requires_any
from web.api.shape import OWN, Given, Ident
from web.db.models import now
from web.deps import Visit, VisitDep
from web.pages.bounties.agreement_routes import READERS
from web.pages.bounties.work import agreement_page
from web.work.bounties import agreement as work
from web.work.bounties import milestone as milestones

router = APIRouter(tags=["bounties"])
SIDES = [Depends(requires_any(*READERS))]
Words = Annotated[str, Field(max_length=8000)]


class MilestoneLine(Given):
    """A step of the work; `measured` are {target, value, unit, method, file, verdict}."""

    id: str
    number: int
    title: str
    due: str | None
    amount: int | None
    final: bool
    state: str = Field(description="planned, reported, accepted, refused, paid")
    report: str
    measured: list[dict[str, Any]]
    words: str
    paid: str | None
    files: list[FileLine] = Field(default=[])


class ChangeLine(Given):
    """A change that one side proposes and the other consents to."""

    id: str
    side: str
    what: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    state: str


class AgreementDetail(BaseModel):
    """An agreement as one of its readers sees it; `side` is as whom."""

    id: str
    bounty_id: str
    application_id: str
    solver: str
    side: str
    state: str
    digest: str
    terms: dict[str, Any]
    poster_accepted: dt.datetime | None
    solver_accepted: dt.datetime | None
    milestones: list[MilestoneLine]
    changes: list[ChangeLine]


class AgreementStep(BaseModel):
    """Accept what stands there by its `digest`, or bring a dispute before the host, with its `words`."""

    do: Literal["accept", "dispute"]
    digest: Annotated[str, Field(max_length=80)] = ""
    words: Words = ""


class ChangeAnswer(BaseModel):
    """Consent to a change of the other side, or refuse it."""

    consent: bool


class Measured(BaseModel):
    """A figure of a target; without a unit that of the target."""

    value: Annotated[str, Field(max_length=40)]
    unit: Annotated[str, Field(max_length=40)] = ""
    method: Annotated[str, Field(max_length=500)] = ""


class MilestoneStep(BaseModel):
    """A step of a milestone. `words` is the report, or the reason; `measured` by the target's number; `judged` are
    targets in words alone that the poster judges to be met."""

    do: Literal["report", "accept", "refuse", "pay"]
    words: Words = ""
    measured: dict[Annotated[str, Field(pattern="^[1-9][0-9]{0,2}$")], Measured] = Field(default={}, max_length=400)
    judged: list[Annotated[int, Field(ge=1, le=999)]] = Field(default=[], max_length=400)


@router.get("/agreements/{agreement_id}", summary="An agreement", dependencies=SIDES, responses=OWN)
def agreement(visit: VisitDep, agreement_id: Ident, lock: TagDep) -> AgreementDetail:
    """With its milestones and changes, for both sides, the team and the host."""
    return _agreement(visit, agreement_id, lock)


def _agreement(visit: Visit, agreement_id: str, lock: Lock) -> AgreementDetail:
    page = agreement_page(visit, agreement_id)
    row = page.seen.row
    lock.tag(row, *page.plan, *page.changes)
    plan = [
        MilestoneLine.model_validate(one).model_copy(
            update={"files": [FileLine.model_validate(file) for file in page.files[one.id]]}
        )
        for one in page.plan
    ]
    return AgreementDetail(
        id=row.id,
        bounty_id=row.bounty_id,
        application_id=row.application_id,
        solver=page.seen.application.firm_name,
        side=page.seen.side,
        state=row.state,
        digest=row.digest,
        terms=row.terms,
        poster_accepted=row.poster_accepted,
        solver_accepted=row.solver_accepted,
        milestones=plan,
        changes=[ChangeLine.model_validate(one) for one in page.changes],
    )


@router.post("/agreements/{agreement_id}", summary="Accept it, or bring a dispute", dependencies=SIDES, responses=STEP)
def agreed(visit: VisitDep, agreement_id: Ident, step: AgreementStep, lock: LockDep) -> AgreementDetail:
    """With the acceptance of the second side it is agreed; a dispute goes before the host."""
    with lock.step(visit.home.database()) as session:
        lock.check(*work.whole(session, visit.actor, agreement_id))
        if step.do == "accept":
            work.accept(session, visit.actor, agreement_id, step.digest, now())
        else:
            milestones.dispute(session, visit.actor, agreement_id, step.words, now())
    return _agreement(visit, agreement_id, lock)


@router.post(
    "/agreements/{agreement_id}/changes/{change_id}",
    summary="Consent to a change, or refuse it",
    dependencies=SIDES,
    responses=STEP,
)
def answered(
    visit: VisitDep, agreement_id: Ident, change_id: Ident, said: ChangeAnswer, lock: LockDep
) -> AgreementDetail:
    """Of the other side; with the consent it holds."""
    with lock.step(visit.home.database()) as session:
        lock.check(*work.whole(session, visit.actor, agreement_id, change_id))
        work.respond(session, visit.actor, change_id, said.consent, now())
    return _agreement(visit, agreement_id, lock)


@router.post(
    "/agreements/{agreement_id}/milestones/{milestone_id}",
    summary="Report, accept, refuse or pay a milestone",
    dependencies=SIDES,
    responses=STEP,
)
def moved(
    visit: VisitDep, agreement_id: Ident, milestone_id: Ident, step: MilestoneStep, lock: LockDep
) -> AgreementDetail:
    """The solver reports what was measured; the poster accepts or refuses it, and says that it was paid."""
    typed: dict[str, str] = {}
    for number, one in step.measured.items():
        typed |= {f"value.{number}": one.value, f"unit.{number}": one.unit, f"method.{number}": one.method}
    actor = visit.actor
    with lock.step(visit.home.database()) as session:
        lock.check(*work.whole(session, actor, agreement_id, milestone_id))
        if step.do == "report":
            milestones.report(session, actor, milestone_id, step.words, typed, now())
        elif step.do == "accept":
            milestones.accept(session, actor, milestone_id, step.words, now(), step.judged)
        elif step.do == "refuse":
            milestones.refuse(session, actor, milestone_id, step.words, now())
        else:
            milestones.pay(session, actor, milestone_id, now())
    return _agreement(visit, agreement_id, lock)

"""Steps of a bounty's poster and host as JSON: award, work, opening of scores, answers to objections.

If-Match names the bounty as `own/bounties/{bounty_id}` gives it; an answer to an objection, the list of these.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from web.api.applications import OwnBountyDetail, own_bounty
from web.api.bounty_work import Objections, objections
from web.api.lock import STEP, LockDep
from web.api.shape import Ident
from web.db.models import now
from web.deps import VisitDep, requires
from web.work.bounties import award as awards
from web.work.bounties.application import AWARDS, HOSTS
from web.work.bounties.bounty import hosted, own
from web.work.bounties.expert_review import open_round
from web.work.bounties.milestone import host_step
from web.work.bounties.objection import answer
from web.work.bounties.objection import objections as objections_of

router = APIRouter(tags=["bounties"], responses=STEP)
HOST = [Depends(requires(HOSTS))]
POSTER = [Depends(requires(AWARDS))]
Words = Annotated[str, Field(max_length=2000)]
ByApplication = Annotated[dict[Annotated[str, Field(max_length=64)], Words], Field(max_length=500)]


class Award(BaseModel):
    """The choice among the applications in talks by id: reasons of those that are `chosen`, and of others. Nobody
    chosen is no taker (流榜), with a `reason`."""

    chosen: ByApplication = {}
    others: ByApplication = {}
    reason: Words = ""
    days: Annotated[int | None, Field(ge=1, le=365, description="of the notice; else as the rules have it")] = None


class WorkStep(BaseModel):
    """A step of the host once there are solvers: on, to its end, or out of a dispute (`back`)."""

    to: Literal["contracted", "project", "running", "settled", "back", "terminated", "failed"]
    reason: Words = ""


class Verdict(BaseModel):
    """What becomes of an objection, in words that everybody sees."""

    verdict: Literal["upheld", "rejected"]
    answer: Annotated[str, Field(max_length=8000)]


@router.post("/bounties/{bounty_id}/award", summary="Choose solvers, or nobody", dependencies=POSTER)
def awarded(visit: VisitDep, bounty_id: Ident, said: Award, lock: LockDep) -> OwnBountyDetail:
    """By the poster's approver; the notice of the award begins."""
    with lock.step(visit.home.database()) as session:
        lock.check(own(session, visit.actor, bounty_id, AWARDS))
        if said.chosen:
            reasons = said.others | said.chosen
            awards.award(session, visit.actor, bounty_id, list(said.chosen), reasons, now(), said.days)
        else:
            awards.no_taker(session, visit.actor, bounty_id, said.reason, now())
    return own_bounty(visit, bounty_id, lock)


@router.post("/bounties/{bounty_id}/work", summary="A step of the host once there are solvers", dependencies=HOST)
def worked(visit: VisitDep, bounty_id: Ident, step: WorkStep, lock: LockDep) -> OwnBountyDetail:
    """Contracts, project, work, settlement, the end of a dispute."""
    with lock.step(visit.home.database()) as session:
        lock.check(hosted(session, visit.actor, bounty_id))
        host_step(session, visit.actor, bounty_id, step.to, step.reason, now())
    return own_bounty(visit, bounty_id, lock)


@router.post("/bounties/{bounty_id}/reviews/open", summary="Open all scores of the stage together", dependencies=HOST)
def opened(visit: VisitDep, bounty_id: Ident, lock: LockDep) -> OwnBountyDetail:
    """Once all of them are in, by somebody who is none of the experts; the log names the digest of each."""
    with lock.step(visit.home.database()) as session:
        lock.check(hosted(session, visit.actor, bounty_id))
        open_round(session, visit.actor, bounty_id, now())
    return own_bounty(visit, bounty_id, lock)


@router.post("/bounties/{bounty_id}/objections/{objection_id}", summary="Answer an objection", dependencies=HOST)
def answered(visit: VisitDep, bounty_id: Ident, objection_id: Ident, said: Verdict, lock: LockDep) -> Objections:
    """By the host; with the last answer the bounty goes on."""
    with lock.step(visit.home.database()) as session:
        lock.check(*objections_of(session, hosted(session, visit.actor, bounty_id)))
        answer(session, visit.actor, bounty_id, objection_id, said.verdict, said.answer, now())
    return objections(visit, bounty_id, lock)

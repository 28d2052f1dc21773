"""What comes of a bounty as JSON: its thread, objections to its notices, expert review.

Scores are sealed here as on the pages: an expert sees its own, everybody else those of a round that was opened.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from web.api.lock import STEP, Lock, LockDep, TagDep
from web.api.shape import NOT_FOUND, OWN, Given, Ident
from web.db.bounties import Bounty, Review
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.pages.bounties.expert import review_page, round_page, sides_of
from web.pages.bounties.thread import thread_page
from web.pages.bounties.work import work_section
from web.work.bounties import expert_review as reviews
from web.work.bounties.application import HOSTS, SCORES
from web.work.bounties.bounty import seen
from web.work.bounties.objection import objections as objections_of

router = APIRouter(tags=["bounties"])
HOST = [Depends(requires(HOSTS))]
EXPERT = [Depends(requires(SCORES))]


class StageLine(Given):
    """A state that a bounty came to, its day, and what says so: a file, else the digest in the log."""

    state: str
    day: str
    file: str
    digest: str


class AgreedLine(Given):
    """An agreement that holds; `inside`: the reader may see it."""

    id: str
    solver: str
    day: str
    digest: str
    inside: bool


class AppliedCount(Given):
    """How many applications were sent and chosen; `eligible` is for host and poster."""

    sent: int
    chosen: int
    eligible: int | None


class NodeLine(Given):
    """A node in a region on a day of the data."""

    kinds: list[str]
    local: int
    everywhere: int
    as_of: str
    rules: str


class NodeThread(Given):
    """The node of the bounty's gap before the bounty and now."""

    chain: str
    node: str
    region: str
    before: NodeLine
    after: NodeLine | None
    failed: str = Field(description="code of why the present state cannot be said")


class Thread(BaseModel):
    """The way of a bounty as the reader may see it; null: not for this reader, or not yet."""

    id: str
    title: str
    state: str
    poster: str
    stages: list[StageLine]
    applied: AppliedCount | None
    awarded: str | None
    team: list[str]
    agreed: list[AgreedLine]
    accepted: str | None
    node: NodeThread | None


class ObjectionLine(Given):
    """An answered objection; who objected, and in which words, is for the host alone."""

    notice: str
    verdict: str
    answer: str
    day: str


class OpenObjection(Given):
    """An objection that waits for the host."""

    id: str
    notice: str
    text: str
    author: str
    contact: str
    created: dt.datetime


class Objections(BaseModel):
    """The notice that runs and until when, answers to objections, and for the host those that wait."""

    notice: str | None
    until: str | None
    answered: list[ObjectionLine]
    waiting: list[OpenObjection]


class SeatLine(Given):
    """An assignment as its host sees it: never with scores."""

    id: str
    expert: str
    name: str
    about: str
    application_id: str | None
    state: str
    conflict: str
    digest: str


class RankedLine(Given):
    """Where an application (null: the bounty itself) stands by opened scores of 100 points."""

    application_id: str | None
    name: str
    state: str
    rank: int
    tied: bool
    mean: float
    lowest: float
    highest: float
    deviation: float


class Round(BaseModel):
    """A bounty's expert review for its host; `ranking` is empty until the scores are opened."""

    bounty_id: str
    of_applications: bool
    waits: int
    seats: list[SeatLine]
    ranking: list[RankedLine]


class CriterionLine(Given):
    """What is scored, from 0 to `most` points."""

    name: str
    weight: float
    most: int


class ReviewLine(BaseModel):
    """What the reader is asked to look at."""

    id: str
    bounty_id: str
    bounty: str
    about: str = Field(description="the applicant; empty: the bounty itself")
    state: str
    created: dt.datetime


class ReviewDetail(BaseModel):
    """An own assignment: what is to be looked at once it was accepted, and the reader's own scores."""

    id: str
    bounty_id: str
    bounty: str
    state: str
    text: str | None
    application_id: str | None
    criteria: list[CriterionLine]
    scores: list[dict[str, Any]]
    words: str
    scored: dt.datetime | None
    digest: str


class Points(BaseModel):
    """Points of a criterion, with one place at most, and why."""

    points: Annotated[float, Field(ge=0, le=100)]
    reason: Annotated[str, Field(max_length=2000)]


class ReviewStep(BaseModel):
    """What the expert does: `conflict` says what stands against it, `scores` are in the order of the criteria."""

    do: Literal["accept", "conflict", "score"]
    conflict: Annotated[str, Field(max_length=500)] = ""
    scores: list[Points] = Field(default=[], max_length=30)
    words: Annotated[str, Field(max_length=5000)] = ""


@router.get("/bounties/{bounty_id}/thread", summary="The way of a bounty", responses=NOT_FOUND)
def thread(visit: VisitDep, bounty_id: Ident) -> Thread:
    """From the node's gap over stages, applications as counts, award, agreements, to the node after it."""
    page = thread_page(visit, bounty_id)
    told = page.thread
    return Thread(
        id=page.row.id,
        title=page.row.title,
        state=page.state,
        poster=page.poster,
        stages=[StageLine.model_validate(one) for one in told.stages],
        applied=AppliedCount.model_validate(told.applied) if told.applied else None,
        awarded=told.awarded,
        team=told.team,
        agreed=[AgreedLine.model_validate(one) for one in told.agreed],
        accepted=told.accepted,
        node=NodeThread.model_validate(page.node) if page.node else None,
    )


@router.get("/bounties/{bounty_id}/objections", summary="Objections to a bounty's notices", responses=NOT_FOUND)
def objections(visit: VisitDep, bounty_id: Ident, lock: TagDep) -> Objections:
    """Verdicts and answers, as everybody sees them."""
    with visit.home.database().session() as session:
        bounty = seen(session, visit.actor, bounty_id)
        lock.tag(*objections_of(session, bounty))
    section = work_section(visit, bounty)
    return Objections(
        notice=section.notice,
        until=section.until if section.notice else None,
        answered=[ObjectionLine.model_validate(one) for one in section.answered],
        waiting=[OpenObjection.model_validate(one) for one in section.open],
    )


# --- expert review --------------------------------------------------------------------------------------------------


@router.get("/bounties/{bounty_id}/reviews", summary="Expert review for its host", dependencies=HOST, responses=OWN)
def round_of(visit: VisitDep, bounty_id: Ident) -> Round:
    """Who looks at what, and how far; scores only once all of the round were opened together."""
    page = round_page(visit, bounty_id)
    return Round(
        bounty_id=page.bounty.id,
        of_applications=page.of_applications,
        waits=page.waits,
        seats=[SeatLine.model_validate(one) for one in page.seats],
        ranking=[RankedLine.model_validate(one) for one in page.ranking],
    )


@router.get("/expert", summary="What the reader is asked to look at", dependencies=EXPERT, responses=OWN)
def asked(visit: VisitDep) -> list[ReviewLine]:
    """As an expert, the newest 200."""
    with visit.home.database().session() as session:
        return [_review_line(row, bounty, name) for row, bounty, name in reviews.of_expert(session, visit.actor)]


def _review_line(row: Review, bounty: Bounty, about: str) -> ReviewLine:
    return ReviewLine(
        id=row.id, bounty_id=bounty.id, bounty=bounty.title, about=about, state=row.state, created=row.created
    )


@router.get("/expert/{review_id}", summary="An own assignment", dependencies=EXPERT, responses=OWN)
def review(visit: VisitDep, review_id: Ident, lock: TagDep) -> ReviewDetail:
    """What is to be looked at is shown once it was accepted."""
    return _review(visit, review_id, lock)


def _review(visit: Visit, review_id: str, lock: Lock) -> ReviewDetail:
    page = review_page(visit, review_id)
    row = page.row
    lock.tag(row)
    accepted = row.state != "assigned"
    return ReviewDetail(
        id=row.id,
        bounty_id=page.bounty.id,
        bounty=page.bounty.title,
        state=row.state,
        text=page.bounty.text if accepted else None,
        application_id=row.application_id if accepted else None,
        criteria=[CriterionLine.model_validate(one) for one in page.criteria],
        scores=row.scores,
        words=row.words,
        scored=row.scored,
        digest=row.digest,
    )


@router.post("/expert/{review_id}", summary="Accept, declare a conflict, score", dependencies=EXPERT, responses=STEP)
def reviewed(visit: VisitDep, review_id: Ident, step: ReviewStep, lock: LockDep) -> ReviewLine:
    """Scores are sealed until all of the round are opened; until then the newest count. After a conflict there is no
    more to see."""
    actor = visit.actor
    page = review_page(visit, review_id)
    posters, groups = sides_of(visit, page.bounty, [actor.user])
    typed = {"words": step.words}
    for number, one in enumerate(step.scores, 1):
        typed |= {f"points.{number}": f"{one.points:g}", f"reason.{number}": one.reason}
    with lock.step(visit.home.database()) as session:
        row, bounty, application = reviews.mine(session, actor, review_id)
        lock.check(row)
        if step.do == "accept":
            row = reviews.accept(session, actor, review_id, posters, groups, now())
        elif step.do == "conflict":
            row = reviews.declare(session, actor, review_id, step.conflict, now())
        else:
            row = reviews.score(session, actor, review_id, typed, posters, groups, now())
        session.flush()
        lock.tag(row)
        return _review_line(row, bounty, application.firm_name if application else "")

"""Expert review as pages show it: the host's page of a stage, and what an expert is asked to score."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from kg.errors import KgError
from web.db.accounts import Organisation, User
from web.db.bounties import Application, Bounty, Review
from web.deps import Visit
from web.errors import WebError
from web.jobs.applicants import groups_for, posters_of
from web.pages.bounties.application_match import said
from web.work.bounties import expert_review as work
from web.work.bounties.application import CLOSED
from web.work.bounties.application_decision import applied
from web.work.bounties.bounty import hosted
from web.work.bounties.expert_conflict import Groups, conflict_of, firms_concerned
from web.work.bounties.expert_ranking import Ranked, ranking
from web.work.bounties.rules import Criterion, rules_of


class Page(BaseModel):
    """What both pages share: rows of the store stand in them as they are."""

    model_config = ConfigDict(arbitrary_types_allowed=True)


class Candidate(Page):
    """An expert who may be asked, and what stands against it for this bounty (a word and a name)."""

    user: User
    place: Organisation
    conflicts: list[str]


class RoundPage(Page):
    """A bounty's review for its host. Scores are in `ranking` alone, which is empty until they are opened."""

    bounty: Bounty
    stage: bool = Field(description="whether experts can be asked now")
    of_applications: bool
    candidates: list[Candidate]
    eligible: list[Application]
    seats: list[work.Seat]
    waits: int
    ranking: list[Ranked]
    criteria: list[Criterion]
    code: str = ""
    at_seat: str = ""


class ReviewPage(Page):
    """An assignment for its expert; what is to be looked at is shown once it is accepted."""

    row: Review
    bounty: Bounty
    application: Application | None
    targets: list[tuple[int, str, str]]
    criteria: list[Criterion]
    typed: dict[str, str]
    stage: bool
    wrong: dict[str, str] = {}
    code: str = ""


def sides_of(visit: Visit, bounty: Bounty, experts: list[str]) -> tuple[list[str], Groups]:
    """The poster's firms, and the groups of all firms by which conflicts of these experts are found.

    Where no graph answers both are empty: then the same organisation or name is found, and what the expert declares.
    """
    try:
        posters = list(posters_of(visit.home, visit.graph, bounty))
    except KgError:
        return [], {}
    with visit.home.database().session() as session:
        firms = firms_concerned(session, bounty, experts, posters)
    return posters, groups_for(visit.home, firms)


def round_page(visit: Visit, bounty_id: str, **more: Any) -> RoundPage:
    """The host's page. Raises WebError WE401, WE032, WE404."""
    actor, database = visit.actor, visit.home.database()
    with database.session() as session:
        bounty = hosted(session, actor, bounty_id)
        people = work.experts(session)
    posters, groups = sides_of(visit, bounty, [user.id for user, _ in people])
    with database.session() as session:
        of_applications = bounty.state in CLOSED
        seats = work.seats(session, actor, bounty_id)
        eligible = [row for row in applied(session, bounty) if row.state == "eligible"]
        candidates = []
        for user, place in people:  # against all who applied together; assigning names the one application
            conflict = conflict_of(session, bounty, None, user.id, posters, groups)
            candidates.append(Candidate(user=user, place=place, conflicts=[conflict] if conflict else []))
        try:
            found = ranking(session, actor, bounty_id, of_applications=of_applications)
        except WebError as error:
            if error.code != "WE168":
                raise
            found = []
    page = RoundPage(
        bounty=bounty,
        stage=bounty.state in work.ROUNDS and not found,
        of_applications=of_applications,
        candidates=candidates,
        eligible=eligible,
        seats=seats,
        waits=sum(seat.state in work.WAITS for seat in seats),
        ranking=found,
        criteria=list(rules_of(bounty.rules).criteria),
    )
    return page.model_copy(update=more)


def review_page(visit: Visit, review_id: str, **more: Any) -> ReviewPage:
    """The expert's page. Raises WebError WE401, WE032, WE404."""
    with visit.home.database().session() as session:
        row, bounty, application = work.mine(session, visit.actor, review_id)
    typed = {"words": row.words}
    for number, one in enumerate(row.scores, 1):
        typed |= {f"points.{number}": f"{one['points']:g}", f"reason.{number}": one["reason"]}
    page = ReviewPage(
        row=row,
        bounty=bounty,
        application=application,
        targets=[(number, said(one), str(one.get("method") or "")) for number, one in enumerate(bounty.targets, 1)],
        criteria=list(rules_of(bounty.rules).criteria),
        typed=typed,
        stage=bounty.state in work.ROUNDS and work.ROUNDS[bounty.state] == (application is not None),
    )
    return page.model_copy(update=more)

"""Expert review: experts assigned to a bounty or its applications, their scores sealed, then opened together.

Scores are read here alone, and given out to their own expert, or to anybody else once their round was opened. A round
is all reviews of a bounty, or all of the applications to it. `web.work.bounties.expert_ranking` makes ranks of opened
scores.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.db.accounts import Membership, Organisation, User
from web.db.bounties import Application, Bounty, Review
from web.db.models import Event
from web.errors import UnusableError, WebError
from web.work.bounties.application import APPLICATION, SCORES
from web.work.bounties.application_decision import applied
from web.work.bounties.application_form import CODE
from web.work.bounties.application_told import tell_team
from web.work.bounties.bounty import hosted
from web.work.bounties.expert_conflict import Groups, conflict_of
from web.work.bounties.rules import RuleSet, rules_of
from web.work.step import States, add_once, note

REVIEW = States(
    "review",
    "a review that is",
    "WE167",
    {
        "assigned": frozenset({"conflicted", "accepted", "released"}),
        "accepted": frozenset({"conflicted", "scored", "released"}),
        "scored": frozenset({"scored", "conflicted", "opened"}),
        "conflicted": frozenset(),
        "released": frozenset(),
        "opened": frozenset(),
    },
)
"""Released: the host takes an assignment back that was not answered. While sealed, the newest scores count."""

ROUNDS = {"expert_review": False, "reviewing": True}
"""Stages of a bounty in which experts score, and whether they score its applications."""
WAITS = ("assigned", "accepted")
COUNTS = ("scored", "opened")


@dataclass(frozen=True, slots=True)
class Seat:
    """An assignment as its host sees it: never with scores. `name` is the expert's, `about` the applicant's."""

    id: str
    expert: str
    name: str
    about: str
    application_id: str | None
    state: str
    conflict: str
    digest: str


# --- the host ------------------------------------------------------------------------------------------------------


def experts(session: Session) -> list[tuple[User, Organisation]]:
    """People who hold the role of an expert, by name, each with where."""
    wanted = (
        select(User, Organisation)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.role == "expert", Membership.ended.is_(None), User.state == "open")
        .where(Organisation.state == "open")
        .order_by(User.name, User.id)
        .limit(500)
    )
    return [(user, place) for user, place in session.execute(wanted)]


def assign(
    session: Session,
    actor: Actor,
    bounty_id: str,
    expert: str,
    applications: Sequence[str],
    posters: Sequence[str],
    groups: Groups,
    at: datetime,
) -> list[Review]:
    """Ask an expert to look at the bounty (in its expert review) or at these applications (once they are reviewed).

    Where something stands against the expert, the assignment is kept as conflicted, with what it is; the expert never
    sees what it would have looked at. Raises WebError WE401, WE032, WE404, WE167 (no such stage, no expert, an
    application that is not eligible, or opened already).
    """
    bounty = hosted(session, actor, bounty_id)
    if bounty.state not in ROUNDS or expert not in {user.id for user, _ in experts(session)}:
        raise WebError("no expert can be asked now", code="WE167", hint="see the bounty's stage", place=bounty.id)
    subjects: list[str | None] = [None]
    if ROUNDS[bounty.state]:
        eligible = {row.id for row in applied(session, bounty) if row.state == "eligible"}
        subjects = [one for one in dict.fromkeys(applications) if one in eligible]
        if not subjects or len(subjects) < len(set(applications)):
            raise WebError("experts look at eligible ones", code="WE167", hint="choose of these", place=bounty.id)
    if any(review.state == "opened" for review in _round(session, bounty)):
        raise WebError("the scores were opened", code="WE167", hint="the review is over", place=bounty.id)
    made = []
    for subject in subjects:
        mine = (Review.bounty_id == bounty.id, Review.application_id == subject, Review.expert == expert)
        there = select(Review).where(*mine, Review.created >= begun(session, bounty, bounty.state))
        if (present := session.scalar(there)) is not None:
            made.append(present)
            continue
        row = Review(bounty_id=bounty.id, application_id=subject, expert=expert)
        row.organisation_id, row.created = bounty.host_id, at
        row = add_once(session, row, there)
        note(session, row, REVIEW.subject, None, "assigned", actor.user, at)
        if found := conflict_of(session, bounty, subject, expert, posters, groups):
            _conflicted(session, row, found, "program", at)
        made.append(row)
    return made


def release(session: Session, actor: Actor, review_id: str, reason: str, at: datetime) -> Review:
    """Take an assignment back that has no scores yet. Raises WebError WE401, WE032, WE404, WE167, WE134."""
    row = session.get(Review, review_id)
    if row is None:
        raise WebError("no such page", code="WE404", hint="see the bounty's review")
    hosted(session, actor, row.bounty_id)
    if not reason.strip():
        raise WebError("a reason is missing", code="WE134", hint="say why", place=row.id)
    REVIEW.move(session, row, "released", actor.user, at, reason.strip()[:2000])
    return row


def seats(session: Session, actor: Actor, bounty_id: str) -> list[Seat]:
    """The assignments of the bounty, all rounds, as its host sees them. Raises WebError WE401, WE032, WE404."""
    bounty = hosted(session, actor, bounty_id)
    wanted = (
        select(Review, User.name, Application.firm_name)
        .outerjoin(User, User.id == Review.expert)
        .outerjoin(Application, Application.id == Review.application_id)
        .where(Review.bounty_id == bounty.id)
        .order_by(Review.application_id.is_not(None), Application.submitted.nulls_first(), User.name, Review.id)
    )
    return [
        Seat(row.id, row.expert, name or "", about or "", row.application_id, row.state, row.conflict, row.digest)
        for row, name, about in session.execute(wanted)
    ]


def open_round(session: Session, actor: Actor, bounty_id: str, at: datetime) -> list[Review]:
    """Open all scores of the stage together; the event names the digest of each. Reviewed applications become so.

    Raises WebError WE401, WE032, WE404, WE167 (no such stage, or opened already), WE168 (not all are in, or the
    actor is one of the experts).
    """
    bounty = hosted(session, actor, bounty_id)
    reviews = _round(session, bounty)
    if bounty.state not in ROUNDS or any(row.state == "opened" for row in reviews):
        raise WebError("nothing is to be opened now", code="WE167", hint="see the bounty's stage", place=bounty.id)
    if actor.user in {row.expert for row in reviews}:
        raise WebError("an expert does not open the scores", code="WE168", hint="ask another person", place=bounty.id)
    missing = _missing(session, bounty, reviews)
    if missing:
        raise WebError(f"{missing} scores are not in", code="WE168", hint="wait, or release them", place=bounty.id)
    scored = [row for row in reviews if row.state == "scored"]
    digests = [f"{row.id}:{row.digest}" for row in scored]
    said, digest = "; ".join([f"{len(digests)} reviews", *digests]), stable_hash("\n".join(digests))
    note(session, bounty, "review_round", "sealed", "opened", actor.user, at, said, digest, bounty.host_id)
    for row in scored:
        REVIEW.move(session, row, "opened", actor.user, at, digest=row.digest)
    for application in applied(session, bounty) if ROUNDS[bounty.state] else ():
        if application.state == "eligible":
            APPLICATION.move(session, application, "reviewed", actor.user, at, "scores opened", digest)
            tell_team(session, application, bounty, "reviewed", at)
    return scored


def _round(session: Session, bounty: Bounty) -> list[Review]:
    """The reviews of the stage that the bounty is in; a bounty that was returned has a new round of its own."""
    about = Review.application_id.is_not(None) if ROUNDS.get(bounty.state, True) else Review.application_id.is_(None)
    since = Review.created >= begun(session, bounty, bounty.state)
    wanted = select(Review).where(Review.bounty_id == bounty.id, about, since).order_by(Review.created, Review.id)
    return list(session.scalars(wanted))


def begun(session: Session, bounty: Bounty, stage: str) -> datetime:
    """When a bounty came into a stage last; the beginning of time where no event says so."""
    wanted = select(Event.at).where(Event.subject == "bounty", Event.subject_id == bounty.id, Event.to_state == stage)
    return session.scalar(wanted.order_by(Event.number.desc()).limit(1)) or datetime.min.replace(tzinfo=UTC)


def _missing(session: Session, bounty: Bounty, reviews: Sequence[Review]) -> int:
    """How many scores a round waits for: each that was asked for, and one at least of everything that is reviewed.

    Reviews of an application that was taken back meanwhile are not waited for.
    """
    if not ROUNDS[bounty.state]:
        waits = sum(row.state in WAITS for row in reviews)
        return waits or int(all(row.state != "scored" for row in reviews))
    eligible = {row.id for row in applied(session, bounty) if row.state == "eligible"}
    waits = sum(row.state in WAITS and row.application_id in eligible for row in reviews)
    bare = eligible - {row.application_id for row in reviews if row.state in (*WAITS, "scored")}
    return waits + len(bare) or int(not eligible)


# --- the expert ----------------------------------------------------------------------------------------------------


def of_expert(session: Session, actor: Actor) -> list[tuple[Review, Bounty, str]]:
    """What the actor is asked to look at, newest first, each with the applicant's name (of a bounty: none).

    Raises WebError WE401, WE032.
    """
    actor.need(SCORES)
    wanted = (
        select(Review, Bounty, Application.firm_name)
        .join(Bounty, Bounty.id == Review.bounty_id)
        .outerjoin(Application, Application.id == Review.application_id)
        .where(Review.expert == actor.user, Review.state.not_in(("conflicted", "released")))
        .order_by(Review.created.desc(), Review.id)
        .limit(200)
    )
    return [(row, bounty, name or "") for row, bounty, name in session.execute(wanted)]


def mine(session: Session, actor: Actor, review_id: str) -> tuple[Review, Bounty, Application | None]:
    """An assignment of the actor's own, with its scores. Raises WebError WE401, WE032, WE404."""
    actor.need(SCORES)
    row = session.get(Review, review_id)
    if row is None or row.expert != actor.user or row.state in ("conflicted", "released"):
        raise WebError("no such page", code="WE404", hint="see what you are asked to look at")
    application = session.get(Application, row.application_id) if row.application_id else None
    return row, session.get_one(Bounty, row.bounty_id), application


def accept(
    session: Session, actor: Actor, review_id: str, posters: Sequence[str], groups: Groups, at: datetime
) -> Review:
    """Take an assignment, and say that nothing stands against oneself; the program looks once more.

    Raises WebError WE401, WE032, WE404, WE167. Where something stands against the expert the row is conflicted.
    """
    row, bounty, _ = mine(session, actor, review_id)
    REVIEW.check(row, "accepted")
    if found := conflict_of(session, bounty, row.application_id, actor.user, posters, groups):
        return _conflicted(session, row, found, "program", at)
    REVIEW.move(session, row, "accepted", actor.user, at)
    return row


def declare(session: Session, actor: Actor, review_id: str, words: str, at: datetime) -> Review:
    """Say that something stands against oneself; scores that were given count no more.

    Raises WebError WE401, WE032, WE404, WE167, WE134 without words.
    """
    row, _, _ = mine(session, actor, review_id)
    if not words.strip():
        raise WebError("a reason is missing", code="WE134", hint="say what it is", place=row.id)
    return _conflicted(session, row, f"declared:{words.strip()[:500]}", actor.user, at)


def _conflicted(session: Session, row: Review, conflict: str, who: str, at: datetime) -> Review:
    REVIEW.move(session, row, "conflicted", who, at, conflict.partition(":")[0])
    row.conflict = conflict
    return row


def score(
    session: Session,
    actor: Actor,
    review_id: str,
    typed: Mapping[str, str],
    posters: Sequence[str],
    groups: Groups,
    at: datetime,
) -> Review:
    """Keep scores, sealed; until they are opened the newest ones count. A new conflict is found first.

    Raises WebError WE401, WE032, WE404, WE167 (not accepted, opened, another stage), UnusableError WE160.
    """
    row, bounty, application = mine(session, actor, review_id)
    REVIEW.check(row, "scored")
    if bounty.state not in ROUNDS or ROUNDS[bounty.state] != (application is not None):
        raise WebError("nothing is scored at this stage", code="WE167", hint="see the bounty", place=bounty.id)
    if found := conflict_of(session, bounty, row.application_id, actor.user, posters, groups):
        return _conflicted(session, row, found, "program", at)
    scores = read_scores(rules_of(bounty.rules), typed)
    row.scores, row.words = scores, str(typed.get("words", "")).strip()[:5000]
    row.salt, row.scored = secrets.token_hex(16), at
    row.digest = digest_of(row)
    REVIEW.move(session, row, "scored", actor.user, at, digest=row.digest)
    return row


def digest_of(row: Review) -> str:
    """The hash of what was scored; with its salt, so that the log, which has it at once, tells nothing."""
    said: dict[str, Any] = {"review": row.id, "scores": row.scores, "words": row.words, "salt": row.salt}
    return stable_hash(json.dumps(said, ensure_ascii=False, sort_keys=True))


def read_scores(rules: RuleSet, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Points and reason for each criterion of the rules, by its number from 1. Raises UnusableError WE160."""
    found, wrong = [], {}
    for number, criterion in enumerate(rules.criteria, 1):
        points = _points(str(typed.get(f"points.{number}", "")).strip(), criterion.most)
        reason = str(typed.get(f"reason.{number}", "")).strip()
        if points is None:
            wrong[f"points.{number}"] = "bad"
        if not reason:
            wrong[f"reason.{number}"] = "missing"
        elif len(reason) > 2000:
            wrong[f"reason.{number}"] = "long"
        found.append({"criterion": criterion.name, "points": points, "reason": reason})
    if wrong:
        raise UnusableError(wrong, CODE)
    return found


def _points(text: str, most: int) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found <= most and round(found, 1) == found else None

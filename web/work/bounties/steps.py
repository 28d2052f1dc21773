"""The steps of a bounty before there are solvers: submitted, looked at, noticed, opened, extended, closed, withdrawn.

Who may: the poster submits and withdraws, the county looks at what is in its review, the host does the rest. Deadlines
are ended by the clock alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kg.values.date import parse_date
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.accounts import Organisation
from web.db.bounties import Application, Bounty
from web.db.store import Database
from web.errors import UnusableError, WebError
from web.jobs.needs import enter
from web.work.bounties.agreement import contract
from web.work.bounties.application_told import people_in, team_people
from web.work.bounties.bounty import HOST, SUBMIT, own, seen, sides
from web.work.bounties.file import files
from web.work.bounties.form import CODE
from web.work.bounties.marks import marks
from web.work.bounties.rules import rule_sets
from web.work.bounties.states import BEFORE_NOTICE, enter_stage, next_stage
from web.work.bounties.told import ended_without, tell_applicants, tell_bounty
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change

HOSTS, COUNTIES = ("organiser", "authority"), ("authority",)
"""Kinds of organisations that lead bounties, and that look at them first."""
ALL, BOTH = ("poster", "host", "county"), ("poster", "host")
FOR_COUNTY = ("county_review", "withdrawn")
"""Steps of others that the county office is told of."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that an actor may take: where to, whether it asks for a reason or for days."""

    to: str
    reason: bool = False
    days: bool = False


def submit(
    session: Session,
    actor: Actor,
    bounty_id: str,
    rule_set: str,
    host: str,
    county: str,
    at: datetime,
    folder: Path,
    *,
    looked: bool = False,
    names: Sequence[str] = (),
) -> Bounty:
    """Hand a draft or a returned bounty in, under a rule set, to its host and county (which may be one).

    `looked` says that its marked words (`web.work.bounties.marks`) were looked at, `names` are further names of its
    poster.

    Raises UnusableError WE155 (what is missing: deadline, text, cleared, rules, host, county, looked), WebError WE401,
    WE032, WE404, WE151.
    """
    row = own(session, actor, bounty_id, SUBMIT)
    rules = rule_sets(folder).get(rule_set)
    wrong: dict[str, str] = {}
    if rules is None:
        wrong["rules"] = "choose"
    if not row.text.strip():
        wrong["text"] = "missing"
    if row.deadline is None or row.deadline <= day_of(at):
        wrong["deadline"] = "past"
    if row.cleared is None:
        wrong["cleared"] = "missing"
    if not _is_of(session, host, HOSTS):
        wrong["host"] = "choose"
    if (rules is None or rules.stages.county_review) and not _is_of(session, county, COUNTIES):
        wrong["county"] = "choose"
    if not looked and marks(row, [row.buyer, *names], [file.name for file in files(session, row)]):
        wrong["looked"] = "look"
    if wrong:
        raise UnusableError(wrong, CODE)
    if rules is not None:
        row.rule_set, row.rules = rules.id, rules.model_dump(mode="json")
        row.solvers_most = min(row.solvers_most, rules.solvers_most)
    row.host_id, row.county_id = host, county or None
    row.organiser = session.get_one(Organisation, host).name
    enter_stage(session, row, "submitted", actor=actor.user, at=at)
    tell_bounty(session, row, "submitted", at, own=actor.organisation, to=("host",))
    return row


def _is_of(session: Session, organisation_id: str, kinds: Sequence[str]) -> bool:
    found = session.get(Organisation, organisation_id) if organisation_id else None
    return found is not None and found.kind in kinds and found.state == "open"


def organisations(session: Session, kinds: Sequence[str]) -> list[Organisation]:
    """Open organisations of these kinds, by name."""
    wanted = select(Organisation).where(Organisation.kind.in_(kinds), Organisation.state == "open")
    return list(session.scalars(wanted.order_by(Organisation.name, Organisation.id)))


def steps(actor: Actor, row: Bounty) -> list[Step]:
    """What the actor may do to a bounty now."""
    as_whom, state = sides(actor, row), row.state
    found: list[Step] = []
    if state in BEFORE_NOTICE and ("county" in as_whom if state == "county_review" else "host" in as_whom):
        onward = next_stage(row)
        found = [Step(onward, days=onward == "notice"), Step("returned", reason=True)]
    elif "host" in as_whom:
        found = {
            "notice": [Step("open")],
            "closed": [Step("reviewing"), Step("no_taker", reason=True)],
            "reviewing": [Step("negotiating"), Step("no_taker", reason=True)],
        }.get(state, [])
    if "poster" in as_whom and actor.may(SUBMIT) and state in ("draft", "returned", *BEFORE_NOTICE, "notice"):
        found = [*found, Step("withdrawn", reason=True)]
    return found


def move(
    session: Session, actor: Actor, bounty_id: str, to: str, reason: str, days: int | None, at: datetime
) -> Bounty:
    """Take one of the actor's steps. Raises WebError WE404, WE032 (none of theirs), WE151 to WE154, UnusableError WE155
    (a reason is missing).
    """
    row = seen(session, actor, bounty_id)
    step = next((one for one in steps(actor, row) if one.to == to), None)
    if step is None:
        raise WebError("your roles do not allow this here", code="WE032", hint="see the stage of the bounty")
    if step.reason and not reason.strip():
        raise UnusableError({"reason": "missing"}, CODE)
    enter_stage(session, row, to, actor=actor.user, at=at, reason=reason.strip()[:2000], days=days)
    tell_bounty(session, row, to, at, own=actor.organisation, to=ALL if to in FOR_COUNTY else BOTH)
    if to == "no_taker":
        tell_applicants(session, row, ended_without(row, at), at)
    return row


def extend(session: Session, actor: Actor, bounty_id: str, until: str, at: datetime) -> Bounty:
    """Move the deadline of an open bounty once, before it is over; all who applied are told.

    Raises WebError WE404, WE032, WE158 (extended already, over, or not a later day).
    """
    row = seen(session, actor, bounty_id)
    if "host" not in sides(actor, row):
        raise WebError("the host extends a deadline", code="WE032", hint="ask it")
    over = row.state != "open" or row.deadline is None or day_of(at) > row.deadline
    if over or row.extended_from is not None or parse_date(until) != until or until <= (row.deadline or ""):
        raise WebError(
            "a deadline is extended once, before it is over, to a later day", code="WE158", hint="see the bounty"
        )
    row.extended_from, row.deadline = row.deadline, until
    enter(session, row, row.state, actor=actor.user, reason=f"deadline {row.extended_from} moved to {until}", at=at)
    told = {"name": row.title, "what": "bounty", "step": "extended", "until": until}
    change = Change("deadline", f"{row.id}:extended", told, address=f"/bounties/{row.id}")
    tell_applicants(session, row, change, at)
    return row


def end_due(database: Database, at: datetime) -> list[str]:
    """What a day brings about: open bounties whose deadline is over are closed, awards whose notice is over contracted.

    Each is a transaction of its own; what an objection holds waits. Returns the ids of the bounties that moved.
    """
    day = day_of(at)
    with database.session() as session:
        over = select(Bounty.id).where(Bounty.state == "open", Bounty.deadline < day, ~Bounty.demo)
        noticed = select(Bounty.id).where(Bounty.state == "award_notice", Bounty.notice_until < day, ~Bounty.demo)
        ids = [*session.scalars(over.order_by(Bounty.id)), *session.scalars(noticed.order_by(Bounty.id))]
    moved = []
    for bounty_id in ids:
        # what waits for an objection's answer, or was moved by somebody at this moment, is left to the next round
        with suppress(WebError, StaleDataError), database.session() as session:
            row = session.get_one(Bounty, bounty_id)
            if row.state == "open" and row.deadline is not None and row.deadline < day:
                enter_stage(session, row, "closed", actor="deadline", at=at, reason=f"deadline {row.deadline}")
                tell_bounty(session, row, "closed", at)
            elif row.state == "award_notice" and row.host_id is not None:
                contract(session, row, "deadline", at)
            else:
                continue
            moved.append(bounty_id)
    return moved


def tell_due(database: Database, at: datetime, before: int = 3) -> int:
    """Tell hosts of notices that are over, and who has a draft of deadlines within so many days; once. Returns how many
    notices are new.
    """
    day, near = day_of(at), day_of(at + timedelta(days=before))
    new = 0
    with database.session() as session:
        over = select(Bounty).where(Bounty.state == "notice", Bounty.notice_until < day)
        for row in session.scalars(over.order_by(Bounty.id)).all():
            told = {"name": row.title, "what": "bounty", "step": "notice_over", "until": row.notice_until or ""}
            change = Change("deadline", f"{row.id}:notice:{row.notice_until}", told, address=f"/bounties/{row.id}")
            new += tell_all(session, people_in(session, row.host_id, HOST), change, day)
        drafts = (
            select(Application, Bounty)
            .join(Bounty, Bounty.id == Application.bounty_id)
            .where(
                Bounty.state == "open", Bounty.deadline >= day, Bounty.deadline <= near,
                Application.state.in_(("draft", "team_confirming")),
            )
        )  # fmt: skip
        for application, row in session.execute(drafts.order_by(Application.id)).all():
            told = {"name": row.title, "what": "bounty", "step": "draft", "until": row.deadline or ""}
            change = Change("deadline", f"{row.id}:{row.deadline}", told, address=f"/applications/{application.id}")
            new += tell_all(session, team_people(session, application, ("asked", "confirmed")), change, day)
    return new

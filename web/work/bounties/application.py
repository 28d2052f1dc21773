"""Applications to a bounty (揭榜申请): begun and written by an organisation, sent, taken back; and who may see one.

A draft is seen by its own organisation and its team alone; the host sees what was sent; the poster does once the
bounty is closed; an expert who accepted to look at it does; nobody else. What the host decides is
`web.work.bounties.application_decision`, the team `web.work.bounties.application_team`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.bounties import Application, Bounty, Review, TeamMember
from web.errors import WebError
from web.work.bounties.application_form import check_whole, digest_of, read
from web.work.bounties.application_party import may_lead, own_party, person
from web.work.bounties.application_rules import Challenge, Check, Known, Party, barred, checks, form_of
from web.work.bounties.application_told import tell_host, tell_member, tell_team
from web.work.bounties.attachment import attachments
from web.work.bounties.rules import rules_of
from web.work.step import States, add_once, note

RIGHT, SENDS = "application.write", "application.send"
HOSTS, AWARDS, POSTS, SCORES = "bounty.organise", "bounty.award", "bounty.write", "bounty.score"
APPLICATION = States(
    "application",
    "an application that is",
    "WE161",
    {
        "draft": frozenset({"team_confirming", "withdrawn"}),
        "team_confirming": frozenset({"draft", "submitted", "withdrawn"}),
        "submitted": frozenset({"ineligible", "eligible", "withdrawn"}),
        "ineligible": frozenset({"eligible", "withdrawn"}),
        "eligible": frozenset({"reviewed", "ineligible", "withdrawn"}),
        "reviewed": frozenset({"talks", "not_selected", "withdrawn"}),
        "talks": frozenset({"selected", "not_selected", "withdrawn"}),
        "selected": frozenset({"running", "talks", "not_selected", "withdrawn"}),
        "not_selected": frozenset({"talks"}),
        "running": frozenset({"accepted", "failed", "outrun"}),
        "withdrawn": frozenset({"draft"}),
        "accepted": frozenset(),
        "failed": frozenset(),
        "outrun": frozenset(),
    },
)
"""From each state those that it may lead to. Back to talks go those of an award that an objection undid; a withdrawn
one is written anew while the bounty is open."""

CLOSED = frozenset(
    [
        "closed",
        "reviewing",
        "negotiating",
        "award_notice",
        "contracted",
        "project",
        "running",
        "disputed",
        "acceptance",
        "settled",
        "failed",
        "terminated",
        "no_taker",
    ]
)
"""States of a bounty after its deadline, when its poster sees who applied. In an objection to the award it does too."""

Side = Literal["lead", "member", "expert", "host", "poster"]


@dataclass(frozen=True, slots=True)
class Seen:
    """An application that the actor may see, and as whom."""

    row: Application
    bounty: Bounty
    side: Side


def takes(bounty: Bounty, at: datetime) -> bool:
    """Whether a bounty takes applications: it is open, and its deadline, the whole day in Beijing, is not over."""
    return bounty.state == "open" and (bounty.deadline is None or day_of(at) <= bounty.deadline)


def check_takes(bounty: Bounty, at: datetime) -> None:
    """Raise WebError WE162 where it does not."""
    if not takes(bounty, at):
        raise WebError("the bounty takes no applications", code="WE162", hint="see the open ones", place=bounty.id)


def bounty_of(session: Session, bounty_id: str) -> Bounty:
    """A bounty that everybody sees. Raises WebError WE404."""
    found = session.get(Bounty, bounty_id)
    if found is None or found.visibility != "public":
        raise WebError("no such bounty", code="WE404", hint="see the open bounties")
    return found


def members(session: Session, row: Application) -> list[TeamMember]:
    """The team, its lead first."""
    wanted = select(TeamMember).where(TeamMember.application_id == row.id)
    return list(session.scalars(wanted.order_by(TeamMember.role != "lead", TeamMember.created, TeamMember.id)))


def teams_of(session: Session, ids: Sequence[str]) -> dict[str, list[str]]:
    """The names of the members who have confirmed, without the lead, by application."""
    wanted = select(TeamMember.application_id, TeamMember.firm_name).where(
        TeamMember.application_id.in_(list(ids)), TeamMember.role != "lead", TeamMember.state == "confirmed"
    )
    found: dict[str, list[str]] = {}
    for application_id, name in session.execute(wanted.order_by(TeamMember.created, TeamMember.id)):
        found.setdefault(application_id, []).append(name)
    return found


def one(session: Session, actor: Actor, application_id: str) -> Seen:
    """An application as the actor sees it. Raises WebError WE401, and WE404 for whom it is not there."""
    if not actor.known:
        raise WebError("this is for who has signed in", code="WE401", hint="sign in, or ask the operator")
    row = session.get(Application, application_id)
    bounty = session.get_one(Bounty, row.bounty_id) if row is not None else None
    side = _side(session, actor, row, bounty) if row is not None and bounty is not None else None
    if row is None or bounty is None or side is None:
        raise WebError("no such page", code="WE404", hint="see your organisation's applications")
    return Seen(row, bounty, side)


def _side(session: Session, actor: Actor, row: Application, bounty: Bounty) -> Side | None:
    own = actor.organisation
    if own is not None and actor.may(RIGHT):
        if row.organisation_id == own:
            return "lead"
        if is_member(session, actor, row):
            return "member"
    if row.submitted is None:
        return None
    if actor.may(SCORES) and session.scalar(
        select(Review.id).where(
            Review.application_id == row.id,
            Review.expert == actor.user,
            Review.state.in_(("accepted", "scored", "opened")),
        )
    ):
        return "expert"
    if own is not None and bounty.host_id == own and actor.may(HOSTS):
        return "host"
    closed = bounty.state in CLOSED or (bounty.state == "objection" and bounty.awarded is not None)
    return "poster" if own is not None and bounty.organisation_id == own and actor.may(POSTS) and closed else None


def is_member(session: Session, actor: Actor, row: Application) -> bool:
    """Whether the actor is of the application's team, asked or confirmed."""
    wanted = select(TeamMember.id).where(TeamMember.application_id == row.id, joins(actor))
    return session.scalar(wanted) is not None


def joins(actor: Actor) -> ColumnElement[bool]:
    """Of members: those that the actor's organisation is, by its account or its firm, and that did not decline."""
    who = [TeamMember.organisation_id == actor.organisation]
    if actor.enterprise is not None:
        who.append(TeamMember.firm_id == actor.enterprise)
    return and_(TeamMember.state != "declined", or_(*who))


def of_organisation(session: Session, actor: Actor, most: int = 200) -> list[tuple[Application, Bounty, str]]:
    """What the organisation leads or is asked to join, newest first, with its part (lead or the member's state).

    Raises WebError WE401, WE032.
    """
    actor.need(RIGHT)
    if actor.organisation is None:
        return []
    lead = select(Application, Bounty).join(Bounty, Bounty.id == Application.bounty_id)
    lead = lead.where(Application.organisation_id == actor.organisation)
    rows = [(row, bounty, "lead") for row, bounty in session.execute(lead.limit(most))]
    joined = (
        select(Application, Bounty, TeamMember.state)
        .join(Bounty, Bounty.id == Application.bounty_id)
        .join(TeamMember, TeamMember.application_id == Application.id)
        .where(TeamMember.role != "lead", joins(actor))
    )
    rows += [(row, bounty, state) for row, bounty, state in session.execute(joined.limit(most))]
    return sorted(rows, key=lambda found: (found[0].created, found[0].id), reverse=True)


def own_application(session: Session, actor: Actor, bounty_id: str) -> Application | None:
    """The application that the actor's organisation leads for a bounty, if there is one."""
    if actor.organisation is None:
        return None
    return session.scalar(_own(actor, bounty_id))


def joined(session: Session, actor: Actor, bounty_id: str) -> Application | None:
    """An application to a bounty whose team the actor is of without leading it."""
    if actor.organisation is None:
        return None
    wanted = select(Application).join(TeamMember, TeamMember.application_id == Application.id)
    wanted = wanted.where(Application.bounty_id == bounty_id, TeamMember.role != "lead", joins(actor))
    return session.scalar(wanted.order_by(Application.created, Application.id).limit(1))


def _own(actor: Actor, bounty_id: str) -> Select[Application]:
    return select(Application).where(
        Application.bounty_id == bounty_id, Application.organisation_id == actor.organisation
    )


def parties(session: Session, row: Application) -> list[Party]:
    """The lead and the members as the rules look at them."""
    bounty = session.get_one(Bounty, row.bounty_id)
    return [
        Party(
            one.firm_name, one.firm_id, one.organisation_id, one.role == "lead", one.state,
            **person(session, bounty, one.organisation_id),
        )
        for one in members(session, row)
    ]  # fmt: skip


def challenge(bounty: Bounty) -> Challenge:
    """What of a bounty the rules look at."""
    return Challenge(bounty.organisation_id, bounty.buyer, bounty.participation, rules_of(bounty.rules))


def eligibility(session: Session, row: Application, bounty: Bounty, known: Known, at: datetime) -> list[Check]:
    """Every rule as it stands for an application now."""
    return checks(challenge(bounty), parties(session, row), known, row.broker_id is not None, day_of(at))


def _check_barred(bounty: Bounty, found: Sequence[Check]) -> None:
    if (check := barred(found)) is not None:
        raise WebError(
            f"never by the poster or its group: {check.who}", code="WE165", hint="see the rules", place=bounty.id
        )


# --- written by its lead -------------------------------------------------------------------------------------------


def begin(
    session: Session, actor: Actor, bounty_id: str, typed: Mapping[str, str], known: Known, at: datetime
) -> Application:
    """A new draft; where the organisation has one for the bounty, that one. `known` is of the organisation's own firm.

    Raises WebError WE401, WE032, WE404, WE162 (takes none), WE165 (the poster or its group), UnusableError WE160.
    """
    actor.need(RIGHT)
    bounty = bounty_of(session, bounty_id)
    if (made := own_application(session, actor, bounty_id)) is not None:
        return made
    if actor.organisation is None or not may_lead(actor, bounty):
        raise WebError(
            "firms, institutes and buyers apply, individuals where the bounty names them",
            code="WE162", hint="see who may apply", place=bounty.id,
        )  # fmt: skip
    check_takes(bounty, at)
    _check_barred(bounty, checks(challenge(bounty), [own_party(session, actor, bounty)], known, False, day_of(at)))
    row = Application(
        organisation_id=actor.organisation,
        bounty_id=bounty.id,
        firm_id=actor.enterprise,
        firm_name=actor.organisation_name,
        written_by=actor.user,
    )
    for name, value in read(bounty, {**typed, **_own_targets(bounty, typed)}, {"lead": ""}).items():
        setattr(row, name, value)
    kept = add_once(session, row, _own(actor, bounty.id))
    if kept is row:
        lead = TeamMember(
            organisation_id=actor.organisation,
            application_id=row.id,
            firm_id=actor.enterprise,
            firm_name=actor.organisation_name,
            role="lead",
            state="confirmed",
            answered=at,
            answered_by=actor.user,
        )
        session.add(lead)
        row.coverage = [cover | {"member": lead.id if cover["member"] else ""} for cover in row.coverage]
        note(session, row, APPLICATION.subject, None, "draft", actor.user, at)
    return kept


def _own_targets(bounty: Bounty, typed: Mapping[str, str]) -> dict[str, str]:
    """In a new draft each target is the lead's, until others are asked."""
    return {f"member.{number}": "lead" for number in range(1, len(bounty.targets) + 1)}


def of_lead(session: Session, actor: Actor, application_id: str, right: str) -> Seen:
    """An application that the actor's organisation leads. Raises WebError WE401, WE032, WE404."""
    actor.need(right)
    seen = one(session, actor, application_id)
    if seen.side != "lead":
        raise WebError("its lead does this", code="WE404", hint="see your organisation's applications")
    return seen


def draft_of_lead(session: Session, actor: Actor, application_id: str, right: str) -> Seen:
    """The same, where it is a draft. Raises WebError WE161 where it is none, and as `of_lead`."""
    seen = of_lead(session, actor, application_id, right)
    if seen.row.state != "draft":
        raise APPLICATION.refused(seen.row, seen.row.state, "draft")
    return seen


def edit(
    session: Session, actor: Actor, application_id: str, typed: Mapping[str, str], version: int, at: datetime
) -> Application:
    """Write a draft anew. `version` is that of the draft that the form showed.

    Raises WebError WE401, WE032, WE404, WE161 (no draft), WE163 (changed meanwhile), UnusableError WE160.
    """
    seen = draft_of_lead(session, actor, application_id, RIGHT)
    row = seen.row
    fields = read(seen.bounty, typed, {member.id: member.firm_name for member in members(session, row)})
    if row.version != version:
        raise WebError("somebody else changed it meanwhile", code="WE163", hint="compare, and save again", place=row.id)
    for name, value in fields.items():
        setattr(row, name, value)
    row.written_by = actor.user
    note(session, row, APPLICATION.subject, "draft", "draft", actor.user, at)
    return row


def share(session: Session, actor: Actor, application_id: str, at: datetime) -> Application:
    """Show a draft as it stands to its team, who confirm it each for itself.

    Raises WebError WE401, WE032, WE404, WE161, WE162.
    """
    seen = of_lead(session, actor, application_id, SENDS)
    check_takes(seen.bounty, at)
    row, team = seen.row, members(session, seen.row)
    row.digest = digest_of(row, team, _files(session, row))
    APPLICATION.move(session, row, "team_confirming", actor.user, at, digest=row.digest)
    for member in team:
        if member.state == "asked":
            tell_member(session, row, seen.bounty, member, "asked", at)
    return row


def _files(session: Session, row: Application) -> Sequence[str]:
    """The hashes of its attachments."""
    return [file.sha256 for file in attachments(session, APPLICATION.subject, row.id)]


def reopen(session: Session, actor: Actor, application_id: str, at: datetime) -> Application:
    """Write on at one that its team looks at, or that was withdrawn: who confirmed is asked once more.

    Raises WebError WE401, WE032, WE404, WE161, WE162.
    """
    seen = of_lead(session, actor, application_id, SENDS)
    check_takes(seen.bounty, at)
    APPLICATION.move(session, seen.row, "draft", actor.user, at)
    seen.row.submitted = None
    for member in members(session, seen.row):
        if member.role != "lead" and member.state == "confirmed":
            member.state, member.answered, member.answered_by = "asked", None, ""
    return seen.row


def submit(session: Session, actor: Actor, application_id: str, known: Known, at: datetime) -> Application:
    """Send an application to the host. One without other members is sent at once.

    Raises WebError WE401, WE032, WE404, WE161, WE162, WE164 (a member has not confirmed), WE165, UnusableError WE160.
    """
    seen = of_lead(session, actor, application_id, SENDS)
    row, bounty = seen.row, seen.bounty
    check_takes(bounty, at)
    check_whole(row, bounty)
    found = eligibility(session, row, bounty, known, at)
    _check_barred(bounty, found)
    waits = next((check for check in found if check.rule == "team_confirmed" and check.verdict == "fail"), None)
    if waits is not None:
        raise WebError(
            f"not confirmed yet: {waits.who}", code="WE164", hint="wait for them, or take them out", place=row.id
        )
    team = members(session, row)
    row.digest = digest_of(row, team, _files(session, row))
    if row.state == "draft":
        APPLICATION.move(session, row, "team_confirming", actor.user, at, digest=row.digest)
    APPLICATION.move(session, row, "submitted", actor.user, at, digest=row.digest)
    row.checks = [check.kept() for check in found]
    row.form = form_of(parties(session, row))
    row.submitted = at
    tell_host(session, row, bounty, "submitted", at)
    tell_team(session, row, bounty, "submitted", at, own=row.organisation_id)
    return row

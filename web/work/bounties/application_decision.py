"""What becomes of a sent application: eligible or not, talks, selected or not, as host and poster decide."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.bounties import Application, Bounty, Review
from web.errors import WebError
from web.work.bounties.application import APPLICATION, AWARDS, HOSTS, Seen, eligibility, one
from web.work.bounties.application_rules import Known
from web.work.bounties.application_told import tell_invited, tell_team
from web.work.bounties.bounty import sides
from web.work.bounties.rules import rules_of
from web.work.step import note

MOST_SOLVERS = 3
"""At most so many work side by side (赛马制), whatever the rules of a city say."""

STAGES: dict[str, tuple[str, ...]] = {
    "eligible": ("closed", "reviewing"),
    "ineligible": ("closed", "reviewing"),
    "reviewed": ("reviewing",),
    "talks": ("negotiating",),
    "selected": ("negotiating",),
    "not_selected": ("reviewing", "negotiating", "award_notice"),
}
"""In which states of the bounty each decision is taken."""


def most_solvers(bounty: Bounty) -> int:
    """How many may be selected: as many as the bounty says, its rules allow, and never more than three."""
    return min(MOST_SOLVERS, rules_of(bounty.rules).solvers_most, bounty.solvers_most)


def recheck(session: Session, actor: Actor, application_id: str, known: Known, at: datetime) -> Application:
    """Hold the rules against an application once more, by what the graph says now.

    Raises WebError WE401, WE032, WE404, WE161.
    """
    actor.need(HOSTS)
    seen = _of_host(session, actor, application_id)
    if seen.row.state not in ("submitted", "ineligible", "eligible"):
        raise APPLICATION.refused(seen.row, seen.row.state, "checked")
    seen.row.checks = [check.kept() for check in eligibility(session, seen.row, seen.bounty, known, at)]
    note(session, seen.row, APPLICATION.subject, seen.row.state, seen.row.state, actor.user, at, "checked")
    return seen.row


def decide(session: Session, actor: Actor, application_id: str, to: str, reason: str, at: datetime) -> Application:
    """Take a decision of `STAGES`.

    Eligibility is the host's: what a rule fails is not eligible, what is unknown is with a reason. Reviewed without
    experts needs a reason; with them `web.work.bounties.expert_review` does it. Talks and choosing are the host's and
    the poster's approver's; not choosing needs a reason.

    Raises WebError WE401, WE032, WE404, WE161, WE165 (a rule fails, or no reason for what is unknown), WE169 (as many
    as may work side by side are chosen), WE134 (a reason is missing).
    """
    seen = _of_host(session, actor, application_id)
    row, bounty, reason = seen.row, seen.bounty, reason.strip()[:2000]
    if to not in STAGES or bounty.state not in STAGES[to]:
        raise APPLICATION.refused(row, row.state, to)
    APPLICATION.check(row, to)
    if to in ("eligible", "ineligible", "reviewed"):
        actor.need(HOSTS)
        if seen.side != "host":
            raise WebError("the host decides this", code="WE032", hint="ask the host")
    if to == "eligible":
        _check_eligible(row, reason)
    elif to == "ineligible" and not reason and all(check["verdict"] != "fail" for check in row.checks):
        raise _no_reason(row)
    elif to == "reviewed":
        _check_no_experts(session, row, reason)
    elif to == "selected":
        _check_room(session, bounty)
    elif to == "not_selected" and not reason:
        raise _no_reason(row)
    APPLICATION.move(session, row, to, actor.user, at, reason, row.digest)
    tell_team(session, row, bounty, to, at)
    return row


def _of_host(session: Session, actor: Actor, application_id: str) -> Seen:
    """An application as its host sees it, or its poster's approver. Raises WebError WE401, WE032, WE404."""
    seen = one(session, actor, application_id)
    if seen.side not in ("host", "poster"):
        raise WebError("no such page", code="WE404", hint="see your organisation's applications")
    actor.need(HOSTS if seen.side == "host" else AWARDS)
    return seen


def _check_eligible(row: Application, reason: str) -> None:
    verdicts = {check["verdict"] for check in row.checks}
    failed = [check["rule"] for check in row.checks if check["verdict"] == "fail"]
    if failed:
        raise WebError(f"rules fail: {', '.join(failed)}", code="WE165", hint="see the rules", place=row.id)
    if "unknown" in verdicts and not reason:
        raise WebError("a rule is unknown", code="WE165", hint="look at it, and say what you found", place=row.id)


def _check_no_experts(session: Session, row: Application, reason: str) -> None:
    waits = select(func.count()).where(
        Review.application_id == row.id, Review.state.in_(("assigned", "accepted", "scored"))
    )
    if session.scalar(waits):
        raise WebError("experts look at it", code="WE168", hint="open their scores together", place=row.id)
    if not reason:
        raise _no_reason(row)


def _check_room(session: Session, bounty: Bounty) -> None:
    chosen = select(func.count()).where(Application.bounty_id == bounty.id, Application.state == "selected")
    most = most_solvers(bounty)
    if (session.scalar(chosen) or 0) >= most:
        raise WebError(f"{most} chosen already", code="WE169", hint="take one back first", place=bounty.id)


def _no_reason(row: Application) -> WebError:
    return WebError("a reason is missing", code="WE134", hint="say why", place=row.id)


def invite(session: Session, actor: Actor, bounty_id: str, firm_id: str, at: datetime) -> int:
    """Invite a firm to an open bounty: its people are told. Returns how many were told, 0 for a firm without people.

    Raises WebError WE401, WE032, WE404, WE162.
    """
    bounty = led(session, actor, bounty_id)
    if bounty.state != "open":
        raise WebError("invited to open bounties alone", code="WE162", hint="wait until it is open", place=bounty.id)
    told = tell_invited(session, bounty, firm_id, at)
    if firm_id not in bounty.invited:
        bounty.invited = [*bounty.invited, firm_id]
        note(
            session, bounty, "invitation", None, "invited", actor.user, at, firm_id, organisation_id=actor.organisation
        )
    return told


def led(session: Session, actor: Actor, bounty_id: str) -> Bounty:
    """A bounty that the actor's organisation hosts or posts. Raises WebError WE401, WE404."""
    if not actor.known:
        raise WebError("this is for who has signed in", code="WE401", hint="sign in, or ask the operator")
    bounty = session.get(Bounty, bounty_id)
    if bounty is None or sides(actor, bounty).isdisjoint(("host", "poster")):
        raise WebError("no such page", code="WE404", hint="see your bounties")
    return bounty


def applied(session: Session, bounty: Bounty) -> list[Application]:
    """The applications that were sent for a bounty, first sent first; whoever asks may see each (`one`)."""
    wanted = select(Application).where(Application.bounty_id == bounty.id, Application.submitted.is_not(None))
    return list(session.scalars(wanted.order_by(Application.submitted.nulls_first(), Application.id)))

"""The agreement of poster and solver (揭榜协议): written by the poster, accepted by both by the same hash, changed by
consent of both.

Its terms are content, targets, the day of delivery, the sum with its split over the team, typed intellectual property
with its words, the audit right, the broker with its share, and that the solver is an individual where it is one; its
milestones carry the payments, which never exceed the sum.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.accounts.people import INDIVIDUAL
from web.db.accounts import Organisation
from web.db.bounties import Agreement, AgreementChange, Application, Bounty, Milestone
from web.errors import WebError
from web.work.bounties.agreement_form import change_of, read_terms
from web.work.bounties.agreement_told import tell_sides
from web.work.bounties.application import APPLICATION, AWARDS, HOSTS, RIGHT, SENDS, is_member, members
from web.work.bounties.application_party import is_individual
from web.work.bounties.states import enter_stage
from web.work.step import States, note

Side = Literal["poster", "solver", "member", "host"]

AGREEMENT = States(
    "agreement",
    "an agreement that is",
    "WE175",
    {"draft": frozenset({"agreed", "ended"}), "agreed": frozenset({"ended"}), "ended": frozenset()},
)
CHANGE = States(
    "agreement_change",
    "a change that is",
    "WE179",
    {"proposed": frozenset({"agreed", "refused"}), "agreed": frozenset(), "refused": frozenset()},
)


@dataclass(frozen=True, slots=True)
class Seen:
    """An agreement that the actor may see, and as whom."""

    row: Agreement
    bounty: Bounty
    application: Application
    side: Side


def one(session: Session, actor: Actor, agreement_id: str) -> Seen:
    """An agreement as its two sides, the solver's team and the host see it. Raises WebError WE401, WE404."""
    if not actor.known:
        raise WebError("this is for who has signed in", code="WE401", hint="sign in, or ask the operator")
    row = session.get(Agreement, agreement_id)
    if row is not None:
        bounty = session.get_one(Bounty, row.bounty_id)
        application = session.get_one(Application, row.application_id)
        side = side_of(session, actor, bounty, application)
        if side is not None:
            return Seen(row, bounty, application, side)
    raise WebError("no such page", code="WE404", hint="see your bounties and applications")


def side_of(session: Session, actor: Actor, bounty: Bounty, application: Application) -> Side | None:
    """As whom an actor meets an agreement; None for whom it is not there."""
    own = actor.organisation
    if own is None:
        return None
    if bounty.organisation_id == own and actor.may("bounty.write"):
        return "poster"
    if application.organisation_id == own and actor.may(RIGHT):
        return "solver"
    if bounty.host_id == own and actor.may(HOSTS):
        return "host"
    return "member" if actor.may(RIGHT) and is_member(session, actor, application) else None


BINDS: dict[Side, str] = {"poster": AWARDS, "solver": SENDS, "host": HOSTS, "member": SENDS}
"""The right that binds each side."""


def binds(actor: Actor, side: Side) -> bool:
    """Whether what the actor sends binds its side: poster and solver have editors who only look."""
    return side in ("poster", "solver") and actor.may(BINDS[side])


def as_side(session: Session, actor: Actor, agreement_id: str, *sides: Side) -> Seen:
    """The agreement for who acts for one of these sides; what binds is sent by approver, owner or host.

    Raises WebError WE401, WE404, WE032.
    """
    seen = one(session, actor, agreement_id)
    if seen.side not in sides:
        raise WebError("the other side does this", code="WE032", hint=f"done by: {', '.join(sides)}")
    actor.need(BINDS[seen.side])
    return seen


def contract(session: Session, bounty: Bounty, who: str, at: datetime) -> list[Agreement]:
    """From the notice of the award, once it is over, to contracts: a draft with each selected solver.

    Raises WebError WE151, WE153 (the notice is not over, or an objection waits).
    """
    enter_stage(session, bounty, "contracted", actor=who, at=at)
    return begin(session, bounty, who, at)


def begin(session: Session, bounty: Bounty, who: str, at: datetime) -> list[Agreement]:
    """Drafts for the selected applications of a contracted bounty, made once, from what bounty and application say."""
    found = []
    wanted = select(Application).where(Application.bounty_id == bounty.id, Application.state == "selected")
    for application in session.scalars(wanted.order_by(Application.submitted.nulls_first(), Application.id)):
        row = session.scalar(select(Agreement).where(Agreement.application_id == application.id))
        if row is None:
            row = Agreement(
                organisation_id=bounty.organisation_id,
                bounty_id=bounty.id,
                application_id=application.id,
                terms=_offered(session, bounty, application),
            )
            session.add(row)
            session.flush()
            session.add(_milestone(row, 1, "验收", bounty.due, row.terms["funds"]["total"], True))
            session.flush()
            row.digest = digest_of(session, row)
            note(session, row, AGREEMENT.subject, None, "draft", who, at, digest=row.digest)
            tell_sides(session, row, bounty, application, "draft", at)
        found.append(row)
    return found


def _offered(session: Session, bounty: Bounty, application: Application) -> dict[str, Any]:
    total = application.price or bounty.solver_cash or bounty.amount or 0
    team = [member.firm_name for member in members(session, application) if member.state == "confirmed"]
    by = session.get(Organisation, application.broker_id) if application.broker_id else None
    broker = {"id": by.id, "name": by.name, "share": application.broker_share} if by is not None else None
    return {
        "content": bounty.text,
        "targets": [dict(target) for target in bounty.targets],
        "delivery": bounty.due or "",
        "funds": {"total": total, "split": [{"name": name, "fen": 0 if n else total} for n, name in enumerate(team)]},
        "ip": bounty.ip,
        "ip_words": bounty.ip_terms,
        "audit": bounty.audit_right,
        "broker": broker,
        **({"solver": INDIVIDUAL} if is_individual(session, application.organisation_id) else {}),
    }


def _milestone(row: Agreement, number: int, title: str, due: str | None, amount: int | None, final: bool) -> Milestone:
    return Milestone(
        organisation_id=row.organisation_id,
        agreement_id=row.id,
        number=number,
        title=title,
        due=due or None,
        amount=amount,
        final=final,
    )


def milestones(session: Session, row: Agreement) -> list[Milestone]:
    """The milestones by their numbers."""
    wanted = select(Milestone).where(Milestone.agreement_id == row.id)
    return list(session.scalars(wanted.order_by(Milestone.number)))


def digest_of(session: Session, row: Agreement) -> str:
    """The hash of what is agreed: terms and plan, not what was reached."""
    plan = [[one.number, one.title, one.due, one.amount, one.final] for one in milestones(session, row)]
    return stable_hash(json.dumps([row.terms, plan], ensure_ascii=False, sort_keys=True))


def check_sums(session: Session, row: Agreement) -> None:
    """Raise WebError WE176 where milestones together, or the team's shares, are not within the sum of the agreement."""
    total = row.terms["funds"]["total"]
    planned = sum(one.amount or 0 for one in milestones(session, row))
    split = sum(one["fen"] for one in row.terms["funds"]["split"])
    if planned > total or split != total:
        raise WebError(
            f"payments of {planned / 100:.2f}, shares of {split / 100:.2f}, a sum of {total / 100:.2f} yuan",
            code="WE176",
            hint="payments are at most the sum, shares are the sum",
            place=row.id,
        )


def write(
    session: Session, actor: Actor, agreement_id: str, typed: Mapping[str, Sequence[str]], at: datetime
) -> Agreement:
    """Write the terms and the plan of a draft anew; what a side has accepted before is accepted no more.

    Raises WebError WE401, WE032, WE404, WE175 (no draft), WE176 (sums), UnusableError WE170.
    """
    seen = as_side(session, actor, agreement_id, "poster")
    row = seen.row
    if row.state != "draft" or seen.bounty.state != "contracted":
        raise AGREEMENT.refused(row, row.state, "draft")
    terms, plan = read_terms(row.terms, typed)
    row.terms = terms
    flag_modified(row, "terms")
    for milestone in milestones(session, row):
        session.delete(milestone)
    session.flush()
    for number, (title, due, amount) in enumerate(plan, start=1):
        session.add(_milestone(row, number, title, due, amount, number == len(plan)))
    session.flush()
    check_sums(session, row)
    row.poster_accepted = row.solver_accepted = None
    row.digest = digest_of(session, row)
    note(session, row, AGREEMENT.subject, "draft", "draft", actor.user, at, digest=row.digest)
    tell_step(session, seen, "written", at, actor)
    return row


def accept(session: Session, actor: Actor, agreement_id: str, digest: str, at: datetime) -> Agreement:
    """Accept what stands there by its hash; with the second side it is agreed.

    Raises WebError WE401, WE032, WE404, WE175 (no draft any more, or other words than those of the hash), WE176.
    """
    seen = as_side(session, actor, agreement_id, "poster", "solver")
    row = seen.row
    if row.state != "draft" or digest != row.digest or seen.bounty.state != "contracted":
        raise WebError("it is not what stands there now", code="WE175", hint="look at it again", place=row.id)
    check_sums(session, row)
    if seen.side == "poster":
        row.poster_accepted = row.poster_accepted or at
    else:
        row.solver_accepted = row.solver_accepted or at
    note(
        session, row, AGREEMENT.subject, "draft", "draft", actor.user, at, f"accepted by {seen.side}", digest,
        organisation_id=actor.organisation,
    )  # fmt: skip
    if row.poster_accepted and row.solver_accepted:
        AGREEMENT.move(session, row, "agreed", actor.user, at, digest=digest)
        tell_step(session, seen, "agreed", at, actor, ("poster", "solver", "host"))
    else:
        tell_step(session, seen, "signed", at, actor)
    return row


def tell_step(
    session: Session, seen: Seen, step: str, at: datetime, actor: Actor, to: Sequence[str] = ("poster", "solver")
) -> None:
    """Tell sides of a step that the actor took."""
    tell_sides(session, seen.row, seen.bounty, seen.application, step, at, actor.organisation, to)


def of_bounty(session: Session, bounty: Bounty) -> list[tuple[Agreement, Application]]:
    """The agreements of a bounty with their applications, in the order in which these were sent."""
    wanted = (
        select(Agreement, Application)
        .join(Application, Application.id == Agreement.application_id)
        .where(Agreement.bounty_id == bounty.id)
        .order_by(Application.submitted.nulls_first(), Application.id)
    )
    return [(row, application) for row, application in session.execute(wanted)]


def whole(
    session: Session, actor: Actor, agreement_id: str, part: str = ""
) -> list[Agreement | Milestone | AgreementChange]:
    """An agreement that the actor sees with its milestones and changes, of which `part` is one by its id.

    Raises WebError WE401, WE404 (no agreement, or no such part of it).
    """
    row = one(session, actor, agreement_id).row
    parts: list[Milestone | AgreementChange] = [*milestones(session, row), *changes(session, row)]
    if part and part not in {one.id for one in parts}:
        raise WebError("no such part of the agreement", code="WE404", hint="see the agreement")
    return [row, *parts]


def of_applications(session: Session, ids: Sequence[str]) -> dict[str, Agreement]:
    """The agreements of applications, by the application's id."""
    wanted = select(Agreement).where(Agreement.application_id.in_(list(ids)))
    return {row.application_id: row for row in session.scalars(wanted)}


def start(session: Session, bounty: Bounty, to: str, who: str, at: datetime) -> None:
    """To `project` (立项) once every selected solver has agreed; to `running`, with their applications.

    Raises WebError WE151, WE175 (an agreement is open).
    """
    selected = session.scalars(
        select(Application).where(Application.bounty_id == bounty.id, Application.state == "selected")
    ).all()
    found = of_bounty(session, bounty)
    agreed = {row.application_id for row, _ in found if row.state == "agreed"}
    open_ones = [one.firm_name for one in selected if one.id not in agreed]
    if open_ones or not agreed:
        raise WebError("an agreement is open", code="WE175", hint=f"with {'、'.join(open_ones)}", place=bounty.id)
    enter_stage(session, bounty, to, actor=who, at=at)
    if to == "running":
        for one in selected:
            APPLICATION.move(session, one, "running", who, at)
    for row, application in found:
        if row.state == "agreed":
            tell_sides(session, row, bounty, application, to, at)


# --- changes by consent ----------------------------------------------------------------------------------------------


def changes(session: Session, row: Agreement) -> list[AgreementChange]:
    """All changes, the newest first."""
    wanted = select(AgreementChange).where(AgreementChange.agreement_id == row.id)
    return list(session.scalars(wanted.order_by(AgreementChange.created.desc(), AgreementChange.id)))


def propose(
    session: Session, actor: Actor, agreement_id: str, typed: Mapping[str, str], at: datetime
) -> AgreementChange:
    """Propose a change of what is agreed; the other side consents or refuses.

    Raises WebError WE401, WE032, WE404, WE175 (nothing agreed), UnusableError WE170.
    """
    seen = as_side(session, actor, agreement_id, "poster", "solver")
    if seen.row.state != "agreed":
        raise AGREEMENT.refused(seen.row, seen.row.state, "changed")
    before, after = change_of(seen.row.terms, milestones(session, seen.row), typed)
    change = AgreementChange(
        organisation_id=actor.organisation,
        agreement_id=seen.row.id,
        side=seen.side,
        what=typed["what"],
        before=before,
        after=after,
        reason=typed.get("reason", "").strip()[:2000],
        proposed_by=actor.user,
        created=at,
    )
    session.add(change)
    session.flush()
    note(session, change, CHANGE.subject, None, "proposed", actor.user, at)
    tell_step(session, seen, "change", at, actor)
    return change


def respond(session: Session, actor: Actor, change_id: str, agreed: bool, at: datetime) -> AgreementChange:
    """Consent to a change of the other side, which takes it over, or refuse it.

    Raises WebError WE401, WE032, WE404, WE179 (answered already, own, or of a milestone accepted meanwhile), WE176.
    """
    change = session.get(AgreementChange, change_id)
    if change is None:
        raise WebError("no such change", code="WE404", hint="see the agreement")
    seen = as_side(session, actor, change.agreement_id, "poster", "solver")
    if seen.side == change.side:
        raise WebError("the other side consents to it", code="WE179", hint="wait for it", place=change.id)
    CHANGE.move(session, change, "agreed" if agreed else "refused", actor.user, at)
    change.answered_by = actor.user
    if agreed:
        _apply(session, seen.row, change)
        session.flush()
        check_sums(session, seen.row)
        seen.row.digest = digest_of(session, seen.row)
        note(
            session, seen.row, AGREEMENT.subject, "agreed", "agreed", actor.user, at, f"changed: {change.what}",
            seen.row.digest,
        )  # fmt: skip
    tell_step(session, seen, "change_agreed" if agreed else "change_refused", at, actor)
    return change


def _apply(session: Session, row: Agreement, change: AgreementChange) -> None:
    after, what = change.after, change.what
    if what in ("milestone_due", "milestone_amount"):
        found = next(one for one in milestones(session, row) if one.number == after["number"])
        if found.state in ("accepted", "paid"):
            raise CHANGE.refused(change, found.state, "changed")
        setattr(found, what.removeprefix("milestone_"), after["value"])
        return
    terms = json.loads(json.dumps(row.terms))
    if what == "target":
        terms["targets"][after["number"] - 1]["value"] = after["value"]
    elif what == "total":
        lead = terms["funds"]["split"][0]
        lead["fen"] += after["value"] - terms["funds"]["total"]
        terms["funds"]["total"] = after["value"]
        if lead["fen"] < 0:
            raise WebError("the lead's share would be less than nothing", code="WE176", hint="propose another sum")
    else:
        terms[what] = after["value"]
    row.terms = terms

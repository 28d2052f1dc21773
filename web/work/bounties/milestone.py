"""The work under agreements of a bounty: milestones reported with what was measured, accepted, paid; who wins the race
(赛马制); acceptance of the whole (验收), settlement; disputes, failure, an early end.

Planned → reported → accepted → paid; refused ones are reported anew. Measured figures are held against the agreed
targets by `matcher.target`; what a target says in words alone the poster judges. The last milestone of a solver is
accepted once each target is met: what cannot be reached is changed by consent first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.target import Figure, figure_of, unit_of, verdict
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.bounties import Agreement, Application, Bounty, BountyFile, Milestone
from web.db.models import Event
from web.errors import UnusableError, WebError
from web.forms import File
from web.work.bounties.agreement import (
    AGREEMENT,
    Seen,
    as_side,
    check_sums,
    contract,
    milestones,
    of_bounty,
    one,
    start,
    tell_step,
)
from web.work.bounties.agreement_told import tell_sides
from web.work.bounties.application import APPLICATION
from web.work.bounties.attachment import attachments
from web.work.bounties.attachment import report as keep_report
from web.work.bounties.award import team_of
from web.work.bounties.bounty import hosted
from web.work.bounties.states import BOUNTY, enter_stage
from web.work.step import States
from web.work.typed import number_of

MILESTONE = States(
    "milestone",
    "a milestone that is",
    "WE177",
    {
        "planned": frozenset({"reported"}),
        "reported": frozenset({"accepted", "refused"}),
        "refused": frozenset({"reported"}),
        "accepted": frozenset({"paid"}),
        "paid": frozenset(),
    },
)
CODE = "WE170"
WORKING = ("running", "acceptance")
"""States of a bounty in which its milestones move."""
HOST_ENDS = ("terminated", "failed")


def _milestone(session: Session, actor: Actor, milestone_id: str, side: str) -> tuple[Seen, Milestone]:
    row = session.get(Milestone, milestone_id)
    if row is None:
        raise WebError("no such milestone", code="WE404", hint="see the agreement")
    seen = as_side(session, actor, row.agreement_id, side)  # type: ignore[arg-type]
    if seen.bounty.state not in WORKING or seen.row.state != "agreed":
        raise WebError("no work is under way", code="WE177", hint="see the stage of the bounty", place=row.id)
    return seen, row


def measured_of(targets: Sequence[Mapping[str, Any]], typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a form says of each target: `value.N`, `unit.N`, `method.N`. What was left empty was not measured.

    Raises UnusableError WE170 where a figure is none.
    """
    found, wrong = [], {}
    for number, target in enumerate(targets, start=1):
        text = typed.get(f"value.{number}", "").strip()
        if not text:
            continue
        value = number_of(text)
        if value is None:
            wrong[f"value.{number}"] = "number"
            continue
        unit = typed.get(f"unit.{number}", "").strip() or str(target.get("unit") or "")
        said = {"target": number, "value": value, "unit": unit[:40]}
        said |= {"method": typed.get(f"method.{number}", "").strip()[:500]}
        found.append(said | {"verdict": verdict_of(target, value, unit)})
    if wrong:
        raise UnusableError(wrong, "WE170")
    return found


def verdict_of(target: Mapping[str, Any], value: float, unit: str) -> str:
    """What a measured figure says of a target: met, near, missed, or unknown where the two cannot be compared."""
    wanted = figure_of(target) if target.get("operator") else None
    return verdict(wanted, Figure(wanted.name, "=", value, unit=unit_of(unit))) if wanted is not None else "unknown"


def report(
    session: Session,
    actor: Actor,
    milestone_id: str,
    words: str,
    typed: Mapping[str, str],
    at: datetime,
    sent: Mapping[int, File] | None = None,
) -> Milestone:
    """Report a milestone with what was measured, and the test report `sent` for each target by its number; without a
    new one the report of an earlier try stays. Targets in words alone may have one too.

    Raises WebError WE401, WE032, WE404, WE177, UnusableError WE170 (a figure, a file that cannot be taken).
    """
    seen, row = _milestone(session, actor, milestone_id, "solver")
    MILESTONE.check(row, "reported")
    words = words.strip()
    if not 0 < len(words) <= 8000:
        raise UnusableError({"report": "missing" if not words else "long"}, "WE170")
    targets = seen.row.terms["targets"]
    measured = {one["target"]: one for one in measured_of(targets, typed)}
    for number, file_id in _reports(session, actor, seen, row, sent or {}, at).items():
        if number <= len(targets):
            measured.setdefault(number, {"target": number, "verdict": "unknown"})["file"] = file_id
    row.measured = [measured[number] for number in sorted(measured)]
    row.report, row.words = words, ""
    MILESTONE.move(session, row, "reported", actor.user, at)
    tell_step(session, seen, "reported", at, actor)
    return row


def _reports(
    session: Session, actor: Actor, seen: Seen, row: Milestone, sent: Mapping[int, File], at: datetime
) -> dict[int, str]:
    """The ids of the test reports by target: those of an earlier try, and what is sent now."""
    there = {file.id for file in files(session, row)}
    found = {one["target"]: one["file"] for one in row.measured if one.get("file") in there}
    for number, file in sent.items():
        try:
            kept = keep_report(session, actor, row, MILESTONE.subject, seen.bounty.id, file, CODE, at)
        except UnusableError as error:
            raise UnusableError({f"file.{number}": why for why in error.wrong.values()}, CODE) from error
        found[number] = kept.id
    return found


def files(session: Session, row: Milestone) -> list[BountyFile]:
    """The test reports of a milestone, those of earlier tries too, without their bytes."""
    return attachments(session, MILESTONE.subject, row.id)


def opened(session: Session, actor: Actor, agreement_id: str, milestone_id: str, file_id: str) -> tuple[str, bytes]:
    """Name and bytes of a test report, for the sides, the team and the host. Raises WebError WE401, WE404."""
    seen = one(session, actor, agreement_id)
    row, file = session.get(Milestone, milestone_id), session.get(BountyFile, file_id)
    if (
        row is None
        or file is None
        or row.agreement_id != seen.row.id
        or (file.subject, file.subject_id) != (MILESTONE.subject, row.id)
    ):
        raise WebError("no such file", code="WE404", hint="see the agreement")
    return file.name, file.data


def unmet(row: Agreement, milestone: Milestone, judged: Collection[int] = ()) -> list[int]:
    """The numbers of the agreed targets that a milestone does not show as met. Those in words alone are met where the
    poster judges so (`judged`)."""
    shown = {one["target"]: one["verdict"] for one in milestone.measured}
    return [
        number
        for number, target in enumerate(row.terms["targets"], start=1)
        if shown.get(number) != "met" and not (not target.get("operator") and number in judged)
    ]


def accept(
    session: Session, actor: Actor, milestone_id: str, words: str, at: datetime, judged: Collection[int] = ()
) -> Milestone:
    """Accept what was reported. The first solver whose last milestone is accepted wins; others are outrun.

    Raises WebError WE401, WE032, WE404, WE177, WE178 (the last one, and a target is not met).
    """
    seen, row = _milestone(session, actor, milestone_id, "poster")
    MILESTONE.check(row, "accepted")
    if row.final:
        missing = unmet(seen.row, row, judged)
        earlier = [one.number for one in milestones(session, seen.row) if one.state not in ("accepted", "paid")][:-1]
        if missing or earlier:
            what = f"targets {missing} are not met" if missing else f"milestones {earlier} come first"
            raise WebError(what, code="WE178", hint="refuse it, or change the agreement by consent", place=row.id)
        row.measured = [*row.measured, *({"target": number, "verdict": "met", "judged": True} for number in judged)]
    row.words = words.strip()[:2000]
    MILESTONE.move(session, row, "accepted", actor.user, at, row.words)
    if row.final:
        _won(session, seen, actor, at)
    else:
        tell_step(session, seen, "milestone_accepted", at, actor)
    return row


def _won(session: Session, seen: Seen, actor: Actor, at: datetime) -> None:
    """The solver reached everything: the bounty is up for acceptance, and nobody runs beside it any more."""
    APPLICATION.move(session, seen.application, "accepted", actor.user, at)
    tell_step(session, seen, "won", at, actor, ("solver", "host"))
    for row, application in of_bounty(session, seen.bounty):
        if application.id != seen.application.id and application.state == "running":
            APPLICATION.move(session, application, "outrun", actor.user, at, "another solver met the targets first")
            AGREEMENT.move(session, row, "ended", actor.user, at, "another solver met the targets first")
            tell_sides(session, row, seen.bounty, application, "outrun", at, to=("solver",))
    seen.bounty.team = team_of(session, [seen.application])
    enter_stage(session, seen.bounty, "acceptance", actor=actor.user, at=at)


def refuse(session: Session, actor: Actor, milestone_id: str, words: str, at: datetime) -> Milestone:
    """Refuse what was reported, with a reason. Raises WebError WE401, WE032, WE404, WE177, UnusableError WE170."""
    seen, row = _milestone(session, actor, milestone_id, "poster")
    if not words.strip():
        raise UnusableError({"words": "missing"}, "WE170")
    MILESTONE.move(session, row, "refused", actor.user, at, words.strip()[:2000])
    row.words = words.strip()[:2000]
    tell_step(session, seen, "milestone_refused", at, actor)
    return row


def pay(session: Session, actor: Actor, milestone_id: str, at: datetime) -> Milestone:
    """Say that an accepted milestone was paid. Raises WebError WE401, WE032, WE404, WE177, WE176."""
    seen, row = _milestone(session, actor, milestone_id, "poster")
    check_sums(session, seen.row)
    MILESTONE.move(session, row, "paid", actor.user, at)
    row.paid = day_of(at)
    tell_step(session, seen, "paid", at, actor, ("solver", "host"))
    return row


# --- the whole -------------------------------------------------------------------------------------------------------


def host_step(session: Session, actor: Actor, bounty_id: str, to: str, words: str, at: datetime) -> Bounty:
    """A step of the host once there are solvers: contracts, project, work, settlement, the end of a dispute or of all.

    Raises WebError WE401, WE032, WE404, and as the function of the step.
    """
    bounty = hosted(session, actor, bounty_id)
    if to == "contracted":
        contract(session, bounty, actor.user, at)
    elif to in ("project", "running"):
        start(session, bounty, to, actor.user, at)
    elif to == "settled":
        settle_bounty(session, actor, bounty_id, words, at)
    else:
        resolve(session, actor, bounty_id, to, words, at)
    return bounty


def settle_bounty(session: Session, actor: Actor, bounty_id: str, words: str, at: datetime) -> Bounty:
    """The host closes an accepted bounty (结题) once everything that was accepted is paid.

    Raises WebError WE401, WE032, WE404, WE151, WE177 (a payment is open).
    """
    bounty = hosted(session, actor, bounty_id)
    open_ones = [
        milestone.title
        for row, application in of_bounty(session, bounty)
        if application.state == "accepted"
        for milestone in milestones(session, row)
        if milestone.state != "paid"
    ]
    BOUNTY.check(bounty, "settled")
    if open_ones:
        raise WebError(f"not paid: {'、'.join(open_ones)}", code="WE177", hint="pay first", place=bounty.id)
    enter_stage(session, bounty, "settled", actor=actor.user, at=at, reason=words.strip()[:2000])
    _tell_all(session, bounty, "settled", at, actor)
    return bounty


def _tell_all(session: Session, bounty: Bounty, step: str, at: datetime, actor: Actor) -> None:
    """Tell the sides of all agreements that hold."""
    for row, application in of_bounty(session, bounty):
        if row.state == "agreed":
            tell_sides(session, row, bounty, application, step, at, actor.organisation)


def dispute(session: Session, actor: Actor, agreement_id: str, words: str, at: datetime) -> Bounty:
    """A side brings a dispute before the host. Raises WebError WE401, WE032, WE404, WE151, UnusableError WE170."""
    seen = as_side(session, actor, agreement_id, "poster", "solver")
    if not words.strip():
        raise UnusableError({"words": "missing"}, "WE170")
    enter_stage(session, seen.bounty, "disputed", actor=actor.user, at=at, reason=words.strip()[:2000])
    tell_step(session, seen, "disputed", at, actor, ("poster", "solver", "host"))
    return seen.bounty


def resolve(session: Session, actor: Actor, bounty_id: str, to: str, words: str, at: datetime) -> Bounty:
    """The host ends a dispute (`back`: on where it began) or the bounty (terminated, failed), with its reason.

    Raises WebError WE401, WE032, WE404, WE151, UnusableError WE170.
    """
    bounty = hosted(session, actor, bounty_id)
    if not words.strip():
        raise UnusableError({"words": "missing"}, "WE170")
    if to == "back":
        if bounty.state != "disputed":
            raise BOUNTY.refused(bounty, bounty.state, to)
        began = select(Event.from_state).where(Event.subject_id == bounty.id, Event.to_state == "disputed")
        to = session.scalar(began.order_by(Event.number.desc()).limit(1)) or "running"
    elif to not in HOST_ENDS:
        raise BOUNTY.refused(bounty, bounty.state, to)
    enter_stage(session, bounty, to, actor=actor.user, at=at, reason=words.strip()[:2000])
    _tell_all(session, bounty, to if to in HOST_ENDS else "back", at, actor)
    if to in HOST_ENDS:
        _end_work(session, bounty, actor, to, at)
    return bounty


def _end_work(session: Session, bounty: Bounty, actor: Actor, why: str, at: datetime) -> None:
    for row, application in of_bounty(session, bounty):
        if row.state != "ended":
            AGREEMENT.move(session, row, "ended", actor.user, at, why)
        if application.state == "running":
            APPLICATION.move(session, application, "failed", actor.user, at, why)
    waiting = select(Application).where(Application.bounty_id == bounty.id, Application.state == "selected")
    for application in session.scalars(waiting).all():
        APPLICATION.move(session, application, "not_selected", actor.user, at, why)

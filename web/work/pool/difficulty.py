"""Difficulties that firms of the pool raise: given to a department with a deadline, answered, kept.

raised → assigned (a department, a deadline) → answered → closed; a firm to which the answer is no help says so, and it
is raised again. Who raised it, who keeps the pool and the department that is to answer see it, and nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.accounts import Organisation
from web.db.pool import PoolDifficulty, PoolEntry, PoolReply
from web.errors import UnusableError, WebError
from web.work.bounties.application_told import people_in
from web.work.pool.pool import WRITE
from web.work.pool.told import RAISE, bureau_name
from web.work.step import States, add_once, note
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change
from web.work.typed import date_of

DIFFICULTY = States(
    "pool_difficulty",
    "a difficulty that is",
    "WE197",
    {
        "raised": frozenset({"assigned", "answered", "closed"}),
        "assigned": frozenset({"assigned", "answered", "closed"}),
        "answered": frozenset({"raised", "assigned", "closed"}),
        "closed": frozenset(),
    },
)
"""The states of a difficulty; assigned again is another department or day."""
KINDS = ("finance", "land", "talent", "technology", "market", "energy", "approval", "other")
TEXT, TITLE, OPEN = 4000, 120, 20
"""Signs of a text and of a title; difficulties of a firm that may be open at a time."""
NEAR = 3
"""Days before the deadline from which on who is to answer is told."""


def difficulties(session: Session, actor: Actor, state: str = "") -> Sequence[PoolDifficulty]:
    """Those of the organisation's pool and those given to it as a department: open ones first, by deadline.

    Raises WebError WE401, WE032.
    """
    actor.need(WRITE)
    mine: list[object] = [PoolDifficulty.organisation_id == actor.organisation]
    if actor.organisation is not None:
        mine.append(PoolDifficulty.department_id == actor.organisation)
    wanted = select(PoolDifficulty).where(or_(*mine))  # type: ignore[arg-type]
    if state:
        wanted = wanted.where(PoolDifficulty.state == state)
    found = session.scalars(wanted.order_by(PoolDifficulty.created.desc(), PoolDifficulty.id)).all()
    order = ("raised", "assigned", "answered", "closed")
    return sorted(found, key=lambda row: (order.index(row.state), row.deadline or "~"))


def authority_names(session: Session) -> list[str]:
    """Names of the authorities here, to which a difficulty can be given so that it reaches their people."""
    wanted = select(Organisation.name).where(Organisation.kind == "authority", Organisation.state == "open")
    return list(session.scalars(wanted.order_by(Organisation.name)))


def raised_by(session: Session, actor: Actor) -> Sequence[PoolDifficulty]:
    """Those that the actor's firm raised, the newest first. Raises WebError WE401, WE032."""
    actor.need(RAISE)
    wanted = select(PoolDifficulty).where(PoolDifficulty.firm_organisation == (actor.organisation or ""))
    return session.scalars(wanted.order_by(PoolDifficulty.created.desc(), PoolDifficulty.id)).all()


def one_difficulty(session: Session, actor: Actor, difficulty_id: str) -> tuple[PoolDifficulty, str]:
    """A difficulty, and the actor's side: firm, bureau or department. Raises WebError WE401, WE032, WE404."""
    if not actor.may(RAISE):
        actor.need(WRITE)
    row = session.get(PoolDifficulty, difficulty_id)
    if row is not None and actor.may(RAISE) and actor.owns(row.firm_organisation):
        return row, "firm"
    if row is not None and actor.may(WRITE) and actor.owns(row.organisation_id):
        return row, "bureau"
    if row is not None and actor.may(WRITE) and row.department_id and actor.owns(row.department_id):
        return row, "department"
    raise WebError("no such page", code="WE404", hint="see your difficulties")


def replies(session: Session, row: PoolDifficulty) -> Sequence[PoolReply]:
    """All that was said, from the first on."""
    return session.scalars(select(PoolReply).where(PoolReply.difficulty_id == row.id).order_by(PoolReply.number)).all()


def raise_one(
    session: Session, actor: Actor, entry: PoolEntry, kind: str, title: str, text: str, at: datetime, key: str = ""
) -> PoolDifficulty:
    """Raise a difficulty to the bureau in whose pool the firm is; `entry` is one that the firm sees. The same form sent
    twice raises once. Raises WebError WE401, WE032, UnusableError WE190.
    """
    actor.need(RAISE)
    own_key = f"{actor.user}:{key}"[:64] if key else None
    sent = select(PoolDifficulty).where(PoolDifficulty.key == own_key)
    if own_key and (made := session.scalar(sent)) is not None:
        return made
    title = " ".join(title.split())
    wrong = _unusable(title, TITLE, "title") | _unusable(text.strip(), TEXT, "text")
    if kind not in KINDS:
        wrong["kind"] = "unknown"
    open_ones = (PoolDifficulty.firm_organisation == (actor.organisation or ""), PoolDifficulty.state != "closed")
    if (session.scalar(select(func.count()).select_from(PoolDifficulty).where(*open_ones)) or 0) >= OPEN:
        wrong["title"] = "many"
    if wrong:
        raise UnusableError(wrong, "WE190")
    row = PoolDifficulty(
        organisation_id=entry.organisation_id,
        entry_id=entry.id,
        firm_organisation=actor.organisation or "",
        firm_name=entry.firm_name,
        kind=kind,
        title=title,
        text=text.strip(),
        key=own_key,
    )
    kept = add_once(session, row, sent)
    if kept is row:
        session.flush()
        _keep(session, row, actor, "firm", None, text.strip(), at)
    return kept


def assign(
    session: Session, actor: Actor, row: PoolDifficulty, department: str, deadline: str, text: str, at: datetime
) -> None:
    """Give it to a department by its name, with the last day for the answer. Where the name is that of an authority
    with people here, these are told and can answer. Raises UnusableError WE190, WebError WE197.
    """
    actor.need(WRITE, row.organisation_id)
    department = " ".join(department.split())
    wrong = _unusable(department, TITLE, "department") | _unusable(text.strip() or "-", TEXT, "text")
    if date_of(deadline) is None or deadline.strip() < day_of(at):
        wrong["deadline"] = "past" if date_of(deadline) else "unknown"
    if wrong:
        raise UnusableError(wrong, "WE190")
    DIFFICULTY.check(row, "assigned")
    here = (Organisation.name == department, Organisation.kind == "authority", Organisation.state == "open")
    place = session.scalar(select(Organisation.id).where(*here).order_by(Organisation.created).limit(1))
    row.department, row.deadline = department, deadline.strip()
    row.department_id = place if place != row.organisation_id else None
    before, row.state = row.state, "assigned"
    _keep(session, row, actor, "bureau", before, text.strip(), at)


def answer(session: Session, actor: Actor, row: PoolDifficulty, side: str, text: str, at: datetime) -> None:
    """Keep the answer, the department's own or passed on by the bureau. Raises UnusableError WE190, WebError WE197."""
    if side not in ("bureau", "department"):
        raise DIFFICULTY.refused(row, row.state, "answered")
    _said(session, actor, row, side, "answered", text, at)


def again(session: Session, actor: Actor, row: PoolDifficulty, side: str, text: str, at: datetime) -> None:
    """The firm says that the answer is no help, and why. Raises as `answer`."""
    if side != "firm" or row.state != "answered":
        raise DIFFICULTY.refused(row, row.state, "raised")
    _said(session, actor, row, side, "raised", text, at)


def close(session: Session, actor: Actor, row: PoolDifficulty, side: str, text: str, at: datetime) -> None:
    """It is settled, or taken back: by the firm, or by the bureau with its reason. Raises as `answer`."""
    if side == "department":
        raise DIFFICULTY.refused(row, row.state, "closed")
    _said(session, actor, row, side, "closed", text, at, needed=side == "bureau")


def _said(
    session: Session,
    actor: Actor,
    row: PoolDifficulty,
    side: str,
    to: str,
    text: str,
    at: datetime,
    needed: bool = True,
) -> None:
    if (needed and not text.strip()) or len(text.strip()) > TEXT:
        raise UnusableError(_unusable(text.strip(), TEXT, "text"), "WE190")
    DIFFICULTY.check(row, to)
    before, row.state = row.state, to
    _keep(session, row, actor, side, before, text.strip(), at)


def _unusable(text: str, most: int, name: str) -> dict[str, str]:
    return {name: "long" if text else "empty"} if not text or len(text) > most else {}


def _keep(
    session: Session, row: PoolDifficulty, actor: Actor, side: str, before: str | None, text: str, at: datetime
) -> None:
    """Write what was said, its event, and tell those whose turn it is."""
    row.steps += 1
    session.add(
        PoolReply(
            organisation_id=row.organisation_id,
            difficulty_id=row.id,
            number=row.steps,
            at=at,
            by=actor.user,
            side=side,
            state=row.state,
            department=row.department,
            deadline=row.deadline if row.state == "assigned" else None,
            text=text,
        )
    )
    digest = stable_hash(row.state, row.department, row.deadline or "", text)
    note(session, row, DIFFICULTY.subject, before, row.state, actor.user, at, row.department[:200], digest)
    _tell(session, row, side, at)


def _tell(session: Session, row: PoolDifficulty, side: str, at: datetime) -> None:
    told = {"what": "difficulty", "step": row.state, "name": row.title, "firm": row.firm_name}
    told |= {"until": row.deadline or "", "buyer": bureau_name(session, row.organisation_id)}
    change = Change("reply", f"{row.id}:{row.steps}", told, address=f"/difficulties/{row.id}")
    people: list[tuple[str, str | None]] = []
    if side != "firm":
        people += people_in(session, row.firm_organisation, RAISE)
    if side != "bureau":
        people += people_in(session, row.organisation_id, WRITE)
    if row.department_id and side != "department" and row.state in ("assigned", "raised"):
        people += people_in(session, row.department_id, WRITE)
    tell_all(session, people, change, day_of(at))


def tell_answers_due(session: Session, at: datetime) -> int:
    """Tell who is to answer that the last day is near, and the bureau that it is over; each once. Returns how many
    notices are new."""
    new, day, last = 0, day_of(at), day_of(at + timedelta(days=NEAR))
    wanted = (PoolDifficulty.state == "assigned", PoolDifficulty.deadline <= last)
    for row in session.scalars(select(PoolDifficulty).where(*wanted).order_by(PoolDifficulty.id)).all():
        over = (row.deadline or "") < day
        told = {"what": "difficulty", "step": "over" if over else "near", "name": row.title, "firm": row.firm_name}
        told["until"] = row.deadline or ""
        change = Change("deadline", f"{row.id}:{row.deadline}:{over}", told, address=f"/difficulties/{row.id}")
        people = [*people_in(session, row.organisation_id, WRITE), *people_in(session, row.department_id, WRITE)]
        new += tell_all(session, people, change, day)
    return new

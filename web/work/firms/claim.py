"""Claims: somebody proves to be a firm of the graph, and may write for it from then on.

asked → proof_given → verified → revoked. Proof is a code that a letter brought to the registered address, something
under the firm's website or from its mail domain that the operator has seen, or the operator's own word. The first
claim on a firm is verified by its code; where the firm is taken, the claim waits for the operator. Refused is revoked.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.accounts.invitations import invite
from web.accounts.log import note
from web.accounts.tokens import hashed
from web.db.accounts import Membership, Organisation, Ticket
from web.db.firms import Claim
from web.db.models import now
from web.errors import UnusableError, WebError
from web.work import step
from web.work.firms.declaration import form_key

if TYPE_CHECKING:
    from web.db.store import Database
    from web.settings import Settings

WAYS = ("letter", "domain", "operator")
CLAIM = step.States(
    "claim",
    "what is",
    "WE112",
    {
        "asked": frozenset({"proof_given", "revoked"}),
        "proof_given": frozenset({"verified", "revoked"}),
        "verified": frozenset({"revoked"}),
        "revoked": frozenset(),
    },
)
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs of a code: none that is taken for another one in print."""
CODE_LENGTH = 10
CODE_DAYS = 30
TRIES = 5
OPEN_CLAIMS = 5
"""Claims on one firm that may wait at a time."""
_MOST = {"person": 60, "role": 60, "contact": 120, "about": 1000}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form of a claim brings. `kind` is that of the firm in the graph, `key` the form's own key."""

    firm_id: str
    firm_name: str
    person: str
    way: str
    role: str = ""
    contact: str = ""
    about: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of a proof: the claim, and the token of an invitation for its first person where it is verified."""

    claim: Claim
    invitation: str | None = None


def ask(database: Database, actor: Actor, asked: Asked) -> Claim:
    """Ask to be a firm; anybody may. A form that is sent twice leads to what it made first.

    Raises UnusableError (WE110) for a field, WebError WE113 where too many claims on the firm wait.
    """
    key = form_key(asked.key)
    given = {name: " ".join(getattr(asked, name).split()) for name in _MOST}
    wrong = {name: "empty" for name in ("person", "contact") if not given[name]}
    wrong |= {name: "long" for name, most in _MOST.items() if len(given[name]) > most}
    if asked.way not in WAYS:
        wrong["way"] = "unknown"
    if wrong:
        raise UnusableError(wrong, "WE110")
    with database.session() as session:
        known = session.get(Claim, key)
        if known is not None and known.firm_id == asked.firm_id:
            return known
        waiting = select(func.count()).where(Claim.firm_id == asked.firm_id, Claim.state.in_(("asked", "proof_given")))
        if (session.scalar(waiting) or 0) >= OPEN_CLAIMS:
            raise WebError(
                "too many claims on this firm wait already", code="WE113", hint="ask the operator of this installation"
            )
        own = actor.organisation if actor.kind in ("firm", "institute") and actor.enterprise is None else None
        claim = Claim(
            id=key if known is None else form_key(""),
            organisation_id=own,
            firm_id=asked.firm_id,
            firm_name=asked.firm_name,
            way=asked.way,
            asked_by=actor.user,
            person=given["person"],
            role=given["role"],
            contact=given["contact"],
            about=given["about"],
        )
        session.add(claim)
        step.note(session, claim, CLAIM.subject, None, "asked", actor.user or "anybody", digest=_digest(claim))
        return claim


def letter(database: Database, actor: Actor, claim_id: str) -> tuple[Claim, str]:
    """A new code for a letter, which stands nowhere else; an earlier one stops to work. Raises as `decide`."""
    actor.need("claim.decide")
    code = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
    with database.session() as session:
        claim = _claim(session, claim_id)
        if claim.state != "asked":
            raise CLAIM.refused(claim, claim.state, "proof_given")
        claim.code, claim.code_until, claim.tries = _kept(claim.id, code), now() + timedelta(days=CODE_DAYS), 0
        digest = _digest(claim)
        step.note(session, claim, CLAIM.subject, "asked", "asked", actor.user, reason="letter", digest=digest)
        return claim, code


def enter(database: Database, settings: Settings, claim_id: str, code: str, ids: Collection[str] = ()) -> Entered:
    """The code of a letter; `ids` are all by which the firm may be known now.

    Raises WebError WE404, WE111 (another code, too late, or tried too often).
    """
    typed = "".join(code.split()).replace("-", "").upper()
    with database.session() as session:
        claim = _claim(session, claim_id)
        usable = claim.state == "asked" and claim.code and claim.code_until and claim.code_until > now()
        if usable and claim.tries < TRIES:
            # Counted in the store, so that two at once are two.
            session.execute(update(Claim).where(Claim.id == claim.id).values(tries=Claim.tries + 1))
            session.refresh(claim)
        else:
            usable = False
        right = bool(usable) and claim.tries <= TRIES and secrets.compare_digest(claim.code, _kept(claim.id, typed))
        left = TRIES - claim.tries if usable else 0
        if right:
            _move(session, claim, "proof_given", "claimant", "code of the letter")
            claim.code = ""
    if not right:
        raise WebError(
            "the code does not work",
            code="WE111",
            hint=f"{left} tries are left; a new letter brings a new code" if left else "ask for a new letter",
        )
    if is_claimed(database, {claim.firm_id, *ids}):
        return Entered(claim)
    return _verified(database, settings, claim.id, "claimant", "code of the letter", ids)


def decide(
    database: Database,
    settings: Settings,
    actor: Actor,
    claim_id: str,
    to: Literal["proof_given", "verified"],
    reason: str,
    ids: Collection[str] = (),
) -> Entered:
    """The operator has seen a proof, or verifies. Raises WebError WE032, WE404, WE110 (no reason), WE112."""
    actor.need("claim.decide")
    reason = reason.strip()
    if not reason:
        raise UnusableError({"reason": "empty"}, "WE110")
    with database.session() as session:
        claim = _claim(session, claim_id)
        if claim.state == "asked":
            _move(session, claim, "proof_given", actor.user, reason)
        elif to == "proof_given":
            raise CLAIM.refused(claim, claim.state, to)
    if to == "proof_given":
        return Entered(claim)
    return _verified(database, settings, claim_id, actor.user, reason, ids)


def _verified(
    database: Database, settings: Settings, claim_id: str, by: str, reason: str, ids: Collection[str]
) -> Entered:
    """The firm gets its organisation (that which has it already, the asker's own, or a new one), its first person a
    link."""
    with database.session() as session:
        claim = _claim(session, claim_id)
        _move(session, claim, "verified", by, reason)
        place = _place(session, {claim.firm_id, *ids})
        if place is None and claim.organisation_id:
            place = session.get(Organisation, claim.organisation_id)
        if place is None:
            place = Organisation(name=claim.firm_name, kind="firm")
            session.add(place)
            session.flush()
            claim.made = True
            said = f"claim {claim.id}"
            step.note(session, place, "organisation", None, "open", by, reason=said, organisation_id=place.id)
        place.enterprise_id, claim.organisation_id = claim.firm_id, place.id
        own = claim.asked_by and session.scalar(
            select(Membership.id).where(
                Membership.user_id == claim.asked_by,
                Membership.organisation_id == place.id,
                Membership.ended.is_(None),
            )
        )
    if own:
        return Entered(claim)
    token = invite(database, settings, AT_THE_MACHINE, place.id, ["firm_owner"])
    return Entered(claim, token)


def revoke(database: Database, actor: Actor, claim_id: str, reason: str) -> Claim:
    """Refuse a claim, or take a verified one back: nobody writes for the firm by it any more.

    What its organisation declared is taken back by who calls (`declaration_sheet.withdraw_all`). Raises as `decide`.
    """
    actor.need("claim.decide")
    reason = reason.strip()
    if not reason:
        raise UnusableError({"reason": "empty"}, "WE110")
    with database.session() as session:
        claim = _claim(session, claim_id)
        verified = claim.state == "verified"
        _move(session, claim, "revoked", actor.user, reason)
        claim.code = ""
        if verified and claim.organisation_id and not _others(session, claim):
            place = session.get_one(Organisation, claim.organisation_id)
            place.enterprise_id = None
            if claim.made:
                _close(session, place, actor.user, reason)
    return claim


def _close(session: Session, place: Organisation, by: str, reason: str) -> None:
    """An organisation that a claim made has no other right to be: its roles and links end."""
    held = select(Membership).where(Membership.organisation_id == place.id, Membership.ended.is_(None))
    for row in session.scalars(held):
        row.ended = now()
        note(session, row.user_id, "role_ended", by=by, organisation_id=place.id, reason=row.role)
    links = select(Ticket).where(Ticket.organisation_id == place.id, Ticket.ended.is_(None))
    for ticket in session.scalars(links):
        ticket.ended = now()
    step.note(session, place, "organisation", place.state, "closed", by, reason=reason, organisation_id=place.id)
    place.state = "closed"


def claims(database: Database, actor: Actor) -> list[Claim]:
    """All claims for the operator: those that wait first, then the newest. Raises as `Actor.need`."""
    actor.need("claim.decide")
    with database.session() as session:
        rows = list(session.scalars(select(Claim).order_by(Claim.created.desc(), Claim.id)))
    return sorted(rows, key=lambda row: ("proof_given", "asked", "verified", "revoked").index(row.state))


def claim(database: Database, claim_id: str) -> Claim:
    """One of them. Raises WebError WE404."""
    with database.session() as session:
        return _claim(session, claim_id)


def speaks_alone(database: Database, claim_id: str) -> str | None:
    """The organisation that writes for a firm by this claim and no other one; None where there is none."""
    with database.session() as session:
        row = _claim(session, claim_id)
        alone = row.state == "verified" and not _others(session, row)
        return row.organisation_id if alone else None


def is_claimed(database: Database, ids: Collection[str]) -> bool:
    """Whether an organisation has proved to be the firm, by any of its ids."""
    with database.session() as session:
        return _place(session, ids) is not None


def _place(session: Session, ids: Collection[str]) -> Organisation | None:
    """The organisation that is the firm."""
    wanted = select(Organisation).where(Organisation.enterprise_id.in_(ids), Organisation.state == "open")
    return session.scalar(wanted.order_by(Organisation.created, Organisation.id).limit(1))


def _others(session: Session, row: Claim) -> bool:
    """Whether the organisation of a verified claim has another one."""
    wanted = select(Claim.id).where(
        Claim.organisation_id == row.organisation_id, Claim.state == "verified", Claim.id != row.id
    )
    return session.scalar(wanted.limit(1)) is not None


def _claim(session: Session, claim_id: str) -> Claim:
    found = session.get(Claim, claim_id)
    if found is None:
        raise WebError("no such claim", code="WE404", hint="look at the firm's page")
    return found


def _kept(claim_id: str, code: str) -> str:
    return hashed(f"{claim_id} {code}")


def _move(session: Session, row: Claim, to: str, by: str, reason: str = "") -> None:
    CLAIM.move(session, row, to, by, reason=reason, digest=_digest(row))


def _digest(row: Claim) -> str:
    return stable_hash(row.firm_id, row.person, row.role, row.contact, row.way)

"""Inquiries of a buyer: written, sent to several firms, read by a link or with an account, over at their deadline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from web.accounts.actor import Actor
from web.accounts.tokens import hashed, new_code, typed, written
from web.db.accounts import Ticket
from web.db.inquiries import Inquiry, InquiryParty
from web.db.models import Need
from web.db.store import Database
from web.errors import WebError
from web.jobs.needs import WAITING
from web.jobs.needs import move as move_need
from web.work.inquiries.form import Asked
from web.work.inquiries.form import read as read_form
from web.work.inquiries.told import ANSWERS, REPLIES, tell_buyer, tell_firm
from web.work.step import States, add_once, note

RIGHT, OPENS = "inquiry.write", "quote.open"

INQUIRY = States(
    "inquiry",
    "an inquiry that is",
    "WE091",
    {
        "draft": frozenset({"sent", "withdrawn"}),
        "sent": frozenset({"compared", "withdrawn"}),
        "compared": frozenset({"closed"}),
        "closed": frozenset(),
        "withdrawn": frozenset(),
    },
)
"""The states of an inquiry."""

PARTY = States(
    "inquiry_party",
    "a firm that is",
    "WE091",
    {
        "unread": frozenset({"read", "declined", "answered", "late"}),
        "read": frozenset({"declined", "answered", "late"}),
        "answered": frozenset({"answered", "declined"}),
        "declined": frozenset({"answered"}),
        "late": frozenset({"late"}),
    },
)
"""The same of a firm that was asked."""

GRACE = timedelta(days=14)
"""How long after the deadline a link still takes a late answer."""


class Stale(WebError):  # noqa: N818 (it is the reader that is stale)
    """Somebody else changed the draft since its form was made."""

    code = "WE120"

    def __init__(self, row_id: str) -> None:
        super().__init__(
            "the draft was changed meanwhile",
            hint="compare; what you typed is still in the form",
            place=row_id,
        )


def write(session: Session, actor: Actor, asked: Asked, at: datetime) -> Inquiry:
    """A new draft; the same key leads to the one that it made before.

    Raises WebError WE401, WE032; WE404 for a need that is neither public nor the organisation's; UnusableError WE090.
    """
    actor.need(RIGHT)
    key = key_of(actor, asked.key) if asked.key else None
    sent = select(Inquiry).where(Inquiry.key == key)
    if key and (made := session.scalar(sent)) is not None:
        return made
    _seen_need(session, actor, asked)
    deadline, fields = read_form(asked, at)
    row = Inquiry(
        organisation_id=actor.organisation,
        need_id=asked.need or None,
        title=asked.title.strip(),
        text=asked.text.strip(),
        buyer=actor.organisation_name,
        asked=fields,
        deadline=deadline,
        made_by=actor.user,
        key=key,
    )
    kept = add_once(session, row, sent)
    if kept is row:
        _ask(session, row, dict(asked.firms))
        note(session, row, INQUIRY.subject, None, "draft", actor.user, at)
    return kept


def edit(session: Session, actor: Actor, inquiry_id: str, asked: Asked, version: int, at: datetime) -> Inquiry:
    """Write a draft anew. `version` is that of the draft that the form showed.

    Raises as `one`, WebError WE091 where it is no draft any more, Stale WE120, UnusableError WE090.
    """
    row = one(session, actor, inquiry_id)
    if row.state != "draft":
        raise WebError("it is no draft any more", code="WE091", hint="withdraw it, and write another", place=row.id)
    if row.version != version:
        raise Stale(row.id)
    deadline, fields = read_form(asked, at)
    row.title, row.text, row.asked, row.deadline = asked.title.strip(), asked.text.strip(), fields, deadline
    flag_modified(row, "title")  # another choice of firms alone is a change of the draft too
    _ask(session, row, dict(asked.firms))
    note(session, row, INQUIRY.subject, "draft", "draft", actor.user, at, "changed")
    try:
        session.flush()
    except StaleDataError as error:
        raise Stale(inquiry_id) from error
    return row


def _ask(session: Session, row: Inquiry, firms: Mapping[str, str]) -> None:
    """Make the firms of a draft these."""
    known = {party.firm_id: party for party in parties(session, row)}
    for firm_id, party in known.items():
        if firm_id not in firms:
            session.delete(party)
    for firm_id, name in firms.items():
        if firm_id not in known:
            session.add(
                InquiryParty(organisation_id=row.organisation_id, inquiry_id=row.id, firm_id=firm_id, firm_name=name)
            )
    session.flush()


def _seen_need(session: Session, actor: Actor, asked: Asked) -> None:
    need = session.get(Need, asked.need) if asked.need else None
    if asked.need and (need is None or not (actor.owns(need.organisation_id) or need.visibility == "public")):
        raise WebError("no such need", code="WE404", hint="look it up by the search")


def key_of(actor: Actor, key: str) -> str:
    """A form's key, which is one person's."""
    return f"{actor.user}:{key}"[:96]


def move_party(
    session: Session, row: Inquiry, party: InquiryParty, to: str, who: str, at: datetime, digest: str = ""
) -> None:
    """Bring a firm that was asked to another state; its buyer is told of replies. Raises WebError WE091."""
    if row.state not in ("sent", "compared"):
        raise PARTY.refused(party, party.state, to)
    reply = to != party.state and to in REPLIES
    PARTY.move(session, party, to, who, at, digest=digest)
    if reply:
        tell_buyer(session, row, party, to, at)


def one(session: Session, actor: Actor, inquiry_id: str, right: str = RIGHT) -> Inquiry:
    """An inquiry of the organisation. Raises WebError WE401, WE032, WE404."""
    actor.need(right)
    row = session.get(Inquiry, inquiry_id)
    if row is None or row.organisation_id is None or not actor.owns(row.organisation_id):
        raise WebError("no such page", code="WE404", hint="see the organisation's inquiries")
    return row


def party_of(session: Session, row: Inquiry, party_id: str) -> InquiryParty:
    """A firm of an inquiry. Raises WebError WE404."""
    party = session.get(InquiryParty, party_id)
    if party is None or party.inquiry_id != row.id:
        raise WebError("no such firm of the inquiry", code="WE404", hint="see the inquiry")
    return party


def parties(session: Session, row: Inquiry) -> list[InquiryParty]:
    """The firms that are asked, by name."""
    wanted = select(InquiryParty).where(InquiryParty.inquiry_id == row.id)
    return list(session.scalars(wanted.order_by(InquiryParty.firm_name, InquiryParty.id)))


def of_organisation(session: Session, actor: Actor, most: int = 200) -> list[tuple[Inquiry, dict[str, int]]]:
    """The organisation's inquiries, newest first, each with its firms by state. Raises WebError WE401, WE032."""
    actor.need(RIGHT)
    if actor.organisation is None:
        return []
    wanted = select(Inquiry).where(Inquiry.organisation_id == actor.organisation)
    rows = list(session.scalars(wanted.order_by(Inquiry.created.desc(), Inquiry.id).limit(most)))
    counted = session.execute(
        select(InquiryParty.inquiry_id, InquiryParty.state, func.count())
        .where(InquiryParty.inquiry_id.in_([row.id for row in rows]))
        .group_by(InquiryParty.inquiry_id, InquiryParty.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for inquiry_id, state, number in counted:
        counts.setdefault(inquiry_id, {})[state] = number
    return [(row, counts.get(row.id, {})) for row in rows]


def send(session: Session, actor: Actor, inquiry_id: str, at: datetime) -> Inquiry:
    """Send a draft; the organisation's own need goes to `inquiring` with it.

    Raises as `one`, WebError WE091 where it is no draft or its deadline is over.
    """
    row = one(session, actor, inquiry_id)
    if row.state == "draft" and row.deadline <= at:
        raise WebError("its deadline is over", code="WE091", hint="write it anew with a later one", place=row.id)
    INQUIRY.move(session, row, "sent", actor.user, at)
    row.sent = at
    for party in parties(session, row):
        tell_firm(session, row, party, at)
    need = session.get(Need, row.need_id) if row.need_id else None
    if need is not None and need.kind == "need" and actor.owns(need.organisation_id) and need.state in WAITING:
        move_need(session, need, "inquiring", actor=actor.user, reason=f"inquiry {row.id}", at=at)
    return row


def withdraw(session: Session, actor: Actor, inquiry_id: str, at: datetime, reason: str = "") -> Inquiry:
    """Take an inquiry back: its links end, and its quotes stay sealed for good. Raises as `one`, WebError WE091."""
    row = one(session, actor, inquiry_id)
    INQUIRY.move(session, row, "withdrawn", actor.user, at, reason[:2000])
    for party in parties(session, row):
        _end_links(session, party.id, at)
    return row


# --- links ---------------------------------------------------------------------------------------------------------


def link(session: Session, actor: Actor, inquiry_id: str, party_id: str, at: datetime) -> tuple[InquiryParty, str]:
    """A new link for a firm, instead of the one before: its code, which stands nowhere else.

    Raises as `one`, WebError WE091 where the inquiry is not out.
    """
    row = one(session, actor, inquiry_id)
    party = party_of(session, row, party_id)
    if row.state not in ("sent", "compared") or at >= row.deadline + GRACE:
        raise WebError("no link for an inquiry that is not out", code="WE091", hint="send it first", place=row.id)
    _end_links(session, party.id, at)
    code = new_code()
    session.add(
        Ticket(
            organisation_id=row.organisation_id,
            token=hashed(code),
            purpose="inquiry",
            subject_id=party.id,
            grants=[ANSWERS],
            made_by=actor.user,
            expires=row.deadline + GRACE,
        )
    )
    note(session, party, PARTY.subject, party.state, party.state, actor.user, at, "link made")
    return party, written(code)


def _end_links(session: Session, party_id: str, at: datetime) -> None:
    wanted = select(Ticket).where(Ticket.purpose == "inquiry", Ticket.subject_id == party_id, Ticket.ended.is_(None))
    for ticket in session.scalars(wanted):
        ticket.ended = at


def by_link(session: Session, code: str, at: datetime) -> tuple[Inquiry, InquiryParty, Ticket]:
    """What a link opens. Raises WebError WE092, always the same, where it is none, ended or too old."""
    wanted = select(Ticket).where(Ticket.token == hashed(typed(code)), Ticket.purpose == "inquiry")
    ticket = session.scalar(wanted)
    if ticket is not None and ticket.ended is None and at < ticket.expires:
        party = session.get_one(InquiryParty, ticket.subject_id)
        row = session.get_one(Inquiry, party.inquiry_id)
        if row.state in ("sent", "compared"):
            return row, party, ticket
    raise WebError("the link does not open anything", code="WE092", hint="ask the sender for a new one")


def answering(
    session: Session, actor: Actor, token: str, party_id: str, at: datetime
) -> tuple[Inquiry, InquiryParty, str]:
    """The inquiry and the firm for which somebody answers, by a link or else as an account, and who that is.

    Raises as `by_link` or `by_account`.
    """
    if not token:
        return *by_account(session, actor, party_id), actor.user
    row, party, ticket = by_link(session, token, at)
    ticket.used = ticket.used or at
    return row, party, "link"


def received(session: Session, actor: Actor) -> list[tuple[Inquiry, InquiryParty]]:
    """What the actor's firm is asked, newest first. Raises WebError WE401, WE032."""
    actor.need(ANSWERS)
    if actor.enterprise is None:
        return []
    wanted = (
        select(Inquiry, InquiryParty)
        .join(Inquiry, Inquiry.id == InquiryParty.inquiry_id)
        .where(InquiryParty.firm_id == actor.enterprise, Inquiry.state.in_(("sent", "compared", "closed")))
        .order_by(Inquiry.sent.desc().nulls_last(), Inquiry.id)
        .limit(200)
    )
    return [(row, party) for row, party in session.execute(wanted)]


def by_account(session: Session, actor: Actor, party_id: str) -> tuple[Inquiry, InquiryParty]:
    """What the actor's firm is asked by one inquiry. Raises WebError WE401, WE032, WE404."""
    actor.need(ANSWERS)
    party = session.get(InquiryParty, party_id)
    row = session.get_one(Inquiry, party.inquiry_id) if party is not None else None
    if party is None or row is None or not actor.enterprise or party.firm_id != actor.enterprise:
        raise WebError("no such page", code="WE404", hint="see what was asked of your firm")
    if row.state not in ("sent", "compared", "closed"):
        raise WebError("no such page", code="WE404", hint="see what was asked of your firm")
    return row, party


def read(session: Session, row: Inquiry, party: InquiryParty, who: str, at: datetime) -> None:
    """Say that the firm has looked at it; a second time nothing happens."""
    if party.state == "unread":
        move_party(session, row, party, "read", who, at)


# --- the clock -----------------------------------------------------------------------------------------------------


def close_due(database: Database, at: datetime) -> list[str]:
    """Firms that have neither answered nor declined when the deadline is over are late. Returns the parties' ids."""
    with database.session() as session:
        wanted = (
            select(Inquiry, InquiryParty)
            .join(Inquiry, Inquiry.id == InquiryParty.inquiry_id)
            .where(Inquiry.state == "sent", Inquiry.deadline <= at, InquiryParty.state.in_(("unread", "read")))
            .order_by(InquiryParty.id)
        )
        found = [(row, party) for row, party in session.execute(wanted)]
        for row, party in found:
            move_party(session, row, party, "late", "deadline", at)
        return [party.id for _, party in found]

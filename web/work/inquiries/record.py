"""Fields of a firm's record that were asked for by an inquiry: answers beside the buyer's own notes, taken one by one.

What is taken is the buyer's own note on the firm. It never goes to the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.inquiries import FirmNote, Inquiry, InquiryParty
from web.errors import UnusableError, WebError
from web.work import step
from web.work.inquiries import quote as quotes
from web.work.inquiries.form import RECORD
from web.work.inquiries.inquiry import RIGHT, party_of

FIELDS: dict[str, tuple[str, ...]] = {
    "staff": ("staff",),
    "revenue": ("revenue",),
    "capacity": ("process",),
    "certificates": ("certificate",),
    "contact": ("contact",),
}
"""Where `web.work.firms.known` has the same: the names of its fields."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a firm answered to a field of its record, and the buyer's own note on it, if any."""

    field: str
    value: str
    said: datetime
    late: bool
    note: FirmNote | None

    @property
    def taken(self) -> bool:
        """Whether the note says this already."""
        return self.note is not None and self.note.value == self.value


def answered(
    session: Session, actor: Actor, inquiry_id: str, party_id: str
) -> tuple[Inquiry, InquiryParty, list[Answered]]:
    """What a firm answered to the fields of its record, once its quotes are open; an answer in time before a late one.

    Raises as `web.work.inquiries.quote.opened`, WebError WE404.
    """
    row, found = quotes.opened(session, actor, inquiry_id)
    party = party_of(session, row, party_id)
    given = next(one for one in found if one.party.id == party.id)
    quote = given.quote or given.late
    notes = {note.field: note for note in notes_of(session, actor, party.firm_id)}
    if quote is None:
        return row, party, []
    said = [(name, str(quote.answers.get(f"record_{name}", ""))) for name in RECORD]
    return row, party, [Answered(name, text, quote.at, quote.late, notes.get(name)) for name, text in said if text]


def take(
    session: Session,
    actor: Actor,
    inquiry_id: str,
    party_id: str,
    field: str,
    after: int,
    overwrite: bool,
    at: datetime,
) -> FirmNote:
    """Take an answer over as the buyer's own note; taken already, nothing happens.

    `after` is the number of the note that the page showed, 0 for none. Raises as `answered`, UnusableError WE122 where
    another note would be overwritten and that is not said to be wanted, WebError WE121 where somebody else took one
    meanwhile, WE404 for a field without an answer.
    """
    row, party, found = answered(session, actor, inquiry_id, party_id)
    one = next((one for one in found if one.field == field), None)
    if one is None:
        raise WebError("no answer to that field", code="WE404", hint="see what was answered", place=party.id)
    if one.taken and one.note is not None:
        return one.note
    number = one.note.number if one.note else 0
    if number != after:
        raise _stale(party)
    if one.note is not None and not overwrite:
        raise UnusableError({field: "overwrite"}, "WE122")
    note = FirmNote(
        organisation_id=row.organisation_id,
        firm_id=party.firm_id,
        firm_name=party.firm_name,
        field=field,
        number=number + 1,
        value=one.value,
        said=one.said,
        party_id=party.id,
        made_by=actor.user,
    )
    session.add(note)
    before = "taken" if one.note else None
    step.note(session, note, "firm_note", before, "taken", actor.user, at, f"{party.firm_id} {field}")
    try:
        session.flush()
    except IntegrityError as error:  # taken at the same moment
        raise _stale(party) from error
    return note


def _stale(party: InquiryParty) -> WebError:
    return WebError(
        "somebody else took it over meanwhile", code="WE121", hint="compare, and press again", place=party.id
    )


def notes_of(session: Session, actor: Actor, firm_id: str = "", most: int = 500) -> Sequence[FirmNote]:
    """The organisation's notes that hold, of one firm or of all, by firm and field. Raises WebError WE401, WE032."""
    actor.need(RIGHT)
    if actor.organisation is None:
        return []
    own = [FirmNote.organisation_id == actor.organisation]
    if firm_id:
        own.append(FirmNote.firm_id == firm_id)
    newest = (
        select(FirmNote.firm_id, FirmNote.field, func.max(FirmNote.number).label("number"))
        .where(*own)
        .group_by(FirmNote.firm_id, FirmNote.field)
        .subquery()
    )
    wanted = select(FirmNote).join(
        newest,
        (FirmNote.firm_id == newest.c.firm_id)
        & (FirmNote.field == newest.c.field)
        & (FirmNote.number == newest.c.number),
    )
    return session.scalars(wanted.where(*own).order_by(FirmNote.firm_name, FirmNote.field).limit(most)).all()

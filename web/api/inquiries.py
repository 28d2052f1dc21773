"""Inquiries as JSON: the buyer's side, and that of the firm which is asked. Quotes are sealed here as on the pages.

A price, like every sum here, is whole fen for `per` units. Files come and go by the pages alone.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from web.api.lock import MAKES, STEP, KeyDep, Lock, LockDep, TagDep
from web.api.shape import OWN, Given, Ident, one_of
from web.db.inquiries import Inquiry, InquiryFile, InquiryParty, Quote
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.pages.inquiries.inquiry import FIELDS, FormPage, asked_by, compared_page
from web.pages.inquiries.record import record_page
from web.work.inquiries import inquiry as work
from web.work.inquiries import quote as quotes
from web.work.inquiries.file import of_inquiry
from web.work.inquiries.form import CURRENCIES, KINDS, MOST_PARTIES, RECORD
from web.work.inquiries.record import notes_of
from web.work.inquiries.told import ANSWERS as ANSWER

router = APIRouter(tags=["inquiries"])
WRITES = [Depends(requires(work.RIGHT))]
OPENS = [Depends(requires(work.OPENS))]
ANSWERS = [Depends(requires(ANSWER))]
Words = Annotated[str, Field(max_length=2000)]


class Party(Given):
    """A firm that is asked, and what was made of its answer."""

    id: str
    firm_id: str
    firm_name: str
    state: str = Field(description="unread, read, declined, answered, late")
    reason: str = Field(description="why it declined")
    decision: str
    decision_reason: str
    decision_note: str


class InquiryFileLine(Given):
    """A file that the buyer put to an inquiry; its bytes come by its page."""

    id: str
    name: str
    sha256: str
    size: int


class InquiryLine(Given):
    """An inquiry of the organisation; `parties` are its firms counted by state."""

    id: str
    title: str
    need_id: str | None
    state: str = Field(description="draft, sent, compared, closed, withdrawn")
    deadline: dt.datetime
    created: dt.datetime
    sent: dt.datetime | None
    opened: dt.datetime | None
    parties: dict[str, int] = Field(default={})


class InquiryDetail(Given):
    """An inquiry of the organisation; never with an answer."""

    id: str
    title: str
    text: str
    need_id: str | None
    asked: list[dict[str, Any]] = Field(description="fields of an answer: code, words, unit, currency")
    state: str
    deadline: dt.datetime
    created: dt.datetime
    sent: dt.datetime | None
    opened: dt.datetime | None
    parties: list[Party] = Field(default=[])
    files: list[InquiryFileLine] = Field(default=[])


class NewInquiry(BaseModel):
    """What is asked of whom until when."""

    title: Annotated[str, Field(max_length=200)]
    text: Annotated[str, Field(max_length=20_000)] = ""
    deadline: Annotated[str, Field(max_length=40, description="in Beijing's time", examples=["2026-12-01T17:00"])]
    kinds: list[Annotated[str, one_of(KINDS)]] = ["price", "lead_time"]
    record: list[Annotated[str, one_of(RECORD)]] = Field(default=[], description="fields of a firm's record")
    unit: Annotated[str, Field(max_length=20, description="of the price")] = ""
    currency: Annotated[str, one_of(CURRENCIES)] = "CNY"
    questions: list[Annotated[str, Field(max_length=300)]] = Field(default=[], max_length=20)
    firms: list[Annotated[str, Field(max_length=400)]] = Field(
        max_length=MOST_PARTIES, description="ids or whole names"
    )
    need: Annotated[str, Field(max_length=64)] = ""


class InquiryStep(BaseModel):
    """A step of the buyer; a withdrawal may say why."""

    to: Literal["sent", "withdrawn", "closed"]
    reason: Words = ""


class Decision(BaseModel):
    """What the buyer makes of a firm's answer."""

    decision: Annotated[str, one_of(quotes.DECISIONS)]
    reason: Annotated[str, one_of(quotes.REASONS, description="`other` needs a note")]
    note: Words = ""


class Cell(Given):
    """What a firm answered to a field; null: nothing. `each` is the price of one unit in yuan."""

    value: Any
    each: str
    lowest: bool


class CompareLine(Given):
    """A field and what each firm answered, in the order of `parties`."""

    code: str
    words: str
    cells: list[Cell]
    uneven: bool = Field(description="prices of several units, currencies or taxes, which are not compared")


class Comparison(Given):
    """Opened quotes side by side; late ones apart."""

    id: str
    state: str
    parties: list[Party]
    lines: list[CompareLine]
    late: list[CompareLine]


class RecordAnswer(BaseModel):
    """A field of a firm's record: the answer, and the organisation's own note on it."""

    field: str
    value: str
    said: dt.datetime
    late: bool
    note: str | None


class FirmNoteLine(Given):
    """An own note on a firm that was taken over from its answer."""

    firm_id: str
    firm_name: str
    field: str
    value: str
    said: dt.datetime


class AskedLine(BaseModel):
    """What the firm is asked."""

    id: str = Field(description="of the firm's part in the inquiry")
    title: str
    buyer: str
    deadline: dt.datetime
    inquiry_state: str
    state: str


class AskedDetail(AskedLine):
    """The same with its fields, once the firm has said that it looks (`read`), and its own last answer."""

    text: str | None
    asked: list[dict[str, Any]] | None
    files: list[InquiryFileLine] = []
    answers: dict[str, Any] | None = Field(description="the firm's own, by the codes of the fields")
    answered: dt.datetime | None
    late: bool


class AskedStep(BaseModel):
    """What the firm does. `answers` are as its form has them, by the codes of the fields; a price in yuan, beside it
    `per`, `unit`, `currency`, `tax`."""

    do: Literal["read", "answer", "decline"]
    answers: dict[str, Annotated[str, Field(max_length=8000)]] = Field(default={}, max_length=60)
    reason: Words = Field(default="", description="why it declines")


def _read(visit: Visit, inquiry_id: str, lock: Lock) -> InquiryDetail:
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, inquiry_id)
        parties = work.parties(session, row)
        lock.tag(row, *parties)
        found = InquiryDetail.model_validate(row)
        found.parties = [Party.model_validate(one) for one in parties]
        found.files = [InquiryFileLine.model_validate(one) for one in of_inquiry(session, row)]
        return found


@router.get("/inquiries", summary="Inquiries of the organisation", dependencies=WRITES, responses=OWN)
def inquiries(visit: VisitDep) -> list[InquiryLine]:
    """The newest 200, each with its firms counted by state."""
    with visit.home.database().session() as session:
        rows = work.of_organisation(session, visit.actor)
        return [InquiryLine.model_validate(row).model_copy(update={"parties": counts}) for row, counts in rows]


@router.post("/inquiries", summary="Write an inquiry as a draft", status_code=201, dependencies=WRITES, responses=MAKES)
def written(visit: VisitDep, asked: NewInquiry, key: KeyDep, lock: TagDep) -> InquiryDetail:
    """Nothing is sent yet. Firms are named by id or whole name; what cannot be used is named by field (WE090)."""
    typed = dict.fromkeys(FIELDS, "") | {name: getattr(asked, name) for name in ("title", "text", "deadline", "need")}
    typed |= {"unit": asked.unit, "currency": asked.currency, "key": key}
    typed |= {"questions": "\n".join(asked.questions), "firms": "\n".join(asked.firms)}
    wanted = asked_by(visit, FormPage(typed=typed, kinds=list(asked.kinds), record=list(asked.record)))
    with lock.step(visit.home.database()) as session:
        row = work.write(session, visit.actor, wanted, now())
    return _read(visit, row.id, lock)


@router.get("/inquiries/notes", summary="Own notes on firms", dependencies=WRITES, responses=OWN)
def notes(visit: VisitDep) -> list[FirmNoteLine]:
    """What the organisation took over from answers; its own, never in the graph."""
    with visit.home.database().session() as session:
        return [FirmNoteLine.model_validate(one) for one in notes_of(session, visit.actor)]


# --- the firm; before the addresses with an id in the same place ----------------------------------------------------


def _asked_line(row: Inquiry, party: InquiryParty) -> AskedLine:
    return AskedLine(
        id=party.id,
        title=row.title,
        buyer=row.buyer,
        deadline=row.deadline,
        inquiry_state=row.state,
        state=party.state,
    )


def _asked(row: Inquiry, party: InquiryParty, last: Quote | None, files: list[InquiryFile], lock: Lock) -> AskedDetail:
    lock.tag(row, party, last.number if last else 0)
    looked = party.state != "unread" or last is not None
    return AskedDetail(
        **_asked_line(row, party).model_dump(),
        text=row.text if looked else None,
        asked=row.asked if looked else None,
        files=[InquiryFileLine.model_validate(one) for one in files] if looked else [],
        answers=last.answers if last else None,
        answered=last.at if last else None,
        late=bool(last and last.late),
    )


@router.get("/inquiries/received", summary="What the own firm is asked", dependencies=ANSWERS, responses=OWN)
def received(visit: VisitDep) -> list[AskedLine]:
    """The newest 200."""
    with visit.home.database().session() as session:
        rows = work.received(session, visit.actor)
        return [_asked_line(row, party) for row, party in rows]


@router.get(
    "/inquiries/received/{party_id}", summary="An inquiry as the firm sees it", dependencies=ANSWERS, responses=OWN
)
def asked(visit: VisitDep, party_id: Ident, lock: TagDep) -> AskedDetail:
    """Looking writes nothing: what is asked is shown once the step `read` was taken."""
    with visit.home.database().session() as session:
        row, party = work.by_account(session, visit.actor, party_id)
        return _asked(row, party, quotes.mine(session, party), of_inquiry(session, row), lock)


@router.post("/inquiries/received/{party_id}", summary="Read, answer or decline", dependencies=ANSWERS, responses=STEP)
def answered(visit: VisitDep, party_id: Ident, step: AskedStep, lock: LockDep) -> AskedDetail:
    """An answer is sealed until the deadline; until then the newest counts, after it a late one stands apart. Files of
    the answer before stay with it."""
    with lock.step(visit.home.database()) as session:
        row, party = work.by_account(session, visit.actor, party_id)
        last = quotes.mine(session, party)
        lock.check(row, party, last.number if last else 0)
        if step.do == "read":
            work.read(session, row, party, visit.actor.user, now())
        elif step.do == "answer":
            files = last.answers.get("files", []) if last else []
            quotes.answer(session, row, party, step.answers, visit.actor.user, now(), files)
        else:
            quotes.decline(session, row, party, step.reason, visit.actor.user, now())
        session.flush()
        return _asked(row, party, quotes.mine(session, party), of_inquiry(session, row), lock)


# --- one inquiry of the buyer ---------------------------------------------------------------------------------------


@router.get("/inquiries/{inquiry_id}", summary="An inquiry of the organisation", dependencies=WRITES, responses=OWN)
def one(visit: VisitDep, inquiry_id: Ident, lock: TagDep) -> InquiryDetail:
    """What is asked, and who has read, answered, declined or is late; never an answer."""
    return _read(visit, inquiry_id, lock)


@router.post("/inquiries/{inquiry_id}/state", summary="Send, withdraw or close it", dependencies=WRITES, responses=STEP)
def state(visit: VisitDep, inquiry_id: Ident, step: InquiryStep, lock: LockDep) -> InquiryDetail:
    """As the buttons of its page: a closed one has a decision on every answer."""
    with lock.step(visit.home.database()) as session:
        row = work.one(session, visit.actor, inquiry_id)
        lock.check(row, *work.parties(session, row))
        if step.to == "sent":
            work.send(session, visit.actor, inquiry_id, now())
        elif step.to == "withdrawn":
            work.withdraw(session, visit.actor, inquiry_id, now(), step.reason)
        else:
            quotes.close(session, visit.actor, inquiry_id, now())
    return _read(visit, inquiry_id, lock)


@router.post("/inquiries/{inquiry_id}/open", summary="Open all quotes together", dependencies=OPENS, responses=STEP)
def opening(visit: VisitDep, inquiry_id: Ident, lock: LockDep) -> InquiryDetail:
    """After the deadline (before it WE094), by another approver than who wrote the inquiry (WE095)."""
    with lock.step(visit.home.database()) as session:
        row = work.one(session, visit.actor, inquiry_id)
        lock.check(row, *work.parties(session, row))
        quotes.open_quotes(session, visit.actor, inquiry_id, now())
    return _read(visit, inquiry_id, lock)


@router.get(
    "/inquiries/{inquiry_id}/compare",
    summary="Opened quotes side by side",
    dependencies=WRITES,
    responses={**OWN, 409: STEP[409]},
)
def compare(visit: VisitDep, inquiry_id: Ident, lock: TagDep) -> Comparison:
    """Once they were opened; before that 409 (WE094)."""
    page = compared_page(visit, inquiry_id)
    lock.tag(page.row, *page.parties)
    said = {"id": page.row.id, "state": page.row.state, "parties": page.parties, "lines": page.lines, "late": page.late}
    return Comparison.model_validate(said)


@router.post(
    "/inquiries/{inquiry_id}/parties/{party_id}/decision",
    summary="Choose a firm, or not",
    dependencies=WRITES,
    responses=STEP,
)
def decided(visit: VisitDep, inquiry_id: Ident, party_id: Ident, asked: Decision, lock: LockDep) -> InquiryDetail:
    """With a reason's code; once the quotes are open. If-Match names the inquiry or its comparison."""
    with lock.step(visit.home.database()) as session:
        row = work.one(session, visit.actor, inquiry_id)
        lock.check(row, *work.parties(session, row))
        party = work.party_of(session, row, party_id)
        quotes.decide(
            session, visit.actor, row.id, party.id, asked.decision, asked.reason, asked.note, party.version, now()
        )
    return _read(visit, inquiry_id, lock)


@router.get(
    "/inquiries/{inquiry_id}/parties/{party_id}/record",
    summary="What a firm answered on its record",
    dependencies=WRITES,
    responses={**OWN, 409: STEP[409]},
)
def record(visit: VisitDep, inquiry_id: Ident, party_id: Ident) -> list[RecordAnswer]:
    """Once the quotes are open, beside the organisation's own notes."""
    return [
        RecordAnswer(
            field=one.answer.field,
            value=one.answer.value,
            said=one.answer.said,
            late=one.answer.late,
            note=one.answer.note.value if one.answer.note else None,
        )
        for one in record_page(visit, inquiry_id, party_id).fields
    ]

"""Quotes: given by a firm, sealed until the deadline, opened together, decided on. Nothing else reads the table."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.db.inquiries import Inquiry, InquiryParty, Quote
from web.errors import UnusableError, WebError
from web.work.inquiries.form import CURRENCIES
from web.work.inquiries.inquiry import INQUIRY, OPENS, PARTY, RIGHT, move_party, one, parties, party_of
from web.work.inquiries.told import tell_buyer
from web.work.step import note

REASONS = ("price", "lead_time", "quality", "certificate", "capacity", "terms", "no_answer", "other")
"""Codes of why a firm was chosen or not; `other` needs a note."""
DECISIONS = ("chosen", "not_chosen")
TAX = ("included", "excluded")
_MOST_FEN = 10**15


@dataclass(frozen=True, slots=True)
class Opened:
    """What a firm answered, once it was opened: the answer that counts (None: none in time) and a late one."""

    party: InquiryParty
    quote: Quote | None
    late: Quote | None


def answer(
    session: Session,
    row: Inquiry,
    party: InquiryParty,
    typed: Mapping[str, str],
    who: str,
    at: datetime,
    files: Sequence[Mapping[str, Any]] = (),
) -> Quote:
    """Keep what a firm answers, sealed. Until the deadline the newest counts; after it the answer is kept apart.
    `files` are those that `web.work.inquiries.file.named` names; with them alone it is an answer too.

    Raises UnusableError WE096 by field, WebError WE091 where the inquiry takes none.
    """
    if row.state not in ("sent", "compared"):
        raise WebError("the inquiry takes no answers", code="WE091", hint="ask the sender", place=row.id)
    answers, late = read_answers(row, typed, bool(files)), at >= row.deadline
    if files:
        answers["files"] = [dict(one) for one in files]
    salt = secrets.token_hex(16)
    quote = Quote(
        organisation_id=row.organisation_id,
        party_id=party.id,
        at=at,
        late=late,
        by=who,
        answers=answers,
        salt=salt,
        digest=digest_of(party.id, at, answers, salt),
    )
    session.add(quote)
    if not late:
        move_party(session, row, party, "answered", who, at, quote.digest)
    elif party.state in ("answered", "declined"):
        note(session, party, PARTY.subject, party.state, party.state, who, at, "late", quote.digest)
    else:
        move_party(session, row, party, "late", who, at, quote.digest)
    if late:
        tell_buyer(session, row, party, "late_answer", at)
    return quote


def digest_of(party_id: str, at: datetime, answers: Mapping[str, Any], salt: str) -> str:
    """The hash of an answer."""
    said = {"party": party_id, "at": at.isoformat(), "answers": answers, "salt": salt}
    return stable_hash(json.dumps(said, ensure_ascii=False, sort_keys=True))


def decline(session: Session, row: Inquiry, party: InquiryParty, reason: str, who: str, at: datetime) -> None:
    """Say that the firm will not answer, and why. Raises UnusableError WE096 without a reason, WebError WE091."""
    if not reason.strip():
        raise UnusableError({"reason": "missing"}, "WE096")
    if at >= row.deadline:
        raise WebError("the deadline is over", code="WE091", hint="nothing is waited for any more", place=row.id)
    move_party(session, row, party, "declined", who, at)
    party.reason = reason.strip()[:2000]


def mine(session: Session, party: InquiryParty) -> Quote | None:
    """What the firm itself answered last; for who answers for it, by its link or its account."""
    return session.scalar(select(Quote).where(Quote.party_id == party.id).order_by(Quote.number.desc()).limit(1))


def open_quotes(session: Session, actor: Actor, inquiry_id: str, at: datetime) -> Inquiry:
    """Open all quotes together, once the deadline is over; the event names the digest of each.

    Raises as `web.work.inquiries.inquiry.one`, WebError WE094 before the deadline, WE095 for its writer, WE091.
    """
    row = one(session, actor, inquiry_id, OPENS)
    if at < row.deadline:
        raise WebError("sealed until the deadline", code="WE094", hint="open them after it", place=row.id)
    if actor.user == row.made_by:
        raise WebError(
            "who wrote the inquiry does not open its quotes", code="WE095", hint="ask another approver", place=row.id
        )
    digests = [
        f"{party.id}:{'late:' if quote.late else ''}{quote.digest}"
        for party in parties(session, row)
        for quote in session.scalars(select(Quote).where(Quote.party_id == party.id).order_by(Quote.number))
    ]
    reason = "; ".join([f"{len(digests)} quotes", *digests])
    INQUIRY.move(session, row, "compared", actor.user, at, reason, stable_hash("\n".join(digests)))
    row.opened = at
    return row


def opened(session: Session, actor: Actor, inquiry_id: str) -> tuple[Inquiry, list[Opened]]:
    """What was answered, by firm. Raises as `web.work.inquiries.inquiry.one`, WE094 where it was not opened."""
    row = one(session, actor, inquiry_id)
    if row.opened is None or row.state not in ("compared", "closed"):
        raise WebError("the quotes are sealed", code="WE094", hint="they are opened after the deadline", place=row.id)
    found = []
    for party in parties(session, row):
        rows = list(session.scalars(select(Quote).where(Quote.party_id == party.id).order_by(Quote.number.desc())))
        counts = next((quote for quote in rows if not quote.late), None) if party.state == "answered" else None
        found.append(Opened(party, counts, next((quote for quote in rows if quote.late), None)))
    return row, found


def decide(
    session: Session,
    actor: Actor,
    inquiry_id: str,
    party_id: str,
    decision: str,
    reason: str,
    remark: str,
    version: int,
    at: datetime,
) -> InquiryParty:
    """Choose a firm, or not, with a reason's code.

    Raises as `opened`, UnusableError WE098, WebError WE097 where somebody else decided meanwhile, WE091 once closed.
    """
    row = one(session, actor, inquiry_id)
    party = party_of(session, row, party_id)
    if row.opened is None or row.state != "compared":
        raise WebError("decided once the quotes are open", code="WE091", hint="open them first", place=row.id)
    wrong = {}
    if decision not in DECISIONS:
        wrong["decision"] = "missing"
    if reason not in REASONS:
        wrong["reason"] = "missing"
    elif reason == "other" and not remark.strip():
        wrong["note"] = "missing"
    if wrong:
        raise UnusableError(wrong, "WE098")
    if version != party.version:
        raise WebError("somebody else decided meanwhile", code="WE097", hint="compare, and send again", place=party.id)
    said = f"{reason}: {remark.strip()[:2000]}" if remark.strip() else reason
    note(session, party, PARTY.subject, party.decision or None, decision, actor.user, at, said)
    party.decision, party.decision_reason, party.decision_note = decision, reason, remark.strip()[:2000]
    return party


def close(session: Session, actor: Actor, inquiry_id: str, at: datetime) -> Inquiry:
    """Close an inquiry. Raises as `web.work.inquiries.inquiry.one`, WE099 where an answer has no decision, WE091."""
    row = one(session, actor, inquiry_id, RIGHT)
    if row.state == "compared" and (
        open_ones := [party.id for party in parties(session, row) if party.state == "answered" and not party.decision]
    ):
        raise WebError(f"{len(open_ones)} answers have no decision", code="WE099", hint="decide on each", place=row.id)
    INQUIRY.move(session, row, "closed", actor.user, at)
    return row


# --- what was typed ------------------------------------------------------------------------------------------------


def read_answers(row: Inquiry, typed: Mapping[str, str], empty: bool = False) -> dict[str, Any]:
    """The answers to what is asked, by the code of the field; what was left empty is left out. `empty`: all may be.

    A price is {fen, per, unit, currency, tax}: whole fen for `per` units. Raises UnusableError WE096.
    """
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for asked in row.asked:
        code, text = asked["code"], str(typed.get(asked["code"], "")).strip()
        if not text:
            continue
        if code == "price":
            price, per = _number(text, 2), _number(str(typed.get("per", "")).strip() or "1", 3)
            unit, currency = str(typed.get("unit", "")).strip() or asked["unit"], str(typed.get("currency", ""))
            fen = int(price * 100) if price is not None else None
            if fen is None or not 0 < fen <= _MOST_FEN:
                wrong["price"] = "bad"
            elif per is None or per <= 0:
                wrong["per"] = "bad"
            elif (currency or asked["currency"]) not in CURRENCIES:
                wrong["currency"] = "unknown"
            else:
                tax = str(typed.get("tax", ""))
                found[code] = {
                    "fen": fen,
                    "per": str(per),
                    "unit": unit[:20],
                    "currency": currency or asked["currency"],
                    "tax": tax if tax in TAX else "",
                }
        elif code == "quantity":
            number = _number(text, 3)
            if number is None or number <= 0:
                wrong[code] = "bad"
            else:
                found[code] = {"number": str(number), "unit": asked["unit"]}
        elif code == "lead_time":
            if re.fullmatch(r"[0-9]{1,4}", text):
                found[code] = int(text)
            else:
                wrong[code] = "bad"
        elif len(text) > 4000:
            wrong[code] = "long"
        else:
            found[code] = text
    if not found and not wrong and not empty:
        wrong["answer"] = "missing"
    if wrong:
        raise UnusableError(wrong, "WE096")
    return found


def _number(text: str, places: int) -> Decimal | None:
    """A number of at most so many places after the point; None where it is none."""
    bare = text.replace(",", "").replace(chr(0xFF0C), "")
    if not re.fullmatch(rf"[0-9]{{1,13}}(\.[0-9]{{1,{places}}})?", bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None

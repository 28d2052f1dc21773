"""Fields of a firm's record in an inquiry: what it answered beside what the graph says and the buyer's own notes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from pydantic import BaseModel, ConfigDict

from kg.errors import BulianError
from kg.validity import NOW
from web.db.inquiries import FirmNote, Inquiry, InquiryParty
from web.errors import WebError
from web.work.firms.known import Known, known_of
from web.work.inquiries.record import FIELDS, Answered, answered

if TYPE_CHECKING:
    from web.deps import Visit

FEW = 5
"""Statements of the graph on a field that are shown."""

_log = structlog.get_logger()


class FieldRow(BaseModel):
    """A field: the answer, statements of the graph on it, and the buyer's own note."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    answer: Answered
    known: list[Known]
    more: int = 0

    @property
    def same(self) -> bool:
        """Whether a statement of the graph has the very words of the answer."""
        bare = "".join(self.answer.value.split()).lower()
        return any("".join(one.value.split()).lower() == bare for one in self.known)


class RecordPage(BaseModel):
    """What a firm answered about its record. `graph` is False where the graph did not answer."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: Inquiry
    party: InquiryParty
    fields: list[FieldRow]
    graph: bool
    code: str = ""
    at_field: str = ""


class Cover(BaseModel):
    """A letter to the office of a firm's county, which is asked to pass an inquiry on. `region` "" where unknown."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: Inquiry
    party: InquiryParty
    region: str
    source: str = ""
    date: str | None = None
    printed: datetime


class NotesPage(BaseModel):
    """The organisation's own notes on firms."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    notes: list[FirmNote]


def record_page(visit: Visit, inquiry_id: str, party_id: str) -> RecordPage:
    """Answers to fields of a firm's record. Raises as `web.work.inquiries.record.answered`."""
    with visit.home.database().session() as session:
        row, party, found = answered(session, visit.actor, inquiry_id, party_id)
    known, graph = _known(visit, party.firm_id)
    fields = []
    for answer in found:
        of_field = [one for one in known if one.field in FIELDS[answer.field]]
        fields.append(FieldRow(answer=answer, known=of_field[:FEW], more=max(0, len(of_field) - FEW)))
    return RecordPage(row=row, party=party, fields=fields, graph=graph)


def declared_of(visit: Visit, row: Inquiry, firm_id: str) -> dict[str, Known]:
    """What the firm once declared on the fields of its record that are asked, by their codes; for the firm alone."""
    asked = {name: f"record_{name}" for name in FIELDS if any(one["code"] == f"record_{name}" for one in row.asked)}
    if not asked:
        return {}
    known, _ = _known(visit, firm_id, private=True)
    found = {}
    for name, code in asked.items():
        own = [one for one in known if one.field in FIELDS[name] and (one.private or one.level == "declared")]
        if name == "certificates" and own:
            words = "；".join(dict.fromkeys(one.value for one in own))
            found[code] = Known(own[0].field, words, own[0].date, own[0].source, own[0].level)
        elif own:
            found[code] = own[0]
    return found


def cover_of(visit: Visit, row: Inquiry, party: InquiryParty, at: datetime) -> Cover:
    """The letter to the county, with the place of the firm by the graph and what says so."""
    region, place = "", None
    try:
        cards = visit.graph.read("cards", ids=[party.firm_id], **NOW.params())
        region = str(cards[0].get("region") or "") if cards else ""
        known, _ = _known(visit, party.firm_id)
        place = next((one for one in known if one.field == "region"), None)
    except BulianError as error:
        _log.info("the letter comes without a place", code=error.code)
    return Cover(
        row=row,
        party=party,
        region=region,
        source=place.source if place and region else "",
        date=place.date if place and region else None,
        printed=at,
    )


def _known(visit: Visit, firm_id: str, *, private: bool = False) -> tuple[list[Known], bool]:
    """What is known of a firm, and whether the graph answered; of a firm that it has no more nothing is."""
    try:
        return known_of(visit.home, firm_id, private=private), True
    except WebError as error:
        if error.code != "WE404":
            raise
        return [], True
    except BulianError as error:
        _log.info("the page comes without what the graph says", code=error.code)
        return [], False

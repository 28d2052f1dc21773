"""What the pages of inquiries show: the buyer's list, one inquiry, what a firm is asked, and quotes side by side."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict

from kg.errors import BulianError
from web.beijing import BEIJING
from web.db.inquiries import Inquiry, InquiryFile, InquiryParty, Quote
from web.deps import Visit
from web.errors import UnusableError, WebError
from web.forms import Form
from web.jobs.fit import firm_id_of
from web.pages.firms.firm import present
from web.pages.merge import kept
from web.work.firms.known import Known
from web.work.inquiries.form import CURRENCIES, KINDS, MOST_PARTIES, RECORD, Asked
from web.work.inquiries.quote import REASONS, opened
from web.work.inquiries.quote_compare import Line, side_by_side

FIELDS = ("title", "text", "deadline", "unit", "currency", "questions", "firms", "need", "key")

_log = structlog.get_logger()


class FormPage(BaseModel):
    """The form of an inquiry with what was typed, and what is wrong with it, by field."""

    typed: dict[str, str]
    kinds: list[str]
    wrong: dict[str, str] = {}
    record: list[str] = []
    all_kinds: tuple[str, ...] = KINDS
    all_record: tuple[str, ...] = RECORD
    currencies: tuple[str, ...] = CURRENCIES
    address: str = "/inquiries/new"
    version: int = 0
    names: dict[str, str] = {}
    before: str = ""


class Shown(BaseModel):
    """An inquiry of the buyer: who has read and answered; what they answered only once it was opened."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: Inquiry
    parties: list[InquiryParty]
    over: bool
    may_open: bool
    files: list[InquiryFile] = []
    code: str = ""
    wrong: dict[str, str] = {}


class AskedPage(BaseModel):
    """What a firm is asked, and its last answer as the form has it. `shown`: it has said that it wants to look."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: Inquiry
    party: InquiryParty
    action: str
    typed: dict[str, str]
    shown: bool
    over: bool
    answered: datetime | None = None
    late: bool = False
    wrong: dict[str, str] = {}
    files: list[InquiryFile] = []
    mine: list[dict[str, Any]] = []
    currencies: tuple[str, ...] = CURRENCIES
    declared: dict[str, Known] = {}


class Letter(BaseModel):
    """The letter of an inquiry for one firm, with its link, shown this once."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: Inquiry
    party: InquiryParty
    code: str
    base: str


class Compared(BaseModel):
    """Opened quotes side by side; `late` ones apart."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: Inquiry
    parties: list[InquiryParty]
    lines: list[Line]
    late: list[Line]
    late_any: bool
    reasons: tuple[str, ...] = REASONS
    wrong: dict[str, str] = {}
    code: str = ""
    at_party: str = ""
    typed: dict[str, str] = {}


def compared_page(visit: Visit, inquiry_id: str) -> Compared:
    """Opened quotes side by side. Raises as `web.work.inquiries.quote.opened`."""
    with visit.home.database().session() as session:
        row, found = opened(session, visit.actor, inquiry_id)
    return Compared(
        row=row,
        parties=[one.party for one in found],
        lines=side_by_side(row, found),
        late=side_by_side(row, found, late=True),
        late_any=any(one.late for one in found),
    )


def new_form(need: str, title: str, firms: list[str], present_at: datetime) -> FormPage:
    """An empty form: the deadline a week from now at 17:00."""
    day = (present_at.astimezone(BEIJING) + timedelta(days=7)).date()
    typed = dict.fromkeys(FIELDS, "") | {
        "title": title,
        "deadline": f"{day}T17:00",
        "currency": "CNY",
        "firms": "\n".join(firms),
        "need": need,
        "key": secrets.token_hex(12),
    }
    return FormPage(typed=typed, kinds=["price", "lead_time"])


def form_of(row: Inquiry, parties: list[InquiryParty]) -> FormPage:
    """The form of a draft as it was written."""
    codes = [str(asked["code"]) for asked in row.asked]
    first = next((asked for asked in row.asked if asked.get("unit")), {})
    typed = dict.fromkeys(FIELDS, "") | {
        "title": row.title,
        "text": row.text,
        "deadline": f"{row.deadline.astimezone(BEIJING):%Y-%m-%dT%H:%M}",
        "unit": str(first.get("unit", "")),
        "currency": str(first.get("currency") or "CNY"),
        "questions": "\n".join(str(asked["words"]) for asked in row.asked if asked.get("words")),
        "firms": "\n".join(party.firm_id for party in parties),
        "need": row.need_id or "",
    }
    page = FormPage(
        typed=typed,
        kinds=[code for code in codes if code in KINDS],
        record=[name for name in RECORD if f"record_{name}" in codes],
        address=f"/inquiries/{row.id}/edit",
        version=row.version,
        names={party.firm_id: party.firm_name for party in parties},
    )
    page.before = kept(as_sent(page))
    return page


def as_sent(page: FormPage) -> Form:
    """What the form of a draft sends as it stands."""
    return {name: [page.typed[name]] for name in FIELDS[:-2]} | {"kinds": page.kinds, "record": page.record}


def firms_of(visit: Visit, text: str) -> list[tuple[str, str]]:
    """Firms by ids or whole names, one a line, as they are called now. Raises WebError WE404 for none or several."""
    said = dict.fromkeys(line.strip() for line in text.split("\n") if line.strip())
    return list(dict.fromkeys(_firm(visit, one) for one in list(said)[: MOST_PARTIES + 1]))


def _firm(visit: Visit, said: str) -> tuple[str, str]:
    try:
        return present(visit.graph, said)
    except WebError as error:
        if error.code != "WE404":
            raise
    return firm_id_of(visit.graph, said)


def asked_by(visit: Visit, sent: FormPage) -> Asked:
    """What the form says, its firms as they are called now. Those of the draft stay as they are called there.

    Raises UnusableError WE090 for a firm that is not there.
    """
    words = {name: value for name, value in sent.typed.items() if name != "firms"}
    ids = [line.strip() for line in sent.typed["firms"].split("\n") if line.strip()]
    try:
        new = firms_of(visit, "\n".join(one for one in ids if one not in sent.names))
    except WebError as error:
        if error.code != "WE404":
            raise
        raise UnusableError({"firms": "unknown"}, "WE090") from error
    firms = [(one, sent.names[one]) for one in dict.fromkeys(ids) if one in sent.names]
    return Asked(**words, kinds=sent.kinds, record=sent.record, firms=firms + new)


def named(visit: Visit, page: FormPage) -> FormPage:
    """The form with the names of its firms as far as the graph tells them."""
    ids = [line.strip() for line in page.typed["firms"].split("\n") if line.strip()][:MOST_PARTIES]
    if new := [one for one in ids if one not in page.names]:
        try:
            page.names |= {row["id"]: row["name"] for row in visit.graph.read("record_names", ids=new)}
        except BulianError as error:
            _log.info("the form comes without names", code=error.code)
    return page


def typed_of(row: Inquiry, quote: Quote | None) -> dict[str, str]:
    """An answer as its form has it."""
    typed: dict[str, str] = {}
    for asked in row.asked:
        value: Any = quote.answers.get(asked["code"]) if quote is not None else None
        if asked["code"] == "price":
            value = value or {"per": "1", "unit": asked["unit"], "currency": asked["currency"], "tax": ""}
            typed |= {name: str(value[name]) for name in ("per", "unit", "currency", "tax")}
            typed["price"] = f"{value['fen'] // 100}.{value['fen'] % 100:02d}" if "fen" in value else ""
        elif asked["code"] == "quantity":
            typed["quantity"] = str(value["number"]) if value else ""
        else:
            typed[asked["code"]] = "" if value is None else str(value)
    return typed
